"""Strategic priorities, cycles, objectives, key results, and how objectives align.

Progress is kept with objective and key result (`progress`, raw and unclamped), written in the transaction
that changes what it rests on; `okrs.rolling` is the only writer. What depends on the date (expected, pace) is
kept with the objective for the day `figured_on`, and computed when read on any other day.
"""

# Long because what is said of objectives and key results stands beside them, each table with its constraints.

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from impactline.base.numbers import quantity_or_none
from impactline.chain.models import ChainItem
from impactline.metrics.models import Metric
from impactline.okrs.bands import Colour
from impactline.okrs.measure import Curve, Driver, Kind, Type, Values
from impactline.okrs.status import Status
from impactline.okrs.sufficiency import Answer
from impactline.people.models import Team

TITLE_MAX = 500


class CycleState(models.TextChoices):
    """Where a cycle stands."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    CLOSING = "closing", "Closing"
    CLOSED = "closed", "Closed"


class Visibility(models.TextChoices):
    """Who may see an objective: everybody, or those concerned and invited."""

    OPEN = "open", "Open"
    PRIVATE = "private", "Private"


class AlignmentKind(models.TextChoices):
    """How an objective serves another: it counts in its progress, or is only drawn."""

    CONTRIBUTES = "contributes", "Contributes"
    SUPPORTS = "supports", "Supports"


def _words(words: object) -> list[tuple[str, str]]:
    return [(str(word), str(word).replace("_", " ")) for word in words]  # type: ignore[attr-defined]


def _known(field: str, words: object) -> Q:
    return Q(**{f"{field}__in": [str(word) for word in words]})  # type: ignore[attr-defined]


class Priority(models.Model):
    """A strategic priority: what the organisation wants above all, and why."""

    kind_name: ClassVar = "priority"
    ref = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=TITLE_MAX)
    why = models.TextField(blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Cycle(models.Model):
    """A period with a purpose, in which objectives are set, checked in and scored."""

    kind_name: ClassVar = "cycle"
    ref = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    purpose = models.TextField(blank=True, default="")
    check_in_every_days = models.PositiveIntegerField(default=7)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=CycleState.choices, default=CycleState.DRAFT)
    closed_on = models.DateField(null=True)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="cycle_ends_after_start"),
            models.CheckConstraint(
                condition=Q(check_in_every_days__gte=1, check_in_every_days__lte=366), name="cycle_cadence"
            ),
            models.CheckConstraint(condition=_known("state", CycleState.values), name="cycle_state_known"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(state=CycleState.CLOSED), name="cycle_closed_on_only_if_closed"
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="cycle_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name or self.ref

    @property
    def title(self) -> str:
        return self.name or self.ref

    def counts(self, day: date) -> bool:
        """Whether what was read for a day counts here: once the cycle is closed, nothing later does."""
        return self.closed_on is None or day <= self.closed_on


class Objective(models.Model):
    """What is to be achieved in a cycle, and for whom it matters."""

    kind_name: ClassVar = "objective"
    ref = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, default="")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=_words(Kind), default=str(Kind.ASPIRATIONAL))
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.OPEN)
    driver = models.CharField(max_length=20, choices=_words(Driver), default=str(Driver.KEY_RESULTS))
    metric = models.ForeignKey(Metric, null=True, on_delete=models.PROTECT, related_name="+")
    baseline = quantity_or_none()
    target = quantity_or_none()
    priorities = models.ManyToManyField(Priority, related_name="+")
    position = models.PositiveIntegerField(default=0)
    computed = models.FloatField(null=True)
    progress = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    pace = models.CharField(max_length=10, choices=_words(Colour), default=str(Colour.GREY))
    status = models.CharField(max_length=10, choices=_words(Status), null=True)
    figured_on = models.DateField(null=True)
    score = models.FloatField(null=True)
    carried_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "position", "id"], name="objective_of_cycle"),
            models.Index(fields=["id"], name="objective_private", condition=Q(visibility=Visibility.PRIVATE)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_known("kind", Kind), name="objective_kind_known"),
            models.CheckConstraint(condition=_known("visibility", Visibility.values), name="objective_visibility"),
            models.CheckConstraint(condition=_known("driver", Driver), name="objective_driver_known"),
            models.CheckConstraint(
                condition=~Q(driver="metric") | Q(metric__isnull=False, baseline__isnull=False, target__isnull=False),
                name="objective_metric_complete",
            ),
            models.CheckConstraint(
                condition=Q(baseline=None) | Q(target=None) | ~Q(baseline=F("target")),
                name="objective_target_is_a_change",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1), name="objective_score_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Viewer(models.Model):
    """Somebody who was invited to see a private objective."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["objective", "person"], name="viewer_once_an_objective")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} sees {self.objective_id}"


