import json

import pytest

from oralhistory.transcripts.formats import plain, transcript_json, webvtt
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import Word

SEGMENTS = [
    TimedSegment(0, 1500, "¿Cómo empezó?", speaker="Entrevistadora"),
    TimedSegment(
        2000,
        3_723_004,
        "Mire,\n\nyo nací <allá> & aquí --> así.",
        speaker="Elena <R&B>\n",
        flags=("improbable",),
        words=(Word(2000, 2100, "Mire,", 0.5),),
        cue_id="k3f9",
    ),
]


def test_webvtt_says_each_segment_as_a_cue_with_its_voice():
    assert webvtt.write(SEGMENTS, notes=["Machine-made --> unchecked"]) == (
        "WEBVTT\n\n"
        "NOTE\nMachine-made → unchecked\n\n"
        "00:00:00.000 --> 00:00:01.500\n"
        "<v Entrevistadora>¿Cómo empezó?\n\n"
        "k3f9\n"
        "00:00:02.000 --> 01:02:03.004\n"
        "<v Elena &lt;R&amp;B&gt;>Mire, yo nací &lt;allá&gt; &amp; aquí --&gt; así.\n"
    )


def test_webvtt_of_nothing_is_still_webvtt():
    assert webvtt.write([]) == "WEBVTT\n"


@pytest.mark.parametrize("text", ["a\n\nb", "a\r\n\r\nb", "a --> b", "<c.x>a</c>", "&amp;", "a\u2028b"])
def test_no_text_leaves_its_cue(text):
    written = webvtt.write([TimedSegment(0, 1, text), TimedSegment(1, 2, "z")])

    blocks = written.rstrip("\n").split("\n\n")
    assert len(blocks) == 3
    assert all(block.count("-->") == 1 for block in blocks[1:])
    assert "<" not in written


def test_plain_text_names_a_speaker_when_it_changes():
    more = [*SEGMENTS, TimedSegment(4_000_000, 4_000_500, "Sí.", speaker="Elena <R&B>\n")]

    assert plain.write(more, times=True) == (
        "[0:00] Entrevistadora: ¿Cómo empezó?\n\n"
        "[0:02] Elena <R&B>\n: Mire, yo nací <allá> & aquí --> así.\n"
        "[1:06:40] Sí.\n"
    ).replace("\n:", ":")
    assert plain.write([]) == ""


def test_our_json_is_what_was_promised():
    written = json.loads(
        transcript_json.write(SEGMENTS, engine="fake", model="base", language="es", duration_ms=5000)
    )

    assert list(written) == ["engine", "model", "language", "duration_ms", "segments"]
    assert written["segments"][1] == {
        "start_ms": 2000,
        "end_ms": 3_723_004,
        "text": SEGMENTS[1].text,
        "speaker": SEGMENTS[1].speaker,
        "flags": ["improbable"],
        "words": [{"start_ms": 2000, "end_ms": 2100, "text": "Mire,", "probability": 0.5}],
    }
