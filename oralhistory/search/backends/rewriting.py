"""A table of PostgreSQL's written anew while it is read, which VACUUM FULL refuses.

What is not visible any more is not copied, and the old files are gone when it ends. Writers wait; readers only for the
moment in which one table takes the other's name.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

_LONGEST_WAIT = (
    "3s"  # for readers to let go of the old table: new ones queue behind, so it is not waited long
)
_NEW = "_anew"


@transaction.atomic
def rewrite(table: str, *, gate: str) -> None:
    """The same rows, constraints and indexes under the same names. Raises OperationalError if readers hold on to it.

    `gate`: a table that every writer changes first. Whoever is writing has let go of all tables when it is ours; a
    writer half through would wait for this one, and this for him.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])  # one at a time
        cursor.execute(f"LOCK TABLE {gate} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            f"CREATE TABLE {table}{_NEW} (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING STORAGE)"
        )
        cursor.execute(f"INSERT INTO {table}{_NEW} SELECT * FROM {table} ORDER BY id")  # noqa: S608
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), nextval(pg_get_serial_sequence(%s, 'id')))",
            [f"{table}{_NEW}", table],
        )
        names = _index(cursor, table) + _constrain(cursor, table)
        cursor.execute(f"SET LOCAL lock_timeout = '{_LONGEST_WAIT}'")
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(f"ALTER TABLE {table}{_NEW} RENAME TO {table}")
        cursor.execute(f"ALTER SEQUENCE {table}{_NEW}_id_seq RENAME TO {table}_id_seq")
        for kind, name in names:
            if kind == "index":
                cursor.execute(f'ALTER INDEX "{_anew(name)}" RENAME TO "{name}"')
            else:
                cursor.execute(f'ALTER TABLE {table} RENAME CONSTRAINT "{_anew(name)}" TO "{name}"')
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _index(cursor: CursorWrapper, table: str) -> list[tuple[str, str]]:
    """Make the indexes that no constraint makes by itself."""
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)",
        [table],
    )
    rows = cursor.fetchall()
    for name, definition in rows:
        made = definition.replace(f" {name} ON ", f' "{_anew(name)}" ON ', 1)
        head, _on, tail = made.partition(" ON ")
        schema_and_table, _using, rest = tail.partition(" USING ")
        cursor.execute(f"{head} ON {schema_and_table}{_NEW} USING {rest}")
    return [("index", name) for name, _definition in rows]


def _constrain(cursor: CursorWrapper, table: str) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f', 'c') ORDER BY contype DESC",
        [table],
    )
    rows = cursor.fetchall()
    for name, definition in rows:
        cursor.execute(f'ALTER TABLE {table}{_NEW} ADD CONSTRAINT "{_anew(name)}" {definition}')
    return [("constraint", name) for name, _definition in rows]


def _anew(name: str) -> str:
    """Not longer than PostgreSQL's names may be."""
    return f"{name[: 63 - len(_NEW)]}{_NEW}"
