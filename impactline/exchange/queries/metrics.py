"""Shared metrics as documents tell them, with their dimensions, baselines, targets and locked periods."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from impactline.exchange.document_metrics import (
    Baseline,
    Dimension,
    EarlierTarget,
    Healthy,
    LockedPeriod,
    Metric,
    PeriodTarget,
    Reference,
)
from impactline.exchange.queries.overruled import Kept, overruled_parts
from impactline.exchange.queries.readings import History
from impactline.exchange.queries.visible import Visible, told
from impactline.metrics import models


def metrics_of(seen: Visible, history: History, overruled: Kept) -> Iterator[Metric]:
    """All shared metrics in the order in which they were added; five queries."""
    dimensions, baselines = _grouped(models.Dimension, "position", "id"), _grouped(models.Baseline, "position", "id")
    locked = _grouped(models.LockedPeriod, "id")
    targets = _targets(seen)
    for row in models.Metric.objects.filter(ref__isnull=False).order_by("id"):
        yield told(
            Metric,
            ref=row.ref,
            name=row.name,
            definition=row.definition,
            unit=row.unit,
            measure=row.measure,
            better=row.better,
            aggregation=row.aggregation,
            adds_up=row.adds_up,
            numerator=row.numerator or None,
            denominator=row.denominator or None,
            levels=tuple(row.levels),
            healthy=_healthy(row),
            source=row.source or None,
            method=row.method,
            owner=seen.people.get(row.owner_id or 0),
            team=seen.teams.get(row.team_id or 0),
            read_every_days=row.read_every_days,
            references=tuple(told(Reference, **entry) for entry in row.references),
            dimensions=tuple(
                told(Dimension, name=entry.name, categories=tuple(entry.categories)) for entry in dimensions[row.pk]
            ),
            baselines=tuple(_baseline(entry) for entry in baselines[row.pk]),
            archived_at=row.archived_at,
            overruled=overruled_parts(overruled, row, seen),
            targets=tuple(targets[row.pk]),
            locked_periods=tuple(_locked(entry, seen) for entry in locked[row.pk]),
            readings=tuple(history.readings.get(row.pk, ())),
        )


def _grouped(model: Any, *order: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.order_by(*order):
        found[row.metric_id].append(row)
    return found


def _healthy(row: models.Metric) -> Healthy | None:
    if row.healthy_at_least is None and row.healthy_at_most is None:
        return None
    return told(Healthy, at_least=row.healthy_at_least, at_most=row.healthy_at_most)


def _baseline(row: models.Baseline) -> Baseline:
    return told(Baseline, at=row.day, of=row.categories, note=row.note, **_amount(row))


def _targets(seen: Visible) -> dict[int, list[PeriodTarget]]:
    """The targets that hold, in the order of their periods, each with those that it revises, oldest first."""
    rows = {row.pk: row for row in models.PeriodTarget.objects.order_by("starts_on", "ends_on", "id")}
    found: dict[int, list[PeriodTarget]] = defaultdict(list)
    for row in rows.values():
        if row.replaced:
            continue
        before, above = [], row
        while above.replaces_id in rows:
            above = rows[above.replaces_id]
            before.append(told(EarlierTarget, **_amount(above), **_set(above, seen)))
        period = {"starts_on": row.starts_on, "ends_on": row.ends_on, "of": row.categories}
        made = told(PeriodTarget, **period, **_amount(row), **_set(row, seen), earlier=tuple(before[::-1]))
        found[row.metric_id].append(made)
    return found


def _set(row: models.PeriodTarget, seen: Visible) -> dict[str, Any]:
    return {"note": row.note, "reason": row.reason, "by": seen.people.get(row.by_id or 0), "at": row.recorded_at}


def _amount(row: models.Baseline | models.PeriodTarget) -> dict[str, Any]:
    return {"value": row.value, "numerator": row.numerator, "denominator": row.denominator}


def _locked(row: models.LockedPeriod, seen: Visible) -> LockedPeriod:
    return told(
        LockedPeriod,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=row.reason,
        by=seen.people.get(row.by_id or 0),
        at=row.locked_at,
        unlocked_at=row.unlocked_at,
        unlocked_by=seen.people.get(row.unlocked_by_id or 0),
        unlock_reason=row.unlock_reason,
    )
