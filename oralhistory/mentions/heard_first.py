"""The text of a transcript as it was heard before the machine was told names: what a mention is judged by.

A name that a second reading put into a text is no evidence of itself: the machine was told it. So the matcher reads
what was heard first. What it finds there is moved to the words that stand there now.

An organization that is found in a written name alone is proposed all the same, with that reason: to be listened to by a
person, never in bulk, and as evidence for nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions.evidence import Evidence
from oralhistory.mentions.matching import Found
from oralhistory.transcripts.second_readings import Place

ONLY_WRITTEN = "second reading"  # kind of such a mention
MOST = 0.70  # score of such a mention: more than even, since the sound was like it


@dataclass(frozen=True, slots=True)
class HeardFirst:
    """A segment's text, and the places in it where a name was written for something that was heard."""

    text: str
    places: Sequence[Place]

    @property
    def heard(self) -> str:
        """What was heard first, with everything else as it stands."""
        parts, at = [], 0
        for place in self.places:
            parts += [self.text[at : place.start], place.heard]
            at = place.end
        return "".join([*parts, self.text[at:]])

    def shown(self, start: int, end: int) -> tuple[int, int]:
        """Where characters of `heard` stand in the text: all of a name for any of what was heard in its place."""
        return self._moved(start, opens=True), self._moved(end, opens=False)

    def _moved(self, at: int, *, opens: bool) -> int:
        shift = 0  # how much further on a character is in what was heard
        for place in self.places:
            first = place.start + shift
            last = first + len(place.heard)
            if at < first or (at == first and not opens):
                break
            if at < last or (at == last and not opens):
                return place.start if opens else place.end
            shift += len(place.heard) - (place.end - place.start)
        return at - shift

    def is_written(self, start: int, end: int) -> Place | None:
        """The first place that characters of the text touch."""
        return next((each for each in self.places if start < each.end and each.start < end), None)


def moved(found: Found, segments: Sequence[HeardFirst]) -> Found:
    """What was found in what was heard first, where it stands in the text."""
    first, last = segments[found.segment], segments[found.end_segment]
    if not first.places and not last.places:
        return found
    if first is last:
        start, end = first.shown(found.start, found.end)
        return replace(found, start=start, end=end, surface=first.text[start:end])
    start, _ = first.shown(found.start, len(first.heard))
    _, end = last.shown(0, found.end)
    return replace(found, start=start, end=end, surface=f"{first.text[start:]}\n{last.text[:end]}")


def with_those_written(
    found: Sequence[Found], written: Sequence[Found], segments: Sequence[HeardFirst]
) -> list[Found]:
    """What was found in what was heard first, and what is found only as it is written now."""
    known = [each for each in found if each.organization is not None]
    added = [
        _only_written(each, place)
        for each in written
        if each.organization is not None
        and (place := segments[each.segment].is_written(each.start, _end(each, segments)))
        and not any(_overlap(each, other, segments) for other in known)
    ]
    kept = [
        each
        for each in found
        if each.organization is not None or not any(_overlap(each, other, segments) for other in added)
    ]
    return sorted([*kept, *added], key=lambda each: (each.segment, each.start))


def _only_written(found: Found, place: Place) -> Found:
    why = Evidence(
        N_("written so by a machine that was told names; first it heard «%(heard)s»"),
        0.0,  # it is weighed by its limit
        {"heard": place.heard},
    )
    return replace(found, kind=ONLY_WRITTEN, score=min(MOST, found.score), evidence=[*found.evidence, why])


def _end(found: Found, segments: Sequence[HeardFirst]) -> int:
    """After its last character in the segment in which it begins."""
    return found.end if found.end_segment == found.segment else len(segments[found.segment].text)


def _overlap(one: Found, other: Found, segments: Sequence[HeardFirst]) -> bool:
    return (
        one.segment == other.segment
        and one.start < _end(other, segments)
        and other.start < _end(one, segments)
    )
