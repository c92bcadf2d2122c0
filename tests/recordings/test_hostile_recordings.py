"""Files made to do harm: section U of the list of abuses. Each ends in a sentence, and nothing is left behind."""

import random
import struct
import subprocess
import sys
import time

import numpy as np
import pytest

from oralhistory.recordings import decoding, sniffing
from tests.recordings import sounds

VICTIM_HZ = 2000


@pytest.fixture
def place(tmp_path):
    """A folder to work in, beside another interview's recording: a tone that must never be heard."""
    sounds.write(tmp_path / "victim.wav", sounds.tone(VICTIM_HZ, 3, 16_000), 16_000)
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


def wav(*, rate=16_000, channels=1, bits=16, data=bytes(32_000), claimed=None, code=1, more=b""):
    width = channels * bits // 8
    header = struct.pack("<HHIIHH", code, channels, rate, (rate * width) & 0xFFFFFFFF, width & 0xFFFF, bits)
    chunks = b"fmt " + struct.pack("<I", 16) + header + more
    size = len(data) if claimed is None else claimed
    return (
        b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + chunks + b"data" + struct.pack("<I", size) + data
    )


LISTS = {
    "playlist with a file": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{place}/victim.wav\n#EXT-X-ENDLIST\n",
    "playlist with a sibling": "#EXTM3U\n#EXTINF:3,\nvictim.wav\n#EXT-X-ENDLIST\n",
    "playlist after blank lines": "\n\n  #EXTM3U\n#EXTINF:3,\nfile://{place}/victim.wav\n",
    "playlist after a byte order mark": "\ufeff#EXTM3U\n#EXTINF:3,\nfile://{place}/victim.wav\n",
    "playlist to loopback": "#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:9/x\n",
    "playlist to metadata": "#EXTM3U\n#EXTINF:3,\nhttp://169.254.169.254/latest/meta-data\n",
    "pls": "[playlist]\nFile1=http://[::1]/x\n",
    "MPD": '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
    "bare MPD": "<MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "rtsp": "rtsp://127.0.0.1/stream\n",
    "ffconcat with a sibling": "ffconcat version 1.0\nfile victim.wav\n",
    "ffconcat with a path": "ffconcat version 1.0\nfile '{place}/victim.wav'\n",
    "concat without its name": "file '{place}/victim.wav'\nfile '{place}/victim.wav'\n",
    "concat protocol": "concat:{place}/victim.wav|{place}/victim.wav\n",
    "subfile protocol": "subfile,,start,0,end,100,,:{place}/victim.wav\n",
    "data protocol": "data:audio/wav;base64,UklGRg==\n",
    "crypto protocol": "crypto:{place}/victim.wav\n",
    "lavfi graph": "sine=frequency=440\n",
    "picture pattern": "%05d.png\n",
}
NOT_SOUND = {
    "text": b"Mire, yo naci en Hermosillo, en el cincuenta y cinco. " * 20,
    "SRT": b"1\n00:00:01,000 --> 00:00:02,000\nHola\n",
    "ASS": b"[Script Info]\nTitle: x\n",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "PHP": b"<?php system($_GET['c']); ?>",
    "JavaScript": b"window.location='//x'",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "ELF": b"\x7fELF\x02\x01\x01" + bytes(500),
    "EXE": b"MZ\x90\x00" + bytes(500),
    "ZIP": b"PK\x03\x04" + bytes(500),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "JPEG": b"\xff\xd8\xff\xe0" + bytes(500),
    "HEIC": b"\x00\x00\x00\x18ftypheic" + bytes(500),
    "empty": b"",
    "thirty bytes": b"\x01" * 30,
    "thirty bytes of a WAV": wav()[:30],
    "a megabyte of zeros before a WAV": bytes(1 << 20) + wav(),
    "an MP4 without its index": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42\x00\x00\x10\x08mdat"
    + bytes(4096),
    "an MP4 of nothing but boxes of no length": b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00" + bytes(8) * 1000,
    "a FLAC of nothing": b"fLaC",
    "an Ogg without sound": b"OggS\x00\x02" + bytes(22) + b"\x01\x1e\x80theora" + bytes(100),
    "another EBML": b"\x1aE\xdf\xa3\x93\x42\x82\x88notmkv00" + bytes(100),
    "a Wave with no sound": wav()[:36],
}
IMPOSSIBLE = {
    "1 Hz": wav(rate=1, data=bytes(65_536)),
    "no rate": wav(rate=0),
    "2³¹-1 Hz": wav(rate=2**31 - 1),
    "no channels": wav(channels=0),
    "65,535 channels": wav(channels=65_535, bits=8),
    "no bits": wav(bits=0),
    "ten thousand descriptions": wav(more=(b"fmt " + struct.pack("<I", 16) + bytes(16)) * 10_000),
    "ten thousand chunks": wav(more=(b"junk" + struct.pack("<I", 0)) * 10_000),
    "AIFF of 1 Hz": b"FORM\x00\x00\x10\x00AIFFCOMM\x00\x00\x00\x12\x00\x01\x00\x00\x10\x00\x00\x10\x3f\xff\x80"
    + bytes(7)
    + b"SSND\x00\x00\x10\x00"
    + bytes(4096),
    "CAF of no number": b"caff\x00\x01\x00\x00desc"
    + bytes(7)
    + b"\x20"
    + struct.pack(">d", float("nan"))
    + bytes(100),
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS.keys())
def test_a_list_of_other_files_is_refused(place, text):
    """U01 to U04, U08: no decoder sees it, so nothing that it names is opened."""
    assert refused(place, text.format(place=place).encode())


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


