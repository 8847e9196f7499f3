"""The last correction of a chance: by how forecasts of the organisation's own closed cycles came out.

    log odds told = shift + slope × log odds worked out

What is learnt on public series is right on average there; an organisation may set its targets otherwise. With few
closed key results, or where nearly all or none were reached, nothing is corrected; with more, as far as they speak for
it.
Source: Platt, Advances in Large Margin Classifiers, 1999 (logistic calibration), with a prior about no correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from impactline.insight.student import Array

KEY_RESULTS_LEAST = 20
EACH_LEAST = 5
MOMENTS = 3  # a closed key result is forecast so often, and counts once
SHIFT, SLOPE = 0.5, 0.35  # how far a correction lies from none, usually
SLOPES = (0.3, 2.0)
NEVER = 1e-6
ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Correction:
    """From the chance that is worked out to the one that is told; `count` closed forecasts speak for it, 0 is none."""

    shift: float = 0.0
    slope: float = 1.0
    count: int = 0

    def told(self, chance: float) -> float:
        """The chance to be told; what is certain stays so."""
        return float(self.told_all(np.array([chance]))[0])

    def told_all(self, chances: Array) -> Array:
        """The chances to be told."""
        if not self.count:
            return chances
        odds = self.shift + self.slope * _log_odds(chances)
        return np.where((chances <= 0) | (chances >= 1), chances, 1 / (1 + np.exp(-odds)))


NONE = Correction()


def correction_of(judged: Sequence[tuple[float, bool]]) -> Correction:
    """The correction that closed forecasts speak for: chances as they were worked out, and whether it came so."""
    count, reached = len(judged), sum(1 for _, came in judged if came)
    if count < KEY_RESULTS_LEAST * MOMENTS or min(reached, count - reached) < EACH_LEAST * MOMENTS:
        return NONE
    odds = _log_odds(np.array([chance for chance, _ in judged]))
    shift, slope = regression(
        np.column_stack([np.ones(count), odds]),
        np.array([float(came) for _, came in judged]),
        start=(0.0, 1.0),
        spread=(SHIFT, SLOPE),
        worth=1 / MOMENTS,
    )
    low, high = SLOPES
    return Correction(shift, min(max(slope, low), high), count)


def regression(
    x: Array, y: Array, *, start: Sequence[float], spread: Sequence[float], worth: float = 1.0
) -> tuple[float, ...]:
    """Logistic regression of y on the columns of x: the highest posterior density, by Newton's method.

    The prior is normal about `start` with standard deviations `spread`; each row counts as `worth` rows. No step goes
    further than 1, so that it arrives wherever it begins.
    """
    usual, precision = np.asarray(start, dtype=float), np.diag(1 / np.asarray(spread, dtype=float) ** 2)
    beta = usual.copy()
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = worth * x.T @ (y - chance) - precision @ (beta - usual)
        bend = worth * (x.T * (chance * (1 - chance))) @ x + precision
        step = np.linalg.solve(bend, gradient)
        beta = beta + step / max(1.0, float(np.abs(step).max()))
    return tuple(float(one) for one in beta)


def _log_odds(chances: Array) -> Array:
    share = np.clip(chances, NEVER, 1 - NEVER)
    return np.asarray(np.log(share / (1 - share)), dtype=float)
