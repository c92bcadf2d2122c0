"""What the index is given: plain values that say nothing about where they came from."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Lead(NamedTuple):
    """A term that leads to words of a segment without being spoken: an acronym to "efe eme ele ene"."""

    term: str
    start: int  # characters of the segment's text
    end: int


@dataclass(frozen=True)
class Segment:
    """One timed piece of a testimony, in the order of its time line.

    `words` are (start_ms, end_ms, text). `also` are terms that lead here although they are not
    spoken, such as the acronym and the names of an organization, to where it is mentioned. Of a withheld
    segment nothing is kept but the gap: its text, words and `also` are never read.
    """

    cue_id: str
    start_ms: int
    end_ms: int
    text: str
    language: str
    speaker: str
    words: list[tuple[int, int, str]]
    withheld: bool = False
    also: tuple[Lead, ...] = ()
    asks: bool = False  # spoken by the interviewer

    @property
    def role(self) -> str:
        """What the facet `speaker` goes by."""
        return "interviewer" if self.asks else "narrator"


@dataclass(frozen=True)
class Document:
    """What the public may find of one testimony."""

    id: str
    title: str
    collection: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    organizations: tuple[str, ...]
    years: tuple[int, ...]  # that are spoken of
    segments: tuple[Segment, ...]
    held_on: str = ""  # "1979", "2024-03", "2024-03-12"
    published_at: datetime | None = None
