"""From what was heard in each window to the segments of a transcript. A pure function of stored rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.voices.turns import Turn, voice_of
from oralhistory.transcripts.words import Word, text_of, within

SENTENCE_END = (".", "?", "!", "…", "。", ".»", "?»", "!»", '."', '?"', '!"')
PACKED = 7_000  # ms: short sentences share a segment up to this
LONGEST = 12_000  # ms: longer sentences are divided
PAUSE = 700  # ms: after a pause like this a new segment begins, if a sentence has ended
LONG_PAUSE = 1_500  # ms: after this one, in any case
BREATH = 200  # ms: after a pause like this another one may have the word


@dataclass(frozen=True, slots=True)
class HeardWindow:
    """A window of a recording, half-open in samples, and what was heard in it."""

    start_sample: int
    end_sample: int
    result: WindowResult


def join(windows: Iterable[HeardWindow], turns: Sequence[Turn] = ()) -> list[TimedSegment]:
    """Segments of about a sentence, in order, never overlapping, each inside its window and of one voice.

    Some windows may still be missing: those that are there give the same segments. Without turns no voice is known.
    """
    segments: list[TimedSegment] = []
    for window in sorted(windows, key=lambda each: each.start_sample):
        segments.extend(_segments(window, turns))
    return segments


def _segments(window: HeardWindow, turns: Sequence[Turn]) -> list[TimedSegment]:
    start_ms, end_ms = milliseconds(window.start_sample), milliseconds(window.end_sample)
    if end_ms <= start_ms:
        return []
    result = window.result
    said = [word.moved(start_ms) for word in result.words if word.text.strip()]
    words = within(said, start_ms, end_ms)
    groups = [
        (voice, group)
        for voice, spoken in _stretches(words, turns)
        for group in _grouped(spoken, result, start_ms)
    ]
    return [
        TimedSegment(
            start_ms=group[0].start_ms,
            end_ms=group[-1].end_ms,
            text=text_of(group),
            language=_language(result, group[0].start_ms - start_ms),
            flags=result.flags,
            words=tuple(group),
            voice=voice,
        )
        for voice, group in _with_length(groups)
    ]


def _stretches(words: Sequence[Word], turns: Sequence[Turn]) -> list[tuple[str, list[Word]]]:
    """Runs of words of one voice. The word passes on at the end of a sentence or in a breath, never between.

    A turn is known to some tenths of a second: what is said in one breath is of the voice that says most of it.
    """
    stretches: list[tuple[str, list[Word]]] = []
    for breath in _breaths(words):
        voice = voice_of(breath, turns)
        if stretches and stretches[-1][0] == voice:
            stretches[-1][1].extend(breath)
        else:
            stretches.append((voice, breath))
    return stretches


def _breaths(words: Sequence[Word]) -> list[list[Word]]:
    breaths: list[list[Word]] = []
    for word in words:
        before = breaths[-1][-1] if breaths else None
        if before is None or before.text.endswith(SENTENCE_END) or word.start_ms - before.end_ms >= BREATH:
            breaths.append([])
        breaths[-1].append(word)
    return breaths


def _language(result: WindowResult, at_ms: int) -> str:
    for passage in result.passages:
        if at_ms < passage.end_ms:
            return passage.language
    return result.passages[-1].language if result.passages else result.language


def _grouped(words: Sequence[Word], result: WindowResult, start_ms: int) -> list[list[Word]]:
    """Sentences, short ones together, long ones divided."""
    groups: list[list[Word]] = []
    for sentence in _sentences(words, result, start_ms):
        before = groups[-1] if groups else None
        if before and _belongs(before, sentence, result, start_ms):
            before.extend(sentence)
        else:
            groups.append(list(sentence))
    return [part for group in groups for part in _divided(group)]


def _sentences(words: Sequence[Word], result: WindowResult, start_ms: int) -> list[list[Word]]:
    sentences: list[list[Word]] = []
    ended = True
    for word in words:
        if not ended:
            before = sentences[-1][-1]
            ended = word.start_ms - before.end_ms >= LONG_PAUSE or _switches(before, word, result, start_ms)
        if ended:
            sentences.append([])
        sentences[-1].append(word)
        ended = word.text.endswith(SENTENCE_END)
    return sentences


def _belongs(before: Sequence[Word], sentence: Sequence[Word], result: WindowResult, start_ms: int) -> bool:
    """Whether a sentence is short and near enough to share the segment of the one before it.

    What follows a question is often somebody else's answer: it stands alone.
    """
    return (
        sentence[-1].end_ms - before[0].start_ms <= PACKED
        and sentence[0].start_ms - before[-1].end_ms < PAUSE
        and "?" not in before[-1].text
        and not _switches(before[-1], sentence[0], result, start_ms)
    )


def _switches(before: Word, after: Word, result: WindowResult, start_ms: int) -> bool:
    return bool(result.passages) and (
        _language(result, before.start_ms - start_ms) != _language(result, after.start_ms - start_ms)
    )


def _divided(group: list[Word]) -> list[list[Word]]:
    """A long sentence in parts of at most 12 s, cut at a comma or a pause near its middle."""
    if len(group) < 2 or group[-1].end_ms - group[0].start_ms <= LONGEST:
        return [group]
    middle = (group[0].start_ms + group[-1].end_ms) / 2

    def price(position: int) -> float:
        before, after = group[position - 1], group[position]
        relief = 3_000 if before.text.endswith((",", ";", ":", *SENTENCE_END)) else 0
        return abs(before.end_ms - middle) - relief - 3 * (after.start_ms - before.end_ms)

    cut = min(range(1, len(group)), key=price)
    return _divided(group[:cut]) + _divided(group[cut:])


def _with_length(groups: Iterable[tuple[str, list[Word]]]) -> list[tuple[str, list[Word]]]:
    """Groups that last no time (more words than milliseconds) are joined to the one before."""
    kept: list[tuple[str, list[Word]]] = []
    for voice, group in groups:
        if kept and group[-1].end_ms <= group[0].start_ms:
            kept[-1][1].extend(group)
        else:
            kept.append((voice, group))
    return kept


def overlapping(segments: Sequence[TimedSegment]) -> list[tuple[TimedSegment, TimedSegment]]:
    """Neighbors of which the second begins before the first has ended; for checks."""
    return [(a, b) for a, b in pairwise(segments) if b.start_ms < a.end_ms]
