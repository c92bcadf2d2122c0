import hashlib

import huggingface_hub.constants
import pytest

from oralhistory.transcripts import weights
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Spec
from tests.transcripts import untaught


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two packages that carry a model in halves, and an empty cache."""
    for at, half in enumerate((b"first half, ", b"second half"), start=1):
        data = tmp_path / "site" / f"half_{at}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"model.bin.part{at}").write_bytes(half)
    (data / "config.json").write_text("{}")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("MODEL_CACHE", str(tmp_path / "cache"))

    def declare(sha256):
        monkeypatch.setitem(weights.PACKAGED, "halves", (("half_1", "half_2"), sha256))

    return declare


WHOLE = b"first half, second half"
SHA256 = hashlib.sha256(WHOLE).hexdigest()


@pytest.mark.parametrize("declared", [SHA256, ""])
def test_halves_are_put_together_once_and_checked(packages, declared):
    packages(declared)

    found = weights.find("halves")

    assert (found.folder / "model.bin").read_bytes() == WHOLE
    assert (found.folder / "config.json").exists()
    assert found.sha256 == SHA256
    assert weights.find("halves") == found
    assert weights.known_sha256("halves") == SHA256
    assert [path.name for path in found.folder.parent.iterdir()] == [found.folder.name]


def test_damaged_packages_leave_nothing_behind(packages, tmp_path):
    packages("0" * 64)

    with pytest.raises(weights.WeightsChanged):
        weights.find("halves")

    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_is_taken_as_it_is_and_hashed_again_when_it_changes(tmp_path):
    (tmp_path / "model.bin").write_bytes(WHOLE)
    assert weights.find(str(tmp_path)) == weights.Weights(tmp_path, SHA256)

    (tmp_path / "model.bin").write_bytes(b"other")
    assert weights.find(str(tmp_path)).sha256 != SHA256


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(weights.WeightsMissing):
        weights.find(str(tmp_path))


def test_other_names_are_for_the_hub():
    assert weights.find("large-v3-turbo") is None
    assert weights.known_sha256("large-v3-turbo") == ""


@pytest.mark.whisper
def test_a_model_of_the_hub_says_which_weights_it_has(tmp_path, monkeypatch):
    folder = _kept_as_by_the_hub(tmp_path / "hub", "Systran/faster-whisper-tiny")
    untaught.model(folder)
    monkeypatch.setenv("MODEL_CACHE", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    engine = registry.get("faster-whisper")
    assert weights.known_sha256("tiny") == ""

    engine.load(Spec("faster-whisper", "tiny"))

    assert engine.weights_sha256 == hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest()
    with pytest.raises(weights.WeightsChanged):
        engine.load(Spec("faster-whisper", "tiny", weights_sha256="0" * 64))


def _kept_as_by_the_hub(cache, name):
    """A folder as huggingface_hub keeps what it has fetched, still empty."""
    here = cache / f"models--{name.replace('/', '--')}"
    (here / "refs").mkdir(parents=True)
    (here / "refs" / "main").write_text("a" * 40)
    folder = here / "snapshots" / ("a" * 40)
    folder.mkdir(parents=True)
    return folder
