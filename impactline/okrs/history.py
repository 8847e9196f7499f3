"""What held on an earlier day: what a key result measured, from the log of its changes; scores and overrides."""

import copy
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from impactline.base.bulk import Rows
from impactline.okrs.models import KeyResult, Milestone, Override, Score, TargetChange

NUMBERS = ("baseline", "target", "low", "high", "warning")


def score_on(day: date, item: str) -> Case:
    """A column: the score that an item (`objective` or `key_result`) had been given last by the end of a day."""
    return _last(Score.objects.filter(day__lte=day).exclude(**{item: None}), item, "given")


def override_on(day: date) -> Case:
    """A column: the progress of an objective that was set by hand at the end of a day."""
    return _last(Override.objects.filter(day__lte=day).exclude(resumed_day__lte=day), "objective", "progress")


def changed_after(day: date) -> Q:
    """The key results of which what they measure was changed after a day."""
    return Q(pk__in=TargetChange.objects.filter(day__gt=day).values("key_result"))


def changes_after(day: date) -> Subquery:
    """A column: the changes of a key result after a day, for `changes_along`."""
    rows = TargetChange.objects.filter(key_result=OuterRef("pk"), day__gt=day).order_by().values("key_result")
    return Subquery(rows.annotate(every=Rows("day", "pk", "before")).values("every"))


def changes_along(rows: Iterable[Sequence[Any]]) -> list[TargetChange]:
    """What `changes_after` loaded, the newest first, as `earlier` wants them."""
    return [
        TargetChange(pk=number, day=date.fromisoformat(day), before=_read(before))
        for day, number, before in sorted(rows, key=lambda row: (row[0], row[1]), reverse=True)
    ]


def followed_on(day: date) -> Coalesce:
    """The metric that a key result followed at the end of a day, for a query of its readings."""
    changes = TargetChange.objects.filter(key_result=OuterRef(OuterRef("pk")), day__gt=day, before__has_key="metric")
    was = changes.order_by("day", "pk").values(was=Cast(KeyTextTransform("metric", "before"), BigIntegerField()))
    return Coalesce(Subquery(was[:1]), OuterRef("metric"))


def made_after(changes: Iterable[TargetChange], day: date) -> list[TargetChange]:
    """The changes that were made after a day, the newest first, as `earlier` wants them."""
    later = (change for change in changes if change.day > day)
    return sorted(later, key=lambda change: (change.day, change.pk), reverse=True)


def earlier(key_result: KeyResult, changes: Iterable[TargetChange]) -> KeyResult:
    """A copy of a key result, never to be saved, without these changes, the newest first."""
    found = copy.copy(key_result)
    for change in changes:
        for name, value in change.before.items():
            if name in NUMBERS:
                setattr(found, name, None if value is None else Decimal(str(value)))
            elif name == "metric":
                found.metric_id = value
            elif name != "milestones":
                setattr(found, name, value)
    return found


def earlier_milestones(steps: Iterable[Milestone], changes: Iterable[TargetChange]) -> list[Milestone]:
    """The milestones without these changes, the newest first.

    Those that are still there keep the day on which they were reached; those that are not have the one they had.
    """
    found = list(steps)
    known = {step.title: step for step in found}
    for change in changes:
        if "milestones" in change.before:
            stored: list[dict[str, Any]] = change.before["milestones"]
            found = [_milestone(entry, known.get(entry["title"])) for entry in stored]
    return found


def _last(rows: "QuerySet[Any]", item: str, field: str) -> Case:
    """A field of the last of the rows of an item; they are looked for only where there are some, which is seldom."""
    last = rows.filter(**{item: OuterRef("pk")}).order_by("-day", "-id").values(field)
    return Case(When(pk__in=rows.order_by().values(item), then=Subquery(last[:1])))


def _milestone(stored: dict[str, Any], current: Milestone | None) -> Milestone:
    reached_on = current.reached_on if current else _day(stored.get("reached_on"))
    due_on = _day(stored["due_on"]) if "due_on" in stored else current.due_on if current else None
    return Milestone(title=stored["title"], weight=float(stored["weight"]), due_on=due_on, reached_on=reached_on)


def _read(stored: Any) -> Any:
    """What is kept as JSON, which SQLite gives as text within other JSON."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)
