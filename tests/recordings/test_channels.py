"""What a person says of a recording's channels is what can be heard of it, and nothing else."""

import subprocess

import numpy as np
import pytest
import soundfile

from oralhistory.files import stores
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.lib import ffmpeg
from oralhistory.pipeline import acts, steps
from oralhistory.recordings import decoding, renditions
from oralhistory.recordings.models import Recording, Rendition
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.recordings import sounds

RATE = 16_000
INTERVIEW_HZ, PRIVATE_HZ = 440, 3000


def two_channels(path, left=INTERVIEW_HZ, right=PRIVATE_HZ, seconds=2):
    both = np.stack([sounds.tone(left, seconds, RATE), sounds.tone(right, seconds, RATE)], axis=1)
    return sounds.write(path, both, RATE, channels=2)


def heard_in(path, hz):
    return sounds.power_at(sounds.read(path, RATE), hz, RATE) > -60


@pytest.mark.parametrize(
    ("channels", "heard", "hidden"),
    [("left", INTERVIEW_HZ, PRIVATE_HZ), ("right", PRIVATE_HZ, INTERVIEW_HZ)],
)
def test_the_other_channel_goes_into_nothing_that_is_made(tmp_path, channels, heard, hidden):
    source = two_channels(tmp_path / "source.wav")

    decoded = decoding.decode(source, tmp_path, taking=decoding.Taking(channels))

    assert decoded.channels == 1
    for copy in (decoded.listening, decoded.hearing):
        assert heard_in(copy, heard)
        assert not heard_in(copy, hidden)


def test_both_channels_are_heard_where_nothing_else_was_said(tmp_path):
    decoded = decoding.decode(two_channels(tmp_path / "source.wav"), tmp_path)

    assert decoded.channels == 2
    assert heard_in(decoded.listening, INTERVIEW_HZ)
    assert heard_in(decoded.listening, PRIVATE_HZ)


@pytest.mark.parametrize("channels", ["left", "right", "two_microphones"])
def test_a_recording_with_one_channel_is_heard_whatever_was_said_of_it(tmp_path, channels):
    source = sounds.write(tmp_path / "source.wav", sounds.tone(440, 1, RATE), RATE)

    decoded = decoding.decode(source, tmp_path, taking=decoding.Taking(channels))

    assert heard_in(decoded.listening, 440)
    assert heard_in(decoded.hearing, 440)


