"""Where there is a voice: a probability for each frame of 32 ms.

Two ears. `silero` is the voice detector that faster-whisper ships, run block by block with its memory
carried along, so that three hours take no more room than a minute. `loudness` calls voice whatever is
louder than -50 dB: for engines and tests that know nothing of speech.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts.sound import SAMPLE_RATE, Audio

FRAME = 512  # samples; what Silero is trained on
SECONDS_PER_FRAME = FRAME / SAMPLE_RATE  # 32 ms
CONTEXT = 64  # samples of the frame before, which Silero sees again
LOUD = 0.003  # root mean square, -50 dB

SPEECH = 0.5  # a voice begins …
STILL_SPEECH = 0.35  # … and goes on above this (Silero's own hysteresis)
# The most sensitive pass: soft and telephone speech pass .1 for many frames; noise and hum do for one or two.
FAINT = 0.1
FAINT_FRAMES = 4  # in a row; 0.13 s, shorter than any word

Probabilities = NDArray[np.float32]


class UnknownPlanner(Exception):
    """A spec names an ear that this version does not have."""


@dataclass(frozen=True, slots=True)
class Ear:
    """A voice detector, and how many samples it should be given at once."""

    listen: Callable[[Iterable[Audio]], Iterator[Probabilities]]
    block_samples: int = FRAME * 1875  # a minute

    def probabilities(self, audio: Audio) -> Probabilities:
        """For each frame of one stretch of sound; the last frame may be partly empty."""
        heard = list(self.listen([audio]))
        return np.concatenate(heard) if heard else np.zeros(0, np.float32)


def silero(blocks: Iterable[Audio]) -> Iterator[Probabilities]:
    """Every block but the last must hold whole frames."""
    # Looked for when somebody listens: it brings the whole of faster-whisper, and web processes hear nothing.
    session = importlib.import_module("faster_whisper.vad").get_vad_model().session
    h = np.zeros((1, 1, 128), np.float32)
    c = np.zeros((1, 1, 128), np.float32)
    tail = np.zeros(CONTEXT, np.float32)
    for block in blocks:
        frames = _frames(block)
        if not len(frames):
            continue
        before = np.vstack([tail, frames[:-1, -CONTEXT:]])
        heard, h, c = session.run(None, {"input": np.hstack([before, frames]), "h": h, "c": c})
        tail = frames[-1, -CONTEXT:]
        yield np.asarray(heard, np.float32).reshape(-1)


def loudness(blocks: Iterable[Audio]) -> Iterator[Probabilities]:
    """1 where the sound is louder than -50 dB, else 0."""
    for block in blocks:
        yield (np.sqrt(np.mean(np.square(_frames(block)), axis=1)) >= LOUD).astype(np.float32)


# The name of an ear is part of a job's spec: change one in any way that moves a cut, and it gets a new name.
EARS = {"silero-1": Ear(silero), "loudness-1": Ear(loudness)}


def ear(planner: str) -> Ear:
    try:
        return EARS[planner]
    except KeyError:
        raise UnknownPlanner(f"There is no planner “{planner}”. There are: {', '.join(EARS)}.") from None


def voiced(probabilities: Probabilities) -> NDArray[np.bool_]:
    """Which frames are speech: it begins above SPEECH and lasts until STILL_SPEECH is lost."""
    result = np.zeros(len(probabilities), np.bool_)
    speaking = False
    for at, probability in enumerate(probabilities):
        speaking = probability >= (STILL_SPEECH if speaking else SPEECH)
        result[at] = speaking
    return result


def silences(speech: NDArray[np.bool_], shortest: int) -> list[tuple[int, int]]:
    """Runs of at least `shortest` frames without speech, as half-open ranges."""
    changes = np.flatnonzero(np.diff(np.concatenate([[True], speech, [True]]).astype(np.int8)))
    pairs = zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)
    return [(start, end) for start, end in pairs if end - start >= shortest]


def faint(probabilities: Probabilities) -> NDArray[np.bool_]:
    """Which frames may be speech at all, by the most sensitive pass: short runs are noise."""
    over = np.concatenate([[False], probabilities >= FAINT, [False]])
    changes = np.flatnonzero(np.diff(over))
    result = np.zeros(len(probabilities), np.bool_)
    for start, end in zip(changes[::2], changes[1::2], strict=True):
        result[start:end] = end - start >= FAINT_FRAMES
    return result


def is_silent(audio: Audio, planner: str) -> bool:
    """Whether the most sensitive pass finds no voice at all."""
    return not bool(faint(ear(planner).probabilities(audio)).any())


def _frames(block: Audio) -> NDArray[np.float32]:
    missing = -len(block) % FRAME
    return np.pad(block, (0, missing)).reshape(-1, FRAME).astype(np.float32, copy=False)
