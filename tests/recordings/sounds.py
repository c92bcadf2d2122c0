"""Sound made for the tests, and read back."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from oralhistory.lib import ffmpeg

Sound = npt.NDArray[np.float64]


def tone(hz: float, seconds: float, rate: int, level: float = 0.5) -> Sound:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def noise(seconds: float, rate: int, level: float = 0.05, seed: int = 0) -> Sound:
    return level * np.random.default_rng(seed).standard_normal(round(seconds * rate)).clip(-3, 3) / 3


def write(path: Path, samples: Sound, rate: int, channels: int = 1) -> Path:
    """By the name's ending: WAV, FLAC, AIFF, … ; the same sound in every channel unless it has its own."""
    if samples.ndim == 1 and channels > 1:
        samples = np.repeat(samples[:, None], channels, axis=1)
    soundfile.write(str(path), samples, rate, subtype="PCM_16")
    return path


def convert(source: Path, out: Path, *arguments: str, before: Sequence[str] = ()) -> Path:
    """With ffmpeg, as somebody's recorder would have made it. `before`: what is said of the source."""
    command = [str(ffmpeg.binary()), "-v", "error", "-y", *before, "-i", str(source), *arguments, str(out)]
    subprocess.run(command, check=True)
    return out


def read(path: Path, rate: int) -> Sound:
    """Any file as a player hears it, at a rate: frames × channels, -1 to 1."""
    command = [
        str(ffmpeg.binary()),
        "-v",
        "error",
        "-i",
        str(path),
        "-f",
        "f32le",
        "-ar",
        str(rate),
        "pipe:1",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    channels = 2 if " stereo" in describe(path) else 1
    return np.frombuffer(raw, "<f4").reshape(-1, channels).astype(np.float64)


def describe(path: Path) -> str:
    """What ffmpeg says of a file: streams, chapters, metadata."""
    command = [str(ffmpeg.binary()), "-hide_banner", "-i", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def power_at(samples: Sound, hz: float, rate: int) -> float:
    """Level of one frequency in a piece of sound, dBFS of a full-scale sine. Any channel, the loudest."""
    window = np.hanning(len(samples))
    wave = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate) * window
    amplitude = 2 * np.abs(wave @ samples.reshape(len(samples), -1)).max() / window.sum()
    return float(20 * np.log10(max(amplitude, 1e-9)))


def level(samples: Sound) -> float:
    """Root mean square, dBFS of a full-scale sine. Any channel, the loudest."""
    power = np.mean(samples.reshape(len(samples), -1) ** 2, axis=0).max()
    return float(10 * np.log10(max(2 * power, 1e-18)))


def measure(path: Path, filters: str) -> str:
    """What a filter of ffmpeg's says of a file."""
    command = [str(ffmpeg.binary()), "-hide_banner", "-i", str(path), "-af", filters, "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.split("Summary:")[-1]
