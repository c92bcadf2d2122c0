"""What must not be heard is not in the file: R01 to R04 of the list of abuses, and the time line."""

import numpy as np
import pytest
import soundfile

from oralhistory.lib import timeline
from oralhistory.recordings import access_copies, decoding
from oralhistory.recordings.access_copies import Part
from tests.recordings import sounds

CANARY_HZ = 2000
WINDOW_S = 0.05


@pytest.fixture
def out(tmp_path):
    return tmp_path / "access.m4a"


def loudest_inside(samples, rate, spans_ms, *, length_ms):
    """The loudest 50 ms of the canary within the spans and their pads, in dBFS."""
    size = round(WINDOW_S * rate)
    found = []
    padded = [(start - access_copies.PAD_MS, end + access_copies.PAD_MS) for start, end in spans_ms]
    for start_ms, end_ms in timeline.merged(padded):
        first, last = max(0, start_ms) * rate // 1000, min(length_ms, end_ms) * rate // 1000
        for start in range(first, max(first, last - size) + 1, size // 2):
            found.append(sounds.power_at(samples[start : start + size], CANARY_HZ, rate))
    return max(found)


SPANS = {
    "inside": [(2000, 3000)],
    "at the beginning": [(0, 700)],
    "at the end": [(5200, 6000)],
    "past the end": [(5000, 60_000)],
    "overlapping": [(1000, 2000), (1500, 3000), (1600, 1700)],
    "adjacent": [(1000, 1500), (1500, 2000)],
    "ten milliseconds": [(3000, 3010)],
    "a moment": [(3000, 3000)],
    "everything": [(0, 6000)],
    "many": [(n * 20, n * 20 + 10) for n in range(250)],
    "a thousand": [(n * 6, n * 6 + 3) for n in range(1000)],
    "ten milliseconds at the end": [(5990, 6000)],
}


USUAL = (44_100, 2)
OTHERS = [(8000, 1), (8000, 2), (16_000, 1), (48_000, 1), (96_000, 2)]
# Every span in the usual kind, every kind with the spans that cross the most edges.
PAIRS = [(USUAL, name) for name in SPANS] + [
    (kind, name) for kind in OTHERS for name in ("overlapping", "many", "at the beginning", "past the end")
]


@pytest.fixture(scope="module")
def canary(request, tmp_path_factory):
    """Six seconds that are nothing but the tone, so that the smallest leak would be heard; decoded."""
    rate, channels = request.param
    folder = tmp_path_factory.mktemp("canary")
    source = sounds.write(folder / "source.wav", sounds.tone(CANARY_HZ, 6, rate), rate, channels)
    return decoding.decode(source, folder)


@pytest.mark.parametrize(
    ("canary", "name"),
    PAIRS,
    indirect=["canary"],
    ids=[f"{kind[0]} Hz × {kind[1]} {name}" for kind, name in PAIRS],
)
def test_a_canary_in_a_span_is_not_in_the_file(canary, out, name):
    """R01, R02, R03."""
    spans = SPANS[name]
    copy = access_copies.encode([Part(canary.listening, 0)], spans, out)

    rate = max(16_000, canary.sample_rate)
    assert abs(copy.duration_ms - 6000) <= 20
    samples = sounds.read(out, rate)
    assert loudest_inside(samples, rate, spans, length_ms=6000) <= -50
    assert abs(len(samples) / rate - 6) <= 0.02


@pytest.mark.parametrize("canary", [USUAL, (8000, 1)], indirect=True)
@pytest.mark.parametrize("name", SPANS)
def test_an_excerpt_is_overwritten_as_the_whole_is(canary, out, name):
    """What a moderator hears before a redaction is kept."""
    first, last = 1500, 5700
    copy = access_copies.excerpt([Part(canary.listening, 0)], SPANS[name], (first, last), out)

    rate = max(16_000, canary.sample_rate)
    samples = sounds.read(out, rate)
    assert abs(copy.duration_ms - (last - first)) <= 20
    padded = [
        (start - first, end - first) for start, end in SPANS[name] if end > first - 250 and start - 250 < last
    ]
    if padded:
        assert loudest_inside(samples, rate, padded, length_ms=last - first) <= -50
    if name in ("inside", "at the end", "ten milliseconds"):
        assert sounds.power_at(samples[: rate // 5], CANARY_HZ, rate) > -8  # the rest is there


def test_an_excerpt_over_two_recordings_has_both_where_they_lie(tmp_path, out):
    rate = 48_000
    one = sounds.write(tmp_path / "one.flac", sounds.tone(500, 2, rate), rate)
    other = sounds.write(tmp_path / "other.flac", sounds.tone(900, 2, rate), rate)

    copy = access_copies.excerpt([Part(one, 0), Part(other, 3000)], [], (1000, 4000), out)

    samples = sounds.read(out, rate)
    assert abs(copy.duration_ms - 3000) <= 20
    assert sounds.power_at(samples[: rate * 9 // 10], 500, rate) > -8
    assert sounds.level(samples[rate * 11 // 10 : rate * 19 // 10]) < -80
    assert sounds.power_at(samples[rate * 21 // 10 : rate * 29 // 10], 900, rate) > -8


def test_an_excerpt_of_nothing_is_none(tmp_path, out):
    source = sounds.write(tmp_path / "source.flac", sounds.noise(1, 8000), 8000)

    with pytest.raises(access_copies.CannotBeEncoded):
        access_copies.excerpt([Part(source, 0)], [], (5000, 6000), out)


def test_what_is_outside_the_span_is_still_heard(tmp_path, out):
    rate = 48_000
    source = sounds.write(tmp_path / "source.flac", sounds.tone(CANARY_HZ, 6, rate), rate)

    access_copies.encode([Part(source, 0)], [(2000, 3000)], out)

    samples = sounds.read(out, rate)
    assert sounds.power_at(samples[: rate * 17 // 10], CANARY_HZ, rate) > -8
    assert sounds.power_at(samples[rate * 33 // 10 :], CANARY_HZ, rate) > -8


@pytest.mark.parametrize("name", ["vbr.mp3", "edit_list.m4a", "late.mkv", "six.wav"])
def test_times_of_words_and_times_of_spans_are_the_same(tmp_path, out, name):
    """R02: VBR, edit list, a first time stamp that is not 0, 5.1: a span found in one copy is cut in the other."""
    rate = 48_000
    sound = sounds.noise(6, rate)
    sound[rate * 4 : rate * 5] += sounds.tone(CANARY_HZ, 1, rate, 0.4)
    plain = sounds.write(tmp_path / "plain.wav", sound, rate, 6 if name == "six.wav" else 1)
    arguments = {
        "vbr.mp3": ["-q:a", "4", "-write_xing", "0"],
        "edit_list.m4a": ["-c:a", "aac"],
        "late.mkv": ["-c:a", "libopus", "-output_ts_offset", "3"],
        "six.wav": [],
    }
    source = sounds.convert(plain, tmp_path / name, *arguments[name])
    decoded = decoding.decode(source, tmp_path)
    # Where Whisper would find it: the canary in the copy that it hears.
    heard = sounds.read(decoded.hearing, 16_000)
    step = 160
    levels = [
        sounds.power_at(heard[at : at + 800], CANARY_HZ, 16_000) for at in range(0, len(heard) - 800, step)
    ]
    inside = [at for at, found in zip(range(0, len(heard), step), levels, strict=False) if found > -30]
    span = (inside[0] * 1000 // 16_000, (inside[-1] + 800) * 1000 // 16_000)

    access_copies.encode([Part(decoded.listening, 0)], [span], out)

    assert abs(span[1] - span[0] - 1000) < 120
    copy = sounds.read(out, rate)
    assert loudest_inside(copy, rate, [span], length_ms=decoded.duration_ms) <= -50
    assert max(sounds.power_at(copy[n : n + 4800], CANARY_HZ, rate) for n in range(0, rate * 5, 2400)) <= -40


def test_a_hidden_track_is_in_no_copy(tmp_path, out):
    """U30: a second sound track holds a private talk; one stream comes out, and it is the first."""
    rate = 48_000
    first = sounds.write(tmp_path / "first.wav", sounds.noise(3, rate), rate)
    second = sounds.write(tmp_path / "second.wav", sounds.tone(CANARY_HZ, 3, rate), rate)
    both = sounds.convert(
        first, tmp_path / "both.mka", "-i", str(second), "-map", "0:a", "-map", "1:a", "-c:a", "flac"
    )
    decoded = decoding.decode(both, tmp_path)

    access_copies.encode([Part(decoded.listening, 0)], [], out)

    assert decoded.report["audio_codecs"] == ["flac", "flac"]
    assert sounds.describe(out).count("Stream #") == 1
    assert sounds.power_at(sounds.read(out, rate), CANARY_HZ, rate) <= -50


def test_a_tone_stands_where_the_words_stood(tmp_path, out):
    rate = 48_000
    source = sounds.write(tmp_path / "source.flac", sounds.tone(CANARY_HZ, 6, rate), rate)

    access_copies.encode([Part(source, 0)], [(2000, 3000)], out, tone=True)

    inside = sounds.read(out, rate)[rate * 2 : rate * 3]
    assert sounds.power_at(inside, CANARY_HZ, rate) <= -50
    assert -30 < sounds.power_at(inside, 440, rate) < -20


def test_the_waveform_is_that_of_what_may_be_heard(tmp_path, out):
    rate = 44_100
    source = sounds.write(tmp_path / "source.flac", sounds.tone(500, 10, rate, level=0.8), rate)

    copy = access_copies.encode([Part(source, 0)], [(4000, 5000)], out)

    assert len(copy.peaks) == 100
    assert set(copy.peaks[:37]) == {80}
    assert set(copy.peaks[38:52]) == {0}
    assert set(copy.peaks[53:]) == {80}


def test_a_long_waveform_has_two_thousand_points(tmp_path, out):
    rate = 8000
    samples = np.zeros(rate * 240)
    samples[rate * 120] = -1.0
    source = sounds.write(tmp_path / "source.flac", samples, rate)

    copy = access_copies.encode([Part(source, 0)], [], out)

    assert len(copy.peaks) == 2000
    assert [place for place, peak in enumerate(copy.peaks) if peak] == [1000]
    assert copy.peaks[1000] == 100


def test_recordings_lie_on_one_time_line(tmp_path, out):
    """Other rates and channels than each other's; a gap between them is silence."""
    first = sounds.write(tmp_path / "first.flac", sounds.tone(500, 2, 16_000), 16_000)
    second = sounds.write(tmp_path / "second.flac", sounds.tone(900, 2, 44_100), 44_100, channels=2)

    copy = access_copies.encode([Part(second, 3000), Part(first, 0)], [], out)

    samples = sounds.read(out, 44_100)
    assert copy.duration_ms == 5000
    assert samples.shape[1] == 2
    assert sounds.power_at(samples[:80_000], 500, 44_100) == pytest.approx(-6, abs=1)
    assert sounds.level(samples[int(44_100 * 2.1) : int(44_100 * 2.9)]) < -80
    assert sounds.power_at(samples[44_100 * 3 + 4000 :], 900, 44_100) == pytest.approx(-6, abs=1)


def test_a_span_across_two_recordings_is_cut_from_both(tmp_path, out):
    rate = 48_000
    part = sounds.write(tmp_path / "part.flac", sounds.tone(CANARY_HZ, 3, rate), rate)

    access_copies.encode([Part(part, 0), Part(part, 3000)], [(2500, 3500)], out)

    assert loudest_inside(sounds.read(out, rate), rate, [(2500, 3500)], length_ms=6000) <= -50


def test_recordings_that_overlap_are_both_heard(tmp_path, out):
    rate = 48_000
    first = sounds.write(tmp_path / "first.flac", sounds.tone(500, 2, rate, 0.3), rate)
    second = sounds.write(tmp_path / "second.flac", sounds.tone(900, 2, rate, 0.3), rate)

    access_copies.encode([Part(first, 0), Part(second, 1000)], [], out)

    both = sounds.read(out, rate)[int(rate * 1.1) : int(rate * 1.9)]
    assert sounds.power_at(both, 500, rate) == pytest.approx(-10.5, abs=1)
    assert sounds.power_at(both, 900, rate) == pytest.approx(-10.5, abs=1)


def test_the_copy_says_nothing_but_its_sound(tmp_path, out):
    """U29: and its index comes before its sound, so that it plays while it comes."""
    rate = 44_100
    plain = sounds.write(tmp_path / "plain.wav", sounds.noise(2, rate), rate)
    words = ["title", "artist", "comment", "lyrics", "location"]
    tags = [part for word in words for part in ("-metadata", f"{word}=cnry-{word}")]
    source = sounds.convert(plain, tmp_path / "tagged.m4a", *tags, "-c:a", "aac")
    decoded = decoding.decode(source, tmp_path)

    copy = access_copies.encode([Part(decoded.listening, 0)], [], out)

    data = out.read_bytes()
    assert copy.size == len(data)
    assert b"cnry" in source.read_bytes()
    for made in (data, decoded.listening.read_bytes(), decoded.hearing.read_bytes()):
        assert not any(word in made for word in (b"cnry", b"Lav"))
    assert data.index(b"moov") < data.index(b"mdat")
    assert data[8:12] == b"isom"
    assert "aac (LC)" in sounds.describe(out)


def test_the_same_sound_is_the_same_bytes(tmp_path):
    source = sounds.write(tmp_path / "source.flac", sounds.noise(3, 48_000), 48_000)

    for name in ("one.m4a", "two.m4a"):
        access_copies.encode([Part(source, 0)], [(500, 900)], tmp_path / name)

    assert (tmp_path / "one.m4a").read_bytes() == (tmp_path / "two.m4a").read_bytes()


def test_a_span_that_ends_before_it_begins_is_an_error(tmp_path, out):
    source = sounds.write(tmp_path / "source.flac", sounds.noise(1, 8000), 8000)

    with pytest.raises(ValueError, match="before it begins"):
        access_copies.encode([Part(source, 0)], [(900, 100)], out)

    assert not out.exists()


def test_no_recording_makes_no_copy(out):
    with pytest.raises(access_copies.CannotBeEncoded):
        access_copies.encode([], [], out)


def test_a_copy_that_fails_half_way_is_not_left_behind(tmp_path, out):
    """R12: the recording is damaged behind its header."""
    source = sounds.write(tmp_path / "source.flac", sounds.noise(20, 48_000), 48_000)
    data = bytearray(source.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    source.write_bytes(data)

    with pytest.raises((soundfile.LibsndfileError, access_copies.CannotBeEncoded)):
        access_copies.encode([Part(source, 0)], [], out)

    assert not out.exists()


def test_an_encoder_that_cannot_write_is_heard(tmp_path):
    source = sounds.write(tmp_path / "source.flac", sounds.noise(20, 48_000), 48_000)

    with pytest.raises(access_copies.CannotBeEncoded, match="No such file"):
        access_copies.encode([Part(source, 0)], [], tmp_path / "nowhere" / "x.m4a")
