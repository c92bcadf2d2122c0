"""Authority records of organizations as a list in CSV holds them: one row an organization, lists joined by "|".

Two layouts are read: the archive's own (type, founded, …, predecessors, successors, wikidata, source, note) and the
one of the sets for measuring (type, founded, …, related, keywords). Either may have a column `heard_as`: what a
machine was heard to write for the name.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Tie
from oralhistory.organizations.models import Name

REQUIRED = (
    "id", "preferred_name", "language", "country", "type", "founded", "dissolved", "acronyms", "other_names",
)  # fmt: skip
OPTIONAL = ("predecessors", "successors", "related", "keywords", "wikidata", "source", "note", "heard_as")

PATTERNS = {
    "id": (re.compile(r"[\w.:-]+"), "an identifier has letters, digits and - _ . : only"),
    "language": (re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*|"), "a language is a code such as es"),
    "country": (re.compile(r"[A-Z]{2}|INT|"), "a country is two capital letters (ISO 3166) or INT"),
    "wikidata": (re.compile(r"Q[1-9]\d*|"), "an identifier of Wikidata is Q and a number"),
}
YEAR = re.compile(r"[12]\d{3}")


class MalformedAuthorities(ValueError):
    """The list can't be read: says the line, the column and the reason."""

    def __init__(self, line: int, column: str, reason: str) -> None:
        self.line, self.column, self.reason = line, column, reason
        where = f"line {line}, column {column}" if column else f"line {line}"
        super().__init__(f"{where}: {reason}")


@dataclass(frozen=True, slots=True)
class Authority:
    """One organization of the list. Years are of the common era, None where not known or not ended."""

    id: str
    preferred_name: str
    language: str = ""
    country: str = ""  # ISO 3166, INT for international, XX or nothing where not known
    kind: str = ""
    founded: int | None = None
    dissolved: int | None = None
    acronyms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()  # ids, which need not be in the list
    successors: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # single words: places and people that go with it
    wikidata: str = ""
    source: str = ""
    note: str = ""
    heard_as: tuple[str, ...] = ()


def read_csv(stream: TextIO, *, ignore_unknown_columns: bool = False) -> list[Authority]:
    """All records of the list, in its order.

    Raises MalformedAuthorities at the first thing that is wrong; nothing is half read.
    """
    rows = _rows(stream)
    line, header = next(rows, (1, []))
    columns = [name.strip().removeprefix("\ufeff") for name in header]
    _check_columns(columns, line, ignore_unknown_columns)
    authorities: list[Authority] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        if not any(value.strip() for value in row):
            continue
        if len(row) != len(columns):
            raise MalformedAuthorities(line, "", f"{len(row)} values where the header has {len(columns)}")
        values = {column: value.strip() for column, value in zip(columns, row, strict=True)}
        authority = _authority(values, line)
        if authority.id in seen:
            raise MalformedAuthorities(
                line, "id", f"{authority.id} stands on line {seen[authority.id]} already"
            )
        seen[authority.id] = line
        authorities.append(authority)
    return authorities


def description(authority: Authority) -> Description:
    """The record that a row speaks of."""
    names = [NameForm(authority.preferred_name, Name.Kind.AUTHORIZED.value, authority.language)]
    for kind, texts in (
        (Name.Kind.ACRONYM, authority.acronyms),
        (Name.Kind.OTHER, authority.other_names),
        (Name.Kind.HEARD_AS, authority.heard_as),
    ):
        names += [NameForm(text, kind.value) for text in dict.fromkeys(texts)]
    ties = [
        Tie(kind, other)
        for kind, others in (
            ("predecessor", authority.predecessors),
            ("successor", authority.successors),
            ("related", authority.related),
        )
        for other in dict.fromkeys(others)
    ]
    return Description(
        id=authority.id,
        names=tuple(names),
        kind=authority.kind,
        country=authority.country,
        founded=PartialDate(authority.founded) if authority.founded else None,
        dissolved=PartialDate(authority.dissolved) if authority.dissolved else None,
        identifiers=(("wikidata", authority.wikidata),) if authority.wikidata else (),
        ties=tuple(ties),
        sources=tuple(Citation(part.strip()) for part in authority.source.split(" ; ") if part.strip()),
        keywords=authority.keywords,
        note=authority.note,
    )


def _rows(stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; a record may run over several lines."""
    reader = csv.reader(stream, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as refusal:
        raise MalformedAuthorities(line, "", f"not CSV: {refusal}") from refusal


def _check_columns(columns: list[str], line: int, ignore_unknown: bool) -> None:
    for column in REQUIRED:
        if column not in columns:
            raise MalformedAuthorities(line, column, "the header has no such column")
    for column in columns:
        if columns.count(column) > 1:
            raise MalformedAuthorities(line, column, "the header has this column twice")
        if column not in REQUIRED and column not in OPTIONAL and not ignore_unknown:
            raise MalformedAuthorities(line, column, "this column is not known")


def _authority(values: dict[str, str], line: int) -> Authority:
    for column in ("id", "preferred_name"):
        if not values[column]:
            raise MalformedAuthorities(line, column, "is empty")
    for column, (pattern, reason) in PATTERNS.items():
        if not pattern.fullmatch(values.get(column, "")):
            raise MalformedAuthorities(line, column, f"«{values[column]}»: {reason}")
    for column, value in values.items():
        if any(character < " " and character not in "\t\n\r" for character in value):
            raise MalformedAuthorities(line, column, "holds a control character")
    founded, dissolved = _year(values, "founded", line), _year(values, "dissolved", line)
    if founded and dissolved and dissolved < founded:
        raise MalformedAuthorities(line, "dissolved", f"{dissolved} is before it was founded, {founded}")
    return Authority(
        id=values["id"],
        preferred_name=values["preferred_name"],
        language=values["language"],
        country=values["country"],
        kind=values["type"],
        founded=founded,
        dissolved=dissolved,
        acronyms=_list(values, "acronyms"),
        other_names=_list(values, "other_names"),
        predecessors=_list(values, "predecessors"),
        successors=_list(values, "successors"),
        related=_list(values, "related"),
        keywords=tuple(values.get("keywords", "").replace("|", " ").split()),
        wikidata=values.get("wikidata", ""),
        source=values.get("source", ""),
        note=values.get("note", ""),
        heard_as=_list(values, "heard_as"),
    )


def _year(values: dict[str, str], column: str, line: int) -> int | None:
    value = values[column]
    if not value:
        return None
    if not YEAR.fullmatch(value):
        raise MalformedAuthorities(line, column, f"«{value}» is not a year of four digits")
    return int(value)


def _list(values: dict[str, str], column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in values.get(column, "").split("|") if part.strip())
