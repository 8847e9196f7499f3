"""The figures of a day the long way round: each from all that was recorded, one by one, over the whole organisation.

Slow and plain, to hold the quick ways against.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from impactline.checkins.models import CheckIn
from impactline.metrics.models import Reading as Row
from impactline.okrs.alignment import Link, Node
from impactline.okrs.disclosure import RollUpPolicy, roll_up_for_viewer
from impactline.okrs.facts import metric_progress, own_of, part_of
from impactline.okrs.history import earlier, earlier_milestones, made_after
from impactline.okrs.judge import Judged, judge
from impactline.okrs.measure import Curve, Driver, Kind, Measure, Reading
from impactline.okrs.models import (
    Alignment,
    Cycle,
    KeyResult,
    Milestone,
    Objective,
    Override,
    Score,
    TargetChange,
)
from impactline.okrs.records import measure_of, period_of
from impactline.okrs.rollup import Rolled
from impactline.okrs.today import Present
from impactline.okrs.visibility import hidden_from
from impactline.people.models import Person


@dataclass(frozen=True)
class Told:
    """A key result on a day."""

    ref: str
    measure: Measure
    judged: Judged
    confidence: int | None
    status: str | None
    checked_in_on: date | None
    score: float | None


@dataclass(frozen=True)
class Found:
    """An objective on a day, its parts in no order."""

    rolled: Rolled
    key_results: list[Told]
    score: float | None


def found_by(person: Person | None, now: Present) -> dict[int, Found]:
    """All objectives that a person may see, as of the day of `now`."""
    hidden = {row.pk for row in Objective.objects.filter(pk__in=hidden_from(person))}
    objectives = list(Objective.objects.select_related("cycle"))
    told = {row.pk: [_told(one, row, now) for one in _key_results(row)] for row in objectives}
    nodes: Any = {row.pk: _node(row, told[row.pk], now) for row in objectives}
    rows = Alignment.objects.filter(kind="contributes", child__archived_at=None)
    links = [Link(row.child_id, row.parent_id, row.weight) for row in rows]
    secret = {*hidden, *(one.ref for number in hidden for one in told[number])}
    rolled = roll_up_for_viewer(nodes, links, secret, RollUpPolicy(now.policy.roll_up))
    return {
        row.pk: Found(rolled[row.pk], told[row.pk], _score(now.day, objective=row))
        for row in objectives
        if row.pk not in hidden
    }


def _key_results(objective: Objective) -> list[KeyResult]:
    return list(KeyResult.objects.filter(objective=objective, archived_at=None).order_by("position", "id"))


def _told(kept: KeyResult, objective: Objective, now: Present) -> Told:
    changes = made_after(TargetChange.objects.filter(key_result=kept), now.day)
    row = earlier(kept, changes)
    steps = Milestone.objects.filter(key_result=kept, key_result__type="milestones").order_by("position", "id")
    measure = measure_of(row, earlier_milestones(steps, changes), strict=now.policy.strict_holds)
    said = CheckIn.objects.filter(key_result=kept, replaced=False, day__lte=now.day).order_by("day", "id")
    score = _score(now.day, key_result=kept)
    return Told(
        row.ref,
        measure,
        judge(
            measure,
            _readings(row.metric_id, objective.cycle, now.day),
            period_of(row, objective.cycle),
            now.day,
            kind=Kind(objective.kind),
            curve=Curve(row.curve),
            score=score,
            policy=now.policy.pace_rule,
        ),
        _last([one.confidence for one in said]),
        _last([one.status for one in said]),
        _last([one.day for one in said]),
        score,
    )


def _node(objective: Objective, told: list[Told], now: Present) -> Node:
    by_hand = [
        row.progress
        for row in Override.objects.filter(objective=objective, day__lte=now.day).order_by("day", "id")
        if row.resumed_day is None or row.resumed_day > now.day
    ]
    objective.score = _score(now.day, objective=objective)
    rows = {row.ref: row for row in _key_results(objective)}
    return Node(
        key=objective.pk,
        parts=tuple(part_of(rows[one.ref], one.judged, one.status) for one in told),
        driver=Driver(objective.driver),
        own=own_of(objective, _own(objective, now.day), now) if objective.driver == Driver.METRIC else None,
        override=own_of(objective, by_hand[-1], now) if by_hand else None,
    )


def _own(objective: Objective, day: date) -> float | None:
    value: Decimal | None = _last([one.value for one in _readings(objective.metric_id, objective.cycle, day)])
    return metric_progress(objective, objective.baseline if value is None else value)


def _readings(metric: int | None, cycle: Cycle, day: date) -> list[Reading]:
    rows = Row.objects.filter(metric=metric, replaced=False, day__lte=day).order_by("day", "id")
    return [Reading(row.day, row.value) for row in rows if row.value is not None and cycle.counts(row.day)]


def _score(day: date, **item: Any) -> float | None:
    return _last([row.given for row in Score.objects.filter(day__lte=day, **item).order_by("day", "id")])


def _last(found: list[Any]) -> Any:
    return next((one for one in reversed(found) if one is not None), None)
