"""WebVTT as the parsers' own test files have it, and OHMS exports.

Where the standard drops a caption because its time is malformed, we keep its words: a transcript that loses what was
said is worse than one with a guessed time. Each such file is listed with what differs.
"""

import json
import re
from pathlib import Path

import pytest
from django.utils import translation

from oralhistory.transcripts.formats.reading import markup, recognizing, timing
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed, IndexPoint

DATA = Path(__file__).with_name("data") / "webvtt-wpt"
FILES = sorted((DATA / "wpt-file-parsing").glob("*.vtt"))
# Captions that the standard drops are all called "invalid" in these.
KEPT_ALL_THE_SAME = {
    "nulls",
    "timings-60",
    "timings-garbage",
    "timings-too-long",
    "timings-too-short",
    "whitespace-chars",
}
# In the text of a caption: what the standard drops or replaces, and we do not.
DIFFERENT_TEXTS = {
    ("text", "foo\x00bar\n"),  # U+FFFD there
    ("text", "text1\n\ntext2\n"),  # two captions there
    ("timestamps", "<0\n"),  # "<3" at an end is text
    ("timestamps", "<00:\x0000:00.500>\n"),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_give_the_captions_that_the_standard_expects(path):
    expected = path.with_suffix(".js").read_text()
    number = re.search(r"cues\.length, (\d+)", expected)
    try:
        found = list(recognizing.read(path.read_bytes(), path.name).cues)
    except CannotBeParsed:
        found = []
    if path.stem in KEPT_ALL_THE_SAME:
        assert any("invalid" in cue.text for cue in found)
        found = [cue for cue in found if "invalid" not in cue.text]
    if number:  # one file is about styles only
        assert len(found) == int(number[1])
    for at, key, value in re.findall(
        r"cues\[(\d+)\]\.(text|startTime|endTime), ['\"]?([^'\";)]*)['\"]?\)", expected
    ):
        cue = found[int(at)]
        if key == "text" and "\\u" not in value:
            assert cue.text == " ".join(value.split())
        elif key != "text" and float(value) < 1e6:
            assert {"startTime": cue.start_ms, "endTime": cue.end_ms}[key] == float(value) * 1000


@pytest.mark.parametrize(
    "path", sorted((DATA / "wpt-cue-parsing").glob("*.json")), ids=lambda path: path.stem
)
def test_the_text_and_the_voices_of_captions_are_those_that_the_standard_expects(path):
    for case in json.loads(path.read_text()):
        if (path.stem, case["text"]) in DIFFERENT_TEXTS:
            continue
        tree = case["expectedTree"]
        text = "".join("".join(re.findall(r'^\|\s*"(.*?)"$', tree, re.MULTILINE | re.DOTALL)).split())
        assert "".join("".join(said for _name, said in markup.voices(case["text"])).split()) == text, case
        if names := re.findall(r'title="(.*)"', tree):
            assert [name for name, _said in markup.voices(case["text"]) if name] == [
                name for name in names if name
            ]


NAMESPACES = [
    "", ' xmlns="https://www.weareavp.com/nunncenter/ohms"', ' xmlns="http://www.nunncenter.org/ohms"',
    ' xmlns="https://www.weareavp.com/nunncenter/ohms/ohms.xsd"',
]  # fmt: skip


def ohms(
    inside: str, namespace: str = NAMESPACES[1], head: str = '<?xml version="1.0" encoding="UTF-8"?>'
) -> bytes:
    return f'{head}\n<ROOT{namespace}><record id="1" dt="2020-02-18"><version>5.4</version>{inside}</record></ROOT>'.encode()


MINUTES = (
    "<sync>1:|3(2)|3(5)|99(1)|x</sync><transcript>INÉS: Uno dos.\n\nELENA: Tres cuatro cinco seis.[[footnote]]1[[/footnote]]\n"
    "[[footnotes]][[note]]Aside[[/note]][[/footnotes]]</transcript>"
)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_minute_marks_are_line_and_word_in_any_namespace(namespace):
    reading = recognizing.read(ohms(MINUTES, namespace), "a.xml")
    segments, _remarks = timing.settle(reading.cues, 180_000)

    assert [(each.speaker, each.text) for each in segments] == [
        ("INÉS", "Uno dos."),
        ("ELENA", "Tres cuatro cinco"),
        ("ELENA", "seis."),
    ]
    # The first mark is the first minute: before "Tres", the second word of the third line.
    assert [each.start_ms for each in segments] == [0, 60_000, 120_000]
    assert {remark.what for remark in reading.remarks} == {"comment", "sync_beyond_text", "sync_unreadable"}


def test_version_six_carries_webvtt_and_an_index():
    inside = (
        "<index><point><time>0</time><title>Infancia</title><synopsis>En el pueblo.</synopsis></point>"
        "<point><time/><title>Sin hora</title></point><point><time>61</time><title/><synopsis/></point></index>"
        "<vtt_transcript><![CDATA[WEBVTT\n\nNOTE\nTRANSCRIPTION BEGIN\n\n01:00:03.000 --> 01:00:18.000\n<v INÉS>  Uno.<br><br>Dos.\n\n"
        "01:00:18.000 --> 00:00:00.000\n<v ELENA>  Tres.\n\nNOTE\nTRANSCRIPTION END\n]]></vtt_transcript>"
    )
    reading = recognizing.read(ohms(inside), "a.xml")
    segments, _remarks = timing.settle(reading.cues, 60_000)

    assert [(each.start_ms, each.speaker, each.text) for each in segments] == [
        (3000, "INÉS", "Uno. Dos."),
        (18_000, "ELENA", "Tres."),
    ]
    assert reading.chapters == (IndexPoint(0, "Infancia", "En el pueblo."),)


@pytest.mark.parametrize(
    "broken",
    [
        ohms(MINUTES)
        .replace("Ñ".encode(), b"\xd1")
        .replace("É".encode(), b"\xc9"),  # Latin-1 in what says UTF-8
        ohms(MINUTES.replace("Uno", "A & B\x0bUno")),
    ],
)
def test_xml_that_is_nearly_right_is_read(broken):
    assert any("seis." in cue.text for cue in recognizing.read(broken, "a.xml").cues)


HOSTILE = {
    "billion laughs": '<!DOCTYPE a [<!ENTITY l "lol">'
    + "".join(f'<!ENTITY l{n} "{"&l;" * 10}">' for n in range(9))
    + "]>",
    "a file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "an address": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/trap.dtd">',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/trap">%x;]>',
}


@pytest.mark.parametrize("head", HOSTILE.values(), ids=HOSTILE)
def test_declarations_are_refused(head):
    with pytest.raises(CannotBeParsed):
        recognizing.read(ohms("<transcript>&x;</transcript>", head=head), "a.xml")


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 60_000, "<a " + " ".join(f'b{n}="c"' for n in range(100_000)) + "/>", "<a/>" * 300_000,
        "<transcript>No transcript.</transcript>", "<transcript>\n</transcript>", "",
    ],
    ids=["deep", "many attributes", "many elements", "none", "blank", "nothing"],
)  # fmt: skip
def test_what_holds_no_transcript_is_refused(inside):
    closing = "</a>" * 60_000 if inside.startswith("<a><a>") else ""
    with pytest.raises(CannotBeParsed):
        recognizing.read(ohms(inside + closing), "a.xml")


def test_inclusions_and_style_sheets_are_not_followed():
    inside = '<transcript>Uno <i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>dos.</transcript>'
    head = '<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.1:9/trap.xsl"?>'

    reading = recognizing.read(ohms(inside, head=head), "a.xml")

    assert [cue.text for cue in reading.cues] == ["Uno dos."]


def test_reasons_are_sentences_in_the_language_of_the_reader():
    with pytest.raises(CannotBeParsed) as refusal:
        recognizing.read(ohms("<transcript>No transcript.</transcript>"), "a.xml")

    with translation.override("en"):
        assert str(refusal.value) == "a.xml: There is no transcript in this OHMS file."
    with translation.override("es"):
        assert str(refusal.value) == "a.xml: En este archivo OHMS no hay transcripción."
