"""A voice as 256 numbers: Resemblyzer's network (three LSTM layers) in plain numpy, on 1.6 s of sound at a time.

The same voice gives directions that lie close together, whatever it says. Where the numbers come from:
data/PROVENANCE.md. They tell voices of one recording apart; to compare recordings is not what they are for.
"""

import hashlib
import importlib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oralhistory.transcripts.sound import SAMPLE_RATE, Audio

Prints = NDArray[np.float16]  # a row of 256 for each window, of length 1

WEIGHTS = Path(__file__).with_name("data") / "voice_encoder.npz"
SHA256 = "cc0dd872b9d33abea2e73ec511b95e4a9d62db346a9fa4ff6573cefac6774845"
UNITS = 256
HOP = 160  # samples between two spectra: 10 ms
SPECTRUM = 400  # samples of one spectrum: 25 ms
FRAMES = 160  # spectra of a window
WINDOW = FRAMES * HOP  # samples: 1.6 s
MELS = 40
BATCH = 64  # windows at once, at most
# Resemblyzer was trained on sound of this level.
LEVEL = 10 ** (-30 / 20)


class Damaged(Exception):
    """The file of the network is missing or is not the one that this was written for."""


@dataclass(frozen=True, slots=True)
class _Layer:
    inputs: NDArray[np.float32]
    hidden: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Network:
    layers: tuple[_Layer, ...]
    linear: NDArray[np.float32]
    bias: NDArray[np.float32]
    filters: NDArray[np.float32]


@lru_cache(maxsize=1)
def _network() -> _Network:
    stored_bytes = WEIGHTS.read_bytes() if WEIGHTS.is_file() else b""
    if hashlib.sha256(stored_bytes).hexdigest() != SHA256:
        raise Damaged
    with np.load(io.BytesIO(stored_bytes), allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    layers = tuple(_layer(*(arrays[f"{part}_{n}"] for part in ("input", "hidden", "bias"))) for n in range(3))
    # Looked for when somebody listens: it brings the whole of faster-whisper, and web processes hear nothing.
    extractor = importlib.import_module("faster_whisper.feature_extractor").FeatureExtractor
    filters = extractor.get_mel_filters(SAMPLE_RATE, SPECTRUM, n_mels=MELS)
    return _Network(layers, arrays["linear"], arrays["linear_bias"], filters.T.astype(np.float32))


def _layer(inputs: NDArray[np.float32], hidden: NDArray[np.float32], bias: NDArray[np.float32]) -> _Layer:
    """The logistic function of three of the four gates is 0.5 + 0.5 tanh(x / 2): halved here, once for all."""
    scale = np.full(4 * UNITS, 0.5, np.float32)
    scale[2 * UNITS : 3 * UNITS] = 1
    return _Layer(inputs * scale, hidden * scale, bias * scale)


def prints(windows: NDArray[np.float32]) -> Prints:
    """The prints of windows of WINDOW samples, one a row; nothing is known of what came before or after.

    In other company a print may differ in its last digits (matrices of another size are rounded otherwise).
    """
    found = [np.zeros((0, UNITS), np.float32)]
    for at in range(0, len(windows), BATCH):
        found.append(embed(np.stack([_mel(window) for window in windows[at : at + BATCH]])))
    return np.concatenate(found).astype(np.float16)


def mel(audio: Audio) -> NDArray[np.float32]:
    """Power in 40 bands every 10 ms, each spectrum around its moment; silence before and after."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(audio, SPECTRUM // 2), SPECTRUM)[::HOP]
    spectra = np.fft.rfft(frames * _HANN, axis=1)
    power = (spectra.real**2 + spectra.imag**2).astype(np.float32)
    bands: NDArray[np.float32] = power @ _network().filters
    return bands


def _mel(window: Audio) -> NDArray[np.float32]:
    level = float(np.sqrt(np.mean(np.square(window, dtype=np.float64))))
    return mel(window * np.float32(LEVEL / level) if level > 0 else window)[:FRAMES]


_HANN = np.hanning(SPECTRUM + 1)[:-1].astype(np.float32)


def embed(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """The network itself, on windows of mel spectra."""
    network = _network()
    sequence = np.ascontiguousarray(spectra.transpose(1, 0, 2))
    for layer in network.layers:
        sequence = _lstm(layer, sequence)
    found: NDArray[np.float32] = np.maximum(sequence[-1] @ network.linear + network.bias, 0)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return found


def _lstm(layer: _Layer, sequence: NDArray[np.float32]) -> NDArray[np.float32]:
    """One layer over time: (frames, windows, in) to (frames, windows, UNITS)."""
    out = np.empty((*sequence.shape[:2], UNITS), np.float32)
    hidden = np.zeros((sequence.shape[1], UNITS), np.float32)
    cell = np.zeros_like(hidden)
    for at, given in enumerate(sequence):
        gates = given @ layer.inputs
        gates += hidden @ layer.hidden
        gates += layer.bias
        np.tanh(gates, out=gates)
        take, keep, fresh, show = (gates[:, n * UNITS : (n + 1) * UNITS] for n in range(4))
        cell = 0.5 * ((keep + 1) * cell + (take + 1) * fresh)
        hidden = out[at] = 0.5 * (show + 1) * np.tanh(cell)
    return out
