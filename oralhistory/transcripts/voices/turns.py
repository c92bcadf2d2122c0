"""Who has the word when. Turns tile a recording; a voice is a letter, A for the one that is heard first."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts.sound import SAMPLE_RATE, milliseconds
from oralhistory.transcripts.voice import FRAME
from oralhistory.transcripts.voices.clustering import Labels
from oralhistory.transcripts.voices.encoder import WINDOW
from oralhistory.transcripts.words import Word

LETTERS = "AB"
NEAR = 4 * SAMPLE_RATE // 10  # samples: a change may lie so far outside of the middles of two windows
SHORTEST = (
    3_000  # ms that a microphone must hear its speaker in all; less is a cough, or the other one in the room
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Milliseconds of the recording, half-open."""

    start_ms: int
    end_ms: int
    voice: str


Row = list[int | str]  # as stored


def as_rows(turns: Iterable[Turn]) -> list[Row]:
    return [[turn.start_ms, turn.end_ms, turn.voice] for turn in turns]


def from_rows(rows: Iterable[Sequence[int | str]]) -> list[Turn]:
    return [Turn(int(start), int(end), str(voice)) for start, end, voice in rows]


def voice_at(turns: Sequence[Turn], ms: int) -> str:
    """Whose turn it is; empty where nothing is known."""
    at = bisect_right(turns, ms, key=lambda turn: turn.start_ms) - 1
    return turns[at].voice if at >= 0 and ms < turns[at].end_ms else ""


def voice_of(words: Iterable[Word], turns: Sequence[Turn]) -> str:
    """The voice that says most of some words; the first of two that are even."""
    said: Counter[str] = Counter()
    for word in words:
        said[voice_at(turns, (word.start_ms + word.end_ms) // 2)] += word.end_ms - word.start_ms
    return said.most_common(1)[0][0] if said else ""


def of_windows(
    starts: NDArray[np.int64], labels: Labels, voiced: NDArray[np.bool_], samples: int
) -> list[Turn]:
    """From windows (first samples, and whose they are) to turns that change in pauses.

    `voiced`: which frames of 512 samples are speech.
    """
    changes = np.flatnonzero(np.diff(labels)).tolist()
    edges = [
        _pause(int(starts[at]) + WINDOW // 2, int(starts[at + 1]) + WINDOW // 2, voiced) for at in changes
    ]
    cuts = [milliseconds(min(edge, samples)) for edge in edges]
    sides = [int(labels[0]), *(int(labels[at + 1]) for at in changes)] if len(labels) else []
    return _tiled(cuts, sides, milliseconds(samples))


def _pause(before: int, after: int, voiced: NDArray[np.bool_]) -> int:
    """The middle of the longest pause between the middles of two windows and near them; else halfway."""
    first = max(0, before - NEAR) // FRAME
    frames = voiced[first : (after + NEAR) // FRAME + 1]
    edges = np.flatnonzero(np.diff(np.concatenate([[True], frames, [True]]).astype(np.int8)))
    pauses = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    if not pauses:
        return (before + after) // 2
    start, end = max(pauses, key=lambda pause: pause[1] - pause[0])
    return int(2 * first + start + end) * FRAME // 2


def of_microphones(runs: Sequence[Sequence[int | str]], duration_ms: int) -> list[Turn]:
    """From what `recordings.microphones` found: a microphone is a voice. Empty unless both hear one.

    Where both are as loud, each of the two turns beside it gets half.
    """
    sure = [(int(start), int(end), str(side)) for start, end, side in runs if side != "both"]
    heard = {
        side: sum(end - start for start, end, each in sure if each == side) for side in ("left", "right")
    }
    if min(heard.values()) < SHORTEST:
        return []
    cuts, sides = [], [sure[0][2]]
    for (_start, end, before), (start, _end, after) in pairwise(sure):
        if before != after:
            cuts.append((end + start) // 2)
            sides.append(after)
    return _tiled(cuts, [int(side == "right") for side in sides], duration_ms)


def _tiled(cuts: Sequence[int], sides: Sequence[int], duration_ms: int) -> list[Turn]:
    letters = dict(zip(dict.fromkeys(sides), LETTERS, strict=False))
    edges = [0, *cuts, duration_ms]
    return [
        Turn(start, end, letters[side])
        for (start, end), side in zip(pairwise(edges), sides, strict=False)
        if start < end
    ]
