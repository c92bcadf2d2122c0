from django.db import migrations


def move(apps, schema_editor):
    Organization = apps.get_model("organizations", "Organization")
    Identifier = apps.get_model("organizations", "Identifier")
    Source = apps.get_model("organizations", "Source")
    for record in Organization.objects.exclude(source="", wikidata="").iterator():
        if record.wikidata:
            Identifier.objects.create(organization=record, scheme="wikidata", value=record.wikidata)
        for citation in record.source.split(" ; "):
            if citation.strip():
                Source.objects.create(organization=record, citation=citation.strip())


class Migration(migrations.Migration):
    """By itself: PostgreSQL does not alter a table in the transaction that filled it."""

    dependencies = [("organizations", "0002_authority_records")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
