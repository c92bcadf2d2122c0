"""What real recorders write is read; what is measured of it is so."""

import shutil

import numpy as np
import pytest
import soundfile

from oralhistory.files import sandbox
from oralhistory.recordings import decoding
from tests.recordings import sounds

RATE = 44_100
# name: (kind, arguments for ffmpeg)
REAL = {
    "a.wav": ("WAV", []),
    "float.wav": ("WAV", ["-c:a", "pcm_f32le"]),
    "24bit.wav": ("WAV", ["-c:a", "pcm_s24le"]),
    "broadcast.wav": ("WAV", ["-write_bext", "1", "-metadata", "description=x"]),
    "rf64.wav": ("WAV", ["-rf64", "always"]),
    "telephone.wav": ("WAV", ["-c:a", "pcm_alaw", "-ar", "8000"]),
    "a.aiff": ("AIFF", []),
    "a.flac": ("FLAC", []),
    "a.mp3": ("MP3", []),
    "low.mp3": ("MP3", ["-ar", "22050", "-b:a", "32k"]),
    "a.mp2": ("MP3", ["-c:a", "mp2"]),
    "tagged.mp3": ("MP3", ["-metadata", "title=x", "-id3v2_version", "3", "-write_id3v1", "1"]),
    "a.aac": ("AAC", ["-c:a", "aac"]),
    "a.m4a": ("M4A", ["-c:a", "aac", "-f", "ipod"]),
    "alac.m4a": ("M4A", ["-c:a", "alac", "-f", "ipod"]),
    "a.mp4": ("MP4", ["-c:a", "aac"]),
    "fragmented.mp4": ("MP4", ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"]),
    "a.mov": ("QuickTime", ["-c:a", "pcm_s16le"]),
    "a.3gp": ("3GP", ["-c:a", "aac"]),
    "vorbis.ogg": ("Ogg", ["-c:a", "libvorbis"]),
    "opus.opus": ("Ogg", ["-c:a", "libopus"]),
    "flac.ogg": ("Ogg", ["-c:a", "flac"]),
    "a.webm": ("WebM", ["-c:a", "libopus"]),
    "a.mka": ("Matroska", ["-c:a", "flac"]),
    "a.amr": ("AMR", ["-c:a", "libopencore_amrnb", "-ar", "8000", "-b:a", "12.2k"]),
    "a.wma": ("Windows Media", ["-c:a", "wmav2"]),
    "a.caf": ("CAF", ["-c:a", "pcm_s16be"]),
    "a.avi": ("AVI", ["-c:a", "mp3"]),
    "a.mpg": ("MPEG", ["-c:a", "mp2"]),
    "a.ts": ("MPEG-TS", ["-c:a", "aac"]),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return sounds.write(tmp_path_factory.mktemp("plain") / "plain.wav", sounds.tone(440, 3, RATE), RATE)


@pytest.mark.parametrize(("name", "kind", "arguments"), [(name, *rest) for name, rest in REAL.items()])
def test_every_kind_on_the_list_is_read(plain, tmp_path, name, kind, arguments):
    """By content alone: the name is taken away first."""
    made = sounds.convert(plain, tmp_path / name, *arguments)
    source = made.rename(tmp_path / "upload")

    decoded = decoding.decode(source, tmp_path)

    assert decoded.kind.name == kind
    assert abs(decoded.duration_ms - 3000) <= 110  # the padding of the worst encoders
    assert decoded.samples == soundfile.info(decoded.hearing).frames
    assert soundfile.info(decoded.hearing).samplerate == 16_000
    for copy in (decoded.listening, decoded.hearing):
        heard, rate = soundfile.read(copy)
        assert sounds.power_at(heard, 440, rate) == pytest.approx(-6, abs=2)
    assert decoded.report["errors"] == 0
    assert not decoded.report["cut_short"]


@pytest.mark.parametrize(
    ("rate", "channels", "kept_rate", "kept_channels"),
    [
        (8000, 1, 8000, 1),
        (16_000, 2, 16_000, 2),
        (44_100, 2, 44_100, 2),
        (48_000, 1, 48_000, 1),
        (96_000, 2, 48_000, 2),
        (192_000, 1, 48_000, 1),
        (48_000, 6, 48_000, 2),
    ],
)
def test_the_full_band_is_kept_up_to_forty_eight_kilohertz_and_two_channels(
    tmp_path, rate, channels, kept_rate, kept_channels
):
    source = sounds.write(tmp_path / "a.wav", sounds.tone(440, 1, rate), rate, channels)

    decoded = decoding.decode(source, tmp_path)

    assert (decoded.sample_rate, decoded.channels) == (kept_rate, kept_channels)
    assert decoded.samples == 16_000
    assert decoded.duration_ms == 1000


def test_sixteen_bits_come_through_unchanged(tmp_path):
    samples = sounds.noise(2, 48_000)
    source = sounds.write(tmp_path / "a.wav", samples, 48_000, 2)

    decoded = decoding.decode(source, tmp_path)

    np.testing.assert_array_equal(
        soundfile.read(decoded.listening, dtype="int16")[0], soundfile.read(source, dtype="int16")[0]
    )


def test_the_same_file_gives_the_same_digest(plain, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    first, second = decoding.decode(plain, one), decoding.decode(plain, two)

    assert first.pcm_sha256 == second.pcm_sha256
    assert first.listening.read_bytes() == second.listening.read_bytes()


def test_both_copies_keep_the_time_of_a_click(tmp_path):
    samples = np.zeros(48_000 * 5)
    samples[48_000 * 3] = 0.9
    source = sounds.convert(
        sounds.write(tmp_path / "click.wav", samples, 48_000), tmp_path / "click.mp3", "-b:a", "128k"
    )

    decoded = decoding.decode(source, tmp_path)

    for path, rate in ((decoded.listening, 48_000), (decoded.hearing, 16_000)):
        heard, _ = soundfile.read(path)
        assert abs(np.argmax(np.abs(heard)) / rate - 3) < 0.002


def test_a_gap_in_the_time_stamps_is_silence_of_the_same_length(tmp_path):
    """As a recorder in a browser leaves it when its tab slept."""
    source = sounds.convert(
        sounds.write(tmp_path / "a.wav", sounds.tone(440, 4, 48_000), 48_000),
        tmp_path / "gap.mka",
        "-af",
        "asetpts='if(gte(T,2),PTS+3/TB,PTS)'",
        "-c:a",
        "pcm_s16le",
    )

    decoded = decoding.decode(source, tmp_path)

    assert abs(decoded.duration_ms - 7000) < 60
    assert decoded.report["gaps_count"] == 1
    assert decoded.report["gaps"] == [pytest.approx([2000, 5000], abs=100)]


def test_the_report_says_what_a_listener_would(tmp_path):
    rate = 48_000
    left, right = sounds.noise(4, rate, 0.5, seed=1), sounds.noise(4, rate, 0.25, seed=2)
    left[:480] = 1.0
    left[rate : rate * 2] = right[rate : rate * 2] = 0
    source = sounds.write(tmp_path / "a.wav", np.stack([left, right], axis=1), rate)

    report = decoding.decode(source, tmp_path).report

    assert report["clipping_share"] == pytest.approx(480 / (4 * rate * 2), rel=0.05)
    assert report["peak_dbfs"] == 0.0
    assert abs(report["channel_correlation"]) < 0.1
    assert report["channel_balance_db"] == pytest.approx(6, abs=1.5)
    assert report["gaps"] == [[1020, 1980]]  # the resampler rings for a moment at both ends
    assert report["audio_codecs"] == ["pcm_s16le"]
    assert report["declared_ms"] == 4000
    assert report["decoder"].startswith("ffmpeg ")


@pytest.mark.parametrize("hz", [200, 997, 3000])
def test_loudness_is_that_of_a_meter(tmp_path, hz):
    """ffmpeg's ebur128 is the meter."""
    source = sounds.write(tmp_path / "a.wav", sounds.tone(hz, 10, 16_000, 0.1), 16_000)
    meter = sounds.measure(source, "ebur128=framelog=quiet")

    assert decoding.decode(source, tmp_path).report["loudness_lufs"] == pytest.approx(
        float(meter.split("I:")[1].split("LUFS")[0]), abs=0.3
    )


def test_a_picture_in_a_video_is_not_looked_at(tmp_path, plain):
    source = sounds.convert(
        plain,
        tmp_path / "a.mp4",
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=3",
        "-map",
        "0:a",
        "-map",
        "1:v",
        "-c:a",
        "aac",
    )

    decoded = decoding.decode(source, tmp_path)

    assert decoded.report["has_video"]
    assert abs(decoded.duration_ms - 3000) <= 110


NAMES = ["con espacios.wav", "comillas\"'.wav", "$(touch x).wav", ";id.wav", "🎙.wav", "n\nl.wav"]
NAMES_FOR_FFMPEG = ["-i.wav", "%05d.wav", "a:b.wav"]  # in isolation it is never told them


@pytest.mark.parametrize(
    ("name", "isolation"),
    [
        *((name, "preferred") for name in NAMES),
        *((name, isolation) for name in NAMES_FOR_FFMPEG for isolation in ("preferred", "off")),
    ],
)
def test_a_name_is_only_a_name(plain, tmp_path, name, isolation, monkeypatch):
    """U17."""
    made = tmp_path / "made -y"
    made.mkdir()
    given = tmp_path / "given"
    given.mkdir()
    monkeypatch.chdir(given)
    shutil.copy(plain, given / name)

    decoded = decoding.decode((given / name).relative_to(given), made, isolation=isolation)

    assert decoded.duration_ms == 3000
    assert [path.name for path in given.iterdir()] == [name]
    assert sorted(path.name for path in made.iterdir()) == ["hearing.flac", "listening.flac"]


def test_without_isolation_it_is_said(plain, tmp_path):
    assert decoding.decode(plain, tmp_path, isolation="off").report["isolated"] is False
    assert decoding.decode(plain, tmp_path).report["isolated"] is sandbox.probe().isolated


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(plain, tmp_path):
    source = tmp_path / "cut.wav"
    source.write_bytes(plain.read_bytes()[: plain.stat().st_size // 2])

    decoded = decoding.decode(source, tmp_path)

    assert abs(decoded.duration_ms - 1500) < 20
