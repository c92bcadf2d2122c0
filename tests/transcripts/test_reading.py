"""Transcripts that others made, as they really come."""

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oralhistory.transcripts.formats import plain, webvtt
from oralhistory.transcripts.formats.reading import recognizing, timing
from oralhistory.transcripts.formats.reading.cues import MOST_CUES, CannotBeParsed, Cue, summed_up
from oralhistory.transcripts.joining import overlapping
from oralhistory.transcripts.segments import TimedSegment

HOUR = 3_600_000


def read(text, name="a.vtt", duration_ms=HOUR):
    """(start, end, speaker, text) of each segment, and the kinds of remarks."""
    reading = recognizing.read(text if isinstance(text, bytes) else text.encode(), name)
    segments, remarks = timing.settle(reading.cues, duration_ms)
    assert not overlapping(segments)
    rows = [(each.start_ms, each.end_ms, each.speaker, each.text) for each in segments]
    return rows, {remark.what for remark in (*reading.remarks, *remarks)}


def texts(text, name="a.vtt", duration_ms=HOUR):
    return [row[3] for row in read(text, name, duration_ms)[0]]


GOOD = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n<v Ana>Hola.\n\n00:00:03.000 --> 00:00:04.000\n<v Inés>¿Qué tal?\n"


def test_a_good_file_is_read_without_a_remark():
    assert read(GOOD) == ([(1000, 2500, "Ana", "Hola."), (3000, 4000, "Inés", "¿Qué tal?")], set())


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.removeprefix("WEBVTT\n\n"),  # no header
        lambda text: text.replace("WEBVTT", "WEBVTT - Entrevista\nKind: captions"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip(),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(".000", ",000").replace(".500", ",500"),
        lambda text: text.replace("00:00:0", "00:0"),  # no hours
        lambda text: text.replace(" --> ", "-->"),
        lambda text: text.replace("\n\n00:00:03", "\n00:00:03"),  # no blank line between captions
        lambda text: text.replace("Hola.", "Hola.</v>"),
        lambda text: text.replace(
            "1\n00", "STYLE\n::cue{background:url(//x)}\n\nREGION\nid:a\n\nNOTE a --> b\n\n1\n00"
        ),
        lambda text: text.replace("Hola.", "<c.yellow>Ho<00:00:01.200>la.</c>"),
        lambda text: text.replace("Hola.", "\x00Hola.\x07"),
        lambda text: text.replace("--> 00:00:02.500", "--> 00:00:02.500 align:start position:0% line:x"),
    ],
)
def test_what_real_files_do_is_forgiven(changed):
    assert read(changed(GOOD))[0] == read(GOOD)[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "mac_roman"])
def test_letters_come_out_whatever_the_encoding(encoding):
    assert read(GOOD.encode(encoding))[0] == read(GOOD)[0]


def test_srt_with_and_without_numbers_and_with_markup():
    srt = (
        "1\n00:00:01,000 --> 00:00:02,000\n<font color=red>ANA: <i>Hola</i>\nseñora</font>\n\n"
        "00:00:03,000 --> 00:00:04,000\n{\\an8}INÉS: a < b & c\n\n3\n00:00:05,000 --> 00:00:06,000\n2024\n"
    )
    rows, remarks = read(srt, "a.srt")

    assert rows == [
        (1000, 2000, "ANA", "Hola señora"),
        (3000, 4000, "INÉS", "a < b & c"),
        (5000, 6000, "", "2024"),
    ]
    assert remarks == {"markup", "no_number"}


def test_ends_that_cannot_be_are_put_right():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:00:00.000\nuno\n\n00:03.000 --> 00:03.000\ndos\n\n00:05.000 --> 00:04.000\ntres\n\n"
        "00:06.000 --> 00:30.000\ncuatro\n\n00:07.000 --> 00:08.000\ncinco\n"
    )
    rows, remarks = read(text)

    assert [row[0] for row in rows] == [1000, 3000, 5000, 6000, 7000]
    assert all(row[1] > row[0] for row in rows)
    assert remarks >= {"no_end", "no_length", "end_before_start", "overlap"}


