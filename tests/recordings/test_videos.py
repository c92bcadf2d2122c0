"""Moving pictures: made anew beside their sound, or refused in a sentence; the sound is never lost."""

import re
import struct
import subprocess

import pytest
from django.core.files.storage import storages
from PIL import Image

from oralhistory.files import sandbox, stores
from oralhistory.intake import uploads
from oralhistory.lib import ffmpeg
from oralhistory.recordings import access_copies, decoding, renditions, videos
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.recordings import sounds
from tests.recordings.films import beep, film, flash, frames

MPEG = ("-c:v", "mpeg2video", "-c:a", "mp2")


def encoded(source, folder, *, seconds=None):
    """The video of a film, with its own sound taken as a recording's is."""
    folder.mkdir()
    decoded = decoding.decode(source, folder)
    sound = folder / "staff.m4a"
    access_copies.encode([access_copies.Part(decoded.listening, 0)], [], sound)
    return videos.encode(source, folder, sound=sound, seconds=seconds or decoded.samples / 16_000)


@pytest.mark.parametrize(
    ("name", "arguments", "later", "flashes", "beeps"),
    [
        ("a.mp4", (), 0, 1.0, 1.0),
        ("a.mkv", ("-c:v", "ffv1", "-c:a", "libopus"), 0, 1.0, 1.0),
        ("a.ts", MPEG, 0, 1.0, 1.0),
        ("later.ts", MPEG, 0.4, 0.6, 1.0),  # counted from the first sound, as the words are
        ("later.mkv", ("-c:v", "libvpx", "-c:a", "libopus"), 0.4, 1.0, 1.4),
    ],
)
def test_pictures_and_sound_stay_together(tmp_path, name, arguments, later, flashes, beeps):
    source = film(tmp_path / name, *arguments, sound_later=later)

    made = encoded(source, tmp_path / "folder")

    assert flash(made.path) == pytest.approx(flashes, abs=0.06)
    assert beep(made.path) == pytest.approx(beeps, abs=0.06)


def test_what_is_made_is_what_every_browser_plays_and_says_nothing_of_its_source(tmp_path):
    (tmp_path / "chapters").write_text(
        ";FFMETADATA1\ntitle=cnry-title\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=cnry-chapter\n"
    )
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\ncnry-subtitle\n")
    font = tmp_path / "font.ttf"
    font.write_bytes(b"cnry-font" * 100)
    plain = film(tmp_path / "plain.mkv", size="3000x1000", seconds=1)
    source = tmp_path / "full.mkv"
    subprocess.run(
        [
            *(str(ffmpeg.binary()), "-v", "error", "-i", str(plain), "-i", str(tmp_path / "words.srt")),
            *("-i", str(tmp_path / "chapters"), "-map", "0", "-map", "1", "-map_metadata", "2", "-c", "copy"),
            *("-attach", str(font), "-metadata:s:t", "mimetype=application/x-truetype-font", str(source)),
        ],
        check=True,
    )  # fmt: skip
    assert b"cnry-font" in source.read_bytes()

    made = encoded(source, tmp_path / "folder")

    said = sounds.describe(made.path)
    assert "Video: h264 (High)" in said
    assert "yuv420p" in said
    assert "1280x426" in said
    assert "Audio: aac (LC)" in said
    assert said.count("Stream #") == 2
    data = made.path.read_bytes()
    assert not any(word in data for word in (b"cnry", b"x264", b"Lavf", b"Lavc"))
    assert data.index(b"moov") < data.index(b"mdat")
    assert (made.width, made.height) == (1280, 426)
    with Image.open(made.poster) as poster:
        assert (poster.format, poster.size) == ("JPEG", (1280, 426))


def test_a_picture_that_was_filmed_upright_stands_upright(tmp_path):
    lying = film(tmp_path / "lying.mp4", look="drawbox=color=white:thickness=fill:width=iw/2", seconds=1)
    source = tmp_path / "turned.mp4"
    command = [str(ffmpeg.binary()), "-v", "error", "-display_rotation", "90", "-i", str(lying), "-c", "copy"]
    subprocess.run([*command, str(source)], check=True)

    made = encoded(source, tmp_path / "folder")

    assert (made.width, made.height) == (48, 64)
    half = frames(made.path)[5]
    assert (
        abs(float(half[:6].mean()) - float(half[10:].mean())) > 150
    )  # white beside black is now white over black
    assert abs(float(half[:, :6].mean()) - float(half[:, 10:].mean())) < 20


def test_more_than_thirty_frames_a_second_become_thirty(tmp_path):
    source = film(tmp_path / "a.mp4", "-r", "240", "-c:v", "libx264", "-c:a", "aac", seconds=1)

    made = encoded(source, tmp_path / "folder")

    assert len(frames(made.path)) == pytest.approx(30, abs=1)


# U35: pictures made to do harm.


def swollen(path, width, height):
    """A small film whose every frame says that it has another size."""
    source = film(path, "-c:v", "mjpeg", "-c:a", "pcm_s16le", seconds=1)
    size = struct.pack(">HH", height, width)
    source.write_bytes(
        re.sub(
            rb"(\xff\xc0\x00\x11\x08)....",
            lambda found: found[1] + size,
            source.read_bytes(),
            flags=re.DOTALL,
        )
    )
    return source


