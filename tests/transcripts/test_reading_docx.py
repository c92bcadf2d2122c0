"""Transcripts in Word documents, as Word, LibreOffice and Google Docs write them, and as nobody should."""

import io
import zipfile

import docx as python_docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oralhistory.transcripts.formats.reading import package, recognizing, timing
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed, Heading, IndexPoint
from tests.transcripts import words_of_word as word
from tests.transcripts.words_of_word import bold, p, r, table

HOUR = 3_600_000


def read(data, name="a.docx"):
    """(start, speaker, text) of each cue, and the kinds of remarks."""
    reading = recognizing.read(data, name)
    assert reading.form == "Word"
    return [(cue.start_ms, cue.speaker, cue.text) for cue in reading.cues], {
        remark.what for remark in reading.remarks
    }


def refusal(data, name="a.docx"):
    with pytest.raises(CannotBeParsed) as refused:
        recognizing.read(data, name)
    return str(refused.value.sentence)


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


DIALOGUE = [(None, "Ana", "¿De dónde es usted?"), (None, "Inés", "De Sonsonate."), (None, "Ana", "¿Y eso?")]


@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.txt", "a", "a.vtt"])
def test_it_is_known_by_what_it_is_and_not_by_its_name(name):
    assert read(word.docx(p("Ana: ¿De dónde es usted?") + p("Ana: ¿Y eso?")), name)[0] == [
        (None, "Ana", "¿De dónde es usted?"),
        (None, "Ana", "¿Y eso?"),
    ]


def test_what_python_docx_writes_with_names_in_bold_letters():
    document = python_docx.Document()
    document.add_heading("Entrevista con Inés", 0)
    for _start, name, text in DIALOGUE:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}:").bold = True
        paragraph.add_run(f" {text}")

    assert read(saved(document)) == (DIALOGUE, {"headings_wait"})


@pytest.mark.parametrize(
    "written",
    [
        lambda name, text: p(bold(f"{name}: "), text),
        lambda name, text: p(bold(name), f": {text}"),
        lambda name, text: p(bold(name), "<w:r><w:tab/></w:r>", text),
        lambda name, text: p(bold(f"{name}:"), "<w:r><w:tab/></w:r>", text),
        lambda name, text: p(r(name[0], "<w:b/>"), bold(f"{name[1:]}:"), f" {text}"),
        lambda name, text: p(bold(f"{name}:")) + p(text),
        lambda name, text: p(bold(f"{name}:"), "<w:r><w:br/></w:r>", text),
        lambda name, text: p() + p(f"{name}: {text[:4]}", text[4:]) + p(),
        lambda name, text: p(r(f"{name}: ", '<w:b w:val="0"/>'), text),
    ],
)  # fmt: skip
def test_names_of_speakers_in_many_ways(written):
    body = "".join(written(name, text) for _start, name, text in [*DIALOGUE, (None, "Inés", "Pues sí.")])

    assert read(word.docx(body))[0] == [*DIALOGUE, (None, "Inés", "Pues sí.")]


def test_a_paragraph_is_one_however_it_ends_but_the_lines_of_a_page_are_none():
    answer = "Y entonces nos fuimos todos para la capital con lo que llevábamos puesto, nada más que eso"
    told = p("Ana: Uno.") + p(answer) + p(answer) + p("Ana: Dos.")
    page = p(f"ANA: {answer}") + p(answer) + p(answer) + p("y ya.") + p("INÉS: Así fue.")

    assert [row[1:] for row in read(word.docx(told))[0]] == [
        ("Ana", "Uno."),
        ("Ana", answer),
        ("Ana", answer),
        ("Ana", "Dos."),
    ]
    assert [len(row[2].split()) for row in read(word.docx(page))[0]] == [3 * 17 + 2, 2]


def test_a_name_in_bold_letters_is_one_although_it_comes_once():
    body = p(bold("Ana:"), " Hola.") + p("Dijo: nada.") + p("Nada.") + p("Nada más.")

    assert [row[1:] for row in read(word.docx(body))[0]][:2] == [("Ana", "Hola."), ("Ana", "Dijo: nada.")]


