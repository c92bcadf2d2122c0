"""Hearing a chunk, with the fake engine: batches, resuming, languages, second looks, silence."""

from dataclasses import replace

import numpy as np
import pytest

from oralhistory.transcripts import listening, planning, second_looks
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Passage, Spec, WindowResult
from oralhistory.transcripts.planning import WindowPlan
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import Word, text_of
from tests.transcripts import sounds

SPEC = Spec(engine="fake", model="fake", planner="loudness-1", batch_windows=3)


def every(seconds, count, speech=1.0):
    step = seconds * SAMPLE_RATE
    return [WindowPlan(at * step, (at + 1) * step, round(step * speech)) for at in range(count)]


def listened(engine, audio, windows, spec=SPEC, **kept):
    heard, batches = [], []

    def on_batch(batch):
        batches.append([at for at, _ in batch])
        heard.extend(batch)

    listening.listen(engine, spec, sounds.from_array(audio), windows, on_batch=on_batch, **kept)
    return heard, batches


@pytest.fixture
def fake():
    engine = registry.get("fake")
    engine.load(SPEC)
    return engine


class Scripted:
    """An engine that says what it is told to: one list of results for each pass, languages by loudness."""

    name = "scripted"

    def __init__(self, *readings, posteriors=None):
        self.readings = readings
        self.posteriors = posteriors or (lambda window: {"es": 1.0})
        self.asked = []

    def load(self, spec):
        pass

    def detect(self, windows):
        return [self.posteriors(window) for window in windows]

    def detect_within(self, windows, ranges):
        return [
            [self.posteriors(window[start:end]) for start, end in parts]
            for window, parts in zip(windows, ranges, strict=True)
        ]

    def transcribe(self, windows, on_window, *, languages, pass_number=1, temperature=0.0, seed=0):
        for window, language in zip(windows, languages, strict=True):
            self.asked.append((pass_number, temperature, seed, language, len(window)))
            reading = self.readings[min(pass_number, len(self.readings)) - 1]
            on_window(replace(reading, language=language, pass_number=pass_number, temperature=temperature))


def reading(text, start_ms=100, end_ms=9000, **about):
    tokens = text.split()
    step = (end_ms - start_ms) // max(len(tokens), 1)
    words = tuple(
        Word(start_ms + at * step, start_ms + (at + 1) * step, token, 0.9) for at, token in enumerate(tokens)
    )
    return WindowResult(text=text, words=words, avg_logprob=-0.2, compression_ratio=1.2, **about)


GOOD = reading("Yo nací en Hermosillo y mi papá era ferrocarrilero.")
LOOP = reading("y entonces y entonces y entonces y entonces y entonces")


def test_windows_come_in_batches_of_fixed_size(fake):
    heard, batches = listened(fake, sounds.tone(70), every(10, 7))

    assert batches == [[0, 1, 2], [3, 4, 5], [6]]
    assert all(result.words for _, result in heard)


@pytest.mark.parametrize("start_at", range(8))
def test_a_resumed_chunk_gives_what_an_undisturbed_one_gives(fake, start_at):
    audio = sounds.tone(70)
    whole, _ = listened(fake, audio, every(10, 7))

    rest, _ = listened(fake, audio, every(10, 7), start_at=start_at)

    assert rest == whole[start_at:]


def test_the_fake_engine_hears_nothing_in_silence(fake):
    heard, _ = listened(fake, np.concatenate([sounds.tone(10), sounds.silence(10)]), every(10, 2))

    assert heard[0][1].words
    assert heard[1][1].words == ()


def test_silent_windows_are_never_decoded_and_known_as_silent():
    engine = Scripted(reading("Subtítulos realizados por la comunidad de Amara.org"))

    heard, _ = listened(engine, sounds.silence(20), every(10, 2, speech=0))

    assert engine.asked == []
    assert [result for _, result in heard] == [WindowResult(flags=("no_speech",))] * 2


def test_a_window_in_which_only_the_most_sensitive_pass_hears_a_voice_is_decoded():
    engine = Scripted(GOOD)

    heard, _ = listened(engine, sounds.tone(10), every(10, 1, speech=0))

    assert heard[0][1].text == GOOD.text


def test_what_looks_wrong_is_heard_again_with_a_seed_of_its_own():
    engine = Scripted(LOOP, LOOP, GOOD)

    heard, _ = listened(engine, sounds.tone(20), every(10, 2))

    assert [result.text for _, result in heard] == [GOOD.text] * 2
    assert [result.pass_number for _, result in heard] == [3, 3]
    assert [(number, temperature) for number, temperature, *_ in engine.asked] == [
        (1, 0.0), (1, 0.0), (2, 0.0), (3, 0.4), (2, 0.0), (3, 0.4),
    ]  # fmt: skip
    assert len({seed for _, _, seed, *_ in engine.asked[2:]}) == 4


