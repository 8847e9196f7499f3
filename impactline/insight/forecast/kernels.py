"""How a value can wander: the covariances that the forecast weighs against each other.

Time is counted in steps of one thirteenth of the period, from the first point that is known (the baseline at the
start, or an earlier reading); all is relative to that point. With d a lasting drift and a lasting change of pace c:

* `walk`: min(s, t): every step by chance;
* `momentum`: what moves goes on moving for a while (integrated Ornstein-Uhlenbeck);
* `return`: it swings about a level (Ornstein-Uhlenbeck);
* `rate`: by chance, at a pace that wanders too (integrated walk);
* `curve`: by chance, at a pace that bends (twice integrated walk), as what runs very smoothly does.

To each d² s t + c² s² t² ÷ 4 is added. All are scaled to bring as much in a whole period as thirteen steps by chance,
so that one scale serves all of them; the error of one reading is in units of such a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import log

import numpy as np

from impactline.insight.student import Array

STEPS = 13
"""A period is a quarter of weeks, whatever its days."""


class Shape(StrEnum):
    """The families."""

    WALK = "walk"
    MOMENTUM = "momentum"
    RETURN = "return"
    RATE = "rate"
    CURVE = "curve"


@dataclass(frozen=True, slots=True)
class Kernel:
    """One way of wandering; `aim` is the share of the usual progress (or of the target, for sums) that it heads for.

    `memory` is that of the pace or of the level, of one step for the next; of a pace that wanders or bends it is by how
    much. `drift` and `trend` are those lasting changes of value and of pace, against what a step brings by chance.
    """

    shape: Shape
    drift: float = 0.0
    error: float = 0.0
    memory: float = 0.0
    trend: float = 0.0
    aim: float = 0.0

    def covariance(self, one: Array, other: Array) -> Array:
        """The covariance of the value at times `one` and `other`, without the error of reading it.

        Times lie along the last axis; axes before it are of several such questions at once.
        """
        return np.asarray(self._plain(one[..., :, None], other[..., None, :]) / _size(self), dtype=float)

    def _plain(self, s: Array, t: Array) -> Array:
        found = self._shape(s, t)
        if self.drift or self.trend:
            product = s * t
            found = found + product * (self.drift**2 + product * (self.trend**2 / 4))
        return found

    def _shape(self, s: Array, t: Array) -> Array:
        if self.shape in (Shape.WALK, Shape.RATE, Shape.CURVE):
            return self._integrated(np.minimum(s, t), np.maximum(s, t))
        speed = -log(self.memory)
        far = np.exp(-speed * np.abs(s - t))
        from_first = np.exp(-speed * s) + np.exp(-speed * t)
        if self.shape is Shape.RETURN:
            return np.asarray((1 + far - from_first) / (2 * (1 - self.memory)), dtype=float)
        turned = 2 * speed * np.minimum(s, t) - 1 + from_first - far
        return np.asarray(turned / (2 * (speed - 1 + self.memory)), dtype=float)

    def _integrated(self, low: Array, high: Array) -> Array:
        if self.shape is Shape.WALK:
            return low
        if self.shape is Shape.RATE:
            return low + (self.memory / 6) * low**2 * (3 * high - low)
        return low + (self.memory / 120) * low**3 * (10 * high**2 - 5 * high * low + low**2)


@lru_cache(maxsize=512)
def _size(kernel: Kernel) -> float:
    """What a whole period brings, in parts of what it brings by chance."""
    whole = np.array([[float(STEPS)]])
    return float(kernel._plain(whole, whole)[0, 0]) / STEPS  # noqa: SLF001 - its own module
