"""On PostgreSQL, keep the vectors in the row and not beside it.

Where common words meet in a phrase, thousands of passages are looked into for one that answers; each look fetched a
vector from four pages of its own. Rows that are there already follow when the table is next written anew, after any removal.
"""

from django.db import migrations

TABLES = ("search_public_passage", "search_staff_passage")


def within(apps, schema_editor):
    _store(schema_editor, "MAIN")


def beside(apps, schema_editor):
    _store(schema_editor, "EXTENDED")


def _store(schema_editor, how):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"ALTER TABLE {table} ALTER COLUMN keys_vector SET STORAGE {how},"
            f" ALTER COLUMN exact_vector SET STORAGE {how}"
        )


class Migration(migrations.Migration):
    dependencies = [("search", "0004_staff")]
    operations = [migrations.RunPython(within, beside)]