@pytest.mark.parametrize(
    "time_line",
    ["-00:01.000 --> 00:02.000", "99:99:99.999 --> 99:99:99.999", "NaN --> NaN", "1:2:3:4:5 --> 2"],
)
def test_times_that_are_none_cost_no_words(time_line):
    assert " ".join(texts(f"WEBVTT\n\n00:01.000 --> 00:02.000\nuno\n\n{time_line}\ndos\n")) in (
        "uno dos",
        "dos uno",
    )


def test_an_arrow_in_the_text_is_text():
    assert texts("WEBVTT\n\n00:01.000 --> 00:02.000\nde aquí --&gt; allá &lt;b&gt;\n") == [
        "de aquí --> allá <b>"
    ]


def test_times_that_begin_again_with_each_tape_go_on():
    tape = "00:00:01,000 --> 00:00:03,000\na{0}\n\n00:09:00,000 --> 00:10:00,000\nb{0}\n\n"
    rows, remarks = read(tape.format(1) + tape.format(2), "a.srt")

    assert [(row[0], row[3]) for row in rows] == [
        (1000, "a1"),
        (540_000, "b1"),
        (601_000, "a2"),
        (1_140_000, "b2"),
    ]
    assert "times_restart" in remarks


def test_one_caption_out_of_order_is_no_new_tape():
    text = "00:09:00,000 --> 00:10:00,000\nb\n\n00:00:01,000 --> 00:00:03,000\na\n"

    rows, remarks = read(text, "a.srt")

    assert [row[3] for row in rows] == ["a", "b"]
    assert remarks >= {"out_of_order"}


def test_times_that_begin_at_one_o_clock_are_counted_from_zero_where_the_recording_is_shorter():
    text = "WEBVTT\n\n01:00:03.000 --> 01:00:18.000\nuno\n\n01:00:18.000 --> 00:00:00.000\ndos\n"

    assert [row[0] for row in read(text, duration_ms=60_000)[0]] == [3000, 18_000]
    assert [row[0] for row in read(text, duration_ms=2 * HOUR)[0]] == [HOUR + 3000, HOUR + 18_000]


def test_several_voices_in_a_caption_share_its_time():
    rows, _remarks = read("WEBVTT\n\n00:00.000 --> 00:10.000\n<v Ana>uno dos<v Inés>uno dos\n")

    assert rows == [(0, 5000, "Ana", "uno dos"), (5000, 10_000, "Inés", "uno dos")]


def test_markup_and_control_characters_never_come_through():
    hostile = (
        "WEBVTT\n\nNOTE cnry\n\n00:01.000 --> 00:02.000\n<v onclick=x>a</v><img src=x onerror=alert(1)>b<svg/onload=x>"
        "<script>c</script>\u202e\u2066d\n"
    )
    rows, _remarks = read(hostile)

    text = " ".join(row[3] for row in rows)
    assert "<" not in text
    assert "cnry" not in text
    assert not {"\u202e", "\u2066"} & set(text)


# Plain text


@pytest.mark.parametrize(
    "mark",
    [
        "[00:01:05] ",
        "(1:05) ",
        "00:01:05 ",
        "[1:05.000] ",
        "00:01:05.000 - ",
        "[00:01:05]\n",
        "00:01:05:00 ",
        "{1:05}",
    ],
)
def test_time_marks_of_many_kinds(mark):
    rows, _remarks = read(f"[00:00:00] ANA: Uno.\n\n{mark}INÉS: Dos.\n", "a.txt")

    assert [(row[0], row[2], row[3]) for row in rows] == [(0, "ANA", "Uno."), (65_000, "INÉS", "Dos.")]


def test_a_name_after_the_mark_and_the_words_below():
    rows, _remarks = read("00:00:10 ANA\nUno dos.\nTres.\n\n00:00:20 INÉS\nCuatro.\n", "a.txt")

    assert [(row[2], row[3]) for row in rows] == [("ANA", "Uno dos. Tres."), ("INÉS", "Cuatro.")]
    assert rows[0][0] == 10_000
    assert rows[1][0] == 20_000


