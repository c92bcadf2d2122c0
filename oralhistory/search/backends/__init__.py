"""The two databases that can hold the index: how rows are written, how a clause is said in SQL,
how the database is stopped, cleaned and checked. What is found, and its order, is decided above them.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from django.db import connection

from oralhistory.search.backends import postgresql, sqlite
from oralhistory.search.backends.conditions import Condition
from oralhistory.search.passages import Passage
from oralhistory.search.tables import Tables
from oralhistory.search.vocabulary import Clause


class Backend(Protocol):
    """What `sqlite` and `postgresql` both have."""

    def store(self, document_id: str, passages: Sequence[Passage], of: Tables) -> None: ...
    def condition(self, clauses: Sequence[Clause], of: Tables) -> Condition: ...
    def time_limit(self, milliseconds: int) -> AbstractContextManager[None]: ...
    def purge(self, of: Tables) -> None: ...
    def problems(self, of: Tables) -> list[str]: ...


_BACKENDS: dict[str, Backend] = {"sqlite": sqlite, "postgresql": postgresql}


def current() -> Backend:
    """The backend of the database that the archive runs on."""
    return _BACKENDS[connection.vendor]
