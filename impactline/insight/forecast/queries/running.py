"""The forecasts of all key results that run, from light rows in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet

from impactline.chain.pipeline import Pipeline
from impactline.chain.pipelines import pipelines_of
from impactline.insight.forecast.briefs import Brief, Columns, Line, brief_of, briefs, columns_of
from impactline.insight.forecast.forecasting import asking
from impactline.insight.forecast.outlook import History, Outlook
from impactline.insight.forecast.queries import history_of
from impactline.insight.forecast.together import together
from impactline.okrs.measure import MEASURE, Kind, Type, Values
from impactline.okrs.models import Cycle, CycleState, KeyResult, Milestone
from impactline.okrs.readings import all_readings
from impactline.okrs.records import measure_of, period_of
from impactline.okrs.today import Present

PLAIN = Q(type=Type.METRIC, values=Values.LATEST)
AT_ONCE = 5_000
COLUMNS = (
    "pk",
    "baseline",
    "target",
    "unit",
    "objective__kind",
    "objective__cycle_id",
    "starts_on",
    "due_on",
    "metric_id",
)
OTHERS = (
    "pk",
    *MEASURE,
    "starts_on",
    "due_on",
    "metric_id",
    "confidence",
    "objective__kind",
    "objective__cycle_id",
)
KINDS = {str(kind): kind for kind in Kind}
DAYS = {"sqlite": "CAST(julianday(r.day) - 1721424.5 AS INTEGER)", "postgresql": "r.day - DATE '0001-01-01' + 1"}
READ = """
SELECT k.id, {day}, r.id, CAST(r.value AS {number})
FROM okrs_cycle c JOIN okrs_objective o ON o.cycle_id = c.id JOIN okrs_keyresult k ON k.objective_id = o.id
JOIN metrics_reading r ON r.metric_id = k.metric_id
WHERE c.state = 'active' AND c.archived_at IS NULL AND o.archived_at IS NULL AND k.archived_at IS NULL
  AND k.type = 'metric' AND k.{values} = 'latest' AND NOT r.replaced AND r.value IS NOT NULL AND r.day <= %s
"""


def running() -> QuerySet[KeyResult]:
    """The key results that a forecast is kept of: those of active cycles."""
    return KeyResult.objects.filter(
        archived_at=None,
        objective__archived_at=None,
        objective__cycle__archived_at=None,
        objective__cycle__state=CycleState.ACTIVE,
    )


def all_briefs(now: Present) -> dict[int, Brief]:
    """The forecast of each key result that runs and has one, by its id."""
    chain = pipelines_of(None, now.day)
    found, many = _plain(now.day, chain)
    many += running().filter(~PLAIN).order_by("pk").values_list("pk", flat=True)
    history = cache(partial(history_of, until=now.day))
    for start in range(0, len(many), AT_ONCE):
        found |= dict(_others(many[start : start + AT_ONCE], now, chain, history))
    return found


def _plain(day: date, chain: Mapping[int, Pipeline]) -> tuple[dict[int, Brief], list[int]]:
    """Of those from a baseline to a target by their latest value; and the ids of those that are worked out elsewhere.

    These are those with very many readings, or of whose metric a chain claims something.
    """
    cycles = _cycles()
    ids, lines, apart = [], [], []
    for row in running().filter(PLAIN).order_by("pk").values_list(*COLUMNS, named=True):
        period = period_of(row, cycles[row.objective__cycle_id])
        if row.metric_id in chain:
            apart.append(row.pk)
        elif day < period.due_on:
            ids.append(row.pk)
            lines.append(Line(row.baseline, row.target, row.unit, KINDS[row.objective__kind], period, ()))
    if not ids:
        return {}, apart
    columns = _with_readings(columns_of(lines), np.array(ids), day)
    told = dict(zip(ids, briefs(columns, day, history_of(Type.METRIC, day)), strict=True))
    apart += [pk for pk, row in told.items() if row is None]
    return {pk: row for pk, row in told.items() if row is not None}, apart


def _cycles() -> dict[int, Cycle]:
    return {cycle.pk: cycle for cycle in Cycle.objects.filter(state=CycleState.ACTIVE, archived_at=None)}


def _with_readings(columns: Columns, ids: Any, day: date) -> Columns:
    """The columns with what was read, as the database tells it without a detour through dates and decimals."""
    number = "REAL" if connection.vendor == "sqlite" else "DOUBLE PRECISION"
    sql = READ.format(day=DAYS[connection.vendor], number=number, values=connection.ops.quote_name("values"))
    with connection.cursor() as cursor:
        cursor.execute(sql, [day])
        read = np.array(cursor.fetchall(), dtype=float).reshape(-1, 4)
    owner, on, entry, value = read.T
    row = np.searchsorted(ids, owner)
    known = (row < len(ids)) & (ids[np.minimum(row, len(ids) - 1)] == owner)
    order = np.flatnonzero(known)[np.lexsort((entry[known], on[known], row[known]))]
    return replace(columns, row=row[order], day=on[order].astype(np.int64), value=value[order])


def _others(
    ids: Sequence[int], now: Present, chain: Mapping[int, Pipeline], history: Callable[[str], History]
) -> Iterator[tuple[int, Brief]]:
    """Of all others, by their ids.

    Whether they run is not asked again: by the cycles SQLite would look for each id in each of the objectives.
    """
    cycles, rows = _cycles(), KeyResult.objects.filter(pk__in=ids).order_by("pk").values_list(*OTHERS, named=True)
    key_results = [row for row in rows if row.objective__cycle_id in cycles]
    steps = defaultdict(list)
    stepped = [row.pk for row in key_results if row.type == Type.MILESTONES]
    for step in Milestone.objects.filter(key_result__in=stepped).order_by("position", "id"):
        steps[step.key_result_id].append(step)
    readings = all_readings({row.metric_id for row in key_results if row.metric_id is not None}, now.day)
    asked = (
        asking(
            measure_of(row, steps[row.pk], strict=now.policy.strict_holds),
            KINDS[row.objective__kind],
            readings.get(row.metric_id or 0, ()),
            period_of(row, cycles[row.objective__cycle_id]),
            now.day,
            confidence=row.confidence,
            history=history(row.type),
            coming=chain[row.metric_id].move if row.metric_id is not None and row.metric_id in chain else None,
        )
        for row in key_results
    )
    for row, outlook in zip(key_results, together(asked), strict=True):
        if isinstance(outlook, Outlook):
            yield row.pk, brief_of(outlook)