def test_a_time_of_day_and_a_colon_in_the_text_are_text():
    rows, _remarks = read("[0:01] Llegamos a las 12:30 y dijo: vamos.\n[0:09] Después: nada.\n", "a.txt")

    assert [(row[2], row[3]) for row in rows] == [
        ("", "Llegamos a las 12:30 y dijo: vamos."),
        ("", "Después: nada."),
    ]


def test_a_text_without_times_is_spread_by_its_letters_and_says_so():
    text = "ANA: Uno dos tres.\n\nINÉS: Sí.\n\nANA: " + "Muchas palabras que siguen y siguen. " * 40
    reading = recognizing.read(text.encode(), "a.txt")

    segments, remarks = timing.settle(reading.cues, 60_000)

    assert (segments[0].start_ms, segments[-1].end_ms) == (0, 60_000)
    assert all(segment.flags == ("times_guessed",) for segment in segments)
    assert all(len(segment.text) <= timing.LONG_TEXT for segment in segments)
    assert [segment.speaker for segment in segments[:3]] == ["ANA", "INÉS", "ANA"]
    assert {remark.what for remark in remarks} == {"no_times"}


def test_lines_that_were_broken_because_they_were_full_are_one():
    wrapped = "Llegamos a la ciudad de México en el año de mil novecientos\nsetenta y nueve, con los niños y dos maletas de cartón que\nnos habían prestado.\nDespués vino lo demás.\n"

    assert len(texts(wrapped, "a.txt")) == 2


# Tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "head", ["start,end,speaker,text", "Inicio,Fin,Hablante,Texto", "", "start_ms,end_ms,name,transcript"]
)
def test_tables_in_their_kinds(delimiter, head):
    times = ("1000", "2500") if "ms" in head else ("00:00:01.000", "2.5")
    rows = [head.split(",")] if head else []
    rows += [[*times, "Ana", '"Hola; sí, claro\t."'], ["", "", "Inés", "Después"]]

    found, remarks = read("\n".join(delimiter.join(row) for row in rows) + "\n", "a.csv")

    assert found[0] == (1000, found[0][1], "Ana", "Hola; sí, claro .")
    assert found[0][1] <= 2500
    assert found[1][2:] == ("Inés", "Después")
    assert "text_without_time" in remarks


def test_a_table_may_name_speakers_and_no_times():
    rows, remarks = read("speaker,text\nAna,¿Y usted?\nInés,De aquí.\n", "a.csv")

    assert [row[2:] for row in rows] == [("Ana", "¿Y usted?"), ("Inés", "De aquí.")]
    assert remarks == {"no_times"}


def test_without_a_column_for_them_speakers_stand_before_their_words():
    rows, _remarks = read('start,text\n1,"ANA: ¿Y usted?\nINÉS: De aquí."\n9,ANA: Ya.\n', "a.csv")

    assert [row[2:] for row in rows] == [("ANA", "¿Y usted?"), ("INÉS", "De aquí."), ("ANA", "Ya.")]


def test_a_ragged_table_says_where():
    rows, remarks = read("start,end,text\n1,2,uno\n3\n4,5,dos,too,many\nNaN,-3,tres\n", "a.csv")

    assert " ".join(row[3] for row in rows) == "uno dos tres"
    assert "row_too_short" in remarks
    with pytest.raises(CannotBeParsed, match=r"a\.csv:1: "):
        read("uno,dos\ntres,cuatro\n", "a.csv")


# What our own writers write


def test_what_we_write_is_read_as_it_was():
    segments = [
        TimedSegment(1000, 2500, "Hola --> señora <b> & compañía.", speaker="Ana"),
        TimedSegment(3000, 64_000, "¿Qué tal?", speaker="Inés"),
    ]

    assert read(webvtt.write(segments, notes=["de aquí"]))[0] == [
        (s.start_ms, s.end_ms, s.speaker, s.text) for s in segments
    ]
    assert [row[2:] for row in read(plain.write(segments, times=True), "a.txt")[0]] == [
        ("Ana", segments[0].text),
        ("Inés", "¿Qué tal?"),
    ]


# Refusals


