"""Sentences that one process writes down and another shows: in the language of whoever reads them."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext

_MARK = "\x1e"  # the record separator: no sentence begins with it


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the catalogs (marked with N_ where it is written) and what goes into its places.

    As a string it is in the language that is active. Its values may be sentences too.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.text) % self.values if self.values else gettext(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def as_dict(self) -> dict[str, Any]:
        values = {name: v.as_dict() if isinstance(v, Sentence) else v for name, v in self.values.items()}
        return {"text": self.text, "values": values}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Sentence":
        values = {name: cls.from_dict(v) if isinstance(v, dict) else v for name, v in data["values"].items()}
        return cls(data["text"], values)


def of(error: BaseException) -> Sentence | str:
    """What an exception says, still to be translated if it was given a sentence."""
    (said,) = error.args or ("",)
    return said if isinstance(said, Sentence) else str(said)


class SentenceField(models.TextField):  # type: ignore[type-arg]  # it takes parameters for mypy alone
    """Given a Sentence, or a text that stays as it is; read as a string in the language that is active then."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sentence):
            return _MARK + json.dumps(value.as_dict(), sort_keys=True, ensure_ascii=False)
        return super().get_prep_value(value)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        if value is None or not value.startswith(_MARK):
            return value
        return str(Sentence.from_dict(json.loads(value[1:])))
