"""The reference implementation's model, built from the weights that the default engine uses.

The same numbers under other names: CTranslate2 keeps query, key and value of an attention in one matrix
(`linear_0` of a self-attention; in a cross-attention `linear_0` is the query and `linear_1` key and value).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from whisper.model import ModelDimensions, Whisper

from oralhistory.transcripts.engines import ctranslate2_file
from oralhistory.transcripts.engines.ctranslate2_file import Arrays

Named = Iterator[tuple[str, NDArray[np.generic]]]


def model(folder: Path) -> Whisper:
    """Whisper from a folder in CTranslate2's form, in 32-bit floats. Raises NotReadable."""
    arrays = ctranslate2_file.read(folder / "model.bin")
    built = Whisper(_dimensions(arrays))
    state = {name: torch.from_numpy(array.astype(np.float32)) for name, array in _state(arrays)}
    built.load_state_dict(state)
    config = folder / "config.json"
    heads = json.loads(config.read_text()).get("alignment_heads") if config.is_file() else None
    if heads:
        mask = torch.zeros(built.dims.n_text_layer, built.dims.n_text_head, dtype=torch.bool)
        for layer, head in heads:
            mask[layer, head] = True
        built.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    built.eval()
    return built


def _dimensions(arrays: Arrays) -> ModelDimensions:
    vocabulary, text_state = arrays["decoder/embeddings/weight"].shape
    audio_context, audio_state = arrays["encoder/position_encodings/encodings"].shape
    return ModelDimensions(
        n_mels=arrays["encoder/conv1/weight"].shape[1],
        n_audio_ctx=audio_context,
        n_audio_state=audio_state,
        n_audio_head=int(arrays["encoder/num_heads"]),
        n_audio_layer=_layers(arrays, "encoder"),
        n_vocab=vocabulary,
        n_text_ctx=arrays["decoder/position_encodings/encodings"].shape[0],
        n_text_state=text_state,
        n_text_head=int(arrays["decoder/num_heads"]),
        n_text_layer=_layers(arrays, "decoder"),
    )


def _layers(arrays: Arrays, side: str) -> int:
    return len(
        {name.split("/")[1] for name in arrays if name.startswith(f"{side}/layer_") and "norm" not in name}
    )


def _state(arrays: Arrays) -> Named:
    yield from _linear(arrays, "encoder/conv1", "encoder.conv1")
    yield from _linear(arrays, "encoder/conv2", "encoder.conv2")
    yield "encoder.positional_embedding", arrays["encoder/position_encodings/encodings"]
    yield "decoder.positional_embedding", arrays["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", arrays["decoder/embeddings/weight"]
    yield from _norm(arrays, "encoder/layer_norm", "encoder.ln_post")
    yield from _norm(arrays, "decoder/layer_norm", "decoder.ln")
    for side in ("encoder", "decoder"):
        for layer in range(_layers(arrays, side)):
            yield from _block(arrays, f"{side}/layer_{layer}", f"{side}.blocks.{layer}")


def _block(arrays: Arrays, ours: str, theirs: str) -> Named:
    attention = f"{ours}/self_attention"
    yield from _norm(arrays, f"{attention}/layer_norm", f"{theirs}.attn_ln")
    yield from _split(arrays, f"{attention}/linear_0", f"{theirs}.attn", ("query", "key", "value"))
    yield from _linear(arrays, f"{attention}/linear_1", f"{theirs}.attn.out")
    if ours.startswith("decoder"):
        attention = f"{ours}/attention"
        yield from _norm(arrays, f"{attention}/layer_norm", f"{theirs}.cross_attn_ln")
        yield from _linear(arrays, f"{attention}/linear_0", f"{theirs}.cross_attn.query")
        yield from _split(arrays, f"{attention}/linear_1", f"{theirs}.cross_attn", ("key", "value"))
        yield from _linear(arrays, f"{attention}/linear_2", f"{theirs}.cross_attn.out")
    yield from _norm(arrays, f"{ours}/ffn/layer_norm", f"{theirs}.mlp_ln")
    yield from _linear(arrays, f"{ours}/ffn/linear_0", f"{theirs}.mlp.0")
    yield from _linear(arrays, f"{ours}/ffn/linear_1", f"{theirs}.mlp.2")


def _split(arrays: Arrays, ours: str, theirs: str, parts: tuple[str, ...]) -> Named:
    weights = np.split(arrays[f"{ours}/weight"], len(parts))
    biases = np.split(arrays[f"{ours}/bias"], len(parts))
    for part, weight, bias in zip(parts, weights, biases, strict=True):
        yield f"{theirs}.{part}.weight", weight
        if part != "key":  # Whisper's keys have no bias; CTranslate2 stores zeros
            yield f"{theirs}.{part}.bias", bias


def _linear(arrays: Arrays, ours: str, theirs: str) -> Named:
    yield f"{theirs}.weight", arrays[f"{ours}/weight"]
    yield f"{theirs}.bias", arrays[f"{ours}/bias"]


def _norm(arrays: Arrays, ours: str, theirs: str) -> Named:
    yield f"{theirs}.weight", arrays[f"{ours}/gamma"]
    yield f"{theirs}.bias", arrays[f"{ours}/beta"]