class BrokenGlass(models.Model):
    """An administrator opened a private objective, for a reason and for an hour; its owner is told."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="broken_glass_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} opened {self.objective_id}"


class Alignment(models.Model):
    """A child objective contributes to a parent (with an equal or fixed share) or supports it."""

    child = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=AlignmentKind.choices, default=AlignmentKind.CONTRIBUTES)
    weight = models.FloatField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["parent", "kind"], name="alignment_of_parent")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["child", "parent"], name="aligned_once"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="not_aligned_with_itself"),
            models.CheckConstraint(condition=_known("kind", AlignmentKind.values), name="alignment_kind_known"),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=100, kind="contributes"),
                name="alignment_weight_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.kind} {self.parent_id}"


class KeyResult(models.Model):
    """How it will be seen that the objective is reached: a measure, from a baseline to a target."""

    kind_name: ClassVar = "key_result"
    ref = models.CharField(max_length=80, unique=True)
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, default="")
    type = models.CharField(max_length=20, choices=_words(Type), default=str(Type.METRIC))
    metric = models.ForeignKey(Metric, null=True, on_delete=models.PROTECT, related_name="+")
    measures = models.ForeignKey(ChainItem, null=True, on_delete=models.PROTECT, related_name="+")
    baseline = quantity_or_none()
    target = quantity_or_none()
    low = quantity_or_none()
    high = quantity_or_none()
    warning = quantity_or_none()
    unit = models.CharField(max_length=60, blank=True, default="")
    values = models.CharField(max_length=12, choices=_words(Values), default=str(Values.LATEST))
    levels = models.JSONField(default=list)
    curve = models.CharField(max_length=12, choices=_words(Curve), default=str(Curve.LINEAR))
    planned = models.JSONField(default=list)
    weight = models.FloatField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)
    value = quantity_or_none()
    value_day = models.DateField(null=True)
    progress = models.FloatField(null=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=10, choices=_words(Status), null=True)
    checked_in_on = models.DateField(null=True)
    score = models.FloatField(null=True)
    carried_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        indexes: ClassVar = [
            models.Index(fields=["objective", "position", "id"], name="key_result_of_objective"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_known("type", Type), name="key_result_type_known"),
            models.CheckConstraint(condition=_known("values", Values), name="key_result_values_known"),
            models.CheckConstraint(condition=_known("curve", Curve), name="key_result_curve_known"),
            models.CheckConstraint(
                condition=~Q(type="metric")
                | Q(baseline__isnull=False, target__isnull=False) & ~Q(baseline=F("target")),
                name="key_result_target_is_a_change",
            ),
            models.CheckConstraint(
                condition=~Q(type__in=["at_least", "at_most"]) | Q(target__isnull=False),
                name="key_result_hold_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(type="range") | Q(low__isnull=False, high__isnull=False, low__lte=F("high")),
                name="key_result_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=100), name="key_result_weight"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(starts_on__lte=F("due_on")),
                name="key_result_due_after_start",
            ),
            models.CheckConstraint(condition=Q(confidence=None) | Q(confidence__lte=10), name="key_result_confidence"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1), name="key_result_score_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Milestone(models.Model):
    """A step of a key result of type milestones, reached on a day or not yet."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_MAX)
    weight = models.FloatField(default=1)
    due_on = models.DateField(null=True)
    reached_on = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(weight__gt=0), name="milestone_weight_positive")]

    def __str__(self) -> str:
        return self.title


class TargetChange(models.Model):
    """A change of what a key result measures after it was frozen: who, when, why, from what to what."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="target_change_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.key_result_id} on {self.day}"


class Override(models.Model):
    """Progress of an objective set by hand, with a reason, until the computed value is resumed."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    progress = models.FloatField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    resumed_at = models.DateTimeField(null=True)
    resumed_day = models.DateField(null=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["objective"], condition=Q(resumed_at=None), name="one_override_at_a_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} at {self.progress}"


class Score(models.Model):
    """The verdict at the end: suggested from progress, given by a person. The last one counts."""

    objective = models.ForeignKey(Objective, null=True, on_delete=models.CASCADE, related_name="+")
    key_result = models.ForeignKey(KeyResult, null=True, on_delete=models.CASCADE, related_name="+")
    given = models.FloatField()
    suggested = models.FloatField(null=True)
    against_original = models.FloatField(null=True)
    dropped = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(objective__isnull=True) ^ Q(key_result__isnull=True), name="score_of_one_item"
            ),
            models.CheckConstraint(condition=Q(given__gte=0, given__lte=1), name="score_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.given}"


class Sufficiency(models.Model):
    """What somebody says of whether an objective would be reached if all its key results were. The last one counts.

    It is about the key results of which `digest` was made; once they are others, it is of before the change.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10, choices=_words(Answer))
    reason = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_known("answer", Answer), name="sufficiency_answer_known"),
            models.CheckConstraint(condition=~Q(digest=""), name="sufficiency_of_key_results"),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.answer}"
