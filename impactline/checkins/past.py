"""What the figures of a day rest on: what is kept with the rows for today, what was recorded for an earlier day."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from impactline.checkins.stated import UNSTATED, stated
from impactline.okrs.facts import judge_kept, milestones_of
from impactline.okrs.history import earlier, earlier_milestones, made_after
from impactline.okrs.judge import Judged, judge
from impactline.okrs.measure import Curve, Kind, Measure, Reading
from impactline.okrs.models import KeyResult, Milestone, Objective, Override, Score, TargetChange
from impactline.okrs.readings import own_values, readings_of
from impactline.okrs.records import measure_of, period_of
from impactline.okrs.today import Present


class Facts(Protocol):
    """The facts about some objectives and key results on one day; `now.day` is that day.

    By id: key results as they were then (`rows`), how they are measured and judged, their milestones; and of
    objectives the value of the metric that drives them.
    """

    now: Present
    rows: dict[int, KeyResult]
    measures: dict[int, Measure]
    judged: dict[int, Judged]
    milestones: dict[int, list[Milestone]]
    own_values: dict[int, Decimal]

    def confidence(self, key_result: KeyResult) -> int | None:
        """The confidence that was stated last."""

    def status(self, key_result: KeyResult) -> str | None:
        """The status that was stated last."""

    def checked_in_on(self, key_result: KeyResult) -> date | None:
        """The day of the last check-in."""

    def score(self, key_result: KeyResult) -> float | None:
        """The score that was given last."""

    def objective_score(self, objective: Objective) -> float | None:
        """The score that the objective was given last."""


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
        self.own_values = own_values(objectives.values())

    def confidence(self, key_result: KeyResult) -> int | None:
        return key_result.confidence

    def status(self, key_result: KeyResult) -> str | None:
        return key_result.status

    def checked_in_on(self, key_result: KeyResult) -> date | None:
        return key_result.checked_in_on

    def score(self, key_result: KeyResult) -> float | None:
        return key_result.score

    def objective_score(self, objective: Objective) -> float | None:
        return objective.score


class Past:
    """The facts of an earlier day: only what was recorded for days up to and including it.

    `rows` are the key results as they were measured on that day: copies where that was changed since.
    """

    def __init__(self, objectives: dict[int, Objective], rows: list[KeyResult], now: Present, as_of: date) -> None:
        self.now = replace(now, day=as_of)
        self._objectives = objectives
        changes = {number: made_after(found, as_of) for number, found in _changes(rows).items()}
        self.rows = {row.pk: earlier(row, changes[row.pk]) if changes.get(row.pk) else row for row in rows}
        self.milestones = _milestones(rows, changes)
        self.measures = {
            number: measure_of(row, self.milestones.get(number, ()), strict=now.policy.strict_holds)
            for number, row in self.rows.items()
        }
        self.own_values = own_values(objectives.values(), as_of)
        self.overrides = _overrides(objectives, as_of)
        self._scores = _scores(rows, objectives, as_of)
        self._stated = stated(KeyResult.objects.filter(pk__in=[row.pk for row in rows]), as_of)
        moved = {row.pk for row in rows if row.metric_id != self.rows[row.pk].metric_id}
        readings = readings_of(list(self.rows.values()), as_of, refollowed=moved)
        self.judged = {number: self._judge(row, readings[number]) for number, row in self.rows.items()}

    def confidence(self, key_result: KeyResult) -> int | None:
        return self._stated.get(key_result.pk, UNSTATED).confidence

    def status(self, key_result: KeyResult) -> str | None:
        return self._stated.get(key_result.pk, UNSTATED).status

    def checked_in_on(self, key_result: KeyResult) -> date | None:
        return self._stated.get(key_result.pk, UNSTATED).checked_in_on

    def score(self, key_result: KeyResult) -> float | None:
        return self._scores.get(("key_result", key_result.pk))

    def objective_score(self, objective: Objective) -> float | None:
        return self._scores.get(("objective", objective.pk))

    def _judge(self, row: KeyResult, readings: list[Reading]) -> Judged:
        objective = self._objectives[row.objective_id]
        return judge(
            self.measures[row.pk],
            readings,
            period_of(row, objective.cycle),
            self.now.day,
            kind=Kind(objective.kind),
            curve=Curve(row.curve),
            score=self.score(row),
            policy=self.now.policy.pace_rule,
        )


def _changes(rows: list[KeyResult]) -> dict[int, list[TargetChange]]:
    found: dict[int, list[TargetChange]] = defaultdict(list)
    for change in TargetChange.objects.filter(key_result__in=[row.pk for row in rows]):
        found[change.key_result_id].append(change)
    return found


def _milestones(rows: list[KeyResult], changes: dict[int, list[TargetChange]]) -> dict[int, list[Milestone]]:
    """The milestones of that day; also of what was measured by milestones only then."""
    found = milestones_of(rows)
    for number, made in changes.items():
        found[number] = earlier_milestones(found.get(number, ()), made)
    return found


def _overrides(objectives: dict[int, Objective], as_of: date) -> dict[int, float | None]:
    """What was set by hand on that day; None where nothing was."""
    rows = Override.objects.filter(objective__in=objectives, day__lte=as_of).exclude(resumed_day__lte=as_of)
    by_hand = dict(rows.order_by("day", "id").values_list("objective_id", "progress"))
    return {number: by_hand.get(number) for number in objectives}


def _scores(rows: list[KeyResult], objectives: dict[int, Objective], as_of: date) -> dict[tuple[str, int], float]:
    found: dict[tuple[str, int], float] = {}
    given = Score.objects.filter(day__lte=as_of).order_by("day", "id")
    for number, score in given.filter(key_result__in=[row.pk for row in rows]).values_list("key_result_id", "given"):
        found["key_result", number] = score
    for number, score in given.filter(objective__in=objectives).values_list("objective_id", "given"):
        found["objective", number] = score
    return found
