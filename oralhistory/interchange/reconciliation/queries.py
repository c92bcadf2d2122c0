"""What clients ask, read strictly: whatever is not of the specification is refused with where it stands and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

MOST_QUERIES = 50
LONGEST = 400  # characters of a name or a value
MOST_VALUES = 20  # properties of a query, values of a property, types
MOST_IDS, MOST_COLUMNS = 200, 60  # of an extension
LIMIT, HIGHEST_LIMIT = 5, 50
LARGEST = 1 << 18  # bytes of a request

Strict = Literal["any", "should", "all"]


class BadRequest(ValueError):
    """It is not what the specification says; the text says where and why, in English, for a person."""


@dataclass(frozen=True, slots=True)
class Query:
    """What one cell of somebody's table says. Without a text, the properties alone."""

    text: str
    types: tuple[str, ...] = ()
    strict: Strict = "any"
    limit: int = LIMIT
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (property, values any of which is meant)


@dataclass(frozen=True, slots=True)
class Extension:
    """Which properties of which records somebody wants for his table."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]  # (property, how many values of it)


def read_batch(text: str) -> dict[str, Query]:
    """Raises BadRequest."""
    batch = _mapping(_json(text), "queries")
    if len(batch) > MOST_QUERIES:
        raise BadRequest(f"queries: {len(batch)} at once; at most {MOST_QUERIES}")
    return {key: _query(value, key) for key, value in batch.items()}


def read_extension(text: str) -> Extension:
    """Raises BadRequest."""
    whole = _mapping(_json(text), "extend")
    ids = _list(whole.get("ids"), "extend.ids", MOST_IDS)
    properties = _list(whole.get("properties"), "extend.properties", MOST_COLUMNS)
    return Extension(
        tuple(_text(each, f"extend.ids[{at}]") for at, each in enumerate(ids)),
        tuple(_wanted(each, f"extend.properties[{at}]") for at, each in enumerate(properties)),
    )


def _query(value: Any, where: str) -> Query:
    given = _mapping(value, where)
    if unknown := sorted(given.keys() - {"query", "type", "limit", "properties", "type_strict"}):
        raise BadRequest(f"{where}: {unknown[0]!r} is nothing that a query has")
    if "query" not in given and not given.get("properties"):
        raise BadRequest(f"{where}: it needs a query or properties")
    types = given.get("type", ())
    strict = given.get("type_strict", "any")
    if strict not in ("any", "should", "all"):
        raise BadRequest(f"{where}.type_strict: any, should or all")
    return Query(
        text=_text(given.get("query", ""), f"{where}.query").strip(),
        types=_texts(types, f"{where}.type"),
        strict=strict,
        limit=_limit(given.get("limit", LIMIT), f"{where}.limit"),
        properties=tuple(
            _property(each, f"{where}.properties[{at}]")
            for at, each in enumerate(_list(given.get("properties", []), f"{where}.properties", MOST_VALUES))
        ),
    )


def _property(value: Any, where: str) -> tuple[str, tuple[str, ...]]:
    given = _mapping(value, where)
    if not {"pid", "v"} <= given.keys():
        raise BadRequest(f"{where}: it needs pid and v")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    return _text(given["pid"], f"{where}.pid"), tuple(
        _plain(each, f"{where}.v") for each in _list(values, f"{where}.v", MOST_VALUES)
    )


def _plain(value: Any, where: str) -> str:
    """A value as text: numbers, truths, and what was found before, which has an id."""
    if isinstance(value, Mapping):
        if "id" not in value:
            raise BadRequest(f"{where}: it needs an id")
        return _text(value["id"], f"{where}.id")
    if isinstance(value, bool | int | float):
        return str(int(value) if isinstance(value, float) and value.is_integer() else value)
    return _text(value, where)


def _wanted(value: Any, where: str) -> tuple[str, int]:
    given = _mapping(value, where)
    settings = _mapping(given.get("settings") or {}, f"{where}.settings")
    limit = settings.get("limit") or HIGHEST_LIMIT
    if isinstance(limit, str) and limit.isascii() and limit.isdigit():
        limit = int(limit)  # as OpenRefine sends what was typed
    return _text(given.get("id"), f"{where}.id"), _limit(limit, f"{where}.settings.limit")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as refusal:
        raise BadRequest("it is not JSON") from refusal


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadRequest(f"{where}: an object is needed")
    return value


def _list(value: Any, where: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequest(f"{where}: a list is needed")
    if len(value) > most:
        raise BadRequest(f"{where}: {len(value)} of them; at most {most}")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise BadRequest(f"{where}: a text is needed")
    if len(value) > LONGEST:
        raise BadRequest(f"{where}: {len(value)} characters; at most {LONGEST}")
    try:
        value.encode()
    except UnicodeEncodeError as refusal:
        raise BadRequest(f"{where}: half of a character") from refusal
    return value.replace("\x00", "")


def _texts(value: Any, where: str) -> tuple[str, ...]:
    return (
        (_text(value, where),)
        if isinstance(value, str)
        else tuple(
            _text(each, where) for each in _list(list(value) if value == () else value, where, MOST_VALUES)
        )
    )


def _limit(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise BadRequest(f"{where}: a number is needed")
    return int(min(value, HIGHEST_LIMIT)) or LIMIT
