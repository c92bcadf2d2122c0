"""What the page of people named shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import overlaps
from oralhistory.review import redactions
from oralhistory.review.models import NamedPerson, Occurrence
from oralhistory.review.people_named import decisions, spoken
from oralhistory.review.people_named.spoken import Spoken
from oralhistory.workroom import showing

AROUND = 70  # characters on either side of a name
FIRST = 3  # quotations that are not folded away


@dataclass(frozen=True, slots=True)
class Quotation:
    """A name among the words around it. `closed`: it lies in a passage that is redacted already."""

    row: Occurrence
    before: str
    after: str
    closed: bool


@dataclass(slots=True)
class Spelling:
    text: str
    quotations: list[Quotation] = field(default_factory=list)
    likely: bool = False

    @property
    def first(self) -> list[Quotation]:
        return self.quotations[:FIRST]

    @property
    def more(self) -> list[Quotation]:
        return self.quotations[FIRST:]


@dataclass(slots=True)
class Entry:
    person: NamedPerson
    spellings: list[Spelling]
    decided_by: str = ""
    problem: str = ""

    @property
    def stand(self) -> str:
        return decisions.stand(self.person)

    @property
    def places(self) -> int:
        return sum(len(each.quotations) for each in self.spellings)

    @property
    def offered(self) -> bool:
        """Whether something near the name waits for a word."""
        return any(each.likely for each in self.spellings)

    @property
    def at_ms(self) -> int:
        return min(
            (quotation.row.start_ms for each in self.spellings for quotation in each.quotations), default=0
        )


def entries(interview: Interview) -> list[Entry]:
    """Everybody in the register: what is to be decided first, the most named before others."""
    people = list(NamedPerson.objects.filter(interview=interview))
    rows: dict[int, list[Occurrence]] = {}
    for row in Occurrence.objects.filter(person__interview=interview):
        rows.setdefault(row.person_id, []).append(row)
    said, closed = spoken.of(interview), redactions.spans(interview)
    names = showing.agent_names(each.decided_by_agent for each in people)
    found = [
        Entry(
            each, _spellings(each, rows.get(each.pk, []), said, closed), names.get(each.decided_by_agent, "")
        )
        for each in people
    ]
    return sorted(found, key=lambda each: (-each.places, each.at_ms))


def _spellings(
    person: NamedPerson, rows: Iterable[Occurrence], said: Spoken, closed: list[tuple[int, int]]
) -> list[Spelling]:
    found: dict[str, Spelling] = {}
    for row in rows:
        spelling = found.setdefault(row.spelling, Spelling(row.spelling))
        spelling.likely |= row.likely
        spelling.quotations.append(_quotation(row, said, closed))
    return sorted(
        found.values(), key=lambda each: (each.text != person.name, each.likely, -len(each.quotations))
    )


def _quotation(row: Occurrence, said: Spoken, closed: list[tuple[int, int]]) -> Quotation:
    is_closed = overlaps((row.start_ms, row.end_ms), closed)
    passage = said.passages.get(row.cue_id)
    if passage is None or row.gone:
        return Quotation(row, "", "", is_closed)
    before, after = passage.segment.text[: row.start], passage.segment.text[row.end :]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return Quotation(row, before, after, is_closed)
