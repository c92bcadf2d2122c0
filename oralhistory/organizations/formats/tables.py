"""Tables in CSV as other people's programs write them: rows by the line they begin on, as column and value."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from oralhistory.lib import charsets
from oralhistory.organizations.formats import malformed

LONGEST = 1 << 24  # characters of a value: a history is one, and may have more than the module's own 131,072


def text_of(data: bytes) -> str:
    """Raises Malformed where the bytes are no text in UTF-8, or in UTF-16 that says so: a guess could spoil names."""
    found = charsets.decode(data)
    if found.certain and "\ufffd" not in found.text:
        return found.text
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as refusal:
        line = data.count(b"\n", 0, refusal.start) + 1
        raise malformed.at(line, "", f"not text in UTF-8 (byte {refusal.start})") from refusal


def rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the line each begins on; a row may run over several lines. Divided by ; where the header is."""
    text = text.removeprefix("\ufeff")
    header = text.lstrip().split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    line = 1
    usual = csv.field_size_limit(
        LONGEST
    )  # of the whole program, and so put back: other lists are to stay small
    try:
        for row in reader:
            found.append((line, row))
            line = reader.line_num + 1
    except csv.Error as refusal:
        raise malformed.at(line, "", f"not CSV: {refusal}") from refusal
    finally:
        csv.field_size_limit(usual)
    return found


def table(
    text: str, *, forgiving: bool = False
) -> tuple[int, list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The line of the header, its columns, and the rows that say anything. Raises Malformed, also while it is read.

    A row that is shorter than the header, or ends in empty cells beyond it, is taken where that is forgiven.
    """
    found = ((line, row) for line, row in rows(text) if any(value.strip() for value in row))
    line, header = next(found, (1, []))
    columns = [name.strip() for name in header]
    return line, columns, _values(found, columns, forgiving)


def _values(
    found: Iterable[tuple[int, list[str]]], columns: Sequence[str], forgiving: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in found:
        if forgiving:
            row = [*row, *[""] * (len(columns) - len(row))]
            row = row[: len(columns)] if not any(row[len(columns) :]) else row
        if len(row) != len(columns):
            raise malformed.at(line, "", f"{len(row)} values where the header has {len(columns)}")
        yield line, {column: value.strip() for column, value in zip(columns, row, strict=True) if column}


def written(columns: Sequence[str], content: Iterable[Mapping[str, str]]) -> bytes:
    """In UTF-8, lines ended as RFC 4180 wants them."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(content)
    return stream.getvalue().encode()