@pytest.mark.parametrize(
    "mark",
    ["[00:01:05] ", "(1:05) ", "00:01:05 ", "{1:05} ", "00:01:05 - ", "[00:01:05]<w:br/>", "00:01:05\t"],
)
def test_time_marks_are_those_of_a_text(mark):
    first, second = mark.split("<w:br/>")[0], "<w:r><w:br/></w:r>" if "<w:br/>" in mark else ""
    body = p("[00:00:00] ANA: Uno.") + p(r(first), second or r(""), bold("INÉS:"), " Dos.")

    assert read(word.docx(body))[0] == [(0, "ANA", "Uno."), (65_000, "INÉS", "Dos.")]


def test_headings_are_chapters_where_the_text_has_times():
    styles = (
        f'<w:styles xmlns:w="{word.W}"><w:style w:styleId="Ttulo1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="TDC1"><w:name w:val="toc 1"/></w:style></w:styles>'
    )
    body = (
        p("Infancia …… 1", style="TDC1") + p("Infancia", style="Ttulo1") + p("[0:05] INÉS: En el pueblo.")
        + p("[0:09] INÉS: Nada.", style="Ttulo1") + p("La guerra", style="Ttulo1") + p("[1:00] INÉS: Después.")
    )  # fmt: skip
    reading = recognizing.read(word.docx(body, styles=styles), "a.docx")

    assert reading.chapters == (IndexPoint(5000, "Infancia"), IndexPoint(60_000, "La guerra"))
    assert [cue.text for cue in reading.cues] == ["En el pueblo.", "Nada.", "Después."]
    assert {remark.what for remark in reading.remarks} >= {"table_of_contents"}


def test_without_times_headings_wait_for_them():
    body = (
        p("Infancia", style="Heading1") + p("Ana: Uno dos.") + p("Ana: Tres.") + p("La guerra", style="Heading2")
        + p("Ana: Cuatro.") + p("Fin", style="Heading1")
    )  # fmt: skip
    reading = recognizing.read(word.docx(body), "a.docx")

    assert reading.headings == (Heading(0, "Infancia"), Heading(12, "La guerra"))
    assert [(each.what, each.line) for each in reading.remarks] == [
        ("headings_wait", 1), ("headings_wait", 4), ("chapter_without_time", 6),
    ]  # fmt: skip


# Tables


@pytest.mark.parametrize(
    "rows",
    [
        [["Tiempo", "Hablante", "Texto"], ["0:05", "ANA", "¿Y usted?"], ["00:00:09", "INÉS", "De aquí."]],
        [["0:05", "ANA", "¿Y usted?"], ["[0:09]", "INÉS", "De aquí."]],
        [["0:05", "ANA: ¿Y usted?"], ["0:09", "INÉS: De aquí."]],
        [["Início", "Fim", "Falante", "Texto"], ["0:05", "0:07", "ANA", "¿Y usted?"], ["0:09", "0:12", "INÉS", "De aquí."]],
        [["Time", "Text"], ["0:05", "ANA: ¿Y usted?"], ["0:09", "INÉS: De\naquí."]],
    ],
)  # fmt: skip
def test_tables_in_their_kinds(rows):
    found = recognizing.read(word.docx(p("Cinta 1") + table(*rows)), "a.docx").cues
    segments, _remarks = timing.settle(found[1:], HOUR)

    assert [(each.start_ms, each.speaker, each.text) for each in segments] == [
        (5000, "ANA", "¿Y usted?"),
        (9000, "INÉS", "De aquí."),
    ]


@pytest.mark.parametrize("head", [[], ["Quién", "Texto"]])
def test_a_table_of_names_and_words_has_no_times(head):
    rows = [["Ana", "¿De dónde es usted?"], ["Inés", "De Sonsonate."], ["Ana", "¿Y eso?"]]

    assert read(word.docx(table(*([head] if head else []), *rows)))[0] == DIALOGUE