def test_a_jump_of_a_day_in_the_time_stamps_does_not_fill_the_disk(place):
    """It becomes silence: up to the limit, not up to what it says."""
    refused(place, jump(place, 90_000), decoding.TooLong, limits=decoding.Limits(duration_ms=60_000))


def test_a_jump_to_the_end_of_time_is_not_believed(place):
    (place / "upload").write_bytes(jump(place, 900_000))

    assert abs(decoding.decode(place / "upload", place / "folder").duration_ms - 3000) < 100


def test_decoding_that_takes_too_long_is_stopped(place):
    data = sounds.write(place / "a.flac", sounds.noise(1200, 16_000), 16_000).read_bytes()
    (place / "a.flac").unlink()

    refused(place, data, decoding.CannotBeRead, limits=decoding.Limits(wall_seconds=0.2))


def test_a_playlist_inside_subtitles_is_not_followed(place):
    """U05: an AVI whose text stream carries a playlist (GAB2)."""
    plain = sounds.write(place / "plain.wav", sounds.tone(440, 2, 16_000), 16_000)
    avi = bytearray(sounds.convert(plain, place / "a.avi", "-c:a", "pcm_s16le").read_bytes())
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{place}/victim.wav\n".encode()
    text = (
        b"GAB2\x00\x02\x00"
        + struct.pack("<I", 2)
        + b"\x00\x00"
        + b"\x04\x00"
        + struct.pack("<I", len(playlist))
        + playlist
    )
    header = b"txts" + bytes(4) + bytes(12) + struct.pack("<II", 1, 1) + bytes(28)
    stream = (
        b"LIST" + struct.pack("<I", 12 + len(header)) + b"strlstrh" + struct.pack("<I", len(header)) + header
    )
    at = avi.index(b"LIST", avi.index(b"strf"))
    avi[at:at] = stream
    avi[16:20] = struct.pack("<I", struct.unpack("<I", avi[16:20])[0] + len(stream))
    at = avi.index(b"movi") + 4
    avi[at:at] = b"01tx" + struct.pack("<I", len(text)) + text + bytes(len(text) % 2)
    (place / "upload").write_bytes(avi)

    try:
        decoded = decoding.decode(place / "upload", place / "folder")
    except decoding.CannotBeRead:
        return
    assert sounds.power_at(sounds.read(decoded.hearing, 16_000), VICTIM_HZ, 16_000) < -50


def elsewhere(mov, path):
    """The same QuickTime file without its sound, which now lies, it says, in the file at `path`."""
    data = bytearray(mov)
    at = data.index(b"url \x00\x00\x00\x01") - 4
    name = path.encode() + bytes(len(path) % 2)
    levels = struct.pack(">HH", 1, 1)
    alias = (
        bytes(10 + 28 + 12 + 64 + 16)
        + levels
        + bytes(16)
        + struct.pack(">HH", 2, len(name))
        + name
        + b"\xff\xff\x00\x00"
    )
    entry = struct.pack(">I", len(alias) + 12) + b"alis" + bytes(4) + alias
    data[at : at + 12] = entry
    for box in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        size = data.rindex(box, 0, at) - 4
        data[size : size + 4] = (int.from_bytes(data[size : size + 4], "big") + len(entry) - 12).to_bytes(
            4, "big"
        )
    sound = data.index(b"mdat")
    end = sound - 4 + int.from_bytes(data[sound - 4 : sound], "big")
    data[sound + 4 : end] = bytes(end - sound - 4)
    return bytes(data)


