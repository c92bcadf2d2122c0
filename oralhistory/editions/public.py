"""How the public reads editions. Every public page, file and count begins here.

What a consent does not grant, and what lies under a veil, is taken off the rows that these
functions give out, so that no page has to remember it. A veil hides every segment that it touches
whole: word times are a machine's, and a name said at the edge of a span must not stay behind. What
somebody wrote about the testimony (quotation, summary, chapters, captions of photographs) may repeat
the veiled words, so it goes too, until the next edition.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeAlias

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Prefetch, QuerySet, When

from oralhistory.consent import access
from oralhistory.editions.models import (
    PICTURE_SIZES as PICTURE_SIZES,
)
from oralhistory.editions.models import (
    Edition,
    EditionMention,
    EditionQuerySet,
    EditionSegment,
    Standing,
    Veil,
)
from oralhistory.organizations import public as organizations

PublicEdition: TypeAlias = Edition
PublicSegment: TypeAlias = EditionSegment
PublicMention: TypeAlias = EditionMention

_HEAVY = ("peaks", "making")  # chapters may warn of a moment: they come along


class Withdrawn(Exception):
    """It was public once, and the narrator allows that to be said."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One segment that speaks of an organization: what is played, and where the name falls in its text."""

    edition: Edition
    cue_id: str
    start_ms: int
    end_ms: int
    named_ms: int
    quotation: list[tuple[str, bool]]  # (text, whether it is the name); empty where quoting is not granted
    language: str
    speaker: str
    asks: bool
    year: int | None = None  # that is spoken of


@dataclass(frozen=True, slots=True)
class Tally:
    """How many moments of how many testimonies speak of an organization, and of which years these speak."""

    moments: int
    editions: frozenset[int]
    by_year: dict[int | None, int]


def find(public_id: str, action: str = "pub_record") -> Edition | None:
    """The present edition if everybody may take this action on it; None answers as an id that never existed.

    Actions are those of the access table: `pub_record`, `read_pub_text`, `play_access`. Raises Withdrawn.
    """
    standing = Standing.objects.filter(public_id=public_id).first()
    if standing is None or standing.current_id is None:
        return None
    edition = _editions().get(pk=standing.current_id)
    live = standing.withdrawn_at is None
    decision = access.judge_public(action, live=live, tombstone=standing.tombstone, uses=edition.uses)
    if decision.status == 410:
        raise Withdrawn
    if not decision.allowed:
        return None
    return _as_public(edition)


def by_id(public_ids: Collection[str]) -> dict[str, Edition]:
    """Those of the testimonies that are public now. Two queries."""
    editions = _editions().public().filter(standing__public_id__in=public_ids).defer(*_HEAVY)
    return {edition.public_id: _as_public(edition) for edition in editions}


def in_order(pks: Iterable[int]) -> list[Edition]:
    """Present editions by their keys, in the order of these. Two queries."""
    pks = list(pks)
    editions = {each.pk: _as_public(each) for each in _editions().public().filter(pk__in=pks).defer(*_HEAVY)}
    return [editions[pk] for pk in pks if pk in editions]


def listed(pks: Iterable[int]) -> list[Edition]:
    """The same for lists, which say nothing of chapters: these are left in the database. One query."""
    pks = list(pks)
    rows = Edition.objects.public().select_related("standing").filter(pk__in=pks).defer(*_HEAVY, "chapters")
    veiled = Exists(Veil.objects.filter(edition=OuterRef("pk")))
    found: Iterable[Any] = rows.annotate(veiled=veiled)
    editions: dict[int, Edition] = {each.pk: _taken_off(each, veiled=each.veiled) for each in found}
    return [editions[pk] for pk in pks if pk in editions]


def newest(number: int) -> list[Edition]:
    """The testimonies published last. Two queries."""
    return [
        _as_public(each)
        for each in _editions().public().order_by("-published_at", "-pk").defer(*_HEAVY)[:number]
    ]


def granting(uses: Collection[str]) -> list[tuple[int, str]]:
    """The testimonies whose papers give everybody all of these uses: keys and collections, the newest first. One query."""
    rows = Edition.objects.public().order_by("-published_at", "-pk").values_list("pk", "collection", "uses")
    return [(pk, collection) for pk, collection, given in rows if set(uses) <= set(given)]


def has_sound(edition: Edition) -> bool:
    return bool(edition.audio_key)


def has_video(edition: Edition) -> bool:
    return bool(edition.video)


def sound_is_withheld(edition: Edition) -> bool:
    """There is a sound, and it waits for a copy without the veiled passage."""
    return "audio" in edition.uses and bool(edition.audio_sha256) and not edition.audio_key


