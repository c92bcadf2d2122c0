"""How a cell of our CSV holds several values, each with what is known of it.

Values are divided by | and what is known of one stands behind it in braces, as key: value divided by ;

    Liga Espartaco {from: 1966; to: 1972; source: Volante}|Liga {lang: es}

A backslash before one of | { } ; and a backslash says that the sign itself is meant. A value without braces is itself.
"""

import re
from collections.abc import Iterable, Mapping

_SIGN = re.compile(r"[\\|{};]")
_ESCAPED = re.compile(r"\\([\\|{};])")
_ITEM = re.compile(r"(?:\\[\\|{};]|[^|])*")
_TEXT = (
    r"((?:\\[\\|{};]|\\(?![\\|{};])|[^\\{}])*)"  # one way to read each sign, so that nothing is tried twice
)
_KNOWN = re.compile(_TEXT + r"\{" + _TEXT + r"\}")
_FACT = re.compile(r"(?:\\[\\|{};]|[^;])+")


def joined(items: Iterable[str]) -> str:
    return "|".join(items)


def item(text: str, facts: Mapping[str, object] | None = None) -> str:
    """One value as a cell writes it; facts that are empty are left out."""
    said = [f"{key}: {_escaped(str(value))}" for key, value in (facts or {}).items() if value]
    return f"{_escaped(text)} {{{'; '.join(said)}}}".lstrip() if said else _escaped(text)


def items(cell: str) -> list[tuple[str, dict[str, str]]]:
    """The values of a cell, each with what is said of it. Raises ValueError with the reason."""
    return [_item(part) for part in _parts(cell) if part.strip()]


def plain(cell: str) -> list[str]:
    """The values of a cell that holds no facts."""
    return [_unescaped(part).strip() for part in _parts(cell) if part.strip()]


def _parts(cell: str) -> list[str]:
    found, position = [], 0
    while position <= len(cell):
        match = _ITEM.match(cell, position)
        end = match.end() if match else len(cell)
        found.append(cell[position:end])
        position = end + 1
    return found


def _item(part: str) -> tuple[str, dict[str, str]]:
    known = _KNOWN.fullmatch(part.strip())
    if not known:
        return _unescaped(part).strip(), {}
    facts = {}
    for fact in _FACT.findall(known[2]):
        if not fact.strip():
            continue
        key, colon, value = fact.partition(":")
        if not colon or not key.strip().isalpha():
            raise ValueError(f"«{fact.strip()}» in braces is not written as key: value")
        facts[key.strip()] = _unescaped(value).strip()
    return _unescaped(known[1]).strip(), facts


def _escaped(text: str) -> str:
    return _SIGN.sub(lambda sign: "\\" + sign.group(), text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
