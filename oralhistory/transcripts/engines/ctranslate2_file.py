"""Read the arrays of a CTranslate2 model.bin, so that one file of weights serves both Whisper engines.

The format, from CTranslate2's own writer (ctranslate2/specs/model_spec.py): little-endian; version (u32);
name of the spec (string); revision (u32); count (u32) and as many arrays: name (string), rank (u8), sizes
(u32 each), type (u8), bytes (u32), data; then count (u32) and as many aliases: name, name of the array.
A string is its length with the final zero (u16), its bytes, the zero.
"""

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

VERSIONS = (5, 6)
TYPES = {
    0: np.float32,
    1: np.int8,
    2: np.int16,
    3: np.int32,
    4: np.float16,
}  # 5 is bfloat16, unknown to numpy

Arrays = dict[str, NDArray[np.generic]]


class NotReadable(Exception):
    """Not a CTranslate2 file of a version and of types that are known here."""


def read(file: Path) -> Arrays:
    """All arrays by name, aliases included. Raises NotReadable."""
    with file.open("rb") as stream:
        (version,) = _unpack(stream, "<I")
        if version not in VERSIONS:
            raise NotReadable(f"{file} is of version {version}; known: {VERSIONS}")
        _string(stream)
        _unpack(stream, "<I")
        (count,) = _unpack(stream, "<I")
        arrays = dict(_array(stream) for _ in range(count))
        (aliases,) = _unpack(stream, "<I")
        for _ in range(aliases):
            alias = _string(stream)
            arrays[alias] = arrays[_string(stream)]
    return arrays


def _array(stream: BinaryIO) -> tuple[str, NDArray[np.generic]]:
    name = _string(stream)
    (rank,) = _unpack(stream, "<B")
    shape = _unpack(stream, f"<{rank}I")
    kind, size = _unpack(stream, "<BI")
    if kind not in TYPES:
        raise NotReadable(f"{name} is of type {kind}")
    return name, np.frombuffer(stream.read(size), TYPES[kind]).reshape(shape)


def _string(stream: BinaryIO) -> str:
    (length,) = _unpack(stream, "<H")
    return stream.read(length)[:-1].decode()


def _unpack(stream: BinaryIO, form: str) -> tuple[int, ...]:
    data = stream.read(struct.calcsize(form))
    if len(data) != struct.calcsize(form):
        raise NotReadable("the file ends too early")
    return struct.unpack(form, data)
