"""What a key result measured on an earlier day, from the log of its changes."""

import copy
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from impactline.okrs.models import KeyResult, Milestone, TargetChange

NUMBERS = ("baseline", "target", "low", "high", "warning")


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


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)
