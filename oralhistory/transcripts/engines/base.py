"""What a speech-to-text engine is, what it is told, and what it says of a window."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from oralhistory.transcripts.sound import SAMPLE_RATE, Audio
from oralhistory.transcripts.words import Word, as_rows, from_rows

WINDOW_LIMIT = 30 * SAMPLE_RATE  # Whisper's encoder sees 30 s; engines refuse more instead of losing it
SHORTEST_AUDIBLE = SAMPLE_RATE // 10  # below 100 ms there is no word to hear
PROMPT_LIMIT = 120  # tokens: Whisper keeps the last 223 of a prompt, and long ones leak into the text
WIDER = 2  # beams that a second look has more than the first pass
STRETCH = 5 * SAMPLE_RATE  # about; enough to tell a language by
# How windows are heard: how languages are found, what the search is told, what follows the sound. Change any of it
# in a way that may move a word, and it gets a new name: what was heard the old way is then not mixed with the new.
DECODER = "hear-3"
FIRST_DECODER = "hear-1"  # of specs that were stored before decoders had names


class EngineMissing(Exception):
    """No such engine, or its packages are not installed."""


class CannotHear(Exception):
    """The engine loads, but returns nothing or nonsense for a known clip."""


class CannotLoad(Exception):
    """The engine and the weights are there, and this machine's device refuses them."""


class DeviceMissing(CannotLoad):
    """A GPU is asked for, and there is none that the engine can use."""


class WindowTooLong(Exception):
    """A window passes 30 s; the rest would be lost in silence."""


class DecoderChanged(EngineMissing):
    """The spec was made for a way of hearing that this version does not have."""


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything that decides what text comes out of a sound. Stored with the job; only the weights are filled in."""

    engine: str
    model: str
    weights_sha256: str = ""  # of what the hub gives under a name, empty until a worker has loaded it
    compute_type: str = "int8"
    languages: tuple[str, ...] = ("es", "en", "pt")  # ISO 639-1; the interview's main language first
    beam_size: int = 7  # of the first pass; second looks search wider
    best_of: int = 5  # samples tried at each temperature above zero
    temperatures: tuple[float, ...] = (0.0, 0.4, 0.8)  # of the second looks, in order
    batch_windows: int = 8  # windows heard before what was heard is kept
    prompt: str = ""  # told to the decoder with every window that is given none of its own
    planner: str = "silero-1"  # which ear cut the windows, and its version
    decoder: str = DECODER

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "languages": list(self.languages), "temperatures": list(self.temperatures)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Spec":
        """Reads what as_dict wrote. Fields that an older version did not write say what it did."""
        kept = {"decoder": FIRST_DECODER, **data}
        for name in ("languages", "temperatures"):
            if name in kept:
                kept[name] = tuple(kept[name])
        return cls(**kept)

    def sha256(self) -> str:
        canonical = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def main_language(self) -> str:
        return self.languages[0]


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a window that was decoded by itself, in one language. Milliseconds from the beginning of the window."""

    start_ms: int
    end_ms: int
    language: str


@dataclass(frozen=True, slots=True)
class WindowResult:
    """What was heard in a window. Words are in milliseconds from the beginning of the window."""

    language: str = ""  # the language of most of it; empty if nothing was decoded
    language_probability: float = 0.0
    avg_logprob: float = 0.0
    compression_ratio: float = 0.0
    no_speech_probability: float = 0.0
    temperature: float = 0.0
    pass_number: int = 0  # 0 not decoded (no speech), 1 first pass, 2 and on: second looks
    flags: tuple[str, ...] = ()
    text: str = ""
    words: tuple[Word, ...] = ()
    passages: tuple[Passage, ...] = ()  # of a window that was decoded in parts
    dropped: tuple[Word, ...] = ()  # words heard where the most sensitive pass finds no voice

    def flagged(self, *flags: str) -> "WindowResult":
        return replace(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))

    def as_dict(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "flags": list(self.flags),
            "words": as_rows(self.words),
            "dropped": as_rows(self.dropped),
            "passages": [[each.start_ms, each.end_ms, each.language] for each in self.passages],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "WindowResult":
        return cls(
            **{
                **data,
                "flags": tuple(data.get("flags", ())),
                "words": tuple(from_rows(data.get("words", ()))),
                "dropped": tuple(from_rows(data.get("dropped", ()))),
                "passages": tuple(Passage(*row) for row in data.get("passages", ())),
            }
        )


OnWindow = Callable[[WindowResult], None]
Ranges = Sequence[tuple[int, int]]  # of samples of a window, half-open


class Engine(Protocol):
    """Turns windows of sound into words. One instance per worker process; not for several threads."""

    name: str
    weights_sha256: str  # of what is loaded; empty: there are none

    def load(self, spec: Spec) -> None:
        """Load the weights that `spec` names.

        Raises weights.WeightsMissing, weights.WeightsChanged if they are not those of `spec`, DeviceMissing and
        DecoderChanged.
        """

    def detect(self, windows: Sequence[Audio]) -> list[dict[str, float]]:
        """How probable each language that the engine knows (ISO 639-1) is in each window."""

    def detect_within(
        self, windows: Sequence[Audio], ranges: Sequence[Ranges] | None = None
    ) -> list[list[dict[str, float]]]:
        """The same for parts of each window, heard in their surroundings; by default its `stretches`.

        What is encoded for this is kept for `transcribe`, if it is given the very same windows.
        """

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
        """Decode windows of at most 30 s, each in its language, and call `on_window` for each in order.

        Passes after the first are second looks at one window; an engine may decode them more carefully.
        `prompt` is what the decoder is told was said before all of them: names, at most PROMPT_LIMIT tokens of it.
        The same windows and arguments give the same words, whatever was decoded before. What `on_window` raises
        ends the work: that is how it is canceled. Raises WindowTooLong.
        """


def stretches(samples: int) -> list[tuple[int, int]]:
    """A window in parts of about five seconds, all of the same length: so they can be asked together."""
    parts = max(1, round(samples / STRETCH))
    size = samples // parts
    return [(part * size, (part + 1) * size) for part in range(parts)]


def refuse_other_decoder(spec: Spec) -> None:
    if spec.decoder != DECODER:
        raise DecoderChanged(
            f"This transcription was begun by an older version, which heard otherwise ({spec.decoder}, now {DECODER}). "
            "Ask for a new one: a text is never half of the one and half of the other."
        )


def refuse_long(windows: Sequence[Audio]) -> None:
    for window in windows:
        if len(window) > WINDOW_LIMIT:
            raise WindowTooLong(f"a window of {len(window) / SAMPLE_RATE:.1f} s; the limit is 30 s")
