"""Keeps figures up to date: the only writer of what is kept with key results and objectives.

Every change locks what it moves before it reads what that rests on: a shared metric first, then key results, then
objectives, from the changed one through all that it contributes to, each in the order of their ids. A row is read
after it was locked, in a statement of its own, for one that waited for a lock still sees the other rows as they
were before it waited. On PostgreSQL concurrent check-ins without these locks lose one another's changes; SQLite has
one writer at a time, so that nothing has to be locked there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from graphlib import TopologicalSorter
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from impactline.base.bulk import Rows, write
from impactline.base.prepared import Prepared
from impactline.metrics.models import Metric
from impactline.okrs.facts import (
    Edge,
    by_hand,
    by_metric,
    child_part,
    in_order,
    keep,
    key_result_part,
    milestone,
    milestones_of,
    steps_along,
)
from impactline.okrs.history import override_on
from impactline.okrs.measure import MEASURE, Driver
from impactline.okrs.models import Alignment, AlignmentKind, Cycle, KeyResult, Objective, Override
from impactline.okrs.progress import standing
from impactline.okrs.readings import own_values, readings_of
from impactline.okrs.records import measure_of, period_of
from impactline.okrs.rollup import Part, roll_up
from impactline.okrs.today import Present

UP = """
WITH RECURSIVE up(id) AS (
  SELECT id FROM okrs_objective WHERE id IN ({marks})
  UNION
  SELECT parent_id FROM okrs_alignment JOIN up ON child_id = up.id WHERE kind = 'contributes'
) SELECT id FROM up
"""
LOCK_UP = "SELECT id FROM okrs_objective WHERE id IN (" + UP + ") ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 - of constants
EDGE = (
    "parent_id",
    "child_id",
    "weight",
    "child__progress",
    "child__expected",
    "child__pace",
    "child__status",
    "child__figured_on",
)
PART = (
    "objective_id",
    "ref",
    *MEASURE,
    "curve",
    "weight",
    "starts_on",
    "due_on",
    "value",
    "value_day",
    "progress",
    "status",
    "score",
    "steps",
)
OBJECTIVE = tuple(field.attname for field in Objective._meta.concrete_fields)
CYCLE = tuple(field.attname for field in Cycle._meta.concrete_fields)
WITH_CYCLE = (*OBJECTIVE, *(f"cycle__{column}" for column in CYCLE), "by_hand", "edges")
KEPT = ("progress", "computed", "expected", "pace", "status", "figured_on")
MEASURED = ("value", "value_day", "progress")
STATED = ("confidence", "status", "checked_in_on")


def refresh(objective_ids: Iterable[int], now: Present) -> list[int]:
    """Roll up these objectives and all that they contribute to; returns the ids of those that moved."""
    objectives = lock_with_ancestors(objective_ids)
    return roll(objectives, now) if objectives else []


def roll(objectives: dict[int, Objective], now: Present) -> list[int]:
    """Roll up objectives as `lock_with_ancestors` gives them, children first; returns the ids of those that moved."""
    children = {number: edges_along(number, row.edges) for number, row in objectives.items()}  # type: ignore[attr-defined]
    moved = rolled_up(objectives, _key_result_parts(objectives, now), children, now)
    write(Objective, moved.values(), KEPT)
    return list(moved)


def rolled_up(
    objectives: dict[int, Objective], own: Mapping[int, list[Part]], children: Mapping[int, list[Edge]], now: Present
) -> dict[int, Objective]:
    """Roll up objectives from their key results (`own`) and each other; returns those that moved, not yet written."""
    values = own_values(objectives.values())
    moved: dict[int, Objective] = {}
    for number in _children_first(objectives, children):
        objective = objectives[number]
        before = [getattr(objective, field) for field in KEPT]
        aligned = [child_part(edge, objectives.get(edge.child_id), now) for edge in children[number]]
        rolled = roll_up(
            [*own.get(number, ()), *aligned],
            Driver(objective.driver),
            own=by_metric(objective, values, now),
            override=by_hand(objective, now),
        )
        keep(objective, rolled, now, current=_is_current(objective, children[number], objectives, now))
        if before != [getattr(objective, field) for field in KEPT]:
            moved[number] = objective
    return moved


def measure_again(
    key_results: Sequence[KeyResult], now: Present, *, stated: KeyResult | None = None
) -> list[KeyResult]:
    """Take value, day and progress of key results, as `lock_key_results` gives them, from what was recorded.

    Writes those that differ, and returns them; with `stated`, one of them, also what it was given as stated last.
    """
    readings = readings_of(key_results)
    milestones = milestones_of(key_results)
    differing = []
    for row in key_results:
        steps, known = milestones.get(row.pk, []), readings[row.pk]
        measure = measure_of(row, steps, strict=now.policy.strict_holds)
        found = standing(measure, known, date.max, period_of(row, row.objective.cycle))
        days = [step.reached_on for step in steps if step.reached_on] or [reading.day for reading in known]
        after = (found.value, max(days, default=None), found.progress)
        if (row.value, row.value_day, row.progress) != after:
            row.value, row.value_day, row.progress = after
            differing.append(row)
    if stated is not None:
        write(KeyResult, [stated], STATED + MEASURED)
    write(KeyResult, [row for row in differing if row is not stated], MEASURED)
    return differing


def lock_followers(metric: Metric) -> list[KeyResult]:
    """All key results that follow a metric, locked; of a shared one also itself, so that none is added meanwhile."""
    if metric.is_shared:
        lock_metrics([metric.pk])
    return lock_key_results(KeyResult.objects.filter(metric=metric))


def lock_metrics(metric_ids: Iterable[int | None]) -> None:
    """Lock metrics in the order of their ids, before any key result; None is none."""
    ids = {number for number in metric_ids if number is not None}
    if ids and connection.features.has_select_for_update:
        list(Metric.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk").values_list("pk"))


def lock_key_results(which: QuerySet[KeyResult]) -> list[KeyResult]:
    """These key results as they are once they are locked, with objective and cycle, in the order of their ids."""
    if connection.features.has_select_for_update:
        list(which.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return list(which.select_related("objective__cycle").order_by("pk"))


def driven_by(metric: Metric) -> set[int]:
    """Ids of the objectives whose progress a shared metric drives."""
    return set(Objective.objects.filter(metric=metric, driver=Driver.METRIC).values_list("pk", flat=True))


def lock_with_ancestors(objective_ids: Iterable[int]) -> dict[int, Objective]:
    """These objectives and all that they contribute to, locked, by id; each knows its cycle, override and edges.

    Who they are is asked again after locking: an alignment made meanwhile would else be missed.
    """
    ids = sorted(set(objective_ids))
    if not ids:
        return {}
    locking = LOCK_UP.format(marks=_marks(ids))
    while True:
        locked = _locked(locking, ids) if connection.features.has_select_for_update else None
        found = {objective.pk: objective for objective in map(_objective, _with_ancestors.rows(ids))}
        if locked is None or found.keys() <= locked:
            return found


def _marks(ids: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(ids))


def _above(ids: Sequence[int]) -> QuerySet[Objective]:
    above = RawSQL(UP.format(marks=_marks(ids)), ids)  # noqa: S611 - ids are bound
    return with_edges(with_override(Objective.objects.filter(pk__in=above)))


_with_ancestors = Prepared(WITH_CYCLE, _above)


def _objective(row: Any) -> Objective:
    """An objective from its columns, with its cycle."""
    objective = Objective.from_db("default", OBJECTIVE, row[: len(OBJECTIVE)])
    objective.cycle = Cycle.from_db("default", CYCLE, row[len(OBJECTIVE) : -2])
    objective.by_hand, objective.edges = row.by_hand, row.edges  # type: ignore[attr-defined]
    return objective


def _locked(sql: str, ids: Sequence[int]) -> set[int]:
    """The ids of the rows that a statement locks; as SQL, for building it anew would slow every check-in."""
    with connection.cursor() as cursor:
        cursor.execute(sql, ids)
        return {number for (number,) in cursor.fetchall()}


def lock_all() -> None:
    """Wait for changes of key results and objectives that are under way, and let none begin before the commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE okrs_keyresult, okrs_objective IN EXCLUSIVE MODE")


