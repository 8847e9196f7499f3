"""What the figures of a day rest on: key results and objectives as parts of a roll-up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db.models import Case, OuterRef, QuerySet, Subquery, When

from impactline.base.bulk import Rows
from impactline.okrs.bands import Colour
from impactline.okrs.expected import expected, expected_of_period
from impactline.okrs.judge import Judged, judge_standing
from impactline.okrs.measure import Curve, Driver, Kind, Measure, Type
from impactline.okrs.models import Cycle, KeyResult, Milestone, Objective
from impactline.okrs.pace import moment_of, pace
from impactline.okrs.period import Period
from impactline.okrs.progress import Standing, progress_of_value, standing, standing_at
from impactline.okrs.records import Dated, Measured, measure_of, period_of
from impactline.okrs.rollup import Origin, Own, Part, Rolled
from impactline.okrs.status import Status
from impactline.okrs.today import Present

STATUSES = {str(word): word for word in Status}
STEP = ("id", "title", "weight", "due_on", "reached_on", "position")


class Edge(NamedTuple):
    """An objective that contributes to another, with the figures that are kept with it."""

    parent_id: int
    child_id: int
    weight: float | None
    progress: float | None
    expected: float | None
    pace: str
    status: str | None
    figured_on: date | None


class Weighted(Protocol):
    """A key result, or a row as light as it, that counts in its objective."""

    @property
    def ref(self) -> str: ...
    @property
    def weight(self) -> float | None: ...
    @property
    def status(self) -> str | None: ...


class Kept(Measured, Dated, Weighted, Protocol):
    """A key result, or a row as light as it, with the figures that are kept with it."""

    @property
    def curve(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def value_day(self) -> date | None: ...
    @property
    def progress(self) -> float | None: ...
    @property
    def score(self) -> float | None: ...


def judge_kept(key_result: Kept, objective: Objective, measure: Measure, now: Present) -> Judged:
    """Where a key result stands today, from what is kept with it; no reading is loaded."""
    period = period_of(key_result, objective.cycle)
    return judge_standing(
        _standing(key_result, measure, period),
        expected(measure, Curve(key_result.curve), period, now.day),
        measure.type,
        moment_of(period, now.day, score=key_result.score),
        kind=Kind(objective.kind),
        policy=now.policy.pace_rule,
    )


def key_result_part(key_result: Kept, objective: Objective, steps: Iterable[Milestone], now: Present) -> Part:
    """A key result as a part of its objective."""
    measure = measure_of(key_result, steps, strict=now.policy.strict_holds)
    return part_of(key_result, judge_kept(key_result, objective, measure, now), key_result.status)


def part_of(key_result: Weighted, judged: Judged, status: str | None) -> Part:
    """A judged key result as a part of its objective, known by its ref."""
    return Part(
        key=key_result.ref,
        progress=judged.progress,
        expected=judged.expected,
        fixed=key_result.weight,
        colour=judged.pace.colour,
        status=None if status is None else Status(status),
    )


def child_part(edge: Edge, fresh: Objective | None, now: Present) -> Part:
    """An aligned objective as a part of its parent: as just rolled up, or as kept with it.

    What was kept on another day has lost its expected progress and colour; they are computed when read.
    """
    source = fresh or edge
    current = source.figured_on == now.day
    return Part(
        key=edge.child_id,
        progress=source.progress,
        expected=source.expected if current else None,
        fixed=edge.weight,
        colour=Colour(source.pace) if current else Colour.GREY,
        status=None if source.status is None else Status(source.status),
        origin=Origin.OBJECTIVE,
    )


def keep(objective: Objective, rolled: Rolled, now: Present, *, current: bool) -> None:
    """Keep a roll-up with its objective; nothing is saved yet.

    What depends on the date is kept only if it is `current`, known of everything that counts.
    """
    objective.progress, objective.computed = rolled.progress, rolled.computed
    objective.status = None if rolled.status is None else str(rolled.status)
    objective.expected = rolled.expected if current else None
    objective.pace = str(rolled.colour if current else Colour.GREY)
    objective.figured_on = now.day if current else None


def by_hand(objective: Objective, now: Present) -> Own | None:
    """The override of an objective (loaded with `by_hand`), judged against its whole cycle."""
    progress: float | None = getattr(objective, "by_hand", None)
    return None if progress is None else own_of(objective, progress, now)


def by_metric(objective: Objective, values: Mapping[int, Decimal], now: Present) -> Own | None:
    """Progress of an objective by its own metric (`readings.own_values`), at its baseline while nothing was read."""
    if objective.driver != Driver.METRIC:
        return None
    return own_of(objective, metric_progress(objective, values.get(objective.pk, objective.baseline)), now)


def metric_progress(objective: Objective, value: Decimal | None) -> float | None:
    """Progress of an objective at a value of its own metric; None without a value."""
    if value is None:
        return None
    measure = Measure(type=Type.METRIC, baseline=objective.baseline, target=objective.target)
    return progress_of_value(measure, value)


def own_of(objective: Objective, progress: float | None, now: Present) -> Own:
    """Progress that an objective has by itself, with the pace that follows over its cycle."""
    period = period_of_cycle(objective.cycle)
    due = expected_of_period(period, now.day)
    seen = pace(
        progress,
        due,
        Kind(objective.kind),
        moment_of(period, now.day, score=objective.score),
        policy=now.policy.pace_rule,
    )
    return Own(progress, due, seen.colour)


def period_of_cycle(cycle: Cycle) -> Period:
    """The days of a cycle."""
    return Period(cycle.starts_on, cycle.ends_on, cycle.check_in_every_days)


def with_milestones(key_results: "QuerySet[KeyResult]") -> "QuerySet[KeyResult]":
    """Key results with their milestones in the same query, where `milestones_of` finds them."""
    return key_results.annotate(steps=steps_along())


def steps_along() -> Case:
    """A column: the milestones of a key result that is measured by them, for `milestone`."""
    steps = Milestone.objects.filter(key_result=OuterRef("pk")).order_by().values("key_result")
    return Case(When(type=Type.MILESTONES, then=Subquery(steps.annotate(every=Rows(*STEP)).values("every"))))


def milestones_of(key_results: Sequence[KeyResult]) -> dict[int, list[Milestone]]:
    """The milestones of those key results that have some; no query when none has, or when they were loaded along."""
    found: dict[int, list[Milestone]] = defaultdict(list)
    waiting = [key_result for key_result in key_results if key_result.type == Type.MILESTONES]
    for key_result in waiting:
        for row in getattr(key_result, "steps", None) or ():
            found[key_result.pk].append(milestone(row, key_result))
        found[key_result.pk].sort(key=in_order)
    ids = [key_result.pk for key_result in waiting if not hasattr(key_result, "steps")]
    if ids:
        for row in Milestone.objects.filter(key_result__in=ids).order_by("position", "id"):
            found[row.key_result_id].append(row)
    return found


def milestone(row: Sequence[Any], key_result: KeyResult | None = None) -> Milestone:
    """A milestone from its columns in JSON, in which days are texts."""
    number, title, weight, due_on, reached_on, position = row
    return Milestone(
        pk=number,
        key_result=key_result,
        title=title,
        weight=float(weight),
        due_on=date.fromisoformat(due_on) if due_on else None,
        reached_on=date.fromisoformat(reached_on) if reached_on else None,
        position=position,
    )


def in_order(step: Milestone) -> tuple[int, int]:
    """Where a milestone stands among those of its key result."""
    return step.position, step.pk


def _standing(key_result: Kept, measure: Measure, period: Period) -> Standing:
    """What `progress.standing` says, from the value that is kept instead of the readings that it was made from."""
    if measure.type is Type.MILESTONES:
        return standing(measure, (), date.max, period)
    if measure.type is not Type.CONTROL:
        return standing_at(measure, key_result.value)
    done = Decimal(round((key_result.progress or 0.0) * period.planned))
    inside = key_result.value_day is not None and period.slot_of(key_result.value_day) is not None
    return Standing(
        value=key_result.value,
        progress=key_result.progress,
        recorded=done > 0 or inside,
        done=done,
        planned=Decimal(period.planned),
    )
