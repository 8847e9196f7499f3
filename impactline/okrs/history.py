"""What held on an earlier day: what a key result measured, from the log of its changes; scores and overrides."""

import copy
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, FloatField, OuterRef, Subquery, Value

from impactline.base.bulk import Rows, Written
from impactline.okrs.models import KeyResult, Milestone, TargetChange

NUMBERS = ("baseline", "target", "low", "high", "warning")
LAST_SCORE = """CASE WHEN {{}} IN (
  SELECT s.{item}_id FROM okrs_score s WHERE s.{item}_id IS NOT NULL AND s.day <= {{}}
) THEN (
  SELECT s.given FROM okrs_score s WHERE s.{item}_id = {{}} AND s.day <= {{}} ORDER BY s.day DESC, s.id DESC LIMIT 1
) END"""
LAST_OVERRIDE = """CASE WHEN {} IN (SELECT v.objective_id FROM okrs_override v WHERE v.day <= {}) THEN (
  SELECT v.progress FROM okrs_override v
  WHERE v.objective_id = {} AND v.day <= {} AND (v.resumed_day IS NULL OR v.resumed_day > {})
  ORDER BY v.day DESC, v.id DESC LIMIT 1
) END"""
CHANGED = "{} IN (SELECT t.key_result_id FROM okrs_targetchange t WHERE t.day > {})"
FOLLOWED = """COALESCE((
  SELECT CAST(t.before ->> 'metric' AS bigint) FROM okrs_targetchange t
  WHERE t.key_result_id = {} AND t.day > {} AND t.before ->> 'metric' IS NOT NULL ORDER BY t.day, t.id LIMIT 1
), {})"""


def score_on(day: date, item: str) -> Written:
    """A column: the score that an item (`objective` or `key_result`) had been given last by the end of a day.

    As with other seldom things, a row of it is looked for only where there is one.
    """
    row, until = F("pk"), Value(day)
    return Written(LAST_SCORE.format(item=item), row, until, row, until, output_field=FloatField())


def override_on(day: date) -> Written:
    """A column: the progress of an objective that was set by hand at the end of a day."""
    row, until = F("pk"), Value(day)
    return Written(LAST_OVERRIDE, row, until, row, until, until, output_field=FloatField())


def changed_after(day: date) -> Written:
    """Whether what a key result measures was changed after a day."""
    return Written(CHANGED, F("pk"), Value(day), output_field=BooleanField())


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


def followed_on(day: date) -> Written:
    """The metric that a key result followed at the end of a day, for a query of its readings; if it followed one."""
    return Written(FOLLOWED, OuterRef("pk"), Value(day), OuterRef("metric"), output_field=BigIntegerField())


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


def _milestone(stored: dict[str, Any], current: Milestone | None) -> Milestone:
    reached_on = current.reached_on if current else _day(stored.get("reached_on"))
    due_on = _day(stored["due_on"]) if "due_on" in stored else current.due_on if current else None
    return Milestone(title=stored["title"], weight=float(stored["weight"]), due_on=due_on, reached_on=reached_on)


def _read(stored: Any) -> Any:
    """What is kept as JSON, which SQLite gives as text within other JSON."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)
