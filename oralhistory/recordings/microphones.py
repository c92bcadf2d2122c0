"""Which of two microphones is louder when: what a recorder with one for each speaker knows about who speaks."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

_FRAME_MS = 100
_FLOOR = 1e-7  # power, full scale 1: below it nobody speaks
_QUIET_DB = 25  # under the loud moments of the recording: pauses
_APART_DB = 4  # less than this between the two ways of speaking: one speaker, or two who sit together
_SMOOTH = 5  # frames: a breath between two words changes nothing

_Levels = npt.NDArray[np.float64]


def louder(stereo: Path) -> list[list[int | str]]:
    """Runs [start_ms, end_ms, "left" | "right" | "both"] of a file of two channels; pauses are in none of them."""
    levels = _levels(stereo)
    if not len(levels):
        return []
    loudest = levels.max(axis=1)
    speaks = (loudest > np.percentile(loudest, 95) - _QUIET_DB) & (loudest > 10 * np.log10(_FLOOR))
    who = np.where(speaks, _sides(levels[:, 0] - levels[:, 1], speaks), _PAUSE)
    return _runs(who)


_PAUSE, _LEFT, _RIGHT, _BOTH = -1, 0, 1, 2
_NAMES = {_LEFT: "left", _RIGHT: "right", _BOTH: "both"}


def _levels(stereo: Path) -> _Levels:
    """Decibels for each 100 ms and channel."""
    found = [np.zeros((0, 2))]
    with soundfile.SoundFile(str(stereo)) as sound:
        size = sound.samplerate * _FRAME_MS // 1000
        for block in sound.blocks(blocksize=size * 160, dtype="float32", always_2d=True):
            frames = block[: len(block) // size * size].reshape(-1, size, 2)
            found.append(np.mean(frames.astype(np.float64) ** 2, axis=1))
    return np.asarray(10 * np.log10(np.concatenate(found) + 1e-12))


def _sides(difference: _Levels, speaks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Left, right or both for each frame.

    Two microphones are seldom equally loud, so the border is not 0 dB: it lies between the two groups into
    which the differences fall.
    """
    smooth = np.convolve(np.pad(difference, _SMOOTH // 2, mode="edge"), np.ones(_SMOOTH) / _SMOOTH, "valid")
    spoken = smooth[speaks]
    if not len(spoken):
        return np.full(len(difference), _BOTH)
    low, high = np.percentile(spoken, [10, 90])
    for _round in range(20):
        border = (low + high) / 2
        below, above = spoken[spoken <= border], spoken[spoken > border]
        if not len(below) or not len(above):
            break
        low, high = below.mean(), above.mean()
    apart = high - low
    if apart < _APART_DB:
        side = _LEFT if spoken.mean() > _APART_DB else _RIGHT if spoken.mean() < -_APART_DB else _BOTH
        return np.full(len(difference), side)
    border, band = (low + high) / 2, apart / 6
    return np.where(smooth > border + band, _LEFT, np.where(smooth < border - band, _RIGHT, _BOTH))


def _runs(who: npt.NDArray[np.int64]) -> list[list[int | str]]:
    edges = [0, *(np.flatnonzero(np.diff(who)) + 1).tolist(), len(who)]
    return [
        [start * _FRAME_MS, end * _FRAME_MS, _NAMES[int(who[start])]]
        for start, end in pairwise(edges)
        if who[start] != _PAUSE
    ]
