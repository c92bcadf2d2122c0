"""Dates as archives know them: a year, a month or a day, sure or not.

Written as EDTF (ISO 8601-2, level 1) writes them: 1971, 1971-06, 1971-06-10, and behind them ~ for about, ? for
uncertain. Of that standard the records need no more; the libraries that read all of it bring a grammar for it.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

Certainty = Literal["certain", "approximate", "uncertain"]
_MARKS: dict[str, Certainty] = {"": "certain", "~": "approximate", "?": "uncertain"}
_SIGNS = {certainty: mark for mark, certainty in _MARKS.items()}
_FORM = re.compile(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?([~?]?)")


class NotADate(ValueError):
    """Not a year, a month or a day of EDTF."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year (1000–2999), perhaps with month and day, and how sure it is."""

    year: int
    month: int | None = None
    day: int | None = None
    certainty: Certainty = "certain"

    @property
    def rest(self) -> str:
        """Month and day: "06-10", "06" or nothing."""
        return "-".join(f"{part:02}" for part in (self.month, self.day) if part)

    @property
    def plain(self) -> str:
        """Without how sure it is: an ISO 8601 date, month or year."""
        return f"{self.year}-{self.rest}" if self.month else str(self.year)

    def __str__(self) -> str:
        return self.plain + _SIGNS[self.certainty]


def parse(text: str) -> PartialDate:
    """Raises NotADate."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise NotADate(text)
    year, month, day = (int(part) if part else None for part in found.groups()[:3])
    if year is None or (month and not 1 <= month <= 12) or month == 0:
        raise NotADate(text)
    if day is not None and not (month and 1 <= day <= monthrange(year, month)[1]):
        raise NotADate(text)
    return PartialDate(year, month, day, _MARKS[found[4]])
