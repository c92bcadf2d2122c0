"""What is removed must be gone from the database's bytes, not only from its answers."""

from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from oralhistory.search import index
from oralhistory.search.backends import postgresql
from tests.search.documents import document, moments

CANARY = "quetzalcanario"


def bytes_of_the_index() -> bytes:
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        log = database.with_name(database.name + "-wal")
        return database.read_bytes() + (log.read_bytes() if log.exists() else b"")
    with connection.cursor() as cursor:
        # Tables, their indexes, and where PostgreSQL puts long values with its index.
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c WHERE pg_relation_filepath(c.oid) IS NOT NULL"
            " AND (c.relname LIKE 'search_public_%%' OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relname LIKE 'search_public_%%'))",
            [],
        )
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_removed_word_is_nowhere_in_the_files():
    others = [document(f"otro{n}", *[f"palabra{n} común{k}" for k in range(30)]) for n in range(10)]
    for one in others[:5]:
        index.replace_edition(one)
    index.replace_edition(document("canario", *[f"antes {CANARY} después{n}" for n in range(30)]))
    for one in others[5:]:
        index.replace_edition(one)
    index.purge()
    assert CANARY.encode() in bytes_of_the_index()

    index.replace_edition(document("canario", *["antes después"] * 30))
    index.purge()

    assert moments(index.search(CANARY)) == []
    assert CANARY.encode() not in bytes_of_the_index()
    assert index.search("palabra7").total == 6
    assert index.check(["canario", *(one.id for one in others)]) == []


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_leave_nothing_in_the_full_text():
    """As a test's flush empties them, without a word to this package."""
    index.replace_edition(document("canario", CANARY))
    with connection.cursor() as cursor:
        for table in ("facet", "passage", "document", "vocabulary"):
            cursor.execute(f"DELETE FROM search_public_{table}")  # noqa: S608
    index.replace_edition(document("nuevo", "palabra"))

    assert moments(index.search(CANARY)) == []
    assert index.check(["nuevo"]) == []


@pytest.mark.django_db(transaction=True)
def test_publishing_that_fails_changes_nothing():
    index.replace_edition(document("uno", "primera edición"))
    with transaction.atomic():
        index.replace_edition(document("uno", "segunda versión"))
        transaction.set_rollback(True)

    assert moments(index.search("primera")) == [("uno", "cue0")]
    assert index.search("segunda").total == 0
    assert index.suggest("vers") == []


@pytest.mark.django_db(transaction=True)
def test_purging_waits_for_who_still_reads_and_says_when_it_cannot(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite waits for its busy time-out by itself")
    monkeypatch.setattr(postgresql, "_PATIENCE_SECONDS", 0.2)
    reader = connection.copy("reader")
    reader.set_autocommit(False)
    try:
        with reader.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_public_passage")
        with pytest.raises(OperationalError, match="purge again later"):
            index.purge()
        reader.rollback()
        index.purge()
    finally:
        reader.close()


@pytest.mark.django_db
def test_purging_within_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        index.purge()
