"""PostgreSQL: two `tsvector` columns on the passages (see the migration), written here token by token.

None of its dictionaries is asked: they confuse año and ano, and would find other things than SQLite.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from oralhistory.search.backends.conditions import Condition
from oralhistory.search.passages import FILLER, UNSPOKEN, Passage
from oralhistory.search.queries import TookTooLong
from oralhistory.search.vocabulary import Clause

_TABLES = ("passage", "facet", "vocabulary", "document")
_PATIENCE_SECONDS = 60


def store(document_id: str, passages: Sequence[Passage]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_public_passage"
            " (document_id, number, first_position, keys, exact, layout, pieces, keys_vector, exact_vector)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s::tsvector)",
            [
                (
                    document_id,
                    passage.number,
                    passage.first_position,
                    " ".join(passage.keys),
                    " ".join(passage.exact),
                    passage.layout,
                    passage.pieces,
                    _vector(passage.keys),
                    _vector(passage.exact),
                )
                for passage in passages
            ],
        )


def _vector(tokens: Sequence[str]) -> str:
    """Tokens are letters and digits alone, so that quotes around them suffice."""
    positions: dict[str, list[str]] = {}
    for position, token in enumerate(tokens, start=1):
        if token not in (FILLER, UNSPOKEN):
            positions.setdefault(token, []).append(str(position))
    return " ".join(f"'{token}':{','.join(places)}" for token, places in positions.items())


def condition(clauses: Sequence[Clause]) -> Condition:
    where, where_parameters, rank, rank_parameters = [], [], [], []
    for column in ("keys", "exact"):
        wanted = " & ".join(
            _expression(clause) for clause in clauses if clause.column == column and not clause.negated
        )
        if wanted:
            where.append(f"p.{column}_vector @@ %s::tsquery")
            where_parameters.append(wanted)
            rank.append(f"ts_rank(p.{column}_vector, %s::tsquery)")
            rank_parameters.append(wanted)
    for clause in clauses:
        if clause.negated:
            where.append(f"NOT p.{clause.column}_vector @@ %s::tsquery")
            where_parameters.append(_expression(clause))
    return Condition(
        tables="search_public_passage p",
        with_documents="search_public_passage p",
        id="p.id",
        where=" AND ".join(where),
        where_parameters=tuple(where_parameters),
        rank=f"-({' + '.join(rank)})",
        rank_parameters=tuple(rank_parameters),
    )


def _expression(clause: Clause) -> str:
    star = ":*" if clause.prefix else ""
    return "(" + " | ".join(" <-> ".join(f"'{token}'{star}" for token in run) for run in clause.runs) + ")"


@contextmanager
def time_limit(milliseconds: int) -> Iterator[None]:
    """Stop whatever is asked within. Raises TookTooLong."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)",
                [f"{milliseconds}ms"],
            )
            before = cursor.fetchone()[0]
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong(_("The search took too long. Try a rarer word.")) from error
        raise


def purge() -> None:
    """Overwrite what removed testimonies have left in the tables. Not within a transaction.

    Less than VACUUM FULL leaves bytes behind: a plain one, in the free space of pages that others'
    rows share; and GIN never forgets a key until it is built anew. The tables are locked meanwhile,
    and searches refused. What a transaction begun before may still want to see is not removed, so it
    is waited for; if it goes on too long, that is an OperationalError and a reason to come back. The server's write-ahead log and backups keep the words as long as they are
    kept themselves.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("The index cannot be purged within a transaction")
    _wait_for_older_transactions()
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"VACUUM (FULL, ANALYZE) search_public_{table}")


def _wait_for_older_transactions() -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        ours = cursor.fetchone()[0]
        cursor.execute(
            "SELECT DISTINCT l.virtualtransaction FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'relation' AND l.pid <> pg_backend_pid()"
        )
        readers = [row[0] for row in cursor.fetchall()]
        while True:
            # Who writes, in any database of the server, holds back the snapshots of all; who reads, only here.
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= %s::xid8"
                " OR EXISTS (SELECT FROM pg_locks WHERE virtualtransaction = ANY(%s))",
                [ours, readers],
            )
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > deadline:
                raise OperationalError("An older transaction is still running; purge again later")
            time.sleep(0.1)


def problems() -> list[str]:
    """Whether every passage has its two vectors."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM search_public_passage WHERE keys_vector IS NULL OR exact_vector IS NULL"
            " OR length(keys_vector) = 0 OR length(exact_vector) = 0"
        )
        missing = cursor.fetchone()[0]
    return [f"{missing} passages have no full-text columns"] if missing else []