@pytest.mark.parametrize(
    ("content", "name", "where"),
    [
        (b"", "a.vtt", "a.vtt: "), (b"WEBVTT\n\n", "a.vtt", "a.vtt: "), (b"PK\x03\x04....", "a.txt", "a.txt: "),
        (b"\x00" * 5000, "a.srt", "a.srt: "), (bytes(range(1, 32)) * 100, "a.txt", "a.txt: "), (b'{"segments": []}', "a.json", "a.json: "),
        (b"<html><body>x</body></html>", "a.html", "a.html: "), (b"start,text\n" + b"a," * 300, "a.csv", "a.csv:2: "),
        (b"<?xml version='1.0'?>\n<ROOT><record>", "a.xml", "a.xml:2: "), (b"x" * (11 << 20), "a.txt", "a.txt: "),
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused_with_file_and_line(content, name, where):
    with pytest.raises(CannotBeParsed) as refusal:
        recognizing.read(content, name)

    assert str(refusal.value).startswith(where)


WASTEFUL = [
    b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\na\n\n" * 5_000, b"00:00:01,000 --> 00:00:02,000\na\n\n" * 5_000,
    b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v a" * 25_000, b"WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n" + b"b\n\n" * 5_000,
    *(unit * (100_000 // len(unit)) for unit in (
        b"<", b"a: ", b"[0:00] a ", b"1:", b"-", b"1,2,a\n", b"{\\", b"&lt", b"a" * 60 + b"\n", b"[", b"9", b"NOTE\n", b"STYLE\n\n",
        b"\xff", b'"', b"\n", b"-->\n", b"a-->", b". ", b"(1:1 ",
    )),
    b"1:1" + b" " * 100_000 + b":", b" " * 100_000 + b"a",
]  # fmt: skip


@pytest.mark.parametrize("content", WASTEFUL, ids=range(len(WASTEFUL)))
def test_no_file_takes_long(content):
    """A hundred times as much is taken: what is quadratic takes hours there, and seconds here."""
    began = time.process_time()
    for name in ("a.vtt", "a.txt"):
        with contextlib.suppress(CannotBeParsed):
            timing.settle(recognizing.read(content, name).cues, HOUR)
    assert time.process_time() - began < 4


def test_a_million_captions_are_refused_soon():
    caption = b"00:01.000 --> 00:02.000\na\n"
    with pytest.raises(CannotBeParsed, match=r"a\.vtt: "):  # by its size
        recognizing.read(b"WEBVTT\n\n" + caption * 1_000_000, "a.vtt")
    with pytest.raises(CannotBeParsed, match=r"a\.vtt:\d+: "):  # at the caption that is one too many
        recognizing.read(b"WEBVTT\n\n" + caption * (MOST_CUES + 1), "a.vtt")


def test_remarks_are_summed_up_with_their_first_lines():
    reading = recognizing.read(
        b"WEBVTT\n\n" + b"".join(b"0%d:01 --> 0%d:02\na\n\n" % (at, at) for at in range(9)), "a.vtt"
    )

    said = summed_up(reading.remarks)

    assert len(said) == 1
    assert said[0].times == 9
    assert said[0].lines == (3, 6, 9, 12, 15)


cues = st.lists(
    st.builds(
        Cue,
        text=st.text(alphabet="ab .", min_size=1, max_size=40)
        .filter(str.strip)
        .map(lambda text: " ".join(text.split())),
        start_ms=st.none() | st.integers(0, 200_000),
        end_ms=st.none() | st.integers(0, 200_000),
        speaker=st.sampled_from(["", "A", "B"]),
    ),
    max_size=12,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(cues, st.none() | st.integers(1, 150_000))
def test_whatever_the_times_all_words_are_kept_in_order_of_time_within_the_recording(given_cues, duration_ms):
    segments, _remarks = timing.settle(given_cues, duration_ms)

    assert sorted("".join(cue.text for cue in given_cues).replace(" ", "")) == sorted(
        "".join(segment.text for segment in segments).replace(" ", "")
    )
    assert all(segment.end_ms > segment.start_ms >= 0 for segment in segments)
    assert not overlapping(segments)
    assert duration_ms is None or all(segment.end_ms <= duration_ms for segment in segments)
    for segment in segments:
        assert " ".join(word.text for word in segment.words) == segment.text
        assert all(
            segment.start_ms <= word.start_ms <= word.end_ms <= segment.end_ms for word in segment.words
        )
