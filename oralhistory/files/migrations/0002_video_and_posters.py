from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='mediafile',
            name='only_public_uses_in_access_storage',
        ),
        migrations.AlterField(
            model_name='mediafile',
            name='use',
            field=models.CharField(choices=[('preservation_master', 'Preservation Master'), ('listening', 'Listening'), ('hearing', 'Hearing'), ('staff_copy', 'Staff Copy'), ('access_copy', 'Access Copy'), ('staff_video', 'Staff Video'), ('access_video', 'Access Video'), ('poster', 'Poster'), ('photograph', 'Photograph'), ('paper', 'Paper')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='mediafile',
            constraint=models.CheckConstraint(condition=models.Q(('storage', 'masters'), ('use__in', ['access_copy', 'access_video', 'poster', 'photograph']), _connector='OR'), name='only_public_uses_in_access_storage'),
        ),
    ]
