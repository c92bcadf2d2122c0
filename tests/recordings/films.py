"""Small films made for the tests, and looked at."""

import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

from oralhistory.lib import ffmpeg
from tests.recordings import sounds

FLASH = "drawbox=color=white:thickness=fill:enable='gte(t,1)'"
BEEP = "volume=0:enable='lt(t,1)'"


def film(
    path: Path,
    *arguments: str,
    size: str = "64x48",
    seconds: float = 2,
    sound_later: float = 0,
    look: str = FLASH,
) -> Path:
    """Black, with a white flash and a beep after a second. `arguments`: codecs and options of ffmpeg's."""
    subprocess.run(
        [
            *(str(ffmpeg.binary()), "-v", "error", "-y"),
            *("-f", "lavfi", "-i", f"color=black:size={size}:rate=25:duration={seconds},{look}"),
            *("-itsoffset", str(sound_later), "-f", "lavfi", "-i", f"sine=1000:duration={seconds},{BEEP}"),
            *(arguments or ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")),
            str(path),
        ],
        check=True,
    )
    return path


def frames(path: Path) -> npt.NDArray[np.uint8]:
    """Every frame as 16 × 16 gray levels."""
    command = [
        *(str(ffmpeg.binary()), "-v", "error", "-i", str(path), "-map", "0:v"),
        *("-vf", "scale=16:16,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"),
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, 16, 16)


def flash(path: Path, rate: int = 25) -> float:
    """The second of the first white frame."""
    return float(np.argmax(frames(path).mean(axis=(1, 2)) > 128)) / rate


def beep(path: Path) -> float:
    samples = sounds.read(path, 8000)
    return float(np.argmax(np.abs(samples[:, 0]) > 0.05)) / 8000
