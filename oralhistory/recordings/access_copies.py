"""Access copies: the sound that the player gets, with what must not be heard overwritten.

The samples themselves are overwritten before anything is encoded. A filter that is switched on and off in
time lets the edges of a passage through; an encoder that is given silence has nothing to let through.
"""

import errno
import math
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt
import soundfile

from oralhistory.lib import ffmpeg, timeline

MEDIA_TYPE = "audio/mp4"
SUFFIX = ".m4a"
RECIPE = "AAC-LC in MP4, mono 64 kb/s or stereo 112 kb/s; spans overwritten with 250 ms before and after"

PAD_MS = 250  # on each side of a span: words are not timed better than that
PEAKS_PER_SECOND = 10
MOST_PEAKS = 2000  # about one for each pixel of a wide screen

_BITS = {1: 64_000, 2: 112_000}
# AAC works in windows of 2,048 samples: at 8 kHz a quarter of a second, which blurs the edges of a span.
_SLOWEST_RATE = 16_000
_BLOCK_SECONDS = 8
_TONE_HZ, _TONE_LEVEL = 440, 0.05

_Samples = npt.NDArray[np.int16]


class CannotBeEncoded(Exception):
    """There is nothing to encode, or the encoder failed; the message is for the log, not for people."""


@dataclass(frozen=True)
class Part:
    flac: Path  # full-band, of our own decoding
    offset_ms: int  # where it begins on the time line


@dataclass(frozen=True)
class AccessCopy:
    """`peaks`: the loudest sample of each equal stretch of the time line, any channel, 0 to 100 of full scale.

    Ten for each second, up to 2,000 for the whole: their number is min(2000, ceil(duration in seconds × 10)),
    and stretch i begins at i × duration_ms / len(peaks). They are measured on the overwritten samples.
    """

    duration_ms: int
    peaks: list[int]
    size: int  # bytes


