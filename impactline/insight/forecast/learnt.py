"""What was learnt from public series, read from learnt.json; `python -m benchmarks.learning` learns it anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from impactline.insight.forecast.course import Prior
from impactline.insight.forecast.kernels import Kernel, Shape
from impactline.insight.student import Array

FEW, SOME = 3, 7
SHARP, WIDE = 0.007, 0.05  # of forecasts of sums: the scale of Student's t, in parts of the target
DEGREES = np.linspace(0, 1, 257)
TINY = 1e-12
KNOTS = tuple(round(0.05 * number, 2) for number in range(21))
FILE = Path(__file__).with_name("learnt.json")


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A monotone correction of probabilities: what is told as `KNOTS[i]` is true `shares[i]` of the time.

    Where `sharp` is given, that is how often for the sharpest forecasts; between these and wide ones by `sharpness`.
    """

    shares: tuple[float, ...]
    sharp: tuple[float, ...] = ()

    def told(self, share: float, scale: float) -> float:
        """The corrected probability."""
        return float(self.told_all(np.array(share), np.array(scale)))

    def told_all(self, shares: Array, scale: Array) -> Array:
        """The corrected probabilities of forecasts with these scales."""
        wide = np.interp(shares, KNOTS, self.shares)
        if self.sharp:
            wide += sharpness(scale) * (np.interp(shares, KNOTS, self.sharp) - wide)
        return np.asarray(wide, dtype=float)

    def wanted(self, share: float, scale: Array) -> Array:
        """The uncorrected probability that is told as this one, for each of these scales."""
        if not self.sharp:
            return np.full(np.shape(scale), np.interp(share, self.shares, KNOTS))
        return np.asarray(np.interp(sharpness(scale), DEGREES, _wanted(self, share)), dtype=float)


@lru_cache
def _wanted(shape: Recalibration, share: float) -> list[float]:
    """What is told as a share, at each of the degrees of sharpness."""
    wide, sharp = np.array(shape.shares), np.array(shape.sharp)
    return [float(np.interp(share, wide + degree * (sharp - wide), KNOTS)) for degree in DEGREES]


def sharpness(scale: Array) -> Array:
    """From 0 for forecasts that are wide to 1 for sharp ones, by the log of their scale in parts of the way."""
    return np.asarray(np.clip(np.log(WIDE / np.maximum(scale, TINY)) / log(WIDE / SHARP), 0.0, 1.0), dtype=float)


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
    sharp = data.get("sharp", {})
    return Recalibrations(
        **{name: Recalibration(tuple(shares), tuple(sharp.get(name, ()))) for name, shares in data["shares"].items()}
    )


_LEARNT: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
LEVEL, SUM = _prior(_LEARNT["level"]), _prior(_LEARNT["sum"])
LEVEL_SHAPES, SUM_SHAPES = _recalibrations(_LEARNT["level"]), _recalibrations(_LEARNT["sum"])
"""For values that stand at a level, and for sums of parts. The last kernels of levels head for what similar key results
came to; two fifths of the weight of sums go to parts that come by chance, for what teams count does."""

SUM_FEW = replace(SUM, freedom=2, spread=0.1)
"""With up to three parts: targets of public sums lie near what came before, those of teams anywhere."""
