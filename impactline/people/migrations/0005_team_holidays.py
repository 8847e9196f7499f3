from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_days_off'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='holidays',
            field=models.JSONField(default=list),
        ),
    ]
