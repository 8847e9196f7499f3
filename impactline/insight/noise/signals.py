"""What a series says beyond its usual variation, each kind of signal with an alarm of its own.

Values that swing about a level are judged themselves, values that wander by their moves. False alarms come to at most
1 in 100 readings while nothing but chance is at work; `tests/insight/test_noise.py` simulates it.
Sources: Page, Continuous Inspection Schemes, Biometrika, 1954 (cumulative sums); Nelson, Journal of Quality
Technology, 1984 (nine in a row). Turns: `turns.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import sqrt

from impactline.insight.noise.entries import gaps, wrong_scale
from impactline.insight.noise.turns import MOVES_MAX, limit, turn
from impactline.insight.noise.variation import LIMIT, expected, is_stationary, scores

RUN = 9
READINGS_MAX = 120
ALLOWANCE, DECISION = 0.5, 5.0
STALL_LEAST, STALL_CHANCE = 3, 0.005
HOCKEY_SHARE, HOCKEY_TIME, HOCKEY_LEAST = 0.6, 0.9, 5
Course = Sequence[tuple[date, float]]


class Kind(StrEnum):
    """What may be seen in a series."""

    OUTSIDE = "outside"
    RUN = "run"
    SHIFT = "shift"
    TURN = "turn"
    STALL = "stall"
    HOCKEY_STICK = "hockey_stick"
    GAP = "gap"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something beyond chance: what, seen on which day, since when, and by how much.

    `upwards` where it has a direction. `amount` is the value (outside, scale), the number of readings (run, stall), the
    days (gap), or the share of the progress (hockey stick); `usual` what it would have been: the nearest limit, the
    value meant, the days between readings.
    """

    kind: Kind
    day: date
    since: date
    amount: float
    usual: float | None = None
    upwards: bool | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual variation as it stood before the latest reading; `of_moves` where moves are judged, not values.

    `within` says whether the latest reading lies in it; low and high are of the latest value in both cases.
    """

    low: float
    high: float
    of_moves: bool
    within: bool
    count: int


@dataclass(frozen=True, slots=True)
class Examined:
    """All signals in order of day, and the usual variation; None where there are too few readings to tell it."""

    signals: tuple[Signal, ...]
    usual: Usual | None
    count: int

    @property
    def latest(self) -> tuple[Signal, ...]:
        """The signals that the last day holds."""
        last = max((signal.day for signal in self.signals), default=None)
        return tuple(signal for signal in self.signals if signal.day == last)


def examine(
    course: Course,
    day: date,
    every_days: int,
    *,
    target: float | None = None,
    starts_on: date | None = None,
    due_on: date | None = None,
) -> Examined:
    """What the readings (one a day, in order) say up to a day.

    `every_days` is the rhythm agreed on; target, start and due date are for hockey sticks alone. Of more readings than
    `READINGS_MAX` the latest are looked at.
    """
    course = [point for point in course if point[0] <= day][-READINGS_MAX:]
    odd = wrong_scale(course)
    odd_days = {entry.day for entry in odd}
    clean = [point for point in course if point[0] not in odd_days]
    found = [Signal(Kind.SCALE, entry.day, entry.day, entry.value, entry.meant, entry.factor > 1) for entry in odd]
    found += [
        Signal(Kind.GAP, gap.until, gap.since, float((gap.until - gap.since).days), gap.usual)
        for gap in gaps(course, day, every_days)
    ]
    found += [*_of_variation(clean), *_stalls(clean)]
    if starts_on is not None and due_on is not None and target is not None:
        found += _hockey_stick(clean, target, starts_on, due_on)
    return Examined(tuple(sorted(found, key=lambda signal: (signal.day, signal.kind))), usual_of(clean), len(course))


def usual_of(course: Course) -> Usual | None:
    """The usual variation that the latest reading is to be judged by."""
    if len(course) < 2:
        return None
    before, last = course[:-1], course[-1][1]
    settled = is_stationary([value for _, value in before])
    told = expected(_judged(before, settled))
    if told is None:
        return None
    low, high = told.limits()
    if not settled:
        since, value = before[-1]
        length = _root((course[-1][0] - since).days, _typical(before))
        low, high = sorted((value + low * length, value + high * length))
    return Usual(low, high, not settled, low <= last <= high, len(before))


def _of_variation(course: Course) -> Iterator[Signal]:
    """Readings outside the limits, runs on one side, shifts of the level, turns of the pace."""
    values = [value for _, value in course]
    settled = is_stationary(values)
    numbers = _judged(course, settled)
    days = [day for day, _ in course][0 if settled else 1 :]
    told = scores(numbers)
    for place, score in enumerate(told):
        if score is not None and abs(score) > LIMIT:
            limit = _limit(course, place + (0 if settled else 1), score > 0)
            yield Signal(
                Kind.OUTSIDE, days[place], days[place], course[place + (0 if settled else 1)][1], limit, score > 0
            )
    if settled:
        yield from _sums(told, days)
        yield from _runs(told, days)
    else:
        yield from _turns(numbers, days)


def _turns(moves: Sequence[float], days: Sequence[date]) -> Iterator[Signal]:
    """Turns of the pace, each when it is first told; after one the moves from it on are looked at."""
    first = 0
    for last in range(len(moves)):
        seen = moves[max(first, last + 1 - MOVES_MAX) : last + 1]
        score, place = turn(seen)
        if score > limit(len(seen)):
            first = last + 1 - len(seen) + place
            yield Signal(Kind.TURN, days[last], days[first - 1], float(last + 1 - first), None, moves[first] > 0)


def _sums(told: Sequence[float | None], days: Sequence[date]) -> Iterator[Signal]:
    """Cumulative sums of the scores, both ways; each begins anew after an alarm."""
    for way in (1, -1):
        total, since = 0.0, 0
        for place, score in enumerate(told):
            if score is None:
                continue
            bounded = max(-LIMIT, min(LIMIT, score))
            if total == 0.0:
                since = place
            total = max(0.0, total + way * bounded - ALLOWANCE)
            if total > DECISION:
                yield Signal(Kind.SHIFT, days[place], days[since], float(place - since + 1), None, way > 0)
                total = 0.0


def _runs(told: Sequence[float | None], days: Sequence[date]) -> Iterator[Signal]:
    """Nine readings in a row on one side of what is usual."""
    length, side = 0, 0
    for place, score in enumerate(told):
        here = 0 if score is None or score == 0 else (1 if score > 0 else -1)
        length = length + 1 if here == side and here else (1 if here else 0)
        side = here
        if length == RUN:
            yield Signal(Kind.RUN, days[place], days[place - RUN + 1], float(RUN), None, side > 0)
            length = 0


def _stalls(course: Course) -> Iterator[Signal]:
    """The same value at the last readings, of a series that used to move: chance of that at most 1 in 200."""
    values = [value for _, value in course]
    still = 0
    while still < len(values) - 1 and values[-1 - still] == values[-2 - still]:
        still += 1
    earlier = values[: len(values) - still]
    if still < STALL_LEAST or len(earlier) < STALL_LEAST + 1:
        return
    rests = sum(1 for before, after in pairwise(earlier) if before == after)
    if ((rests + 1) / (len(earlier) + 1)) ** still <= STALL_CHANCE:
        yield Signal(Kind.STALL, course[-1][0], course[-1 - still][0], float(still + 1))


def _hockey_stick(course: Course, target: float, starts_on: date, due_on: date) -> Iterator[Signal]:
    """Most of the way in the last tenth of the time: more than 60 % of what was gained, and at least a fifth of all."""
    turn = starts_on + (due_on - starts_on) * HOCKEY_TIME
    early = [value for on, value in course if starts_on <= on < turn]
    late = [(on, value) for on, value in course if turn <= on <= due_on]
    if len(early) < HOCKEY_LEAST - 1 or not late:
        return
    gained, whole = late[-1][1] - early[0], target - early[0]
    in_the_end = late[-1][1] - early[-1]
    if whole and gained / whole >= 0.2 and in_the_end / gained > HOCKEY_SHARE:
        yield Signal(Kind.HOCKEY_STICK, late[-1][0], late[0][0], in_the_end / gained)


def _judged(course: Course, settled: bool) -> list[float]:
    """What is judged: the values, or their moves in the usual distance of two readings."""
    values = [value for _, value in course]
    if settled:
        return values
    usual = _typical(course)
    return [(value - before) / _root((on - since).days, usual) for (since, before), (on, value) in pairwise(course)]


def _limit(course: Course, place: int, upwards: bool) -> float | None:
    told = usual_of(course[: place + 1])
    return None if told is None else (told.high if upwards else told.low)


def _typical(course: Course) -> float:
    """The usual distance of two readings, in days."""
    apart = sorted((on - since).days for (since, _), (on, _) in pairwise(course))
    return float(apart[len(apart) // 2]) if apart else 1.0


def _root(days: int, usual: float) -> float:
    """By how much more than usual a value wanders in so many days."""
    return sqrt(max(days, 1) / max(usual, 1.0))
