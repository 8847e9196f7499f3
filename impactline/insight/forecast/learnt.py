"""What was learnt from public series; `python -m benchmarks.learning SERIES.csv` learns it anew and measures it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impactline.insight.forecast import kernels
from impactline.insight.forecast.course import Prior
from impactline.insight.student import Array

FEW, SOME = 3, 7
KNOTS = tuple(round(0.05 * number, 2) for number in range(21))


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A monotone correction of probabilities: what is told as `KNOTS[i]` is true `shares[i]` of the time."""

    shares: tuple[float, ...]

    def told(self, share: float) -> float:
        """The corrected probability."""
        return float(self.told_all(np.array(share)))

    def told_all(self, shares: Array) -> Array:
        """The corrected probabilities."""
        return np.asarray(np.interp(shares, KNOTS, self.shares), dtype=float)

    def wanted(self, share: float) -> float:
        """The uncorrected probability that is told as this one."""
        return float(np.interp(share, self.shares, KNOTS))


PLAIN = Recalibration(KNOTS)


@dataclass(frozen=True, slots=True)
class Recalibrations:
    """Corrections by the number of readings: few (up to 3), some (up to 7), many."""

    few: Recalibration = PLAIN
    some: Recalibration = PLAIN
    many: Recalibration = PLAIN

    def of(self, count: int) -> Recalibration:
        """The one for a number of readings."""
        if count <= FEW:
            return self.few
        return self.some if count <= SOME else self.many


AIMLESS_SHARE = 0.6
"""How far series that nobody steers are believed; the rest of the weight heads for what similar key results came to."""

_WANDERING = (
    0.1348,
    0.0183,
    0.1326,
    0.1352,
    0.0184,
    0.1311,
    0.1262,
    0.0192,
    0.1015,
    0.0057,
    0.0065,
    0.0165,
    0.007,
    0.0799,
    0.0122,
    0.0155,
    0.0394,
)
_HEADING = len(kernels.LEVEL) - kernels.AIMLESS

LEVEL = Prior(
    kernels.LEVEL,
    (
        *(round(weight * AIMLESS_SHARE, 5) for weight in _WANDERING),
        *(round((1 - AIMLESS_SHARE) / _HEADING, 5) for _ in range(_HEADING)),
    ),
    3,
    0.3,
)
LEVEL_SHAPES = Recalibrations(
    few=Recalibration(
        (
            0.0,
            0.0476,
            0.1009,
            0.1491,
            0.2056,
            0.2544,
            0.3046,
            0.3534,
            0.4061,
            0.4594,
            0.5146,
            0.5571,
            0.6161,
            0.6732,
            0.7164,
            0.7678,
            0.8122,
            0.8648,
            0.9093,
            0.9556,
            1.0,
        )
    ),
    some=Recalibration(
        (
            0.0,
            0.063,
            0.1159,
            0.1701,
            0.2154,
            0.2636,
            0.3127,
            0.3648,
            0.415,
            0.4699,
            0.5278,
            0.5823,
            0.6274,
            0.6731,
            0.7259,
            0.77,
            0.8171,
            0.8614,
            0.9055,
            0.9472,
            1.0,
        )
    ),
    many=Recalibration(
        (
            0.0,
            0.064,
            0.102,
            0.1491,
            0.2016,
            0.2534,
            0.3086,
            0.3516,
            0.4089,
            0.458,
            0.5139,
            0.563,
            0.6223,
            0.6789,
            0.727,
            0.7822,
            0.8357,
            0.8787,
            0.9258,
            0.9614,
            1.0,
        )
    ),
)

_WALKS = 8
_SMOOTH = (
    0.0055,
    0.0057,
    0.0042,
    0.0078,
    0.0031,
    0.0174,
    0.0018,
    0.0024,
    0.0187,
    0.3762,
    0.0028,
    0.2228,
    0.0074,
    0.3146,
    0.0028,
    0.0069,
)
SUM = Prior(
    kernels.SUM,
    tuple(
        round(weight * AIMLESS_SHARE + (1 - AIMLESS_SHARE) / _WALKS * (place < _WALKS), 5)
        for place, weight in enumerate(_SMOOTH)
    ),
    1,
    0.002,
)
"""The public sums are smoother than what teams count: two fifths of the weight go to parts that come by chance."""

SUM_SHAPES = Recalibrations(
    few=Recalibration(
        (
            0.0,
            0.0628,
            0.1155,
            0.1732,
            0.2259,
            0.2741,
            0.3154,
            0.3553,
            0.3915,
            0.434,
            0.4746,
            0.5095,
            0.5571,
            0.6034,
            0.6542,
            0.6967,
            0.7443,
            0.8008,
            0.8515,
            0.901,
            1.0,
        )
    ),
    some=Recalibration(
        (
            0.0,
            0.0799,
            0.1321,
            0.1772,
            0.2273,
            0.2703,
            0.3056,
            0.3479,
            0.3838,
            0.4201,
            0.4638,
            0.5027,
            0.5437,
            0.5799,
            0.6213,
            0.6707,
            0.7212,
            0.7734,
            0.8232,
            0.8828,
            1.0,
        )
    ),
    many=Recalibration(
        (
            0.0,
            0.0637,
            0.1128,
            0.1531,
            0.1873,
            0.2307,
            0.2761,
            0.3167,
            0.3631,
            0.4129,
            0.458,
            0.5037,
            0.5495,
            0.5972,
            0.6477,
            0.6972,
            0.7456,
            0.8042,
            0.8513,
            0.9068,
            1.0,
        )
    ),
)

SUM_FEW = Prior(kernels.SUM, SUM.weights, 2, 0.03)
"""With up to three parts: the public sums are smoother than what teams count, and few parts cannot tell."""