def test_a_table_of_another_kind_is_read_cell_by_cell():
    body = table(["1999", "cinta nueve, lado A", "x"], ["Ana: Uno.", "Ana: Dos.", ""])

    assert [row[2] for row in read(word.docx(body))[0]] == [
        "1999",
        "cinta nueve, lado A",
        "x",
        "Uno.",
        "Dos.",
    ]


def test_a_table_in_a_cell_is_text_of_the_cell():
    body = table(["0:01", "ANA: Uno."], ["0:05", f"{table(['dos', 'tres'])}{p('cuatro')}"])

    assert [row[2] for row in read(word.docx(body))[0]] == ["Uno.", "dos", "tres", "cuatro"]


# What Word knows and a text does not


def test_with_changes_tracked_what_was_added_is_read_and_what_was_deleted_is_not():
    body = (
        p("Ana: ", '<w:ins w:id="1">' + r("Sí ") + "</w:ins>", f"<w:del>{r('no')}<w:r><w:delText>nunca</w:delText></w:r></w:del>", "vine.")
        + f"<w:moveFrom>{r('fuera')}</w:moveFrom><w:p><w:moveTo>{r('Ana: Dentro')}</w:moveTo></w:p>"
        + f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('Ana: Una ')}</w:p>{p('sola.')}"
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>cnry</w:t></w:r></w:p></w:tc></w:tr>"
        + f"<w:tr><w:tc>{p('Ana: Queda.')}</w:tc></w:tr></w:tbl>"
    )  # fmt: skip

    rows, remarks = read(word.docx(body))

    assert [row[2] for row in rows] == ["Sí vine.", "Dentro", "Una sola.", "Queda."]
    assert remarks == {"tracked_changes"}


def test_notes_comments_and_hidden_text_are_left_out_and_that_is_said_by_paragraph():
    body = (
        p("Ana: Uno.") + p("Ana: Dos", '<w:r><w:footnoteReference w:id="2"/></w:r>', r(" cnry", "<w:vanish/>"), ".")
        + p("Ana: Tres", '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>', ".")
    )  # fmt: skip
    data = word.docx(body, footnotes="<cnry/>", comments="<cnry/>")

    reading = recognizing.read(data, "a.docx")

    assert [cue.text for cue in reading.cues] == ["Uno.", "Dos.", "Tres."]
    assert [(each.what, each.line) for each in reading.remarks] == [
        ("footnote", 2), ("hidden_text", 2), ("comment", 3),
    ]  # fmt: skip


def test_smart_tags_fields_controls_and_links_are_their_text():
    field = "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK cnry</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
    body = p(
        "Ana: ", f"<w:smartTag w:element='place'>{r('Sonsonate')}</w:smartTag>", " ", field, r("aquí"), "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        f"<w:fldSimple w:instr='DATE cnry'>{r(' ayer')}</w:fldSimple>", f"<w:hyperlink>{r(' y')}</w:hyperlink>",
        f"<w:sdt><w:sdtPr><w:alias w:val='cnry'/></w:sdtPr><w:sdtContent>{r(' hoy')}</w:sdtContent></w:sdt>",
        "<w:r><w:t>, ex</w:t><w:noBreakHyphen/><w:t>presa</w:t><w:softHyphen/><w:sym w:char='F0'/></w:r>",
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><a:t>cnry</a:t></mc:Choice></mc:AlternateContent></w:r>",
    )  # fmt: skip

    assert read(word.docx(body))[0] == [(None, "Ana", "Sonsonate aquí ayer y hoy, ex-presa")]


