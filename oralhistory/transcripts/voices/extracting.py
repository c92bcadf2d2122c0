"""Resemblyzer's weights without PyTorch: from its checkpoint to the arrays that `encoder` reads.

    python -m oralhistory.transcripts.voices.extracting pretrained.pt voice_encoder.npz

The checkpoint is in PyTorch's form of before 2020: five pickles, then the numbers of each array. A pickle can run
anything, so only the few names that describe arrays are let in. What training needed (the optimizer's state, the
scale of the loss) stays behind.
"""

import argparse
import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

LAYERS = 3
FLOAT = 4  # bytes


class NotResemblyzer(Exception):
    """The file is not the checkpoint that this reads."""


class _Described:
    """An array before its numbers are read."""

    def __init__(self, storage: tuple[Any, ...], offset: int, shape: tuple[int, ...], *_others: object):
        self.kind, self.key, self.offset, self.shape = storage[1], str(storage[2]), offset, shape


class _ArraysOnly(pickle.Unpickler):
    """Nothing but descriptions of arrays; any other name ends the reading."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Described
        if module == "torch" and name.endswith("Storage"):
            return name
        raise NotResemblyzer(f"{module}.{name} has no place in it")

    def persistent_load(self, pid: Any) -> Any:
        return pid


def arrays(checkpoint: Path) -> dict[str, NDArray[np.float32]]:
    """The network's arrays by PyTorch's names. Raises NotResemblyzer."""
    with checkpoint.open("rb") as file:
        for _header in ("magic number", "version of the form", "byte order"):
            _ArraysOnly(file).load()
        described = _ArraysOnly(file).load()["model_state"]
        places = _places(file, _ArraysOnly(file).load())
        return {name: _read(file, places, each) for name, each in described.items()}


def _places(file: BinaryIO, keys: list[str]) -> dict[str, int]:
    """Where each array's numbers begin: every one is preceded by how many there are. All are 4 bytes long."""
    places = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        places[key] = file.tell()
        file.seek(count * FLOAT, 1)
    return places


def _read(file: BinaryIO, places: dict[str, int], described: _Described) -> NDArray[np.float32]:
    if described.kind not in ("FloatStorage", "CudaFloatStorage"):
        raise NotResemblyzer(described.kind)
    file.seek(places[described.key] + described.offset * FLOAT)
    count = int(np.prod(described.shape))
    return np.frombuffer(file.read(count * FLOAT), "<f4").reshape(described.shape)


def packed(found: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float16]]:
    """What the encoder needs, turned as it multiplies; half precision moves no embedding by more than a thousandth."""
    result = {}
    for layer in range(LAYERS):
        result[f"input_{layer}"] = found[f"lstm.weight_ih_l{layer}"].T
        result[f"hidden_{layer}"] = found[f"lstm.weight_hh_l{layer}"].T
        result[f"bias_{layer}"] = found[f"lstm.bias_ih_l{layer}"] + found[f"lstm.bias_hh_l{layer}"]
    result["linear"] = found["linear.weight"].T
    result["linear_bias"] = found["linear.bias"]
    return {name: np.ascontiguousarray(array, np.float16) for name, array in result.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    np.savez_compressed(asked.out, allow_pickle=False, **packed(arrays(asked.checkpoint)))


if __name__ == "__main__":
    main()
