"""What may stand in the address of a request: declared once, for the description and for reading it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = str | int | date


class Refused(Exception):
    """The request is not one that the description allows: by parameter, why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a query or of a path. `schema` is JSON Schema, of the words that `read` knows."""

    name: str
    description: str | Promise
    schema: Mapping[str, Any]
    example: Value | None = None
    required: bool = False
    where: str = field(default="query")

    def described(self) -> dict[str, Any]:
        """As OpenAPI has it."""
        said: dict[str, Any] = {
            "name": self.name,
            "in": self.where,
            "required": self.required or self.where == "path",
            "description": str(self.description),
            "schema": dict(self.schema),
        }
        if self.example is not None:
            said["example"] = self.example
        return said

    def read(self, text: str) -> Value:
        """Raises ValueError, with what is wrong."""
        if self.schema["type"] == "integer":
            return self._number(text)
        if self.schema.get("format") == "date":
            return _day(text)
        shortest, longest = self.schema.get("minLength", 0), self.schema.get("maxLength")
        if len(text) < shortest or (longest is not None and len(text) > longest):
            raise ValueError(f"must have {shortest} to {longest} characters")
        if "enum" in self.schema and text not in self.schema["enum"]:
            raise ValueError(f"must be one of {', '.join(self.schema['enum'])}")
        if "pattern" in self.schema and not re.search(self.schema["pattern"], text):
            raise ValueError(f"must match {self.schema['pattern']}")
        return text

    def _number(self, text: str) -> int:
        if not _INTEGER.fullmatch(text):
            raise ValueError("must be a whole number")
        number, least, most = int(text), self.schema["minimum"], self.schema["maximum"]
        if not least <= number <= most:
            raise ValueError(f"must be from {least} to {most}")
        return number


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError("must be a day: 2026-03-12")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is no day of the calendar") from error


def read(given: QueryDict, known: Sequence[Parameter]) -> dict[str, Any]:
    """The values of a query, with the defaults of what is missing. Raises Refused.

    What is not known, or stands there twice, is refused: whoever misspells a filter would otherwise be given everything.
    """
    by_name = {each.name: each for each in known if each.where == "query"}
    errors = {name: "is not a parameter of this address" for name in given if name not in by_name}
    values: dict[str, Any] = {}
    for name, parameter in by_name.items():
        texts = given.getlist(name)
        if len(texts) > 1:
            errors[name] = "stands there more than once"
        elif texts:
            try:
                values[name] = parameter.read(texts[0])
            except ValueError as error:
                errors[name] = str(error)
        elif parameter.required:
            errors[name] = "is missing"
        else:
            values[name] = parameter.schema.get("default")
    if errors:
        raise Refused(errors)
    return values