LIBRE_OFFICE = (
    '<w:p><w:pPr><w:pStyle w:val="Normal"/><w:bidi w:val="0"/><w:jc w:val="start"/><w:rPr><w:b/><w:bCs/></w:rPr></w:pPr>'
    '<w:r><w:rPr><w:b/><w:bCs/></w:rPr><w:t>Ana:</w:t></w:r><w:r><w:rPr><w:b w:val="false"/><w:bCs w:val="false"/></w:rPr>'
    '<w:t xml:space="preserve"> Uno</w:t></w:r><w:bookmarkStart w:id="0" w:name="x"/><w:bookmarkEnd w:id="0"/>'
    "<w:r><w:rPr></w:rPr><w:t> dos.</w:t></w:r></w:p><w:sectPr><w:type w:val='nextPage'/></w:sectPr>"
)
GOOGLE_DOCS = (
    '<w:sdt><w:sdtPr><w:tag w:val="goog_rdk_0"/></w:sdtPr><w:sdtContent><w:p w:rsidR="00000000"><w:pPr><w:rPr><w:b w:val="1"/>'
    '</w:rPr></w:pPr><w:sdt><w:sdtPr><w:tag w:val="goog_rdk_1"/></w:sdtPr><w:sdtContent><w:r w:rsidRPr="00000000"><w:rPr>'
    '<w:b w:val="1"/><w:bCs w:val="1"/><w:rtl w:val="0"/></w:rPr><w:t xml:space="preserve">Ana: </w:t></w:r></w:sdtContent></w:sdt>'
    '<w:r><w:rPr><w:rtl w:val="0"/></w:rPr><w:t xml:space="preserve">Uno dos.</w:t></w:r></w:p></w:sdtContent></w:sdt>'
)
FORMAT_CHANGED = (
    "<w:p><w:pPr><w:pPrChange w:id='1'><w:pPr><w:pStyle w:val='Heading1'/></w:pPr></w:pPrChange></w:pPr><w:r><w:rPr><w:b/>"
    "<w:rPrChange w:id='2'><w:rPr><w:b w:val='0'/><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>Ana:</w:t></w:r>"
    "<w:r><w:t xml:space='preserve'> Uno dos.</w:t></w:r></w:p>"
)


@pytest.mark.parametrize("body", [LIBRE_OFFICE, GOOGLE_DOCS, FORMAT_CHANGED])
def test_the_ways_of_several_programs_say_the_same(body):
    assert read(word.docx(body)) == ([(None, "Ana", "Uno dos.")], set())


def test_a_text_box_is_read_once_and_after_its_anchor():
    box = f"<w:txbxContent>{p('Ana: En la caja.')}</w:txbxContent>"
    body = p(
        "Ana: Antes.",
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        " Y más.",
    ) + p("Ana: Después.")

    assert [row[2] for row in read(word.docx(body))[0]] == ["Antes. Y más.", "En la caja.", "Después."]


def test_only_a_fallback_is_better_than_nothing():
    body = p(f"<mc:AlternateContent><mc:Fallback>{r('Ana: Sí.')}</mc:Fallback></mc:AlternateContent>") + p(
        "Ana: No."
    )

    assert [row[2] for row in read(word.docx(body))[0]] == ["Sí.", "No."]


# Packages that are not as they should be


BODY = p("Ana: Uno.") + p("Ana: Dos.")


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": word.document(BODY)},  # neither types nor relations
        {"[Content_Types].xml": "<Types/>", "_rels/.rels": word.relations("word/document2.xml"), "word/document2.xml": word.document(BODY)},
        {"_rels/.rels": word.relations("/word/document.xml"), "word/document.xml": word.document(BODY)},
        {"_rels/.rels": word.relations("nowhere.xml"), "word/document.xml": word.document(BODY)},
        {"_rels/.rels": "<broken", "word/document.xml": word.document(BODY)},
        {"_RELS\\.RELS": word.relations("Word\\Document.xml"), "Word\\Document.xml": word.document(BODY)},
        {"_rels/.rels": word.relations("doc.xml", "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"),
         "doc.xml": word.document(BODY, namespace=word.STRICT)},
        {"word/document.xml": word.document(BODY, head='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")},
        {"word/document.xml": word.document(BODY), "word/styles.xml": "<broken"},
        {"word/document.xml": word.document(BODY), "word/vbaProject.bin": b"cnry", "customXml/item1.xml": "<cnry/>"},
    ],
)  # fmt: skip
def test_packages_that_are_nearly_right_are_read(parts):
    assert [row[2] for row in read(word.zipped(parts))[0]] == ["Uno.", "Dos."]


