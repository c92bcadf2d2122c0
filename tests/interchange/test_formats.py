"""A testimony's text in every format: what each says of itself, where its gaps are, and who may have it."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import docx
import pytest
import srt
from django.utils import translation
from pypdf import PdfReader

from oralhistory.editions import public
from oralhistory.interchange import contents, formats
from oralhistory.transcripts.formats.reading import recognizing, timing
from tests import world as worlds
from tests.factories import VeilFactory
from tests.interchange import exported

pytestmark = pytest.mark.django_db

TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
WORDS = {
    "es": ("Edición 2, 2026-", "a máquina y sin revisar", "consultado el 29 de noviembre de 2026", "Las palabras son de quienes las dijeron"),
    "en": ("Edition 2, 2026-", "machine-made and unchecked", "accessed November 29, 2026", "The words belong to those who said them"),
    "pt": ("Edição 2, 2026-", "por máquina e sem conferência", "acesso em 29 de novembro de 2026", "As palavras são de quem as disse"),
}  # fmt: skip


def of(edition, language="es"):
    found = public.find(edition.public_id)
    return contents.of(found, language=language, on=date(2026, 11, 29))


def written(edition, code, language="es"):
    with translation.override(language):
        return formats.BY_CODE[code].write(of(edition, language))


def text_of(code: str, content: bytes) -> str:
    """What a reader of a file sees."""
    if code == "pdf":
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        return " ".join(text.split())
    if code == "docx":
        return " ".join(" ".join(each.text for each in docx.Document(io.BytesIO(content)).paragraphs).split())
    return content.decode()


@pytest.fixture
def elena():
    exported.organization()
    return exported.publish()


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_every_file_says_edition_whose_hand_citation_and_rights_in_the_language_of_the_page(elena, language):
    texts = {code: text_of(code, written(elena, code, language)) for code in formats.BY_CODE}
    lacking = {
        (code, words) for code, text in texts.items() for words in WORDS[language] if words not in text
    }
    assert lacking == set()


def test_no_file_bridges_a_gap_or_says_how_long_the_words_were(elena):
    captions = list(srt.parse(written(elena, "srt").decode(), ignore_errors=False))
    assert [caption.index for caption in captions] == [1, 2, 3, 4, 5, 6]
    assert (captions[1].end.total_seconds(), captions[2].start.total_seconds()) == (19.5, 40)
    assert captions[-1].start.total_seconds() == 134  # what the file is comes after the last word

    root = ElementTree.fromstring(written(elena, "tei"))  # noqa: S314  # our own
    (gap,) = root.iter(f"{TEI}gap")  # of two passages that are kept out
    assert gap.attrib == {"reason": "redacted", "start": "#T20000", "end": "#T39500"}

    for code in formats.BY_CODE:  # nor who spoke there, or in which language
        text = text_of(code, written(elena, code))
        assert not any(word in text for word in ("Quien calla", '"nah"', "QUIEN CALLA")), code
    for code in ("txt", "docx", "pdf", "ohms"):
        text = text_of(code, written(elena, code))
        gaps = 2 if code == "ohms" else 1  # in the translation too
        assert text.count("[un pasaje que no se publica]") == gaps, code
        assert text.index("compañeros.") < text.index("[un pasaje") < text.index("And then we left."), code


def test_tei_names_everybody_it_refers_to_and_its_times_go_forward(elena):
    root = ElementTree.fromstring(written(elena, "tei"))  # noqa: S314
    ids = [each.get(XML_ID) for each in root.iter() if each.get(XML_ID)]
    referred = [
        each.get(name)
        for each in root.iter()
        for name in ("who", "start", "end", "since", "origin", "from")
        if each.get(name)
    ]
    assert len(ids) == len(set(ids))
    assert {each.removeprefix("#") for each in referred} <= set(ids)
    times = [int(when.get("interval", "0")) for when in root.iter(f"{TEI}when")]
    assert times == sorted(set(times))
    said = {each.get(XML_ID): each for each in root.iter(f"{TEI}u")}
    (named,) = said["cue-2bbbbbbb"].findall(f"{TEI}orgName")
    assert (named.text, named.get("ref")) == ("FMLN", "http://127.0.0.1:8000/organizations/fmln-sv/")
    assert said["cue-aaaaaaaa"].get("who") == "#interviewer"
    assert [each.text for each in root.iter(f"{TEI}persName")] == ["Elena"]
    assert "How did it begin?" in [each.text for each in root.iter(f"{TEI}span")]


def test_an_ohms_file_comes_back_with_its_minutes_chapters_and_subjects(elena):
    reading = recognizing.read(written(elena, "ohms", "en"), "a.xml")
    segments, _remarks = timing.settle(reading.cues, 140_000)

    last = segments[-1]
    assert (last.start_ms, last.text) == (
        120_000,
        "Eso es todo.",
    )  # the third minute begins with its first word
    assert {each.speaker for each in segments} >= {"ELENA", "INTERVIEWER"}
    first, second = reading.chapters
    assert (first.start_ms, first.title, first.synopsis) == (
        10_000,
        "La imprenta & el exilio",
        "De dónde venía <ella>.",
    )
    assert (first.subjects, second.title) == (("Exile", "Imprenta"), "El regreso")
    text = written(elena, "ohms", "en").decode()
    assert "<transcript_alt_lang>en</transcript_alt_lang>" in text
    assert re.search(r"<gps>12\.\d+, -86\.\d+</gps>", text)  # Managua


def test_a_word_document_has_headings_styles_and_languages_and_comes_back_with_its_speakers(elena):
    content = written(elena, "docx", "en")
    document = docx.Document(io.BytesIO(content))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings == ["La imprenta & el exilio", "El regreso", "Notes", "Index of organizations"]
    (gap,) = [each for each in document.paragraphs if each.style.name == "Gap"]
    assert gap.text == "[0:20] [a passage that is not published]"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert 'w:lang w:val="es-MX"' in package.read("word/styles.xml").decode()
        assert 'w:lang w:val="en-US"' in package.read("word/document.xml").decode()
        assert b"python-docx" not in package.read("docProps/core.xml")
    cues = recognizing.read(content, "a.docx").cues
    assert ("Elena", 10_000) in [(cue.speaker, cue.start_ms) for cue in cues]
    assert content == written(elena, "docx", "en")  # the same file at every download


def test_a_pdf_can_be_read_aloud(elena):
    paper = PdfReader(io.BytesIO(written(elena, "pdf")))
    root = paper.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("es", True)
    assert paper.metadata.title == "Elena {1} & <otras>"
    assert [each.title for each in paper.outline[1]] == [
        "La imprenta & el exilio", "El regreso", "Notas", "Índice de organizaciones",
    ]  # fmt: skip


@pytest.mark.parametrize("code", formats.BY_CODE)
def test_a_file_is_named_kept_and_open_as_its_testimony_allows(client, elena, code):
    address = f"/testimonies/{elena.public_id}/transcript.{code}"
    answer = client.get(address)

    ending = formats.BY_CODE[code].ending
    assert answer.headers["Content-Disposition"] == f'inline; filename="abcdefgh2345-edition-2.{ending}"'
    assert answer.headers["Content-Type"] == formats.BY_CODE[code].content_type
    assert (answer.headers["Cache-Control"], answer.headers["Access-Control-Allow-Origin"]) == (
        "no-cache",
        "*",
    )
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304

    for withheld in ("download", "text"):
        elena.uses = exported.without(withheld)
        elena.save()
        assert client.get(address).status_code == 404


def test_a_translation_is_a_file_of_its_own_with_no_line_that_is_not_translated(client, elena):
    text = client.get(f"/testimonies/{elena.public_id}/captions.en.vtt").content.decode()
    assert text.count("-->") == 2
    assert "<v Elena>With the FMLN, friends." in text
    assert client.get(f"/testimonies/{elena.public_id}/captions.pt.vtt").status_code == 404


def test_what_is_veiled_or_redacted_is_in_no_file_either_packed_or_typeset(client, tmp_path):
    world = worlds.build()
    interview = worlds.published(world, tmp_path)
    veiled = exported.publish("veiled234567")
    VeilFactory(edition=veiled, start_ms=11_000, end_ms=12_000)

    for code in ("pdf", "docx"):
        answer = client.get(f"/testimonies/{interview.public_id}/transcript.{code}")
        text = text_of(code, answer.content)
        assert "llenábamos las calles" in text
        assert not any(secret in text for secret in (worlds.CANARY, "Ramiro", "Colima"))
        text = text_of(code, client.get(f"/testimonies/{veiled.public_id}/transcript.{code}").content)
        assert "¿Cómo --> empezó?" in text
        assert not any(words in text for words in ("amigos", "Así se decían", "La imprenta"))
