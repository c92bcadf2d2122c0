"""What every engine must do, asked of all three."""

import importlib.util
import os

import numpy as np
import pytest

from oralhistory.transcripts import joining, listening, planning, sound, weights, whole
from oralhistory.transcripts.engines import registry, self_test, threads
from oralhistory.transcripts.engines.base import (
    DECODER,
    CannotHear,
    EngineMissing,
    Spec,
    WindowResult,
    WindowTooLong,
)
from oralhistory.transcripts.words import folded, text_of
from tests.transcripts import sounds

REAL = [
    pytest.param("faster-whisper", marks=pytest.mark.whisper),
    pytest.param(
        "openai-whisper",
        marks=[
            pytest.mark.openai,
            pytest.mark.skipif(not importlib.util.find_spec("whisper"), reason="without the extra `openai`"),
            # its tokenizer leaves the file of its vocabulary open
            pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning"),
        ],
    ),
]
EVERY = ["fake", *REAL]


def spec_of(name, **options):
    planner = "loudness-1" if name == "fake" else "silero-1"
    beam = 1 if name == "openai-whisper" else 5  # the reference is slow enough without
    return Spec(engine=name, model="base", planner=planner, **{"beam_size": beam, **options})


@pytest.fixture
def loaded():
    def load(name, **options):
        engine = registry.get(name)
        engine.load(spec_of(name, **options))
        return engine

    return load


def heard_by(engine, *windows, language="es", **options):
    results = []
    engine.transcribe(windows, results.append, languages=[language] * len(windows), **options)
    return results


@pytest.mark.parametrize("name", EVERY)
def test_it_can_hear(loaded, name):
    assert self_test.check(loaded(name)).words


@pytest.mark.parametrize("name", EVERY)
def test_words_are_in_order_inside_their_window(loaded, name):
    clip = sounds.clip("librivox_es")

    (result,) = heard_by(loaded(name), clip)

    at = 0
    for word in result.words:
        assert at <= word.start_ms < word.end_ms <= sound.milliseconds(len(clip))
        assert 0 <= word.probability <= 1
        at = word.end_ms
    assert text_of(result.words) == result.text
    assert result.pass_number == 1


@pytest.mark.parametrize("name", REAL)
def test_a_word_moves_with_its_sound(loaded, name):
    clip = sounds.clip("librivox_es")
    engine = loaded(name)

    (early,) = heard_by(engine, clip)
    (late,) = heard_by(engine, np.concatenate([sounds.silence(2), clip]))

    start = {folded(word.text): word.start_ms for word in early.words}
    moved = {folded(word.text): word.start_ms for word in late.words}
    assert abs(moved["dominio"] - start["dominio"] - 2000) < 300


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seconds", [0, 0.05])
def test_nothing_is_heard_in_no_sound(loaded, name, seconds):
    (empty, spoken) = heard_by(loaded(name), sounds.tone(seconds), sounds.clip("librivox_es"))

    assert (empty.text, empty.words) == ("", ())
    assert spoken.words


@pytest.mark.parametrize("name", EVERY)
def test_half_a_second_neither_fails_nor_leaves_the_window(loaded, name):
    (result,) = heard_by(loaded(name), sounds.clip("librivox_es")[:8000])

    assert all(word.end_ms <= 500 for word in result.words)


@pytest.mark.parametrize("name", EVERY)
def test_more_than_thirty_seconds_are_refused_instead_of_lost(loaded, name):
    with pytest.raises(WindowTooLong):
        heard_by(loaded(name), sounds.tone(30.1))


@pytest.mark.parametrize("name", EVERY)
def test_thirty_seconds_are_heard_to_the_end(loaded, name):
    window = np.concatenate([sounds.silence(22), sounds.clip("librivox_es")])
    window = np.concatenate([window, sounds.silence(30 - len(window) / sound.SAMPLE_RATE)])

    (result,) = heard_by(loaded(name), window)

    assert result.words[-1].end_ms > 28_000
    assert all(word.end_ms <= 30_000 for word in result.words)


@pytest.mark.parametrize("name", EVERY)
def test_a_long_glossary_leaves_room_for_the_text(loaded, name):
    engine = loaded(name, prompt="Frente Farabundo Martí para la Liberación Nacional, STUNAM. " * 60)

    (result,) = heard_by(engine, sounds.clip("librivox_es"))

    assert len(result.words) >= 10


@pytest.mark.parametrize("name", EVERY)
def test_what_the_callback_raises_cancels(loaded, name):
    class Canceled(Exception):
        pass

    def cancel(result):
        raise Canceled

    with pytest.raises(Canceled):
        loaded(name).transcribe([sounds.clip("raposa_pt")] * 2, cancel, languages=["pt", "pt"])


@pytest.mark.parametrize("name", EVERY)
def test_no_windows_are_no_work(loaded, name):
    engine = loaded(name)

    assert engine.detect([]) == engine.detect_within([]) == []
    assert heard_by(engine) == []


@pytest.mark.parametrize("name", REAL)
def test_languages_are_told_apart(loaded, name):
    clips = [sounds.clip("librivox_es"), sounds.clip("quilter_en"), sounds.clip("raposa_pt")]

    heard = loaded(name).detect(clips)

    assert [max(each, key=each.get) for each in heard] == ["es", "en", "pt"]


@pytest.mark.parametrize("name", REAL)
def test_a_change_of_language_within_a_window_is_noticed(loaded, name):
    window = np.concatenate([sounds.clip("librivox_es"), sounds.silence(0.5), sounds.clip("quilter_en")])
    engine = loaded(name)
    engine.detect([window])

    (stretches,) = engine.detect_within([window])

    assert max(stretches[0], key=stretches[0].get) == "es"
    assert max(stretches[-1], key=stretches[-1].get) == "en"


