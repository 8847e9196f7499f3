"""The items of the chain, the links between them, assumptions, dependencies, evidence and reports.

What is so far done of an item (progress of an activity, delivered quantity of an output, used amount of an input) is
said in dated reports; the newest is kept with the item.
"""

# Long because the constraints of all levels stand in one table, and what hangs on an item beside it.

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from impactline.base.numbers import quantity, quantity_or_none
from impactline.chain.levels import Level, LinkKind, Sublevel
from impactline.chain.prediction import Came
from impactline.chain.rubric import LEVEL_MAX, VOICE_MAX
from impactline.metrics.models import Metric
from impactline.people.models import Team

TITLE_MAX = 500
FILE_NAME_MAX = 150
GROUP_MAX = 80
LAG_DAYS_MAX = 3660


class State(models.TextChoices):
    """Where an item of the chain stands."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class InputKind(models.TextChoices):
    """What an input is."""

    PEOPLE = "people", "People"
    MONEY = "money", "Money"
    SKILL = "skill", "Skill"
    ASSET = "asset", "Asset"


class ItemVisibility(models.TextChoices):
    """Who may see an item: everybody, or those concerned and invited."""

    OPEN = "open", "Open"
    PRIVATE = "private", "Private"


class Strength(models.TextChoices):
    """How well a link is borne out."""

    UNTESTED = "untested", "Untested"
    WEAK = "weak", "Weak"
    MODERATE = "moderate", "Moderate"
    STRONG = "strong", "Strong"


class Holding(models.TextChoices):
    """What is known of an assumption."""

    UNTESTED = "untested", "Untested"
    HOLDING = "holding", "Holding"
    FAILING = "failing", "Failing"
    FAILED = "failed", "Failed"


class Importance(models.TextChoices):
    """What hangs on an assumption."""

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Likelihood(models.TextChoices):
    """How likely an assumption is to hold."""

    ALMOST_CERTAIN = "almost_certain", "Almost certain"
    LIKELY = "likely", "Likely"
    UNLIKELY = "unlikely", "Unlikely"


def _person(**options: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


def _words(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(word), str(word).replace("_", " ").capitalize()) for word in words]


def _known(field: str, words: Iterable[str], *, blank: bool = False) -> Q:
    return Q(**{f"{field}__in": [*map(str, words), *([""] if blank else [])]})


def _only(level: str, **empty: Any) -> Q:
    """What only items of a level have."""
    return Q(level=level) | Q(**empty)


def _share(field: str) -> Q:
    return Q(**{field: None}) | Q(**{f"{field}__gte": 0, f"{field}__lte": 1})


def _not_negative(field: str) -> Q:
    return Q(**{field: None}) | Q(**{f"{field}__gte": 0})


_ON_ONE_THING = Q(link=None, item__isnull=False) | Q(link__isnull=False, item=None)


class ChainItem(models.Model):
    """An input, activity, output, outcome or impact."""

    kind_name: ClassVar = "chain_item"
    ref = models.CharField(max_length=80, unique=True)
    level = models.CharField(max_length=10, choices=_words(Level))
    sublevel = models.CharField(max_length=12, choices=_words(Sublevel), blank=True, default="")
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, default="")
    owner = _person(null=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    shared_with = models.ManyToManyField(Team, related_name="+")
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    ended_on = models.DateField(null=True)
    visibility = models.CharField(max_length=10, choices=ItemVisibility.choices, default=ItemVisibility.OPEN)
    intended = models.BooleanField(default=True)
    kind = models.CharField(max_length=10, choices=InputKind.choices, blank=True, default="")
    amount = quantity_or_none()
    used = quantity_or_none()
    unit = models.CharField(max_length=60, blank=True, default="")
    effort_hours = quantity_or_none()
    cost = quantity_or_none()
    progress = models.FloatField(null=True)
    planned = quantity_or_none()
    delivered = quantity_or_none()
    acceptance = models.TextField(blank=True, default="")
    metrics = models.ManyToManyField(Metric, related_name="+")
    rubric = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        indexes: ClassVar = [
            models.Index(fields=["team"], name="chain_item_of_team"),
            models.Index(fields=["id"], name="chain_item_private", condition=Q(visibility=ItemVisibility.PRIVATE)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_known("level", Level), name="chain_level_known"),
            models.CheckConstraint(condition=_known("sublevel", Sublevel), name="chain_sublevel_known"),
            models.CheckConstraint(condition=_only(Level.OUTCOME, sublevel=""), name="chain_sublevel_of_outcome"),
            models.CheckConstraint(condition=_known("state", State), name="chain_state_known"),
            models.CheckConstraint(condition=_known("visibility", ItemVisibility), name="chain_visibility_known"),
            models.CheckConstraint(condition=_known("kind", InputKind, blank=True), name="chain_kind_known"),
            models.CheckConstraint(
                condition=_only(Level.INPUT, kind="", amount=None, used=None), name="chain_amount_of_input"
            ),
            models.CheckConstraint(
                condition=_only(Level.ACTIVITY, effort_hours=None, cost=None, progress=None),
                name="chain_effort_of_activity",
            ),
            models.CheckConstraint(
                condition=_only(Level.OUTPUT, planned=None, delivered=None, acceptance=""),
                name="chain_quantity_of_output",
            ),
            models.CheckConstraint(condition=_share("progress"), name="chain_progress_is_a_share"),
            *(
                models.CheckConstraint(condition=_not_negative(field), name=f"chain_{field}_not_negative")
                for field in ("amount", "used", "effort_hours", "cost", "planned", "delivered")
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(due_on=None) | Q(starts_on__lte=F("due_on")),
                name="chain_due_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(state__in=[State.DONE, State.DROPPED]), name="chain_ended_if_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ItemViewer(models.Model):
    """Somebody who was invited to see a private item of the chain."""

    item = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "person"], name="item_viewer_once")]

    def __str__(self) -> str:
        return f"{self.person_id} sees {self.item_id}"


class ItemGlass(models.Model):
    """An administrator opened a private item of the chain, for a reason and for an hour; its owner is told."""

    item = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    person = _person()
    reason = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="item_glass_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.person_id} opened {self.item_id}"


class Report(models.Model):
    """How far an item was on a day: progress of an activity, quantity of an output, amount used of an input.

    Never edited: a further report for the same day takes the place of the earlier one.
    """

    item = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    value = quantity_or_none()
    note = models.TextField(blank=True, default="")
    by = _person(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["day", "id"]
        indexes: ClassVar = [models.Index(fields=["item", "-day", "-id"], name="report_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__isnull=False, value__gte=0), name="report_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.day}"


class Link(models.Model):
    """One item leads to another: what is expected of it, how soon, and how well that is known."""

    source = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=15, choices=_words(LinkKind))
    effect_metric = models.ForeignKey(Metric, null=True, on_delete=models.PROTECT, related_name="+")
    effect_change = quantity_or_none()
    effect_per = quantity_or_none()
    lag_days = models.PositiveIntegerField(null=True)
    confidence = models.FloatField(null=True)
    evidence = models.CharField(max_length=10, choices=Strength.choices, default=Strength.UNTESTED)
    rationale = models.TextField(blank=True, default="")
    necessary = models.BooleanField(null=True)
    group = models.CharField(max_length=GROUP_MAX, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        indexes: ClassVar = [models.Index(fields=["target", "source"], name="link_to_target")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="linked_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="not_linked_with_itself"),
            models.CheckConstraint(condition=_known("kind", LinkKind), name="link_kind_known"),
            models.CheckConstraint(condition=_known("evidence", Strength), name="link_evidence_known"),
            models.CheckConstraint(condition=_share("confidence"), name="link_confidence_is_a_share"),
            models.CheckConstraint(
                condition=Q(effect_metric=None, effect_change=None, effect_per=None)
                | Q(effect_metric__isnull=False, effect_change__isnull=False, effect_per__gt=0),
                name="link_effect_complete",
            ),
            models.CheckConstraint(
                condition=Q(lag_days=None) | Q(lag_days__lte=LAG_DAYS_MAX), name="link_lag_within_ten_years"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Assumption(models.Model):
    """What must hold for one level to lead to the next: on a link, or on an item."""

    kind_name: ClassVar = "assumption"
    link = models.ForeignKey(Link, null=True, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(ChainItem, null=True, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=TITLE_MAX)
    state = models.CharField(max_length=10, choices=Holding.choices, default=Holding.UNTESTED)
    importance = models.CharField(max_length=10, choices=Importance.choices, blank=True, default="")
    likelihood = models.CharField(max_length=15, choices=Likelihood.choices, blank=True, default="")
    influenceable = models.BooleanField(null=True)
    owner = _person(null=True)
    review_on = models.DateField(null=True)
    metric = models.ForeignKey(Metric, null=True, on_delete=models.PROTECT, related_name="+")
    at_least = quantity_or_none()
    at_most = quantity_or_none()
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ON_ONE_THING, name="assumption_on_one_thing"),
            models.CheckConstraint(condition=_known("state", Holding), name="assumption_state_known"),
            models.CheckConstraint(
                condition=_known("importance", Importance, blank=True), name="assumption_importance"
            ),
            models.CheckConstraint(
                condition=_known("likelihood", Likelihood, blank=True), name="assumption_likelihood"
            ),
            models.CheckConstraint(
                condition=Q(metric=None, at_least=None, at_most=None) | Q(metric__isnull=False),
                name="assumption_threshold_has_metric",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Prediction(models.Model):
    """What was expected of an activity or output when it ended, and what was then observed of the metric.

    `output` is what was to move it: the item itself, or what the activity produces. `expected`, `low`, `high` and
    `claimed` are changes of the metric, as `expectation.Move`. `came` is empty until the metric was read once the lag
    had passed (`seen_by`). Kept as it was: later changes of the chain do not touch it.
    """

    item = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    output = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    outcome = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField()
    seen_by = models.DateField()
    expected = quantity()
    low = quantity()
    high = quantity()
    claimed = quantity()
    evidence = models.CharField(max_length=10, choices=Strength.choices)
    from_on = models.DateField(null=True)
    from_value = quantity_or_none()
    observed_on = models.DateField(null=True)
    observed = quantity_or_none()
    came = models.CharField(max_length=20, choices=_words(Came), blank=True, default="")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "output", "outcome", "metric"], name="predicted_once"),
            models.CheckConstraint(condition=_known("came", Came, blank=True), name="prediction_came_known"),
            models.CheckConstraint(condition=_known("evidence", Strength), name="prediction_evidence_known"),
            models.CheckConstraint(condition=~Q(came="") | Q(observed=None), name="prediction_observed_if_came"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} was to move {self.metric_id} by {self.expected}"


class Judgement(models.Model):
    """What somebody says of how far an outcome has come about on a day; nobody's where it is told for a group.

    `level` are the words of the rubric, `rating` its place from 0 and `of` the number of levels, as they were then.
    `evidence` are pages and kept files that bear it out, [{title, url} or {title, file_name, digest, size}]; `by` who
    wrote it down.
    """

    item = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    person = _person(null=True)
    on_behalf_of = models.CharField(max_length=VOICE_MAX, blank=True, default="")
    level = models.CharField(max_length=LEVEL_MAX, blank=True, default="")
    rating = models.PositiveSmallIntegerField(null=True)
    of = models.PositiveSmallIntegerField(null=True)
    narrative = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list)
    by = _person(null=True)
    recorded_at = models.DateTimeField()
    position = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["day", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "position"], name="judgement_numbered_once"),
            models.CheckConstraint(
                condition=Q(level="", rating=None, of=None) & ~Q(narrative="")
                | Q(level__gt="", rating__isnull=False, of__isnull=False, rating__lt=F("of"), of__gte=2),
                name="judgement_says_something",
            ),
            models.CheckConstraint(condition=Q(person=None) | Q(on_behalf_of=""), name="judgement_of_one_voice"),
        ]

    def __str__(self) -> str:
        return f"{self.level or self.narrative[:40]} on {self.day}"


class Dependency(models.Model):
    """An activity that can only go on after another, or after an output is there."""

    activity = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(ChainItem, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "after"], name="waits_once"),
            models.CheckConstraint(condition=~Q(activity=F("after")), name="not_waiting_for_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} after {self.after_id}"


class Evidence(models.Model):
    """What shows that an item was delivered, or a link holds: an address, or a kept file by its digest."""

    item = models.ForeignKey(ChainItem, null=True, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(Link, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_MAX)
    url = models.CharField(max_length=2000, blank=True, default="")
    file_name = models.CharField(max_length=FILE_NAME_MAX, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ON_ONE_THING, name="evidence_on_one_thing"),
            models.CheckConstraint(
                condition=Q(url__gt="", digest="", file_name="", size=0)
                | Q(url="", digest__gt="", file_name__gt="", size__gt=0),
                name="evidence_is_address_or_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title
