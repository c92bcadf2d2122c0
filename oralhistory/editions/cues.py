"""Addresses of moments outlive editions: where the words of an older one stand now, or that they changed.

Nothing of an older edition's text is ever given out: it is compared, and what a narrator closed since stays closed.
"""

from dataclasses import dataclass

from django.db.models import Q

from oralhistory.editions import public
from oralhistory.editions.models import EditionSegment
from oralhistory.editions.public import PublicEdition, PublicSegment

_READ = frozenset({"text", "quote"})


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a moment that the present edition does not have."""

    start_ms: int
    cue_id: str  # of the segment that is read there now; empty if none is
    same: bool  # it says the very words
    closed: bool  # something that was said there is not published any more


def moved(edition: PublicEdition, cue_id: str) -> Moved | None:
    """None of a cue that no edition has shown, and where the text may not be read. Four queries."""
    if not set(edition.uses) >= _READ:
        return None
    before = (
        EditionSegment.objects.filter(
            edition__standing=edition.standing, edition__number__lte=edition.number, cue_id=cue_id,
            withheld=False,
        )
        .order_by("-edition__number")
        .only("text", "start_ms", "end_ms")
        .first()
    )  # fmt: skip
    if before is None:
        return None
    place = Q(cue_id=cue_id) | Q(start_ms__lt=before.end_ms, end_ms__gt=before.start_ms)
    all_there = EditionSegment.objects.filter(place, edition=edition).count()
    now = list(public.readable(edition).filter(place))
    if len(now) < all_there:
        # Nothing is compared: words that were closed and are said elsewhere too would lead there, and be known by it.
        return Moved(before.start_ms, now[0].cue_id if now else "", same=False, closed=True)
    alike = public.readable(edition).filter(text=before.text)
    if same := min(alike, key=lambda each: abs(each.start_ms - before.start_ms), default=None):
        return Moved(same.start_ms, same.cue_id, same=True, closed=False)
    return Moved(before.start_ms, now[0].cue_id if now else "", same=False, closed=False)


def otherwise_in(edition: PublicEdition, segment: PublicSegment) -> list[int]:
    """The numbers of earlier editions in which a segment that can be read now had other words. At most one query."""
    if edition.number == 1:
        return []
    rows = EditionSegment.objects.filter(
        edition__standing=edition.standing, edition__number__lt=edition.number, cue_id=segment.cue_id,
        withheld=False,
    ).exclude(text=segment.text)  # fmt: skip
    return sorted(rows.values_list("edition__number", flat=True))
