"""What can be measured of a decoded recording in one pass, in memory that does not grow with it."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from oralhistory.lib.ffmpeg import HEARING_RATE

_Samples = npt.NDArray[np.int16]

_FRAME = HEARING_RATE // 50  # 20 ms
_LOUDNESS_BLOCK = HEARING_RATE * 4 // 10  # 400 ms, as ITU-R BS.1770 measures
_BLOCK = _LOUDNESS_BLOCK * 40  # 16 s: a multiple of both
_GAP_FRAMES = 10  # exact zeros for 200 ms: no microphone does that, a break in the recording does
_UNKNOWN_LENGTH = (
    1 << 60
)  # libsndfile's answer for a FLAC that says 0 samples, as ffmpeg writes one of nothing
_MOST_GAPS = 100  # listed; all are counted
_CLIPPED = 3  # samples at full scale within a second: one alone is the peak of a recording that was made as loud as may be


@dataclass
class Heard:
    samples: int = 0
    pcm_sha256: str = ""
    loudness_lufs: float | None = None
    gaps: "Gaps" = field(default_factory=lambda: Gaps())

    @property
    def duration_ms(self) -> int:
        return self.samples * 1000 // HEARING_RATE

    def report(self) -> dict[str, Any]:
        return {
            "loudness_lufs": self.loudness_lufs,  # of the mono copy, gated; None if there is only silence
            "gaps": self.gaps.spans,  # [start_ms, end_ms] of digital silence of 200 ms or more, at most 100
            "gaps_count": self.gaps.count,
            "gaps_ms": self.gaps.total_ms,
        }


@dataclass
class Listened:
    sample_rate: int
    channels: int
    clipped: int = 0
    peak: int = 0
    total: int = 0
    places: "Clippings" = field(default_factory=lambda: Clippings())
    sums: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    products: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, 2)))

    def report(self) -> dict[str, Any]:
        return {
            "peak_dbfs": round(20 * math.log10(self.peak / 32768), 1) if self.peak else None,
            "clipping_share": self.clipped / (self.total * self.channels) if self.total else 0.0,
            "clipped": self.places.spans,  # [start_ms, end_ms] of runs less than a second apart, at most 100
            "clipped_count": self.places.count,
            "silent_channel": self._silent_channel(),  # "left" or "right" if it is, and the other is not
            # 1: the same in both channels; near 0: two microphones apart; below 0: one is turned over.
            "channel_correlation": self._correlation(),
            "channel_balance_db": self._balance(),  # left over right
        }

    def _variances(self) -> npt.NDArray[np.float64]:
        means = self.sums / max(self.total, 1)
        covariances: npt.NDArray[np.float64] = self.products / max(self.total, 1) - np.outer(means, means)
        return covariances

    def _silent_channel(self) -> str:
        if self.channels != 2:
            return ""
        left, right = self._variances().diagonal() > 0
        return "" if left == right else ("right" if left else "left")

    def _correlation(self) -> float | None:
        matrix = self._variances()
        scale = math.sqrt(max(matrix[0, 0], 0) * max(matrix[1, 1], 0))
        return round(float(matrix[0, 1]) / scale, 3) if self.channels == 2 and scale > 0 else None

    def _balance(self) -> float | None:
        matrix = self._variances()
        if self.channels != 2 or matrix[0, 0] <= 0 or matrix[1, 1] <= 0:
            return None
        return round(10 * math.log10(matrix[0, 0] / matrix[1, 1]), 1)


def hear(hearing: Path) -> Heard:
    """Length, digest, loudness and gaps of the 16 kHz mono copy."""
    heard, digest, loudness = Heard(), hashlib.sha256(), _Loudness()
    for block in _blocks(hearing):
        mono = block[:, 0]
        digest.update(mono.astype("<i2", copy=False).tobytes())
        heard.gaps.take(mono, heard.samples)
        loudness.take(mono)
        heard.samples += len(mono)
    heard.gaps.close()
    heard.pcm_sha256 = digest.hexdigest()
    heard.loudness_lufs = loudness.integrated()
    return heard


def listen(listening: Path) -> Listened:
    """Level, clipping and how the channels differ, of the full-band copy."""
    with soundfile.SoundFile(str(listening)) as sound:
        listened = Listened(sound.samplerate, sound.channels)
    for block in _blocks(listening):
        highest, lowest = int(block.max()), int(block.min())
        listened.peak = max(listened.peak, highest, -lowest)
        if highest == 32767 or lowest == -32768:
            full = (block == 32767) | (block == -32768)
            listened.clipped += int(np.count_nonzero(full))
            listened.places.take(full.any(axis=1), listened.total, listened.sample_rate)
        if listened.channels == 2:
            values = block.astype(np.float32)
            listened.sums += values.sum(axis=0, dtype=np.float64)
            listened.products += values.T @ values
        listened.total += len(block)
    listened.places.close()
    return listened


def _blocks(flac: Path) -> Iterator[_Samples]:
    with soundfile.SoundFile(str(flac)) as sound:
        if sound.frames >= _UNKNOWN_LENGTH:
            return
        yield from sound.blocks(blocksize=_BLOCK, dtype="int16", always_2d=True)


class Clippings:
    """Runs in which samples at full scale follow each other within a second."""

    def __init__(self) -> None:
        self.spans: list[list[int]] = []
        self.count = 0
        self._first = self._last = self._samples = 0
        self._rate = 1

    def take(self, full: npt.NDArray[np.bool_], position: int, rate: int) -> None:
        self._rate = rate
        places = np.flatnonzero(full) + position
        if not len(places):
            return
        for group in np.split(places, np.flatnonzero(np.diff(places) > rate) + 1):
            if self._samples and group[0] - self._last > rate:
                self.close()
            if not self._samples:
                self._first = int(group[0])
            self._last = int(group[-1])
            self._samples += len(group)

    def close(self) -> None:
        if self._samples >= _CLIPPED:
            self.count += 1
            if len(self.spans) < _MOST_GAPS:
                self.spans.append([self._first * 1000 // self._rate, self._last * 1000 // self._rate + 1])
        self._samples = 0


class Gaps:
    """Runs of exact zeros. One that goes on at the end of a block is closed in the next."""

    def __init__(self) -> None:
        self.spans: list[list[int]] = []
        self.count = 0
        self.total_ms = 0
        self._start: int | None = None  # in frames of 20 ms
        self._frames = 0

    def take(self, mono: _Samples, position: int) -> None:
        frames = mono[: len(mono) // _FRAME * _FRAME].reshape(-1, _FRAME)
        silent = np.logical_not(frames.any(axis=1)).reshape(-1)
        edges = np.flatnonzero(np.diff(silent.astype(np.int8), prepend=self._start is not None))
        first = position // _FRAME
        for edge in edges.tolist():
            self._turn(first + edge)
        self._frames = first + len(silent)

    def _turn(self, frame: int) -> None:
        if self._start is None:
            self._start = frame
            return
        if frame - self._start >= _GAP_FRAMES:
            self.count += 1
            self.total_ms += (frame - self._start) * 20
            if len(self.spans) < _MOST_GAPS:
                self.spans.append([self._start * 20, frame * 20])
        self._start = None

    def close(self) -> None:
        if self._start is not None:
            self._turn(self._frames)


class _Loudness:
    """Integrated loudness after ITU-R BS.1770 with its two gates; the K weighting is applied to the spectrum of
    each 400 ms, and blocks do not overlap: within half a unit of a meter on speech, and cheap."""

    def __init__(self) -> None:
        frequencies = np.fft.rfftfreq(_LOUDNESS_BLOCK, 1 / HEARING_RATE)
        self._weights = _k_weighting(frequencies.astype(np.float64))
        self._powers: list[npt.NDArray[np.float64]] = []

    def take(self, mono: _Samples) -> None:
        whole = mono[: len(mono) // _LOUDNESS_BLOCK * _LOUDNESS_BLOCK].reshape(-1, _LOUDNESS_BLOCK)
        spectrum = np.abs(np.fft.rfft(whole.astype(np.float32) / 32768, axis=1)) ** 2
        # Parseval: every bin but the first and the last stands for two.
        self._powers.append((spectrum @ self._weights * 2 / _LOUDNESS_BLOCK**2).astype(np.float64))

    def integrated(self) -> float | None:
        powers = np.concatenate(self._powers) if self._powers else np.zeros(0)
        powers = powers[powers > 10 ** ((-70 + 0.691) / 10)]
        if not len(powers):
            return None
        powers = powers[powers > powers.mean() / 10]
        return round(float(-0.691 + 10 * np.log10(powers.mean())), 1)


def _k_weighting(frequencies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Power response of the two filters of ITU-R BS.1770-4, from their coefficients at 48 kHz."""
    z = np.exp(-2j * np.pi * frequencies / 48_000)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    power: npt.NDArray[np.float64] = np.abs(shelf * high_pass) ** 2
    return power
