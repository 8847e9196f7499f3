"""What files of other formats said of items, kept so that an export to that format says it again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from impactline.chain.models import ChainItem
from impactline.metrics.models import Metric


class Format(models.TextChoices):
    """The formats of which something is kept."""

    IATI = "iati", "IATI"


class ForeignElement(models.Model):
    """An element of another format that an item or a metric came from; seen by whoever sees that.

    `within` tells in whose element it stood, by ref; the content is empty where that one's says it all.
    """

    item = models.ForeignKey(ChainItem, null=True, on_delete=models.CASCADE, related_name="+")
    metric = models.ForeignKey(Metric, null=True, on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=10, choices=Format.choices)
    within = models.CharField(max_length=80, blank=True, default="")
    content = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "format"], name="foreign_once_an_item"),
            models.UniqueConstraint(fields=["metric", "format"], name="foreign_once_a_metric"),
            models.CheckConstraint(
                condition=Q(item=None, metric__isnull=False) | Q(item__isnull=False, metric=None),
                name="foreign_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(format__in=Format.values), name="foreign_format_known"),
        ]

    def __str__(self) -> str:
        return f"{self.format} of {self.item_id or self.metric_id}"
