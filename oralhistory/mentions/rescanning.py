"""Following a change of names: the archive is looked through for the forms that changed, and for nothing else.

What changed is what the records say now beside what they said when it was last followed (`KnownForm`), so that it does
not matter who changed a name: a page, an import, "remember this form", a merge. Where a new form is said, what is
suggested there is judged anew, with the whole transcript around it. A suggestion at a form that is gone, or of a record
that is gone, is judged anew too, and withdrawn if nothing else supports it. Everything else stays, and so does every
decision.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from oralhistory.interviews.models import State
from oralhistory.lib.folding import fold
from oralhistory.mentions import suggesting, word_index
from oralhistory.mentions.common_words import is_common
from oralhistory.mentions.form_search import FormSearch
from oralhistory.mentions.matching import Found
from oralhistory.mentions.models import KnownForm, Mention, NamesChanged, TranscriptWords
from oralhistory.mentions.word_index import Words
from oralhistory.organizations.authorities import Authority
from oralhistory.organizations.models import Name, Organization
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript

MANY = 20  # forms from which on nearly every transcript holds one: then all are read

Form = tuple[str, str, str]  # organization, kind, text
_KINDS = {
    Name.Kind.ACRONYM.value: KnownForm.Kind.ACRONYM.value,
    Name.Kind.HEARD_AS.value: KnownForm.Kind.HEARD_AS.value,
}


def is_due() -> bool:
    """Has any name changed since that was last noted, or was what was noted never searched for?"""
    return _now() != _known() or not_searched().exists()


def not_searched() -> QuerySet[NamesChanged]:
    return NamesChanged.objects.filter(transcripts__isnull=True).order_by("pk")


@transaction.atomic
def note(*, at: datetime) -> NamesChanged | None:
    """Write down which forms are new and which are gone, once each; None if none."""
    now, known = _now(), _known()
    added, removed = _rows(now - known), _rows(known - now)
    if not added and not removed:
        return None
    for slug, kind, text in removed:
        KnownForm.objects.filter(slug=slug, kind=kind, text=text).delete()
    KnownForm.objects.bulk_create(KnownForm(slug=slug, kind=kind, text=text) for slug, kind, text in added)
    return NamesChanged.objects.create(added=added, removed=removed, made_at=at)


def _now() -> set[Form]:
    names = Name.objects.filter(organization__in=Organization.objects.current())
    rows = names.values_list("organization__slug", "kind", "text")
    return {(slug, _KINDS.get(kind, KnownForm.Kind.NAME.value), text) for slug, kind, text in rows}


def _rows(forms: set[Form]) -> list[list[str]]:
    return [list(form) for form in sorted(forms)]


def _known() -> set[Form]:
    return set(KnownForm.objects.values_list("slug", "kind", "text"))


def search(changed: NamesChanged) -> list[int]:
    """The transcripts that are to be looked at: database ids. In rows of words that are fresh (word_index.refresh)."""
    if len(changed.added) > MANY:
        found = _indexed()
    else:
        found = set(_search(changed.added).among(_words()) if changed.added else ())
    # Only of these records can a suggestion rest on a form that is gone.
    found |= _suggested(slug for slug, _kind, _text in changed.removed)
    # A common word is looked for only with its capital; where its organization is spoken of it may stand without.
    found |= _suggested(slug for slug, _kind, text in changed.added if is_common(fold(text)))
    return sorted(found)


def keep(changed: NamesChanged, found: Sequence[int]) -> None:
    """What was found is written down with the change; if nothing was, it is over."""
    changed.transcripts = list(found)
    changed.save(update_fields=["transcripts"])
    end(changed, ())


def _words() -> Iterator[tuple[int, Words]]:
    rows = TranscriptWords.objects.order_by("pk").values_list("pk", "sounds", "letters", "capitals")
    for pk, sounds, letters, capitals in rows.iterator(chunk_size=64):
        yield pk, Words(sounds, letters, capitals)


def _suggested(slugs: Iterable[str]) -> set[int]:
    mentions = Mention.objects.suggested().filter(organization__slug__in=set(slugs))
    return set(mentions.values_list("transcript", flat=True)) & _indexed()


def _indexed() -> set[int]:
    return set(TranscriptWords.objects.values_list("pk", flat=True))


def _search(forms: Iterable[Sequence[str]]) -> FormSearch:
    """Of each organization the given forms alone."""
    by_slug: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for slug, kind, text in forms:
        by_slug[slug][kind].append(text)
    kinds = KnownForm.Kind
    return FormSearch(
        Authority(
            slug, "", other_names=tuple(texts[kinds.NAME]), acronyms=tuple(texts[kinds.ACRONYM]),
            heard_as=tuple(texts[kinds.HEARD_AS]),
        )
        for slug, texts in by_slug.items()
    )  # fmt: skip


class Rescan:
    """A change of names, ready to be followed in one transcript after another."""

    def __init__(self, changed: NamesChanged) -> None:
        self._reader = suggesting.reader()
        self._new = _search(changed.added)
        self._gone = _search(changed.removed)
        slugs = {slug for slug, _kind, _text in changed.removed}
        current = set(Organization.objects.current().values_list("slug", flat=True))
        self._lost = slugs - current  # merged into another record, or gone: nothing rests on them any more
        self._slugs = slugs

    def follow(self, pk: int) -> None:
        """Do it for one transcript, or for what took its place meanwhile; again, nothing happens. Raises TextChanged."""
        rows = Transcript.objects.select_related("recording__session__interview").filter(pk=pk)
        known = rows.exclude(recording__session__interview__state=State.WITHDRAWN).first()
        current = known and versions.current(known.recording)
        if current:
            self._follow(current)

    def _follow(self, transcript: Transcript) -> None:
        segments = list(transcript.segments.all())
        heard = word_index.heard_of(transcript, segments)
        found = suggesting.find(self._reader, transcript, segments, heard)
        with transaction.atomic():
            Transcript.objects.select_for_update().get(pk=transcript.pk)
            if [each.text for each in heard] != list(transcript.segments.values_list("text", flat=True)):
                raise TextChanged
            mentions = list(Mention.objects.filter(transcript=transcript).select_related("organization"))
            self._put(transcript, segments, found, mentions)

    def _put(
        self,
        transcript: Transcript,
        segments: Sequence[Segment],
        found: Sequence[Found],
        mentions: Sequence[Mention],
    ) -> None:
        quiet = suggesting.refused(transcript.recording.session.interview)
        resting = {each.pk for each in mentions if self._rests_on_what_is_gone(each)}
        new = []
        for each in found:
            if (fold(each.surface), each.organization) in quiet:
                continue
            there = [one for one in mentions if _overlap(each, segments[each.segment], one)]
            if any(one.state != Mention.State.SUGGESTED for one in there):
                continue
            rests = any(one.pk in resting for one in there)
            if not rests and any(_slug(one) == each.organization for one in there):
                continue
            if rests or self._new.is_said(each.surface):
                resting |= {one.pk for one in there}
                new.append(each)
        Mention.objects.filter(pk__in=resting).suggested().delete()
        Mention.objects.bulk_create(suggesting.as_mentions(transcript, segments, new, self._reader))

    def _rests_on_what_is_gone(self, mention: Mention) -> bool:
        slug = _slug(mention)
        if mention.state != Mention.State.SUGGESTED or slug not in self._slugs:
            return False
        return slug in self._lost or self._gone.is_said(mention.surface)


class TextChanged(Exception):
    """Somebody has corrected the transcript while it was being read: it is read again."""


def follow(changed: NamesChanged, pks: Iterable[int]) -> None:
    """Follow a change in some of its transcripts; the last one ends it. Raises TextChanged."""
    done = set(changed.done)
    rescan = Rescan(changed)
    for pk in pks:
        if pk not in done:
            rescan.follow(pk)
            end(changed, [pk])


@transaction.atomic
def end(changed: NamesChanged, pks: Iterable[int]) -> None:
    """These transcripts are done. With the last one nothing of the change is left to be known."""
    row = NamesChanged.objects.select_for_update().filter(pk=changed.pk).first()
    if row is None:
        return
    row.done = sorted({*row.done, *pks})
    if set(row.done) >= set(row.transcripts or ()):
        row.delete()
    else:
        row.save(update_fields=["done"])


def _slug(mention: Mention) -> str | None:
    return mention.organization.slug if mention.organization else None


def _overlap(found: Found, segment: Segment, mention: Mention) -> bool:
    end = found.end if found.end_segment == found.segment else len(segment.text)
    return segment.pk == mention.segment_id and found.start < mention.end and mention.start < end
