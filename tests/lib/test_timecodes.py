import pytest
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.lib import timecodes


@pytest.mark.parametrize(
    ("ms", "clock", "webvtt", "iso", "seconds"),
    [
        (0, "0:00", "00:00:00.000", "PT0S", "0"),
        (999, "0:00", "00:00:00.999", "PT0.999S", "0.999"),
        (82_500, "1:22", "00:01:22.500", "PT1M22.5S", "82.5"),
        (754_200, "12:34", "00:12:34.200", "PT12M34.2S", "754.2"),
        (3_723_000, "1:02:03", "01:02:03.000", "PT1H2M3S", "3723"),
        (3_600_000, "1:00:00", "01:00:00.000", "PT1H", "3600"),
        (400_000_001, "111:06:40", "111:06:40.001", "PT111H6M40.001S", "400000.001"),
    ],
)
def test_a_time_is_written_as_each_reader_expects(ms, clock, webvtt, iso, seconds):
    assert timecodes.clock(ms) == clock
    assert timecodes.webvtt(ms) == webvtt
    assert timecodes.srt(ms) == webvtt.replace(".", ",")
    assert timecodes.iso_duration(ms) == iso
    assert timecodes.seconds(ms) == seconds


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("754.2", 754_200),
        ("#t=754.2", 754_200),
        ("t=12s", 12_000),
        ("1:22", 82_000),
        ("90:00", 5_400_000),
        ("1:02:03", 3_723_000),
        ("00:01:22.500", 82_500),
        ("00:01:22,500", 82_500),
        ("PT1M22.5S", 82_500),
        (" 7 ", 7_000),
        ("0.0009", 0),
    ],
)
def test_a_time_is_read_however_it_is_written(text, ms):
    assert timecodes.parse(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "-1",
        "1:60",
        "1:60:00",
        "1:2:3:4",
        "NaN",
        "inf",
        "1e9",
        "PT",
        "٣:٢٢x",
        "99:99:99.999",
        "1:-2",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(timecodes.NotATime):
        timecodes.parse(text)


def test_there_is_no_time_before_the_beginning():
    with pytest.raises(timecodes.NotATime):
        timecodes.webvtt(-1)


@given(st.integers(0, 10**9))
def test_every_exact_way_of_writing_reads_back(ms):
    for write in (timecodes.webvtt, timecodes.srt, timecodes.iso_duration, timecodes.seconds):
        assert timecodes.parse(write(ms)) == ms
