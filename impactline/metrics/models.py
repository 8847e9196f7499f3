"""Metrics, their dimensions, targets and locked periods, and their readings: what key results follow."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from impactline.base.numbers import quantity_or_none
from impactline.metrics.adding import Amount
from impactline.metrics.measure import Aggregation, Kind, Measure, Quality, kind
from impactline.metrics.periods import Span
from impactline.people.models import Team


def _words(of: Any) -> list[tuple[str, str]]:
    return [(str(word), str(word)) for word in of]


class Better(models.TextChoices):
    """Which way is good."""

    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"
    WITHIN = "within", "Within a range is better"


class Metric(models.Model):
    """A measured quantity with a unit and a time series.

    A shared metric has a ref and a page; one without a ref belongs to a single key result and is seen
    wherever that is. `measure`, `aggregation` and `adds_up` (IATI: aggregation status) decide how its values add
    up; `numerator` and `denominator` say in words what a share counts, `levels` are those of an ordinal metric,
    from 0. `references` are [{vocabulary, code, uri}], such as SDG indicators; in IATI vocabulary 99 is one's own.
    """

    kind_name: ClassVar = "metric"
    ref = models.CharField(max_length=80, unique=True, null=True)
    name = models.CharField(max_length=500)
    definition = models.TextField(blank=True, default="")
    unit = models.CharField(max_length=60, blank=True, default="")
    better = models.CharField(max_length=10, choices=Better.choices, default=Better.HIGHER)
    measure = models.CharField(max_length=12, choices=_words(Measure), default=Measure.UNIT)
    aggregation = models.CharField(max_length=10, choices=_words(Aggregation), default=Aggregation.LATEST)
    adds_up = models.BooleanField(default=True)
    numerator = models.CharField(max_length=500, blank=True, default="")
    denominator = models.CharField(max_length=500, blank=True, default="")
    levels = models.JSONField(default=list)
    references = models.JSONField(default=list)
    source = models.CharField(max_length=500, blank=True, default="")
    method = models.TextField(blank=True, default="")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    read_every_days = models.PositiveIntegerField(null=True)
    healthy_at_least = quantity_or_none()
    healthy_at_most = quantity_or_none()
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(better__in=Better.values), name="metric_better_known"),
            models.CheckConstraint(
                condition=Q(measure__in=list(Measure)) & Q(aggregation__in=list(Aggregation)),
                name="metric_measure_known",
            ),
            models.CheckConstraint(
                condition=Q(healthy_at_least=None)
                | Q(healthy_at_most=None)
                | Q(healthy_at_least__lte=F("healthy_at_most")),
                name="metric_healthy_range_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.ref is not None

    @property
    def kind(self) -> Kind:
        """All that decides how its values add up."""
        return kind(self.measure, self.aggregation, self.adds_up, self.unit)


class Dimension(models.Model):
    """By what the readings of a metric are broken down: sex, region, plan; with its categories, in order."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="dimensions")
    name = models.CharField(max_length=100)
    categories = models.JSONField(default=list)
    position = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["metric", "name"], name="dimension_once")]

    def __str__(self) -> str:
        return self.name


class Baseline(models.Model):
    """What a metric was before the work started; `categories` {dimension: category} where it is that of a part."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="baselines")
    day = models.DateField()
    value = quantity_or_none()
    numerator = quantity_or_none()
    denominator = quantity_or_none()
    categories = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    position = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None)
                | (Q(numerator__isnull=False, denominator__isnull=False) & ~Q(denominator=0)),
                name="baseline_counts_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.day}"

    @property
    def amount(self) -> Amount:
        return Amount(self.value, self.numerator, self.denominator)


class PeriodTarget(models.Model):
    """The value of a metric that is aimed at for a period, whole or (`categories`) of a part.

    Never edited: a revision is a further row that replaces it, with who, when and why; one without value and note
    takes the target back. A qualitative target is told in the note.
    """

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = quantity_or_none()
    numerator = quantity_or_none()
    denominator = quantity_or_none()
    categories = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    replaced = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["metric", "starts_on"], name="period_target_of")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="period_target_in_order"),
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None)
                | (Q(numerator__isnull=False, denominator__isnull=False) & ~Q(denominator=0)),
                name="period_target_counts_together",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")), name="period_target_not_own_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} from {self.starts_on} to {self.ends_on}"

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on)

    @property
    def amount(self) -> Amount:
        return Amount(self.value, self.numerator, self.denominator)


class LockedPeriod(models.Model):
    """A period of which no reading may be entered or corrected, until its owner or an administrator unlocks it."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    unlocked_at = models.DateTimeField(null=True)
    unlocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    unlock_reason = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["metric", "starts_on"], name="locked_period_of", condition=Q(unlocked_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="locked_period_in_order"),
            models.CheckConstraint(
                condition=Q(unlocked_at=None) | ~Q(unlock_reason=""), name="locked_period_unlocked_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on)


class Reading(models.Model):
    """A value of a metric on a day. Never edited: a correction is a further reading that replaces it.

    A share may carry what it is a share of; a qualitative reading has no value but a note. `quality` None is
    measured, `evidence` None is none, else [{title, url}].
    """

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    value = quantity_or_none()
    numerator = quantity_or_none()
    denominator = quantity_or_none()
    quality = models.CharField(max_length=11, choices=_words(Quality), null=True)
    evidence = models.JSONField(null=True)
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    replaced = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["metric", "-day", "-id"], name="reading_latest", condition=Q(replaced=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")), name="reading_not_own_correction"
            ),
            models.CheckConstraint(
                condition=(
                    Q(numerator=None, denominator=None)
                    | (Q(numerator__isnull=False, denominator__isnull=False) & ~Q(denominator=0))
                )
                & (Q(quality=None) | Q(quality__in=list(Quality))),
                name="reading_counts_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.day}"

    @property
    def amount(self) -> Amount:
        return Amount(self.value, self.numerator, self.denominator)


class Part(models.Model):
    """A part of a reading: the amount of one category, or of a combination ({"sex": "women", "region": "north"}).

    The names are those that the metric's dimensions had when it was read; they are not rewritten when these change.
    """

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="parts")
    categories = models.JSONField()
    value = quantity_or_none()
    numerator = quantity_or_none()
    denominator = quantity_or_none()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None, value__isnull=False)
                | (Q(numerator__isnull=False, denominator__isnull=False) & ~Q(denominator=0)),
                name="part_has_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} of {', '.join(self.categories.values())}"

    @property
    def amount(self) -> Amount:
        return Amount(self.value, self.numerator, self.denominator)
