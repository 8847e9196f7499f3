"""What the figures of a day rest on: what is kept with the rows for today, what was recorded for an earlier day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db.models import Case, F, QuerySet, When

from impactline.base.bulk import among
from impactline.checkins.stated import stated_by
from impactline.okrs.facts import judge_kept, milestones_of, with_milestones
from impactline.okrs.history import (
    changed_after,
    changes_after,
    changes_along,
    earlier,
    earlier_milestones,
    followed_on,
    score_on,
)
from impactline.okrs.judge import Judged, judge
from impactline.okrs.measure import Curve, Kind, Measure, Reading
from impactline.okrs.models import KeyResult, Milestone, Objective, TargetChange
from impactline.okrs.readings import NEEDS_ALL, every_reading, latest_value, readings_along
from impactline.okrs.records import measure_of, period_of
from impactline.okrs.today import Present


class Facts(Protocol):
    """The facts about some key results on one day; `now.day` is that day.

    By id: key results as they were then (`rows`), how they are measured and judged, their milestones.
    """

    now: Present
    rows: dict[int, KeyResult]
    measures: dict[int, Measure]
    judged: dict[int, Judged]
    milestones: dict[int, list[Milestone]]

    def confidence(self, key_result: KeyResult) -> int | None:
        """The confidence that was stated last."""

    def status(self, key_result: KeyResult) -> str | None:
        """The status that was stated last."""

    def checked_in_on(self, key_result: KeyResult) -> date | None:
        """The day of the last check-in."""

    def score(self, key_result: KeyResult) -> float | None:
        """The score that was given last."""


class Kept:
    """Today's facts, as they are kept with the rows."""

    def __init__(self, objectives: dict[int, Objective], rows: list[KeyResult], now: Present) -> None:
        self.now = now
        self.rows = {row.pk: row for row in rows}
        self.milestones = milestones_of(rows)
        self.measures = {
            row.pk: measure_of(row, self.milestones.get(row.pk, ()), strict=now.policy.strict_holds) for row in rows
        }
        self.judged = {
            row.pk: judge_kept(row, objectives[row.objective_id], self.measures[row.pk], now) for row in rows
        }

    def confidence(self, key_result: KeyResult) -> int | None:
        return key_result.confidence

    def status(self, key_result: KeyResult) -> str | None:
        return key_result.status

    def checked_in_on(self, key_result: KeyResult) -> date | None:
        return key_result.checked_in_on

    def score(self, key_result: KeyResult) -> float | None:
        return key_result.score


class Recorded(NamedTuple):
    """What was recorded of a key result by a day; `readings` only where it is not known by the latest value alone."""

    value: Decimal | None
    readings: Sequence[Sequence[Any]] | None
    changes: Sequence[Sequence[Any]] | None
    score: float | None
    confidence: int | None
    status: str | None
    checked_in_on: date | None

    def known(self, row: KeyResult, day: date) -> list[Reading]:
        """The readings by which a key result, as it was, is known on a day."""
        if row.metric_id is None:
            return []
        return known_by(self.value, self.readings, day)


WAS = [f"was_{field}" for field in Recorded._fields]


def known_by(value: Decimal | None, readings: Sequence[Sequence[Any]] | None, day: date) -> list[Reading]:
    """Readings as they were loaded: all of them, or the value of the latest, which is as good as one of the day."""
    if readings is not None:
        return readings_along(readings)
    return [] if value is None else [Reading(day, value)]


def recorded_by(day: date, closed_on: F) -> dict[str, Any]:
    """Columns of key results, by the fields of `Recorded`: what was recorded up to and including a day.

    `closed_on` is where their cycle says on which day it was closed.
    """
    changed = changed_after(day)
    return {
        "value": latest_value(day, closed_on),
        "readings": Case(When(NEEDS_ALL | changed, then=every_reading(followed_on(day), day, closed_on))),
        "changes": Case(When(changed, then=changes_after(day))),
        "score": score_on(day, "key_result"),
        **stated_by(day),
    }


def with_recorded(key_results: "QuerySet[KeyResult]", day: date) -> "QuerySet[KeyResult]":
    """Key results with their milestones and what was recorded by a day in the same query, for `recorded_along`."""
    columns = recorded_by(day, F("objective__cycle__closed_on"))
    return with_milestones(key_results).annotate(**{f"was_{field}": column for field, column in columns.items()})


def recorded_along(rows: list[KeyResult]) -> dict[int, Recorded]:
    """What was recorded of key results that were loaded `with_recorded`, by id."""
    return {row.pk: Recorded(*(getattr(row, name) for name in WAS)) for row in rows}


class Past:
    """The facts of an earlier day: only what was recorded for days up to and including it.

    `rows` are the key results as they were measured on that day: copies where that was changed since. What was
    `recorded` of them is loaded in one query where it is not given, milestones where they were not loaded along.
    """

    def __init__(
        self,
        objectives: dict[int, Objective],
        rows: list[KeyResult],
        now: Present,
        as_of: date,
        recorded: dict[int, Recorded] | None = None,
    ) -> None:
        self.now = replace(now, day=as_of)
        self._objectives = objectives
        self._recorded = _recorded(rows, as_of) if recorded is None else recorded
        changes = {row.pk: changes_along(self._recorded[row.pk].changes or ()) for row in rows}
        self.rows = {row.pk: earlier(row, made) if (made := changes[row.pk]) else row for row in rows}
        self.milestones = _milestones(rows, changes)
        self.measures = {
            number: measure_of(row, self.milestones.get(number, ()), strict=now.policy.strict_holds)
            for number, row in self.rows.items()
        }
        self.judged = {number: self._judge(row) for number, row in self.rows.items()}

    def confidence(self, key_result: KeyResult) -> int | None:
        return self._recorded[key_result.pk].confidence

    def status(self, key_result: KeyResult) -> str | None:
        return self._recorded[key_result.pk].status

    def checked_in_on(self, key_result: KeyResult) -> date | None:
        return self._recorded[key_result.pk].checked_in_on

    def score(self, key_result: KeyResult) -> float | None:
        return self._recorded[key_result.pk].score

    def _judge(self, row: KeyResult) -> Judged:
        objective = self._objectives[row.objective_id]
        return judge(
            self.measures[row.pk],
            self._recorded[row.pk].known(row, self.now.day),
            period_of(row, objective.cycle),
            self.now.day,
            kind=Kind(objective.kind),
            curve=Curve(row.curve),
            score=self.score(row),
            policy=self.now.policy.pace_rule,
        )


def _recorded(rows: list[KeyResult], day: date) -> dict[int, Recorded]:
    found = with_recorded(KeyResult.objects.filter(pk__in=among(row.pk for row in rows)), day)
    return {number: Recorded(*columns) for number, *columns in found.order_by().values_list("pk", *WAS)}


def _milestones(rows: list[KeyResult], changes: dict[int, list[TargetChange]]) -> dict[int, list[Milestone]]:
    """The milestones of that day; also of what was measured by milestones only then."""
    found = milestones_of(rows)
    for number, made in changes.items():
        if made:
            found[number] = earlier_milestones(found.get(number, ()), made)
    return found
