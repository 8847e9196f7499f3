"""The readings of a series as the forecast takes them: one a day, in steps of the period, from a known point on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from impactline.insight.forecast.kernels import STEPS
from impactline.insight.forecast.outlook import Speed
from impactline.insight.noise.entries import wrong_scale

POINTS_MAX = 40
FAN_DAYS = 9
WEEK = 7.0
Course = Sequence[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Points:
    """The known point, and what was read after it; `step` is the length of one step in days."""

    known_on: date
    known: float
    days: tuple[date, ...]
    values: tuple[float, ...]
    step: float

    def time(self, day: date) -> float:
        """A day in steps from the known point."""
        return (day - self.known_on).days / self.step

    @property
    def times(self) -> tuple[float, ...]:
        """The days of the readings in steps."""
        return tuple(self.time(day) for day in self.days)


def one_a_day(readings: Iterable[tuple[date, Decimal | float]], *, summed: bool = False) -> list[tuple[date, float]]:
    """One value a day, in order of day: the last of several, or their sum."""
    found: dict[date, float] = {}
    for day, value in readings:
        found[day] = found.get(day, 0.0) + float(value) if summed else float(value)
    return sorted(found.items())


def step_of(starts_on: date, due_on: date) -> float:
    """The length of a step in days: one thirteenth of the period."""
    return max((due_on - starts_on).days, 1) / STEPS


def from_baseline(course: Course, starts_on: date, due_on: date, baseline: float) -> Points:
    """The points of a period: from the baseline at its start or, where the value was read before, the earliest reading.

    Readings of one period before the start are taken, none older.
    """
    step = step_of(starts_on, due_on)
    oldest = starts_on - timedelta(days=round(step * STEPS))
    recent = [(day, value) for day, value in course if day >= oldest]
    if not recent or recent[0][0] >= starts_on:
        after = [(day, value) for day, value in recent if day > starts_on]
        known = next((value for day, value in recent if day == starts_on), baseline)
        return _points(starts_on, known, after, step)
    return _points(recent[0][0], recent[0][1], recent[1:], step)


def from_first(course: Course, step: float) -> Points:
    """The points of a series without a baseline, from its first reading on; the course is not empty."""
    return _points(course[0][0], course[0][1], course[1:], step)


def ahead_of(last: date, due_on: date) -> tuple[date, ...]:
    """The days on which a fan is drawn, after the last known day up to the due date."""
    span = (due_on - last).days
    count = min(FAN_DAYS, span)
    return tuple(last + timedelta(days=round(span * number / count)) for number in range(1, count + 1))


def speed_of(course: Course, target: float | None, due_on: date, day: date, least_days: float, *, up: bool) -> Speed:
    """Change in a week: over all, needed until the due date, the best between two readings `least_days` apart or more.

    `up`: the target is reached from below. Nothing is needed where it is reached. The best is the one most towards the
    target; None without two readings that far apart. Very many are thinned.
    """
    course = thinned(course)
    if len(course) < 2:
        return Speed(None, _needed(course, target, due_on, day, up=up), None)
    first, last = course[0], course[-1]
    so_far = (last[1] - first[1]) / max((last[0] - first[0]).days, 1) * WEEK
    needed = _needed(course, target, due_on, day, up=up)
    paces = [
        (value - before) / (on - since).days * WEEK
        for place, (since, before) in enumerate(course)
        for on, value in course[place + 1 :]
        if (on - since).days >= max(least_days, 1)
    ]
    best = (max(paces) if up else min(paces)) if paces and needed is not None else None
    return Speed(so_far, needed, best)


def thinned(course: Course) -> list[tuple[date, float]]:
    """At most `POINTS_MAX` of the readings: the last of each of as many equal stretches of time, and the first."""
    if len(course) <= POINTS_MAX:
        return list(course)
    first, last = course[0][0], course[-1][0]
    length = max((last - first).days, 1) / (POINTS_MAX - 2)
    found = {round((day - first).days / length): (day, value) for day, value in course}
    return [course[0], *(point for point in found.values() if point != course[0])]


def on_one_scale(course: Course) -> Course:
    """The values without those that seem to have been entered on another scale: what these make is no pace."""
    odd = {entry.day for entry in (*wrong_scale(course), *wrong_scale(course[1:]))}
    return [point for point in course if point[0] not in odd] if odd else course


def _needed(course: Course, target: float | None, due_on: date, day: date, *, up: bool) -> float | None:
    left = (due_on - day).days
    if target is None or left <= 0 or not course:
        return None
    lacking = target - course[-1][1]
    return (max(lacking, 0.0) if up else min(lacking, 0.0)) / left * WEEK + 0.0


def _points(known_on: date, known: float, after: Course, step: float) -> Points:
    chosen = thinned(after)
    return Points(known_on, known, tuple(day for day, _ in chosen), tuple(value for _, value in chosen), step)
