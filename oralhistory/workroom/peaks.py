"""The waveform of a recording from near: how loud each twentieth of a second is, minute by minute."""

import numpy as np

from oralhistory.files import stores
from oralhistory.recordings.models import Rendition
from oralhistory.transcripts import sound

A_SECOND = 20  # peaks
BLOCK = 60  # seconds
_SAMPLES = sound.SAMPLE_RATE // A_SECOND


def of(rendition: Rendition, block: int) -> list[int]:
    """0 to 100 each; nothing beyond the end."""
    start = block * BLOCK * sound.SAMPLE_RATE
    end = min(start + BLOCK * sound.SAMPLE_RATE, rendition.samples)
    if end <= start:
        return []
    with stores.open_anywhere(rendition.hearing.storage, rendition.hearing.key) as stream:
        samples = np.abs(sound.reader(stream)(start, end))
    padded = np.pad(samples, (0, -len(samples) % _SAMPLES))
    loudest = padded.reshape(-1, _SAMPLES).max(axis=1)
    return [int(each) for each in np.minimum(100, np.round(100 * loudest))]
