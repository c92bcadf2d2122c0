"""A stretch of speech with its time, as the join makes it and as the formats write it."""

from dataclasses import dataclass

from oralhistory.transcripts.words import Word


@dataclass(frozen=True, slots=True)
class TimedSegment:
    """About a sentence. Times are milliseconds of the recording; words lie within them, in order."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    language: str = ""
    flags: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    voice: str = ""  # a letter, as the machine tells voices apart; empty: not known
    cue_id: str = ""  # the same in every version and edition; empty before a version is kept
