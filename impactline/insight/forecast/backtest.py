"""How good forecasts were: Brier score, reliability, coverage, beside the plain straight line.

Sources: Brier, Monthly Weather Review, 1950; Murphy, Journal of Applied Meteorology, 1973; Naeini et al., AAAI, 2015
(expected calibration error).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BINS = 10
FEWEST = 60  # twenty key results, each forecast from three parts of its time


@dataclass(frozen=True, slots=True)
class Judged:
    """One forecast and what came: the probability told, whether it was reached, and whether the straight line said so.

    `in_half` and `in_most`: whether the value lay in the 50 % and the 80 % interval; None where there is none.
    """

    told: float
    reached: bool
    line: bool
    in_half: bool | None = None
    in_most: bool | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """The forecasts between two probabilities: how many, what they told on average, and the share that was reached."""

    low: float
    high: float
    count: int
    told: float | None
    reached: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of many forecasts; all None without any."""

    count: int
    brier: float | None
    line_brier: float | None
    calibration_error: float | None
    half: float | None
    most: float | None
    bins: tuple[Bin, ...]

    @property
    def ratio(self) -> float | None:
        """The Brier score in parts of the straight line's; below 1 is better than it."""
        if self.brier is None or not self.line_brier:
            return None
        return self.brier / self.line_brier

    @property
    def is_telling(self) -> bool:
        """Whether there are enough forecasts to judge by."""
        return self.count >= FEWEST

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "count": self.count,
            "brier": _short(self.brier),
            "straight_line_brier": _short(self.line_brier),
            "ratio": _short(self.ratio),
            "calibration_error": _short(self.calibration_error),
            "coverage_50": _short(self.half),
            "coverage_80": _short(self.most),
            "reliability": [
                {
                    "low": entry.low,
                    "high": entry.high,
                    "count": entry.count,
                    "told": _short(entry.told),
                    "reached": _short(entry.reached),
                }
                for entry in self.bins
            ],
        }


def report(judged: Sequence[Judged]) -> Report:
    """The scores of some forecasts."""
    bins = tuple(_bin(judged, number) for number in range(BINS))
    return Report(
        count=len(judged),
        brier=_mean([(row.told - row.reached) ** 2 for row in judged]),
        line_brier=_mean([float(row.line != row.reached) for row in judged]),
        calibration_error=_mean_gap(bins, len(judged)),
        half=_mean([float(row.in_half) for row in judged if row.in_half is not None]),
        most=_mean([float(row.in_most) for row in judged if row.in_most is not None]),
        bins=bins,
    )


def _bin(judged: Sequence[Judged], number: int) -> Bin:
    low, high = number / BINS, (number + 1) / BINS
    rows = [row for row in judged if min(int(row.told * BINS + 1e-9), BINS - 1) == number]
    return Bin(low, high, len(rows), _mean([row.told for row in rows]), _mean([float(row.reached) for row in rows]))


def _mean_gap(bins: Sequence[Bin], count: int) -> float | None:
    if not count:
        return None
    gaps = [entry.count * abs((entry.told or 0.0) - (entry.reached or 0.0)) for entry in bins if entry.count]
    return sum(gaps) / count


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
