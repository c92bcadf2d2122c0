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


def music(seconds: float, loudness: float = 0.1) -> Audio:
    """A song that nobody sings, always the same: plucked chords, a melody above them, a drum at every half second."""
    chance = np.random.default_rng(7)
    song = np.zeros(round((seconds + 1) * SAMPLE_RATE))
    chords, melody = [(57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62)], (64, 65, 67, 69, 71, 72)

    def add(beat: int, sound: Audio) -> None:
        start = beat * SAMPLE_RATE // 2
        song[start : start + len(sound)] += sound

    for beat in range(int(seconds * 2)):
        for note in (*chords[beat // 8 % 4], int(chance.choice(melody))):
            add(beat, _plucked(440 * 2 ** ((note - 69) / 12)))
        add(beat, chance.standard_normal(1600) * np.exp(-np.arange(1600) / 300))
    song = song[: round(seconds * SAMPLE_RATE)]
    return (loudness * song / np.sqrt(np.mean(np.square(song)))).astype(np.float32)


def _plucked(hertz: float) -> Audio:
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    overtones = (np.sin(2 * np.pi * hertz * k * at) / k * np.exp(-at * (2 + k)) for k in range(1, 7))
    return np.sum(list(overtones), axis=0)


def write(path: Path, *parts: Audio) -> Path:
    soundfile.write(path, np.concatenate(parts), SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return path


def from_array(audio: Audio) -> sound.PcmReader:
    return lambda start, end: audio[start:end]