@pytest.mark.parametrize("name", EVERY[:2])  # the reference would take minutes
def test_the_same_seed_gives_the_same_words_whatever_came_before(loaded, name):
    engine = loaded(name)
    clip = sounds.clip("librivox_es")[: 5 * sound.SAMPLE_RATE] + sounds.pink_noise(5, 0.02)
    guessing = {"pass_number": 2, "temperature": 0.8}

    first = heard_by(engine, clip, **guessing, seed=11)
    heard_by(engine, sounds.clip("raposa_pt"), **guessing, seed=5)

    assert heard_by(engine, clip, **guessing, seed=11) == first


@pytest.mark.parametrize("name", REAL)
def test_each_window_is_heard_in_its_own_language(loaded, name):
    clips = [sounds.clip("quilter_en"), sounds.clip("librivox_es"), sounds.clip("raposa_pt")]
    heard = []

    loaded(name).transcribe(clips, heard.append, languages=["en", "es", "pt"])

    assert "middle classes" in heard[0].text
    assert "grabación" in heard[1].text
    assert "velha" in heard[2].text


@pytest.mark.whisper
@pytest.mark.parametrize("name", ["faster-whisper"])  # the reference would take minutes
def test_a_recording_in_three_languages_is_transcribed_in_each(loaded, name, tmp_path):
    gap = sounds.silence(0.8)
    path = sounds.write(
        tmp_path / "three.flac",
        *(part for clip in ("librivox_es", "quilter_en", "raposa_pt") for part in (sounds.clip(clip), gap)),
    )

    heard = whole.transcribe(loaded(name), spec_of(name), path, on_progress=lambda done, samples: None)

    text = " ".join(segment.text for segment in heard.segments)
    assert "dominio público" in text
    assert "middle classes" in text
    assert "raposa velha" in text
    assert {segment.language for segment in heard.segments} == {"es", "en", "pt"}


@pytest.mark.parametrize("name", EVERY)
def test_silence_and_noise_hold_no_words(loaded, name, tmp_path):
    noise = [] if name == "fake" else [sounds.pink_noise(45)]
    path = sounds.write(tmp_path / "nothing.flac", sounds.silence(60), *noise)

    heard = whole.transcribe(loaded(name), spec_of(name), path, on_progress=lambda done, samples: None)

    assert heard.segments == []


@pytest.mark.parametrize("name", EVERY)
def test_samples_add_up_and_progress_never_goes_back(loaded, name, tmp_path):
    path = sounds.write(
        tmp_path / "a.flac", sounds.clip("raposa_pt"), sounds.silence(3), sounds.clip("raposa_pt")
    )
    told = []

    heard = whole.transcribe(
        loaded(name), spec_of(name), path, on_progress=lambda done, samples: told.append((done, samples))
    )

    samples = sound.samples_in(path)
    assert told == sorted(told)
    assert told[-1] == (samples, samples)
    assert sum(window.end_sample - window.start_sample for window in heard.windows) == samples
    assert heard.duration_ms == sound.milliseconds(samples)
    assert joining.overlapping(heard.segments) == []


def test_an_engine_that_returns_nothing_is_found_out():
    class Deaf:
        name = "deaf"

        def transcribe(self, windows, on_window, *, languages):
            for _ in windows:
                on_window(WindowResult(language="es"))

    with pytest.raises(CannotHear):
        self_test.check(Deaf())


def test_an_unknown_engine_is_refused_by_name():
    with pytest.raises(EngineMissing, match="no engine “whisper-9000”"):
        registry.get("whisper-9000")


@pytest.mark.whisper
def test_other_weights_than_those_of_the_spec_are_refused():
    with pytest.raises(weights.WeightsChanged):
        registry.get("faster-whisper").load(spec_of("faster-whisper", weights_sha256="0" * 64))


def test_a_spec_survives_the_way_to_json_and_back():
    spec = spec_of("fake", languages=("es", "en"), prompt="STUNAM", beam_size=3)

    assert Spec.from_dict(spec.as_dict()) == spec
    assert Spec.from_dict({"engine": "fake", "model": "base", "decoder": DECODER}) == Spec("fake", "base")
    assert spec.sha256() == Spec.from_dict(spec.as_dict()).sha256() != spec_of("fake").sha256()


def test_a_result_survives_the_way_to_json_and_back():
    (result,) = heard_by(registry.get("fake"), sounds.tone(5))

    assert result.words
    assert WindowResult.from_dict(result.as_dict()) == result


def test_threads_are_limited(monkeypatch):
    monkeypatch.delenv("ASR_THREADS", raising=False)
    assert 1 <= threads.count() <= min(4, os.cpu_count() or 1)
    monkeypatch.setenv("ASR_THREADS", "7")
    assert threads.count() == 7


@pytest.mark.whisper
def test_a_resumed_chunk_of_speech_gives_the_text_of_an_undisturbed_one(loaded, tmp_path):
    clips = [sounds.clip(name) for name in ("librivox_es", "raposa_pt", "quilter_en")]
    path = sounds.write(
        tmp_path / "a.flac", *(part for clip in clips * 2 for part in (clip, sounds.silence(4)))
    )
    spec = spec_of("faster-whisper", batch_windows=2)
    engine = loaded("faster-whisper", batch_windows=2)
    windows = planning.plan(path).windows

    def listened(start_at):
        heard = []
        listening.listen(engine, spec, sound.reader(path), windows, start_at=start_at, on_batch=heard.extend)
        return heard

    whole_chunk = listened(0)

    assert len(windows) == 4
    assert listened(3) == whole_chunk[3:]  # in the middle of the second batch