def test_what_still_looks_wrong_is_kept_and_flagged():
    heard, _ = listened(Scripted(LOOP), sounds.tone(10), every(10, 1))

    assert heard[0][1].text == LOOP.text
    assert "repetitive" in heard[0][1].flags


def test_words_over_silence_are_taken_out_and_the_drop_is_recorded():
    audio = np.concatenate([sounds.tone(4), sounds.silence(16)])
    said = (
        Word(500, 900, "Sí.", 0.9),
        Word(12_000, 12_400, "Gracias", 0.9),
        Word(12_400, 13_000, "todos.", 0.9),
    )
    engine = Scripted(WindowResult(text=text_of(said), words=said, avg_logprob=-0.2))

    heard, _ = listened(engine, audio, every(20, 1, speech=0.2))

    result = heard[0][1]
    assert result.text == "Sí."
    assert [word.text for word in result.dropped] == ["Gracias", "todos."]
    assert "dropped_over_silence" in result.flags


def test_a_window_is_cut_where_its_language_changes():
    audio = np.concatenate([sounds.tone(8), sounds.silence(0.6), sounds.tone(8, 440)])

    def posteriors(window):
        hertz = np.sum(np.diff(np.signbit(window))) / 2 / len(window) * SAMPLE_RATE
        english = float(np.clip((hertz - 220) / 220, 0.001, 0.98))
        return {"es": 0.99 - english, "en": english}

    engine = Scripted(GOOD, posteriors=posteriors)

    window = WindowPlan(0, len(audio), len(audio))
    heard, _ = listened(engine, audio, [window], spec=replace(SPEC, languages=("es", "en")))

    result = heard[0][1]
    (first, second) = result.passages
    assert (first.language, second.language) == ("es", "en")
    assert 8000 <= first.end_ms == second.start_ms <= 8600
    assert [language for *_, language, _ in engine.asked] == ["es", "en"]
    assert result.passages[1] == Passage(second.start_ms, 16_600, "en")
    assert len(result.words) == 2 * len(GOOD.words)


def test_a_foreign_window_is_marked_and_not_translated():
    engine = Scripted(GOOD, posteriors=lambda window: {"es": 0.01, "de": 0.97})

    heard, _ = listened(engine, sounds.tone(10), every(10, 1))

    assert engine.asked == []
    assert heard[0][1].flags == ("other_language",)


def test_a_language_that_whisper_does_not_know_is_not_asked_for():
    engine = Scripted(GOOD)

    heard, _ = listened(engine, sounds.tone(10), every(10, 1), spec=replace(SPEC, languages=("qu", "es")))

    assert heard[0][1].language == "es"


def test_text_without_word_times_is_spread_and_flagged():
    engine = Scripted(WindowResult(text="Yo nací allá.", avg_logprob=-0.2))

    heard, _ = listened(engine, sounds.tone(6), every(6, 1))

    assert [word.text for word in heard[0][1].words] == ["Yo", "nací", "allá."]
    assert "times_guessed" in heard[0][1].flags


def test_what_the_callback_raises_ends_the_work(fake):
    class Canceled(Exception):
        pass

    def cancel(batch):
        raise Canceled

    with pytest.raises(Canceled):
        listening.listen(fake, SPEC, sounds.from_array(sounds.tone(70)), every(10, 7), on_batch=cancel)


def test_a_planned_file_is_heard_whole(fake, tmp_path):
    path = sounds.write(tmp_path / "a.flac", sounds.tone(65), sounds.silence(5), sounds.tone(30, 330))
    windows = planning.plan(path, "loudness-1").windows

    heard, _ = listened(
        fake, np.concatenate([sounds.tone(65), sounds.silence(5), sounds.tone(30, 330)]), windows
    )

    assert [at for at, _ in heard] == list(range(len(windows)))
    assert 180 <= sum(len(result.words) for _, result in heard) <= 200


class Surrounded(Scripted):
    """What it hears of a part in its surroundings is not what it hears of the part alone."""

    def __init__(self, *readings, within, alone):
        super().__init__(*readings, posteriors=alone)
        self.within = within
        self.heard_alone = []

    def detect(self, windows):
        self.heard_alone += [len(window) for window in windows]
        return super().detect(windows)

    def detect_within(self, windows, ranges):
        return [[self.within(start, end) for start, end in parts] for parts in ranges]


