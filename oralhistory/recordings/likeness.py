"""Whether two files hold the same sound, and how much later it comes in the second.

A worn copy and a good transfer of one tape differ in level, band, noise and phase; what they share is when
each syllable begins. So the first search is over that, in the band that a telephone lets through, for stretches
of the old copy against the whole of the new one. What most of them agree on is then measured on the samples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

_RATE = 16_000  # of both files: what Whisper hears
_HOP = 160  # 10 ms
_FRAME = 512  # 32 ms
_BLOCK = _HOP * 1600  # 16 s
_LOW_HZ, _HIGH_HZ, _BANDS = 300, 3400, 8  # what a telephone lets through
_FLOOR = 0.05  # of a block's mean power: what is 13 dB below it may be the worn copy's noise

_MOST_STRETCHES = 16
_STRETCH = (300, 6000)  # frames, at least and at most: 3 s, 60 s
_CREDIBLE = 0.2  # correlation of a stretch with the place where it fits best
_STEEPEST = 0.02  # a tape that runs 2 % too fast or too slow
_SURE = 0.5  # … which no two unlike recordings ever had
_NEAR = 5  # frames: stretches agree when they lie so close to one line
_FINE_SECONDS, _FINE_MS = 4, 60  # what is compared sample by sample, and how far the first search may be off
_CLEAR = 1.2  # how much higher the best place must be than any other

_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """`shift_ms`: how much later the same sound comes in the second file. `share`: correlation, 0 to 1."""

    share: float
    shift_ms: int | None = None  # none: they are not the same
    drift_ms: int = 0  # how much the shift grows from the first to the last moment that both have


@dataclass(frozen=True)
class _Fit:
    at: int  # frames of the old file: the middle of a stretch
    length: int
    lag: float  # frames
    share: float


def compare(old: Path, new: Path) -> Likeness:
    """Find the second of two 16 kHz mono files in the first. Memory grows with length by 12 kB a minute or so."""
    onsets = _onsets(old), _onsets(new)
    if len(onsets[1]) < len(onsets[0]):  # stretches of the shorter one are looked for in the longer
        found = _compare(new, old, onsets[::-1])
        return Likeness(found.share, None if found.shift_ms is None else -found.shift_ms, -found.drift_ms)
    return _compare(old, new, onsets)


def _compare(old: Path, new: Path, onsets: tuple[_Floats, _Floats]) -> Likeness:
    fits = _fits(*onsets)
    agreeing = _agreeing([fit for fit in fits if fit.share >= _CREDIBLE])
    if not _enough(agreeing, fits, len(onsets[1])):
        return Likeness(max((fit.share for fit in fits), default=0.0))
    moments = np.array([fit.at * 10.0 for fit in agreeing])
    lags = np.array([_fine(old, new, fit) for fit in agreeing])
    share = float(np.median([fit.share for fit in agreeing]))
    drift = _slope(moments, lags) * _shared_ms(onsets, float(np.median(lags)))
    return Likeness(min(1.0, share), round(float(np.median(lags))), round(drift))


def _onsets(flac: Path) -> _Floats:
    """How much louder every 10 ms are than the ones before, over the bands: small, whatever the level."""
    weights = _bands()
    found = [np.zeros(0, np.float32)]
    for block in _blocks(flac):
        frames = np.lib.stride_tricks.sliding_window_view(block, _FRAME)[::_HOP]
        power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1)) ** 2 @ weights
        # The floor is the block's own: a frame's step is between two of the same block, so that it leaves no seam.
        levels = np.log(power + _FLOOR * power.mean(axis=0) + 1e-9)
        found.append(np.maximum(np.diff(levels, axis=0), 0).sum(axis=1).astype(np.float32))
    return np.concatenate(found)


def _bands() -> _Floats:
    frequencies = np.fft.rfftfreq(_FRAME, 1 / _RATE)
    edges = np.geomspace(_LOW_HZ, _HIGH_HZ, _BANDS + 1)
    return np.stack(
        [(frequencies >= low) & (frequencies < high) for low, high in pairwise(edges)],
        axis=1,
    ).astype(np.float32)


def _blocks(flac: Path) -> Iterator[_Floats]:
    """Blocks of 1,600 steps of 10 ms: each begins one step before the last frame of the one before it ends."""
    kept = np.zeros(0, np.float32)
    with soundfile.SoundFile(str(flac)) as sound:
        for block in sound.blocks(blocksize=_BLOCK, dtype="float32"):
            kept = np.concatenate([kept, block])
            frames = (len(kept) - _FRAME) // _HOP + 1
            if frames >= 2:
                yield kept[: (frames - 1) * _HOP + _FRAME]
                kept = kept[(frames - 1) * _HOP :]


def _fits(old: _Floats, new: _Floats) -> list[_Fit]:
    """For some stretches of the old file, the place in the new one where each fits best."""
    shorter = min(len(old), len(new))
    length = min(max(shorter // 4, _STRETCH[0]), _STRETCH[1], shorter * 2 // 3)
    if length < 50:
        return []
    size = 1 << (len(new) + length).bit_length()
    spectrum = np.fft.rfft(new - new.mean(), size)
    sums = np.concatenate([[0.0], np.cumsum(new - new.mean(), dtype=np.float64)])
    squares = np.concatenate([[0.0], np.cumsum((new - new.mean()) ** 2, dtype=np.float64)])
    spread = squares[length:] - squares[:-length] - (sums[length:] - sums[:-length]) ** 2 / length
    norms = np.sqrt(np.maximum(spread, 1e-3 * max(float(spread.max()), 1e-9)))
    count = min(_MOST_STRETCHES, max(5, 2 * (len(old) // length) - 1))
    fits = []
    for start in np.linspace(0, len(old) - length, count).astype(int).tolist():
        stretch = old[start : start + length] - old[start : start + length].mean()
        norm = float(np.linalg.norm(stretch))
        if norm < 1e-6:  # digital silence
            continue
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(stretch, size)), size)[: len(norms)]
        shares = product / (norms * norm)
        best = int(np.argmax(shares))
        fits.append(
            _Fit(start + length // 2, length, best - start + _between(shares, best), float(shares[best]))
        )
    return fits


def _between(values: npt.NDArray[np.floating], best: int) -> float:
    """Where between its neighbors the highest point lies, by a parabola: -0.5 to 0.5."""
    if not 0 < best < len(values) - 1:
        return 0.0
    left, middle, right = (float(values[best + step]) for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0


def _agreeing(fits: list[_Fit]) -> list[_Fit]:
    """The most stretches that lie on one line: the same shift, or one that grows as a tape's speed makes it."""
    best: list[_Fit] = fits[:1]
    for one, other in combinations(fits, 2):
        slope = (other.lag - one.lag) / max(other.at - one.at, 1)
        if abs(slope) > _STEEPEST:
            continue
        near = [fit for fit in fits if abs(one.lag + slope * (fit.at - one.at) - fit.lag) <= _NEAR]
        if sum(fit.share for fit in near) > sum(fit.share for fit in best):
            best = near
    return best


