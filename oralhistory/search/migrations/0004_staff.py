"""The staff's index: the tables of the public one once more, under names of their own, with their full-text side."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))

# As in 0002_full_text, where it is said why; what holds there for `search_public_passage` holds here too.
SQLITE = [
    "CREATE VIRTUAL TABLE search_staff_fts USING fts5("
    "keys, exact, content='search_staff_passage', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER search_staff_passage_written AFTER INSERT ON search_staff_passage BEGIN"
    " INSERT INTO search_staff_fts(rowid, keys, exact) VALUES (new.id, new.keys, new.exact); END",
    "CREATE TRIGGER search_staff_passage_deleted AFTER DELETE ON search_staff_passage BEGIN"
    " INSERT INTO search_staff_fts(search_staff_fts, rowid, keys, exact)"
    " VALUES ('delete', old.id, old.keys, old.exact); END",
]
SQLITE_BACK = [
    "DROP TRIGGER search_staff_passage_deleted",
    "DROP TRIGGER search_staff_passage_written",
    "DROP TABLE search_staff_fts",
]
POSTGRESQL = [
    "ALTER TABLE search_staff_passage ADD COLUMN keys_vector tsvector, ADD COLUMN exact_vector tsvector",
    "CREATE INDEX search_staff_passage_keys ON search_staff_passage USING gin (keys_vector) WITH (fastupdate = off)",
    "CREATE INDEX search_staff_passage_exact ON search_staff_passage USING gin (exact_vector) WITH (fastupdate = off)",
]
POSTGRESQL_BACK = ["ALTER TABLE search_staff_passage DROP COLUMN keys_vector, DROP COLUMN exact_vector"]


def make(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def drop(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def _run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def _of_document(related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to="search.staffdocument"
    )


class Migration(migrations.Migration):
    dependencies = [("search", "0003_editions_told_apart")]

    operations = [
        migrations.CreateModel(
            name="StaffDocument",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("held_on", models.CharField(blank=True, max_length=10)),
                ("published_at", models.DateTimeField(null=True)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("passages_cut", models.PositiveIntegerField(default=0)),
                ("indexed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("mark", models.CharField(blank=True, max_length=64)),
            ],
            options={"db_table": "search_staff_document"},
        ),
        migrations.CreateModel(
            name="StaffState",
            fields=[ID, ("changed", models.UUIDField())],
            options={
                "db_table": "search_staff_state",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="search_staff_state_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffWord",
            fields=[
                ID,
                ("word", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=20)),
                ("folded", models.CharField(max_length=64)),
                ("plain", models.CharField(db_index=True, max_length=64)),
                ("key", models.CharField(max_length=64)),
                ("document", _of_document("words")),
            ],
            options={
                "db_table": "search_staff_vocabulary",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "word", "language"), name="search_staff_vocabulary_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffFacet",
            fields=[
                ID,
                ("kind", models.CharField(max_length=20)),
                ("value", models.CharField(max_length=255)),
                ("document", _of_document("facets")),
            ],
            options={
                "db_table": "search_staff_facet",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "value", "document"), name="search_staff_facet_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffPassage",
            fields=[
                ID,
                ("number", models.PositiveIntegerField()),
                ("first_position", models.PositiveIntegerField()),
                ("layout", models.TextField()),
                ("keys", models.TextField()),
                ("exact", models.TextField()),
                ("pieces", models.TextField()),
                ("document", _of_document("passages")),
            ],
            options={
                "db_table": "search_staff_passage",
                "constraints": [
                    models.UniqueConstraint(fields=("document", "number"), name="search_staff_passage_once")
                ],
            },
        ),
        migrations.RunPython(make, drop),
    ]
