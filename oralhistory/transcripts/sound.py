"""Decoded sound: 16 kHz, one channel, read by ranges so that a long recording is never held whole."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

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


def reader(source: Path | BinaryIO) -> PcmReader:
    """A function that reads ranges of a file, or of a stream that can be read here and there.

    It raises what the stream raises, and UnreadableSound where the sound ends before the range does.
    """
    stream = source if isinstance(source, Path) else _Stream(source)
    file = _opened(stream)

    def read(start_sample: int, end_sample: int) -> Audio:
        try:
            # A seek reads a stream at several places, to find this one; most ranges follow each other.
            if file.tell() != start_sample:
                file.seek(start_sample)
            audio: Audio = file.read(end_sample - start_sample, dtype="float32")
        except soundfile.LibsndfileError as error:
            _check(stream)
            raise UnreadableSound(f"it cannot be read at {start_sample}") from error
        _check(stream)
        if len(audio) != end_sample - start_sample:
            raise UnreadableSound(
                f"{len(audio)} samples from {start_sample} on, not {end_sample - start_sample}"
            )
        return audio

    return read


class _Stream:
    """A stream for libsndfile, which takes an error in it for the end of the file: it is kept and raised later."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.error: Exception | None = None

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except Exception as error:
            self.error = error
            return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _check(source: Path | _Stream) -> None:
    if isinstance(source, _Stream) and (error := source.error):
        raise error


def blocks(path: Path, block_samples: int) -> Iterator[Audio]:
    """The whole file, block by block; the last one may be shorter."""
    with _opened(path) as file:
        yield from file.blocks(blocksize=block_samples, dtype="float32")


def _opened(source: Path | _Stream) -> soundfile.SoundFile:
    name = source.name if isinstance(source, Path) else "the stream"
    try:
        file = soundfile.SoundFile(source)
    except soundfile.LibsndfileError as error:
        _check(source)
        raise UnreadableSound(f"{name} cannot be read as sound") from error
    if file.samplerate != SAMPLE_RATE or file.channels != 1:
        file.close()
        raise UnreadableSound(f"{name} is not 16 kHz mono")
    return file
