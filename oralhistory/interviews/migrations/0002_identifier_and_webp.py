import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_video_and_posters'),
        ('interviews', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='interview',
            name='identifier',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='photograph',
            name='large_webp',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
        migrations.AddField(
            model_name='photograph',
            name='small_webp',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
        migrations.AddConstraint(
            model_name='interview',
            constraint=models.UniqueConstraint(condition=models.Q(('identifier', ''), _negated=True), fields=('collection', 'identifier'), name='identifiers_are_unique'),
        ),
    ]
