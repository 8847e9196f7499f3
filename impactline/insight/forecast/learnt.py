"""What was learnt from public series, read from learnt.json; `python -m benchmarks.learning` learns it anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from impactline.insight.forecast.course import Prior
from impactline.insight.forecast.kernels import Kernel, Shape
from impactline.insight.student import Array

FEW, SOME = 3, 7
KNOTS = tuple(round(0.05 * number, 2) for number in range(21))
FILE = Path(__file__).with_name("learnt.json")


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


def _prior(data: dict[str, Any]) -> Prior:
    kernels = tuple(
        Kernel(Shape(row["shape"]), **{name: value for name, value in row.items() if name not in ("shape", "weight")})
        for row in data["kernels"]
    )
    return Prior(kernels, tuple(row["weight"] for row in data["kernels"]), data["freedom"], data["spread"])


def _recalibrations(data: dict[str, Any]) -> Recalibrations:
    return Recalibrations(**{name: Recalibration(tuple(shares)) for name, shares in data["shares"].items()})


_LEARNT: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
LEVEL, SUM = _prior(_LEARNT["level"]), _prior(_LEARNT["sum"])
LEVEL_SHAPES, SUM_SHAPES = _recalibrations(_LEARNT["level"]), _recalibrations(_LEARNT["sum"])
"""For values that stand at a level, and for sums of parts. The last kernels of levels head for what similar key results
came to; two fifths of the weight of sums go to parts that come by chance, for what teams count does."""

SUM_FEW = replace(SUM, spread=0.1)
"""With up to three parts: targets of public sums lie near what came before, those of teams anywhere."""
