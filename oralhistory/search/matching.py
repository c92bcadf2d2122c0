"""Which words of a passage were meant, and how well the passage answers.

The databases say which passages hold what was asked; where in them, and in what order they are
shown, is decided here, so that it is the same on both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oralhistory.search.passages import UNSPOKEN, Layout, layout
from oralhistory.search.queries import Order, Query
from oralhistory.search.vocabulary import Clause

# How soon further occurrences of a word stop counting; the customary k1 of BM25.
SATURATION = 1.2


# Where a run of words begins in its passage, and how many they are: none where a term that is not
# spoken leads to a segment without words. Plain tuples: a search makes thousands.
Occurrence = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that the database found. A column in which nothing was asked may be empty."""

    id: int
    document_id: str
    first_position: int
    layout: str
    keys: str
    exact: str


@dataclass(frozen=True, slots=True)
class Found:
    """One moment: the closest that all words of the query come to each other in a passage."""

    candidate: Candidate
    local: int  # position of its first word in the passage
    score: float
    place: tuple[str, int]  # the testimony, and the position of its first word there


def resolve(candidates: Sequence[Candidate], clauses: Sequence[Clause], query: Query) -> list[Found]:
    """The moments in order, each once though two passages may hold it."""
    moments: dict[tuple[str, int], Found] = {}
    for candidate in candidates:
        occurrences = _occurrences(candidate, clauses, query)
        if not all(occurrences):
            continue
        start, width = _closest(occurrences)
        place = (candidate.document_id, candidate.first_position + start)
        found = Found(candidate, start, _score(occurrences, width), place)
        if place not in moments or moments[place].score < found.score:
            moments[place] = found
    if query.order is not Order.RELEVANCE:  # candidates come testimony by testimony
        order = {candidate.document_id: number for number, candidate in enumerate(candidates)}
        return sorted(moments.values(), key=lambda found: (order[found.place[0]], found.place))
    return sorted(moments.values(), key=lambda found: (-found.score, found.place))


def marks(candidate: Candidate, clauses: Sequence[Clause], query: Query) -> frozenset[int]:
    """The positions of all words of a passage that were asked for."""
    return frozenset(
        position
        for occurrences in _occurrences(candidate, clauses, query)
        for start, length in occurrences
        for position in range(start, start + length)
    )


def _occurrences(candidate: Candidate, clauses: Sequence[Clause], query: Query) -> list[list[Occurrence]]:
    """For each clause that is wanted, where it holds."""
    columns = {"keys": f" {candidate.keys} ", "exact": f" {candidate.exact} "}
    found = [_runs(clause, columns[clause.column]) for clause in clauses if not clause.negated]
    if not query.narrows_words and all(f" {UNSPOKEN} " not in column for column in columns.values()):
        return found  # and the layout need not be read, which takes longer than all the rest
    places = layout(candidate.layout)
    return [_placed(one, places, query) for one in found]


def _runs(clause: Clause, column: str) -> list[Occurrence]:
    """Tokens are parted by one space each: searching the string is ten times faster than a list."""
    found = set()
    for run in clause.runs:
        sought = f" {' '.join(run)}" if clause.prefix else f" {' '.join(run)} "
        at = column.find(sought)
        while at >= 0:
            found.add((column.count(" ", 0, at), len(run)))
            at = column.find(sought, at + 1)
    return sorted(found)


def _placed(occurrences: list[Occurrence], places: list[Layout], query: Query) -> list[Occurrence]:
    """Occurrences at spoken words, of those roles and languages that were asked for, in order."""
    speakers, languages = query.facets.get("speaker", ()), query.facets.get("language", ())
    blocks = sorted((*block, place) for place in places for block in place.also)
    placed = set()
    for start, length in occurrences:
        if blocks and start >= blocks[0][0]:
            start, length, place = next(
                (at, words, place) for block, at, words, place in reversed(blocks) if block <= start
            )
        else:
            place = next(place for place in reversed(places) if place.position <= start)
        if (not speakers or place.role in speakers) and (not languages or place.language in languages):
            placed.add((start, length))
    return sorted(placed)


def _score(occurrences: list[list[Occurrence]], width: int) -> float:
    """How often each is said, and how near to each other."""
    frequency = sum(len(one) / (len(one) + SATURATION) for one in occurrences) / len(occurrences)
    return frequency + (len(occurrences) / width if len(occurrences) > 1 else 0.0)


def _closest(occurrences: list[list[Occurrence]]) -> tuple[int, int]:
    """Start and width, in positions, of the narrowest stretch with one of each; the first of equals."""
    events = sorted(
        (start, start + max(length, 1), which)
        for which, ones in enumerate(occurrences)
        for start, length in ones
    )
    if len(occurrences) == 1:
        return events[0][0], 1
    latest: dict[int, tuple[int, int]] = {}
    stretches = []
    for start, end, which in events:
        latest[which] = (start, end)
        if len(latest) == len(occurrences):
            first = min(place[0] for place in latest.values())
            stretches.append((max(place[1] for place in latest.values()) - first, first))
    width, first = min(stretches)
    return first, width
