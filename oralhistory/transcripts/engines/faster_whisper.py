"""Whisper on CTranslate2: the default engine.

Its own `transcribe` is not used: the batched one takes one language for all windows, forgets the
temperature ladder, and cuts what passes 30 s with no more than a warning. Here each window has its
language, the encoder runs once for detection and decoding, and words come out of one alignment.

Windows are encoded one by one, each at its own length, and decoded together. Encoding them together gains
nothing on a CPU: its matrices are large enough; it pads each to the longest and takes twice the memory.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens
from numpy.typing import NDArray

from oralhistory.transcripts import weights
from oralhistory.transcripts.engines import hub, memory, threads
from oralhistory.transcripts.engines.aligned import Piece, words_of
from oralhistory.transcripts.engines.base import (
    PROMPT_LIMIT,
    SHORTEST_AUDIBLE,
    WIDER,
    OnWindow,
    Ranges,
    Spec,
    WindowResult,
    refuse_long,
    refuse_other_decoder,
    stretches,
)
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio, milliseconds
from oralhistory.transcripts.words import text_of

SAMPLES_PER_FRAME = 160
SAMPLES_PER_STEP = 320  # of the encoded sound: 20 ms
STEPS_OF_SILENCE = 50  # a second
MOST_SAMPLES = 3000 * SAMPLES_PER_FRAME  # of the encoder: 30 s
# Silence that the encoder is given after a window. Whisper was trained on 30 s always; on 1,100 s of clips in three
# languages (base, int8) 2 s gave no more word errors than 3 s, and 1.5 s half again as many in Portuguese.
SILENCE_AFTER = 2 * SAMPLE_RATE
MOST_TOKENS = 448  # of the decoder, prompt included
TOKENS_PER_SECOND = 12  # nobody speaks more; what goes on longer is a loop
TOGETHER = (
    4  # windows that are decoded together: half the time of one by one; eight take no less, and more memory
)
ALIKE = 0.5  # … if the shortest has this much of the longest: its padding costs

Encoded = NDArray[np.float32]  # of one window: time × features


class FasterWhisper:
    name = "faster-whisper"
    weights_sha256 = ""

    def __init__(self) -> None:
        self.spec = Spec(engine=self.name, model="")
        # By id, the latest last; the audio is kept so that ids stay true.
        self._kept: dict[int, tuple[Audio, Encoded]] = {}

    def load(self, spec: Spec) -> None:
        refuse_other_decoder(spec)
        threads.refuse_missing(self.name, has_gpu=ctranslate2.get_cuda_device_count() > 0)
        self.spec = spec
        self._folder, found = _located(spec.model)
        weights.check(found, spec.weights_sha256)
        memory.keep()
        self.weights_sha256 = found.sha256
        self._model = _model(self._folder, spec.compute_type, threads.device(), threads.count())

    def detect(self, windows: Sequence[Audio]) -> list[dict[str, float]]:
        if not self._model.model.is_multilingual:
            return [{"en": 1.0} for _ in windows]
        # With the silence behind it: a short window is told better so.
        return self._languages([self._encoded(window) for window in windows])

    def detect_within(
        self, windows: Sequence[Audio], ranges: Sequence[Ranges] | None = None
    ) -> list[list[dict[str, float]]]:
        """Asked of parts of the encoded window: the decoder looks at no more than it is shown."""
        asked = [stretches(len(window)) for window in windows] if ranges is None else ranges
        if not self._model.model.is_multilingual:
            return [[{"en": 1.0} for _ in parts] for parts in asked]
        return [
            self._languages([_part(self._encoded(window), start, end) for start, end in parts])
            for window, parts in zip(windows, asked, strict=True)
        ]

    def _languages(self, parts: Sequence[Encoded]) -> list[dict[str, float]]:
        """Those of equal length are asked together."""
        found: list[dict[str, float]] = [{} for _ in parts]
        for length in {len(part) for part in parts}:
            members = [at for at, part in enumerate(parts) if len(part) == length]
            heard = self._model.model.detect_language(_view(np.stack([parts[at] for at in members])))
            for at, row in zip(members, heard, strict=True):
                found[at] = {token[2:-2]: float(probability) for token, probability in row}
        return found

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
        results = {
            at: WindowResult(language=language, pass_number=pass_number)
            for at, language in enumerate(languages)
        }
        for together in _alike(windows):
            decoded = self._decode(
                [windows[at] for at in together],
                [languages[at] for at in together],
                pass_number=pass_number,
                temperature=temperature,
                seed=seed,
                prompt=prompt,
            )
            results.update(zip(together, decoded, strict=True))
        for at in range(len(windows)):
            on_window(results[at])

    def _decode(
        self,
        windows: Sequence[Audio],
        languages: Sequence[str],
        *,
        pass_number: int,
        temperature: float,
        seed: int,
        prompt: str,
    ) -> list[WindowResult]:
        encoded = [self._encoded(window) for window in windows]
        timed = pass_number > 1  # time tokens cost a tenth more and keep the decoder from stopping early
        outputs = self._generate(
            encoded, windows, languages, timed=timed, temperature=temperature, seed=seed, prompt=prompt
        )
        results = []
        for at, (output, window, language) in enumerate(zip(outputs, windows, languages, strict=True)):
            tokenizer = self._tokenizer(language)
            tokens = [token for token in output.sequences_ids[0] if token < tokenizer.eot]
            words = words_of(self._align(encoded[at], window, language, tokens), milliseconds(len(window)))
            text = tokenizer.decode(tokens).strip()
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

    def _encoded(self, window: Audio) -> Encoded:
        """Encoded now, or known since the window's language was asked for, or since its first pass."""
        known = self._kept.pop(id(window), None)
        encoded = known[1] if known else self._encode(window)
        self._kept[id(window)] = (window, encoded)
        while len(self._kept) > 2 * self.spec.batch_windows:
            del self._kept[next(iter(self._kept))]
        return encoded

    def _encode(self, window: Audio) -> Encoded:
        """Silence is added before the spectrum is taken, as Whisper was trained."""
        whole_seconds = -(-(len(window) + SILENCE_AFTER) // SAMPLE_RATE) * SAMPLE_RATE
        samples = min(MOST_SAMPLES, whole_seconds)
        spectrum = self._model.feature_extractor(np.pad(window, (0, samples - len(window))), padding=0)
        features = spectrum[None, :, : samples // SAMPLES_PER_FRAME].astype(np.float32, copy=False)
        encoded: Encoded = np.array(self._model.model.encode(_view(features), to_cpu=True))[0]
        return encoded

    def _generate(
        self,
        encoded: Sequence[Encoded],
        windows: Sequence[Audio],
        languages: Sequence[str],
        *,
        timed: bool,
        temperature: float,
        seed: int,
        prompt: str,
    ) -> list[Any]:
        # CTranslate2 takes no prompts of different lengths together: these differ in the language's token alone.
        prompts = [self._prompt(language, prompt or self.spec.prompt, timed=timed) for language in languages]
        longest = max(len(window) for window in windows) / SAMPLE_RATE
        tokens = len(prompts[0]) + 16 + int(TOKENS_PER_SECOND * longest)
        search: dict[str, Any] = {"beam_size": self.spec.beam_size + (WIDER if timed else 0)}
        if temperature > 0:
            search = {
                "beam_size": 1,
                "num_hypotheses": self.spec.best_of,
                "sampling_topk": 0,
                "sampling_temperature": temperature,
            }
        found: list[Any] = self._sampler(temperature, seed).generate(
            _view(_rectangular(encoded)),
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

    def _prompt(self, language: str, told: str, *, timed: bool) -> list[int]:
        tokenizer = self._tokenizer(language)
        before: list[int] = []
        if told:
            before = [tokenizer.sot_prev, *tokenizer.encode(" " + told.strip())[-PROMPT_LIMIT:]]
        return [*before, *tokenizer.sot_sequence, *([] if timed else [tokenizer.no_timestamps])]

    def _align(self, encoded: Encoded, window: Audio, language: str, tokens: list[int]) -> list[Piece]:
        """The pieces of a window's text with their times. One window: together they would take a logit of each
        word of the vocabulary for each token of each window, hundreds of megabytes, and be no faster."""
        if not tokens:
            return []
        frames = -(-len(window) // SAMPLES_PER_FRAME)
        (heard,) = self._model.find_alignment(
            self._tokenizer(language), [tokens], _view(encoded[None]), [frames]
        )
        return [
            Piece(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
            for word in heard
        ]

    def _tokenizer(self, language: str) -> Tokenizer:
        return _tokenizer(self._model, language)


def _part(encoded: Encoded, start: int, end: int) -> Encoded:
    """Of an encoded window, what belongs to a range of its samples; at least one step."""
    first = min(start // SAMPLES_PER_STEP, len(encoded) - 1)
    return encoded[first : max(first + 1, end // SAMPLES_PER_STEP)]


def _alike(windows: Sequence[Audio]) -> list[list[int]]:
    """Positions of the audible windows in groups of like length: the decoder takes them as long as the longest."""
    groups: list[list[int]] = []
    audible = [at for at, window in enumerate(windows) if len(window) >= SHORTEST_AUDIBLE]
    for at in sorted(audible, key=lambda at: -len(windows[at])):
        group = groups[-1] if groups else []
        if not group or len(group) == TOGETHER or len(windows[at]) < ALIKE * len(windows[group[0]]):
            groups.append([])
        groups[-1].append(at)
    return groups


def _rectangular(encoded: Sequence[Encoded]) -> NDArray[np.float32]:
    """The decoder takes windows of equal length: the silence that each ends in is repeated.

    A second of it: the last step alone, repeated, is like nothing that Whisper was trained on, and doubles the errors.
    """
    longest = max(len(each) for each in encoded)
    return np.stack(
        [
            np.concatenate([each, np.resize(each[-STEPS_OF_SILENCE:], (longest - len(each), each.shape[1]))])
            for each in encoded
        ]
    )


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