def test_a_reference_to_another_file_is_not_followed(place):
    """U06: ffmpeg itself would, if it were told to."""
    mov = sounds.convert(place / "victim.wav", place / "a.mov", "-c:a", "pcm_s16le")
    (place / "upload").write_bytes(elsewhere(mov.read_bytes(), str(mov)))

    followed = sounds.convert(
        place / "upload", place / "followed.wav", before=["-enable_drefs", "1", "-use_absolute_path", "1"]
    )

    assert sounds.power_at(sounds.read(followed, 16_000), VICTIM_HZ, 16_000) > -10
    sentence = refused(place, (place / "upload").read_bytes(), decoding.CannotBeRead, isolation="off")
    assert "no sound in it" in sentence


def test_what_is_hung_behind_the_sound_is_not_in_the_copies(place):
    """U16: the master keeps it, and is never served."""
    mp3 = sounds.convert(place / "victim.wav", place / "a.mp3").read_bytes()
    (place / "upload").write_bytes(mp3 + b"<script>alert(1)</script>" * 100)

    decoded = decoding.decode(place / "upload", place / "folder")

    assert b"<script" not in decoded.listening.read_bytes()
    assert b"<script" not in decoded.hearing.read_bytes()


MAGIC = {
    "wav": wav()[:44],
    "flac": b"fLaC\x00\x00\x00\x22\x10\x00\x10\x00" + bytes(6) + b"\x0a\xc4\x42\xf0" + bytes(20),
    "ogg": b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00",
    "webm": b"\x1aE\xdf\xa3\x93\x42\x82\x84webm",
    "amr": b"#!AMR\n",
    "wma": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "avi": b"RIFF\xff\xff\xff\x7fAVI LIST",
    "mpeg": b"\x00\x00\x01\xba",
    "m4a": b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00\x7f\xff\xff\xffmoov",
    "mp3": b"\xff\xfb\x90\x00".ljust(417, b"\x00") * 4,
    "ts": b"\x47".ljust(188, b"\x00") * 8,
}


@pytest.mark.parametrize("magic", MAGIC.values(), ids=MAGIC.keys())
def test_chance_behind_a_good_beginning_is_read_or_refused(place, magic):
    """U14."""
    source = place / "upload"
    source.write_bytes(magic + random.Random(7).randbytes(200_000))

    try:
        decoded = decoding.decode(source, place / "folder", limits=decoding.Limits(wall_seconds=60))
    except decoding.CannotBeRead:
        decoded = None

    assert bool(list((place / "folder").iterdir())) == bool(decoded)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.m4a", "a.webm", "a.wma", "a.caf", "a.avi"])
def test_valid_files_with_flipped_bits_are_read_or_refused(place, name):
    """U14: four of each kind with a fixed seed; the sniffer alone gets two hundred."""
    good = sounds.convert(place / "victim.wav", place / name, "-t", "1").read_bytes()
    chance = random.Random(11)
    sentences = set()
    for turn in range(200):
        data = bytearray(good)
        for _flip in range(chance.choice((1, 10, 100))):
            data[chance.randrange(min(len(data), 2000))] ^= 1 << chance.randrange(8)
        (place / "upload").write_bytes(data)
        try:
            if turn % 50:
                sniffing.sniff(place / "upload")
            else:
                decoding.decode(place / "upload", place / "folder", limits=decoding.Limits(wall_seconds=60))
        except decoding.CannotBeRead as refusal:
            sentences.add(str(refusal.sentence))
    assert "" not in sentences


def test_the_decoder_never_needs_a_gigabyte(place):
    """The largest program that decoding starts, asked in a process of its own; ffmpeg's limit is its address space."""
    script = (
        "import resource, sys; from pathlib import Path; from oralhistory.recordings import decoding;"
        "decoding.decode(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    arguments = [sys.executable, "-c", script, str(place / "victim.wav"), str(place / "folder")]
    kilobytes = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout

    assert int(kilobytes) < 1 << 20
