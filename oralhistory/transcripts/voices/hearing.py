"""The prints of a recording, some minutes at a time: what is held does not grow with its length."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts import voice
from oralhistory.transcripts.sound import PcmReader
from oralhistory.transcripts.voice import FRAME
from oralhistory.transcripts.voices import encoder
from oralhistory.transcripts.voices.encoder import WINDOW, Prints

STEP = (
    25 * FRAME
)  # samples between the beginnings of two windows: 0.8 s, so that each instant is in two of them
PART = 100 * STEP  # samples of a part: 80 s. A part is heard the same whatever was heard before it
SPOKEN = 0.4  # of a window: less speech, and its print is that of a pause
EAR = "silero-1"


@dataclass(frozen=True, slots=True)
class Part:
    """What was heard in some of a recording."""

    starts: NDArray[np.int64]  # samples: where the windows begin that are mostly speech
    prints: Prints
    voiced: NDArray[np.bool_]  # for each frame of 512 samples


def parts_in(samples: int) -> int:
    return -(-samples // PART)


def part(read: PcmReader, index: int, samples: int) -> Part:
    """One of the parts of a recording: the same whenever it is heard."""
    first, end = index * PART, min((index + 1) * PART, samples)
    audio = read(first, min(end + WINDOW, samples))
    voiced = voice.voiced(voice.ear(EAR).probabilities(audio))
    starts = np.array([at for at in _windows(len(audio), end - first) if _spoken(voiced, at)], np.int64)
    windows = [audio[at : at + WINDOW] for at in starts]
    return Part(
        starts + first, encoder.prints(np.array(windows, np.float32)), voiced[: -(-(end - first) // FRAME)]
    )


def _windows(there: int, own: int) -> Iterator[int]:
    yield from (at for at in range(0, own, STEP) if at + WINDOW <= there)


def _spoken(voiced: NDArray[np.bool_], at: int) -> bool:
    return bool(voiced[at // FRAME : (at + WINDOW) // FRAME].mean() > SPOKEN)


def whole(parts: list[Part]) -> Part:
    """All parts of a recording as one."""
    return Part(
        np.concatenate([each.starts for each in parts]),
        np.concatenate([each.prints for each in parts]),
        np.concatenate([each.voiced for each in parts]),
    )
