"""Hear a chunk: its windows, in fixed batches, each batch a checkpoint.

A batch is a function of its sound, its windows and the spec alone. So a chunk that was killed and resumed
at a batch gives the text that an undisturbed one gives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from oralhistory.transcripts import languages, second_looks, voice
from oralhistory.transcripts.coverage import ALONE, PAUSE
from oralhistory.transcripts.engines.base import Engine, Spec, WindowResult, stretches
from oralhistory.transcripts.planning import WindowPlan
from oralhistory.transcripts.second_looks import Stretch
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio, PcmReader
from oralhistory.transcripts.words import Word, text_of

Heard = list[tuple[int, WindowResult]]  # (position of the window in the chunk, what was heard)

SPARSE_SPEECH = 0.6  # share of a window; below it, its words are held against the most sensitive pass
NEAR = voice.FRAME * 16  # samples (half a second) around a word in which a voice excuses it
# Samples of speech: with less, no window is left out as foreign. Two seconds of Spanish were taken for Catalan by .93.
EVIDENCE = 5 * SAMPLE_RATE
SURE = 0.9  # of the language of a piece; below it, the piece is asked by itself


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of the language of a window: of all of it, and of its stretches."""

    posterior: Mapping[str, float]
    inside: Sequence[Mapping[str, float]]


def listen(
    engine: Engine,
    spec: Spec,
    pcm_reader: PcmReader,
    windows: Sequence[WindowPlan],
    *,
    start_at: int = 0,
    on_batch: Callable[[Heard], None],
) -> None:
    """Decode the windows of a chunk from position `start_at` on, with an engine loaded for `spec`.

    Calls `on_batch` after every `spec.batch_windows` windows. What it raises ends the work. A `start_at`
    inside a batch decodes that batch again and reports only what is missing.
    """
    size = spec.batch_windows
    for first in range(start_at - start_at % size, len(windows), size):
        heard = hear(engine, spec, pcm_reader, windows[first : first + size])
        on_batch([(first + at, result) for at, result in enumerate(heard) if first + at >= start_at])


def hear(
    engine: Engine, spec: Spec, pcm_reader: PcmReader, windows: Sequence[WindowPlan]
) -> list[WindowResult]:
    """One batch: a result for each window, in order."""
    sounds = [pcm_reader(window.start_sample, window.end_sample) for window in windows]
    results: list[WindowResult] = [WindowResult(flags=("no_speech",)) for _ in windows]
    audible = [
        at
        for at, window in enumerate(windows)
        if len(sounds[at]) and (window.speech_samples or not voice.is_silent(sounds[at], spec.planner))
    ]
    spoken = tuple(language for language in spec.languages if languages.known(language))
    told = {at: _told(engine, sounds[at], spoken) for at in audible} if spoken else {}
    for at in audible:
        enough = windows[at].speech_samples >= EVIDENCE
        if at not in told or (enough and languages.is_foreign(told[at].posterior, spoken)):
            told.pop(at, None)
            results[at] = WindowResult(flags=("other_language",))
    pieces = list(_stretches(engine, replace(spec, languages=spoken), windows, sounds, told))
    decoded = _decoded(engine, spec, pieces)
    for at, group in groupby(zip(pieces, decoded, strict=True), key=lambda pair: pair[0].window):
        results[at] = _checked_against_silence(
            second_looks.combined(list(group)), windows[at], sounds[at], spec
        )
    return results


