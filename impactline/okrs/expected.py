"""The expected curve of a key result: how much of it should have come by a day, from 0 to 1.

With t the share of the period that has passed, what is expected on a day is

* linear: t;
* step: t of the last due check-in, for nothing is expected between two of them;
* back-loaded: t², a quarter by half-time;
* milestones: weights of the milestones due by the day ÷ all weights; one without a day is due on the last;
* planned: progress of the planned value, straight from one planned day to the next.

Two types have a curve of their own, whatever is chosen. A binary key result is expected on its last day
and not before: half of a yes does not exist. A control key result earns at most one success a check-in, so
what is expected are the check-ins whose day is over ÷ all planned ones. Every curve is 0 before the start
and 1 from the last day on.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from impactline.okrs.bands import clamp
from impactline.okrs.measure import Curve, Measure, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.progress import EXACT, progress_of_value, quotient


def expected(measure: Measure, curve: Curve, period: Period, day: date) -> float | None:
    """Expected progress on a day, in [0, 1]; None for types without progress (find a baseline, open)."""
    if not measure.type.has_progress:
        return None
    if day >= period.due_on:
        return 1.0
    if day < period.starts_on:
        return 0.0
    return clamp(_within(measure, curve, period, day))


def expected_of_period(period: Period, day: date) -> float:
    """Expected progress of something without a measure of its own (an objective with an override): linear."""
    return period.elapsed(day)


def curve_of(measure: Measure, curve: Curve) -> Curve | Type:
    """The curve that holds: the chosen one, a type's own, or linear where the data for it are missing."""
    if measure.type in (Type.BINARY, Type.CONTROL):
        return measure.type
    if curve is Curve.PLANNED and not (measure.planned and measure.type is Type.METRIC):
        return Curve.LINEAR
    if curve is Curve.MILESTONES and not measure.milestones:
        return Curve.LINEAR
    return curve


def _within(measure: Measure, curve: Curve, period: Period, day: date) -> float:
    match curve_of(measure, curve):
        case Type.BINARY:
            return 0.0
        case Type.CONTROL:
            return _check_ins_over(period, day)
        case Curve.STEP:
            return _step(period, day)
        case Curve.BACK_LOADED:
            return period.elapsed(day) ** 2
        case Curve.MILESTONES:
            return _milestones(measure, period, day)
        case Curve.PLANNED:
            return _planned(measure, period, day)
        case _:
            return period.elapsed(day)


def _step(period: Period, day: date) -> float:
    due = _due_by(period, day)
    return due * period.every_days / period.span if due else 0.0


def _due_by(period: Period, day: date) -> int:
    """Number of planned check-ins that are due on a day of the period or before it."""
    return min((day - period.starts_on).days // period.every_days, period.planned)


def _milestones(measure: Measure, period: Period, day: date) -> float:
    total = sum((step.weight for step in measure.milestones), Decimal(0))
    due = sum((step.weight for step in measure.milestones if (step.due_on or period.due_on) <= day), Decimal(0))
    return quotient(due, total) if total > 0 else period.elapsed(day)


def _planned(measure: Measure, period: Period, day: date) -> float:
    """Straight lines through (first day, 0), each planned day, and level after the last of them."""
    before_day, before = period.starts_on, 0.0
    for after_day, after in _planned_progress(measure):
        if after_day > day:
            share = (day - before_day).days / (after_day - before_day).days if after_day > before_day else 1.0
            return before + (after - before) * max(0.0, share)
        before_day, before = after_day, after
    return before


def _planned_progress(measure: Measure) -> list[tuple[date, float]]:
    points: list[tuple[date, float]] = []
    total = Decimal(0)
    for part in sorted(measure.planned, key=lambda part: part.day):
        total = EXACT.add(total, part.value) if measure.values is Values.PER_PERIOD else part.value
        points.append((part.day, progress_of_value(measure, total)))
    return points


def _check_ins_over(period: Period, day: date) -> float:
    due = _due_by(period, day)
    over = due - 1 if due and (day - period.starts_on).days == due * period.every_days else due
    return over / period.planned
