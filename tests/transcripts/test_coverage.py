"""Speech that no word covers."""

import numpy as np
import pytest

from oralhistory.transcripts import coverage
from oralhistory.transcripts.words import Word, spread

FRAMES = 500  # 16 s
ALL = np.ones(FRAMES, bool)


def speech(*ranges):
    """Voiced frames in ranges of seconds."""
    voiced = np.zeros(FRAMES, bool)
    for start, end in ranges:
        voiced[round(start / 0.032) : round(end / 0.032)] = True
    return voiced


def words(start, end, number=10):
    return spread(["palabra"] * number, round(1000 * start), round(1000 * end))


@pytest.mark.parametrize(
    ("said", "voiced", "missed"),
    [
        (words(0, 16, 32), ALL, 0),
        ([], ALL, 16),
        (words(0, 10, 20), ALL, 6),  # at the end
        (words(6, 16, 20), ALL, 6),  # at the beginning
        (words(0, 5) + words(9, 16, 20), ALL, 4),
        (words(0, 10, 20), speech((0, 10)), 0),  # nobody speaks any more
        (words(0, 10, 20), speech((0, 10), (12, 13.5)), 0),  # too little to be sure
        (words(0, 14.5, 29), ALL, 0),
    ],
)
def test_seconds_of_speech_in_gaps_are_counted(said, voiced, missed):
    assert coverage.missed_seconds(said, voiced) == pytest.approx(missed, abs=0.05)


def test_a_word_that_was_stretched_over_a_gap_does_not_fill_it():
    said = [*words(0, 5), Word(5000, 12_000, "es", 0.9), *words(12, 16)]

    assert coverage.missed_seconds(said, ALL) == pytest.approx(6, abs=0.05)


def test_the_longest_pause_is_where_a_window_is_cut():
    voiced = speech((0.2, 4), (4.5, 9), (10, 15))

    assert coverage.longest_pause(voiced) * 0.032 == pytest.approx(9.5, abs=0.05)


@pytest.mark.parametrize(
    "voiced", [ALL, speech((0, 8)), speech((0, 8), (8.2, 16)), speech((0, 0.5), (2, 16))]
)
def test_where_there_is_no_pause_between_speech_nothing_is_cut(voiced):
    assert coverage.longest_pause(voiced) is None
