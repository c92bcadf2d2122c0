"""A Word document (.docx): its paragraphs read as a text, its tables of times, speakers and words as tables.

Our own and not `python-docx`'s reading: that holds every part as a tree, skips what stands in tracked insertions and
text boxes, and knows nothing of the strict form. Faults are told by paragraph, counted as the document has them.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby

from django.utils.translation import gettext_lazy as _

from oralhistory.transcripts.formats.reading import marks, markup, names, plain, table, wordprocessing
from oralhistory.transcripts.formats.reading.cues import (
    CannotBeParsed,
    Findings,
    Heading,
    IndexPoint,
    letters_in,
)
from oralhistory.transcripts.formats.reading.package import Package
from oralhistory.transcripts.formats.reading.wordprocessing import Paragraph

_MAIN = re.compile(r"word/document\d*\.xml")
_HEADING = re.compile(
    r"(?:heading|title|subtitle|t[ií]?tulo|ttulo|subt[ií]?tulo|subttulo|cabe[cç]alho)\s?\d?\Z", re.I
)
_CONTENTS = re.compile(r"toc[ _]?(?:\d|heading)", re.I)
_LONGEST_HEADING = 160  # letters; whoever puts a heading's style on an answer did not mean a heading
_LINE = 120  # letters; of a page, at most
_OF_ROWS = 0.7  # so many of a table's rows look like a name and words, where it says nothing of its columns


def read(data: bytes) -> Findings:
    """Raises CannotBeParsed."""
    package = Package(data)
    found = Findings()
    main = _main_part(package)
    document = wordprocessing.Document(found)
    package.read(main, document)
    try:
        _read(list(_whole(document.paragraphs)), _style_names(package, main), found)
    except CannotBeParsed as refusal:  # of too much: no paragraph is to blame
        raise CannotBeParsed(refusal.sentence) from refusal
    if not found.cues:
        raise CannotBeParsed(_("There is no text in this file."))
    return found


def _main_part(package: Package) -> str:
    """Where the relations lead, else where Word itself would have it."""
    if (main := package.main_part()) and not main.startswith(("xl/", "ppt/")):
        return main
    found = sorted(name for name in package.names() if _MAIN.fullmatch(name))
    if not found:
        raise CannotBeParsed(
            _(
                "This is a document of another kind. Please save it as a Word document (.docx), text, WebVTT or SRT."
            )
        )
    return found[0]


def _style_names(package: Package, main: str) -> dict[str, str]:
    styles = wordprocessing.Styles()
    part = posixpath.join(posixpath.dirname(main), "styles.xml")
    if part in package:
        try:
            package.read(part, styles)
        except CannotBeParsed:
            return {}  # without them only headings are not known for such
    return styles.names


def _whole(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Those that are there, with the ones whose end was deleted joined to the next."""
    before: Paragraph | None = None
    for each in paragraphs:
        if each.gone:
            continue
        if before is not None and before.goes_on and before.cell == each.cell:
            before.parts += each.parts
            before.goes_on = each.goes_on
            continue
        if before is not None:
            yield before
        before = each
    if before is not None:
        yield before


def _read(paragraphs: Sequence[Paragraph], styles: Mapping[str, str], found: Findings) -> None:
    known, wrapped = _speakers(paragraphs), _are_lines(paragraphs)
    titles: list[tuple[Paragraph, int]] = []  # headings, and how many cues there were before each
    for number, part in groupby(paragraphs, key=lambda each: each.cell[0] if each.cell else 0):
        group = list(part)
        if number and (rows := _as_rows(group)):
            table.read_rows(rows, found)
            continue
        lines: list[tuple[int, str]] = []
        for each in group:
            kind = _kind(each, styles, known)
            if kind == "contents":
                found.forgive("table_of_contents", each.number)
            elif kind == "heading":
                plain.read_lines(lines, found, known, wrapped=wrapped)
                lines = []
                titles.append((each, len(found.cues)))
            else:
                lines += _lines(each)
        plain.read_lines(lines, found, known, wrapped=wrapped)
    _into_chapters(titles, found)


