"""What every engine must do, asked of all three.

What is a matter of hearing is asked of real weights, in three windows that each engine hears once. What is a matter of
windows, callbacks and seeds is asked of weights that were taught nothing (`untaught`).
"""

import importlib.util
import os
from dataclasses import dataclass
from itertools import accumulate, pairwise

import jiwer
import numpy as np
import pytest

from oralhistory.transcripts import joining, listening, planning, sound, weights, whole
from oralhistory.transcripts.engines import registry, self_test, threads
from oralhistory.transcripts.engines.base import (
    DECODER,
    CannotHear,
    Engine,
    EngineMissing,
    Spec,
    WindowResult,
    WindowTooLong,
)
from oralhistory.transcripts.words import folded, text_of
from tests.transcripts import sounds, untaught

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
    return Spec(engine=name, **{"model": "base", "planner": planner, "beam_size": beam, **options})


@pytest.fixture(scope="module")
def untaught_weights(tmp_path_factory):
    return str(untaught.model(tmp_path_factory.mktemp("untaught")))


@pytest.fixture
def loaded(request):
    """An engine with weights that were taught nothing; the fake one has none."""

    def load(name, **options):
        if name != "fake":
            options = {"model": request.getfixturevalue("untaught_weights"), **options}
        engine = registry.get(name)
        engine.load(spec_of(name, **options))
        return engine

    return load


@dataclass(frozen=True)
class Hearing:
    """An engine with real weights, and what it heard."""

    engine: Engine
    early: WindowResult  # the clip of the self-test: Spanish
    english: WindowResult
    late: WindowResult  # the same clip at the end of a window of 30 s


LATE = 22  # seconds of silence before the clip


@pytest.fixture(scope="module")
def hearings():
    """Of each engine (and options of its spec), once: the reference takes four seconds for a window."""
    kept: dict[str, Hearing] = {}

    def hearing(name, **options):
        key = name + str(options)
        if key not in kept:
            engine = registry.get(name)
            engine.load(spec_of(name, **options))
            window = np.concatenate([sounds.silence(LATE), sounds.clip("librivox_es")])
            window = np.concatenate([window, sounds.silence(30 - len(window) / sound.SAMPLE_RATE)])
            early = self_test.check(engine)
            others = []
            engine.transcribe([sounds.clip("quilter_en"), window], others.append, languages=["en", "es"])
            kept[key] = Hearing(engine, early, *others)
        return kept[key]

    return hearing


def heard_by(engine, *windows, language="es", **options):
    results = []
    engine.transcribe(windows, results.append, languages=[language] * len(windows), **options)
    return results


# With real weights


@pytest.mark.parametrize("name", EVERY)
def test_it_can_hear(hearings, name):
    assert hearings(name).early.words


@pytest.mark.parametrize("name", EVERY)
def test_words_are_in_order_inside_their_window(hearings, name):
    hearing = hearings(name)
    for result, seconds in (
        (hearing.early, 7.7),
        (hearing.english, sound.milliseconds(len(sounds.clip("quilter_en"))) / 1000),
        (hearing.late, 30),
    ):
        at = 0
        for word in result.words:
            assert at <= word.start_ms < word.end_ms <= seconds * 1000
            assert 0 <= word.probability <= 1
            at = word.end_ms
        assert text_of(result.words) == result.text
        assert result.pass_number == 1


@pytest.mark.parametrize("name", EVERY)
def test_thirty_seconds_are_heard_to_the_end(hearings, name):
    assert hearings(name).late.words[-1].end_ms > 28_000


@pytest.mark.parametrize("name", REAL)
def test_a_word_moves_with_its_sound(hearings, name):
    start = {folded(word.text): word.start_ms for word in hearings(name).early.words}
    moved = {folded(word.text): word.start_ms for word in hearings(name).late.words}

    assert abs(moved["dominio"] - start["dominio"] - LATE * 1000) < 300


@pytest.mark.parametrize("name", REAL)
def test_each_window_is_heard_in_its_own_language(hearings, name):
    assert "middle classes" in hearings(name).english.text
    assert "grabación" in hearings(name).late.text