def refused(source, folder):
    folder.mkdir()
    sound = sounds.convert(
        sounds.write(folder / "s.wav", sounds.tone(440, 1, 16_000), 16_000), folder / "s.m4a"
    )
    with pytest.raises(videos.CannotBeShown) as refusal:
        videos.encode(source, folder, sound=sound, seconds=1)
    return str(refusal.value.sentence)


@pytest.mark.parametrize(("width", "height"), [(16_384, 16_384), (8_200, 16), (7_000, 7_000)])
def test_frames_above_the_limit_are_refused_and_their_sound_is_taken(tmp_path, width, height):
    source = swollen(tmp_path / "a.mov", width, height)

    assert "Its sound was taken" in refused(source, tmp_path / "folder")
    (tmp_path / "again").mkdir()
    assert decoding.decode(source, tmp_path / "again").samples == 16_000


def test_a_film_that_claims_a_million_frames_a_second_ends(tmp_path):
    source = film(
        tmp_path / "a.mp4", "-c:v", "libx264", "-c:a", "aac", "-video_track_timescale", "1000000", seconds=1
    )
    data = bytearray(source.read_bytes())
    place = data.index(b"stts") + 12  # how long each frame stands
    data[place : place + 4] = struct.pack(">I", 1)
    source.write_bytes(data)

    made = encoded(source, tmp_path / "folder")

    assert len(frames(made.path)) <= 31


def test_a_film_that_claims_to_last_for_ever_is_as_long_as_its_sound(tmp_path):
    source = film(tmp_path / "a.mkv", "-c:v", "libx264", "-c:a", "libopus", seconds=1)
    data = source.read_bytes()
    place = data.index(b"\x44\x89")  # Duration, a float of 8 bytes
    source.write_bytes(data[: place + 3] + struct.pack(">d", 2.0**60) + data[place + 11 :])

    made = encoded(source, tmp_path / "folder")

    assert len(frames(made.path)) <= 31


def test_pictures_without_a_sound_are_refused_in_words(tmp_path):
    command = [
        str(ffmpeg.binary()),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc=duration=1:size=64x48",
        "-an",
    ]
    subprocess.run([*command, str(tmp_path / "a.mp4")], check=True)
    (tmp_path / "folder").mkdir()

    with pytest.raises(decoding.CannotBeRead) as refusal:
        decoding.decode(tmp_path / "a.mp4", tmp_path / "folder")

    assert "no sound" in str(refusal.value.sentence)


def test_damaged_pictures_are_refused(tmp_path):
    source = film(tmp_path / "a.mp4", seconds=1)
    data = source.read_bytes()
    source.write_bytes(data.replace(b"avcC", b"xxxx").replace(b"avc1", b"zzzz"))

    assert "cannot be read" in refused(source, tmp_path / "folder")


# On the recording.


@pytest.fixture
def world(db):
    return worlds.build()


def brought_in(world, source):
    interview = worlds.draft(world)
    recording = uploads.receive(interview, source, name="a.mp4", by=world.interviewer, at=NOON)
    renditions.make(recording, at=NOON)
    return recording


def test_a_recording_that_was_filmed_has_its_video_and_a_poster(world, tmp_path):
    recording = brought_in(world, film(tmp_path / "a.mp4"))
    assert videos.is_wanted(renditions.current(recording))

    videos.make(recording, at=NOON + MINUTE)
    videos.make(recording, at=NOON + MINUTE)

    rendition = renditions.current(recording)
    assert not videos.is_wanted(rendition)
    assert (rendition.staff_video.media_type, rendition.poster.media_type) == ("video/mp4", "image/jpeg")
    assert rendition.staff_video.parent == rendition.poster.parent == recording.master
    assert rendition.staff_video.recipe
    assert rendition.decode_report["video_size"] == [64, 48]
    with stores.open_local("masters", rendition.staff_video.key) as path:
        assert flash(path) == pytest.approx(1.0, abs=0.06)


def test_a_recording_without_pictures_has_no_video(world, tmp_path):
    recording = brought_in(world, worlds.sound(tmp_path))

    videos.make(recording, at=NOON)

    assert renditions.current(recording).staff_video is None
    assert videos.refusal(renditions.current(recording)) == ""


def test_pictures_that_cannot_be_shown_leave_a_sentence_and_the_sound(world, tmp_path):
    wide = film(tmp_path / "a.mov", "-c:v", "mjpeg", "-c:a", "pcm_s16le", size="8200x16", seconds=1)
    recording = brought_in(world, wide)

    videos.make(recording, at=NOON)

    rendition = renditions.current(recording)
    assert rendition.staff_video is None
    assert "too large" in videos.refusal(rendition)
    assert storages["masters"].exists(rendition.staff_copy.key)
    assert not videos.is_wanted(rendition)


@pytest.mark.usefixtures("broken_isolation")
def test_a_machine_without_isolation_makes_none_where_it_is_required(world, tmp_path, settings):
    recording = brought_in(world, film(tmp_path / "a.mp4"))
    settings.MEDIA_ISOLATION = "required"

    with pytest.raises(sandbox.NotIsolated):
        videos.make(recording, at=NOON)
