"""What an outcome's metric should have moved by each day, by what was delivered, the lags and the confidences.

A link claims: so much of the source moves the metric by so much, after its lag. Each link either holds, with its
confidence as the probability, or moves nothing, independently of the others. Then for a claim that would move e

    mean = c × E[e]        variance = c × (Var[e] + E[e]²) − c² × E[e]²

and sums of claims add both. The band is mean ± 1.2816 standard deviations (80 % of a normal distribution), never
beyond what all links together could do. An outcome's own expected change is the source of the claims that lead on
from it. Links carry expectation only: nothing here changes what is observed.
Source: the product of probability and size as in expected value; variance of a product with a Bernoulli variable, by
the law of total variance. What is ignored: two ways from the same output hold or fail together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import inf, sqrt

from impactline.base.explanation import Number
from impactline.chain.completion import DONE, Window, Work
from impactline.chain.graph import UNSTATED

Z_80 = 1.2816
LINKS_MAX = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link says: `change` of the metric for `per` of the source, `lag_days` later.

    The source is an output, in its unit, or an outcome, in the unit of its metric `of_metric` (where it has claims for
    one metric only, that one is meant).
    """

    source: Hashable
    target: Hashable
    metric: Hashable
    change: float
    per: float = 1.0
    lag_days: int = 0
    confidence: float | None = None
    of_metric: Hashable | None = None

    @property
    def odds(self) -> float:
        """The probability that it holds; even odds where nobody said."""
        return UNSTATED if self.confidence is None else self.confidence

    def says(self, metric: Hashable) -> bool:
        """Whether it says something of a metric."""
        return self.metric == metric and self.per != 0


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of an output there was by each day: points in the order of days, straight lines between them."""

    points: tuple[tuple[date, float], ...]

    def on(self, day: date) -> float:
        """How much there was at the end of a day: 0 before the first point, the last value after the last."""
        at = bisect_right(self.points, (day, float("inf")))
        if at in (0, len(self.points)):
            return self.points[at - 1][1] if at else 0.0
        (earlier, low), (later, high) = self.points[at - 1], self.points[at]
        return low + (high - low) * (day - earlier).days / (later - earlier).days

    @property
    def first_on(self) -> date | None:
        """The first day at whose end there was some; None where there was none."""
        if self.points and self.points[0][1] > 0:
            return self.points[0][0]
        zeros = (day for (day, _), (_, later) in pairwise(self.points) if later > 0)
        begun = next(zeros, None)
        return None if begun is None else begun + timedelta(days=1)

    @property
    def last_on(self) -> date | None:
        """The day on which there was all; None where there was none."""
        most = max((amount for _, amount in self.points), default=0.0)
        return next((day for day, amount in self.points if amount == most), None) if most > 0 else None


@dataclass(frozen=True, slots=True)
class Move:
    """By how much a metric should have moved by a day.

    `likely` is the mean, `low` and `high` the band; `claimed` what it would be if every link held; `variance`, `least`
    and `most` are what the band is made from.
    """

    likely: float = 0.0
    claimed: float = 0.0
    variance: float = 0.0
    least: float = 0.0
    most: float = 0.0

    @property
    def low(self) -> float:
        """The lower end of the band."""
        return max(self.least, self.likely - Z_80 * sqrt(max(0.0, self.variance)))

    @property
    def high(self) -> float:
        """The upper end of the band."""
        return min(self.most, self.likely + Z_80 * sqrt(max(0.0, self.variance)))

    @classmethod
    def kept(cls, likely: float, claimed: float, low: float, high: float) -> Move:
        """One of which only the band was kept."""
        return cls(likely, claimed, inf, low, high)

    def plus(self, other: Move) -> Move:
        """Two moves that come about independently."""
        return Move(
            self.likely + other.likely,
            self.claimed + other.claimed,
            self.variance + other.variance,
            self.least + other.least,
            self.most + other.most,
        )

    def through(self, factor: float, odds: float) -> Move:
        """What it moves in turn by a link that multiplies it and holds with a probability."""
        mean, variance = factor * self.likely, factor * factor * self.variance
        ends = (0.0, factor * self.least, factor * self.most)
        return Move(
            odds * mean,
            factor * self.claimed,
            odds * (variance + mean * mean) - odds * odds * mean * mean,
            min(ends),
            max(ends),
        )


class Expectation:
    """What is claimed of a chain, and how much of each output there was."""

    def __init__(self, claims: Iterable[Claim], quantities: Mapping[Hashable, Quantity]) -> None:
        self.quantities = quantities
        self._into: dict[Hashable, list[Claim]] = {}
        for claim in claims:
            self._into.setdefault(claim.target, []).append(claim)
        self._known: dict[tuple[Hashable, Hashable, date, date | None, int], Move] = {}

    def move(self, outcome: Hashable, metric: Hashable, day: date, *, since: date | None = None) -> Move:
        """By how much the metric of an outcome should have moved by the end of a day.

        `since` is the day on which the metric had its baseline: what had its effect by then is in the baseline already.
        A claim from an outcome of several metrics that does not say of which moves nothing, nor does what lies more
        than 50 links away.
        """
        return self._move(outcome, metric, day, since, 0)

    def path(
        self, outcome: Hashable, metric: Hashable, days: Iterable[date], *, since: date | None = None
    ) -> list[tuple[date, Move]]:
        """The expected path of a metric: for each day its move since the day of its baseline."""
        return [(day, self.move(outcome, metric, day, since=since)) for day in days]

    def parts(
        self, outcome: Hashable, metric: Hashable, day: date, *, since: date | None = None
    ) -> list[tuple[Claim, Move]]:
        """What each claim on the metric of an outcome adds to its move; together they are what `move` gives."""
        return [(claim, self._part(claim, day, since, 0)) for claim in self.claims_on(outcome, metric)]

    def moves_from(self, outcome: Hashable, metric: Hashable = None) -> date | None:
        """The first day on which something could be seen: when there was some of an output, and its lag was over.

        With a metric, by the claims on that metric only.
        """
        return min(self._days(outcome, metric, 0, 0, first=True), default=None)

    def moved_by(self, outcome: Hashable, metric: Hashable = None) -> date | None:
        """The day by which all should be seen: when there was all of the last output, and its lag was over."""
        return max(self._days(outcome, metric, 0, 0, first=False), default=None)

    def claims_on(self, outcome: Hashable, metric: Hashable) -> list[Claim]:
        """What is claimed of a metric of an outcome."""
        return [claim for claim in self._into.get(outcome, ()) if claim.says(metric)]

    def _move(self, outcome: Hashable, metric: Hashable, day: date, since: date | None, depth: int) -> Move:
        key = (outcome, metric, day, since, depth)
        known = self._known.get(key)
        if known is None:
            known = Move()
            for claim in self._into.get(outcome, ()) if depth < LINKS_MAX else ():
                if claim.says(metric):
                    known = known.plus(self._part(claim, day, since, depth))
            self._known[key] = known
        return known

    def _part(self, claim: Claim, day: date, since: date | None, depth: int) -> Move:
        lag = timedelta(days=claim.lag_days)
        return self._of(claim, day - lag, None if since is None else since - lag, depth)

    def _of(self, claim: Claim, day: date, since: date | None, depth: int) -> Move:
        factor = claim.change / claim.per
        quantity = self.quantities.get(claim.source)
        if quantity is not None:
            amount = quantity.on(day) - (0.0 if since is None else quantity.on(since))
            return Move(amount, amount, 0.0, min(0.0, amount), max(0.0, amount)).through(factor, claim.odds)
        metric = self._metric(claim)
        if metric is None:
            return Move()
        return self._move(claim.source, metric, day, since, depth + 1).through(factor, claim.odds)

    def _metric(self, claim: Claim) -> Hashable | None:
        if claim.of_metric is not None:
            return claim.of_metric
        metrics = {into.metric for into in self._into.get(claim.source, ())}
        return metrics.pop() if len(metrics) == 1 else None

    def _days(self, outcome: Hashable, metric: Hashable, lag: int, depth: int, *, first: bool) -> set[date]:
        found: set[date] = set()
        for claim in self._into.get(outcome, ()) if depth < LINKS_MAX else ():
            if metric is not None and not claim.says(metric):
                continue
            quantity = self.quantities.get(claim.source)
            if quantity is None:
                found |= self._days(claim.source, claim.of_metric, lag + claim.lag_days, depth + 1, first=first)
            else:
                day = quantity.first_on if first else quantity.last_on
                found |= {day + timedelta(days=lag + claim.lag_days)} if day else set()
        return found


def delivered_so_far(work: Work, reports: Sequence[tuple[date, Number]], as_of: date, window: Window) -> Quantity:
    """How much of an output there was by each day up to one: from nothing on its first day, by its reports.

    Without reports straight to what is delivered, on the day it ended or else `as_of`. An output without quantity
    counts as 1 from the day on which it was done.
    """
    starts_on = min(work.starts_on or window.starts_on, work.ended_on or as_of)
    if work.delivered is None and not reports:
        there = work.is_in(DONE, as_of)
        ended_on = work.ended_on or as_of
        return Quantity(((ended_on - timedelta(days=1), 0.0), (ended_on, 1.0)) if there else ((starts_on, 0.0),))
    known = {day: float(amount) for day, amount in reports if day <= as_of}
    if not known:
        known[max(min(work.ended_on or as_of, as_of), starts_on)] = float(work.delivered or 0)
    first = min(known)
    if starts_on < first:
        known[starts_on] = 0.0
    return Quantity(tuple(sorted(known.items())))


def as_planned(work: Work, window: Window) -> Quantity:
    """How much of an output there should be by each day: straight from nothing to what is planned, else to 1."""
    starts_on = work.starts_on or min(window.starts_on, work.due_on or window.starts_on)
    due_on = max(work.due_on or window.due_on, starts_on + timedelta(days=1))
    return Quantity(((starts_on, 0.0), (due_on, float(work.planned or 1))))