def segments(
    edition: Edition, *, with_words: bool = True, within: range | None = None
) -> list[EditionSegment]:
    """What may be read; passages that are kept out are there without words. Two queries.

    Without `with_words` the time of each word is left in the database: three hours have 30,000.
    `within`: only the segments of these indexes.
    """
    if "text" not in edition.uses:
        return []
    rows = EditionSegment.objects.filter(edition=edition).annotate(veiled=_under_a_veil())
    mentions = visible_mentions().filter(segment__edition=edition)
    if within is not None:
        rows = rows.filter(index__gte=within.start, index__lt=within.stop)
        mentions = mentions.filter(segment__index__gte=within.start, segment__index__lt=within.stop)
    found = [_unveiled(segment) for segment in (rows if with_words else rows.defer("words"))]
    # By the edition, and not as `prefetch_related` does by the keys of three thousand segments.
    named: dict[int, list[EditionMention]] = {}
    for mention in mentions:
        named.setdefault(mention.segment_id, []).append(mention)
    for segment in found:
        segment.visible_mentions = named.get(segment.pk, [])  # type: ignore[attr-defined]  # as `_named` would
    if edition.veils.all():  # a note may say again what lies under a veil
        for segment in found:
            segment.notes = []
    return found


def mentions_of(segment: EditionSegment) -> list[EditionMention]:
    """The mentions of a segment that these functions gave out."""
    found: list[EditionMention] = getattr(segment, "visible_mentions", [])
    return found


def around(
    edition: Edition, cue_id: str
) -> tuple[EditionSegment | None, EditionSegment, EditionSegment | None] | None:
    """A segment with its neighbors; None if it cannot be read or quoted. Three queries."""
    if not {"text", "quote"} <= set(edition.uses):
        return None
    here = (
        EditionSegment.objects.filter(edition=edition, cue_id=cue_id).values_list("index", flat=True).first()
    )
    if here is None:
        return None
    rows = EditionSegment.objects.filter(edition=edition, index__range=(here - 1, here + 1)).annotate(
        veiled=_under_a_veil()
    )
    near = {each.index: _unveiled(each) for each in rows.prefetch_related(_named())}
    if near[here].withheld:
        return None
    return near.get(here - 1), near[here], near.get(here + 1)


def between(edition: Edition, start_ms: int, end_ms: int, *, at_most: int = 12) -> list[EditionSegment]:
    """What is said in a stretch of a testimony and can be read. One query."""
    rows = readable(edition).filter(start_ms__lt=end_ms, end_ms__gt=start_ms)
    return list(rows[:at_most]) if "text" in edition.uses else []


def readable(edition: Edition) -> "QuerySet[EditionSegment]":
    """The segments that can be read now, in their order, if the edition grants its text: whoever takes them has asked."""
    rows = EditionSegment.objects.filter(edition=edition, withheld=False).annotate(veiled=_under_a_veil())
    return rows.filter(veiled=False).defer("words")


