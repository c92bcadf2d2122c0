"""A text without times gets them from the words that a machine heard in its recording. A pure function of both.

Whisper's words have their times from its own cross-attention, and a word of the text takes the time of the word that
it was heard as. No second alignment of the sound is needed where the words agree; where they do not, a forced one
would place words that were perhaps never said. (What it differs from one: `tests/benchmarks/times.py`.)
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from oralhistory.transcripts.aligning import Pair, matches
from oralhistory.transcripts.formats.reading.timing import GUESSED, PACE
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import HUMAN, Word, folded, spread

BELONGS = (
    1 / 3
)  # of a text's words are heard even in a poor recording; of another on the same matter, up to 0.3
LOOSE = 3_000  # ms that a passage may be moved to and fro before its time is called a guess
LONG = 15_000  # ms of speech heard as something else altogether, before the same is said
FIGURE = 5  # letters
COMPARABLE = 3  # times as many letters, at the most, for one to be what the other was heard as


@dataclass(frozen=True, slots=True)
class Fitted:
    """The segments of a text in its recording's time, and how well they fit.

    Where the text does not belong to the recording the segments are those that were given, with the times they had.
    """

    segments: list[TimedSegment]
    words: int
    matched: int

    @property
    def share(self) -> float:
        return self.matched / self.words if self.words else 0.0

    @property
    def belongs(self) -> bool:
        return bool(self.matched) and self.share >= BELONGS

    @property
    def guessed(self) -> int:
        return sum(GUESSED in segment.flags for segment in self.segments)


def fit(segments: Sequence[TimedSegment], heard: Sequence[Word], duration_ms: int) -> Fitted:
    """Times for all words of the segments, in order, within the recording. Texts, names and cue ids stay.

    `heard`: in order. The segments' own times do not count.
    """
    tokens = [token for segment in segments for token in segment.text.split()]
    ours = [folded(token) for token in tokens]
    pairs = matches(ours, [folded(word.text) for word in heard])
    spoken = sum(map(bool, ours))
    fitted = Fitted(list(segments), spoken, len(pairs))
    if not fitted.belongs or duration_ms < len(tokens):
        return fitted
    owners = [at for at, segment in enumerate(segments) for _token in segment.text.split()]
    words, loose = _placed(tokens, owners, heard, pairs, duration_ms)
    ends = list(accumulate(len(segment.text.split()) for segment in segments))
    placed = [
        _timed(
            segment,
            words[end - len(segment.text.split()) : end],
            loose[end - len(segment.text.split()) : end],
        )
        for segment, end in zip(segments, ends, strict=True)
    ]
    return replace(fitted, segments=placed)


def _timed(segment: TimedSegment, words: Sequence[Word], loose: Sequence[bool]) -> TimedSegment:
    flags = [flag for flag in segment.flags if flag != GUESSED]
    if 2 * sum(loose) > len(loose):
        flags.append(GUESSED)
    return replace(
        segment, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, words=tuple(words), flags=tuple(flags)
    )


def _placed(
    tokens: Sequence[str],
    owners: Sequence[int],
    heard: Sequence[Word],
    pairs: Sequence[Pair],
    duration_ms: int,
) -> tuple[list[Word], list[bool]]:
    """A time for every word; and of each, whether that is no more than a guess."""
    words: list[Word] = []
    loose: list[bool] = []
    for before, after in pairwise([(-1, -1), *pairs, (len(tokens), len(heard))]):
        run = slice(before[0] + 1, after[0])
        if tokens[run]:
            gap = _Gap(
                heard[before[1]].end_ms if before[1] >= 0 else 0,
                heard[after[1]].start_ms if after[1] < len(heard) else duration_ms,
                heard[before[1] + 1 : after[1]],
                owners[before[0]] if before[0] >= 0 else -1,
                owners[after[0]] if after[0] < len(tokens) else -1,
            )
            words += _in_gap(tokens[run], owners[run], gap)
            loose += [gap.is_loose(tokens[run])] * len(tokens[run])
        if after[0] < len(tokens):
            word = heard[after[1]]
            words.append(Word(word.start_ms, word.end_ms, tokens[after[0]], HUMAN))
            loose.append(False)
    return _in_line(words, duration_ms), loose


@dataclass(frozen=True, slots=True)
class _Gap:
    """The time between two words that are known, and what was heard in it; the segments that these two are of."""

    start_ms: int
    end_ms: int
    heard: Sequence[Word]
    of_before: int
    of_after: int

    def is_what_was_heard(self, tokens: Sequence[str]) -> bool:
        """Whether as much was heard as is written: then it is this, heard as something else."""
        ours, theirs = _letters(tokens), _letters([word.text for word in self.heard])
        return bool(theirs) and theirs <= COMPARABLE * ours and ours <= COMPARABLE * theirs

    def is_loose(self, tokens: Sequence[str]) -> bool:
        room = self.end_ms - self.start_ms
        if self.is_what_was_heard(tokens):
            return room > LONG
        return room > _needed(tokens) + LOOSE


def _letters(tokens: Sequence[str]) -> int:
    return sum(map(_length, tokens))


def _length(token: str) -> int:
    """In letters, as it is said: a figure is a word."""
    return 1 + sum(FIGURE if letter.isdigit() else 1 for letter in token)


def _needed(tokens: Sequence[str]) -> int:
    """How long it takes to say, in milliseconds."""
    return _letters(tokens) * 1000 // PACE


def _in_gap(tokens: Sequence[str], owners: Sequence[int], gap: _Gap) -> list[Word]:
    start, end = gap.start_ms, max(gap.start_ms, gap.end_ms)
    if gap.is_what_was_heard(tokens):
        return _over(tokens, gap.heard)
    if end - start <= _needed(tokens):
        return spread(tokens, start, end)
    # There is more time than words: what belongs to the passage before follows it at once, what belongs to the one
    # after ends where that goes on, whole passages share what is left.
    first = sum(owner == gap.of_before for owner in owners)
    last = sum(owner == gap.of_after != gap.of_before for owner in owners)
    if gap.of_before < 0:
        last = len(tokens)  # before the first word that is known, as near to it as can be
    elif gap.of_after < 0:
        first = len(tokens)
    stop = len(tokens) - last
    left, right = start + _needed(tokens[:first]), end - _needed(tokens[stop:])
    return [
        *spread(tokens[:first], start, left), *spread(tokens[first:stop], left, right), *spread(tokens[stop:], right, end)
    ]  # fmt: skip


def _over(tokens: Sequence[str], heard: Sequence[Word]) -> list[Word]:
    """Words in the time of others, by their letters: pauses between the others stay pauses as far as can be."""
    if len(tokens) == len(heard):
        return [
            Word(word.start_ms, word.end_ms, token, HUMAN) for token, word in zip(tokens, heard, strict=True)
        ]
    lengths = [0, *accumulate(_length(word.text) for word in heard)]
    whole = _letters(tokens)
    words, done = [], 0
    for token in tokens:
        begins = _time_at(done * lengths[-1] / whole, lengths, heard, ends=False)
        done += _length(token)
        words.append(
            Word(begins, _time_at(done * lengths[-1] / whole, lengths, heard, ends=True), token, HUMAN)
        )
    return words


def _time_at(letter: float, lengths: Sequence[int], heard: Sequence[Word], *, ends: bool) -> int:
    """When a letter of what was heard is said; at the boundary of two words, the end of one or the start of the other."""
    at = (bisect_left(lengths, letter - 1e-9) if ends else bisect_right(lengths, letter + 1e-9)) - 1
    at = min(max(at, 0), len(heard) - 1)
    word, share = heard[at], (letter - lengths[at]) / (lengths[at + 1] - lengths[at])
    return round(word.start_ms + (word.end_ms - word.start_ms) * min(max(share, 0.0), 1.0))


def _in_line(words: Sequence[Word], duration_ms: int) -> list[Word]:
    """Each begins when the one before has ended, lasts a millisecond, and leaves one to every word after it."""
    line: list[Word] = []
    at = 0
    for left, word in zip(range(len(words) - 1, -1, -1), words, strict=True):
        latest = duration_ms - left
        start = max(at, min(word.start_ms, latest - 1))
        at = min(max(word.end_ms, start + 1), latest)
        line.append(Word(start, at, word.text, word.probability))
    return line