def _enough(agreeing: list[_Fit], fits: list[_Fit], frames: int) -> bool:
    """Whether it is the same sound, and not two that have a moment in common: a jingle, a speech that both play.

    `frames`: of the new file. Where a stretch would lie outside of it, nothing is expected.
    """
    if not agreeing:
        return False
    lag = float(np.median([fit.lag for fit in agreeing]))
    expected = sum(fit.length / 2 <= fit.at + lag <= frames - fit.length / 2 for fit in fits)
    sure = min(fit.share for fit in agreeing) >= _SURE
    return len(agreeing) >= max(min(2 if sure else 3, len(fits)), expected / 2)


def _fine(old: Path, new: Path, fit: _Fit) -> float:
    """The lag of a stretch in milliseconds, by the samples where they say it clearly."""
    size, margin = _FINE_SECONDS * _RATE, _FINE_MS * _RATE // 1000
    start = fit.at * _HOP - size // 2
    there = start + round(fit.lag * _HOP)
    first = _samples(old, max(start, 0), size)
    second = _samples(new, max(there + max(-start, 0), 0), size)
    moved = max(there + max(-start, 0), 0) - max(start, 0)
    length = min(len(first), len(second))
    if length < _RATE // 2:
        return fit.lag * 10
    width = 1 << (2 * length).bit_length()
    cross = np.fft.rfft(second[:length], width) * np.conj(np.fft.rfft(first[:length], width))
    frequencies = np.fft.rfftfreq(width, 1 / _RATE)
    cross[(frequencies < _LOW_HZ) | (frequencies > _HIGH_HZ)] = 0
    # Partly whitened: wholly (the phase transform) gives noise the same weight as the voice.
    around = np.fft.irfft(cross / np.maximum(np.abs(cross), 1e-12) ** 0.6, width)
    values = np.concatenate([around[-margin:], around[: margin + 1]])
    best = int(np.argmax(values))
    others = np.concatenate([values[: max(best - 80, 0)], values[best + 81 :]])
    if values[best] < _CLEAR * max(float(others.max(initial=0.0)), 1e-12):
        return fit.lag * 10
    return (moved + best - margin + _between(values, best)) * 1000 / _RATE


def _samples(flac: Path, start: int, count: int) -> _Floats:
    with soundfile.SoundFile(str(flac)) as sound:
        sound.seek(min(start, sound.frames))
        read: _Floats = sound.read(count, dtype="float32")
    return read


def _slope(moments: npt.NDArray[np.float64], lags: npt.NDArray[np.float64]) -> float:
    """Growth of the lag, by the median of all pairs: one that is wrong does not turn the line."""
    slopes = [
        (lags[other] - lags[one]) / (moments[other] - moments[one])
        for one, other in combinations(range(len(moments)), 2)
        if moments[other] > moments[one]
    ]
    return float(np.median(slopes)) if len(slopes) > 2 else 0.0


def _shared_ms(onsets: tuple[_Floats, _Floats], lag_ms: float) -> float:
    """How long the two files run beside each other."""
    old, new = (len(each) * 10 for each in onsets)
    return max(0.0, min(old, new - lag_ms) - max(0.0, -lag_ms))
