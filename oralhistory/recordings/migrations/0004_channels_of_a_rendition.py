from django.db import migrations, models

CHANNELS = [('both', 'Both'), ('two_microphones', 'Two Microphones'), ('left', 'Left'), ('right', 'Right')]


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0003_rendition_of_a_master'),
    ]

    operations = [
        migrations.AddField(
            model_name='rendition',
            name='channels',
            field=models.CharField(choices=CHANNELS, default='both', max_length=15),
        ),
        migrations.AddField(
            model_name='transfer',
            name='duration_ms',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='rendition',
            name='decoded_once',
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('recording', 'master', 'channels', 'shift_ms', 'pcm_sha256'), name='decoded_once'),
        ),
    ]
