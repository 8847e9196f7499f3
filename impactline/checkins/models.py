"""Check-ins: what a person says of a key result on a day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from impactline.base.numbers import quantity_or_none
from impactline.metrics.models import Reading
from impactline.okrs.models import KeyResult
from impactline.okrs.status import Status


class CheckIn(models.Model):
    """A value, a confidence, a status and a note. Never edited: a correction is a check-in that replaces it."""

    kind_name: ClassVar = "check_in"
    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    value = quantity_or_none()
    reading = models.OneToOneField(Reading, null=True, on_delete=models.PROTECT, related_name="+")
    confidence = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=10, choices=[(str(s), str(s)) for s in Status], null=True)
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    replaced = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key_result", "-day", "-id"], name="check_in_latest", condition=Q(replaced=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(confidence=None) | Q(confidence__lte=10), name="check_in_confidence"),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")), name="check_in_not_own_correction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id} on {self.day}"
