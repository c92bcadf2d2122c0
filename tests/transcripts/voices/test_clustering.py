"""Two voices are expected, one is possible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oralhistory.transcripts.voices import clustering, hearing, turns
from tests.transcripts import sounds

DIRECTIONS = np.abs(np.random.default_rng(0).normal(size=(3, 256)))
VOICE, OTHER, MOOD = DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)


def prints(who, *, seed=0, noise=0.35, mood=0.0):
    """For each window: near the one voice or the other, with the noise of what is said."""
    random = np.random.default_rng(seed)
    at = np.where(np.array(who)[:, None] == 0, VOICE, OTHER)
    rows = (
        at
        + noise * random.normal(size=(len(who), 256)) / 16
        + mood * random.normal(size=(len(who), 1)) * MOOD
    )
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def heard(*parts):
    audio = np.concatenate(parts)
    read = sounds.from_array(audio)
    found = hearing.whole([hearing.part(read, at, len(audio)) for at in range(hearing.parts_in(len(audio)))])
    return turns.of_windows(found.starts, clustering.told_apart(found.prints), found.voiced, len(audio))


@given(st.lists(st.integers(2, 40), min_size=4, max_size=12), st.integers(0, 10))
@settings(max_examples=15, deadline=None)
def test_two_voices_come_out_as_they_took_turns(lengths, seed):
    who = [at % 2 for at, length in enumerate(lengths) for _window in range(length)]
    if min(sum(who), len(who) - sum(who)) < clustering.FEWEST:
        return

    found = clustering.told_apart(prints(who, seed=seed))

    assert found.tolist() in (who, [1 - each for each in who])


def test_what_changes_from_window_to_window_is_not_taken_for_a_voice():
    """A telephone: loudness and noise differ more than the voices do, but do not last."""
    who = ([0] * 20 + [1] * 6) * 8

    found = clustering.told_apart(prints(who, mood=0.6))

    assert found.tolist() in (who, [1 - each for each in who])


@pytest.mark.parametrize("count", [0, 1, 9, 40, 400])
def test_one_voice_is_not_split_in_two(count):
    assert not clustering.told_apart(prints([0] * count)).any()


def test_the_same_prints_give_the_same_labels():
    who = ([0] * 9 + [1] * 7) * 5

    assert np.array_equal(clustering.told_apart(prints(who)), clustering.told_apart(prints(who)))


def test_two_people_who_speak_are_told_apart_and_change_in_the_pauses():
    one, other, pause = sounds.clip("librivox_es"), sounds.clip("quilter_en"), sounds.silence(0.5)

    found = heard(one, pause, other, pause, one, pause, other)

    assert [turn.voice for turn in found] == ["A", "B", "A", "B"]
    seconds = [len(part) / 16 for part in (one, other, one)]
    ends = np.cumsum([length + 500 for length in seconds]) - 250
    assert [turn.end_ms for turn in found[:3]] == pytest.approx(list(ends), abs=700)


@pytest.mark.parametrize("name", ["librivox_es", "quilter_en", "raposa_pt"])
def test_one_person_who_speaks_is_one_voice(name):
    clip, pause = sounds.clip(name), sounds.silence(0.5)

    (turn,) = heard(clip, pause, clip, pause, clip, pause, clip)

    assert turn.voice == "A"


def test_where_nobody_speaks_there_is_no_turn():
    assert heard(sounds.silence(5), sounds.pink_noise(15)) == []
