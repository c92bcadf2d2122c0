"""The full-text side of the passages, which Django's models cannot express.

A later migration that makes SQLite rebuild `search_public_passage` (any AlterField there) drops its
triggers: it has to run `make` of this one again.
"""

from django.db import migrations

SQLITE = [
    # `ascii` parts at what is not an ASCII letter or digit and leaves every other character alone:
    # tokens come folded and separated by spaces, and nothing here may fold or part them again.
    "CREATE VIRTUAL TABLE search_public_fts USING fts5("
    "keys, exact, content='search_public_passage', content_rowid='id', tokenize='ascii')",
    # Triggers, so that no way of deleting a passage (a cascade, a test's flush) can leave its words.
    # Passages are written and deleted, never changed.
    "CREATE TRIGGER search_public_passage_written AFTER INSERT ON search_public_passage BEGIN"
    " INSERT INTO search_public_fts(rowid, keys, exact) VALUES (new.id, new.keys, new.exact); END",
    "CREATE TRIGGER search_public_passage_deleted AFTER DELETE ON search_public_passage BEGIN"
    " INSERT INTO search_public_fts(search_public_fts, rowid, keys, exact)"
    " VALUES ('delete', old.id, old.keys, old.exact); END",
]
SQLITE_BACK = [
    "DROP TRIGGER search_public_passage_deleted",
    "DROP TRIGGER search_public_passage_written",
    "DROP TABLE search_public_fts",
]
POSTGRESQL = [
    "ALTER TABLE search_public_passage ADD COLUMN keys_vector tsvector, ADD COLUMN exact_vector tsvector",
    # Without the pending list: a search must not pay for the last publication, and removed words not wait there.
    "CREATE INDEX search_public_passage_keys ON search_public_passage USING gin (keys_vector) WITH (fastupdate = off)",
    "CREATE INDEX search_public_passage_exact ON search_public_passage USING gin (exact_vector) WITH (fastupdate = off)",
]
POSTGRESQL_BACK = ["ALTER TABLE search_public_passage DROP COLUMN keys_vector, DROP COLUMN exact_vector"]


def make(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def drop(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def _run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
