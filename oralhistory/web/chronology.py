"""Years as pictures: columns of how often each is spoken of, and bars of what lasted.

As in `lives`, places across are hundredths of the width, and templates draw SVG without a view box.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HEIGHT = 72  # pixels of a column that is as high as can be
LOWEST = 3
EVERY = (1, 2, 5, 10, 20, 50, 100)
MOST_MARKS = 6


@dataclass(frozen=True, slots=True)
class Column:
    year: int
    number: int
    x: float
    width: float
    top: int
    height: int


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Axis:
    """From the beginning of one year to the end of another."""

    first: int
    last: int

    @property
    def marks(self) -> list[Mark]:
        length = self.last - self.first + 1
        step = next((each for each in EVERY if length / each <= MOST_MARKS), EVERY[-1])
        return [Mark(self.x(year), year) for year in range(self.first, self.last + 1) if year % step == 0]

    def x(self, year: int) -> float:
        return round(100 * (year - self.first) / (self.last - self.first + 1), 2)

    def bar(self, begins: int | None, ends: int | None) -> Bar:
        """What has no beginning begins with the axis, what has no end goes to its end."""
        first, last = max(begins or self.first, self.first), min(ends or self.last, self.last)
        x = self.x(first)
        return Bar(x, round(max(0.6, self.x(last + 1) - x), 2))


@dataclass(frozen=True, slots=True)
class Chart:
    axis: Axis
    columns: list[Column]
    height: int = HEIGHT


def axis(years: Iterable[int]) -> Axis | None:
    """Whole decades around some years; None where there are none."""
    years = list(years)
    return Axis(min(years) // 10 * 10, max(years) // 10 * 10 + 9) if years else None


def chart(counts: Mapping[int, int], along: Axis | None = None, *, step: int = 1) -> Chart | None:
    """Columns of counts by year, or by the first year of every `step`; None where nothing is counted."""
    along = along or axis(counts)
    if along is None or not counts:
        return None
    most = max(counts.values())
    width = along.x(along.first + step)
    return Chart(
        along,
        [
            Column(
                year,
                number,
                along.x(year),
                round(width * 0.86, 2),
                HEIGHT - (height := max(LOWEST, round(HEIGHT * number / most))),
                height,
            )
            for year, number in sorted(counts.items())
            if along.first <= year <= along.last
        ],
    )
