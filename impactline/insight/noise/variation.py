"""The usual variation of a series: limits within which it moves by chance, and how far each reading is from usual.

Each number is judged by those before it: their mean, and their spread by moving ranges (mean of |xᵢ − xᵢ₋₁| ÷ 1.128),
as process-behaviour charts have it, with the limits as much wider as few numbers ask for (Student's t, with 0.62
degrees of freedom for each range). What comes out is a standard normal score if nothing but chance is at work, for
any number of readings. Sources: Shewhart, Economic Control, 1931; Wheeler, Understanding Variation, 1993; Hawkins,
Self-Starting Cusum Charts, The Statistician, 1987; von Neumann, Annals of Mathematical Statistics, 1941.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import NormalDist, fmean

import numpy as np

from impactline.insight.student import distribution

RANGE_TO_SPREAD = 1.128
FREEDOM_A_RANGE = 0.62
LEAST = 3
LIMIT = 3.0
STATIONARY_FROM = 1.2
STATIONARY_LEAST = 6
SHIFTED_FROM = 2.1
SHIFTED_LEAST = 12
PART_LEAST = 5
NORMAL = NormalDist()
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Expected:
    """What is usual for the next number: middle, spread of one number, and degrees of freedom."""

    middle: float
    spread: float
    freedom: int

    def score(self, value: float) -> float:
        """The standard normal score of a value, within ±8; 0 for one that is just usual."""
        if self.spread <= TINY * max(abs(self.middle), abs(value), TINY):
            return 0.0 if value == self.middle else (8.0 if value > self.middle else -8.0)
        share = float(distribution(np.array([(value - self.middle) / self.spread]), self.freedom)[0])
        return NORMAL.inv_cdf(min(max(share, 1e-15), 1 - 1e-15))

    def limits(self) -> tuple[float, float]:
        """The ends of the usual variation: three standard scores to either side."""
        low, high = 0.0, 1.0
        while high < 1e6 and self._share(high) < NORMAL.cdf(LIMIT):
            low, high = high, high * 2
        for _ in range(40):
            half = (low + high) / 2
            low, high = (half, high) if self._share(half) < NORMAL.cdf(LIMIT) else (low, half)
        return self.middle - high * self.spread, self.middle + high * self.spread

    def _share(self, times: float) -> float:
        return float(distribution(np.array([times]), self.freedom)[0])


class Usual:
    """Numbers as they come, and what they make usual for the next one."""

    def __init__(self) -> None:
        self._count, self._total, self._ranges, self._last = 0, 0.0, 0.0, 0.0

    def add(self, number: float) -> None:
        """Take one more into account."""
        if self._count:
            self._ranges += abs(number - self._last)
        self._count, self._total, self._last = self._count + 1, self._total + number, number

    def expected(self) -> Expected | None:
        """What is usual; None with fewer than three numbers, and where they never varied."""
        if self._count < LEAST or self._ranges <= 0:
            return None
        spread = self._ranges / (self._count - 1) / RANGE_TO_SPREAD
        freedom = max(1, round(FREEDOM_A_RANGE * (self._count - 1)))
        return Expected(self._total / self._count, spread * sqrt(1 + 1 / self._count), freedom)


def expected(numbers: Sequence[float]) -> Expected | None:
    """What is usual for the number after these; None with fewer than three, and where they never varied."""
    usual = Usual()
    for number in numbers:
        usual.add(number)
    return usual.expected()


def is_stationary(values: Sequence[float]) -> bool:
    """Whether values swing about a level rather than wander: mean squared difference ÷ variance of 1.2 or more.

    It is 2 for chance about a level, near 0 for a walk; with fewer than six values a walk is assumed. A level that
    shifted once is one too: of twelve values or more the ratio may be 2.1 about the two levels that tell most.
    """
    if len(values) < STATIONARY_LEAST:
        return False
    if _ratio([values]) >= STATIONARY_FROM:
        return True
    if len(values) < SHIFTED_LEAST:
        return False
    parts = [(values[:place], values[place:]) for place in range(PART_LEAST, len(values) - PART_LEAST + 1)]
    best = min(parts, key=lambda pair: sum(len(part) * _variance(part) for part in pair))
    return _ratio(best) >= SHIFTED_FROM


def _ratio(parts: Sequence[Sequence[float]]) -> float:
    """Mean squared difference ÷ variance, both within the parts; 0 where nothing varied."""
    variance = sum(len(part) * _variance(part) for part in parts) / sum(len(part) for part in parts)
    squares = [(after - before) ** 2 for part in parts for before, after in pairwise(part)]
    return fmean(squares) / variance if variance > 0 else 0.0


def _variance(numbers: Sequence[float]) -> float:
    middle = fmean(numbers)
    return fmean([(number - middle) ** 2 for number in numbers])


def scores(numbers: Sequence[float]) -> list[float | None]:
    """The score of each number by those before it; None where too few came before.

    A number outside the limits does not widen the limits for those after it.
    """
    usual = Usual()
    found: list[float | None] = []
    for number in numbers:
        told = usual.expected()
        score = None if told is None else told.score(number)
        found.append(score)
        if score is None or abs(score) <= LIMIT:
            usual.add(number)
    return found
