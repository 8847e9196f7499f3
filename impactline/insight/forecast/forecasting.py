"""The forecast of a key result and of a metric: a method for each type, and silence where there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from impactline.insight.forecast import learnt
from impactline.insight.forecast.caveats import FEW, caveats_of
from impactline.insight.forecast.counting import Counts, delivered, kept, still_done, tilted
from impactline.insight.forecast.outlook import Caveat, FanDay, History, Method, Outlook, Silence, Span, Speed
from impactline.insight.forecast.points import Points, from_baseline, from_first, one_a_day, speed_of, step_of
from impactline.insight.forecast.wandering import Ahead, Bounds, ahead, from_history
from impactline.metrics.measure import is_percentage
from impactline.okrs.bands import reaches
from impactline.okrs.measure import Kind, Measure, Milestone, Reading, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.progress import is_met
from impactline.okrs.score import GRADES

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
STILL = Speed(None, None, None)
Pairs = Sequence[tuple[date, float]]


def forecast(
    measure: Measure,
    kind: Kind,
    readings: Iterable[Reading],
    period: Period,
    day: date,
    *,
    confidence: int | None = None,
    history: History | None = None,
    drawn: bool = True,
) -> Outlook | Silence:
    """Where a key result will stand on its due date, by what was read up to and including a day.

    `confidence` is a person's, 0 to 10; `history` what similar key results came to. A method for each type:
    docs/explanation/forecast.md. Without `drawn` the fan has its last day only, which takes a third of the time.
    """
    if not measure.type.has_progress:
        return Silence.NO_MEASURE
    if day >= period.due_on:
        return Silence.OVER
    known = [reading for reading in readings if reading.day <= day]
    history = history or History()
    match measure.type:
        case Type.CONTROL:
            found = _control(measure, known, period, day, confidence, history)
        case Type.MILESTONES:
            found = _milestones(measure, period, day, confidence, history)
        case Type.BINARY:
            found = _binary(known, period, day, confidence, history)
        case Type.AT_LEAST | Type.AT_MOST | Type.RANGE:
            return _hold(measure, known, period, day, history, drawn=drawn)
        case _:
            return _metric(measure, kind, known, period, day, history, drawn=drawn)
    return _judged(found, kind)


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
    course = one_a_day((on, value) for on, value in readings if on <= day)
    if due_on <= day:
        return Silence.OVER
    oldest = day - 4 * (due_on - day)
    course = [point for point in course if point[0] >= oldest] or course[-1:]
    if not course:
        return Silence.NOTHING_READ
    length = step_of(day, due_on)
    target = at_least if at_most is None else at_most if at_least is None else None
    found = _wandering(course, length, due_on, (at_least, at_most), _possible(course, (at_least, at_most), unit))
    speed = speed_of(course, target, due_on, day, max(every_days, length))
    caveats = caveats_of(course, course[1:], day, every_days)
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
    *,
    drawn: bool,
) -> Outlook | Silence:
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
    if not points.days:
        found = from_history(history, 0.0 if sums else start, unit, max(day, period.starts_on), period.due_on, bounds)
    else:
        found = ahead(points, unit, history.mean, period.due_on, sums=sums, bounds=bounds, drawn=drawn)
    room = 0.5 if rubric else 0.0
    enough_at = GRADES[kind].green
    least = max(period.every_days, step_of(period.starts_on, period.due_on))
    way = goal - start
    return Outlook(
        method=_method(measure, points),
        day=day,
        due_on=period.due_on,
        middle=found.last.middle,
        half=found.last.half,
        most=found.last.most,
        reach=_beyond(found, goal, way, room),
        enough=None if reaches(enough_at, 1.0) else _beyond(found, start + way * enough_at, way, room),
        enough_at=enough_at,
        count=len(points.days),
        fan=found.fan,
        speed=speed_of(path, goal, period.due_on, day, least),
        caveats=caveats_of(path, path[1:], day, period.every_days),
        history=history,
    )


def _way(measure: Measure) -> tuple[float, float]:
    """From where to where."""
    if measure.type is Type.RUBRIC:
        return 0.0, float(max(len(measure.levels) - 1, 1))
    return float(measure.baseline or 0), float(measure.target or 0)


def _course(known: Iterable[Reading], period: Period, *, sums: bool) -> Pairs:
    """One value a day; of parts the sum so far within the period."""
    if not sums:
        return one_a_day((reading.day, reading.value) for reading in known)
    parts = one_a_day(
        ((r.day, r.value) for r in known if period.starts_on <= r.day <= period.due_on),
        summed=True,
    )
    total, course = 0.0, []
    for day, part in parts:
        total += part
        course.append((day, total))
    return course


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


def _beyond(found: Ahead, goal: float, way: float, room: float) -> float:
    """The probability of the goal or better, in the direction of the way; of levels, half a level is room."""
    return _chance(1 - found.below(goal - room) if way > 0 else found.below(goal + room))


def _method(measure: Measure, points: Points) -> Method:
    if not points.days:
        return Method.HISTORY
    if measure.type is Type.RUBRIC:
        return Method.RUBRIC
    return Method.SUM if measure.values is Values.PER_PERIOD else Method.COURSE


# --- what is to be held ------------------------------------------------------------------------------------


def _hold(
    measure: Measure, known: Sequence[Reading], period: Period, day: date, history: History, *, drawn: bool
) -> Outlook | Silence:
    sums = measure.values is Values.PER_PERIOD
    course = _course(known, period, sums=sums)
    low, high = _held(measure)
    if not course:
        return Silence.NOTHING_READ
    length = step_of(period.starts_on, period.due_on)
    oldest = period.starts_on - (period.due_on - period.starts_on)
    recent = [point for point in course if point[0] >= oldest] or list(course[-1:])
    bounds = _possible(recent, (low, high), measure.unit)
    found = _wandering(recent, length, period.due_on, (low, high), bounds, drawn=drawn)
    target = low if high is None else high if low is None else None
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
        speed=replace(speed_of(recent, target, period.due_on, day, max(period.every_days, length)), needed=None),
        caveats=caveats_of(recent, recent[1:], day, period.every_days),
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
    *,
    drawn: bool = True,
) -> Ahead:
    """What is to come of a series that has no target to measure it by: its own swing is the unit."""
    unit = _unit(course, length, ends)
    points = from_first(course, length)
    if not points.days:
        day, value = course[0]
        wide = History(mean=0.0, spread=0.5)
        return from_history(wide, value, unit, day, due_on, bounds)
    return ahead(points, unit, 0.0, due_on, bounds=bounds, drawn=drawn)


def _unit(course: Pairs, length: float, ends: tuple[float | None, float | None]) -> float:
    """What a large change is: some typical steps, else the distance to the bounds, else a tenth of the value."""
    steps = [
        abs(value - before) / max((on - since).days / length, 1e-9) ** 0.5
        for (since, before), (on, value) in pairwise(course)
    ]
    swing = 1.4826 * median(steps) if len(steps) >= FEW else 0.0
    if swing > 0:
        return swing / learnt.LEVEL.spread
    last = course[-1][1]
    apart = [abs(end - last) for end in ends if end is not None]
    return max([*(steps and [max(steps)]), *apart, abs(last) / 10]) or 1.0


def _inside(found: Ahead, low: float | None, high: float | None) -> float | None:
    if low is None and high is None:
        return None
    over = 1.0 if high is None else found.below(high)
    under = 0.0 if low is None else found.below(low)
    return _chance(over - under)


# --- what is counted ---------------------------------------------------------------------------------------


def _control(
    measure: Measure, known: Sequence[Reading], period: Period, day: date, confidence: int | None, history: History
) -> Outlook:
    answers = {period.slot_of(reading.day): reading.value for reading in sorted(known, key=lambda row: row.day)}
    answers.pop(None, None)
    slots = period.slots()
    kept_ones = sum(1 for value in answers.values() if is_met(measure, value))
    settled = sum(1 for number, slot in enumerate(slots) if number in answers or slot.due_on < day)
    counts = tilted(kept(kept_ones, settled - kept_ones, len(slots) - settled), confidence, history.slope)
    shares = [100.0 * (kept_ones + more) / len(slots) for more in range(len(counts.shares))]
    return _counted(Method.CONTROL, counts, shares, day, period, len(answers), history)


def _milestones(measure: Measure, period: Period, day: date, confidence: int | None, history: History) -> Outlook:
    steps = measure.milestones
    reached = [step for step in steps if step.reached_on is not None and step.reached_on <= day]
    waiting = [step for step in steps if step.reached_on is None or step.reached_on > day]
    waiting.sort(key=lambda step: step.due_on or period.due_on)
    planned = _planned(steps, period, day)
    coming = max(len(steps) - planned, len(steps) * (1 - period.elapsed(day)))
    counts = tilted(delivered(len(reached), planned, coming, len(waiting)), confidence, history.slope)
    total = float(sum((step.weight for step in steps), Decimal(0))) or 1.0
    shares = [100.0 * float(sum((step.weight for step in reached), Decimal(0))) / total]
    for step in waiting:
        shares.append(shares[-1] + 100.0 * float(step.weight) / total)
    return _counted(Method.MILESTONES, counts, shares, day, period, len(reached), history)


def _planned(steps: Sequence[Milestone], period: Period, day: date) -> float:
    """How many milestones were planned by now: by their days or, where none has one, in proportion to time."""
    if any(step.due_on for step in steps):
        return float(sum(1 for step in steps if (step.due_on or period.due_on) <= day))
    return len(steps) * period.elapsed(day)


def _binary(known: Sequence[Reading], period: Period, day: date, confidence: int | None, history: History) -> Outlook:
    last = max(known, key=lambda reading: reading.day, default=None)
    done = last is not None and last.value >= 1
    counts = (
        Counts(still_done(1.0, 0.0).shares)
        if done
        else tilted(still_done(history.reached, period.elapsed(day)), confidence, history.slope)
    )
    return _counted(Method.BINARY, counts, [0.0, 100.0], day, period, len(known), history)


def _counted(
    method: Method, counts: Counts, shares: list[float], day: date, period: Period, count: int, history: History
) -> Outlook:
    """The outlook of counts: `shares` are the per cent that each count comes to."""
    low, lower, middle, higher, high = (shares[counts.quantile(share)] for share in SHARES)
    all_of_it = next((number for number, share in enumerate(shares) if share >= 100 - 1e-9), None)
    end = FanDay(period.due_on, middle, Span(lower, higher), Span(low, high))
    chance = 0.0 if all_of_it is None else counts.at_least(all_of_it)
    enough = next((number for number, share in enumerate(shares) if share >= 70 - 1e-9), None)
    return Outlook(
        method=method,
        day=day,
        due_on=period.due_on,
        middle=middle,
        half=end.half,
        most=end.most,
        reach=_chance(chance),
        enough=0.0 if enough is None else _chance(counts.at_least(enough)),
        enough_at=0.7,
        count=count,
        fan=(end,),
        speed=STILL,
        caveats=(Caveat.NONE,) if count == 0 else (),
        history=history,
    )


def _judged(found: Outlook, kind: Kind) -> Outlook:
    """Without the second probability where all of it is what counts as success, and for yes or no."""
    if found.method is Method.BINARY or reaches(GRADES[kind].green, 1.0):
        return replace(found, enough=None, enough_at=1.0)
    return found


def _chance(share: float) -> float:
    return min(max(float(share), 0.0), 1.0)
