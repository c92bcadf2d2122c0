"""What keeps engines cheap, and that it changes no text behind anybody's back."""

import subprocess
import sys

import jiwer
import numpy as np
import pytest

from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import (
    DECODER,
    FIRST_DECODER,
    DecoderChanged,
    Spec,
    stretches,
)
from oralhistory.transcripts.sound import SAMPLE_RATE
from tests.transcripts import sounds

# Takes and frees 40 MB five times, and prints how often the kernel had to make a page.
SCRATCH = """
import resource
from oralhistory.transcripts.engines import memory
kept = {keep} and memory.keep()
for _ in range(5):
    bytearray(40 << 20)
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""


def page_faults(*, keep):
    script = SCRATCH.format(keep=keep)
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    kept, faults = said.split()
    return kept == "True", int(faults)


def test_a_process_that_keeps_its_memory_takes_it_from_the_kernel_once():
    kept, faults = page_faults(keep=True)
    if not kept:
        pytest.skip("this C library takes no advice about memory")

    assert faults * 3 < page_faults(keep=False)[1]


# Takes 400 MB in pieces, frees all but the last, and prints the pages that it has before and after it gives them back.
SCATTERED = """
from pathlib import Path
from oralhistory.transcripts.engines import memory
def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])
kept = memory.keep()
pieces = [b"x" * (4 << 20) for _ in range(100)]
last = pieces.pop()
pieces.clear()
before = pages()
print(kept and memory.give_back(), before, pages())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux says there how many pages a process has.")
def test_what_is_kept_is_given_back_between_chunks():
    said = subprocess.run([sys.executable, "-c", SCATTERED], capture_output=True, text=True, check=True)
    given, before, after = said.stdout.split()
    if given != "True":
        pytest.skip("this C library takes no advice about memory")

    assert int(after) < int(before) / 3


@pytest.mark.parametrize("seconds", [0.02, 3, 7.4, 7.6, 27.9])
def test_stretches_are_equal_and_last_about_five_seconds(seconds):
    samples = round(seconds * SAMPLE_RATE)

    found = stretches(samples)

    lengths = {end - start for start, end in found}
    assert len(lengths) == 1
    assert samples - len(found) < sum(end - start for start, end in found) <= samples
    assert all(3.7 <= length / SAMPLE_RATE <= 7.5 for length in lengths if seconds > 4)


def test_a_spec_stored_before_decoders_had_names_says_which_one_it_was():
    stored = Spec(engine="fake", model="fake").as_dict()
    del stored["decoder"]

    assert Spec.from_dict(stored).decoder == FIRST_DECODER
    assert Spec.from_dict(stored).sha256() != Spec(engine="fake", model="fake").sha256()


@pytest.mark.parametrize("name", registry.available())
def test_no_engine_goes_on_with_what_another_decoder_began(name):
    with pytest.raises(DecoderChanged, match=f"{FIRST_DECODER}, now {DECODER}"):
        registry.get(name).load(Spec(engine=name, model="base", decoder=FIRST_DECODER))


@pytest.fixture(scope="module")
def whisper():
    engine = registry.get("faster-whisper")
    engine.load(Spec(engine="faster-whisper", model="base"))
    return engine


@pytest.mark.whisper
def test_a_window_is_heard_beside_a_longer_one_as_it_is_alone(whisper):
    short, alone, together = sounds.clip("librivox_es"), [], []
    longer = np.concatenate([short, sounds.silence(0.5), sounds.clip("librivox_es")[: 5 * SAMPLE_RATE]])

    whisper.transcribe([short], alone.append, languages=["es"])
    whisper.transcribe([longer, short], together.append, languages=["es", "es"])

    # A name that could be spelled two ways comes out the one way or the other.
    assert jiwer.process_words(alone[0].text, together[1].text).wer <= 2 / 15
    assert len(together[1].words) == len(alone[0].words)


@pytest.mark.whisper
def test_parts_of_a_window_are_asked_for_their_languages(whisper):
    first, second = sounds.clip("librivox_es"), sounds.clip("quilter_en")
    window = np.concatenate([first, sounds.silence(0.5), second])

    ((spanish, english, short),) = whisper.detect_within(
        [window], [[(0, len(first)), (len(window) - len(second), len(window)), (0, 1)]]
    )

    assert max(spanish, key=spanish.get) == "es"
    assert max(english, key=english.get) == "en"
    assert sum(short.values()) == pytest.approx(1, abs=1e-3)
