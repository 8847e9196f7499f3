"""A forecast with what is delivered and has not had its effect yet: the middle moves towards it, the interval widens.

Two estimates of what is still to come, that of the readings and that of the chain, are weighed by their precision, and
the chain's weight is at most one half. Only what the readings do not show already is added:

    moves = w × (chain − readings), limited to 0 … chain        w = s² ÷ (s² + c²), at most 1/2

with s and c the standard deviations of the two. The chain counts for at most the way from baseline to target, so that
an effect of a wrong scale does no harm. The share moves ÷ chain of its standard deviation widens the interval, as of
something independent.
Source: precision weighting of two normal estimates (Gelman et al., Bayesian Data Analysis, 2013, chapter 2).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import hypot, sqrt

from impactline.chain.expectation import Z_80, Move
from impactline.insight.forecast.outlook import Chained, FanDay, Span
from impactline.insight.forecast.wandering import Ahead, Bounds

WEIGHT_MAX = 0.5
Coming = Callable[[date, date], Move]


def chained(
    found: Ahead, coming: Coming | None, read: tuple[date, float], way: float, bounds: Bounds
) -> tuple[Ahead, Chained | None]:
    """What is to come with what the chain still expects after the day and value that were read last.

    `coming` tells by how much the value should move until a day, since another. Without any it stays as it was.
    """
    since, _ = read
    said = _said(found.last, coming, read, way)
    if said is None or coming is None or said.counted == 0:
        return found, said
    fan = tuple(_moved(day, coming(day.day, since), said.counted, bounds) for day in found.fan)
    back = _back(found.last, coming(found.last.day, since), said)
    return Ahead(lambda mark: found.below(back(mark)), fan), said


def without_it(
    last: FanDay, coming: Coming | None, read: tuple[date, float], way: float, marks: tuple[float, ...]
) -> tuple[float, ...]:
    """Of which values of the forecast without the chain `chained` asks the chance, to tell that of the marks."""
    said = _said(last, coming, read, way)
    if said is None or coming is None or said.counted == 0:
        return marks
    return tuple(map(_back(last, coming(last.day, read[0]), said), marks))


def _said(last: FanDay, coming: Coming | None, read: tuple[date, float], way: float) -> Chained | None:
    """What the chain still expects, and how much of that counts; None where it expects nothing."""
    since, value = read
    due = Move() if coming is None else coming(last.day, since)
    if due.likely == 0:
        return None
    ahead = last.middle - value
    return Chained(due.likely, counted(ahead, _spread(last), due, way), is_read=_left(ahead, due, way) == 0)


def _back(last: FanDay, due: Move, said: Chained) -> Callable[[float], float]:
    """From a value of the forecast with the chain to that of the one without."""
    middle, wider = last.middle, _wider(last, due, said.counted)
    return lambda mark: middle + (mark - said.moves - middle) / wider


def counted(readings: float, spread: float, chain: Move, way: float) -> float:
    """Which share of what the chain still expects is added to what the readings say is still to come, 0 to 1/2."""
    variance = max(chain.variance, 0.0)
    precise = spread * spread + variance
    weight = min(spread * spread / precise, WEIGHT_MAX) if precise > 0 else WEIGHT_MAX
    return weight * _left(readings, chain, way) / abs(chain.likely)


def _left(readings: float, chain: Move, way: float) -> float:
    """How much of what the chain still expects the readings do not say already; without its sign."""
    most = min(abs(chain.likely), abs(way))
    towards = 1 if chain.likely > 0 else -1
    return min(max(most - readings * towards, 0.0), most)


def _spread(day: FanDay) -> float:
    return (day.most.high - day.most.low) / (2 * Z_80)


def _wider(day: FanDay, move: Move, share: float) -> float:
    """By what the interval of a day is multiplied."""
    spread = _spread(day)
    return hypot(1.0, share * sqrt(max(move.variance, 0.0)) / spread) if spread > 0 else 1.0


def _moved(day: FanDay, move: Move, share: float, bounds: Bounds) -> FanDay:
    middle, wider = day.middle, _wider(day, move, share)

    def to(value: float) -> float:
        return bounds.clip(middle + share * move.likely + wider * (value - middle))

    half, most = (Span(to(span.low), to(span.high)) for span in (day.half, day.most))
    return FanDay(day.day, to(middle), half, most)
