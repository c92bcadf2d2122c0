"""Authority records as a list in CSV: one row an organization. The archive's own format, which holds all of a record.

The columns of REQUIRED must be there; of OPTIONAL any may. A cell with several values is written as `notation` says.
Two older layouts are read as well: `source` divides its parts by " ; ", `related` and `keywords` go without the rest.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from oralhistory.lib import partial_dates
from oralhistory.lib.partial_dates import NotADate, PartialDate
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.formats import malformed, notation, storing, tables
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.models import Name

REQUIRED = (
    "id", "preferred_name", "language", "country", "type", "founded", "dissolved", "acronyms", "other_names",
)  # fmt: skip
NAMES = {
    "parallel_names": "parallel",
    "standardized_names": "standardized",
    "acronyms": "acronym",
    "other_names": "other",
    "former_names": "former",
    "heard_as": "heard_as",
}
TIES = {
    "predecessors": "predecessor",
    "successors": "successor",
    "part_of": "part_of",
    "has_part": "has_part",
    "front_of": "front_of",
    "has_front": "has_front",
    "allies": "ally",
    "opposed": "opposed",
    "related": "related",
}
TEXTS = ("history", "mandate", "functions", "structure", "legal_status", "context", "note")
OPTIONAL = (
    "name_facts", "parallel_names", "standardized_names", "former_names", "heard_as", "dates_verified", "places",
    *TIES, *TEXTS, "wikidata", "viaf", "identifiers", "source", "sources", "keywords", "status", "level",
    "record_language", "rules",
)  # fmt: skip
WRITTEN = (*REQUIRED, *(column for column in OPTIONAL if column != "source"))
_WIKIDATA, _VIAF = re.compile(r"Q[1-9]\d*"), re.compile(r"[1-9]\d*")
_YEAR = re.compile(r"[12]\d{3}")
_YES = {"yes": True, "sí": True, "si": True, "sim": True, "true": True, "1": True}
_NO = {"": False, "no": False, "não": False, "nao": False, "false": False, "0": False}
_NAME_FACTS = ("lang", "from", "to", "source", "learned", "withheld")
_TIE_FACTS = ("text", *_NAME_FACTS[1:])


def read(data: bytes) -> list[Description]:
    """Raises Malformed."""
    return list(records(tables.text_of(data)))


def records(text: str, *, ignore_unknown_columns: bool = False) -> Iterator[Description]:
    """The records of the list one by one, in its order. Raises Malformed at the first thing that is wrong."""
    line, columns, rows = tables.table(text)
    _check_columns(columns, line, ignore_unknown_columns)
    seen: dict[str, int] = {}
    for line, values in rows:
        record = _record(values, line)
        if record.id in seen:
            raise malformed.at(line, "id", f"{record.id} stands on line {seen[record.id]} already")
        seen[record.id] = line
        yield record


def write(descriptions: Sequence[Description], context: Context) -> bytes:
    """All that a record has; the order among names of different kinds is not kept."""
    return tables.written(WRITTEN, map(_row, descriptions))


def kept(description: Description) -> Description:
    """The record as this format gives it back: names and relations by kind, Wikidata and VIAF before other ids."""
    kinds, ties = ["authorized", *NAMES.values()], list(TIES.values())
    convenient, rest = _identifiers(description)
    return replace(
        description,
        names=tuple(sorted(description.names, key=lambda name: kinds.index(name.kind))),
        ties=tuple(sorted(description.ties, key=lambda tie: ties.index(tie.kind))),
        identifiers=(*convenient.items(), *rest),
    )


def _check_columns(columns: Sequence[str], line: int, ignore_unknown: bool) -> None:
    for column in REQUIRED:
        if column not in columns:
            raise malformed.at(line, column, "the header has no such column")
    for column in columns:
        if columns.count(column) > 1:
            raise malformed.at(line, column, "the header has this column twice")
        if column not in REQUIRED and column not in OPTIONAL and not ignore_unknown:
            raise malformed.at(line, column, "this column is not known")


def _record(values: dict[str, str], line: int) -> Description:
    for column in ("id", "preferred_name"):
        if not values[column]:
            raise malformed.at(line, column, "is empty")
    _check(values, line)
    called = {"names": "preferred_name", "kind": "type", "language": "record_language"}
    return storing.storable(
        Description(
            id=values["id"],
            names=tuple(_names(values, line)),
            kind=values["type"],
            country=values["country"],
            founded=_date(values, "founded", line),
            dissolved=_date(values, "dissolved", line),
            dates_verified=_verified(values, line),
            places=tuple(_places(values, line)),
            identifiers=tuple(_read_identifiers(values, line)),
            ties=tuple(_ties(values, line)),
            sources=tuple(_sources(values, line)),
            keywords=tuple(_keywords(values.get("keywords", ""))),
            status=values.get("status") or "draft",
            level=values.get("level") or "minimal",
            language=values.get("record_language") or "es",
            rules=values.get("rules") or "ISAAR(CPF)",
            **{text: values.get(text, "") for text in TEXTS},
        ),
        lambda part, reason: malformed.at(line, called.get(part, part), reason),
    )


def _check(values: Mapping[str, str], line: int) -> None:
    """The cells that storing would call by another name."""
    for column, (pattern, reason) in {
        "language": (storing.LANGUAGE, "a language is a code such as es"),
        "wikidata": (re.compile(f"({_WIKIDATA.pattern})?"), "an identifier of Wikidata is Q and a number"),
        "viaf": (re.compile(f"({_VIAF.pattern})?"), "an identifier of VIAF is a number"),
    }.items():
        if not pattern.fullmatch(values.get(column, "")):
            raise malformed.at(line, column, f"«{values[column]}»: {reason}")
    for column, value in values.items():
        if storing.CONTROL.search(value):
            raise malformed.at(line, column, "holds a control character")


def _date(values: Mapping[str, str], column: str, line: int) -> PartialDate | None:
    if not values[column]:
        return None
    try:
        return partial_dates.parse(values[column])
    except NotADate as refusal:
        reason = f"«{values[column]}» is not a year of four digits, a month (1971-06) or a day (1971-06-10), with ~ or ?"
        raise malformed.at(line, column, reason) from refusal


def _verified(values: Mapping[str, str], line: int) -> bool:
    said = values.get("dates_verified", "").casefold()
    if said in _YES:
        return True
    if said not in _NO:
        raise malformed.at(line, "dates_verified", f"«{said}» is neither yes nor no")
    return False


def _cell(
    values: Mapping[str, str], column: str, line: int, keys: Sequence[str]
) -> list[tuple[str, dict[str, str]]]:
    try:
        found = notation.items(values.get(column, ""))
    except ValueError as refusal:
        raise malformed.at(line, column, str(refusal)) from refusal
    for _text, facts in found:
        for key in facts:
            if key not in keys:
                raise malformed.at(line, column, f"«{key}» in braces is none of {', '.join(keys)}")
    return found


def _years(facts: Mapping[str, str], column: str, line: int) -> dict[str, Any]:
    for key in ("from", "to"):
        if facts.get(key) and not _YEAR.fullmatch(facts[key]):
            raise malformed.at(line, column, f"«{facts[key]}» is not a year of four digits")
    since, until = int(facts.get("from") or 0) or None, int(facts.get("to") or 0) or None
    if since and until and until < since:
        raise malformed.at(line, column, f"ends in {until}, before it begins in {since}")
    return {"valid_from": since, "valid_to": until}


def _learned(facts: Mapping[str, str]) -> dict[str, Any]:
    return {"learned_from": facts.get("learned", ""), "withheld": facts.get("withheld", "") == "yes"}


def _names(values: Mapping[str, str], line: int) -> Iterable[NameForm]:
    # The preferred name is written as it is, so that a list can be made without knowing the notation.
    ((_text, facts),) = _cell(values, "name_facts", line, _NAME_FACTS) or [("", {})]
    yield NameForm(
        values["preferred_name"], "authorized", values["language"], source=facts.get("source", ""),
        **_years(facts, "name_facts", line), **_learned(facts),
    )  # fmt: skip
    for column, kind in NAMES.items():
        for text, facts in _cell(values, column, line, _NAME_FACTS):
            yield NameForm(
                text, kind, facts.get("lang", ""), source=facts.get("source", ""),
                **_years(facts, column, line), **_learned(facts),
            )  # fmt: skip


def _places(values: Mapping[str, str], line: int) -> Iterable[Place]:
    for text, facts in _cell(values, "places", line, ("country", "role", "from", "to")):
        years = _years(facts, "places", line)
        yield Place(text, facts.get("country", ""), facts.get("role", "activity"), **years)


def _ties(values: Mapping[str, str], line: int) -> Iterable[Tie]:
    for column, kind in TIES.items():
        for text, facts in _cell(values, column, line, _TIE_FACTS):
            if not storing.ID.fullmatch(text):
                raise malformed.at(line, column, f"«{text}» is not an id")
            yield Tie(
                kind, text, facts.get("text", ""), source=facts.get("source", ""),
                **_years(facts, column, line), **_learned(facts),
            )  # fmt: skip


def _sources(values: Mapping[str, str], line: int) -> Iterable[Citation]:
    yield from (Citation(part.strip()) for part in values.get("source", "").split(" ; ") if part.strip())
    for text, facts in _cell(values, "sources", line, ("url", "supports", "learned", "withheld")):
        supports = tuple(part.strip() for part in facts.get("supports", "").split(",") if part.strip())
        yield Citation(text, facts.get("url", ""), supports, **_learned(facts))


def _read_identifiers(values: Mapping[str, str], line: int) -> Iterable[tuple[str, str]]:
    yield from ((scheme, values[scheme]) for scheme in ("wikidata", "viaf") if values.get(scheme))
    for text in notation.plain(values.get("identifiers", "")):
        scheme, colon, value = text.partition(":")
        if not colon:
            raise malformed.at(line, "identifiers", f"«{text}» is not written as scheme:value")
        yield scheme.strip().lower(), value.strip()


def _keywords(cell: str) -> list[str]:
    """Divided by |, or by spaces where there is none."""
    return notation.plain(cell) if "|" in cell else cell.split()


def _row(each: Description) -> dict[str, str]:
    authorized = next((name for name in each.names if name.kind == Name.Kind.AUTHORIZED), NameForm(each.id))
    convenient, rest = _identifiers(each)
    row = dict.fromkeys(WRITTEN, "") | {
        "id": each.id,
        "preferred_name": authorized.text,
        "language": authorized.language,
        "name_facts": notation.item("", _name_facts(authorized) | {"lang": ""}),
        "country": each.country,
        "type": each.kind,
        "founded": str(each.founded or ""),
        "dissolved": str(each.dissolved or ""),
        "dates_verified": "yes" if each.dates_verified else "",
        "places": notation.joined(map(_place, each.places)),
        "wikidata": convenient.get("wikidata", ""),
        "viaf": convenient.get("viaf", ""),
        "identifiers": notation.joined(notation.item(f"{scheme}:{value}") for scheme, value in rest),
        "sources": notation.joined(map(_source, each.sources)),
        "keywords": notation.joined(map(notation.item, each.keywords)),
        "status": each.status,
        "level": each.level,
        "record_language": each.language,
        "rules": each.rules,
        **{text: getattr(each, text) for text in TEXTS},
    }
    if len(each.keywords) == 1:
        row["keywords"] += "|"
    for column, kind in NAMES.items():
        same = (name for name in each.names if name.kind == kind)
        row[column] = notation.joined(notation.item(name.text, _name_facts(name)) for name in same)
    for column, kind in TIES.items():
        row[column] = notation.joined(_tie(tie) for tie in each.ties if tie.kind == kind)
    return row


def _name_facts(name: NameForm) -> dict[str, object]:
    return {
        "lang": name.language, "from": name.valid_from, "to": name.valid_to, "source": name.source,
        **_learned_facts(name),
    }  # fmt: skip


def _learned_facts(part: Any) -> dict[str, object]:
    return {"learned": part.learned_from, "withheld": "yes" if part.withheld else ""}


def _place(place: Place) -> str:
    return notation.item(
        place.name,
        {"country": place.country, "role": place.role, "from": place.valid_from, "to": place.valid_to},
    )


def _tie(tie: Tie) -> str:
    return notation.item(
        tie.other,
        {
            "text": tie.description, "from": tie.valid_from, "to": tie.valid_to, "source": tie.source,
            **_learned_facts(tie),
        },
    )  # fmt: skip


def _source(source: Citation) -> str:
    facts = {"url": source.url, "supports": ", ".join(source.supports), **_learned_facts(source)}
    return notation.item(source.citation, facts)


def _identifiers(each: Description) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Those that have a column of their own, the first of each, and all others."""
    convenient: dict[str, str] = {}
    for scheme, pattern in (("wikidata", _WIKIDATA), ("viaf", _VIAF)):
        for value in (value for other, value in each.identifiers if other == scheme):
            if pattern.fullmatch(value):
                convenient.setdefault(scheme, value)
    return convenient, [(s, value) for s, value in each.identifiers if convenient.get(s) != value]
