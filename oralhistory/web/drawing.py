"""How an edition is drawn: segments as turns and paragraphs, with the organizations that they name.

The reading room draws what is public with it, the workroom the edition that is to be signed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, zip_longest
from typing import Any

from oralhistory.editions.models import Edition, EditionMention, EditionSegment
from oralhistory.lib.folding import fold
from oralhistory.organizations.public import Record

# A paragraph is closed at the first full stop after so many characters: a page of speech without a break is unreadable.
PARAGRAPH = 700
_STOPS = (".", "?", "!", "…", "»", "”")


@dataclass(slots=True)
class Piece:
    """A run of a segment's text, spoken of an organization or of nothing in particular."""

    text: str
    mention: EditionMention | None = None
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What readers should know of a passage, numbered through the testimony."""

    number: int
    about: str
    text: str


@dataclass(slots=True)
class Cue:
    cue_id: str
    start_ms: int
    end_ms: int
    pieces: list[Piece]
    notes: list[Note] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)  # language → what it says there


@dataclass(slots=True)
class Paragraph:
    language: str
    is_other_language: bool
    cues: list[Cue] = field(default_factory=list)
    length: int = 0

    def beside(self, language: str) -> str:
        """What it says in another language; a passage that is not translated is an ellipsis there."""
        texts = [cue.beside.get(language, "") for cue in self.cues]
        return " ".join(text or "…" for text in texts) if any(texts) else ""


@dataclass(slots=True)
class Turn:
    """A run of one speaker's segments."""

    speaker: str
    asks: bool
    paragraphs: list[Paragraph] = field(default_factory=list)
    kind: str = "turn"

    @property
    def first(self) -> Cue:
        return self.paragraphs[0].cues[0]


@dataclass(slots=True)
class Gap:
    """A passage that is not published."""

    start_ms: int
    end_ms: int
    kind: str = "gap"

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(slots=True)
class Chapter:
    number: int
    start_ms: int
    title: str
    synopsis: str
    kind: str = "chapter"
    subjects: Sequence[Mapping[str, str]] = ()  # each by language
    places: Sequence[Mapping[str, str]] = ()  # names with countries
    warning: str = ""  # what a listener should know before it
    end_ms: int | None = None  # where the next one begins; None of the last


Block = Turn | Gap | Chapter


def blocks(
    segments: Sequence[EditionSegment],
    *,
    mentions: Mapping[str, Iterable[EditionMention]],
    chapters: Iterable[Mapping[str, Any]],
    records: Mapping[str, Record],
    language: str,
) -> list[Block]:
    """The testimony from its beginning to its end. `mentions` by cue id; `language` is the one mostly spoken."""
    drawn: list[Block] = []
    ahead = contents(chapters)
    numbers = count(1)
    for segment in segments:
        while ahead and ahead[0].start_ms <= segment.start_ms + 500:
            drawn.append(ahead.pop(0))
        last = drawn[-1] if drawn else None
        if segment.withheld:
            if isinstance(last, Gap):
                last.end_ms = segment.end_ms
            else:
                drawn.append(Gap(segment.start_ms, segment.end_ms))
            continue
        if not (isinstance(last, Turn) and (last.speaker, last.asks) == (segment.speaker, segment.asks)):
            last = Turn(segment.speaker, segment.asks)
            drawn.append(last)
        found = mentions.get(segment.cue_id, ())
        notes = [Note(next(numbers), each["about"], each["text"]) for each in segment.notes]
        cue = Cue(
            segment.cue_id,
            segment.start_ms,
            segment.end_ms,
            list(pieces(segment.text, found, records)),
            notes,
            segment.translations,
        )
        _add(last, cue, segment, language)
    return drawn + ahead


def notes_of(drawn: Iterable[Block]) -> list[Note]:
    """All notes of a testimony, for its end."""
    paragraphs = (paragraph for block in drawn if isinstance(block, Turn) for paragraph in block.paragraphs)
    return [note for paragraph in paragraphs for cue in paragraph.cues for note in cue.notes]


def pieces(text: str, mentions: Iterable[EditionMention], records: Mapping[str, Record]) -> Iterator[Piece]:
    """A segment's text, cut where an organization is named; the first of two that overlap wins."""
    at = 0
    for mention in sorted(mentions, key=lambda each: each.start):
        if mention.start < at or mention.organization not in records:
            continue
        if mention.start > at:
            yield Piece(text[at : mention.start])
        yield Piece(text[mention.start : mention.end], mention, records[mention.organization])
        at = mention.end
    if at < len(text):
        yield Piece(text[at:])


def word_times(segment: EditionSegment) -> list[int]:
    """Where each word stands in the text and when it is said: [character, ms from the segment's start, …].

    Characters are counted as JavaScript counts them. A word that the text does not have (it was
    corrected by hand since) is passed over.
    """
    times: list[int] = []
    at = 0
    wide = not segment.text.isascii() and any(ord(character) > 0xFFFF for character in segment.text)
    for start_ms, _end_ms, word in segment.words:
        found = segment.text.find(word.strip(), at)
        if found < 0:
            continue
        place = len(segment.text[:found].encode("utf-16-le")) // 2 if wide else found
        times += [place, start_ms - segment.start_ms]
        at = found + len(word.strip())
    return times


def contents(chapters: Iterable[Mapping[str, Any]]) -> list[Chapter]:
    """The chapters of an edition in their order, each with where it ends."""
    ordered = sorted(chapters, key=lambda each: each["start_ms"])
    return [
        Chapter(
            number, each["start_ms"], each["title"], each.get("synopsis", ""),
            subjects=each.get("subjects", ()), places=each.get("places", ()),
            warning=each.get("warning", ""), end_ms=after["start_ms"] if after else None,
        )
        for number, (each, after) in enumerate(zip_longest(ordered, ordered[1:]), 1)
    ]  # fmt: skip


def warnings_at(edition: Edition, ms: int) -> list[str]:
    """What a listener should know before a moment: of the testimony, and of the chapter that it is in."""
    begun = [each for each in edition.chapters if each["start_ms"] <= ms]
    begun.sort(key=lambda each: each["start_ms"])
    return [each for each in (edition.warnings, begun[-1].get("warning", "") if begun else "") if each]


def subject_in(names: Mapping[str, str], language: str) -> str:
    """A subject as it is called in a language, else as the archive itself calls it."""
    return names.get(language) or names.get("es", "")


def subjects(drawn: Iterable[Block], language: str) -> list[tuple[str, list[Chapter]]]:
    """The subjects of a testimony in the order of the alphabet, each with the chapters that are about it."""
    found: dict[str, list[Chapter]] = {}
    for chapter in drawn:
        if isinstance(chapter, Chapter):
            for names in chapter.subjects:
                found.setdefault(subject_in(names, language), []).append(chapter)
    return sorted(found.items(), key=lambda line: fold(line[0]))


def _add(turn: Turn, cue: Cue, segment: EditionSegment, language: str) -> None:
    last = turn.paragraphs[-1] if turn.paragraphs else None
    if last is None or last.language != segment.language or _is_full(last):
        last = Paragraph(segment.language, segment.language != language)
        turn.paragraphs.append(last)
    last.cues.append(cue)
    last.length += len(segment.text)


def _is_full(paragraph: Paragraph) -> bool:
    text = paragraph.cues[-1].pieces[-1].text if paragraph.cues[-1].pieces else ""
    return paragraph.length > PARAGRAPH and text.rstrip().endswith(_STOPS)
