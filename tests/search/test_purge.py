"""What is removed must be gone from the database's bytes, not only from its answers."""

import threading
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from oralhistory.search import index
from oralhistory.search.backends import postgresql
from tests.search.documents import document, moments

CANARY = "quetzalcanario"


def bytes_of_the_index(prefix: str) -> bytes:
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        log = database.with_name(database.name + "-wal")
        return database.read_bytes() + (log.read_bytes() if log.exists() else b"")
    with connection.cursor() as cursor:
        # Tables, their indexes, and where PostgreSQL puts long values with its index.
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c WHERE pg_relation_filepath(c.oid) IS NOT NULL"
            " AND (c.relname LIKE %s OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relname LIKE %s))",
            [f"{prefix}_%", f"{prefix}_%"],
        )
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_removed_word_is_nowhere_in_the_files(of):
    of = of.within([f"otro{n}" for n in range(10)] + ["canario"]) if of.is_private else of
    others = [document(f"otro{n}", *[f"palabra{n} común{k}" for k in range(30)]) for n in range(10)]
    for one in others[:5]:
        index.replace_edition(one, of=of)
    index.replace_edition(document("canario", *[f"antes {CANARY} después{n}" for n in range(30)]), of=of)
    for one in others[5:]:
        index.replace_edition(one, of=of)
    index.purge(of)
    assert CANARY.encode() in bytes_of_the_index(of.prefix)

    last = document("canario", *["antes después"] * 30)
    index.replace_edition(last, of=of)
    index.purge(of)

    assert moments(index.search(CANARY, of=of)) == []
    assert CANARY.encode() not in bytes_of_the_index(of.prefix)
    assert index.search("palabra7", of=of).total == 6
    assert index.check({one.id: index.fingerprint(one) for one in (last, *others)}, of) == []


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_leave_nothing_in_the_full_text(of):
    """As a test's flush empties them, without a word to this package."""
    index.replace_edition(document("canario", CANARY), of=of)
    with connection.cursor() as cursor:
        for table in ("facet", "passage", "vocabulary", "document"):
            cursor.execute(f"DELETE FROM {of.prefix}_{table}")  # noqa: S608
    new = document("nuevo", "palabra")
    index.replace_edition(new, of=of)

    assert moments(index.search(CANARY, of=of)) == []
    assert index.check({"nuevo": index.fingerprint(new)}, of) == []


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


def shape_of_the_passages(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        found = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass",
            [table],
        )
        found += cursor.fetchall()
        cursor.execute(
            "SELECT column_name, data_type, is_nullable || is_identity || coalesce(column_default, '')"
            " FROM information_schema.columns WHERE table_name = %s",
            [table],
        )
        found += cursor.fetchall()
        cursor.execute(
            "SELECT attname, attstorage::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
            [table],
        )
        found += cursor.fetchall()
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id'), ''", [table])
        return sorted(found + cursor.fetchall(), key=str)


@pytest.mark.django_db(transaction=True)
def test_purging_leaves_the_table_as_the_migrations_made_it(of):
    passages = f"{of.prefix}_passage"
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's file is cleaned in place")
    index.replace_edition(document("uno", "primera edición"), of=of)
    before = shape_of_the_passages(passages)
    # Also where a test before this one has purged the same table.
    assert {("keys_vector", "m"), ("exact_vector", "m")} <= set(before)

    index.purge(of)
    index.purge(of)

    assert shape_of_the_passages(passages) == before
    index.replace_edition(document("dos", "segunda edición"), of=of)
    assert index.search("edición", of=of).total == 2
    index.remove_edition("uno", of=of)
    assert index.search("edición", of=of).total == 1


@pytest.mark.django_db(transaction=True)
def test_who_publishes_and_who_searches_go_on_while_it_is_purged():
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one writes at a time")
    index.replace_edition(document("uno", *["primera edición"] * 30))
    faults = []

    def work(act):
        try:
            for number in range(15):
                act(number)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    acts = (
        lambda number: index.replace_edition(document("dos", *[f"edición {number}"] * 30)),
        lambda _number: index.search("edición"),
    )
    threads = [threading.Thread(target=work, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for _ in range(3):
        index.purge()
    for thread in threads:
        thread.join()

    assert faults == []
    assert {group.document_id for group in index.search("edición").groups} == {"uno", "dos"}


@pytest.mark.django_db
def test_purging_within_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        index.purge()
