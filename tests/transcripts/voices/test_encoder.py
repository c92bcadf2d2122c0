"""The network in numpy says what the original says."""

from pathlib import Path

import numpy as np
import pytest

from oralhistory.transcripts.voices import encoder
from tests.transcripts import sounds

EXPECTED = Path(__file__).parent / "data" / "prints_of_resemblyzer.npz"


@pytest.fixture
def windows():
    audio = sounds.clip("librivox_es")
    with np.load(EXPECTED) as stored:
        starts, prints = stored["starts"], stored["prints"].astype(np.float32)
    return np.stack([audio[at : at + encoder.WINDOW] for at in starts]), prints


def test_a_print_is_what_resemblyzer_makes_of_the_sound(windows):
    sound, expected = windows

    found = encoder.prints(sound).astype(np.float32)

    assert np.abs(found - expected).max() < 1e-3
    assert (found * expected).sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_a_print_is_the_same_at_any_loudness_and_in_any_company(windows):
    sound, expected = windows

    found = encoder.prints(np.stack([sound[0] * 0.01, np.zeros(encoder.WINDOW, np.float32)]))

    assert np.abs(found[0] - expected[0]).max() < 1e-3
    assert np.isfinite(found[1]).all()  # silence has a print too
    assert encoder.prints(np.zeros((0, encoder.WINDOW), np.float32)).shape == (0, encoder.UNITS)


def test_another_file_than_the_one_it_was_written_for_is_not_read(tmp_path, monkeypatch):
    other = tmp_path / "voice_encoder.npz"
    other.write_bytes(encoder.WEIGHTS.read_bytes()[:-1])
    monkeypatch.setattr(encoder, "WEIGHTS", other)
    encoder._network.cache_clear()

    with pytest.raises(encoder.Damaged):
        encoder.prints(np.zeros((1, encoder.WINDOW), np.float32))