def open_cues(cues: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of (public id, cue id), those that can be read now. One query."""
    wanted = set(cues)
    rows = (
        EditionSegment.objects.filter(
            edition__in=Edition.objects.public(),
            edition__standing__public_id__in={public_id for public_id, _cue in wanted},
            cue_id__in={cue for _public_id, cue in wanted},
            withheld=False,
        )
        .annotate(veiled=_under_a_veil())
        .filter(veiled=False)
        .values_list("edition__standing__public_id", "cue_id")
    )
    return wanted & set(rows)


def moments(
    slugs: Collection[str], *, start: int = 0, number: int = 50, by_year: bool = False
) -> list[Moment]:
    """Where organizations are spoken of: testimony by testimony, each as it was told. Four queries.

    Or by the year that is spoken of, those that name none at the end.
    """
    rows = _segments_that_name(slugs)
    if by_year:
        rows = rows.order_by(F("dated").asc(nulls_last=True), *rows.query.order_by)
    segments = list(rows[start : start + number].prefetch_related(_named(slugs)))
    editions = {each.pk: each for each in in_order({segment.edition_id for segment in segments})}
    return [
        _moment(segment, editions[segment.edition_id], mentions_of(segment))
        for segment in segments
        if segment.edition_id in editions
    ]


def moments_in(editions: Sequence[Edition], slugs: Collection[str]) -> list[Moment]:
    """Those of some editions that these functions gave out, edition by edition, each as it was told. One query."""
    by_pk = {each.pk: each for each in editions}
    mentions = (
        visible_mentions()
        .filter(organization__in=slugs, segment__edition__in=list(by_pk))
        .select_related("segment")
        .defer("segment__words", "segment__translations", "segment__notes")
        .order_by("segment__index", "segment_id", "start_ms", "pk")
    )
    found: dict[int, list[Moment]] = {pk: [] for pk in by_pk}
    for _segment, group in groupby(mentions, key=lambda each: each.segment_id):
        of_one = list(group)
        segment, edition = of_one[0].segment, by_pk[of_one[0].segment.edition_id]
        # A year may have been named in a passage that is veiled now.
        year = None if edition.veils.all() else segment.year
        found[edition.pk].append(replace(_moment(segment, edition, of_one), year=year))
    return [each for pk in by_pk for each in found[pk]]


def tally(slugs: Collection[str]) -> Tally:
    """One query."""
    named: Any = _segments_that_name(slugs).order_by()
    rows = list(named.values_list("edition", "dated").annotate(moments=Count("pk")))
    by_year: dict[int | None, int] = {}
    for _edition, year, moments in rows:
        by_year[year] = by_year.get(year, 0) + moments
    return Tally(sum(by_year.values()), frozenset(edition for edition, *_ in rows), by_year)


def featured(editions: Iterable[Edition]) -> Moment | None:
    """The quotation of the first of some testimonies that has one and can be heard. At most three queries."""
    having = [
        each
        for each in editions
        if each.pull_quote and has_sound(each) and {"text", "quote"} <= set(each.uses)
    ]
    for edition in having[:3]:
        said = edition.pull_quote.strip("«»“”\"'.…¡!¿? ")
        segment = (
            EditionSegment.objects.filter(edition=edition, withheld=False, text__icontains=said)
            .defer("words")
            .first()
        )
        if segment:
            return _moment(segment, edition, [])
    return None


def _editions() -> EditionQuerySet:
    return Edition.objects.all().select_related("standing").prefetch_related("veils")


def _as_public(edition: Edition) -> Edition:
    return _taken_off(edition, veiled=bool(edition.veils.all()))


def _taken_off(edition: Edition, *, veiled: bool) -> Edition:
    """The same row without what may not be shown. It is never saved."""
    if veiled or "audio" not in edition.uses:
        edition.audio_key, edition.peaks = "", []
    if veiled or not edition.gives_its_video:
        edition.video = {}
    if veiled or "quote" not in edition.uses:
        edition.pull_quote = ""
    if veiled or "summary" not in edition.uses:
        edition.summary, edition.chapters = "", []
    if "still" not in edition.uses:
        edition.photographs = []
    if veiled:
        edition.photographs = [{**each, "caption": ""} for each in edition.photographs]
    return edition


def _under_a_veil(segment: str = "") -> Exists:
    return Exists(
        Veil.objects.filter(
            edition=OuterRef(f"{segment}edition"),
            start_ms__lt=OuterRef(f"{segment}end_ms"),
            end_ms__gt=OuterRef(f"{segment}start_ms"),
        )
    )


def visible_mentions() -> "QuerySet[EditionMention]":
    """Under no veil, and of an organization whose record everybody may see: of the others not even the slug goes out."""
    return (
        EditionMention.objects.alias(veiled=_under_a_veil("segment__"))
        .filter(veiled=False, organization__in=organizations.leading_somewhere().values("slug"))
        .order_by("start_ms", "pk")
    )


def _named(slugs: Collection[str] | None = None) -> "Prefetch[str, QuerySet[EditionMention], str]":
    """Kept in a plain list: three thousand segments would each make a queryset."""
    mentions = visible_mentions() if slugs is None else visible_mentions().filter(organization__in=slugs)
    return Prefetch("mentions", mentions, to_attr="visible_mentions")


def _segments_that_name(slugs: Collection[str]) -> "QuerySet[EditionSegment]":
    return (
        EditionSegment.objects.filter(
            edition__in=Edition.objects.public(),
            pk__in=visible_mentions().filter(organization__in=slugs).order_by().values("segment"),
        )
        # A year may have been named in a passage that is veiled now.
        .annotate(
            dated=Case(
                When(Exists(Veil.objects.filter(edition=OuterRef("edition"))), then=None),
                default=F("year"),
                output_field=IntegerField(),
            )
        )
        .defer("words")
        .order_by(F("edition__published_at").desc(), "edition", "index")
    )


def _unveiled(segment: EditionSegment) -> EditionSegment:
    if getattr(segment, "veiled", False):
        segment.text, segment.words, segment.notes, segment.translations = "", [], [], {}
        segment.withheld = True
    return segment


def _moment(segment: EditionSegment, edition: Edition, mentions: list[EditionMention]) -> Moment:
    may_quote = {"text", "quote"} <= set(edition.uses)
    return Moment(
        edition=edition,
        cue_id=segment.cue_id,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        named_ms=mentions[0].start_ms if mentions else segment.start_ms,
        quotation=_quotation(segment.text, mentions) if may_quote else [],
        language=segment.language,
        speaker=segment.speaker,
        asks=segment.asks,
        year=getattr(segment, "dated", None),
    )


def _quotation(text: str, mentions: list[EditionMention]) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    at = 0
    for mention in sorted(mentions, key=lambda each: each.start):
        if mention.start < at:
            continue
        parts += [(text[at : mention.start], False), (text[mention.start : mention.end], True)]
        at = mention.end
    return [part for part in (*parts, (text[at:], False)) if part[0]]
