"""A testimony as a Word document: real headings and styles, the language of each passage, no property but what is public."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from oralhistory.interchange import labels, xml
from oralhistory.interchange.contents import Contents, Gap, Turn, chapters, spoken_of, statements
from oralhistory.lib import timecodes

_SOFT = RGBColor(0x65, 0x5A, 0x4D)
# A package holds the hour at which it was written: the same edition would be another file at every download.
_NO_DAY = (1980, 1, 1, 0, 0, 0)
_LOCALES = {"es": "es-MX", "pt": "pt-BR", "en": "en-US"}
# Of an organization in the index: nobody looks at more of them on paper.
_MOST_MOMENTS = 60


def write(contents: Contents) -> bytes:
    document = docx.Document()
    _styles(document, contents)
    _properties(document, contents)
    _opening(document, contents)
    notes: list[str] = []
    for chapter in chapters(contents):
        if chapter.title:
            _say(document, chapter.title, "Heading 1")
        if chapter.synopsis:
            _say(document, chapter.synopsis, "Synopsis")
        for part in chapter.parts:
            if isinstance(part, Gap):
                text = f"[{timecodes.clock(part.start_ms)}] [{_('a passage that is not published')}]"
                _say(document, text, "Gap", contents.language)
            else:
                _turn(document, part, contents, notes)
    _lists(document, contents, notes)
    return _packed(document)


def _styles(document: Any, contents: Contents) -> None:
    styles = document.styles
    language = styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    language.set(qn("w:val"), _locale(contents.spoken))
    styles["Normal"].font.name = "Georgia"
    styles["Normal"].font.size = Pt(11)
    made: list[tuple[str, WD_STYLE_TYPE, Callable[[Any], None]]] = [
        ("Turn", WD_STYLE_TYPE.PARAGRAPH, _nothing),
        ("Synopsis", WD_STYLE_TYPE.PARAGRAPH, _italic),
        ("Gap", WD_STYLE_TYPE.PARAGRAPH, _soft),
        ("Statement", WD_STYLE_TYPE.PARAGRAPH, _soft),
        ("Speaker", WD_STYLE_TYPE.CHARACTER, _bold),
        ("Time", WD_STYLE_TYPE.CHARACTER, _soft),
    ]
    for name, kind, dress in made:
        style = styles.add_style(name, kind)
        if kind == WD_STYLE_TYPE.PARAGRAPH:
            style.base_style = styles["Normal"]
        dress(style)
        style.quick_style = True


def _nothing(style: Any) -> None: ...


def _italic(style: Any) -> None:
    style.font.italic = True


def _bold(style: Any) -> None:
    style.font.bold = True


def _soft(style: Any) -> None:
    style.font.color.rgb = _SOFT
    style.font.size = Pt(9.5)


def _properties(document: Any, contents: Contents) -> None:
    edition, properties = contents.edition, document.core_properties
    properties.title = xml.clean(edition.title)
    properties.author = labels.ARCHIVE
    properties.last_modified_by = ""
    properties.comments = labels.making(edition)
    properties.keywords = ""
    properties.identifier = labels.address(edition)
    properties.language = _locale(contents.spoken)
    properties.version = str(edition.number)
    properties.revision = 1
    for moment in ("created", "modified"):
        setattr(properties, moment, edition.published_at.replace(tzinfo=None, microsecond=0))


def _opening(document: Any, contents: Contents) -> None:
    edition = contents.edition
    title, *rest = statements(contents)
    _say(document, title, "Title")
    for text in filter(None, [", ".join(edition.narrators), edition.summary]):
        _say(document, text, "Normal")
    if edition.warnings:
        _say(document, edition.warnings, "Synopsis")
    for text in rest:
        _say(document, text, "Statement", contents.language)


def _turn(document: Any, turn: Turn, contents: Contents, notes: list[str]) -> None:
    for number, segments in enumerate(turn.paragraphs):
        paragraph = _paragraph(document, "Turn")
        _run(paragraph, f"[{timecodes.clock(segments[0].start_ms)}] ", "Time")
        if turn.name and not number:
            _run(paragraph, f"{turn.name}: ", "Speaker", "" if turn.speaker else contents.language)
        for at, segment in enumerate(segments):
            text = " ".join(segment.text.split())
            for each in segment.notes:
                about = f"«{each['about']}»: " if each["about"] else ""
                notes.append(f"{about}{each['text']}")
                text += f" [{len(notes)}]"
            language = segment.language if segment.language != contents.spoken else ""
            _run(paragraph, f" {text}" if at else text, "", language)


def _lists(document: Any, contents: Contents, notes: Iterable[str]) -> None:
    notes = list(notes)
    if notes:
        _say(document, _("Notes"), "Heading 1", contents.language)
        for number, note in enumerate(notes, 1):
            _say(document, f"[{number}] {note}", "Normal")
    if named := spoken_of(contents):
        _say(document, _("Index of organizations"), "Heading 1", contents.language)
        for record, mentions in named:
            at = ", ".join(timecodes.clock(each.start_ms) for each in mentions[:_MOST_MOMENTS])
            paragraph = _paragraph(document, "Normal")
            _run(paragraph, f"{record.name}: ", "", record.language)
            _run(paragraph, at, "Time")


def _say(document: Any, text: str, style: str, language: str = "") -> None:
    _run(_paragraph(document, style), text, "", language)


def _paragraph(document: Any, style: str) -> Any:
    """Styles are set by their ids: looked up by name, those of a long transcript take two seconds."""
    paragraph = document.add_paragraph()
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def _run(paragraph: Any, text: str, style: str, language: str = "") -> None:
    run = paragraph.add_run(xml.clean(text))
    if style:
        run._r.style = style
    if language:
        said = OxmlElement("w:lang")
        said.set(qn("w:val"), _locale(language))
        run._r.get_or_add_rPr().append(said)


def _locale(language: str) -> str:
    """Word knows languages by country."""
    return _LOCALES.get(language, language)


def _packed(document: Any) -> bytes:
    first, last = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(zipfile.ZipInfo(name, _NO_DAY), read.read(name), zipfile.ZIP_DEFLATED)
    return last.getvalue()
