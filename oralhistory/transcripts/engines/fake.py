"""An engine for every test that is not about speech: instant, deterministic, silent over silence.

It says a word for each half second of sound, chosen by the samples themselves; so the same sound always
gives the same words, other sound gives others, and a cut at the wrong sample shows. A model named `fake@0.2` takes
0.2 s for each window, so that it can be interrupted. It believes what it is told: a word that begins like one of the
prompt is written as the prompt writes it.
"""

import re
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from oralhistory.lib.folding import fold
from oralhistory.transcripts.engines.base import (
    SHORTEST_AUDIBLE,
    OnWindow,
    Ranges,
    Spec,
    WindowResult,
    refuse_long,
    refuse_other_decoder,
    stretches,
)
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio, milliseconds
from oralhistory.transcripts.words import Word, text_of

STEP = SAMPLE_RATE // 2
LOUD = 0.003  # root mean square, -50 dB
AS_BEGUN = 5  # letters
VOCABULARY = (
    "compañera",
    "compañero",
    "partido",
    "comité",
    "sindicato",
    "huelga",
    "marcha",
    "asamblea",
    "imprenta",
    "volante",
    "barrio",
    "fábrica",
    "escuela",
    "calle",
    "noche",
    "memoria",
    "frontera",
    "cárcel",
    "carta",
    "reunión",
    "pueblo",
    "tierra",
    "obrero",
    "maestra",
    "campesino",
    "exilio",
    "solidaridad",
    "periódico",
    "movimiento",
    "asilo",
    "embajada",
    "regreso",
    "nosotros",
    "ellos",
    "entonces",
    "después",
    "siempre",
)


class Fake:
    name = "fake"
    weights_sha256 = ""

    def __init__(self) -> None:
        self.spec = Spec(engine=self.name, model="fake")

    def load(self, spec: Spec) -> None:
        refuse_other_decoder(spec)
        self.spec = spec

    def detect(self, windows: Sequence[Audio]) -> list[dict[str, float]]:
        first, *others = self.spec.languages
        return [{first: 0.99, **dict.fromkeys(others, 0.001)} for _ in windows]

    def detect_within(
        self, windows: Sequence[Audio], ranges: Sequence[Ranges] | None = None
    ) -> list[list[dict[str, float]]]:
        asked = [stretches(len(window)) for window in windows] if ranges is None else ranges
        return [self.detect([window] * len(parts)) for window, parts in zip(windows, asked, strict=True)]

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
        pace = float(self.spec.model.partition("@")[2] or 0)
        for window, language in zip(windows, languages, strict=True):
            time.sleep(pace)
            words = tuple(_told(_words(window), prompt or self.spec.prompt))
            on_window(
                WindowResult(
                    language=language,
                    language_probability=0.99 if words else 0.0,
                    avg_logprob=-0.2,
                    compression_ratio=1.5,
                    no_speech_probability=0.0 if words else 0.99,
                    temperature=temperature,
                    pass_number=pass_number,
                    text=text_of(words),
                    words=words,
                )
            )


def _told(words: Iterable[Word], prompt: str) -> Iterator[Word]:
    known = {fold(word)[:AS_BEGUN]: word for word in re.findall(r"\w+", prompt)}
    for word in words:
        stem = word.text.rstrip(".")
        yield replace(word, text=known.get(fold(stem)[:AS_BEGUN], stem) + word.text[len(stem) :])


def _words(window: Audio) -> Iterator[Word]:
    if len(window) < SHORTEST_AUDIBLE:
        return
    sentence = 0
    for start in range(0, len(window), STEP):
        step = window[start : start + STEP]
        if float(np.sqrt(np.mean(np.square(step)))) < LOUD:
            continue
        print_of_step = zlib.crc32((step * 32767).astype(np.int16).tobytes())
        word = VOCABULARY[print_of_step % len(VOCABULARY)]
        word = word.capitalize() if sentence == 0 else word
        sentence = (sentence + 1) % 8
        end = min(start + STEP, len(window))
        text = word if sentence else f"{word}."
        yield Word(milliseconds(start), milliseconds(end), text, round(0.5 + (print_of_step % 500) / 1000, 3))


ENGINE = Fake
