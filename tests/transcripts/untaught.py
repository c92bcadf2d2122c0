"""A Whisper that was taught nothing: the tokens of `base`, one narrow layer, numbers by chance.

It hears words in anything, the same ones each time, at a fiftieth of the cost. What an engine must do whatever its weights
are (leave out what is no sound, stay inside the window, end when it is told to) shows more sharply with it than with weights
that would hear nothing there anyway.
"""

import json
import shutil
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from oralhistory.transcripts import weights
from oralhistory.transcripts.engines import ctranslate2_file
from oralhistory.transcripts.engines.ctranslate2_file import Arrays

BASE = 512  # features of a state in `base`, which all its sizes but those of sound and vocabulary are multiples of
WIDTH, HEADS = 64, 2
END = 50257  # the token `<|endoftext|>`
TYPES = {np.dtype(kind): number for number, kind in ctranslate2_file.TYPES.items()}


def model(folder: Path) -> Path:
    """Make it in a folder that is there, in CTranslate2's form."""
    taught = weights.find("base")
    assert taught is not None
    with (folder / "model.bin").open("wb") as out:
        _write(_untaught(ctranslate2_file.read(taught.folder / "model.bin")), out)
    for name in ("tokenizer.json", "vocabulary.json"):
        shutil.copyfile(taught.folder / name, folder / name)
    config = json.loads((taught.folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "alignment_heads": [[0, 0], [0, 1]]}))
    return folder


def _untaught(arrays: Arrays) -> Arrays:
    chance = np.random.default_rng(1)
    made: Arrays = {}
    for name, array in arrays.items():
        if "/layer_" in name and "/layer_0/" not in name and "coder/layer_norm" not in name:
            continue
        if not array.shape:
            made[name] = array
        elif name.endswith("gamma"):
            made[name] = np.ones(WIDTH, np.float32)
        else:
            shape = [size * WIDTH // BASE if size % BASE == 0 else size for size in array.shape]
            made[name] = chance.standard_normal(shape, np.float32) / np.float32(np.sqrt(WIDTH))
    made["decoder/position_encodings/encodings"] *= 6  # else one word is said again and again
    made["decoder/embeddings/weight"][END] *= 5  # else a text does not come to its end
    made["encoder/num_heads"] = made["decoder/num_heads"] = np.array(HEADS, np.int16)
    made["decoder/projection/weight"] = made["decoder/embeddings/weight"]  # as in every Whisper
    return made


def _write(arrays: Arrays, out: BinaryIO) -> None:
    """As `ctranslate2_file` reads it, with nothing under two names."""
    out.write(struct.pack("<I", 6) + _string("WhisperSpec") + struct.pack("<II", 3, len(arrays)))
    for name, array in arrays.items():
        out.write(_string(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape))
        out.write(struct.pack("<BI", TYPES[array.dtype], array.nbytes) + array.tobytes())
    out.write(struct.pack("<I", 0))


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data
