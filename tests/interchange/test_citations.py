"""Citations as the manuals have them. Expected strings are written by hand after the manuals, not copied from the processor.

Chicago 18 (notes; 13.15 on days of access), APA 7 (an interview in an archive), MLA 9 (5.111 on days of access).
"""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from django.utils import translation

from oralhistory.editions.models import Edition, Standing
from oralhistory.interchange import citations
from oralhistory.interchange.citations import Passage

DAY = date(2026, 3, 1)
ADDRESS = "http://127.0.0.1:8000/testimonies/abcdefgh2345/"
MOMENT = Passage(138_000, 160_000, "bbbbbbbb")
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "csl-data.json").read_text())


def edition(**fields) -> Edition:
    given = {
        "number": 2, "title": "Las calles del ochenta", "narrators": ["Elena R."], "held_on": "1998", "place": "Ciudad de México",
        "collection": "Comités de México", "languages": ["es"], "summary": "", "audio_key": "aa", **fields,
    }  # fmt: skip
    return Edition(standing=Standing(public_id="abcdefgh2345"), **given)


def cited(made: Edition, style: str, language: str, passage: Passage | None = None):
    found = citations.in_every_style(made, at=DAY, passage=passage, languages=[language])
    return next(each for each in found if each.style == style)


@pytest.mark.parametrize(
    ("style", "language", "expected"),
    [
        (
            "chicago",
            "es",
            "Elena R., “Las calles del ochenta”, testimonio oral, 2a ed., Comités de México, 1998, 2:18–2:40, "
            f"Archivo de la Solidaridad, consultado el 1 de marzo de 2026, {ADDRESS}m/bbbbbbbb/.",
        ),
        (
            "chicago",
            "en",
            "Elena R., “Las calles del ochenta,” oral testimony, 2nd ed., Comités de México, 1998, 2:18–2:40, "
            f"Archivo de la Solidaridad, accessed March 1, 2026, {ADDRESS}m/bbbbbbbb/.",
        ),
        (
            "apa",
            "es",
            "Elena R. (1998). Las calles del ochenta [Testimonio oral, ed. 2]. Comités de México. Archivo de la Solidaridad. "
            f"Recuperado el 1 de marzo de 2026, de {ADDRESS}m/bbbbbbbb/\n(Elena R., 1998, 2:18–2:40)",
        ),
        (
            "apa",
            "en",
            "Elena R. (1998). Las calles del ochenta [Oral testimony, ed. 2]. Comités de México. Archivo de la Solidaridad. "
            f"Retrieved March 1, 2026, from {ADDRESS}m/bbbbbbbb/\n(Elena R., 1998, 2:18–2:40)",
        ),
        (
            "mla",
            "es",
            "Elena R. “Las calles del ochenta”. Testimonio oral. 2a ed., Comités de México, 1998, Archivo de la Solidaridad, "
            f"{ADDRESS}m/bbbbbbbb/. Consultado el 1 de marzo de 2026.\n(Elena R. 2:18–2:40)",
        ),
        (
            "mla",
            "en",
            "Elena R. “Las calles del ochenta.” Oral testimony. 2nd ed., Comités de México, 1998, Archivo de la Solidaridad, "
            f"{ADDRESS}m/bbbbbbbb/. Accessed 1 Mar. 2026.\n(Elena R. 2:18–2:40)",
        ),
    ],
)
def test_a_moment_is_cited_as_the_manual_says(style, language, expected):
    assert cited(edition(), style, language, MOMENT).copied == expected


def test_a_title_stands_once_in_the_place_of_a_name_that_is_not_said():
    nameless = edition(narrators=[], held_on="", number=1)

    assert cited(nameless, "apa", "en").reference.startswith(
        "<i>Las calles del ochenta</i>. (n.d.). [Oral testimony, ed. 1]. "
    )
    for style in citations.STYLES:
        assert cited(nameless, style, "es").copied.count("Las calles del ochenta") == 1


@pytest.mark.parametrize("style", ["chicago", "mla"])
def test_an_edition_is_feminine_in_portuguese(style):
    assert " 2ª ed., " in cited(edition(), style, "pt").copied


def test_a_testimony_that_is_titled_with_its_narrators_name_says_it_once():
    said = cited(edition(title="Elena R."), "chicago", "es").copied
    assert said.startswith("Elena R., testimonio oral, 2a ed., ")


def test_what_people_wrote_is_text_and_no_markup_and_keeps_its_letters():
    wild = cited(edition(title="Una <b>voz</b> & <i>otra</i>", languages=["en"]), "apa", "en")

    assert "<i>Una &lt;b&gt;voz&lt;/b&gt; &amp; &lt;i&gt;otra&lt;/i&gt;</i>" in wild.reference
    assert "Una <b>voz</b> & <i>otra</i>" in wild.copied
    assert "Comités de México" in wild.copied  # and not "Comités De México", as titles in English are written


def test_a_pattern_is_filled_by_the_page():
    with translation.override("es"):
        pattern = citations.pattern(edition(), at=DAY)
        assert pattern.count("{time}") == pattern.count("{address}") == 1
        filled = pattern.replace("{time}", MOMENT.time).replace("{address}", f"{ADDRESS}m/bbbbbbbb/")
        assert filled == citations.chicago(edition(), at=DAY, passage=MOMENT)


@pytest.mark.parametrize("fields", [{}, {"narrators": [], "held_on": "", "place": "", "languages": []}])
def test_csl_json_is_as_its_schema_says_and_has_edition_time_and_day(fields):
    found = json.loads(citations.csl_json(edition(**fields), at=DAY, passage=Passage(138_000)))

    jsonschema.validate(found, SCHEMA)
    assert (found[0]["edition"], found[0]["note"]) == (2, "2:18")
    assert found[0]["accessed"] == {"date-parts": [[2026, 3, 1]]}
    assert found[0]["URL"] == f"{ADDRESS}#t=138"


def test_bibtex_and_ris_have_the_passage():
    made = edition()
    assert "note = {2:18--2:40}" in citations.bibtex(made, at=DAY, passage=MOMENT)
    assert f"url = {{{ADDRESS}m/bbbbbbbb/}}" in citations.bibtex(made, at=DAY, passage=MOMENT)
    assert "N1  - 2:18–2:40\r\n" in citations.ris(made, at=DAY, passage=MOMENT)
