"""Questions that every page asks alike. Django needs longer to write them than the database to answer; so they are written once."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Question:
    """Rows as the database gives them: of texts, numbers and nothing that has to be converted."""

    def __init__(self, asked: Callable[[], QuerySet[Any, Any]]) -> None:
        self._asked = asked
        self._written: tuple[str, tuple[Any, ...]] | None = None

    def rows(self) -> list[tuple[Any, ...]]:
        if self._written is None:
            self._written = self._asked().query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(*self._written)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
