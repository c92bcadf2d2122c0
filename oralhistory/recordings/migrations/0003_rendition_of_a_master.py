import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from 0002: PostgreSQL does not alter a table whose rows were changed in the same transaction.

    dependencies = [
        ('files', '0002_video_and_posters'),
        ('recordings', '0002_transfers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rendition',
            name='master',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
    ]
