import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oralhistory.transcripts import planning, sound, voice
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.voice import FRAME
from tests.transcripts import sounds

# Runs of frames with one probability each: silence, speech, and what lies between.
runs = st.lists(
    st.tuples(st.integers(1, 2000), st.sampled_from([0.0, 0.02, 0.3, 0.45, 0.6, 0.99])),
    min_size=1,
    max_size=60,
)


def frames_of(made):
    return np.concatenate([np.full(length, value, np.float32) for length, value in made])


@settings(max_examples=60)
@given(runs, st.integers(0, FRAME - 1))
def test_windows_and_chunks_tile_the_recording_exactly(made, missing):
    probabilities = frames_of(made)
    samples = len(probabilities) * FRAME - missing

    planned = planning.plan_frames(probabilities, samples)

    edges = [0, *(window.end_sample for window in planned.windows)]
    assert edges[-1] == samples
    assert [window.start_sample for window in planned.windows] == edges[:-1]
    for window in planned.windows:
        assert 0 < window.end_sample - window.start_sample <= 28 * SAMPLE_RATE
        assert 0 <= window.speech_samples <= window.end_sample - window.start_sample
    assert [chunk.index for chunk in planned.chunks] == list(range(len(planned.chunks)))
    assert [chunk.end_sample for chunk in planned.chunks[:-1]] == [
        chunk.start_sample for chunk in planned.chunks[1:]
    ]
    for chunk in planned.chunks:
        assert chunk.windows[0].start_sample == chunk.start_sample
        assert chunk.windows[-1].end_sample == chunk.end_sample
    if len(planned.chunks) > 1:
        for chunk in planned.chunks:
            assert 120 <= (chunk.end_sample - chunk.start_sample) / SAMPLE_RATE <= 420


@settings(max_examples=60)
@given(runs)
def test_a_cut_never_falls_into_speech_while_there_are_pauses(made):
    # A pause of half a second after every run of at most 20 s: there is always a better place to cut.
    spoken = [(length % 600 + 30, 0.99) for length, _ in made]
    probabilities = frames_of([part for run in spoken for part in (run, (16, 0.01))])
    speech = voice.voiced(probabilities)

    planned = planning.plan_frames(probabilities, len(probabilities) * FRAME)

    for window in planned.windows[:-1]:
        assert not speech[window.end_sample // FRAME]


def test_where_nobody_pauses_the_least_voiced_moment_is_cut():
    probabilities = np.full(3000, 0.99, np.float32)
    probabilities[700] = 0.6

    planned = planning.plan_frames(probabilities, 3000 * FRAME)

    assert planned.windows[0].end_sample == 700 * FRAME


def test_no_sound_has_no_chunks():
    assert planning.plan_frames(np.zeros(0, np.float32), 0) == planning.Plan(0, ())


def test_silence_is_planned_and_known_as_such(tmp_path):
    planned = planning.plan(sounds.write(tmp_path / "silence.flac", sounds.silence(60)))

    assert planned.samples == 60 * SAMPLE_RATE
    assert planned.speech_samples == 0
    assert planned.windows


def test_speech_between_long_silences_gets_a_window_of_its_own(tmp_path):
    path = sounds.write(
        tmp_path / "far.flac", sounds.silence(40), sounds.clip("librivox_es"), sounds.silence(40)
    )

    spoken = [window for window in planning.plan(path).windows if window.speech_samples]

    assert len(spoken) == 1
    assert 35 < spoken[0].start_sample / SAMPLE_RATE <= 40
    assert 47 <= spoken[0].end_sample / SAMPLE_RATE < 52


def test_the_voice_detector_hears_the_same_in_blocks_and_at_once():
    audio = np.concatenate([sounds.clip("librivox_es"), sounds.clip("quilter_en")])
    step = FRAME * 10
    blocks = [audio[at : at + step] for at in range(0, len(audio), step)]

    whole = voice.ear("silero-1").probabilities(audio)

    assert np.allclose(np.concatenate(list(voice.silero(blocks))), whole, atol=1e-4)


def test_noise_and_silence_are_silent_and_speech_is_not():
    assert voice.is_silent(sounds.silence(5), "silero-1")
    for loudness in (0.005, 0.02, 0.05, 0.1):
        assert voice.is_silent(sounds.pink_noise(45, loudness), "silero-1")
    assert not voice.is_silent(sounds.clip("raposa_pt"), "silero-1")
    assert voice.is_silent(sounds.silence(5), "loudness-1")
    assert not voice.is_silent(sounds.tone(5), "loudness-1")


def test_planning_twenty_minutes_takes_little_more_memory_than_two(tmp_path):
    def peak(minutes):
        path = tmp_path / f"{minutes}.flac"
        with sound.soundfile.SoundFile(path, "w", SAMPLE_RATE, 1, "PCM_16", format="FLAC") as file:
            for minute in range(minutes):
                file.write(sounds.tone(60, 200 + minute))
        tracemalloc.start()
        planning.plan(path, "loudness-1")
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(20) < peak(2) + 4_000_000  # bytes; twenty minutes of sound are 77 million


def test_what_is_not_16_khz_mono_is_refused(tmp_path):
    stereo = tmp_path / "stereo.flac"
    sound.soundfile.write(stereo, np.zeros((100, 2)), SAMPLE_RATE)
    text = tmp_path / "text.flac"
    text.write_text("not sound")

    for path in (stereo, text):
        with pytest.raises(sound.UnreadableSound):
            planning.plan(path)


def test_an_unknown_planner_is_refused(tmp_path):
    with pytest.raises(voice.UnknownPlanner):
        planning.plan(sounds.write(tmp_path / "a.flac", sounds.tone(1)), "silero-0")


def test_cutting_is_repeatable():
    probabilities = np.random.default_rng(1).random(20_000).astype(np.float32)

    first = planning.plan_frames(probabilities, 20_000 * FRAME)

    assert first == planning.plan_frames(probabilities.copy(), 20_000 * FRAME)
    assert all(a.end_sample == b.start_sample for a, b in pairwise(first.windows))
