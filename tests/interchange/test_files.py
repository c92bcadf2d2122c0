"""What leaves the archive as a file says what it is, and nothing that is withheld."""

import json
import re
from datetime import date

import pytest
from django.utils import translation

from oralhistory.editions import public
from oralhistory.interchange import citations, transcripts
from tests.factories import EditionFactory, StandingFactory

pytestmark = pytest.mark.django_db

SEGMENTS = [
    {"text": "¿Cómo -->\n\nempezó?", "asks": True, "speaker": "", "cue_id": "aaaaaaaa"},
    {"text": "Entre <b>amigos</b> & compañeros.", "speaker": "Elena > X", "cue_id": "bbbbbbbb"},
    {"text": "", "words": [], "withheld": True, "cue_id": "cccccccc"},
]


def edition(**fields):
    made = EditionFactory(
        standing=StandingFactory(public_id="abcdefgh2345"),
        number=3,
        title="Elena {1} & otras",
        segments=SEGMENTS,
        **fields,
    )
    found = public.find(made.public_id)
    return found, public.segments(found)


def test_webvtt_keeps_every_text_inside_its_cue():
    text = transcripts.webvtt(*edition())
    assert text.startswith("WEBVTT\n\nNOTE\n")
    cues = [block for block in text.split("\n\n") if re.match(r"\w{8}\n", block)]
    assert len(cues) == 2
    assert text.count("-->") == 2
    assert "<v Elena &gt; X>Entre &lt;b&gt;amigos&lt;/b&gt; &amp; compañeros." in text


def test_every_file_says_its_edition_and_whose_hand_the_text_is():
    unchecked = edition(making={"engine": "faster-whisper", "model": "base", "checked": False})
    for write in (
        transcripts.webvtt,
        transcripts.as_json,
        lambda *given: transcripts.plain_text(
            *given, interviewer="Entrevistador", withheld="…", notes="Notas"
        ),
    ):
        text = write(*unchecked)
        assert "faster-whisper base" in text
        assert "unchecked" in text or "sin revisar" in text or "não revisado" in text
        assert "3" in text


def test_a_text_that_was_brought_is_not_said_to_be_a_machines():
    found = edition(making={"engine": "", "model": "", "brought": True, "checked": True})
    with translation.override("en"):
        text = transcripts.webvtt(*found)
    assert "Text brought from elsewhere, checked by people." in text
    assert "machine" not in text


def test_json_has_times_words_and_gaps():
    record = json.loads(transcripts.as_json(*edition()))
    assert record["id"] == "abcdefgh2345"
    assert record["segments"][2] == {"id": "cccccccc", "start_ms": 20000, "end_ms": 29500, "withheld": True}
    assert record["segments"][1]["words"][0] == {"start_ms": 10000, "end_ms": 12375, "text": "Entre"}


def test_plain_text_names_speakers_and_gaps():
    text = transcripts.plain_text(
        *edition(), interviewer="Entrevistador", withheld="pasaje reservado", notes="Notas"
    )
    assert "[0:00] Entrevistador: ¿Cómo --> empezó?" in text
    assert "[0:20] [pasaje reservado]" in text


def test_bibtex_and_ris_are_well_formed():
    made, _ = edition()
    bibtex = citations.bibtex(made, at=date(2026, 3, 1))
    assert r"title = {{Elena \{1\} \& otras}}" in bibtex
    ris = citations.ris(made, at=date(2026, 3, 1))
    assert ris.startswith("TY  - SOUND\r\n")
    assert ris.endswith("ER  - \r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in ris.split("\r\n")[:-1])
