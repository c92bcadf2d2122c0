"""What the index is given: plain values that say nothing about where they came from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """One timed piece of a testimony, in the order of its time line.

    `words` are (start_ms, end_ms, text). `also` are terms that lead here although they are not
    spoken, such as the acronym and the names of an organization that is mentioned. Of a withheld
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
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """What the public may find of one testimony."""

    id: str
    title: str
    collection: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    organizations: tuple[str, ...]
    years: tuple[int, ...]
    segments: tuple[Segment, ...]
