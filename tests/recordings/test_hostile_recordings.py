"""Files made to do harm: section U of the list of abuses. Each ends in a sentence, and nothing is left behind."""

import random
import resource
import socket
import sys
import tempfile
import threading
import time

import numpy as np
import pytest

from oralhistory.files import sandbox
from oralhistory.recordings import access_copies, decoding, sniffing
from tests.recordings import hostile, sounds
from tests.recordings.hostile import IMPOSSIBLE, LISTS, MAGIC, NOT_SOUND, wav

VICTIM_HZ = 2000


@pytest.fixture(scope="module", autouse=True)
def trap(tmp_path_factory):
    """Hygiene, over all that is tried here: nobody calls the listener whose port is given, nothing is left in the
    temporary folder, and no program that was started took a gibibyte."""
    folder = tmp_path_factory.mktemp("temporary")
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    peak = max(largest_program(), own_size())
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_listen, args=(listener, calls), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    tempfile.tempdir = before
    assert calls == []
    assert list(folder.iterdir()) == []
    # What other tests started is counted too, and a program as large as this one until it is another: whoever was
    # larger than a gibibyte before is not of here.
    assert largest_program() < max(1 << 30, 1 + peak, 1 + own_size())


RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def largest_program():
    """Bytes: of all that this process has started so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * RSS_UNIT


def own_size():
    """Bytes that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT


def _listen(listener, calls):
    while True:
        try:
            connection, caller = listener.accept()
        except OSError:  # it was closed
            return
        connection.close()
        calls.append(caller)


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    """Another interview's recording: a tone that must never be heard."""
    folder = tmp_path_factory.mktemp("other")
    return sounds.write(folder / "victim.wav", sounds.tone(VICTIM_HZ, 3, 16_000), 16_000)


@pytest.fixture
def place(tmp_path, victim):
    """A folder to work in, beside the victim."""
    (tmp_path / "victim.wav").hardlink_to(victim)
    (tmp_path / "folder").mkdir()
    return tmp_path


def refused(place, data, error=sniffing.NotARecording, **options):
    """The sentence with which the bytes are refused, when nothing is left of them."""
    source = place / "upload"
    source.write_bytes(data)
    before = sorted(path.name for path in place.rglob("*"))
    with pytest.raises(error) as refusal:
        decoding.decode(source, place / "folder", **options)
    assert sorted(path.name for path in place.rglob("*")) == before
    return str(refusal.value.sentence)


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS.keys())
def test_a_list_of_other_files_is_refused(place, text, trap):
    """U01 to U04, U08: no decoder sees it, so nothing that it names is opened."""
    assert refused(place, text.format(place=place, port=trap).encode())


@pytest.mark.parametrize("data", NOT_SOUND.values(), ids=NOT_SOUND.keys())
def test_what_is_no_recording_is_refused(place, data):
    """U07, U13, U15, U28."""
    assert refused(place, data)


