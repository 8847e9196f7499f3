from django.db import migrations, models
from django.db.models import Q

NAMES = ("once", "told_is_a_share", "within_its_period", "confidence")


class Migration(migrations.Migration):
    """What a forecast would have been is a hindcast: a judgement is what people say of an outcome."""

    dependencies = [
        ('insight', '0007_judgement'),
    ]

    operations = [
        *(migrations.RemoveConstraint("judgement", f"judgement_{name}") for name in NAMES),
        migrations.RenameModel("Judgement", "Hindcast"),
        migrations.AddConstraint(
            "hindcast", models.UniqueConstraint(fields=["key_result", "per_cent"], name="hindcast_once")
        ),
        migrations.AddConstraint(
            "hindcast",
            models.CheckConstraint(condition=Q(told__gte=0, told__lte=1), name="hindcast_told_is_a_share"),
        ),
        migrations.AddConstraint(
            "hindcast",
            models.CheckConstraint(condition=Q(per_cent__gt=0, per_cent__lt=100), name="hindcast_within_its_period"),
        ),
        migrations.AddConstraint(
            "hindcast",
            models.CheckConstraint(condition=Q(confidence=None) | Q(confidence__lte=10), name="hindcast_confidence"),
        ),
    ]
