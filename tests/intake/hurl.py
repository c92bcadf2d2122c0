"""Runs the part of the Hurl language that the conformance cases of tus are written in.

A file is a list of entries: a request, then what its answer must be. An entry has a line `METHOD url`, headers, a body
between ``` lines; then `HTTP status` (`*` for any), and sections `[Captures]` and `[Asserts]`.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.intake.sender import Answer

_REQUEST = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\S+)")
_COMPARE = {"<": operator.lt, "<=": operator.le, "==": operator.eq, ">=": operator.ge, ">": operator.gt}
_STATUS = re.compile(r"status (<=|>=|==|<|>) (\d+)")
_STATUS_MATCHES = re.compile(r"status toString matches /(.*)/")
_HEADER = re.compile(r'header "([^"]+)" (not )?(exists|==|contains|startsWith|matches)(?: "(.*)")?')

Ask = Callable[[str, str, dict[str, str], bytes | None], Answer]


class Unlike(Exception):
    """The answer is not what the case wants."""


@dataclass
class Entry:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status: str = "*"
    captures: list[str] = field(default_factory=list)
    asserts: list[str] = field(default_factory=list)


def parse(text: str) -> list[Entry]:
    entries: list[Entry] = []
    part = "headers"
    lines = iter(text.splitlines())
    for line in (each.strip() for each in lines):
        if not line or line.startswith("#"):
            continue
        if found := _REQUEST.fullmatch(line):
            entries.append(Entry(found[1], found[2]))
            part = "headers"
        elif line.startswith("```"):
            body = []
            while (each := next(lines)) != "```":
                body.append(each + "\n")
            entries[-1].body = "".join(body).encode()
        elif line.startswith("HTTP "):
            entries[-1].status = line.split()[1]
        elif line.startswith("["):
            part = {"[Captures]": "captures", "[Asserts]": "asserts"}[line]
        elif part == "headers":
            name, _colon, value = line.partition(":")
            entries[-1].headers[name] = value.strip()
        else:
            getattr(entries[-1], part).append(line)
    return entries


def run(text: str, ask: Ask, **variables: str) -> None:
    """Raises Unlike at the first answer that is not what the case wants."""

    def filled(value: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda found: variables[found[1]], value)

    for number, entry in enumerate(parse(text), start=1):
        headers = {name: filled(value) for name, value in entry.headers.items()}
        answer = ask(entry.method, filled(entry.url), headers, entry.body)
        if entry.status not in ("*", str(answer.status)):
            raise Unlike(f"{number}. {entry.method}: {answer.status}, not {entry.status}")
        for capture in entry.captures:
            name, header = re.fullmatch(r'(\w+): header "([^"]+)"', capture).groups()  # type: ignore[union-attr]
            if header not in answer.headers:
                raise Unlike(f"{number}. {entry.method}: no {header}")
            variables[name] = answer.headers[header]
        for wanted in entry.asserts:
            if not holds(filled(wanted), answer):
                raise Unlike(f"{number}. {entry.method}: {wanted} ({answer.status}, {dict(answer.headers)})")


def holds(wanted: str, answer: Answer) -> bool:
    if found := _STATUS_MATCHES.fullmatch(wanted):
        return re.search(found[1], str(answer.status)) is not None
    if found := _STATUS.fullmatch(wanted):
        return bool(_COMPARE[found[1]](answer.status, int(found[2])))
    if found := _HEADER.fullmatch(wanted):
        name, negated, how, value = found.groups()
        return header_holds(answer.headers.get(name), how, value) is not bool(negated)
    raise ValueError(f"not understood: {wanted}")


def header_holds(header: str | None, how: str, value: str | None) -> bool:
    if header is None or value is None:
        return header is not None and how == "exists"
    if how == "matches":
        return re.search(value.replace("\\\\", "\\"), header) is not None
    if how == "startsWith":
        return header.startswith(value)
    return header == value if how == "==" else value in header
