"""Ranges of decoded sound, from a file and from a stream of which only what is read is fetched."""

import io

import numpy as np
import pytest

from oralhistory.transcripts import sound
from oralhistory.transcripts.sound import SAMPLE_RATE
from tests.transcripts import sounds

SECONDS = 600
CHUNK = (400 * SAMPLE_RATE, 430 * SAMPLE_RATE)


class Counted(io.BytesIO):
    fetched = 0
    away = False

    def read(self, size=-1):
        if self.away:
            raise ConnectionError("the storage does not answer")
        block = super().read(size)
        self.fetched += len(block)
        return block


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return sounds.write(tmp_path_factory.mktemp("sound") / "long.flac", sounds.pink_noise(SECONDS))


def test_a_stream_gives_what_the_file_gives_and_reads_little_more(file):
    stream = Counted(file.read_bytes())
    read, whole = sound.reader(stream), sound.reader(file)
    start, end = CHUNK

    for at in range(start, end, 10 * SAMPLE_RATE):
        assert np.array_equal(read(at, at + 10 * SAMPLE_RATE), whole(at, at + 10 * SAMPLE_RATE))

    share = (end - start) / (SECONDS * SAMPLE_RATE)
    assert stream.fetched < 2 * share * file.stat().st_size


def test_a_stream_that_breaks_is_not_taken_for_the_end_of_the_sound(file):
    stream = Counted(file.read_bytes())
    read = sound.reader(stream)
    stream.away = True

    with pytest.raises(ConnectionError):
        read(*CHUNK)


def test_sound_that_ends_too_early_is_an_error(file):
    with pytest.raises(sound.UnreadableSound):
        sound.reader(file)(590 * SAMPLE_RATE, 610 * SAMPLE_RATE)
    with pytest.raises(sound.UnreadableSound):
        sound.reader(io.BytesIO(b"no sound at all"))