def with_override(objectives: QuerySet[Objective], day: date | None = None) -> QuerySet[Objective]:
    """Objectives with their cycles and, as `by_hand`, the progress of their override: active, or that of a day."""
    active = Override.objects.filter(objective=OuterRef("pk"), resumed_at=None)
    by_hand = Subquery(active.values("progress")[:1]) if day is None else override_on(day)
    return objectives.select_related("cycle").annotate(by_hand=by_hand)


def edges_of(parent_ids: Iterable[int]) -> dict[int, list[Edge]]:
    """What contributes to each of these objectives, in order, with the figures kept with it."""
    edges: dict[int, list[Edge]] = defaultdict(list)
    rows = Alignment.objects.filter(parent__in=parent_ids, kind=AlignmentKind.CONTRIBUTES, child__archived_at=None)
    for row in rows.order_by("position", "id").values_list(*EDGE):
        edges[row[0]].append(Edge(*row))
    return edges


def with_edges(objectives: QuerySet[Objective]) -> QuerySet[Objective]:
    """Objectives with what contributes to them in the same query, as `edges`, for `edges_along`."""
    rows = Alignment.objects.filter(parent=OuterRef("pk"), kind=AlignmentKind.CONTRIBUTES, child__archived_at=None)
    every = rows.order_by().values("parent").annotate(every=Rows("position", "pk", *EDGE[1:])).values("every")
    return objectives.annotate(edges=Subquery(every))


def edges_along(parent_id: int, rows: Iterable[Sequence[Any]] | None) -> list[Edge]:
    """What contributes to an objective that was loaded `with_edges`, in order; in JSON days are texts."""
    return [
        Edge(parent_id, child, weight, progress, due, pace, status, None if day is None else date.fromisoformat(day))
        for _, _, child, weight, progress, due, pace, status, day in sorted(rows or (), key=itemgetter(0, 1))
    ]


def _is_current(objective: Objective, edges: list[Edge], fresh: dict[int, Objective], now: Present) -> bool:
    """Whether what depends on the date is known of all aligned objectives that count."""
    if Driver(objective.driver) not in {Driver.OBJECTIVES, Driver.BOTH} or by_hand(objective, now) is not None:
        return True
    return all(fresh.get(edge.child_id, edge).figured_on == now.day for edge in edges)


def _parts_of(objective_ids: Sequence[int]) -> QuerySet[KeyResult]:
    rows = KeyResult.objects.filter(objective__in=objective_ids, archived_at=None).annotate(steps=steps_along())
    return rows.order_by("position", "id")


_part_rows = Prepared(PART, _parts_of)


def _key_result_parts(objectives: dict[int, Objective], now: Present) -> dict[int, list[Part]]:
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in _part_rows.rows(sorted(objectives)):
        objective = objectives[row.objective_id]
        steps = sorted(map(milestone, row.steps or ()), key=in_order)
        parts[objective.pk].append(key_result_part(row, objective, steps, now))
    return parts


def _children_first(objectives: dict[int, Objective], children: Mapping[int, list[Edge]]) -> Iterable[int]:
    graph = {
        number: [edge.child_id for edge in children[number] if edge.child_id in objectives] for number in objectives
    }
    return TopologicalSorter(graph).static_order()