def _are_lines(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether paragraphs are the lines of a page, as in what was made from a PDF."""
    texts = [text for each in paragraphs if (text := markup.plain(each.text))]
    return 2 * sum(len(text) <= _LINE and plain.is_wrapped(text) for text in texts) > len(texts)


def _speakers(paragraphs: Sequence[Paragraph]) -> frozenset[str]:
    lines = [plain.without_mark(markup.plain(line)) for each in paragraphs for line in each.text.split("\n")]
    return names.those_in(lines) | {name for each in paragraphs if (name := _bold_name(each))}


def _bold_name(paragraph: Paragraph) -> str:
    """ "ANA" of a paragraph that begins with "ANA:" or, before a tab, "ANA" in bold letters."""
    head, rest = paragraph.text[: paragraph.bold], paragraph.text[paragraph.bold :].lstrip(" ")
    name, colon, more = plain.without_mark(markup.plain(head)).partition(":")
    ends = not more.strip() if colon else rest.startswith(":") or _has_tab(paragraph)
    name = markup.speaker(name)
    return name if ends and name and name[0].isalpha() and len(name.split()) <= 4 else ""


def _has_tab(paragraph: Paragraph) -> bool:
    """Whether a tab parts the bold letters from the others."""
    head, rest = paragraph.text[: paragraph.bold], paragraph.text[paragraph.bold :]
    return bool(head.strip() and rest.strip()) and (
        head.rstrip(" ").endswith("\t") or rest.lstrip(" ").startswith("\t")
    )


def _kind(paragraph: Paragraph, styles: Mapping[str, str], known: frozenset[str]) -> str:
    style = styles.get(paragraph.style, paragraph.style)
    text = markup.plain(paragraph.text)
    if _CONTENTS.match(style):
        return "contents"
    is_heading = paragraph.outline or bool(_HEADING.match(style))
    is_said = plain.has_mark(text) or ":" in text or markup.speaker(text) in known
    return "heading" if is_heading and text and not is_said and len(text) <= _LONGEST_HEADING else ""


def _lines(paragraph: Paragraph) -> Iterator[tuple[int, str]]:
    text = paragraph.text
    head = plain.without_mark(markup.plain(text[: paragraph.bold]))
    if ":" not in head and _has_tab(paragraph) and _bold_name(paragraph):
        text = f"{text[: paragraph.bold].rstrip()}: {text[paragraph.bold :].lstrip()}"
    for line in text.split("\n"):
        yield paragraph.number, line


def _into_chapters(titles: Sequence[tuple[Paragraph, int]], found: Findings) -> None:
    """A heading is nothing that anybody said: a chapter, as soon as the text that follows it has a time."""
    starts: list[int | None] = [None]  # of the first cue with a time, from each one on
    for cue in reversed(found.cues):
        starts.append(starts[-1] if cue.start_ms is None else cue.start_ms)
    starts.reverse()
    letters = [0, *accumulate(letters_in([cue.text]) for cue in found.cues)]
    for paragraph, at in titles:
        title, start = markup.plain(paragraph.text)[:200], starts[at]
        if start is not None:
            found.chapters.append(IndexPoint(start, title))
        elif starts[0] is None and at < len(found.cues):
            found.headings.append(Heading(letters[at], title))
            found.forgive("headings_wait", paragraph.number)
        else:
            found.forgive("chapter_without_time", paragraph.number)


def _as_rows(paragraphs: Sequence[Paragraph]) -> list[table.Row]:
    """The rows of a table of a transcript; none for another table, whose cells are then read one after the other."""
    rows: list[table.Row] = []
    for _row, part in groupby(paragraphs, key=lambda each: each.cell and each.cell[1]):
        group = list(part)
        cells: dict[int, list[str]] = {}
        for each in group:
            cells.setdefault(each.cell[2] if each.cell else 0, []).append(each.text)
        width = max(cells) + 1
        texts = ["\n".join(cells.get(at, [""])) for at in range(width)]
        if any(text.strip() for text in texts):
            rows.append((group[0].number, texts))
    if not rows or table.names_columns(rows[0][1]):
        return rows
    columns = _columns_by_look([cells for _number, cells in rows])
    return [(rows[0][0], columns), *rows] if columns else []


def _columns_by_look(rows: Sequence[Sequence[str]]) -> list[str]:
    """What the columns are where most rows begin with a time, or with a name; none if they do not."""
    width = max(map(len, rows))
    said = ["speaker", "text"]

    def most(is_it: Callable[[str], bool], at: int) -> bool:
        return sum(len(cells) > at and is_it(cells[at]) for cells in rows) >= _OF_ROWS * len(rows)

    if width > 1 and most(_is_time, 0):
        times = ["start", "end"] if width > 2 and most(_is_time, 1) else ["start"]
        return times + (said if width > len(times) + 1 else ["text"])
    return said if width == 2 and len(rows) > 1 and most(_is_name, 0) else []


def _is_time(cell: str) -> bool:
    return marks.milliseconds(cell.strip().strip("[](){}")) is not None


def _is_name(cell: str) -> bool:
    text = markup.plain(cell)
    return bool(text) and text[0].isalpha() and len(text.split()) <= 4 and len(text) <= markup.SPEAKER_LENGTH
