"""The forecast of what is counted: check-ins kept, milestones reached, done or not.

Each is a probability for every count that may come; a person's confidence tilts it: the odds of all against nothing
are multiplied by e^(slope × (confidence − 5)), and those of a part by as much of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np

from impactline.insight.forecast.recalibrating import regression
from impactline.insight.student import Array

EVEN = 5
CONTROL_KEPT, CONTROL_MISSED = 1.6, 0.4
DELIVERED_OF_PLANNED, DELIVERED_SHAPE = 0.8, 2.0
DONE_AT_THE_END = 2.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Probabilities of 0, 1, 2 … more to come."""

    shares: Array

    def at_least(self, count: int) -> float:
        """The probability of so many or more."""
        return float(min(max(self.shares[max(count, 0) :].sum(), 0.0), 1.0))

    def quantile(self, share: float) -> int:
        """The least count with at most so much of the probability beyond it."""
        found = int(np.searchsorted(np.cumsum(self.shares), share - 1e-12))
        return min(found, len(self.shares) - 1)


def kept(successes: int, misses: int, left: int) -> Counts:
    """How many of the check-ins that are left will be kept: beta-binomial.

    Before any, four of five are expected, as sure as two check-ins make it.
    """
    a, b = CONTROL_KEPT + successes, CONTROL_MISSED + misses
    logs = [_log_choose(left, k) + _log_beta(a + k, b + left - k) - _log_beta(a, b) for k in range(left + 1)]
    return Counts(_normal(np.exp(np.array(logs))))


def delivered(reached: int, planned: float, coming: float, left: int) -> Counts:
    """How many of the milestones that are left will be reached: a Poisson rate with a gamma prior, at most all.

    `planned` were planned by now, `coming` are from now on; four of five of what is planned is expected before any
    was due.
    """
    shape = DELIVERED_SHAPE + reached
    rate = DELIVERED_SHAPE / DELIVERED_OF_PLANNED + planned
    if coming <= 0 or left == 0:
        return Counts(np.eye(1, left + 1)[0])
    stay, come = rate / (rate + coming), coming / (rate + coming)
    logs = [lgamma(shape + k) - lgamma(shape) - lgamma(k + 1) + shape * log(stay) + k * log(come) for k in range(left)]
    few = np.exp(np.array(logs))
    return Counts(_normal(np.append(few, max(1 - few.sum(), 0.0))))


def still_done(usual: float, passed: float) -> Counts:
    """Whether what is not done yet will be done: `usual` is the share that was, `passed` the share of the period.

    Of what gets done, the share t² is done by t, for most is done towards the end; what is not done by then is less
    likely by Bayes' rule.
    """
    late = 1 - min(max(passed, 0.0), 1.0) ** DONE_AT_THE_END
    done = usual * late
    share = done / (done + 1 - usual) if done > 0 else 0.0
    return Counts(np.array([1 - share, share]))


def tilted(counts: Counts, confidence: int | None, slope: float) -> Counts:
    """The counts as a person's confidence, 0 to 10, makes them; unchanged without one or with nothing left."""
    left = len(counts.shares) - 1
    if confidence is None or left == 0:
        return counts
    factors = [exp(slope * (confidence - EVEN) * count / left) for count in range(left + 1)]
    return Counts(_normal(counts.shares * np.array(factors)))


def confidence_slope(said: list[tuple[int, bool]], *, usual: float = 0.25, spread: float = 0.15) -> float:
    """By how much one point of confidence moved the log odds: logistic regression, shrunk to what is usual.

    `said` are confidences with what became of it. The highest posterior density with a normal prior, by Newton's
    method; the intercept is free, with a wide prior.
    """
    if not said:
        return usual
    x = np.array([[1.0, confidence - EVEN] for confidence, _ in said])
    y = np.array([float(reached) for _, reached in said])
    _, slope = regression(x, y, start=(0.0, usual), spread=(2.0, spread))
    return min(max(slope, 0.0), 1.0)


def _normal(shares: Array) -> Array:
    total = shares.sum()
    return np.asarray(shares / total, dtype=float) if total > 0 else np.eye(1, len(shares))[0]


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
