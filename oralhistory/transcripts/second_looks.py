"""What looks wrong is heard again: speech that was left out in pieces, all else down the ladder of temperatures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def look(engine: Engine, spec: Spec, stretch: Stretch, first: WindowResult) -> WindowResult:
    """The first reading that does not look wrong; if none, the least wrong one, with its reasons as flags."""
    readings = [timed(first, stretch)]
    pieced = _in_pieces(engine, spec, stretch, readings[0])
    if pieced is not None:
        readings.append(pieced)
    for look, temperature in enumerate(spec.temperatures, start=2):
        if not _reasons(readings[-1], stretch, spec):
            return readings[-1]
        again = _heard(
            engine, stretch, pass_number=look, temperature=temperature, seed=stretch.seed * 10 + look
        )
        readings.append(again)
    best = min(readings, key=lambda each: (len(_reasons(each, stretch, spec)), -each.avg_logprob))
    return best.flagged(*_reasons(best, stretch, spec))


def hear_again(engine: Engine, audio: Audio, first: WindowResult, prompt: str) -> WindowResult:
    """A window that was heard before, once more, by an engine that is told names: in the languages that were found."""
    whole = Passage(0, milliseconds(len(audio)), first.language)
    heard = []
    for part in first.passages or (whole,):
        start, end = part.start_ms * SAMPLE_RATE // 1000, part.end_ms * SAMPLE_RATE // 1000
        stretch = Stretch(0, start, audio[start:end], part.language, first.language_probability, 0.0, seed=0)
        results: list[WindowResult] = []
        engine.transcribe([stretch.audio], results.append, languages=[part.language], prompt=prompt)
        heard.append((stretch, timed(results[0], stretch)))
    return combined(heard)


def _in_pieces(
    engine: Engine, spec: Spec, stretch: Stretch, first: WindowResult, halvings: int = HALVINGS
) -> WindowResult | None:
    """The stretch cut at its longest pause, and each part at its own, until no speech is without a word.

    Whisper stops at a pause that is long, or where another one speaks, and is sure of what it has said until there.
    None where nothing was left out, or no more is heard in the pieces.
    """
    missed = _missed_seconds(first, stretch, spec)
    if not missed or not halvings:
        return None
    voiced = _voiced(stretch, spec)
    cut = coverage.longest_pause(voiced)
    if cut is None:
        return None
    parts = []
    for start, end in ((0, cut), (cut, len(voiced))):
        first_sample, end_sample = start * voice.FRAME, min(end * voice.FRAME, len(stretch.audio))
        part = replace(
            stretch, offset=first_sample, audio=stretch.audio[first_sample:end_sample],
            speech_seconds=float(voiced[start:end].sum()) * voice.SECONDS_PER_FRAME, seed=stretch.seed + first_sample,
        )  # fmt: skip
        alone = _heard(engine, part)
        parts.append((part, _in_pieces(engine, spec, part, alone, halvings - 1) or alone))
    pieced = replace(combined(parts), pass_number=2)
    return pieced if _missed_seconds(pieced, stretch, spec) < missed else None


def _heard(engine: Engine, stretch: Stretch, **options: Any) -> WindowResult:
    heard: list[WindowResult] = []
    engine.transcribe([stretch.audio], heard.append, languages=[stretch.language], **options)
    return timed(heard[0], stretch)


def _reasons(result: WindowResult, stretch: Stretch, spec: Spec) -> tuple[str, ...]:
    return suspicion.reasons(
        result,
        seconds=len(stretch.audio) / SAMPLE_RATE,
        speech_seconds=stretch.speech_seconds,
        missed_seconds=_missed_seconds(result, stretch, spec),
    )


def _missed_seconds(result: WindowResult, stretch: Stretch, spec: Spec) -> float:
    # Most windows have no gap: their sound is not looked through for voices once more.
    if not coverage.gaps(result.words, milliseconds(len(stretch.audio))):
        return 0.0
    return coverage.missed_seconds(result.words, _voiced(stretch, spec))


def _voiced(stretch: Stretch, spec: Spec) -> coverage.Voiced:
    return voice.voiced(voice.ear(spec.planner).probabilities(stretch.audio))


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
