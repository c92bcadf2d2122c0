import django.db.models.deletion
import oralhistory.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial'),
        ('interviews', '0002_identifier_and_webp'),
        ('recordings', '0003_rendition_of_a_master'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=oralhistory.lib.ids.public_id, editable=False, max_length=12, unique=True)),
                ('purpose', models.CharField(choices=[('recording', 'Recording'), ('transfer', 'Transfer')], default='recording', max_length=9)),
                ('channels', models.CharField(choices=[('both', 'Both'), ('two_microphones', 'Two Microphones'), ('left', 'Left'), ('right', 'Right')], default='both', max_length=15)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('state', models.CharField(choices=[('coming', 'Coming'), ('whole', 'Whole'), ('kept', 'Kept'), ('refused', 'Refused'), ('ended', 'Ended')], default='coming', max_length=7)),
                ('size', models.PositiveBigIntegerField(null=True)),
                ('offset', models.PositiveBigIntegerField(default=0)),
                ('parts', models.JSONField(default=dict)),
                ('metadata', models.TextField(blank=True)),
                ('declared_sha256', models.CharField(blank=True, max_length=64)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('refusal', models.TextField(blank=True)),
                ('begun_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('interview', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='interviews.interview')),
                ('recording', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='arrival', to='recordings.recording')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='recordings.recording')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='interviews.session')),
                ('transfer', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='arrival', to='recordings.transfer')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'expires_at'], name='intake_arri_state_d708ce_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('size', None), ('offset__lte', models.F('size')), _connector='OR'), name='no_more_than_announced'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'transfer'), _negated=True), ('replaces__isnull', False), _connector='OR'), name='a_transfer_replaces')],
            },
        ),
    ]
