"""SQLite: an FTS5 table over the passages, kept by triggers (see the migration)."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from oralhistory.search.backends.conditions import Condition
from oralhistory.search.passages import Passage
from oralhistory.search.queries import TookTooLong
from oralhistory.search.tables import Tables
from oralhistory.search.vocabulary import Clause

_INSTRUCTIONS_BETWEEN_LOOKS = 20_000  # of SQLite's machine; well under a millisecond


def store(document_id: str, passages: Sequence[Passage], of: Tables) -> None:
    of.passage.objects.bulk_create(
        of.passage(
            document_id=document_id,
            number=passage.number,
            first_position=passage.first_position,
            keys=" ".join(passage.keys),
            exact=" ".join(passage.exact),
            layout=passage.layout,
            pieces=passage.pieces,
        )
        for passage in passages
    )


def condition(clauses: Sequence[Clause], of: Tables) -> Condition:
    fts = f"{of.prefix}_fts"
    wanted = " AND ".join(_expression(clause) for clause in clauses if not clause.negated)
    unwanted = "".join(f" NOT {_expression(clause)}" for clause in clauses if clause.negated)
    return Condition(
        tables=fts,
        # CROSS keeps SQLite from reading the passages first and asking FTS5 about each.
        with_documents=f"{fts} CROSS JOIN {of.prefix}_passage p ON p.id = {fts}.rowid",
        id=f"{fts}.rowid",
        where=f"{fts} MATCH %s",
        where_parameters=(f"({wanted}){unwanted}",),
        rank=f"bm25({fts})",
        rank_parameters=(),
    )


def _expression(clause: Clause) -> str:
    """Tokens are letters and digits alone, so that quotes around them suffice."""
    star = " *" if clause.prefix else ""
    runs = " OR ".join(f'"{" ".join(run)}"{star}' for run in clause.runs)
    return f"({clause.column} : ({runs}))"


@contextmanager
def time_limit(milliseconds: int) -> Iterator[None]:
    """Stop whatever is asked within. Raises TookTooLong."""
    connection.ensure_connection()
    deadline = time.monotonic() + milliseconds / 1000
    raw = connection.connection
    raw.set_progress_handler(lambda: time.monotonic() > deadline, _INSTRUCTIONS_BETWEEN_LOOKS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error):
            raise TookTooLong(_("The search took too long. Try a rarer word.")) from error
        raise
    finally:
        raw.set_progress_handler(None, 0)


def purge(of: Tables) -> None:
    """Overwrite what removed testimonies have left in the file. Not within a transaction.

    FTS5 only marks what is deleted; `optimize` writes the index anew without it, and the settings'
    `secure_delete` overwrites the old pages. What the write-ahead log still holds goes when it is
    emptied; if somebody is reading just then, that is refused with an OperationalError.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("The index cannot be purged within a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {of.prefix}_fts({of.prefix}_fts) VALUES ('optimize')")  # noqa: S608
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise OperationalError("The write-ahead log is being read; purge again later")


def problems(of: Tables) -> list[str]:
    """Whether the full-text table says the same as the passages."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {of.prefix}_fts({of.prefix}_fts, rank) VALUES ('integrity-check', 1)"  # noqa: S608
            )
    except OperationalError as error:
        return [f"the full-text table does not agree with the passages: {error}"]
    return []
