"""Who has the word when."""

import numpy as np
import pytest

from oralhistory.transcripts.voices import turns
from oralhistory.transcripts.voices.turns import Turn
from oralhistory.transcripts.words import Word


def test_turns_tile_the_recording_and_change_in_the_longest_pause():
    starts = np.arange(0, 16) * 12_800
    voiced = np.ones(16 * 25 + 25, np.bool_)
    voiced[188:192] = False  # frames of 32 ms: a breath at 6.0 s
    voiced[205:220] = False  # the pause, 6.56–7.04 s

    found = turns.of_windows(starts, np.array([1] * 8 + [0] * 8), voiced, 16 * 12_800 + 12_800)

    assert found == [Turn(0, 6800, "A"), Turn(6800, 13_600, "B")]


def test_without_a_pause_the_word_passes_halfway():
    found = turns.of_windows(np.array([0, 12_800]), np.array([0, 1]), np.ones(100, np.bool_), 51_200)

    assert found == [Turn(0, 1200, "A"), Turn(1200, 3200, "B")]


def test_a_microphone_is_a_voice_and_what_both_hear_is_shared():
    runs = [
        [0, 4000, "right"],
        [4000, 5000, "both"],
        [5200, 9000, "left"],
        [9500, 9900, "left"],
        [10_000, 12_000, "right"],
    ]

    assert turns.of_microphones(runs, 12_500) == [
        Turn(0, 4600, "A"), Turn(4600, 9950, "B"), Turn(9950, 12_500, "A"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "runs",
    [[], [[0, 60_000, "both"]], [[0, 60_000, "left"]], [[0, 60_000, "left"], [60_000, 62_000, "right"]]],
)
def test_microphones_that_do_not_each_hear_somebody_say_nothing(runs):
    assert turns.of_microphones(runs, 62_000) == []


def test_the_voice_of_words_is_that_of_most_of_their_time():
    known = [Turn(0, 1000, "A"), Turn(1000, 5000, "B")]
    words = [Word(0, 400, "uno", 1), Word(900, 1500, "dos", 1), Word(1500, 1600, "tres", 1)]

    assert turns.voice_of(words, known) == "B"
    assert turns.voice_of(words[:1], known) == "A"
    assert turns.voice_of([], known) == ""
    assert [turns.voice_at(known, ms) for ms in (-1, 0, 999, 1000, 4999, 5000)] == [
        "",
        "A",
        "A",
        "B",
        "B",
        "",
    ]


def test_turns_are_stored_and_read():
    known = [Turn(0, 1000, "A"), Turn(1000, 5000, "B")]

    assert turns.from_rows(turns.as_rows(known)) == known