def encode(
    parts: Sequence[Part], silences: Sequence[tuple[int, int]], out: Path, *, tone: bool = False
) -> AccessCopy:
    """Write `out` (.m4a: AAC-LC, index first, no metadata) from recordings on one time line.

    Where no part is there is silence; where two overlap they are mixed. Every span of `silences`
    (milliseconds on the time line), widened by 250 ms on each side, is overwritten with silence, or with a
    soft 440 Hz tone. Memory does not grow with length. Leaves no `out` behind when it fails. Raises
    CannotBeEncoded; ValueError for a span that ends before it begins.
    """
    with ExitStack() as stack:
        line = _TimeLine(parts, stack)
        spans = _in_samples(silences, line.rate, line.frames)
        peaks = _Peaks(line.frames, line.rate)
        try:
            _write(_overwritten(line, spans, tone=tone), peaks, line, out)
        except BaseException:
            out.unlink(missing_ok=True)
            raise
    return AccessCopy(line.frames * 1000 // line.rate, peaks.values(), out.stat().st_size)


def excerpt(
    parts: Sequence[Part],
    silences: Sequence[tuple[int, int]],
    window: tuple[int, int],
    out: Path,
    *,
    tone: bool = False,
) -> AccessCopy:
    """The same for a stretch of the time line alone: cut out first, then overwritten and encoded as the whole would be.

    Raises CannotBeEncoded where no recording is heard in it; ValueError for a span that ends before it begins.
    """
    start_ms, end_ms = window
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        cut = [
            piece
            for number, part in enumerate(parts)
            if (piece := _cut_out(part, start_ms, end_ms, Path(folder, f"{number}.flac")))
        ]
        return encode(cut, [(start - start_ms, end - start_ms) for start, end in silences], out, tone=tone)


def _cut_out(part: Part, start_ms: int, end_ms: int, to: Path) -> Part | None:
    """What of a recording lies in a stretch, with its place from the stretch's beginning."""
    with soundfile.SoundFile(str(part.flac)) as sound:
        first = max(0, (start_ms - part.offset_ms) * sound.samplerate // 1000)
        last = min(sound.frames, (end_ms - part.offset_ms) * sound.samplerate // 1000)
        if last <= first:
            return None
        sound.seek(first)
        samples = sound.read(last - first, dtype="int16", always_2d=True)
        soundfile.write(str(to), samples, sound.samplerate, subtype="PCM_16", format="FLAC")
    return Part(to, max(0, part.offset_ms - start_ms))


def _in_samples(silences: Sequence[tuple[int, int]], rate: int, frames: int) -> list[tuple[int, int]]:
    spans = []
    for start_ms, end_ms in silences:
        if end_ms < start_ms:
            raise ValueError(f"a span ends before it begins: {start_ms} to {end_ms} ms")
        start = max(0, (start_ms - PAD_MS) * rate // 1000)
        spans.append((start, min(frames, -(-(end_ms + PAD_MS) * rate // 1000))))
    return timeline.merged(span for span in spans if span[0] < span[1])


def _overwritten(line: "_TimeLine", spans: list[tuple[int, int]], *, tone: bool) -> Iterator[_Samples]:
    position = 0
    for block in line.blocks():
        end = position + len(block)
        while spans and spans[0][1] <= position:
            spans = spans[1:]
        for start, stop in spans:
            if start >= end:
                break
            first, last = max(start, position), min(stop, end)
            block[first - position : last - position] = _tone(first, last, line.rate) if tone else 0
        yield block
        position = end


def _tone(first: int, last: int, rate: int) -> _Samples:
    # Phase by the place on the time line, so that it does not click where a block ends.
    angle = 2 * np.pi * _TONE_HZ * np.arange(first, last) / rate
    return (np.sin(angle) * (_TONE_LEVEL * 32767)).astype(np.int16)[:, None]


def _write(blocks: Iterator[_Samples], peaks: "_Peaks", line: "_TimeLine", out: Path) -> None:
    arguments = ffmpeg.encode_aac(
        ffmpeg.binary(),
        out.resolve(),
        rate=line.rate,
        channels=line.channels,
        out_rate=max(line.rate, _SLOWEST_RATE),
        bits=_BITS[line.channels],
    )
    process = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    pipe, said = cast("BinaryIO", process.stdin), b""
    try:
        for block in blocks:
            peaks.take(block)
            pipe.write(block.astype("<i2", copy=False).data)
    except BrokenPipeError:
        pass  # the encoder has ended: it says why below
    except BaseException:
        process.kill()
        raise
    finally:
        _, said = process.communicate()
    if process.returncode != 0 and os.strerror(errno.ENOSPC).encode() in said:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if process.returncode != 0:
        raise CannotBeEncoded(said.decode("utf-8", "replace")[-500:].strip())


class _TimeLine:
    """Recordings side by side as one stream of blocks: one rate (the highest), one or two channels."""

    def __init__(self, parts: Sequence[Part], stack: ExitStack) -> None:
        if not parts:
            raise CannotBeEncoded("no recording was given")
        if any(part.offset_ms < 0 for part in parts):
            raise ValueError("a recording begins before the time line does")
        sounds = [stack.enter_context(soundfile.SoundFile(str(part.flac))) for part in parts]
        self.rate: int = max(sound.samplerate for sound in sounds)
        self.channels: int = min(2, max(sound.channels for sound in sounds))
        self._sources = [
            _Source(part, sound, self.rate, stack) for part, sound in zip(parts, sounds, strict=True)
        ]
        self.frames = max(source.end for source in self._sources)
        if self.frames == 0:
            raise CannotBeEncoded("the recordings are empty")

    def blocks(self) -> Iterator[_Samples]:
        size = self.rate * _BLOCK_SECONDS
        for start in range(0, self.frames, size):
            end = min(start + size, self.frames)
            # 32 bits, because two that overlap are added.
            mixed = np.zeros((end - start, self.channels), dtype=np.int32)
            for source in self._sources:
                if source.start < end and start < source.end:
                    first, last = max(start, source.start), min(end, source.end)
                    mixed[first - start : last - start] += source.read(last - first)
            yield np.clip(mixed, -32768, 32767).astype(np.int16)


class _Source:
    """One recording, read from its beginning to its end, at the rate of the time line."""

    def __init__(self, part: Part, sound: soundfile.SoundFile, rate: int, stack: ExitStack) -> None:
        self.start = part.offset_ms * rate // 1000
        self.end = self.start + sound.frames * rate // sound.samplerate
        self._sound = sound
        self._resampler = None if sound.samplerate == rate else _resampler(part.flac, rate, stack)

    def read(self, frames: int) -> _Samples:
        """Exactly as many frames; silence where the file has fewer than it said."""
        if self._resampler is None:
            samples = self._sound.read(frames, dtype="int16", always_2d=True)
        else:
            width = 2 * self._sound.channels
            data = self._resampler.read(frames * width)
            samples = np.frombuffer(data[: len(data) // width * width], "<i2").reshape(
                -1, self._sound.channels
            )
        if len(samples) < frames:
            samples = np.pad(samples, ((0, frames - len(samples)), (0, 0)))
        return cast("_Samples", samples)


def _resampler(flac: Path, rate: int, stack: ExitStack) -> BinaryIO:
    process = stack.enter_context(
        subprocess.Popen(
            ffmpeg.samples(ffmpeg.binary(), flac.resolve(), rate=rate),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    )
    stack.callback(process.kill)  # before it is waited for: we may leave before it has said everything
    return cast("BinaryIO", process.stdout)


class _Peaks:
    def __init__(self, frames: int, rate: int) -> None:
        count = min(MOST_PEAKS, math.ceil(frames / rate * PEAKS_PER_SECOND))
        self._starts = np.arange(count, dtype=np.int64) * frames // count
        self._highest = np.zeros(count, dtype=np.int32)
        self._position = 0

    def take(self, block: _Samples) -> None:
        end = self._position + len(block)
        first = int(np.searchsorted(self._starts, self._position, "right")) - 1
        last = int(np.searchsorted(self._starts, end, "left"))
        edges = np.maximum(self._starts[first:last] - self._position, 0)
        # Highest and lowest apart, because the absolute value of -32768 does not fit.
        high = np.maximum.reduceat(block, edges, axis=0).max(axis=1).astype(np.int32)
        low = np.minimum.reduceat(block, edges, axis=0).min(axis=1).astype(np.int32)
        self._highest[first:last] = np.maximum(self._highest[first:last], np.maximum(high, -low))
        self._position = end

    def values(self) -> list[int]:
        return cast("list[int]", np.round(self._highest * (100 / 32768)).astype(int).tolist())