@pytest.mark.whisper
@pytest.mark.parametrize("name", REAL[1:])
def test_the_engines_hear_the_same(hearings, name):
    """With one way of searching and in the same arithmetic; one word of forty may differ: processors round differently.

    In eight bits a name that could be spelled two ways is spelled one way on one processor, the other on another.
    """

    def heard(hearing):
        results = (hearing.early, hearing.english, hearing.late)
        return " ".join(folded(word.text) for result in results for word in result.words)

    theirs = heard(hearings("faster-whisper", beam_size=1, compute_type="float32"))
    compared = jiwer.process_words(heard(hearings(name)), theirs)

    assert compared.hits > 40
    assert compared.substitutions + compared.deletions + compared.insertions <= 1


@pytest.mark.parametrize("name", REAL)
def test_languages_are_told_apart(hearings, name):
    clips = [sounds.clip("librivox_es"), sounds.clip("quilter_en"), sounds.clip("raposa_pt")]

    heard = hearings(name).engine.detect(clips)

    assert [max(each, key=each.get) for each in heard] == ["es", "en", "pt"]


@pytest.mark.parametrize("name", REAL)
def test_a_change_of_language_within_a_window_is_noticed(hearings, name):
    window = np.concatenate([sounds.clip("librivox_es"), sounds.silence(0.5), sounds.clip("quilter_en")])
    engine = hearings(name).engine
    if name == "faster-whisper":
        engine.detect([window])  # which keeps it encoded; the reference keeps nothing

    (stretches,) = engine.detect_within([window])

    assert max(stretches[0], key=stretches[0].get) == "es"
    assert max(stretches[-1], key=stretches[-1].get) == "en"


@pytest.mark.whisper
@pytest.mark.parametrize("name", ["faster-whisper"])  # the reference would take minutes
def test_a_recording_in_three_languages_is_transcribed_in_each(hearings, name, tmp_path):
    gap = sounds.silence(0.8)
    path = sounds.write(
        tmp_path / "three.flac",
        *(part for clip in ("librivox_es", "quilter_en", "raposa_pt") for part in (sounds.clip(clip), gap)),
    )

    heard = whole.transcribe(
        hearings(name).engine, spec_of(name), path, on_progress=lambda done, samples: None
    )

    text = " ".join(segment.text for segment in heard.segments)
    assert "dominio público" in text
    assert "middle classes" in text
    assert "raposa velha" in text
    assert {segment.language for segment in heard.segments} == {"es", "en", "pt"}


@pytest.mark.parametrize("name", EVERY)
def test_silence_and_noise_hold_no_words(hearings, name, tmp_path):
    noise = [] if name == "fake" else [sounds.pink_noise(45)]
    path = sounds.write(tmp_path / "nothing.flac", sounds.silence(60), *noise)

    heard = whole.transcribe(
        hearings(name).engine, spec_of(name), path, on_progress=lambda done, samples: None
    )

    assert heard.segments == []


@pytest.mark.whisper
@pytest.mark.parametrize("name", ["faster-whisper"])
def test_music_holds_no_words_and_a_voice_between_music_does(hearings, name, tmp_path):
    spoken = sounds.clip("librivox_es")
    begins, ends = 20_000, 20_000 + sound.milliseconds(len(spoken))
    path = sounds.write(tmp_path / "song.flac", sounds.music(20), spoken, sounds.music(20))

    heard = whole.transcribe(
        hearings(name).engine, spec_of(name), path, on_progress=lambda done, samples: None
    )

    words = [word for segment in heard.segments for word in segment.words]
    assert "dominio público" in " ".join(segment.text for segment in heard.segments)
    assert begins - 500 <= min(word.start_ms for word in words)
    assert max(word.end_ms for word in words) <= ends + 500


