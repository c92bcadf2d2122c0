"""A table with a row for each passage: start, end, speaker, text. Comma, semicolon or tab between them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from oralhistory.lib.folding import fold
from oralhistory.transcripts.formats.reading import marks, markup, names
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed, Cue, Findings

_HEADS = {
    "start": "start begin from in inicio desde comienzo entrada time timecode tiempo time_in start_time starttime tc_in inizio debut de",
    "end": "end to out fin hasta termino salida time_out end_time endtime tc_out fim ate",
    "speaker": "speaker name voice who quien hablante voz nombre persona interlocutor falante orador",
    "text": "text transcript words content texto transcripcion transcricao dicho palabras caption subtitle",
}
Row = tuple[int, Sequence[str]]  # its number in the file, its cells
_START_MS, _END_MS = "start_ms", "end_ms"
_MOST_CELLS = 200


def delimiter_of(text: str) -> str:
    """The one of , ; and tab that most often stands in the first lines, outside of quotes."""
    head = text[:20_000].split("\n")[:20]
    unquoted = "\n".join("".join(line.split('"')[::2]) for line in head)
    return max(",;\t", key=lambda each: (unquoted.count(each), each == ","))


def looks_like(text: str) -> bool:
    """Whether the first line names a start and a text."""
    first = text.lstrip().split("\n", 1)[0]
    heads = {_key(cell) for cell in first.split(delimiter_of(first))}
    return bool(heads & {"start", _START_MS}) and "text" in heads


def read(text: str) -> Findings:
    """With or without a first line of names. Raises CannotBeParsed."""
    found = Findings()
    read_rows(_rows(text), found)
    if not found.cues:
        raise CannotBeParsed(_("There is no text with a time in this file."))
    return found


def read_rows(rows: Iterable[Row], found: Findings) -> None:
    """Rows that are not empty, after what was found before them. Raises CannotBeParsed."""
    before = len(found.cues)
    columns: dict[str, int] = {}
    for number, cells in rows:
        if columns:
            _row(cells, number, columns, found)
        elif names_columns(cells):
            columns = _columns(cells)
        else:
            columns = _by_place(cells, number)
            _row(cells, number, columns, found)
    if "speaker" not in columns:
        found.cues[before:] = names.told_apart(found.cues[before:])


def names_columns(cells: Sequence[str]) -> bool:
    """Whether a row names those of a transcript: a text, and when or by whom it is said."""
    columns = _columns(cells)
    return "text" in columns and bool(columns.keys() & {"start", _START_MS, "speaker"})


def _columns(cells: Sequence[str]) -> dict[str, int]:
    return {_key(cell): at for at, cell in reversed(list(enumerate(cells))) if _key(cell)}


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter_of(text))
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CannotBeParsed(_("This row of the table cannot be read."), line=reader.line_num) from error
        number, before = before + 1, reader.line_num
        if len(cells) > _MOST_CELLS:
            raise CannotBeParsed(_("This row has more cells than a transcript."), line=number)
        if any(cell.strip() for cell in cells):
            yield number, cells


def _key(cell: str) -> str:
    name = fold(cell).strip().replace(" ", "_").strip("\"'")
    if name in (_START_MS, _END_MS):
        return name
    return next((key for key, names in _HEADS.items() if name in names.split()), "")


def _by_place(first: Sequence[str], number: int) -> dict[str, int]:
    """No first line of names: start, end, speaker, text in this order, or fewer of them."""
    if len(first) < 2 or marks.from_cell(first[0]) is None:
        raise CannotBeParsed(_("The first line names no columns: start, end, speaker, text."), line=number)
    has_end = marks.from_cell(first[1]) is not None
    if len(first) >= 4 and has_end:
        return {"start": 0, "end": 1, "speaker": 2, "text": 3}
    if has_end:
        return {"start": 0, "end": 1, "text": 2}
    return {"start": 0, "speaker": 1, "text": 2} if len(first) > 2 else {"start": 0, "text": 1}


def _row(cells: Sequence[str], number: int, columns: dict[str, int], found: Findings) -> None:
    given = {key: cells[at] for key, at in columns.items() if at < len(cells)}
    if len(given) < len(columns):
        found.forgive("row_too_short", number)
    # Where speakers have no column, each line of a cell may begin with another one.
    said = given.get("text", "")
    texts = [
        text
        for line in ([said] if "speaker" in columns else said.split("\n"))
        if (text := markup.plain(line))
    ]
    if not texts:
        found.forgive("row_without_text", number)
        return
    start, end = _time(given, "start"), _time(given, "end")
    if start is None and columns.keys() & {"start", _START_MS}:
        found.forgive("text_without_time" if found.cues else "text_before_first_time", number)
    found.add(Cue(texts[0], start, end, markup.speaker(given.get("speaker", "")), number))
    for text in texts[1:]:
        found.add(Cue(text, line=number))


def _time(given: dict[str, str], which: str) -> int | None:
    if (ms := given.get(f"{which}_ms", "").strip()).isdecimal():
        return min(int(ms[:12]), marks.LATEST)
    return marks.from_cell(given.get(which, ""))
