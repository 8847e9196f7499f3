"""The forecast of values that wander: levels, sums, what is to be held, levels of a rubric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from impactline.insight.forecast import learnt
from impactline.insight.forecast.course import Prior, course
from impactline.insight.forecast.outlook import FanDay, History, Span
from impactline.insight.forecast.points import Points, ahead_of
from impactline.insight.student import Array, Mixture

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
HISTORY_COUNTS_AS = 10
HISTORY_FREEDOM = 8


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which a value can lie at all; either end open."""

    low: float | None = None
    high: float | None = None

    def clip(self, value: float) -> float:
        """A value moved to the nearest possible one."""
        value = value if self.low is None else max(value, self.low)
        return value if self.high is None else min(value, self.high)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come on the due date, and on the way: `below` gives the probability of at most a value.

    Of the marks that were asked for, or `anywhere`.
    """

    below: Callable[[float], float]
    fan: tuple[FanDay, ...]
    anywhere: bool = True

    @property
    def last(self) -> FanDay:
        """What the due date brings."""
        return self.fan[-1]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a series with at least one reading after the known point.

    `unit` is the way from baseline to target (its sign turns the axis), or whatever a large change is; `aim` the share
    of it that similar ones came to. For sums the aim is of the target. `marks` are the values of which the chance of at
    most so much will be asked.
    """

    points: Points
    unit: float
    aim: float
    due_on: date
    bounds: Bounds
    marks: tuple[float, ...]
    sums: bool = False


def ahead(ask: Ask, *, drawn: bool = True) -> Ahead:
    """What is to come. The fan has its last day only unless `drawn`."""
    points, unit = ask.points, ask.unit
    prior, shape = learnt_for(len(points.values), sums=ask.sums)
    days = ahead_of(points.days[-1], ask.due_on) if drawn else (ask.due_on,)
    values = (np.array([points.values], dtype=float) - points.known) / unit
    heading = aims(prior, 1.0 if ask.sums else ask.aim)
    mixture = course(prior, points.times, values, tuple(points.time(day) for day in days), heading)
    return _told(mixture, days, points.known, unit, shape, ask.bounds)


def learnt_for(count: int, *, sums: bool) -> tuple[Prior, learnt.Recalibration]:
    """The prior and the correction for a number of readings."""
    if not sums:
        return learnt.LEVEL, learnt.LEVEL_SHAPES.of(count)
    if count <= learnt.FEW:
        return learnt.SUM_FEW, learnt.PLAIN
    return learnt.SUM, learnt.SUM_SHAPES.of(count)


def aims(prior: Prior, aim: float) -> tuple[float, ...]:
    """The way each kernel heads for in a whole period."""
    return tuple(kernel.aim * aim for kernel in prior.kernels)


def from_history(history: History, baseline: float, unit: float, day: date, due_on: date, bounds: Bounds) -> Ahead:
    """What is to come of a key result without a reading: what similar ones came to, and wide."""
    days = ahead_of(day, due_on) or (due_on,)
    share = np.array([(on - day).days / max((due_on - day).days, 1) for on in days])
    last = of_history(history)
    mixture = Mixture(
        np.ones((1, len(days), 1)),
        last.middle * share[None, :, None],
        np.maximum(last.scale * np.sqrt(share[None, :, None]), 1e-9),
        last.freedom,
    )
    return _told(mixture, days, baseline, unit, learnt.PLAIN, bounds)


def of_history(history: History) -> Mixture:
    """What similar key results came to: Student's t about their mean, as uncertain as ten plus their number allow."""
    scale = max(history.spread, 0.05) * float(np.sqrt(1 + 1 / (HISTORY_COUNTS_AS + history.count)))
    return Mixture(np.ones((1, 1)), np.array([[history.mean]]), np.array([[scale]]), HISTORY_FREEDOM)


def _told(
    mixture: Mixture, days: tuple[date, ...], known: float, unit: float, shape: learnt.Recalibration, bounds: Bounds
) -> Ahead:
    usual = mixture.usual
    shares = np.array([shape.wanted(share, usual) for share in (SHARES if unit > 0 else SHARES[::-1])])
    found = known + unit * mixture.quantile(shares)[:, 0, :]
    columns = [bounded(row, bounds) for row in found]
    fan = tuple(fan_day(day, row) for day, row in zip(days, zip(*columns, strict=True), strict=True))

    def below(value: float) -> float:
        share = shape.told(float(mixture.below((value - known) / unit)[0, -1]), float(usual[0, -1]))
        return share if unit > 0 else 1 - share

    return Ahead(below, fan)


def fan_day(day: date, ends: Sequence[float]) -> FanDay:
    """A day of a fan by the values below which each of the shares lies."""
    low, lower, middle, higher, high = ends
    return FanDay(day, middle, Span(lower, higher), Span(low, high))


def bounded(values: Array, bounds: Bounds) -> list[float]:
    """Finite numbers within the bounds."""
    return [bounds.clip(float(value)) for value in np.nan_to_num(values)]
