"""A column's value as JSON and back. What comes in is a stranger's: every value must be what its column holds."""

import base64
import binascii
import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class NotAValue(Exception):
    """A value that its column cannot hold; the message says why."""


def encode(column: Any, value: Any) -> Any:
    """A value of a column that names no other row. Raises TypeError for a kind of column that is not known here."""
    known(column)
    if value is None or isinstance(column, models.JSONField):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(column, models.BinaryField):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    return str(value) if isinstance(value, str) else value  # a default may be one of several choices


def known(column: Any) -> type:
    """The JSON type of a column's values. Raises TypeError."""
    for kinds, expected in _TYPES:
        if isinstance(column, kinds):
            return expected
    raise TypeError(f"{column} is of a kind that a package cannot hold: teach values.py")


_TYPES: tuple[tuple[Any, type], ...] = (
    (models.JSONField, object),
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.FloatField, float),
    (
        (models.CharField, models.TextField, models.DateField, models.BinaryField, models.UUIDField),
        str,
    ),
)


def decode(column: Any, value: Any) -> Any:
    """The value that a column gets. Raises NotAValue."""
    if value is None:
        if not column.null:
            raise NotAValue("is missing")
        return None
    _check_characters(value)
    if isinstance(column, models.JSONField):
        return value
    try:
        result = _typed(column, value)
        column.run_validators(result)
    except (ValidationError, ValueError, binascii.Error) as error:
        raise NotAValue("is not what can stand there") from error
    if column.choices and result and result not in dict(column.flatchoices):
        raise NotAValue("is none of the values that this program knows")
    return result


def _typed(column: Any, value: Any) -> Any:
    expected: Any = known(column)
    if expected is float and type(value) is int:
        value = float(value)
    if type(value) is not expected:
        raise NotAValue("has another type")
    if isinstance(column, models.DateTimeField):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise NotAValue("is a time without a zone")
        return moment
    if isinstance(column, models.DateField):
        return date.fromisoformat(value)
    if isinstance(column, models.BinaryField):
        return base64.b64decode(value, validate=True)
    return uuid.UUID(value) if isinstance(column, models.UUIDField) else value


def _check_characters(value: Any) -> None:
    """No database takes half a character; PostgreSQL takes no NUL."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise NotAValue("holds a character that no text has")
    elif isinstance(value, dict):
        for name, content in value.items():
            _check_characters(name)
            _check_characters(content)
    elif isinstance(value, list):
        for content in value:
            _check_characters(content)
