"""An organization's life and its neighbors as pictures: where each line and bar lies, in hundredths of the width.

Templates draw them as SVG without a view box: places across are percentages, so that text keeps its size on a phone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oralhistory.organizations.entries import Entry, Related, Surroundings
from oralhistory.organizations.public import Record

# The network.
ROW = 34  # pixels between two neighbors
MOST_TIED, MOST_BESIDE = 9, 9
LEFT, RIGHT = 32.0, 68.0  # of the width
LONGEST_LABEL = 16  # characters; the list beside the picture has the whole name

# The life line.
MARGIN = 2.0  # of the width, left and right
AROUND = 3  # years before the first and after the last
EVERY = (1, 2, 5, 10, 20, 50, 100)  # years between two marks of the axis
MOST_MARKS = 6
SPOKEN_HEIGHT = 32  # pixels


@dataclass(frozen=True, slots=True)
class Neighbor:
    record: Record
    label: str
    kind: str  # of descriptions.TIES, or "beside"
    x: float
    y: int
    width: int = 1  # of its line: in how many testimonies it is spoken of beside it, up to 4
    testimonies: int = 0


@dataclass(frozen=True, slots=True)
class Network:
    height: int
    middle: int
    label: str
    tied: list[Neighbor]
    beside: list[Neighbor]
    more: int  # that the list has and the picture has no room for


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of years. `opens` and `ends`: whether it is known when."""

    x: float
    width: float
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the life line."""

    kind: str  # "self", "name", "predecessor" or "successor"
    label: str
    language: str
    slug: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    year: int
    moments: int = 0
    top: int = 0  # pixels from above, of SPOKEN_HEIGHT


@dataclass(frozen=True, slots=True)
class Life:
    axis: list[Mark]
    lines: list[Line]
    spoken: list[Mark]  # years that testimonies speak of


def network(entry: Entry, around: Surroundings, beside: Sequence[tuple[str, int]]) -> Network | None:
    """Those it is tied to on one side, those spoken of beside it on the other; None where there is nobody."""
    tied = [(each, kind) for kind, group in around.related for each in group]
    known = {each.record.slug for each, _kind in tied}
    others: dict[str, tuple[Record, int]] = {}
    for slug, testimonies in beside:
        if (record := around.by_slug.get(slug)) and record.slug not in known:
            others.setdefault(record.slug, (record, testimonies))
    if not tied and not others:
        return None
    rows = max(min(len(tied), MOST_TIED), min(len(others), MOST_BESIDE), 3)
    height = rows * ROW + ROW // 2
    return Network(
        height=height,
        middle=height // 2,
        label=short(entry.short),
        tied=[
            Neighbor(each.record, short(each.record.short), kind, LEFT, y)
            for (each, kind), y in zip(
                tied[:MOST_TIED], _rows(min(len(tied), MOST_TIED), height), strict=True
            )
        ],
        beside=[
            Neighbor(record, short(record.short), "beside", RIGHT, y, min(4, testimonies), testimonies)
            for (record, testimonies), y in zip(
                list(others.values())[:MOST_BESIDE], _rows(min(len(others), MOST_BESIDE), height), strict=True
            )
        ],
        more=max(0, len(tied) - MOST_TIED) + max(0, len(others) - MOST_BESIDE),
    )


def _rows(count: int, height: int) -> Iterable[int]:
    """Spread over the height, around its middle."""
    first = (height - (count - 1) * ROW) // 2
    return [first + at * ROW for at in range(count)]


def short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1].rstrip() + "…"


def life(entry: Entry, around: Surroundings, spoken: Mapping[int | None, int]) -> Life | None:
    """Its years, those of its names, of what it came from and went into; None where no year is known."""
    description = entry.description
    begun, ended = description.founded, description.dissolved
    own = _years(begun.year if begun else None, ended.year if ended else None)
    spans = [("self", entry.short, "", "", own)] if own else []
    spans += [
        ("name", name.text, name.language, "", span)
        for name in description.names
        if (span := _years(name.valid_from, name.valid_to))
    ]
    for kind in ("predecessor", "successor"):
        spans += [
            (kind, each.record.short, "", each.record.slug, span)
            for each in _of_kind(around, kind)
            if (span := _years(each.record.founded, each.record.dissolved))
        ]
    years = [year for *_, span in spans for year in span if year]
    said = sorted(year for year in spoken if year)
    if not years:
        return None
    first, last = min(years + said) - AROUND, max(years + said) + AROUND
    most = max((spoken[year] for year in said), default=1)
    order = {"predecessor": 0, "self": 1, "name": 2, "successor": 3}
    return Life(
        axis=[Mark(_x(year, first, last), year) for year in _marks(first, last)],
        lines=[
            Line(kind, label, language, slug, _bar(span, first, last))
            for kind, label, language, slug, span in sorted(spans, key=lambda each: order[each[0]])
        ],
        spoken=[
            Mark(
                _x(year, first, last),
                year,
                spoken[year],
                round(SPOKEN_HEIGHT * 0.8 * (1 - spoken[year] / most)),
            )
            for year in said
        ],
    )


Span = tuple[int | None, int | None]


def _years(first: int | None, last: int | None) -> Span | None:
    return (first, last) if first or last else None


def _of_kind(around: Surroundings, kind: str) -> list[Related]:
    return next((group for each, group in around.related if each == kind), [])


def _bar(span: Span, first: int, last: int) -> Bar:
    begins, ends = span[0] or first, span[1] or last
    x = _x(begins, first, last)
    return Bar(x, round(max(0.8, _x(ends, first, last) - x), 2), *span)


def _x(year: int, first: int, last: int) -> float:
    return round(MARGIN + (100 - 2 * MARGIN) * (year - first) / max(1, last - first), 2)


def _marks(first: int, last: int) -> list[int]:
    step = next((each for each in EVERY if (last - first) / each <= MOST_MARKS), EVERY[-1])
    return [year for year in range(first, last + 1) if year % step == 0]
