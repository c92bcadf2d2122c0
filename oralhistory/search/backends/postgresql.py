"""PostgreSQL: two `tsvector` columns on the passages (see the migration), written here token by token.

None of its dictionaries is asked: they confuse año and ano, and would find other things than SQLite.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from oralhistory.search.backends import rewriting
from oralhistory.search.backends.conditions import Condition
from oralhistory.search.passages import FILLER, UNSPOKEN, Passage
from oralhistory.search.queries import TookTooLong
from oralhistory.search.tables import Tables
from oralhistory.search.vocabulary import Clause

_SMALL_TABLES = ("facet", "vocabulary", "document")  # locked for a moment while they are written anew
_PATIENCE_SECONDS = 60


def store(document_id: str, passages: Sequence[Passage], of: Tables) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {of.prefix}_passage"  # noqa: S608
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


def condition(clauses: Sequence[Clause], of: Tables) -> Condition:
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
        tables=f"{of.prefix}_passage p",
        with_documents=f"{of.prefix}_passage p",
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
    """Stop whatever is asked within. Raises TookTooLong.

    Nor is a table read from its beginning: wherever few rows are wanted, PostgreSQL takes that for cheap, for it does
    not count what looking into a long `tsvector` costs; at a million segments that is the difference between 1 ms and seconds.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('enable_seqscan'),"
                " set_config('statement_timeout', %s, true), set_config('enable_seqscan', 'off', true)",
                [f"{milliseconds}ms"],
            )
            timeout, seqscan, *_set = cursor.fetchone()
            yield
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', %s, true)",
                [timeout, seqscan],
            )
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong(_("The search took too long. Try a rarer word.")) from error
        raise


def purge(of: Tables) -> None:
    """Rid the tables of what removed testimonies have left. Not within a transaction; searches go on meanwhile.

    REINDEX CONCURRENTLY and VACUUM would leave bytes behind: the words' index is new then, but the passages' own rows
    stay readable in the free space of pages that others share. What a transaction begun before may still want to see
    is waited for; if that goes on too long, it is an OperationalError and a reason to come back. The server's
    write-ahead log and backups keep the words as long as they are kept themselves.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("The index cannot be purged within a transaction")
    _wait_for_older_transactions()
    rewriting.rewrite(f"{of.prefix}_passage", gate=f"{of.prefix}_state")
    with connection.cursor() as cursor:
        for table in _SMALL_TABLES:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {of.prefix}_{table}")


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


def problems(of: Tables) -> list[str]:
    """Whether every passage has its two vectors."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {of.prefix}_passage WHERE keys_vector IS NULL OR exact_vector IS NULL"  # noqa: S608
            " OR length(keys_vector) = 0 OR length(exact_vector) = 0"
        )
        missing = cursor.fetchone()[0]
    return [f"{missing} passages have no full-text columns"] if missing else []