def _told(engine: Engine, sound: Audio, spoken: Sequence[str]) -> _Told:
    """The languages of a window's stretches of five seconds, and of all of it.

    Where the interview has one language, only a stretch in the middle is asked: it is there to notice another.
    """
    parts = stretches(len(sound))
    if len(spoken) == 1:
        parts = parts[len(parts) // 2 :][:1]
    (inside,) = engine.detect_within([sound], [parts])
    posterior = languages.pooled(inside)
    if languages.is_doubtful(posterior, spoken):
        (posterior,) = engine.detect([sound])  # better, but costs as much as all stretches
    return _Told(posterior, inside)


def _stretches(
    engine: Engine,
    spec: Spec,
    windows: Sequence[WindowPlan],
    sounds: Sequence[Audio],
    told: dict[int, _Told],
) -> Iterator[Stretch]:
    """Each of the windows that are told in its language, or in its parts where the language changes within it."""
    smooth = languages.smoothed([each.posterior for each in told.values()], spec.languages)
    for (at, each), language in zip(told.items(), smooth, strict=True):
        window, sound = windows[at], sounds[at]
        parts = [(0, len(sound), language, languages.masked(each.posterior, spec.languages)[language])]
        if languages.is_mixed(each.inside, language, spec.languages):
            parts = _parts(engine, spec, sound) or parts
        for start, end, spoken, probability in parts:
            yield Stretch(
                window=at,
                offset=start,
                audio=sound if (start, end) == (0, len(sound)) else sound[start:end],
                language=spoken,
                probability=probability,
                speech_seconds=window.speech_samples / SAMPLE_RATE * (end - start) / len(sound),
                seed=window.start_sample + start,
            )


def _parts(engine: Engine, spec: Spec, sound: Audio) -> list[tuple[int, int, str, float]]:
    """The window cut where its language changes: (start, end, language, probability) in samples.

    Empty if there is no pause. Each stretch between two pauses is asked for its language: in its surroundings
    first, which helps where little is said; by itself if that is not sure, since another voice beside it misleads.
    """
    edges = _pauses(voice.ear(spec.planner).probabilities(sound), len(sound))
    if len(edges) < 2:
        return []
    (posteriors,) = engine.detect_within([sound], [edges])
    for at, (start, end) in enumerate(edges):
        if _surest(posteriors[at], spec) < SURE:
            (alone,) = engine.detect([sound[start:end]])
            posteriors[at] = max(posteriors[at], alone, key=lambda each: _surest(each, spec))
    spoken = languages.smoothed(posteriors, spec.languages)
    parts = []
    for language, group in groupby(range(len(edges)), key=lambda piece: spoken[piece]):
        members = list(group)
        sure = [languages.masked(posteriors[piece], spec.languages)[language] for piece in members]
        parts.append((edges[members[0]][0], edges[members[-1]][1], language, float(np.mean(sure))))
    return parts


def _surest(posterior: Mapping[str, float], spec: Spec) -> float:
    return max(languages.masked(posterior, spec.languages).values())


def _pauses(probabilities: voice.Probabilities, samples: int) -> list[tuple[int, int]]:
    """Ranges of samples between the middles of pauses, each with at least 0.8 s of speech."""
    speech = voice.voiced(probabilities)
    edges = [0]
    spoken = quiet = 0
    for frame, speaking in enumerate(speech):
        if speaking and quiet >= PAUSE and spoken >= ALONE and speech[frame:].sum() >= ALONE:
            edges.append((frame - quiet // 2) * voice.FRAME)
            spoken = 0
        spoken += int(speaking)
        quiet = 0 if speaking else quiet + 1
    edges.append(samples)
    return list(pairwise(edges))


def _decoded(engine: Engine, spec: Spec, stretches: Sequence[Stretch]) -> list[WindowResult]:
    """First pass together; then whatever looks wrong again, one by one."""
    first: list[WindowResult] = []
    engine.transcribe(
        [stretch.audio for stretch in stretches],
        first.append,
        languages=[stretch.language for stretch in stretches],
    )
    return [
        replace(second_looks.look(engine, spec, stretch, result), language_probability=stretch.probability)
        for stretch, result in zip(stretches, first, strict=True)
    ]


def _checked_against_silence(
    result: WindowResult, window: WindowPlan, sound: Audio, spec: Spec
) -> WindowResult:
    """Take out words where nobody speaks, and record that; only where even the most sensitive pass agrees."""
    sparse = window.speech_samples < SPARSE_SPEECH * len(sound)
    if not result.words or not (sparse or result.flags):
        return result
    faint = voice.faint(voice.ear(spec.planner).probabilities(sound))

    def over_silence(word: Word) -> bool:
        start = max(0, word.start_ms * SAMPLE_RATE // 1000 - NEAR) // voice.FRAME
        end = (word.end_ms * SAMPLE_RATE // 1000 + NEAR) // voice.FRAME + 1
        return not faint[start:end].any()

    dropped = tuple(word for word in result.words if over_silence(word))
    if not dropped:
        return result
    kept = tuple(word for word in result.words if not over_silence(word))
    return replace(result, words=kept, text=text_of(kept), dropped=dropped).flagged("dropped_over_silence")
