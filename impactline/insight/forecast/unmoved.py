"""The forecast of a value that has not moved at all: whether it can is not known, so it is never sure that it cannot.

What swings by nothing would be forecast to stay for certain. But a value that has stood still for a time may only not
have been worked on, or not been read anew. With a rate of moves of which nothing is known (Jeffreys' prior), it stands
still for the time that is left with the probability √(seen ÷ (seen + left)), both in steps, half a step being seen
before the first reading. If it moves, it comes to what similar ones came to; of a sum to that share of it for which
there is time. Intervals are at least as wide as this makes them, and never narrower than the swing does.
Source: Gelman et al., Bayesian Data Analysis, 2013, chapter 2 (noninformative priors of rates).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from impactline.insight.forecast.kernels import STEPS
from impactline.insight.forecast.outlook import FanDay, History, Span
from impactline.insight.forecast.points import Points
from impactline.insight.forecast.wandering import HISTORY_FREEDOM, SHARES, Ahead, Ask, of_history
from impactline.insight.student import Array, distribution, inverse

SEEN_BEFORE = 0.5
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Unmoved:
    """What may come of values that stand still: `moves` is the chance that they move, `middle` and `scale` where to.

    In units of the way, from where they stand; an entry for each series or day.
    """

    moves: Array
    middle: Array
    scale: Array

    def below(self, mark: Array, still: Array) -> Array:
        """The probability of at most a mark, where it is `still` if they do not move."""
        moved = distribution((np.asarray(mark, dtype=float) - self.middle) / self.scale, HISTORY_FREEDOM)
        return np.asarray(self.moves * moved + (1 - self.moves) * still, dtype=float)

    def ends(self) -> Array:
        """The values below which each of the five shares lies, in a last axis of its own."""
        middle, scale, moves = (part[..., None] for part in (self.middle, self.scale, self.moves))
        shares = np.array(SHARES)
        under = moves * distribution(-middle / scale, HISTORY_FREEDOM)
        sought = np.where(shares < under, shares, np.maximum(shares - (1 - moves), 0.0)) / moves
        reached = middle + scale * inverse(np.clip(sought, LEAST, 1 - LEAST), HISTORY_FREEDOM)
        stands = (shares >= under) & (shares <= under + 1 - moves)
        return np.where(stands, 0.0, reached)


def unmoved(seen: Array, left: Array, history: History, *, sums: bool = False) -> Unmoved:
    """What may come of values that stood still for so many steps, in those that are left."""
    stays = np.sqrt((seen + SEEN_BEFORE) / (seen + SEEN_BEFORE + np.maximum(left, 0.0)))
    known = of_history(history)
    share = np.clip(left / STEPS, LEAST, 1.0) if sums else np.ones_like(stays)
    middle, scale = float(known.middle[0, 0]) * share, float(known.scale[0, 0]) * np.sqrt(share)
    return Unmoved(np.maximum(1 - stays, LEAST), middle, scale)


def wider(spans: Array, other: Array) -> Array:
    """The five ends of two forecasts together: the wider of either interval, and the middle of the first."""
    return np.column_stack([np.minimum(spans, other)[:, :2], spans[:, 2], np.maximum(spans, other)[:, 3:]])


def stands_still(points: Points) -> bool:
    """Whether nothing that was read differs from the known point."""
    return all(value == points.known for value in points.values)


@dataclass(frozen=True, slots=True)
class Doubt:
    """That one series may yet move: makes a forecast of it wider, and its chances less sure."""

    ask: Ask
    history: History

    def of(self, found: Ahead) -> Ahead:
        """The forecast with the doubt."""
        may = self._may([self.ask.points.time(day.day) for day in found.fan])
        way = 1 if self.ask.unit > 0 else -1
        reached = self.ask.points.known + self.ask.unit * may.ends()[:, ::way]
        fan = tuple(self._day(day, row) for day, row in zip(found.fan, reached.tolist(), strict=True))
        return replace(found, fan=fan, below=self._below(found))

    def _below(self, found: Ahead) -> Callable[[float], float]:
        """The chance of at most a value on the last day, with the doubt."""
        known, unit = self.ask.points.known, self.ask.unit
        may = self._may([self.ask.points.time(found.last.day)])

        def chance(value: float) -> float:
            mark = np.array([(value - known) / unit])
            still = found.below(value)
            told = float(may.below(mark, np.array([still if unit > 0 else 1 - still]))[0])
            return told if unit > 0 else 1 - told

        return chance

    def _may(self, times: list[float]) -> Unmoved:
        seen = self.ask.points.times[-1]
        return unmoved(np.full(len(times), seen), np.array(times) - seen, self.history, sums=self.ask.sums)

    def _day(self, day: FanDay, ends: list[float]) -> FanDay:
        low, lower, _, higher, high = map(self.ask.bounds.clip, ends)
        half = Span(min(day.half.low, lower), max(day.half.high, higher))
        return FanDay(day.day, day.middle, half, Span(min(day.most.low, low), max(day.most.high, high)))
