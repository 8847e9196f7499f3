"""Readings that look like mistakes of entry: of another scale, or missing for long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import log10
from statistics import median

POWERS = (10.0, 100.0, 1_000.0, 1_000_000.0)
NEAR = 1.5
SMALLEST = 1e-300
STEADY = 2.5
LEAST = 4
LEAST_FACTOR = 0.99 * POWERS[0] / NEAR
MISSED = 2.5
Course = Sequence[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Scaled:
    """A reading that seems to have been entered `factor` times as large as it is; `meant` is what it would be then."""

    day: date
    value: float
    factor: float

    @property
    def meant(self) -> float:
        """The value on the scale of the others."""
        return self.value / self.factor


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was read after `since` until `until`, where a reading every `usual` days was the rule."""

    since: date
    until: date
    usual: float


def wrong_scale(course: Course) -> list[Scaled]:
    """The readings that are 10, 100, 1,000, a million or more times the others, or as small a part of them.

    Told only where all others lie within a factor of 2.5 of their median, the reading at no more than 1.5 from the
    power of ten (beyond a million wherever it lies: nothing moves so far and comes back), and there are at least four
    others. An entry after which the values stay where it went is no mistake.
    So it can be none but the largest or the smallest: beside any other, these two lie too far apart.
    """
    sizes = [abs(value) for _, value in course]
    if len(course) <= LEAST or any(value * course[0][1] <= 0 for _, value in course):
        return []
    ends = (min(sizes), max(sizes))
    if ends[1] < ends[0] * LEAST_FACTOR:
        return []
    found = []
    for place in sorted({sizes.index(end) for end in ends}):
        around = sizes[:place] + sizes[place + 1 :]
        usual = median(around)
        if max(around) > STEADY * usual or min(around) * STEADY < usual:
            continue
        factor = _power(sizes[place] / usual)
        if factor is not None:
            found.append(Scaled(*course[place], factor))
    return found


def gaps(course: Course, day: date, every_days: int) -> list[Gap]:
    """Where nothing was read for 2.5 times the usual distance of readings, or the rhythm agreed on if that is longer.

    Up to and including the day asked about; none before the first reading.
    """
    days = [on for on, _ in course]
    apart = [(later - earlier).days for earlier, later in pairwise(days)]
    usual = max([float(every_days), *([float(median(apart))] if len(apart) >= LEAST else [])])
    ends = [*days, *([day] if days and day > days[-1] else [])]
    return [Gap(earlier, later, usual) for earlier, later in pairwise(ends) if (later - earlier).days > MISSED * usual]


def _power(ratio: float) -> float | None:
    for power in POWERS:
        if power / NEAR <= ratio <= power * NEAR:
            return power
        if 1 / (power * NEAR) <= ratio <= NEAR / power:
            return 1 / power
    if SMALLEST < ratio < 1 / POWERS[-1] or POWERS[-1] < ratio < 1 / SMALLEST:
        return float(10.0 ** round(log10(ratio)))
    return None
