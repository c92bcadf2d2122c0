"""The reference implementation, by Whisper's authors. Slow on a CPU; here to be compared with.

Needs the extra `openai`; this module is imported only when it is chosen.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from whisper.timing import find_alignment
from whisper.tokenizer import Tokenizer, get_tokenizer

from oralhistory.transcripts import weights
from oralhistory.transcripts.engines import openai_checkpoint, threads
from oralhistory.transcripts.engines.aligned import Piece, words_of
from oralhistory.transcripts.engines.base import (
    PROMPT_LIMIT,
    SHORTEST_AUDIBLE,
    WIDER,
    WINDOW_LIMIT,
    OnWindow,
    Ranges,
    Spec,
    WindowResult,
    refuse_long,
    refuse_other_decoder,
    stretches,
)
from oralhistory.transcripts.sound import Audio, milliseconds
from oralhistory.transcripts.words import text_of

SAMPLES_PER_FRAME = 160
SAMPLES_PER_STEP = 320  # of the encoded sound: 20 ms


class OpenAIWhisper:
    name = "openai-whisper"
    weights_sha256 = ""

    def __init__(self) -> None:
        self.spec = Spec(engine=self.name, model="")

    def load(self, spec: Spec) -> None:
        refuse_other_decoder(spec)
        threads.refuse_missing(self.name, has_gpu=torch.cuda.is_available())
        self.spec = spec
        torch.set_num_threads(threads.count())
        here = None if spec.model.endswith(".pt") else weights.find(spec.model)
        self._model, found = _model(spec.model, here, _device())
        weights.check(found, spec.weights_sha256)
        self.weights_sha256 = found.sha256

    def detect(self, windows: Sequence[Audio]) -> list[dict[str, float]]:
        if not self._model.is_multilingual:
            return [{"en": 1.0} for _ in windows]
        # With the silence behind it, as Whisper was trained: without, it took Portuguese for Swedish.
        return [self._languages(self._encoded(window)) for window in windows]

    def detect_within(
        self, windows: Sequence[Audio], ranges: Sequence[Ranges] | None = None
    ) -> list[list[dict[str, float]]]:
        asked = [stretches(len(window)) for window in windows] if ranges is None else ranges
        if not self._model.is_multilingual:
            return [[{"en": 1.0} for _ in parts] for parts in asked]
        found = []
        for window, parts in zip(windows, asked, strict=True):
            encoded = self._encoded(window)
            found.append([self._languages(_part(encoded, start, end)) for start, end in parts])
        return found

    @torch.no_grad()
    def _encoded(self, window: Audio) -> torch.Tensor:
        encoded: torch.Tensor = self._model.encoder(self._spectrum(window)[None])
        return encoded[0]

    @torch.no_grad()
    def _languages(self, encoded: torch.Tensor) -> dict[str, float]:
        """Whisper's own `detect_language` takes nothing but whole windows."""
        tokenizer = self._tokenizer("en")
        first = torch.tensor([[tokenizer.sot]], device=encoded.device)
        tokens = list(tokenizer.all_language_tokens)
        heard = self._model.logits(first, encoded[None])[0, 0, tokens].softmax(dim=-1).tolist()
        return dict(zip(tokenizer.all_language_codes, heard, strict=True))

    def transcribe(
        self,
        windows: Sequence[Audio],
        on_window: OnWindow,
        *,
        languages: Sequence[str],
        pass_number: int = 1,
        temperature: float = 0.0,
        seed: int = 0,
        prompt: str = "",
    ) -> None:
        refuse_long(windows)
        for window, language in zip(windows, languages, strict=True):
            if len(window) < SHORTEST_AUDIBLE:
                on_window(WindowResult(language=language, pass_number=pass_number))
            else:
                on_window(
                    self._decode(
                        window,
                        language,
                        pass_number=pass_number,
                        temperature=temperature,
                        seed=seed,
                        prompt=prompt,
                    )
                )

    def _decode(
        self, window: Audio, language: str, *, pass_number: int, temperature: float, seed: int, prompt: str
    ) -> WindowResult:
        torch.manual_seed(seed)
        tokenizer = self._tokenizer(language)
        spectrum = self._spectrum(window)
        heard: Any = whisper.decode(
            self._model, spectrum, self._options(tokenizer, language, pass_number, temperature, prompt)
        )
        tokens = [token for token in heard.tokens if token < tokenizer.eot]
        frames = -(-len(window) // SAMPLES_PER_FRAME)
        timings = find_alignment(self._model, tokenizer, tokens, spectrum.to(self._model.device), frames)
        pieces = [Piece(each.word, each.start, each.end, each.probability) for each in timings]
        words = words_of(pieces, milliseconds(len(window)))
        text = heard.text.strip()
        return WindowResult(
            language=language,
            avg_logprob=round(heard.avg_logprob, 4),
            compression_ratio=round(heard.compression_ratio, 3) if text else 0.0,
            no_speech_probability=round(heard.no_speech_prob, 4),
            temperature=temperature,
            pass_number=pass_number,
            text=text_of(words) or text,
            words=words,
        )

    def _options(
        self, tokenizer: Tokenizer, language: str, pass_number: int, temperature: float, prompt: str
    ) -> whisper.DecodingOptions:
        told = (prompt or self.spec.prompt).strip()
        return whisper.DecodingOptions(
            language=language,
            temperature=temperature,
            beam_size=None if temperature else self.spec.beam_size + (WIDER if pass_number > 1 else 0),
            best_of=self.spec.best_of if temperature else None,
            length_penalty=None,
            prompt=tokenizer.encode(" " + told)[-PROMPT_LIMIT:] if told else None,
            without_timestamps=pass_number == 1,
            fp16=self._model.device.type == "cuda",
        )

    def _spectrum(self, window: Audio) -> torch.Tensor:
        padded = np.pad(window, (0, max(0, WINDOW_LIMIT - len(window))))
        spectrum: torch.Tensor = whisper.log_mel_spectrogram(padded, n_mels=self._model.dims.n_mels)
        return spectrum.to(self._model.device)

    def _tokenizer(self, language: str) -> Tokenizer:
        return get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._model.num_languages,
            language=language,
            task="transcribe",
        )


def _part(encoded: torch.Tensor, start: int, end: int) -> torch.Tensor:
    """Of an encoded window, what belongs to a range of its samples; at least one step."""
    first = min(start // SAMPLES_PER_STEP, len(encoded) - 1)
    return encoded[first : max(first + 1, end // SAMPLES_PER_STEP)]


def _device() -> str:
    asked = threads.device()
    return ("cuda" if torch.cuda.is_available() else "cpu") if asked == "auto" else asked


@lru_cache(maxsize=1)
def _model(model: str, here: weights.Weights | None, device: str) -> tuple[whisper.Whisper, weights.Weights]:
    """From the default engine's weights if they are here, else as whisper itself finds or fetches them."""
    if here is not None:
        return openai_checkpoint.model(here.folder).to(device), here
    root = Path(weights.cache()) / "openai"
    try:
        loaded = whisper.load_model(model, device=device, download_root=str(root))
    except (OSError, RuntimeError) as error:
        raise weights.WeightsMissing(
            f"openai-whisper finds no weights of “{model}” here and cannot fetch them ({type(error).__name__})."
        ) from error
    return loaded, weights.of_file(Path(model) if model.endswith(".pt") else root / _file_of(model))


def _file_of(model: str) -> str:
    """Under which name whisper keeps what it has fetched; "turbo" and "large" are names of others."""
    address: str = whisper._MODELS[model]
    return address.rpartition("/")[2]


ENGINE = OpenAIWhisper
