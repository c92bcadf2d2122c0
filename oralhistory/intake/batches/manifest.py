"""The list as it comes from a spreadsheet: its encoding, its delimiter, its lines."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oralhistory.intake.batches.template import BY_NAME, COLUMNS
from oralhistory.lib import charsets
from oralhistory.transcripts.formats.reading import markup, table

MOST_BYTES = 50 << 20  # ten thousand interviews with long summaries are 20 MB
MOST_CELLS = 200


class NotAManifest(Exception):
    """The file is no list of interviews; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a line; `column` is empty when it is the line itself."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # of the file, where the record begins
    cells: dict[str, str]  # by column; what is not written is ""

    def several(self, column: str) -> list[str]:
        """The parts of a cell: "a;b". An empty cell has none."""
        cell = self.cells[column]
        return [part.strip() for part in cell.split(";")] if cell else []


def read(path: Path) -> tuple[list[Line], list[Fault]]:
    """Raises NotAManifest when there is nothing to be checked line by line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotAManifest(f"{path} is larger than a list of interviews can be.")
        data = path.read_bytes()
    except OSError as error:
        raise NotAManifest(f"{path} cannot be read: {error.strerror}.") from error
    text = charsets.decode(data).text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text or data.startswith(b"PK"):
        raise NotAManifest(f"{path} is no text: save the table as CSV.")
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        raise NotAManifest(f"{path} is empty.")
    names = _names(header, path)
    return _lines(rows, names)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells); comments and empty lines are passed over. Raises NotAManifest."""
    skipped = 0
    delimiter = ""
    if text[:4].casefold() == "sep=":  # as Excel writes and reads it
        delimiter, text, skipped = text[4:5], text.partition("\n")[2], 1
    told = "\n".join(line for line in text[:100_000].split("\n") if not line.lstrip('"').startswith("#"))
    reader = csv.reader(io.StringIO(text), delimiter=delimiter or table.delimiter_of(told), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise NotAManifest(
                f"line {before + 1 + skipped}: the row cannot be read ({error}). Is a quotation mark never closed?"
            ) from error
        number, before = before + 1 + skipped, reader.line_num
        if len(cells) > MOST_CELLS:
            raise NotAManifest(f"line {number}: {len(cells)} cells, and a list has {len(COLUMNS)} columns.")
        if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
            yield number, cells


def _names(header: tuple[int, list[str]], path: Path) -> list[str]:
    number, cells = header
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    unknown = [name or "(no name)" for name in names if name not in BY_NAME]
    twice = sorted({name for name in names if names.count(name) > 1})
    missing = [column.name for column in COLUMNS if column.required and column.name not in names]
    problems = [
        f"line {number}: {sentence}: {', '.join(found)[:300]}"
        for sentence, found in (
            ("unknown columns", unknown),
            ("columns that come twice", twice),
            ("columns that are needed are missing", missing),
        )
        if found
    ]
    if problems:
        raise NotAManifest("\n".join([*problems, f"{path}: --template prints the columns there are."]))
    return names


def _lines(rows: Iterator[tuple[int, list[str]]], names: list[str]) -> tuple[list[Line], list[Fault]]:
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in rows:
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            faults.append(
                Fault(number, "", f"{len(cells)} cells, and the first line has {len(names)} columns.")
            )
            continue
        given = dict(zip(names, cells, strict=False))
        line = Line(number, {column.name: clean(given.get(column.name, "")) for column in COLUMNS})
        faults += [
            Fault(number, column.name, f"longer than {column.longest} characters.")
            for column in COLUMNS
            if len(line.cells[column.name]) > column.longest
        ]
        lines.append(line)
    return lines, faults


def clean(cell: str) -> str:
    """A cell as text: no control characters, NFC; paragraphs stay. Formulas and markup are text like any other."""
    return "\n".join(markup.plain(line) for line in cell.split("\n")).strip()