@pytest.mark.parametrize("data", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_header_that_no_recorder_writes_is_refused_before_decoding(place, data):
    """U09, U10."""
    start = time.monotonic()

    assert refused(place, data)
    assert time.monotonic() - start < 1


def test_a_claim_of_four_gigabytes_over_a_second_is_a_second(place):
    """U10."""
    (place / "upload").write_bytes(wav(claimed=0xFFFFFFF0))

    assert abs(decoding.decode(place / "upload", place / "folder").duration_ms - 1000) <= 50


def test_hours_in_a_small_file_are_stopped_at_the_limit(place):
    """U11, small: twenty minutes of silence, with a limit of one."""
    long = sounds.write(place / "long.flac", np.zeros(16_000 * 1200), 16_000).read_bytes()
    (place / "long.flac").unlink()
    start = time.monotonic()

    sentence = refused(place, long, decoding.TooLong, limits=decoding.Limits(duration_ms=60_000))

    assert "longer than" in sentence
    assert time.monotonic() - start < 20


def test_a_recording_as_long_as_the_limit_is_taken(place):
    """U12, small."""
    source = sounds.write(place / "long.flac", np.zeros(16_000 * 60), 16_000)

    decoded = decoding.decode(source, place / "folder", limits=decoding.Limits(duration_ms=60_000))

    assert decoded.duration_ms == 60_000


def jump(place, seconds):
    """Three seconds of sound; after the first, the time stamps jump ahead."""
    stamps = f"asetpts='if(gte(T,1),PTS+{seconds}/TB,PTS)'"
    source = sounds.convert(place / "victim.wav", place / "jump.mka", "-af", stamps, "-c:a", "pcm_s16le")
    data = source.read_bytes()
    source.unlink()
    return data


def test_a_jump_in_the_time_stamps_does_not_fill_the_disk(place):
    """It becomes silence: up to the limit, not up to what it says."""
    refused(place, jump(place, 900), decoding.TooLong, limits=decoding.Limits(duration_ms=60_000))


def test_a_jump_to_the_end_of_time_is_not_believed(place):
    (place / "upload").write_bytes(jump(place, 900_000))

    assert abs(decoding.decode(place / "upload", place / "folder").duration_ms - 3000) < 100


def test_decoding_that_takes_too_long_is_stopped(place):
    data = sounds.write(place / "a.flac", sounds.noise(400, 16_000), 16_000).read_bytes()
    (place / "a.flac").unlink()

    refused(place, data, decoding.CannotBeRead, limits=decoding.Limits(wall_seconds=0.1))


def test_a_playlist_inside_subtitles_is_not_followed(place):
    """U05."""
    plain = sounds.write(place / "plain.wav", sounds.tone(440, 2, 16_000), 16_000)
    avi = sounds.convert(plain, place / "a.avi", "-c:a", "pcm_s16le").read_bytes()
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{place}/victim.wav\n".encode()
    (place / "upload").write_bytes(hostile.subtitled(avi, playlist))

    decoded = decoding.decode(place / "upload", place / "folder")

    assert abs(decoded.duration_ms - 2000) < 100
    heard = sounds.read(decoded.hearing, 16_000)
    assert sounds.power_at(heard, VICTIM_HZ, 16_000) < -50
    assert sounds.power_at(heard, 440, 16_000) > -8


def test_a_reference_to_another_file_is_not_followed(place):
    """U06: ffmpeg itself would, if it were told to."""
    mov = sounds.convert(place / "victim.wav", place / "a.mov", "-c:a", "pcm_s16le")
    (place / "upload").write_bytes(hostile.elsewhere(mov.read_bytes(), str(mov)))

    followed = sounds.convert(
        place / "upload", place / "followed.wav", before=["-enable_drefs", "1", "-use_absolute_path", "1"]
    )

    assert sounds.power_at(sounds.read(followed, 16_000), VICTIM_HZ, 16_000) > -10
    sentence = refused(place, (place / "upload").read_bytes(), decoding.CannotBeRead, isolation="off")
    assert "no sound in it" in sentence


TAILS = {
    "script": b"<script>alert(1)</script>" * 100,
    "PHP": b"<?php system($_GET['c']); ?>" * 100,
    "a program": b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode." * 20,
    "EICAR": hostile.EICAR,
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.m4a"])
def test_what_is_hung_behind_the_sound_is_not_in_the_copies(place, name, tail):
    """U15, U16, U31: the master keeps it, and no address hands out a master."""
    source = sounds.convert(
        place / "victim.wav", place / name, "-t", "1", "-metadata", f"title={tail[:60]!r}"
    )
    with source.open("ab") as end:
        end.write(tail)

    decoded = decoding.decode(source, place / "folder")

    assert abs(decoded.duration_ms - 1000) < 200
    for made in (decoded.listening, decoded.hearing):
        assert tail[:20] not in made.read_bytes()


def test_what_is_hung_before_the_sound_is_not_in_the_access_copy(place):
    """U29, U31: in the tag that stands before the frames of an MP3."""
    source = sounds.convert(place / "victim.wav", place / "a.mp3", "-t", "1", "-id3v2_version", "0")
    tag = b"PRIV" + len(hostile.EICAR).to_bytes(4, "big") + bytes(2) + hostile.EICAR
    header = b"ID3\x03\x00\x00" + bytes([0, 0, len(tag) >> 7, len(tag) & 0x7F])
    (place / "upload").write_bytes(header + tag + source.read_bytes())

    decoded = decoding.decode(place / "upload", place / "folder")
    access_copies.encode([access_copies.Part(decoded.listening, 0)], [], place / "copy.m4a")

    assert decoded.kind is sniffing.MP3
    assert b"EICAR" not in (place / "copy.m4a").read_bytes()


@pytest.mark.parametrize(
    ("name", "is_read"), [("a.wav", True), ("a.mp3", True), ("a.opus", True), ("a.m4a", False)]
)
def test_half_a_file_is_read_as_far_as_it_goes_unless_its_index_was_at_the_end(place, name, is_read):
    """U13."""
    whole = sounds.convert(place / "victim.wav", place / name).read_bytes()
    (place / name).unlink()

    if is_read:
        (place / "upload").write_bytes(whole[: len(whole) // 2])
        assert 900 < decoding.decode(place / "upload", place / "folder").duration_ms < 2000
    else:
        assert "cut off" in refused(place, whole[: len(whole) // 2])


@pytest.mark.parametrize("magic", [*MAGIC.values(), b""], ids=[*MAGIC, "nothing"])
def test_chance_behind_a_good_beginning_is_read_or_refused(place, magic):
    """U14."""
    source = place / "upload"
    source.write_bytes(magic + random.Random(7).randbytes(200_000))

    try:
        decoded = decoding.decode(source, place / "folder", limits=decoding.Limits(wall_seconds=60))
    except decoding.CannotBeRead:
        decoded = None

    assert bool(list((place / "folder").iterdir())) == bool(decoded)


MUTANTS = 44  # of each kind: 528 in all, of which the sniffer sees each one and the decoder every eleventh


@pytest.mark.parametrize("kind", hostile.KINDS)
def test_valid_files_with_flipped_bits_are_read_or_refused(place, kind):
    """U14. Whatever else were raised would be a defect of ours: it says nothing to the one who brought the file."""
    good = sounds.convert(place / "victim.wav", place / f"a.{kind}", "-t", "0.3").read_bytes()
    chance = random.Random(f"11 {kind}")
    read, sentences = 0, set()
    for turn in range(MUTANTS):
        (place / "upload").write_bytes(hostile.mutant(good, chance))
        try:
            sniffing.sniff(place / "upload")
            if turn % 11 == 0:
                decoding.decode(place / "upload", place / "folder", limits=decoding.Limits(wall_seconds=60))
            read += 1
        except decoding.CannotBeRead as refusal:
            sentences.add(str(refusal.sentence))
    assert read  # else it is not the mutations that are tested
    assert "" not in sentences


def test_the_decoder_is_held_to_a_gibibyte(place):
    """As `trap` measures; and were the limit lower than what it takes, the file would be refused."""
    (place / "upload").hardlink_to(place / "victim.wav")

    assert decoding.Limits().for_sandbox().memory == 1 << 30
    with pytest.raises((decoding.CannotBeRead, sandbox.Killed)):
        decoding.decode(place / "upload", place / "folder", limits=decoding.Limits(memory=16 << 20))
