"""The forecast of a key result and of a metric: a method for each type, and silence where there is nothing to say."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from impactline.insight.forecast import counted, learnt
from impactline.insight.forecast.caveats import FEW, bound_of, caveats_of
from impactline.insight.forecast.chained import Coming, chained, without_it
from impactline.insight.forecast.outlook import History, Outlook, Silence
from impactline.insight.forecast.points import (
    Points,
    from_baseline,
    from_first,
    on_one_scale,
    one_a_day,
    speed_of,
    step_of,
)
from impactline.insight.forecast.unmoved import Doubt, stands_still
from impactline.insight.forecast.wandering import Ahead, Ask, Bounds, ahead, from_history
from impactline.insight.methods import Method
from impactline.metrics.measure import is_percentage
from impactline.okrs.bands import reaches
from impactline.okrs.measure import Kind, Measure, Reading, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.score import GRADES

Pairs = Sequence[tuple[date, float]]
Asking = Generator[Ask, Ahead, Outlook | Silence]

NOTHING = 1e-12
ANYWHERE = History(mean=0.0, spread=0.5)


def forecast(
    measure: Measure,
    kind: Kind,
    readings: Iterable[Reading],
    period: Period,
    day: date,
    *,
    confidence: int | None = None,
    history: History | None = None,
    coming: Coming | None = None,
    drawn: bool = True,
) -> Outlook | Silence:
    """Where a key result will stand on its due date, by what was read up to and including a day.

    `confidence` is a person's, 0 to 10; `history` what similar key results came to; `coming` what the chain expects
    still. A method for each type: docs/explanation/forecast.md. Without `drawn` the fan has its last day only, which
    takes a third of the time.
    """
    asked = asking(measure, kind, readings, period, day, confidence=confidence, history=history, coming=coming)
    return _alone(asked, drawn=drawn)


def asking(
    measure: Measure,
    kind: Kind,
    readings: Iterable[Reading],
    period: Period,
    day: date,
    *,
    confidence: int | None = None,
    history: History | None = None,
    coming: Coming | None = None,
) -> Asking:
    """The same as questions about a series, if there is one, whose answers it waits for: many are answered at once.

    A second question comes only where the first was answered for its marks alone, and the chain turns these.
    """
    found = yield from _asking(measure, kind, readings, period, day, confidence, history or History(), coming)
    return corrected(found) if isinstance(found, Outlook) else found


def corrected(found: Outlook) -> Outlook:
    """The chances as they are told: by how forecasts of closed cycles came out; not where nothing was read."""
    own = found.history.own
    if not own.count or found.method is Method.HISTORY:
        return found
    reach, enough = (None if chance is None else own.told(chance) for chance in (found.reach, found.enough))
    return replace(found, reach=reach, enough=enough)


def _asking(
    measure: Measure,
    kind: Kind,
    readings: Iterable[Reading],
    period: Period,
    day: date,
    confidence: int | None,
    history: History,
    coming: Coming | None,
) -> Asking:
    if not measure.type.has_progress:
        return Silence.NO_MEASURE
    if day >= period.due_on:
        return Silence.OVER
    known = [reading for reading in readings if reading.day <= day]
    match measure.type:
        case Type.CONTROL:
            found = counted.control(measure, known, period, day, confidence, history)
        case Type.MILESTONES:
            found = counted.milestones(measure, period, day, confidence, history)
        case Type.BINARY:
            found = counted.binary(known, period, day, confidence, history)
        case Type.AT_LEAST | Type.AT_MOST | Type.RANGE:
            return (yield from _hold(measure, known, period, day, history))
        case _:
            return (yield from _metric(measure, kind, known, period, day, history, coming))
    return counted.judged(found, kind)


def _alone(asked: Asking, *, drawn: bool = True) -> Outlook | Silence:
    told: Outlook | Silence | None = None
    try:
        asked.send(ahead(next(asked), drawn=drawn))
    except StopIteration as end:
        told = end.value
    assert told is not None, "one question at most is asked"
    return told


def forecast_series(
    readings: Iterable[tuple[date, Decimal | float]],
    day: date,
    due_on: date,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    unit: str = "",
    every_days: int = 7,
) -> Outlook | Silence:
    """Where a series without a baseline will stand on a day, and how likely it is inside the bounds there.

    The horizon serves as the period: what was read earlier than four of them before `day` is left out.
    """
    return _alone(_series(readings, day, due_on, (at_least, at_most), unit, every_days))


def _series(
    readings: Iterable[tuple[date, Decimal | float]],
    day: date,
    due_on: date,
    ends: tuple[float | None, float | None],
    unit: str,
    every_days: int,
) -> Asking:
    at_least, at_most = ends
    course = one_a_day((on, value) for on, value in readings if on <= day)
    if due_on <= day:
        return Silence.OVER
    oldest = day - 4 * (due_on - day)
    course = [point for point in course if point[0] >= oldest] or course[-1:]
    if not course:
        return Silence.NOTHING_READ
    length = step_of(day, due_on)
    target = at_least if at_most is None else at_most if at_least is None else None
    possible = _possible(course, ends, unit)
    found = yield from _wandering(course, length, due_on, ends, possible)
    speed = speed_of(on_one_scale(course), target, due_on, day, max(every_days, length), up=at_most is None)
    caveats = caveats_of(course, course[1:], course, day, every_days)
    caveats += bound_of(found.last.middle, course[-1][1], possible, ends)
    return Outlook(
        method=Method.HOLD,
        day=day,
        due_on=due_on,
        middle=found.last.middle,
        half=found.last.half,
        most=found.last.most,
        reach=_inside(found, at_least, at_most),
        enough=None,
        enough_at=1.0,
        count=len(course),
        fan=found.fan,
        speed=speed,
        caveats=caveats,
        history=History(),
    )


# --- on the way from a baseline to a target ----------------------------------------------------------------


def _metric(
    measure: Measure,
    kind: Kind,
    known: Sequence[Reading],
    period: Period,
    day: date,
    history: History,
    coming: Coming | None,
) -> Asking:
    start, goal = _way(measure)
    rubric, sums = measure.type is Type.RUBRIC, measure.values is Values.PER_PERIOD
    course = _course(known, period, sums=sums)
    bounds = _bounds(measure, course, start, goal)
    unit = goal - start
    if sums:
        before = period.starts_on - timedelta(days=1)
        points = from_first([(before, 0.0), *course], step_of(period.starts_on, period.due_on))
        unit = goal or unit
    else:
        points = from_baseline(course, period.starts_on, period.due_on, start)
    path = [(points.known_on, points.known), *zip(points.days, points.values, strict=True)]
    enough_at = GRADES[kind].green
    least = max(period.every_days, step_of(period.starts_on, period.due_on))
    way = goal - start
    coming = None if rubric or sums else coming
    room = (0.5 if way > 0 else -0.5) if rubric else 0.0
    marks = (goal - room, start + way * enough_at - room)
    if not points.days:
        found = from_history(history, 0.0 if sums else start, unit, max(day, period.starts_on), period.due_on, bounds)
    else:
        ask = Ask(points, unit, history.mean, period.due_on, bounds, marks, sums)
        found = yield from _doubted(ask, history)
        if not found.anywhere and coming is not None:
            again = replace(ask, marks=without_it(found.last, coming, path[-1], way, marks))
            found = replace(found, below=(yield from _doubted(again, history)).below)
    found, chain = chained(found, coming, path[-1], way, bounds)
    caveats = caveats_of(path, path[1:], _entered(known, period, sums=sums), day, period.every_days)
    caveats += () if sums or rubric else bound_of(found.last.middle, path[-1][1], bounds, (start, goal))
    return Outlook(
        method=_method(measure, points),
        day=day,
        due_on=period.due_on,
        middle=found.last.middle,
        half=found.last.half,
        most=found.last.most,
        reach=_beyond(found, marks[0], way),
        enough=None if reaches(enough_at, 1.0) else _beyond(found, marks[1], way),
        enough_at=enough_at,
        count=len(points.days),
        fan=found.fan,
        speed=speed_of(path if sums else on_one_scale(path), goal, period.due_on, day, least, up=way > 0),
        caveats=caveats,
        history=history,
        chain=chain,
    )


def _way(measure: Measure) -> tuple[float, float]:
    """From where to where."""
    if measure.type is Type.RUBRIC:
        return 0.0, float(max(len(measure.levels) - 1, 1))
    return float(measure.baseline or 0), float(measure.target or 0)


def _course(known: Iterable[Reading], period: Period, *, sums: bool) -> Pairs:
    """One value a day; of parts the sum so far within the period."""
    entered = _entered(known, period, sums=sums)
    if not sums:
        return entered
    total, course = 0.0, []
    for day, part in entered:
        total += part
        course.append((day, total))
    return course


def _entered(known: Iterable[Reading], period: Period, *, sums: bool) -> Pairs:
    """What was entered on each day: the value, or the part within the period."""
    if not sums:
        return one_a_day((reading.day, reading.value) for reading in known)
    return one_a_day(((r.day, r.value) for r in known if period.starts_on <= r.day <= period.due_on), summed=True)


def _bounds(measure: Measure, course: Pairs, start: float, goal: float) -> Bounds:
    if measure.type is Type.RUBRIC:
        return Bounds(0.0, goal)
    if measure.values is Values.PER_PERIOD:
        rises = all(value >= before for (_, before), (_, value) in pairwise(course))
        low = (course[-1][1] if course else 0.0) if rises and goal > 0 else None
        return Bounds(low)
    return _possible(course, (start, goal), measure.unit)


def _possible(course: Pairs, ends: tuple[float | None, float | None], unit: str) -> Bounds:
    """Per cent lie within 0 and 100, and what was never negative stays so, unless something says otherwise."""
    values = [value for _, value in course] + [end for end in ends if end is not None]
    low = 0.0 if min(values, default=-1.0) >= 0 else None
    return Bounds(low, 100.0 if is_percentage(unit) and max(values, default=0.0) <= 100 else None)


def _beyond(found: Ahead, mark: float, way: float) -> float:
    """The probability of the mark or better, in the direction of the way."""
    return _chance(1 - found.below(mark) if way > 0 else found.below(mark))


def _method(measure: Measure, points: Points) -> Method:
    if not points.days:
        return Method.HISTORY
    if measure.type is Type.RUBRIC:
        return Method.RUBRIC
    return Method.SUM if measure.values is Values.PER_PERIOD else Method.COURSE


# --- what is to be held ------------------------------------------------------------------------------------


def _hold(measure: Measure, known: Sequence[Reading], period: Period, day: date, history: History) -> Asking:
    sums = measure.values is Values.PER_PERIOD
    course = _course(known, period, sums=sums)
    low, high = _held(measure)
    if not course:
        return Silence.NOTHING_READ
    length = step_of(period.starts_on, period.due_on)
    oldest = period.starts_on - (period.due_on - period.starts_on)
    recent = [point for point in course if point[0] >= oldest] or list(course[-1:])
    bounds = _possible(recent, (low, high), measure.unit)
    found = yield from _wandering(recent, length, period.due_on, (low, high), bounds)
    target = low if high is None else high if low is None else None
    least = max(period.every_days, length)
    caveats = caveats_of(recent, recent[1:], _entered(known, period, sums=sums), day, period.every_days)
    caveats += () if sums else bound_of(found.last.middle, recent[-1][1], bounds, (low, high))
    speed = speed_of(recent if sums else on_one_scale(recent), target, period.due_on, day, least, up=high is None)
    return Outlook(
        method=Method.HOLD,
        day=day,
        due_on=period.due_on,
        middle=found.last.middle,
        half=found.last.half,
        most=found.last.most,
        reach=_inside(found, low, high),
        enough=None,
        enough_at=1.0,
        count=len(recent),
        fan=found.fan,
        speed=replace(speed, needed=None),
        caveats=caveats,
        history=history,
    )


def _held(measure: Measure) -> tuple[float | None, float | None]:
    ends = (measure.low, measure.high)
    if measure.type is not Type.RANGE:
        ends = (measure.target, None) if measure.type is Type.AT_LEAST else (None, measure.target)
    low, high = (None if end is None else float(end) for end in ends)
    return low, high


def _wandering(
    course: Pairs,
    length: float,
    due_on: date,
    ends: tuple[float | None, float | None],
    bounds: Bounds,
) -> Generator[Ask, Ahead, Ahead]:
    """What is to come of a series that has no target to measure it by: its own swing is the unit."""
    unit = _unit(course, length, ends)
    points = from_first(course, length)
    if not points.days:
        day, value = course[0]
        return from_history(ANYWHERE, value, unit, day, due_on, bounds)
    ask = Ask(points, unit, 0.0, due_on, bounds, tuple(end for end in ends if end is not None))
    return (yield from _doubted(ask, ANYWHERE))


def _doubted(ask: Ask, history: History) -> Generator[Ask, Ahead, Ahead]:
    """What is to come; of what has not moved at all, with the doubt that it may yet."""
    found = yield ask
    return Doubt(ask, history).of(found) if stands_still(ask.points) else found


def _unit(course: Pairs, length: float, ends: tuple[float | None, float | None]) -> float:
    """What a large change is: some typical steps, else the distance to the bounds, else a tenth of the value.

    Steps that are nothing beside the values and bounds are none.
    """
    steps = [
        abs(value - before) / max((on - since).days / length, 1e-9) ** 0.5
        for (since, before), (on, value) in pairwise(course)
    ]
    bounds = [end for end in ends if end is not None]
    least = NOTHING * max(abs(value) for value in [*(value for _, value in course), *bounds])
    swing = 1.4826 * median(steps) if len(steps) >= FEW else 0.0
    if swing > least:
        return swing / learnt.LEVEL.spread
    last = course[-1][1]
    return max([*(steps and [max(steps)]), *(abs(end - last) for end in bounds), abs(last) / 10, least]) or 1.0


def _inside(found: Ahead, low: float | None, high: float | None) -> float | None:
    if low is None and high is None:
        return None
    over = 1.0 if high is None else found.below(high)
    under = 0.0 if low is None else found.below(low)
    return _chance(over - under)


def _chance(share: float) -> float:
    return min(max(float(share), 0.0), 1.0)
