"""Sounds for tests: made here, or short clips from data/ (see PROVENANCE.md there)."""

from pathlib import Path

import numpy as np
import soundfile

from oralhistory.transcripts import sound
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio

DATA = Path(__file__).parent / "data"


def clip(name: str) -> Audio:
    path = DATA / f"{name}.flac"
    return sound.reader(path)(0, sound.samples_in(path))


def silence(seconds: float) -> Audio:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def tone(seconds: float, hertz: float = 220) -> Audio:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.2 * np.sin(2 * np.pi * hertz * at) * (1 + 0.3 * np.sin(at))).astype(np.float32)


def pink_noise(seconds: float, loudness: float = 0.05) -> Audio:
    """1/f noise, always the same."""
    samples = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(7).standard_normal(samples))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, samples)
    return (loudness * noise / np.sqrt(np.mean(np.square(noise)))).astype(np.float32)


def write(path: Path, *parts: Audio) -> Path:
    soundfile.write(path, np.concatenate(parts), SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return path


def from_array(audio: Audio) -> sound.PcmReader:
    return lambda start, end: audio[start:end]
