"""How a value can wander: the covariances that the forecast weighs against each other.

Time is counted in steps of one thirteenth of the period, from the first point that is known (the baseline at the
start, or an earlier reading); all is relative to that point. With r the error of one reading and d a lasting drift,
both in units of what one step brings by chance:

* `walk`: min(s, t) + d² s t: every step by chance, with a drift or without;
* `momentum`: what moves goes on moving for a while (integrated Ornstein-Uhlenbeck);
* `return`: it swings about a level (Ornstein-Uhlenbeck);
* `rate`: a sum of parts whose rate wanders (integrated walk).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log

import numpy as np

from impactline.insight.student import Array

STEPS = 13
"""A period is a quarter of weeks, whatever its days."""


class Shape(StrEnum):
    """The four families."""

    WALK = "walk"
    MOMENTUM = "momentum"
    RETURN = "return"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Kernel:
    """One way of wandering; `aim` is the share of the usual progress (or of the target, for sums) that it heads for."""

    shape: Shape
    drift: float = 0.0
    error: float = 0.0
    memory: float = 0.0
    aim: float = 0.0

    def covariance(self, one: Array, other: Array) -> Array:
        """The covariance of the value at times `one` and `other`, without the error of reading it.

        Times lie along the last axis; axes before it are of several such questions at once.
        """
        s, t = one[..., :, None], other[..., None, :]
        return np.asarray(self._shape(s, t) + self.drift**2 * s * t, dtype=float)

    def _shape(self, s: Array, t: Array) -> Array:
        if self.shape is Shape.WALK:
            return np.asarray(np.minimum(s, t), dtype=float)
        if self.shape is Shape.RATE:
            low, high = np.minimum(s, t), np.maximum(s, t)
            return np.asarray(low + self.memory * low**2 * (3 * high - low) / 6, dtype=float)
        speed = -log(self.memory)
        far = np.exp(-speed * np.abs(s - t))
        from_first = np.exp(-speed * s) + np.exp(-speed * t)
        if self.shape is Shape.RETURN:
            return np.asarray((1 + far - from_first) / (2 * (1 - self.memory)), dtype=float)
        turned = 2 * speed * np.minimum(s, t) - 1 + from_first - far
        return np.asarray(turned / (2 * (speed - 1 + self.memory)), dtype=float)


DRIFTS = (0.0, 0.03, 0.15, 0.6)
ERRORS = (0.0, 0.5, 3.0)

LEVEL = (
    *(Kernel(Shape.WALK, drift, error) for drift in DRIFTS for error in ERRORS),
    *(Kernel(Shape.MOMENTUM, error=0.1, memory=memory) for memory in (0.4, 0.8)),
    *(Kernel(Shape.RETURN, error=0.0, memory=memory) for memory in (0.3, 0.6, 0.85)),
    *(Kernel(Shape.WALK, drift, error, aim=1.0) for drift in (0.03, 0.15) for error in (0.0, 0.5)),
)
"""For values that stand at a level; the last four head for what similar key results came to."""

SUM = (
    *(Kernel(Shape.WALK, drift, aim=aim) for drift in (0.5, 1.5, 5.0, 15.0) for aim in (0.7, 1.0)),
    *(Kernel(Shape.MOMENTUM, drift, memory=memory, aim=1.0) for drift in (1.5, 15.0) for memory in (0.4, 0.8)),
    *(Kernel(Shape.RATE, drift, memory=memory, aim=1.0) for drift in (1.5, 15.0) for memory in (0.1, 0.5)),
)
"""For sums of parts; they head for a share of the target."""

AIMLESS = 17
"""How many of the kernels for levels head for nothing; only these are learnt from series that nobody steers."""
