"""A long recording, made by repeating short ones with a second of silence between."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
import soundfile

from oralhistory.recordings import decoding
from oralhistory.transcripts import sound
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio

DEMO = Path(__file__).parents[2] / "oralhistory" / "pipeline" / "demo" / "testimonio-demo.opus"
BETWEEN = np.zeros(SAMPLE_RATE, np.float32)


def clips(manifest: Path | None) -> list[Path]:
    """The recordings of a manifest (columns as in `word_errors`) in which somebody speaks; without one, the demo's."""
    if manifest is None:
        return [DEMO]
    with manifest.open(newline="") as stream:
        return [manifest.parent / row["file"] for row in csv.DictReader(stream) if row["language"]]


def write(out: Path, files: Sequence[Path], *, minutes: float) -> Path:
    """16 kHz, mono, FLAC, of just this length; one clip is in memory at a time."""
    left = round(minutes * 60 * SAMPLE_RATE)
    with soundfile.SoundFile(out, "w", SAMPLE_RATE, 1, format="FLAC", subtype="PCM_16") as file:
        for part in _repeated(files):
            file.write(part[:left])
            left -= len(part)
            if left <= 0:
                return out
    raise ValueError("There is nothing to repeat.")


def _repeated(files: Sequence[Path]) -> Iterator[Audio]:
    with tempfile.TemporaryDirectory() as folder:
        decoded = []
        for number, each in enumerate(files):
            made = Path(folder, str(number))
            made.mkdir()
            decoded.append(decoding.decode(each, made).hearing)
        for hearing in cycle(decoded):
            yield sound.reader(hearing)(0, sound.samples_in(hearing))
            yield BETWEEN