def test_of_a_file_with_more_tracks_data_and_subtitles_one_sound_comes_out(tmp_path):
    """A second microphone's track, a picture, a time code and words on the screen stay in the master."""
    first = sounds.write(tmp_path / "first.wav", sounds.tone(INTERVIEW_HZ, 2, RATE), RATE)
    second = sounds.write(tmp_path / "second.wav", sounds.tone(PRIVATE_HZ, 2, RATE), RATE)
    said = tmp_path / "said.srt"
    said.write_text("1\n00:00:00,000 --> 00:00:01,000\nCANARYWORD\n")
    source = tmp_path / "film.mov"
    command = [
        *(str(ffmpeg.binary()), "-v", "error", "-y", "-i", str(first), "-i", str(second), "-i", str(said)),
        *("-f", "lavfi", "-i", "color=red:size=64x64:rate=10:duration=2", "-map", "3", "-map", "0", "-map", "1"),
        *("-map", "2", "-c:a", "pcm_s16le", "-c:v", "mjpeg", "-c:s", "mov_text", "-timecode", "01:00:00:00", str(source)),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    assert sounds.describe(source).count("Stream #0:") == 5

    decoded = decoding.decode(source, tmp_path)

    for copy in (decoded.listening, decoded.hearing):
        assert sounds.describe(copy).count("Stream #0:") == 1
        assert heard_in(copy, INTERVIEW_HZ)
        assert not heard_in(copy, PRIVATE_HZ)
        assert b"CANARYWORD" not in copy.read_bytes()


def test_two_microphones_are_mixed_and_the_report_tells_which_was_louder(tmp_path):
    """The right one is 12 dB more sensitive, and each hears the other's speaker from afar."""
    silence = np.zeros(RATE)
    one, other = sounds.noise(2, RATE, 0.2, seed=1), sounds.noise(2, RATE, 0.2, seed=2)
    left = np.concatenate([one, silence, 0.1 * other])
    right = 4 * np.concatenate([0.1 * one, silence, other])
    source = sounds.write(tmp_path / "source.wav", np.stack([left, right], axis=1), RATE, channels=2)

    decoded = decoding.decode(source, tmp_path, taking=decoding.Taking("two_microphones"))

    assert decoded.channels == 1
    runs = decoded.report["microphones"]
    assert [who for _, _, who in runs] == ["left", "right"]
    assert np.abs(np.subtract([run[:2] for run in runs], [[0, 2000], [3000, 5000]])).max() <= 300
    assert not (tmp_path / "apart.flac").exists()


def test_one_voice_in_both_microphones_is_nobodys_alone(tmp_path):
    sound = sounds.noise(3, RATE, 0.2)
    source = sounds.write(tmp_path / "source.wav", sound, RATE, channels=2)

    report = decoding.decode(source, tmp_path, taking=decoding.Taking("two_microphones")).report

    assert [who for _, _, who in report["microphones"]] == ["both"]


@pytest.mark.parametrize("shift_ms", [750, -750])
def test_a_shift_cuts_off_the_beginning_or_puts_silence_before_it(tmp_path, shift_ms):
    sound = np.concatenate([np.zeros(RATE), sounds.tone(440, 1, RATE), np.zeros(RATE)])
    source = sounds.write(tmp_path / "source.wav", sound, RATE)

    decoded = decoding.decode(source, tmp_path, taking=decoding.Taking("both", shift_ms, 3500))

    for copy in (decoded.listening, decoded.hearing):
        heard = sounds.read(copy, RATE)[:, 0]
        loud = np.flatnonzero(np.abs(heard) > 0.1)
        assert abs(loud[0] * 1000 / RATE - (1000 - shift_ms)) <= 2
        assert abs(loud[-1] * 1000 / RATE - (2000 - shift_ms)) <= 2
        assert len(heard) == round(max(3.5, 3 - shift_ms / 1000) * RATE)


# On the interviewer's bench.


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def recording(world, tmp_path):
    """A stereo recording whose right channel is a private talk, decoded as it came, with a text."""
    interview = worlds.draft(world)
    source = two_channels(tmp_path / "tape.wav")
    found = acts.take_in(interview, source, name="tape.wav", by=world.interviewer, at=NOON)
    do("ingest")
    segment = worlds._segments()[0]
    versions.add(found, [segment], kind="machine", made_by={"languages": ["es"]}, at=NOON)
    interview.state = State.TRANSCRIBED
    interview.save()
    return Recording.objects.select_related("session__interview").get()


def do(kind):
    job = Job.objects.filter(kind=kind).latest("pk")
    steps.STEPS[kind](job)


def everything_of(rendition):
    for file in (rendition.listening, rendition.hearing, rendition.staff_copy):
        with stores.open_local(file.storage, file.key) as path:
            yield path


def test_after_a_person_says_so_the_other_channel_is_in_nothing_that_is_heard(world, recording):
    before = renditions.current(recording)
    assert any(heard_in(path, PRIVATE_HZ) for path in everything_of(before))

    acts.say_channels(recording, "left", by=world.interviewer.agent, at=NOON + MINUTE)
    assert renditions.current(recording) is None  # from now on nobody hears what was made of both
    do("decode again")

    recording.refresh_from_db()
    after = renditions.current(recording)
    assert after.channels == "left"
    assert not any(heard_in(path, PRIVATE_HZ) for path in everything_of(after))
    assert all(heard_in(path, INTERVIEW_HZ) for path in everything_of(after))
    assert (recording.state, recording.duration_ms) == ("ready", 2000)
    assert versions.current(recording).segments.count() == 1  # nobody rewrites the text for that


def test_what_was_decoded_once_is_not_decoded_again(world, recording):
    for channels in ("left", "both", "left"):
        acts.say_channels(recording, channels, by=world.interviewer.agent, at=NOON + MINUTE)
        if renditions.current(recording) is None:
            do("decode again")

    assert Rendition.objects.count() == 2
    assert Job.objects.filter(kind="decode again").count() == 1
    assert renditions.current(recording).channels == "left"


def test_two_microphones_and_one_stereo_sound_are_two_renditions_of_the_same_samples(world, recording):
    acts.say_channels(recording, "two_microphones", by=world.interviewer.agent, at=NOON + MINUTE)
    do("decode again")

    first, second = Rendition.objects.order_by("pk")
    assert first.pcm_sha256 == second.pcm_sha256
    assert renditions.current(recording) == second
    assert second.decode_report["microphones"]
    with stores.open_local("masters", second.listening.key) as path:
        assert soundfile.info(str(path)).channels == 1


def test_a_word_that_means_nothing_is_refused(world, recording):
    with pytest.raises(ValueError, match="not a way"):
        acts.say_channels(recording, "middle", by=world.interviewer.agent, at=NOON)
