"""All figures anew, from what was recorded: when the day changes, after imports, and when somebody doubts them.

Works on rows as light as a hundred thousand of them have to be, in a fixed number of queries; the arithmetic is
that of single changes.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from impactline.base.bulk import raw, write
from impactline.base.events import note
from impactline.base.memory import without_collector
from impactline.base.transactions import action
from impactline.okrs import verbs
from impactline.okrs.days import Days
from impactline.okrs.measure import Curve, Kind, Measure, Type, Values
from impactline.okrs.models import Cycle, KeyResult, Milestone, Objective
from impactline.okrs.period import Period
from impactline.okrs.progress import Standing, metric_standing, standing, standing_at
from impactline.okrs.readings import all_readings, latest_of_all_key_results, needs_all
from impactline.okrs.records import BARE, measure_of
from impactline.okrs.rolling import KEPT, MEASURED, edges_of, lock_all, rolled_up, with_override
from impactline.okrs.rollup import Part
from impactline.okrs.today import Present, present
from impactline.people.models import Organisation

COLUMNS = (
    "pk",
    "ref",
    "objective_id",
    "type",
    "baseline",
    "target",
    "low",
    "high",
    "warning",
    "values",
    "curve",
    "weight",
    "starts_on",
    "due_on",
    "status",
    "score",
    "metric_id",
    "value",
    "value_day",
    "progress",
    "archived_at",
)

NOTHING = (None, None)
NO_LISTS: tuple[Any, ...] = ("", (), ())
INTRICATE = frozenset({Curve.PLANNED, Curve.MILESTONES})


@action
def recompute(at: datetime) -> int:
    """Measure every key result and roll every objective up; returns how many objectives moved. All pages are told."""
    lock_all()
    with without_collector():
        found = _anew(present(at))
        write(KeyResult, found.measured, MEASURED)
        write(Objective, found.rolled, KEPT)
    if (organisation := Organisation.objects.first()) is not None:
        note(verbs.FIGURES, organisation, by=None, at=at)
    return len(found.rolled)


def doubtful(at: datetime) -> list[str]:
    """Refs of key results and objectives with kept figures that differ from what was recorded; changes nothing."""
    with without_collector():
        found = _anew(present(at))
    return sorted([row.ref for row in found.measured if row.is_doubtful] + [row.ref for row in found.doubtful])


class _Row(NamedTuple):
    """A key result."""

    pk: int
    ref: str
    objective_id: int
    type: str
    baseline: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    warning: Decimal | None
    values: str
    curve: str
    weight: float | None
    starts_on: date | None
    due_on: date | None
    status: str | None
    score: float | None
    metric_id: int | None
    value: Decimal | None
    value_day: date | None
    progress: float | None
    archived_at: datetime | None
    unit: str
    levels: Sequence[str]
    planned: Sequence[Mapping[str, Any]]

    @property
    def is_plain(self) -> bool:
        """Whether it is a metric of which the last value counts, on a curve that only days decide; most are."""
        return self.type == Type.METRIC and self.values == Values.LATEST and self.curve not in INTRICATE


@dataclass(frozen=True, slots=True)
class _Measured:
    """A key result whose kept figures differ from these; doubtful where it is more than a rounding error."""

    pk: int
    ref: str
    value: Decimal | None
    value_day: date | None
    progress: float | None
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class _Anew:
    """What differs from what is kept: key results, objectives, and of these the doubtful ones."""

    measured: list[_Measured]
    rolled: list[Objective]
    doubtful: list[Objective]


def _anew(now: Present) -> _Anew:
    objectives = _objectives()
    before = {number: (row.computed, row.progress, row.status) for number, row in objectives.items()}
    measured, parts = _measure_all(objectives, now)
    rolled = list(rolled_up(objectives, parts, edges_of(objectives), now).values())
    return _Anew(
        measured,
        rolled,
        [row for row in rolled if not _alike(before[row.pk], (row.computed, row.progress, row.status))],
    )


def _objectives() -> dict[int, Objective]:
    cycles = {cycle.pk: cycle for cycle in Cycle.objects.all()}
    objectives = {row.pk: row for row in with_override(Objective.objects.all()).select_related(None)}
    for row in objectives.values():
        row.cycle = cycles[row.cycle_id]
    return objectives


def _measure_all(objectives: dict[int, Objective], now: Present) -> tuple[list[_Measured], dict[int, list[Part]]]:
    """The key results that differ from what is kept, and all that count as parts of their objectives."""
    recorded = _Recorded(_rows())
    days = Days(now.day, now.policy.pace_rule)
    strict = now.policy.strict_holds
    homes = {number: (Kind(row.kind), row.cycle) for number, row in objectives.items()}
    measured: list[_Measured] = []
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in recorded.rows:
        kind, cycle = homes[row.objective_id]
        measure = recorded.measure_of(row, strict=strict)
        on = days.of(row, cycle)
        stands, day = recorded.standing(row, measure, on.period, cycle)
        after = (stands.value, day, stands.progress)
        before = (row.value, row.value_day, row.progress)
        if after != before:
            measured.append(_Measured(row.pk, row.ref, *after, is_doubtful=not _alike(after, before)))
        if row.archived_at is None:
            parts[row.objective_id].append(on.part(row, measure, stands, kind))
    return measured, parts


class _Recorded:
    """What was recorded of key results: their latest readings, all of those that are summed or counted, milestones."""

    def __init__(self, rows: list[_Row]) -> None:
        self.rows = rows
        self._latest = latest_of_all_key_results()
        self._readings = all_readings({row.metric_id for row in rows if needs_all(row.type, row.values)})
        self._steps = _milestones()

    def measure_of(self, row: _Row, *, strict: bool) -> Measure:
        """How a key result is measured; of a plain one, which is asked for its type alone, no more than that."""
        if row.is_plain:
            return BARE[row.type]
        return measure_of(row, self._steps.get(row.pk, ()) if row.type == Type.MILESTONES else (), strict=strict)

    def standing(self, row: _Row, measure: Measure, period: Period, cycle: Cycle) -> tuple[Standing, date | None]:
        """Where a key result stands, and the day of what was recorded last."""
        if row.is_plain:
            day, value = self._latest.get(row.pk, NOTHING)
            return metric_standing(row, value), day
        if measure.type is Type.MILESTONES:
            days = [step.reached_on for step in measure.milestones if step.reached_on]
            return standing(measure, (), date.max, period), max(days, default=None)
        day, value = self._latest.get(row.pk, NOTHING)
        if not needs_all(measure.type, measure.values):
            return standing_at(measure, value), day
        known = [reading for reading in self._readings[row.metric_id or 0] if cycle.counts(reading.day)]
        return standing(measure, known, date.max, period), day


def _rows() -> list[_Row]:
    """All key results in order of their place."""
    found = raw(KeyResult.objects.order_by("position", "id").values_list(*COLUMNS))
    rows = [_Row._make(row + NO_LISTS) for row in found]
    lists = KeyResult.objects.exclude(levels=[], planned=[]).values_list("pk", "levels", "planned")
    more = {number: (levels, planned) for number, levels, planned in lists}
    return [row._replace(levels=more[row.pk][0], planned=more[row.pk][1]) if row.pk in more else row for row in rows]


def _milestones() -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = Milestone.objects.filter(key_result__type=Type.MILESTONES).order_by("position", "id")
    for row in rows.values_list("key_result_id", "title", "weight", "reached_on", "due_on", named=True):
        found[row.key_result_id].append(row)
    return found


def _alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether figures are the same but for a rounding error."""
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )
