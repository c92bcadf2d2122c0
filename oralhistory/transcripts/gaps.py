"""Where a transcript has no words and a listener may hear some: read from the windows, for whoever edits.

None of it is text: what a machine heard over silence is shown to the editor beside the segments, and is in none of them,
so no version, edition or package of formats carries it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from oralhistory.lib.timeline import Span, merged
from oralhistory.transcripts.models import Transcript, TranscriptionJob, Window
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.words import Word, from_rows, text_of

SPOKEN = 2_000  # ms of speech: a window with so much and no segment at all is told of
LEFT_OUT = (
    4_000  # ms: in a window that has segments, speech beyond their length, which nobody measured by frames
)
TOGETHER = 1_500  # ms: dropped words that are as near to each other are one gap


class Kind(StrEnum):
    OTHER_LANGUAGE = "other_language"  # not transcribed, since it is none of the interview's
    UNWRITTEN = "unwritten"  # somebody speaks, and no word was written
    DROPPED = "dropped_over_silence"  # words were written where nobody speaks, and taken out


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the recording. `heard`: the words that were taken out."""

    start_ms: int
    end_ms: int
    kind: Kind
    heard: str = ""


@dataclass(frozen=True, slots=True)
class _Window:
    start_ms: int
    end_ms: int
    speech_ms: int
    flags: Sequence[str]
    dropped: Sequence[Word]


def of(transcript: Transcript) -> list[Gap]:
    """In order. Empty for a text that came from elsewhere: nobody knows what was left out there."""
    heard = heard_as(transcript)
    if heard is None:
        return []
    written = merged(transcript.segments.values_list("start_ms", "end_ms"))
    found = [gap for window in _windows(heard) for gap in _in(window, written)]
    return _joined(sorted(found, key=lambda gap: gap.start_ms))


def heard_as(transcript: Transcript) -> TranscriptionJob | None:
    """The transcription that a version goes back to."""
    version: Transcript | None = transcript
    while version is not None and version.transcription is None:
        version = version.parent
    return version.transcription if version else None


def _windows(heard: TranscriptionJob) -> Iterable[_Window]:
    """Without their words: the segments have them."""
    rows = Window.objects.filter(chunk__transcription=heard, heard=True).order_by("start_sample")
    fields = ("start_sample", "end_sample", "speech_samples", "result__flags", "result__dropped")
    for start, end, speech, flags, dropped in rows.values_list(*fields):
        start_ms = milliseconds(start)
        words = [word.moved(start_ms) for word in from_rows(dropped or ())]
        yield _Window(start_ms, milliseconds(end), milliseconds(speech), flags or (), words)


def _in(window: _Window, written: Sequence[Span]) -> Iterable[Gap]:
    for words in _runs(window.dropped):
        start_ms, end_ms = words[0].start_ms, words[-1].end_ms
        yield Gap(start_ms, max(end_ms, start_ms + 1), Kind.DROPPED, text_of(words))
    free = _free(window, written)
    if not free:
        return
    start_ms, end_ms = max(free, key=lambda span: span[1] - span[0])
    untouched = free == [(window.start_ms, window.end_ms)]
    if Kind.OTHER_LANGUAGE in window.flags:
        # Where most of it is covered, somebody has written what is said.
        if 2 * (end_ms - start_ms) > window.end_ms - window.start_ms:
            yield Gap(start_ms, end_ms, Kind.OTHER_LANGUAGE)
        return
    covered = window.end_ms - window.start_ms - sum(end - start for start, end in free)
    missing = min(window.speech_ms - covered, end_ms - start_ms)
    if missing > (SPOKEN if untouched else LEFT_OUT):
        yield Gap(start_ms, end_ms, Kind.UNWRITTEN)


def _runs(words: Sequence[Word]) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in words:
        if not runs or word.start_ms - runs[-1][-1].end_ms > TOGETHER:
            runs.append([])
        runs[-1].append(word)
    return runs


def _free(window: _Window, written: Sequence[Span]) -> list[Span]:
    """What no segment covers."""
    first = bisect_right(written, window.start_ms, key=lambda span: span[1])
    last = bisect_left(written, window.end_ms, key=lambda span: span[0])
    inside = [(max(start, window.start_ms), min(end, window.end_ms)) for start, end in written[first:last]]
    edges = [(window.start_ms, window.start_ms), *inside, (window.end_ms, window.end_ms)]
    return [(before[1], after[0]) for before, after in pairwise(edges) if after[0] > before[1]]


def _joined(gaps: Sequence[Gap]) -> list[Gap]:
    """Windows that follow each other with nothing between them are one gap."""
    joined: list[Gap] = []
    for gap in gaps:
        last = joined[-1] if joined else None
        if last and last.kind == gap.kind != Kind.DROPPED and gap.start_ms <= last.end_ms:
            joined[-1] = replace(last, end_ms=max(last.end_ms, gap.end_ms))
        else:
            joined.append(gap)
    return joined