TWO_LANGUAGES = replace(SPEC, languages=("es", "en"))
WITH_A_PAUSE = np.concatenate([sounds.tone(8), sounds.silence(0.6), sounds.tone(8, 440)])


def test_a_stretch_that_sounds_foreign_cuts_no_window_if_what_is_between_its_pauses_does_not():
    def within(start, end):
        return {"en": 0.7, "es": 0.2} if end - start < 7 * SAMPLE_RATE and start else {"es": 0.97, "en": 0.01}

    throughout = reading(GOOD.text, end_ms=16_500)
    engine = Surrounded(throughout, within=within, alone=lambda window: {"es": 0.97})

    window = WindowPlan(0, len(WITH_A_PAUSE), len(WITH_A_PAUSE))
    heard, _ = listened(engine, WITH_A_PAUSE, [window], spec=TWO_LANGUAGES)

    assert heard[0][1].passages == ()
    assert {language for *_, language, _ in engine.asked} == {"es"}
    assert engine.heard_alone == []


def test_a_part_that_its_surroundings_blur_is_asked_for_its_language_by_itself():
    def within(start, end):
        return {"es": 0.3, "en": 0.4} if end > 9 * SAMPLE_RATE else {"en": 0.97, "es": 0.01}

    engine = Surrounded(GOOD, within=within, alone=lambda window: {"es": 0.98, "en": 0.01})

    window = WindowPlan(0, len(WITH_A_PAUSE), len(WITH_A_PAUSE))
    heard, _ = listened(engine, WITH_A_PAUSE, [window], spec=TWO_LANGUAGES)

    assert [passage.language for passage in heard[0][1].passages] == ["en", "es"]
    assert len(engine.heard_alone) == 1


class Stops(Scripted):
    """Hears eight seconds, and of what comes after a pause nothing, as Whisper does when another one speaks."""

    def transcribe(self, windows, on_window, *, languages, **options):
        readings = self.readings
        self.readings = [reading(GOOD.text, end_ms=8000)]
        super().transcribe(windows, on_window, languages=languages, **options)
        self.readings = readings


def test_what_was_left_out_after_a_pause_is_heard_by_itself():
    engine = Stops()

    heard, _ = listened(engine, WITH_A_PAUSE, every(len(WITH_A_PAUSE) // SAMPLE_RATE, 1))

    result = heard[0][1]
    assert result.text == f"{GOOD.text} {GOOD.text}"
    assert result.words[9].start_ms >= 8000
    assert all(word.end_ms <= 16_600 for word in result.words)
    assert result.flags == ()
    assert result.pass_number == 2
    assert sum(length for *_, length in engine.asked) == 2 * 16 * SAMPLE_RATE


def test_what_is_left_out_in_pieces_too_is_flagged():
    engine = Scripted(reading("Yo", end_ms=500))

    heard, _ = listened(engine, WITH_A_PAUSE, every(16, 1))

    assert heard[0][1].text == "Yo"
    assert "left_out" in heard[0][1].flags


def test_another_language_is_noticed_where_the_interview_has_only_one():
    engine = Scripted(GOOD, posteriors=lambda window: {"es": 0.02, "en": 0.95})

    heard, _ = listened(engine, sounds.tone(20), every(20, 1), spec=replace(SPEC, languages=("es",)))

    assert engine.asked == []
    assert heard[0][1].flags == ("other_language",)


def test_a_window_is_heard_again_as_it_was_heard_first_but_for_what_is_told(fake):
    audio = sounds.clip("librivox_es")
    ((_, first),), _ = listened(fake, audio, [WindowPlan(0, len(audio), len(audio))])

    again = second_looks.hear_again(fake, audio, first, "Se habla de Sindikato.")

    assert again.text == first.text.replace("sindicato", "Sindikato") != first.text
    assert second_looks.hear_again(fake, audio, first, "").words == first.words


def test_a_window_in_two_languages_is_heard_again_in_each(fake):
    audio = sounds.clip("librivox_es")[: 6 * SAMPLE_RATE]
    halves = [Passage(0, 3000, "es"), Passage(3000, 6000, "en")]

    again = second_looks.hear_again(fake, audio, WindowResult(language="es", passages=tuple(halves)), "MIR.")

    parts = [
        second_looks.hear_again(
            fake, audio[start : start + 3 * SAMPLE_RATE], WindowResult(language="es"), "MIR."
        )
        for start in (0, 3 * SAMPLE_RATE)
    ]
    assert again.passages == tuple(halves)
    assert again.words == (*parts[0].words, *(word.moved(3000) for word in parts[1].words))
