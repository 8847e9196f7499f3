"""Imports that people asked for, and what files of other formats said of items, kept to be told again."""

from typing import ClassVar

from django.conf import settings
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


class ImportState(models.TextChoices):
    """How far an import is."""

    READING = "reading", "Being read"
    PLANNED = "planned", "Planned"
    REFUSED = "refused", "Refused"
    APPLYING = "applying", "Being carried out"
    APPLIED = "applied", "Carried out"
    DISMISSED = "dismissed", "Put aside"


class Import(models.Model):
    """Files that somebody uploaded: planned by the worker, looked at, carried out. Seen by that person alone.

    `passed_over` names what an archive held of other kinds.
    `account` tells the plan or the faults, as `exchange.account` makes it; `digest` is of the plan that was shown.
    `share` is how much of the present `stage` is done, in per cent, where that can be told.
    """

    kind_name: ClassVar = "import"
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=20)
    passed_over = models.JSONField(default=list)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READING)
    stage = models.CharField(max_length=40, blank=True, default="")
    share = models.PositiveSmallIntegerField(null=True)
    account = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="import_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(condition=Q(share=None) | Q(share__lte=100), name="import_share_at_most_all"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """Its number, by which events and addresses name it."""
        return str(self.pk)

    @property
    def is_working(self) -> bool:
        """Whether the worker has something to do for it."""
        return self.state in (ImportState.READING, ImportState.APPLYING)


class ImportFile(models.Model):
    """One file of an import, compressed (zlib); dropped when the import has been carried out or put aside."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=300)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name
