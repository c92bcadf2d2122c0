"""What looks wrong is heard again: speech that was left out in pieces, all else down the ladder of temperatures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from oralhistory.transcripts import coverage, suspicion, voice
from oralhistory.transcripts.engines.base import Engine, Passage, Spec, WindowResult
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio, milliseconds
from oralhistory.transcripts.words import Word, spread, text_of, within

HALVINGS = 3  # how often a window may be cut in two for what was left out of it


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is decoded at once, in one language: a window, or part of one."""

    window: int  # position in the batch
    offset: int  # samples from the beginning of what it is part of
    audio: Audio
    language: str
    probability: float
    speech_seconds: float
    seed: int


class _Judge:
    """What is wrong with readings of a stretch. Its sound is looked through for voices once, and only for a gap."""

    def __init__(self, stretch: Stretch, spec: Spec) -> None:
        self._stretch, self._planner = stretch, spec.planner

    @cached_property
    def voiced(self) -> coverage.Voiced:
        return voice.voiced(voice.ear(self._planner).probabilities(self._stretch.audio))

    def missed_seconds(self, result: WindowResult) -> float:
        if not coverage.gaps(result.words, milliseconds(len(self._stretch.audio))):
            return 0.0
        return coverage.missed_seconds(result.words, self.voiced)

    def reasons(self, result: WindowResult) -> tuple[str, ...]:
        return suspicion.reasons(
            result,
            seconds=len(self._stretch.audio) / SAMPLE_RATE,
            speech_seconds=self._stretch.speech_seconds,
            missed_seconds=self.missed_seconds(result),
        )


def look(engine: Engine, spec: Spec, stretch: Stretch, first: WindowResult) -> WindowResult:
    """The first reading that does not look wrong; if none, the least wrong one, with its reasons as flags."""
    judge = _Judge(stretch, spec)
    reading = timed(first, stretch)
    found = []
    for each in (reading, _in_pieces(engine, spec, stretch, reading, judge)):
        if each is not None:
            if not (reasons := judge.reasons(each)):
                return each
            found.append((reasons, each))
    for number, temperature in enumerate(spec.temperatures, start=2):
        seed = stretch.seed * 10 + number
        again = _heard(engine, stretch, pass_number=number, temperature=temperature, seed=seed)
        if not (reasons := judge.reasons(again)):
            return again
        found.append((reasons, again))
    reasons, best = min(found, key=lambda each: (len(each[0]), -each[1].avg_logprob))
    return best.flagged(*reasons)


def hear_again(engine: Engine, audio: Audio, first: WindowResult, prompt: str) -> WindowResult:
    """A window that was heard before, once more, by an engine that is told names: in the languages that were found."""
    whole = Passage(0, milliseconds(len(audio)), first.language)
    heard = []
    for part in first.passages or (whole,):
        start, end = part.start_ms * SAMPLE_RATE // 1000, part.end_ms * SAMPLE_RATE // 1000
        stretch = Stretch(0, start, audio[start:end], part.language, first.language_probability, 0.0, seed=0)
        heard.append((stretch, _heard(engine, stretch, prompt=prompt)))
    return combined(heard)


def _in_pieces(
    engine: Engine,
    spec: Spec,
    stretch: Stretch,
    first: WindowResult,
    judge: _Judge,
    halvings: int = HALVINGS,
) -> WindowResult | None:
    """The stretch cut at its longest pause, and each part at its own, until no speech is without a word.

    Whisper stops at a pause that is long, or where another one speaks, and is sure of what it has said until there.
    None where nothing was left out, or no more is heard in the pieces.
    """
    missed = judge.missed_seconds(first) if halvings else 0.0
    cut = coverage.longest_pause(judge.voiced) if missed else None
    if cut is None:
        return None
    parts = []
    for start, end in ((0, cut), (cut, len(judge.voiced))):
        first_sample, end_sample = start * voice.FRAME, min(end * voice.FRAME, len(stretch.audio))
        part = replace(
            stretch, offset=first_sample, audio=stretch.audio[first_sample:end_sample], seed=stretch.seed + first_sample,
            speech_seconds=float(judge.voiced[start:end].sum()) * voice.SECONDS_PER_FRAME,
        )  # fmt: skip
        alone = _heard(engine, part)
        better = _in_pieces(engine, spec, part, alone, _Judge(part, spec), halvings - 1)
        parts.append((part, better or alone))
    pieced = replace(combined(parts), pass_number=2)
    return pieced if judge.missed_seconds(pieced) < missed else None


def _heard(engine: Engine, stretch: Stretch, **options: Any) -> WindowResult:
    heard: list[WindowResult] = []
    engine.transcribe([stretch.audio], heard.append, languages=[stretch.language], **options)
    return timed(heard[0], stretch)


def timed(result: WindowResult, stretch: Stretch) -> WindowResult:
    """Words inside the stretch; a text whose words the engine could not time is spread over it."""
    end_ms = milliseconds(len(stretch.audio))
    if result.text and not result.words:
        guessed = spread(result.text.split(), 0, end_ms, probability=0.0)
        return replace(result, words=tuple(guessed)).flagged("times_guessed")
    return replace(result, words=tuple(within(result.words, 0, end_ms)))


def combined(parts: Sequence[tuple[Stretch, WindowResult]]) -> WindowResult:
    """The parts of a window, or of a stretch, as one result; its language is that of the longest."""
    if len(parts) == 1:
        return parts[0][1]
    longest = max(parts, key=lambda part: len(part[0].audio))[1]
    words: list[Word] = []
    for stretch, result in parts:
        words.extend(word.moved(milliseconds(stretch.offset)) for word in result.words)
    return replace(
        longest,
        avg_logprob=min(result.avg_logprob for _, result in parts),
        compression_ratio=max(result.compression_ratio for _, result in parts),
        no_speech_probability=min(result.no_speech_probability for _, result in parts),
        temperature=max(result.temperature for _, result in parts),
        pass_number=max(result.pass_number for _, result in parts),
        flags=tuple(dict.fromkeys(flag for _, result in parts for flag in result.flags)),
        text=text_of(words),
        words=tuple(words),
        passages=tuple(
            Passage(
                milliseconds(stretch.offset),
                milliseconds(stretch.offset + len(stretch.audio)),
                stretch.language,
            )
            for stretch, _ in parts
        ),
    )