HEAD = '<?xml version="1.0"?>'
HOSTILE = {
    "billion laughs": HEAD + '<!DOCTYPE a [<!ENTITY l "lol">' + "".join(f'<!ENTITY l{n} "{"&l;" * 10}">' for n in range(9)) + "]>",
    "a file": HEAD + '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "an address": HEAD + '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/trap.dtd">',
}  # fmt: skip


@pytest.mark.parametrize("head", HOSTILE.values(), ids=HOSTILE)
def test_declarations_are_refused(head):
    data = word.zipped({"word/document.xml": word.document(p("Ana: &x;"), head=head)})

    assert "entidades" in refusal(data)


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        (BODY + "<!--" + "x" * (40 << 20) + "-->", "más"),  # megabytes out of kilobytes
        ("<w:p/>" * 20_001, "más"),
        ("<w:p>" * 1000 + "</w:p>" * 1000, "más"),
        (p("x" * 2_100_000), "texto"),
        (p(), "texto"),
        ("<w:p", "dañado"),
    ],
    ids=["bomb", "elements", "deep", "letters", "nothing", "broken"],
)
def test_what_is_more_or_less_than_a_transcript_is_refused(inside, what, monkeypatch):
    monkeypatch.setattr(package, "MOST_ELEMENTS", 20_000)

    assert what in refusal(word.docx(inside))


def with_password():
    """An entry that says it is encrypted."""
    data = bytearray(word.docx(BODY))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = data.find(signature)
        while found >= 0:
            data[found + at] |= 1
            found = data.find(signature, found + 4)
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (OLE + b"\x00" * 600, ".doc"), (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "contraseña"),
        (with_password(), "contraseña"), (word.docx(BODY)[:-30], "dañado"), (word.docx(BODY)[:300], "dañado"),
        (word.zipped({"xl/workbook.xml": "<a/>", "_rels/.rels": word.relations("xl/workbook.xml")}), "otro tipo"),
        (word.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "otro tipo"),
        (word.zipped({"fotos/uno.txt": "uno"}), "otro tipo"), (word.zipped({str(n): "" for n in range(6000)}), "partes"),
    ],
)  # fmt: skip
def test_what_is_no_word_document_is_refused_in_words(data, what):
    assert what in refusal(data)


def test_a_part_that_is_damaged_is_no_surprise():
    data = bytearray(word.docx(BODY * 50))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as whole:
        at = whole.getinfo("word/document.xml").header_offset
    data[at + 60 : at + 90] = b"\xff" * 30

    assert "dañado" in refusal(bytes(data))


def test_no_size_that_is_declared_is_believed(monkeypatch):
    monkeypatch.setattr(package, "MOST_BYTES", 10_000)

    assert "más" in refusal(word.docx(BODY * 500))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "Ana: ", "[0:05] ", "[0:05] INÉS: ", "INÉS\t"]),
            st.text(alphabet="ab é.", min_size=1, max_size=30).filter(str.strip),
            st.sampled_from(["p", "bold", "box", "row", "ins"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_word_is_lost_and_none_comes_twice(parts):
    written = {
        "p": p, "bold": lambda text: p(bold(text)), "row": lambda text: table(["", text]),
        "ins": lambda text: p(f"<w:ins>{r(text)}</w:ins>"),
        "box": lambda text: p(f"<w:r><w:pict><w:txbxContent>{p(text)}</w:txbxContent></w:pict></w:r>"),
    }  # fmt: skip
    body = "".join(written[how](f"{head}{text}") for head, text, how in parts)

    rows, _remarks = read(word.docx(body))

    heard = "".join(row[1] + row[2] for row in rows)
    for letter in "abé.":
        expected = sum(text.count(letter) for _head, text, _how in parts)
        names = sum(row[1].casefold().count(letter) for row in rows)
        assert heard.casefold().count(letter) - names >= expected - names
