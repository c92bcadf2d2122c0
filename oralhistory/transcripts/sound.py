"""Decoded sound: 16 kHz, one channel, read by ranges so that a long recording is never held whole."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

SAMPLE_RATE = 16_000

Audio = NDArray[np.float32]  # one dimension, -1 to 1, at SAMPLE_RATE
PcmReader = Callable[[int, int], Audio]  # (start_sample, end_sample): the samples of that range


class UnreadableSound(Exception):
    """The file is not 16 kHz mono sound that can be read."""


def milliseconds(samples: int) -> int:
    return samples * 1000 // SAMPLE_RATE


def samples_in(path: Path) -> int:
    with _opened(path) as file:
        return int(file.frames)


def reader(path: Path) -> PcmReader:
    """A function that reads ranges of `path`. It opens the file at each call and keeps nothing."""

    def read(start_sample: int, end_sample: int) -> Audio:
        with _opened(path) as file:
            file.seek(start_sample)
            audio: Audio = file.read(end_sample - start_sample, dtype="float32")
        return audio

    return read


def blocks(path: Path, block_samples: int) -> Iterator[Audio]:
    """The whole file, block by block; the last one may be shorter."""
    with _opened(path) as file:
        yield from file.blocks(blocksize=block_samples, dtype="float32")


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        file = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise UnreadableSound(f"{path.name} cannot be read as sound") from error
    if file.samplerate != SAMPLE_RATE or file.channels != 1:
        file.close()
        raise UnreadableSound(f"{path.name} is not 16 kHz mono")
    return file
