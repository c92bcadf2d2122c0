"""Where to cut a recording: windows for the engine, chunks for the workers.

Cuts fall in silences, and every sample belongs to exactly one window of exactly one chunk: the planner
chooses cuts, it never leaves anything out. A window without speech is planned too, and known as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts import sound, voice
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.voice import FRAME, Probabilities

LONGEST_WINDOW = 28 * SAMPLE_RATE // FRAME  # frames; Whisper's limit is 30 s
SHORT_WINDOW = 6 * SAMPLE_RATE // FRAME  # frames; Whisper hears short clips badly
SHORTEST_SILENCE = 3  # frames; about 100 ms
MARGIN = 16  # frames of silence, half a second, left to speech beside a long silence
LONG_SILENCE = 4 * MARGIN  # frames; from here on a silence may become windows of its own
CHUNK = 300 * SAMPLE_RATE  # samples, about
LONGEST_CHUNK = 390 * SAMPLE_RATE  # of a recording that is not split; windows move each cut by ≤ 14 s


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """What the engine decodes at once. Samples of the recording, half-open; at most 28 s."""

    start_sample: int
    end_sample: int
    speech_samples: int


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """What one worker is given: about five minutes of windows."""

    index: int
    start_sample: int
    end_sample: int
    windows: tuple[WindowPlan, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Chunks that tile [0, samples)."""

    samples: int
    chunks: tuple[ChunkPlan, ...]

    @property
    def windows(self) -> tuple[WindowPlan, ...]:
        return tuple(window for chunk in self.chunks for window in chunk.windows)

    @property
    def speech_samples(self) -> int:
        return sum(window.speech_samples for window in self.windows)


@dataclass(frozen=True, slots=True)
class _Cut:
    frame: int
    cost: float


def plan(flac_path: Path, planner: str = "silero-1") -> Plan:
    """Plan a 16 kHz mono file. Memory does not grow with its length (but for 4 bytes per 32 ms).

    Raises sound.UnreadableSound and voice.UnknownPlanner.
    """
    ear = voice.ear(planner)
    heard = list(ear.listen(sound.blocks(flac_path, ear.block_samples)))
    probabilities = np.concatenate(heard) if heard else np.zeros(0, np.float32)
    return plan_frames(probabilities, sound.samples_in(flac_path))


def plan_frames(probabilities: Probabilities, samples: int) -> Plan:
    """Plan from the voice probability of each frame of 512 samples (the last one may be partly empty)."""
    if samples <= 0:
        return Plan(0, ())
    speech = voice.voiced(probabilities)
    edges = _edges(_cuts(probabilities, speech), speech)
    counted = np.concatenate([[0], np.cumsum(speech)])
    windows = []
    for start, end in pairwise(edges):
        a, b = start * FRAME, min(end * FRAME, samples)
        windows.append(WindowPlan(a, b, min(int(counted[end] - counted[start]) * FRAME, b - a)))
    return Plan(samples, tuple(_chunks(windows, samples)))


def _cuts(probabilities: Probabilities, speech: NDArray[np.bool_]) -> list[_Cut]:
    """Every frame at which a window may end, in order, with what it costs to cut there.

    Long silences cost nothing; short ones cost more, since a pause of 100 ms is often inside a sentence.
    Where nobody pauses for a whole window, the least voiced frame is offered, at a high price.
    """
    frames = len(speech)
    cuts = [_Cut(0, 0.0)]
    for start, end in voice.silences(speech, SHORTEST_SILENCE):
        inside: list[_Cut] = []
        if end - start >= LONG_SILENCE:
            inside = [_Cut(at, 0.0) for at in _long_silence(start, end, frames)]
        elif start > 0 and end < frames:
            inside = [_Cut((start + end) // 2, _price(end - start))]
        for cut in inside:
            _bridge(cuts, cut.frame, probabilities)
            cuts.append(cut)
    _bridge(cuts, frames, probabilities)
    return [*cuts, _Cut(frames, 0.0)]


def _price(silent_frames: int) -> float:
    seconds = silent_frames * voice.SECONDS_PER_FRAME
    return max(0.0, 0.9 - seconds) if seconds >= 0.3 else 1.5 - 2 * seconds


def _long_silence(start: int, end: int, frames: int) -> list[int]:
    first = start + MARGIN if start else 0
    last = end - MARGIN if end < frames else frames
    pieces = -(-(last - first) // LONGEST_WINDOW)
    inner = [first + (last - first) * piece // pieces for piece in range(pieces + 1)]
    return [at for at in inner if 0 < at < frames]


def _bridge(cuts: list[_Cut], to: int, probabilities: Probabilities) -> None:
    """Add forced cuts until `to` is within one window of the last cut."""
    while to - cuts[-1].frame > LONGEST_WINDOW:
        start = cuts[-1].frame + LONGEST_WINDOW // 2
        stop = min(cuts[-1].frame + LONGEST_WINDOW, to - 1)
        cuts.append(_Cut(start + int(np.argmin(probabilities[start:stop])), 3.0))


def _edges(cuts: Sequence[_Cut], speech: NDArray[np.bool_]) -> list[int]:
    """The cheapest way through the cuts: few windows, well filled, ending at long silences."""
    counted = np.concatenate([[0], np.cumsum(speech)])
    best: list[tuple[float, int]] = [(0.0, 0)]
    first = 0
    for at in range(1, len(cuts)):
        end = cuts[at].frame
        while end - cuts[first].frame > LONGEST_WINDOW:
            first += 1
        best.append(
            min(
                (best[back][0] + cuts[at].cost + _window_cost(cuts[back].frame, end, counted), back)
                for back in range(first, at)
            )
        )
    edges = [cuts[-1].frame]
    at = len(cuts) - 1
    while at:
        at = best[at][1]
        edges.append(cuts[at].frame)
    return edges[::-1]


def _window_cost(start: int, end: int, counted: NDArray[np.int64]) -> float:
    """Decoding a window costs about the same whatever its length; a silent one costs next to nothing.

    Silence beside speech costs a little, so that long silences stay apart: Whisper invents text over them.
    """
    speech = int(counted[end] - counted[start])
    if speech == 0:
        return 0.1
    silence = (end - start - speech) * voice.SECONDS_PER_FRAME
    return 2.0 + 0.05 * silence + max(0, SHORT_WINDOW - speech) / SHORT_WINDOW


def _chunks(windows: Sequence[WindowPlan], samples: int) -> list[ChunkPlan]:
    """Group windows into chunks of about five minutes, all of nearly the same length."""
    count = max(1, round(samples / CHUNK))
    if samples / count > LONGEST_CHUNK:
        count += 1
    chunks: list[ChunkPlan] = []
    group: list[WindowPlan] = []
    for position, window in enumerate(windows):
        group.append(window)
        due = samples * (len(chunks) + 1) / count
        after = windows[position + 1].end_sample if position + 1 < len(windows) else None
        if after is None or abs(window.end_sample - due) <= abs(after - due):
            chunks.append(ChunkPlan(len(chunks), group[0].start_sample, window.end_sample, tuple(group)))
            group = []
    return chunks
