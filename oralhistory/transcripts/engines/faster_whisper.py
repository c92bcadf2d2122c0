"""Whisper on CTranslate2: the default engine.

Its own `transcribe` is not used: the batched one takes one language for all windows, forgets the
temperature ladder, and cuts what passes 30 s with no more than a warning. Here each window has its
language, the encoder runs once for detection and decoding, and words come out of one alignment.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens
from numpy.typing import NDArray

from oralhistory.transcripts import weights
from oralhistory.transcripts.engines import hub, threads
from oralhistory.transcripts.engines.aligned import Piece, words_of
from oralhistory.transcripts.engines.base import (
    PROMPT_LIMIT,
    SHORTEST_AUDIBLE,
    OnWindow,
    Spec,
    WindowResult,
    refuse_long,
)
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio, milliseconds
from oralhistory.transcripts.words import text_of

SAMPLES_PER_FRAME = 160
SAMPLES_PER_STEP = 320  # of the encoded sound: 20 ms
STRETCH = 250  # steps: five seconds
MOST_SAMPLES = 3000 * SAMPLES_PER_FRAME  # of the encoder: 30 s
# Silence that the encoder is given after the longest window of a batch. Whisper was trained on 30 s always;
# on 600 s of clips in three languages (base, int8) 2 s or more gave the word errors of the full 30 s for
# 85 to 90 % of the time, 1 s gave 6 % more errors, and none twice as many.
SILENCE_AFTER = 3 * SAMPLE_RATE
MOST_TOKENS = 448  # of the decoder, prompt included
TOKENS_PER_SECOND = 12  # nobody speaks more; what goes on longer is a loop

MOST_KEPT = 64  # encoded windows that await decoding, at 3 MB each for base

Encoded = NDArray[np.float32]  # of one window: time × features


class FasterWhisper:
    name = "faster-whisper"

    def __init__(self) -> None:
        self.spec = Spec(engine=self.name, model="")
        self._encoded: dict[int, tuple[Audio, Encoded]] = {}  # by id; the audio is kept so that ids stay true

    def load(self, spec: Spec) -> None:
        self.spec = spec
        self._folder, found = _located(spec.model)
        weights.check(found, spec.weights_sha256)
        self._model = _model(self._folder, spec.compute_type, threads.device(), threads.count())

    def detect(self, windows: Sequence[Audio]) -> list[dict[str, float]]:
        if not windows:
            return []
        if not self._model.model.is_multilingual:
            return [{"en": 1.0} for _ in windows]
        encoded = self._encode(windows)
        if len(self._encoded) > MOST_KEPT:
            self._encoded.clear()
        self._encoded.update(
            {id(window): (window, row) for window, row in zip(windows, encoded, strict=True)}
        )
        return self._languages(encoded)

    def detect_within(self, windows: Sequence[Audio]) -> list[list[dict[str, float]]]:
        """Asked of parts of the encoded window: the decoder looks at no more than it is shown."""
        if not self._model.model.is_multilingual:
            return [[{"en": 1.0}] for _ in windows]
        found = []
        for window in windows:
            (encoded,) = self._known([window]) or self._encode([window])
            frames = min(len(encoded), max(1, len(window) // SAMPLES_PER_STEP))
            parts = max(1, round(frames / STRETCH))
            size = frames // parts
            found.append(self._languages([encoded[at * size : (at + 1) * size] for at in range(parts)]))
        return found

    def _languages(self, encoded: Sequence[Encoded]) -> list[dict[str, float]]:
        heard = self._model.model.detect_language(_view(np.stack(encoded)))
        return [{token[2:-2]: float(probability) for token, probability in row} for row in heard]

    def transcribe(
        self,
        windows: Sequence[Audio],
        on_window: OnWindow,
        *,
        languages: Sequence[str],
        pass_number: int = 1,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> None:
        refuse_long(windows)
        results = {
            at: WindowResult(language=language, pass_number=pass_number)
            for at, language in enumerate(languages)
        }
        for together in self._groups(windows):
            decoded = self._decode(
                [windows[at] for at in together],
                [languages[at] for at in together],
                pass_number=pass_number,
                temperature=temperature,
                seed=seed,
            )
            results.update(zip(together, decoded, strict=True))
        if pass_number == 1:
            self._encoded.clear()
        for at in range(len(windows)):
            on_window(results[at])

    def _groups(self, windows: Sequence[Audio]) -> list[list[int]]:
        """Windows that can be decoded together: those encoded together already, and all the others."""
        groups: dict[int, list[int]] = {}
        for at, window in enumerate(windows):
            if len(window) < SHORTEST_AUDIBLE:
                continue
            known = self._encoded.get(id(window))
            groups.setdefault(len(known[1]) if known else 0, []).append(at)
        return list(groups.values())

    def _decode(
        self,
        windows: Sequence[Audio],
        languages: Sequence[str],
        *,
        pass_number: int,
        temperature: float,
        seed: int,
    ) -> list[WindowResult]:
        encoded = self._known(windows) or self._encode(windows)
        timed = pass_number > 1  # time tokens cost a tenth more and keep the decoder from stopping early
        outputs = self._generate(encoded, windows, languages, timed=timed, temperature=temperature, seed=seed)
        tokens = [
            [token for token in output.sequences_ids[0] if token < self._tokenizer(language).eot]
            for output, language in zip(outputs, languages, strict=True)
        ]
        results = []
        timings = self._align(encoded, windows, languages, tokens)
        for at, (output, language) in enumerate(zip(outputs, languages, strict=True)):
            words = words_of(timings[at], milliseconds(len(windows[at])))
            text = self._tokenizer(language).decode(tokens[at]).strip()
            length = len(output.sequences_ids[0])
            results.append(
                WindowResult(
                    language=language,
                    avg_logprob=round(output.scores[0] * length / (length + 1), 4),
                    compression_ratio=round(get_compression_ratio(text), 3) if text else 0.0,
                    no_speech_probability=round(output.no_speech_prob, 4),
                    temperature=temperature,
                    pass_number=pass_number,
                    text=text_of(words) or text,
                    words=words,
                )
            )
        return results

    def _encode(self, windows: Sequence[Audio]) -> list[Encoded]:
        """Encode windows together. Silence is added before the spectrum is taken, as Whisper was trained."""
        longest = max(len(window) for window in windows) + SILENCE_AFTER
        samples = min(MOST_SAMPLES, -(-longest // SAMPLE_RATE) * SAMPLE_RATE)
        features = np.stack([self._features(window, samples) for window in windows])
        return list(np.array(self._model.model.encode(_view(features), to_cpu=True)))

    def _features(self, window: Audio, samples: int) -> NDArray[np.float32]:
        spectrum = self._model.feature_extractor(np.pad(window, (0, samples - len(window))), padding=0)
        features: NDArray[np.float32] = spectrum[:, : samples // SAMPLES_PER_FRAME].astype(
            np.float32, copy=False
        )
        return features

    def _known(self, windows: Sequence[Audio]) -> list[Encoded]:
        """What `detect` has encoded already, if it was these very windows; else nothing."""
        known = [self._encoded.get(id(window)) for window in windows]
        return [found[1] for found in known if found] if all(known) else []

    def _generate(
        self,
        encoded: Sequence[Encoded],
        windows: Sequence[Audio],
        languages: Sequence[str],
        *,
        timed: bool,
        temperature: float,
        seed: int,
    ) -> list[Any]:
        prompts = [self._prompt(language, timed=timed) for language in languages]
        longest = max(len(window) for window in windows) / SAMPLE_RATE
        tokens = len(prompts[0]) + 16 + int(TOKENS_PER_SECOND * longest)
        search: dict[str, Any] = {"beam_size": self.spec.beam_size}
        if temperature > 0:
            search = {
                "beam_size": 1,
                "num_hypotheses": self.spec.best_of,
                "sampling_topk": 0,
                "sampling_temperature": temperature,
            }
        found: list[Any] = self._sampler(temperature, seed).generate(
            _view(np.stack(encoded)),
            prompts,
            max_length=min(MOST_TOKENS, tokens),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(self._tokenizer(languages[0]), [-1]),
            **search,
        )
        return found

    def _sampler(self, temperature: float, seed: int) -> Any:
        """What decodes. Above temperature 0 a fresh one: CTranslate2 takes a seed only when a thread begins."""
        if temperature == 0:
            return self._model.model
        ctranslate2.set_random_seed(seed % (1 << 31))
        return ctranslate2.models.Whisper(
            self._folder,
            device=self._model.model.device,
            compute_type=self._model.model.compute_type,
            intra_threads=threads.count(),
        )

    def _prompt(self, language: str, *, timed: bool) -> list[int]:
        tokenizer = self._tokenizer(language)
        prompt: list[int] = []
        if self.spec.prompt:
            prompt = [tokenizer.sot_prev, *tokenizer.encode(" " + self.spec.prompt.strip())[-PROMPT_LIMIT:]]
        return [*prompt, *tokenizer.sot_sequence, *([] if timed else [tokenizer.no_timestamps])]

    def _align(
        self,
        encoded: Sequence[Encoded],
        windows: Sequence[Audio],
        languages: Sequence[str],
        tokens: Sequence[list[int]],
    ) -> list[list[Piece]]:
        """For each window the pieces of its text with their times; the aligner takes a language at a time."""
        timings: list[list[Piece]] = [[] for _ in windows]
        for language in dict.fromkeys(languages):
            members = [at for at, each in enumerate(languages) if each == language and tokens[at]]
            if not members:
                continue
            heard = self._model.find_alignment(
                self._tokenizer(language),
                [tokens[at] for at in members],
                _view(np.stack([encoded[at] for at in members])),
                [-(-len(windows[at]) // SAMPLES_PER_FRAME) for at in members],
            )
            for at, row in zip(members, heard, strict=True):
                timings[at] = list(_pieces(row))
        return timings

    def _tokenizer(self, language: str) -> Tokenizer:
        return _tokenizer(self._model, language)


def _pieces(row: Sequence[dict[str, Any]]) -> Iterator[Piece]:
    for word in row:
        yield Piece(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))


def _view(array: NDArray[np.float32]) -> Any:
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))


def _located(model: str) -> tuple[str, weights.Weights]:
    found = weights.find(model) or weights.of_folder(hub.fetched(model))
    return str(found.folder), found


@lru_cache(maxsize=1)
def _model(folder: str, compute_type: str, device: str, cpu_threads: int) -> WhisperModel:
    return WhisperModel(folder, device=device, compute_type=compute_type, cpu_threads=cpu_threads)


@lru_cache(maxsize=32)
def _tokenizer(model: WhisperModel, language: str) -> Tokenizer:
    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)


ENGINE = FasterWhisper
