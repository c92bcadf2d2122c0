from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_sources_and_identifiers")]
    operations = [
        migrations.RemoveField(model_name="organization", name="source"),
        migrations.RemoveField(model_name="organization", name="wikidata"),
    ]
