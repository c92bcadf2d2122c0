"""With real weights: a name that Whisper mishears is written right once it is told, and only where it is said."""

import json
from pathlib import Path

import pytest

from oralhistory.mentions import likely_names
from oralhistory.mentions.near_names import NearNames
from oralhistory.pipeline import sample
from oralhistory.recordings import decoding
from oralhistory.transcripts import renaming, second_looks, sound
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Spec
from tests.mentions.conftest import OWN, authorities

pytestmark = pytest.mark.whisper


@pytest.fixture(scope="module")
def engine():
    loaded = registry.get("faster-whisper")
    # Eight-bit arithmetic differs from one kind of processor to the next, and with it what is misheard.
    loaded.load(Spec(engine="faster-whisper", model="base", languages=("es",), compute_type="float32"))
    return loaded


@pytest.fixture(scope="module")
def turns(tmp_path_factory):
    """The sound of each turn of the demo's recording that a test asks for, by its first words."""
    recording = Path(sample.FOLDER) / "testimonio-demo.opus"
    made = decoding.decode(recording, tmp_path_factory.mktemp("demo"))
    read = sound.reader(made.hearing)
    known = json.loads(recording.with_suffix(".json").read_text(encoding="utf-8"))["turns"]

    def turn(begins):
        found = next(each for each in known if each["text"].startswith(begins))
        return read(found["start_ms"] * 16, found["end_ms"] * 16)

    return turn


@pytest.mark.parametrize(
    ("begins", "name", "is_said"),
    [
        ("De todo. Marchas", "STUNAM", True),
        ("En el ochenta vino", "FMLN", True),
        ("Mire, yo nací", "MIR", False),
    ],
)
def test_a_name_is_written_where_it_is_said(engine, turns, begins, name, is_said):
    audio = turns(begins)
    names = NearNames(likely_names.made(authorities(OWN), [], ["MX", "SV", "CL"]))
    results = []
    engine.transcribe([audio], results.append, languages=["es"])
    first = results[0]
    assert name not in first.text

    told = names.to_tell(first.text) if is_said else (name,)
    again = second_looks.hear_again(engine, audio, first, renaming.prompt_of(told, "es"))
    after = renaming.applied(first, renaming.taken(first, again, names.told(told)))

    assert name in told
    assert (name in after.text) == is_said
    unlike = [word.text for word in after.words if word not in first.words]
    assert len(unlike) == is_said  # one word, and everything else as it was
