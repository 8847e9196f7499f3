"""The log of what changed in a key result after it was frozen: who, when, why, from what to what."""

from datetime import datetime
from typing import Any

from impactline.base.errors import Invalid
from impactline.base.events import plain
from impactline.base.texts import line
from impactline.okrs.measure import MEASURE
from impactline.okrs.models import KeyResult, Milestone, TargetChange
from impactline.okrs.today import present
from impactline.people.models import Person

MEASURE_FIELDS = (*MEASURE, "curve", "metric")
REACHED = "reached_on"
State = dict[str, Any]


def state_of(key_result: KeyResult) -> State:
    """What a key result measures, as JSON: the fields, the metric by its id, and the milestones."""
    state = {field: plain(getattr(key_result, field)) for field in MEASURE_FIELDS if field != "metric"}
    rows = Milestone.objects.filter(key_result=key_result)
    steps = [
        {"title": row.title, "weight": row.weight, "due_on": plain(row.due_on), REACHED: plain(row.reached_on)}
        for row in rows
    ]
    return state | {"metric": key_result.metric_id, "milestones": steps}


def revised(before: State, after: State) -> dict[str, list[Any]]:
    """The fields that differ, each with what it was and what it is; reaching a milestone revises nothing."""
    return {field: [before[field], after[field]] for field in before if _aim(before[field]) != _aim(after[field])}


def log(
    key_result: KeyResult, differing: dict[str, list[Any]], *, by: Person, at: datetime, reason: str
) -> TargetChange:
    """Log a revision of a frozen key result; raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid(
            "What this key result measures has been frozen since its cycle began.",
            remedy="Write why it changes; both versions stay visible.",
            field="reason",
        )
    return TargetChange.objects.create(
        key_result=key_result,
        at=at,
        day=present(at).day,
        by=by,
        reason=line(reason, "reason", 1000),
        before={field: pair[0] for field, pair in differing.items()},
        after={field: pair[1] for field, pair in differing.items()},
    )


def _aim(value: Any) -> Any:
    """A stored field without what is no part of the aim."""
    if isinstance(value, list):
        return [
            {k: v for k, v in entry.items() if k != REACHED} if isinstance(entry, dict) else entry for entry in value
        ]
    return value
