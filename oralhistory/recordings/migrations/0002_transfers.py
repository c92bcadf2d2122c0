import django.db.models.deletion
import oralhistory.lib.ids
from django.db import migrations, models


def decoded_from_the_only_master(apps, schema_editor):
    for rendition in apps.get_model('recordings', 'Rendition').objects.select_related('recording'):
        rendition.master_id = rendition.recording.master_id
        rendition.save(update_fields=['master'])


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_video_and_posters'),
        ('recordings', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=oralhistory.lib.ids.public_id, editable=False, max_length=12, unique=True)),
                ('original_name', models.CharField(max_length=255)),
                ('state', models.CharField(choices=[('arrived', 'Arrived'), ('compared', 'Compared'), ('unlike', 'Unlike'), ('confirmed', 'Confirmed'), ('refused', 'Refused')], default='arrived', max_length=9)),
                ('shift_ms', models.BigIntegerField(null=True)),
                ('drift_ms', models.BigIntegerField(null=True)),
                ('likeness', models.FloatField(null=True)),
                ('explanation', models.TextField(blank=True)),
                ('arrived_at', models.DateTimeField()),
                ('decided_by_agent', models.CharField(blank=True, max_length=40)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='rendition',
            name='decoded_once',
        ),
        migrations.AddField(
            model_name='recording',
            name='channels',
            field=models.CharField(choices=[('both', 'Both'), ('two_microphones', 'Two Microphones'), ('left', 'Left'), ('right', 'Right')], default='both', max_length=15),
        ),
        migrations.AddField(
            model_name='recording',
            name='placed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='rendition',
            name='master',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
        migrations.RunPython(decoded_from_the_only_master, migrations.RunPython.noop),
        migrations.AddField(
            model_name='rendition',
            name='poster',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
        migrations.AddField(
            model_name='rendition',
            name='shift_ms',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='rendition',
            name='staff_video',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('recording', 'master', 'pcm_sha256'), name='decoded_once'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='master',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.mediafile'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='recording',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='recordings.recording'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['arrived', 'compared'])), fields=('recording',), name='one_open_transfer'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['compared', 'confirmed']), _negated=True), ('shift_ms__isnull', False), _connector='OR'), name='compared_has_a_shift'),
        ),
    ]
