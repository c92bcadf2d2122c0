"""Speech that no word covers: what an engine has left out, although it says nothing of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts import voice
from oralhistory.transcripts.sound import SAMPLE_RATE, milliseconds
from oralhistory.transcripts.words import Word

MISSED = 2.0  # seconds of speech in a row without a word: about six words
# A word beside a gap is often stretched over it: of a longer one, so much at either end is believed.
BELIEVED = 500  # ms
PAUSE = 9  # frames (0.3 s): the shortest at which a window is cut
ALONE = 24  # frames (0.8 s): the shortest speech that is heard by itself

Voiced = NDArray[np.bool_]  # for each frame, whether somebody speaks


def gaps(words: Sequence[Word], end_ms: int) -> list[tuple[int, int]]:
    """Stretches of at least `MISSED`, in milliseconds, in which no word is."""
    edges = [0]
    for word in words:
        edges += [word.start_ms, min(word.end_ms, word.start_ms + BELIEVED)]
        edges += [max(word.start_ms, word.end_ms - BELIEVED), word.end_ms]
    edges.append(end_ms)
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if end - start >= 1000 * MISSED]


def missed_seconds(words: Sequence[Word], voiced: Voiced) -> float:
    """Seconds of speech in all gaps that hold at least `MISSED` of it."""
    inside = [
        float(voiced[_frame(start) : _frame(end)].sum()) * voice.SECONDS_PER_FRAME
        for start, end in gaps(words, milliseconds(len(voiced) * voice.FRAME))
    ]
    return sum(seconds for seconds in inside if seconds >= MISSED)


def longest_pause(voiced: Voiced) -> int | None:
    """The frame in the middle of the longest pause with speech enough on both sides to be heard by itself."""
    pauses = [
        (start, end)
        for start, end in voice.silences(voiced, PAUSE)
        if voiced[:start].sum() >= ALONE <= voiced[end:].sum()
    ]
    if not pauses:
        return None
    start, end = max(pauses, key=lambda pause: pause[1] - pause[0])
    return (start + end) // 2


def _frame(at_ms: int) -> int:
    return at_ms * SAMPLE_RATE // 1000 // voice.FRAME