@pytest.mark.whisper
def test_a_resumed_chunk_of_speech_gives_the_text_of_an_undisturbed_one(hearings):
    four = 4 * sound.SAMPLE_RATE
    clips = [sounds.clip(name)[:four] for name in ("librivox_es", "raposa_pt", "quilter_en")]
    clips.append(clips[0][: four // 2])  # which would be decoded at another length without its neighbor
    spoken, edges = np.concatenate(clips), [0, *accumulate(len(clip) for clip in clips)]
    windows = [planning.WindowPlan(start, end, end - start) for start, end in pairwise(edges)]
    engine, spec = hearings("faster-whisper").engine, spec_of("faster-whisper", batch_windows=2)

    def listened(start_at):
        heard = []
        listening.listen(
            engine, spec, sounds.from_array(spoken), windows, start_at=start_at, on_batch=heard.extend
        )
        return heard

    whole_chunk = listened(0)

    assert len(whole_chunk) == 4
    assert all(result.words for _, result in whole_chunk)
    assert listened(3) == whole_chunk[3:]  # in the middle of the second batch


# With weights that were taught nothing


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seconds", [0, 0.05])
def test_nothing_is_heard_in_no_sound(loaded, name, seconds):
    (empty, spoken) = heard_by(loaded(name), sounds.tone(seconds), sounds.tone(3))

    assert (empty.text, empty.words) == ("", ())
    assert spoken.words


@pytest.mark.parametrize("name", EVERY)
def test_half_a_second_neither_fails_nor_leaves_the_window(loaded, name):
    (result,) = heard_by(loaded(name), sounds.clip("librivox_es")[:8000])

    assert result.words
    assert all(word.end_ms <= 500 for word in result.words)


@pytest.mark.parametrize("name", EVERY)
def test_more_than_thirty_seconds_are_refused_instead_of_lost(loaded, name):
    with pytest.raises(WindowTooLong):
        heard_by(loaded(name), sounds.tone(30.1))


@pytest.mark.parametrize("name", EVERY)
def test_a_long_glossary_leaves_room_for_the_text(loaded, name):
    engine = loaded(name, prompt="Frente Farabundo Martí para la Liberación Nacional, STUNAM. " * 60)

    (result,) = heard_by(engine, sounds.clip("librivox_es"))

    assert result.words


@pytest.mark.parametrize("name", EVERY)
def test_what_is_told_with_a_window_counts_for_that_one_alone(loaded, name):
    engine = loaded(name)
    clip, names = sounds.clip("librivox_es"), "Comitéx, Memorial, Escuelita."

    alone = heard_by(engine, clip)
    told = heard_by(engine, clip, prompt=names)

    assert told != alone
    assert heard_by(engine, clip) == alone
    assert told == heard_by(engine, clip, prompt=names) == heard_by(loaded(name, prompt=names), clip)


def test_the_engine_of_the_tests_writes_a_name_for_a_word_that_begins_like_it():
    engine = registry.get("fake")
    clip = sounds.clip("librivox_es")

    (alone,) = heard_by(engine, clip)
    word = folded(alone.words[0].text)
    (told,) = heard_by(engine, clip, prompt=f"{word.upper()}X")

    assert told.words[0].text == f"{word.upper()}X"
    assert [a.start_ms for a in told.words] == [b.start_ms for b in alone.words]


@pytest.mark.parametrize("name", EVERY)
def test_what_the_callback_raises_cancels(loaded, name):
    class Canceled(Exception):
        pass

    def cancel(result):
        raise Canceled

    with pytest.raises(Canceled):
        loaded(name).transcribe([sounds.tone(2)] * 2, cancel, languages=["pt", "pt"])


@pytest.mark.parametrize("name", EVERY)
def test_no_windows_are_no_work(loaded, name):
    engine = loaded(name)

    assert engine.detect([]) == engine.detect_within([]) == []
    assert heard_by(engine) == []


@pytest.mark.parametrize("name", EVERY)
def test_the_same_seed_gives_the_same_words_whatever_came_before(loaded, name):
    engine = loaded(name)
    clip = sounds.tone(4)
    guessing = {"pass_number": 2, "temperature": 0.8}

    first = heard_by(engine, clip, **guessing, seed=11)
    other = heard_by(engine, sounds.clip("raposa_pt"), **guessing, seed=5)

    assert first[0].words
    assert other != first
    assert heard_by(engine, clip, **guessing, seed=11) == first


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
    assert heard.segments
    assert joining.overlapping(heard.segments) == []


# With none


def test_an_engine_that_returns_nothing_is_found_out():
    class Deaf:
        name = "deaf"

        def transcribe(self, windows, on_window, *, languages):
            for _ in windows:
                on_window(WindowResult(language="es"))

    with pytest.raises(CannotHear):
        self_test.check(Deaf())


def test_an_unknown_engine_is_refused_by_name():
    with pytest.raises(EngineMissing, match="whisper-9000"):
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
