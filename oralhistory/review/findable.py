"""What the staff may find of an interview: its working text, as it stands, raw, with the mentions that were accepted.

Nobody who changes a text needs to say so: twice a minute the marks of all texts are compared with those that the index
holds. Who may be told what is found is asked by whoever searches (`STAFF.within`), not here.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Concat

from oralhistory.interviews.models import Interview, Session, State
from oralhistory.mentions.models import Mention
from oralhistory.organizations import public, registry
from oralhistory.organizations.registry import Findable
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.search import documents, index
from oralhistory.search.documents import Lead
from oralhistory.search.models import StaffDocument
from oralhistory.search.tables import STAFF
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript


def due() -> list[str]:
    """The public ids of interviews that are found by something else than their text: five queries for plain rows."""
    wanted = _marks(_kept())
    present = dict(StaffDocument.objects.values_list("id", "mark"))
    gone = present.keys() - wanted.keys()
    return sorted(gone) + [each for each, mark in wanted.items() if present.get(each) != mark]


@transaction.atomic
def refresh(public_id: str, *, anew: bool = False) -> bool:
    """Let an interview be found as its text is now. Whether it was taken out, and its bytes are to be purged.

    `anew`: also if it is found so already.
    """
    index.lock(STAFF)  # before the text is read
    marks = _marks(_kept().filter(public_id=public_id))
    if public_id not in marks:
        was_there = index.has(public_id, of=STAFF)
        index.remove_edition(public_id, of=STAFF)
        return was_there
    made = document(Interview.objects.select_related("collection").get(public_id=public_id))
    known = StaffDocument.objects.filter(id=public_id)
    if anew or not known.filter(fingerprint=index.fingerprint(made)).exists():
        index.replace_edition(made, of=STAFF)
    known.update(mark=marks[public_id])
    return False


def erase(public_id: str) -> None:
    """Nothing of it is found any more, nor left in the index's bytes. Not within a transaction."""
    index.remove_edition(public_id, of=STAFF)
    index.purge(STAFF)


def records_changed(slugs: Iterable[str]) -> None:
    """Names or standing of organizations changed: texts that speak of them are read again, a moment later."""
    mentions = Mention.objects.accepted().filter(organization__slug__in=public.with_merged(slugs))
    speaking = mentions.order_by().values("transcript__recording__session__interview__public_id")
    StaffDocument.objects.filter(id__in=speaking).update(mark="")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a rebuild has come, and whether bytes are to be purged after it."""

    done: int
    of: int
    to_purge: bool


def rebuild(*, anew: bool = False) -> Iterator[Step]:
    """Put in order what is due, or everything; one interview after another, while it is searched."""
    late = due()
    wanted = sorted({*late, *_kept().values_list("public_id", flat=True)}) if anew else late
    to_purge = False
    for done, public_id in enumerate(wanted, start=1):
        to_purge |= refresh(public_id, anew=anew)
        yield Step(done, len(wanted), to_purge)


def check() -> list[str]:
    """Every difference between the texts that count and what the staff can find; empty if there is none."""
    kept = _kept().select_related("collection").filter(public_id__in=_marks(_kept()).keys())
    return index.check({each.public_id: index.fingerprint(document(each)) for each in kept}, of=STAFF)


def _kept() -> QuerySet[Interview]:
    """Of what was withdrawn nothing is looked for any more."""
    return Interview.objects.exclude(state=State.WITHDRAWN)


def _recordings(interviews: QuerySet[Interview]) -> QuerySet[Recording]:
    return Recording.objects.filter(
        session__interview__in=interviews, state=Recording.State.READY
    ).select_related("session")


def _marks(interviews: QuerySet[Interview]) -> dict[str, str]:
    """By public id, what changes whenever a working text may have; those without one are not there. Four queries.

    Whoever writes into a text leaves an event, or another version; who decides on a mention, the time.
    """
    recordings = list(_recordings(interviews.order_by()).order_by("pk"))
    current = versions.current_of(recordings)
    texts: dict[int, list[tuple[int, int, int]]] = {}
    for each in recordings:
        if each.pk in current:
            texts.setdefault(each.session.interview_id, []).append(
                (each.pk, each.offset_ms, current[each.pk])
            )
    decided = _decided(interviews)
    event = Event.objects.filter(subject=Concat(Value("interview:"), OuterRef("public_id")))
    latest = Subquery(event.order_by("-at", "-pk").values("pk")[:1])
    rows = interviews.annotate(latest=latest).order_by("pk")
    plain = rows.values_list("pk", "public_id", "latest", "collection__title", "languages", "countries")
    return {
        public_id: _hashed([index.VERSION, *facts, texts[pk], decided.get(pk)])
        for pk, public_id, *facts in plain
        if pk in texts
    }


def _decided(interviews: QuerySet[Interview]) -> dict[int, list[str]]:
    """By an interview's key, what tells that other mentions are accepted, or elsewhere."""
    interview = "transcript__recording__session__interview"
    accepted = Mention.objects.accepted().filter(**{f"{interview}__in": interviews.order_by()}).order_by()
    told = accepted.values(pk_of=F(interview)).annotate(
        number=Count("pk"), last=Max("decided_at"), whom=Sum("organization"), where=Sum("start")
    )
    return {row.pop("pk_of"): [str(each) for each in row.values()] for row in told}


def _hashed(facts: list[object]) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def document(interview: Interview) -> documents.Document:
    """The working text of all recordings, on the interview's time line."""
    recordings = list(_recordings(Interview.objects.filter(pk=interview.pk)).order_by("offset_ms", "pk"))
    current = versions.current_of(recordings)
    texts = Transcript.objects.in_bulk(current.values())
    mentions: dict[int, list[Mention]] = {}
    for mention in Mention.objects.accepted().filter(transcript__in=texts).select_related("organization"):
        mentions.setdefault(mention.segment_id, []).append(mention)
    named = registry.findable(
        {each.organization.slug for some in mentions.values() for each in some if each.organization}
    )
    first = Session.objects.filter(interview=interview).exclude(held_on=None).order_by("number").first()
    return documents.Document(
        id=interview.public_id,
        title=interview.title,
        collection=interview.collection.title,
        languages=tuple(interview.languages),
        countries=tuple(interview.countries),
        organizations=tuple(sorted({each.slug for each in named.values()})),
        years=(),
        segments=tuple(
            _segment(segment, texts[current[recording.pk]], recording, mentions.get(segment.pk, []), named)
            for recording in recordings
            if recording.pk in current
            for segment in texts[current[recording.pk]].segments.exclude(text="")
        ),
        held_on=str(first.held_on) if first else "",
    )


def _segment(
    segment: Segment,
    transcript: Transcript,
    recording: Recording,
    mentions: list[Mention],
    named: dict[str, Findable],
) -> documents.Segment:
    offset = recording.offset_ms
    return documents.Segment(
        cue_id=segment.cue_id,
        start_ms=segment.start_ms + offset,
        end_ms=segment.end_ms + offset,
        text=segment.text,
        language=segment.language or transcript.made_by.get("languages", ["es"])[0],
        speaker=segment.speaker,
        words=[(start + offset, end + offset, text) for start, end, text, *_ in segment.words],
        asks=segment.speaker.startswith("interviewer"),
        also=tuple(
            Lead(term, mention.start, mention.end)
            for mention in mentions
            if mention.organization and mention.organization.slug in named
            for term in named[mention.organization.slug].terms
        ),
    )
