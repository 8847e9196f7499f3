"""Roadblocks, rules of wording that people overruled, what the other rules found, and the forecasts that hold."""

from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from impactline.chain.models import ChainItem
from impactline.insight.methods import Method
from impactline.insight.wording import Severity
from impactline.metrics.models import Metric
from impactline.okrs.models import TITLE_MAX, Cycle, KeyResult, Objective
from impactline.people.models import Team

ITEMS = ("objective", "key_result", "metric", "chain_item")


class RoadblockKind(models.TextChoices):
    """What is missing: the five kinds of the book, and what fits none."""

    ALIGNMENT = "alignment", "Alignment"
    BUY_IN = "buy_in", "Buy-in"
    CLARITY = "clarity", "Clarity"
    ACCOUNTABILITY = "accountability", "Accountability"
    RESOURCES = "resources", "Resources"
    OTHER = "other", "Other"


class Roadblock(models.Model):
    """Something in the way of an objective, a key result or an item of the chain, or of nothing in particular."""

    kind_name: ClassVar = "roadblock"
    ref = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=TITLE_MAX)
    kind = models.CharField(max_length=15, choices=RoadblockKind.choices, default=RoadblockKind.OTHER)
    objective = models.ForeignKey(Objective, null=True, on_delete=models.PROTECT, related_name="+")
    key_result = models.ForeignKey(KeyResult, null=True, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ChainItem, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    escalate_to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    next_step = models.CharField(max_length=TITLE_MAX, blank=True, default="")
    due_on = models.DateField(null=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    raised_on = models.DateField()
    resolved_on = models.DateField(null=True)
    resolution = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["raised_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["raised_on"], name="roadblock_open", condition=Q(resolved_on=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=RoadblockKind.values), name="roadblock_kind_known"),
            models.CheckConstraint(
                condition=Q(objective=None, key_result=None)
                | Q(objective=None, item=None)
                | Q(key_result=None, item=None),
                name="roadblock_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(resolved_on=None) | Q(resolved_on__gte=F("raised_on")), name="roadblock_resolved_after"
            ),
            models.CheckConstraint(
                condition=Q(resolution="") | Q(resolved_on__isnull=False), name="roadblock_resolution"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def on(self) -> Objective | KeyResult | ChainItem | None:
        """What it is in the way of."""
        return self.objective or self.key_result or self.item


def _of_one_item() -> Q:
    """Exactly one of the items is named."""
    return reduce(or_, (Q(**{f"{other}__isnull": other != name for other in ITEMS}) for name in ITEMS))


class Overruled(models.Model):
    """A rule keeps quiet for an item, with a note, for as long as the text is the one with this digest.

    It ends too when somebody resumes the rule; the row then stays as a record.
    """

    objective = models.ForeignKey(Objective, null=True, on_delete=models.CASCADE, related_name="+")
    key_result = models.ForeignKey(KeyResult, null=True, on_delete=models.CASCADE, related_name="+")
    metric = models.ForeignKey(Metric, null=True, on_delete=models.CASCADE, related_name="+")
    chain_item = models.ForeignKey(ChainItem, null=True, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    digest = models.CharField(max_length=32)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_of_one_item(), name="overruled_of_one_item"),
            models.CheckConstraint(condition=~Q(note=""), name="overruled_has_a_note"),
            *(
                models.UniqueConstraint(
                    fields=[name, "rule", "digest"], condition=Q(resumed_at=None), name=f"overruled_once_{name}"
                )
                for name in ITEMS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} overruled"


class Found(models.Model):
    """A finding of a rule, with its identity over time: it appeared, it may be muted, it went, it may come back.

    `about` is [[kind, ref, title]] of what it names, as it was when last examined. `state` is the digest of all else.
    """

    kind_name: ClassVar = "finding"
    key = models.CharField(max_length=16, unique=True)
    rule = models.CharField(max_length=10)
    severity = models.CharField(max_length=10, choices=[(str(word), str(word)) for word in Severity])
    about = models.JSONField()
    message = models.TextField()
    remedy = models.TextField()
    act = models.CharField(max_length=20)
    value = models.FloatField()
    cause = models.CharField(max_length=200)
    state = models.CharField(max_length=32)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    cycle = models.ForeignKey(Cycle, null=True, on_delete=models.SET_NULL, related_name="+")
    appeared_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-value", "key"], name="found_ranked", condition=Q(gone_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(severity__in=[str(word) for word in Severity]), name="found_severity"),
            models.CheckConstraint(condition=Q(value__gte=0), name="found_value_not_negative"),
            models.CheckConstraint(
                condition=Q(gone_at=None) | Q(gone_at__gte=F("appeared_at")), name="found_gone_after_it_appeared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"

    @property
    def ref(self) -> str:
        return self.key


class FoundGuard(models.Model):
    """What a person has to see to be shown a finding; with `unless`, what they must not see."""

    found = models.ForeignKey(Found, on_delete=models.CASCADE, related_name="guards")
    objective = models.ForeignKey(Objective, null=True, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ChainItem, null=True, on_delete=models.PROTECT, related_name="+")
    unless = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(objective=None, item__isnull=False) | Q(objective__isnull=False, item=None),
                name="found_guard_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.found_id} {'unless' if self.unless else 'if'} {self.objective_id or self.item_id}"


class Muted(models.Model):
    """Somebody muted a finding until a day, for a reason; or it was heeded again before."""

    found = models.ForeignKey(Found, on_delete=models.CASCADE, related_name="mutes")
    reason = models.TextField()
    until = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="muted_has_a_reason"),
            models.UniqueConstraint(fields=["found"], condition=Q(ended_at=None), name="muted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.found_id} until {self.until}"


class Limit(models.Model):
    """A threshold of a rule that the organisation set; without a row the default holds."""

    name = models.CharField(max_length=40, unique=True)
    value = models.FloatField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class SwitchedOff(models.Model):
    """A rule that this organisation does not want, and why; without a row it is on."""

    rule = models.CharField(max_length=10, unique=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="switched_off_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} is switched off"


class Forecast(models.Model):
    """What is to come of a key result of a running cycle, as computed last: in the night, or when something was said.

    A copy for lists and rules of what `Outlook` has; `changed_on` is the day since which it says so.
    """

    key_result = models.OneToOneField(KeyResult, primary_key=True, on_delete=models.CASCADE, related_name="+")
    changed_on = models.DateField()
    method = models.CharField(max_length=10, choices=[(str(word), str(word)) for word in Method])
    due_on = models.DateField()
    reach = models.FloatField(null=True)
    enough = models.FloatField(null=True)
    middle = models.FloatField()
    half_low = models.FloatField()
    half_high = models.FloatField()
    most_low = models.FloatField()
    most_high = models.FloatField()
    count = models.PositiveIntegerField()
    beyond_best = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(method__in=[str(word) for word in Method]), name="forecast_method_known"
            ),
            models.CheckConstraint(
                condition=(Q(reach=None) | Q(reach__gte=0, reach__lte=1))
                & (Q(enough=None) | Q(enough__gte=0, enough__lte=1)),
                name="forecast_chances_are_shares",
            ),
            models.CheckConstraint(
                condition=Q(most_low__lte=F("half_low"), half_low__lte=F("half_high"), half_high__lte=F("most_high")),
                name="forecast_intervals_lie_in_each_other",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id}: {self.reach}"


class Look(models.Model):
    """When a person last looked at what needs attention, and when in the visit before that."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(before=None) | Q(before__lte=F("at")), name="look_before_this_one"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.at}"


class Hindcast(models.Model):
    """What was forecast of a closed key result from what was known at a part of its period, and what came.

    `confidence` is what was said by then, and by whom. See `forecast.backtest.Judged`.
    """

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="+")
    per_cent = models.PositiveSmallIntegerField()
    told = models.FloatField()
    reached = models.BooleanField()
    line = models.BooleanField()
    in_half = models.BooleanField(null=True)
    in_most = models.BooleanField(null=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key_result", "per_cent"], name="hindcast_once"),
            models.CheckConstraint(condition=Q(told__gte=0, told__lte=1), name="hindcast_told_is_a_share"),
            models.CheckConstraint(condition=Q(per_cent__gt=0, per_cent__lt=100), name="hindcast_within_its_period"),
            models.CheckConstraint(condition=Q(confidence=None) | Q(confidence__lte=10), name="hindcast_confidence"),
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id} at {self.per_cent} %"
