"""Weights are taken out of a pickle, and nothing else is."""

import os
import pickle

import pytest

from oralhistory.transcripts.voices import extracting


class Intruder:
    def __reduce__(self):
        return os.mkdir, ("intruder",)


def test_a_checkpoint_that_would_run_something_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pretrained.pt"
    path.write_bytes(b"".join(pickle.dumps(each) for each in (1, 1001, {}, {"model_state": Intruder()})))

    with pytest.raises(extracting.NotResemblyzer):
        extracting.arrays(path)

    assert not (tmp_path / "intruder").exists()
