"""The misses and the false proposals that weigh most, each with its sentence and with what was found and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oralhistory.mentions.evaluation import Answer, Finder, Gold, Place

Pairs = Sequence[tuple[Gold, dict[Place, Answer]]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the answer and the truth differ."""

    gold: Gold
    place: Place
    expected: str  # organization, or in words that none is said
    kind: str  # how it was distorted
    answer: Answer | None  # what was found there, or on characters that overlap
    found_at: Place | None

    @property
    def sentence(self) -> str:
        """The segment, with the place marked."""
        segment, start, end = self.place
        text = self.gold.segments[segment]
        end = len(text) if end < 0 else end
        return f"{text[:start]}«{text[start:end]}»{text[end:]}"

    @property
    def found(self) -> str:
        if self.answer is None or self.found_at is None:
            return "nothing"
        segment, start, end = self.found_at
        surface = self.gold.segments[segment][start : end if end >= 0 else None]
        return (
            f"{named(self.answer.organization)} for «{surface}» ({self.answer.score:.2f}, {self.answer.kind})"
        )


def named(organization: str | None) -> str:
    """An organization, or in words that it has no record."""
    return organization or "one not in the list"


def misses(pairs: Pairs, everything: Finder) -> list[Fault]:
    """Mentions that were not proposed as they are; the most plainly said first (those that were nearly proposed last).

    everything: finds also what scores too little to be proposed, so that a miss can be explained.
    """
    faults = []
    for gold, proposed in pairs:
        missed = {
            place: known
            for place, known in gold.mentions.items()
            if place not in proposed or proposed[place].organization != known[0]
        }
        found = everything(gold) if missed else {}
        for place, (organization, kind) in missed.items():
            at = _overlapping(place, found)
            faults.append(
                Fault(gold, place, named(organization), kind, found[at] if at is not None else None, at)
            )
    return sorted(
        faults, key=lambda fault: (fault.answer.score if fault.answer else 0.0, fault.gold.id, fault.place)
    )


def false_ones(pairs: Pairs) -> list[Fault]:
    """Proposals that are wrong, the surest first."""
    faults = []
    for gold, proposed in pairs:
        for place, answer in proposed.items():
            known = gold.mentions.get(place)
            if known is not None and known[0] == answer.organization:
                continue
            at = place if known is not None else _overlapping(place, gold.mentions)
            expected = named(gold.mentions[at][0]) if at is not None else "no organization"
            kind = gold.mentions[at][1] if at is not None else ""
            faults.append(Fault(gold, place, expected, kind, answer, place))
    return sorted(
        faults, key=lambda fault: (-fault.answer.score if fault.answer else 0.0, fault.gold.id, fault.place)
    )


def _overlapping(place: Place, others: Mapping[Place, object]) -> Place | None:
    if place in others:
        return place
    segment, start, end = place
    for other in others:
        last = other[2] if other[2] >= 0 else other[1] + 1
        if other[0] == segment and other[1] < (end if end >= 0 else start + 1) and start < last:
            return other
    return None


def lines(faults: Sequence[Fault]) -> Iterator[str]:
    """Each fault as a few lines for reading."""
    for number, fault in enumerate(faults, 1):
        kind = f" [{fault.kind}]" if fault.kind else ""
        country = fault.gold.country or "no country"
        yield f"    {number:3}. {fault.gold.id}:{fault.place[0]} ({country}){kind}  {fault.sentence}"
        yield f"         expected {fault.expected}; found {fault.found}"
        for reason in (fault.answer.why if fault.answer else ())[:6]:
            yield f"             {reason}"
