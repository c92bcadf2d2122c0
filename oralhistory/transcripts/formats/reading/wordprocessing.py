"""What a Word document says: its paragraphs, those of its tables by row and cell. WordprocessingML, as a stream.

Of two forms of the same (mc:AlternateContent) the first is taken. What was added with changes tracked is text, what was
deleted is none; what is hidden is none, since somebody hid it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from oralhistory.transcripts.formats.reading.cues import MOST_LETTERS, CannotBeParsed, Findings

_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",  # the strict form
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OFF = ("0", "false", "off", "none")
_DELETED = ("del", "moveFrom")
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_NOTED = {  # what stands elsewhere in the package, and is not read
    "footnoteReference": "footnote", "endnoteReference": "footnote", "commentReference": "comment",
}  # fmt: skip


@dataclass
class Paragraph:
    """A paragraph with its line breaks. `number` counts those of the document from 1, the empty ones as well."""

    number: int
    parts: list[str] = field(default_factory=list)
    length: int = 0  # letters
    bold: int = 0  # so many letters at its beginning are bold
    style: str = ""
    outline: bool = False  # it says itself that it is a heading
    goes_on: bool = False  # its end was deleted: it is one with the next
    cell: tuple[int, int, int] | None = None  # table, row, column, where it is in a table
    gone: bool = False  # with the row that it was in

    def add(self, text: str, *, bold: bool) -> None:
        if bold and self.bold == self.length:
            self.bold += len(text)
        self.length += len(text)
        self.parts.append(text)

    @cached_property
    def text(self) -> str:
        """Once it is whole."""
        return "".join(self.parts)


@dataclass
class _Run:
    bold: bool = False
    hidden: bool = False


@dataclass
class _Table:
    number: int
    first: int  # of its paragraphs
    row: int = -1
    column: int = -1
    deleted: set[int] = field(default_factory=set)


class Document:
    """A target for the main part of a document; `paragraphs` is what it says, in the order in which they begin."""

    def __init__(self, found: Findings) -> None:
        self.paragraphs: list[Paragraph] = []
        self._found = found
        self._path: list[str] = []  # local names; "" where the namespace is another
        self._skipping = 0  # the depth at which what is left out began
        self._open: list[Paragraph] = []  # a text box stands in the paragraph of its anchor
        self._run = _Run()
        self._tables: list[_Table] = []
        self._number_of_tables = 0
        self._letters = 0
        self._choices: list[bool] = []  # of each AlternateContent: whether one was taken

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = self._local(name)
        self._path.append(local)
        if self._skipping:
            return
        if name.startswith(f"{{{_COMPATIBILITY}}}"):
            self._alternative(name.rpartition("}")[2])
        elif local:
            self._begin(local, {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        local = self._path.pop()
        if self._skipping:
            if len(self._path) < self._skipping:
                self._skipping = 0
            return
        if name == f"{{{_COMPATIBILITY}}}AlternateContent":
            self._choices.pop()
        elif local == "p" and self._open:
            self._open.pop()
        elif local == "r":
            self._run = _Run()
        elif local == "tbl" and self._tables:
            self._close(self._tables.pop())

    def data(self, text: str) -> None:
        if not self._skipping and self._path and self._path[-1] == "t":
            self._write(text)

    def _local(self, name: str) -> str:
        namespace, _brace, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        return local if namespace in _NAMESPACES else ""

    def _skip(self) -> None:
        self._skipping = len(self._path)

    def _alternative(self, local: str) -> None:
        if local == "AlternateContent":
            self._choices.append(False)
        elif local in ("Choice", "Fallback") and self._choices:
            if self._choices[-1]:
                self._skip()
            self._choices[-1] = True

    def _begin(self, local: str, given: Mapping[str, str]) -> None:
        parent = self._path[-2] if len(self._path) > 1 else ""
        if local in ("tbl", "tr", "tc"):
            self._into_table(local)
        elif local == "p":
            self._paragraph()
        elif local == "r":
            self._run = _Run()
        elif local in (*_DELETED, "ins", "moveTo"):
            self._change(local, parent)
        elif parent in ("rPr", "pPr"):
            self._property(local, given, of=self._path[-3] if len(self._path) > 2 else "")
        elif local in _BREAKS and parent == "r":
            self._write(_BREAKS[local])
        elif local in _NOTED and self._open:
            self._found.forgive(_NOTED[local], self._open[-1].number)

    def _paragraph(self) -> None:
        table = self._tables[0] if self._tables else None
        cell = (table.number, table.row, table.column) if table else None
        paragraph = Paragraph(len(self.paragraphs) + 1, cell=cell)
        self.paragraphs.append(paragraph)
        self._open.append(paragraph)

    def _into_table(self, local: str) -> None:
        """Of tables in each other only the outermost has rows: the others are text of its cells."""
        if local == "tbl":
            self._number_of_tables += 1
            self._tables.append(_Table(self._number_of_tables, len(self.paragraphs)))
        elif len(self._tables) == 1 and local == "tr":
            self._tables[0].row += 1
            self._tables[0].column = -1
        elif len(self._tables) == 1:
            self._tables[0].column += 1

    def _close(self, table: _Table) -> None:
        for paragraph in self.paragraphs[table.first :] if table.deleted else ():
            if paragraph.cell and paragraph.cell[0] == table.number and paragraph.cell[1] in table.deleted:
                paragraph.gone = True

    def _change(self, local: str, parent: str) -> None:
        """Of text, of the end of a paragraph (in its properties), or of a row of a table."""
        self._found.forgive("tracked_changes", self._open[-1].number if self._open else 0)
        if local in _DELETED and parent == "rPr" and self._open:
            self._open[-1].goes_on = True
        elif local in _DELETED and parent == "trPr" and self._tables:
            self._tables[0].deleted.add(self._tables[0].row)
        elif local in _DELETED and parent not in ("rPr", "trPr"):
            self._skip()

    def _property(self, local: str, given: Mapping[str, str], *, of: str) -> None:
        value = given.get("val", "")
        if of == "r" and local == "b":
            self._run.bold = value not in _OFF
        elif of == "r" and local == "vanish":
            self._run.hidden = value not in _OFF
        elif of == "p" and local == "pStyle" and self._open:
            self._open[-1].style = value
        elif of == "p" and local == "outlineLvl" and self._open:
            self._open[-1].outline = value.isdecimal() and int(value[:2]) < 9

    def _write(self, text: str) -> None:
        if not self._open:
            return
        if self._run.hidden:
            self._found.forgive("hidden_text", self._open[-1].number)
            return
        self._letters += len(text)
        if self._letters > MOST_LETTERS:
            raise CannotBeParsed(_("There is more text in this file than anybody says."))
        self._open[-1].add(text, bold=self._run.bold)


@dataclass
class Styles:
    """A target for the part of the styles: the names that Word itself gives them, by their ids, which are translated."""

    names: dict[str, str] = field(default_factory=dict)
    _id: str = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition("}")[2]
        given = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if local == "style":
            self._id = given.get("styleId", "")
        elif local == "name" and self._id:
            self.names[self._id] = given.get("val", "").casefold()

    def end(self, name: str) -> None:
        if name.rpartition("}")[2] == "style":
            self._id = ""

    def data(self, text: str) -> None:
        return None
