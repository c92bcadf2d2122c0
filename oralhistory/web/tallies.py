"""Counts as tables with plain bars, and as one CSV: the same numbers for those who see and those who do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import Promise

from oralhistory.web import vocabularies

LONGEST = 60  # lines of a table


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    number: int
    share: float  # of the largest, in percent: how long its bar is


@dataclass(frozen=True, slots=True)
class Tally:
    name: str  # in the CSV and as an anchor
    title: str | Promise
    lines: tuple[Line, ...]


def tally(name: str, title: str | Promise, counts: Iterable[tuple[str, int]]) -> Tally:
    """Counts by code as a table in words: countries, languages, decades and months by what `name` says they are."""
    counts = list(counts)[-LONGEST:] if name == "month" else list(counts)[:LONGEST]
    most = max((number for _code, number in counts), default=0) or 1
    return Tally(
        name, title, tuple(Line(_said(name, code), number, 100 * number / most) for code, number in counts)
    )


def rows(tallies: Iterable[Tally], totals: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str, object]]:
    """For a CSV: which table, which line, how many."""
    for name, number in totals:
        yield "total", name, number
    for each in tallies:
        for line in each.lines:
            yield each.name, line.label, line.number


def _said(name: str, code: str) -> str:
    if name == "language":
        return str(vocabularies.language(code))
    if name == "country":
        return str(vocabularies.country(code))
    if name == "month":
        year, month = map(int, code.split("-"))
        return formats.date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    return f"{code}–{code[:3]}9" if name == "decade" else code
