"""Delivery and effect: how far the work behind an objective is, how far its outcomes have moved, and what that means.

Progress never flows up a causal link: delivery is about activities and outputs, effect about outcomes, and they meet
in the quadrant only. Sources: conventions of the product, “Delivery and effect”; Weiss 1972 (theory failure and
implementation failure); Mayne 2001 (contribution analysis).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import fsum

from impactline.chain.completion import Window, Work, completion, expected_completion, reaches

THRESHOLD = 0.7


class Quadrant(StrEnum):
    """Delivered or not, moved or not."""

    DELIVERED_MOVED = "delivered_moved"
    DELIVERED_NOT_MOVED = "delivered_not_moved"
    NOT_DELIVERED_NOT_MOVED = "not_delivered_not_moved"
    NOT_DELIVERED_MOVED = "not_delivered_moved"

    @property
    def words(self) -> str:
        """What it says, as on screen."""
        return _WORDS[self]

    @property
    def meaning(self) -> str:
        """What it is called in evaluation."""
        return _MEANINGS[self]


@dataclass(frozen=True, slots=True)
class Behind:
    """A key result with the activities and outputs behind it.

    `weight` is its share in the objective, any positive number; the shares of those with work behind them are scaled
    to 1.
    """

    key: object
    title: str
    work: tuple[Work, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """An outcome key result, or an outcome with progress of its own.

    `progress` is raw; `expected` what should have come by now, by its own curve; `moves_from` the day from which a
    change could be seen: when the first output behind it was there, and its lag had passed.
    """

    key: object
    title: str
    progress: float | None
    expected: float | None = None
    weight: float = 1.0
    moves_from: date | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How one part entered a figure: with `weight`, all of which sum to 1, and its value limited to 0 … 1."""

    key: object
    title: str
    weight: float
    value: float
    raw: float
    expected: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """Delivery or effect of something: its value 0 to 1, what was expected by now, and the parts that it comes from.

    Both are None where nothing counts, which is not the same as 0.
    """

    value: float | None
    expected: float | None
    shares: tuple[Share, ...]
    as_of: date
    left_out: tuple[str, ...] = ()

    def has_come(self, threshold: float = THRESHOLD) -> bool | None:
        """Whether that share of what was expected by now has come; None where nothing counts or was expected yet."""
        if self.value is None or self.expected is None:
            return None
        if self.expected <= 1e-9:
            return True if self.value > 0 else None
        return reaches(self.value, threshold * self.expected)


class Why(StrEnum):
    """Why there is a quadrant, or none."""

    JUDGED = "judged"
    NO_DELIVERY = "no_delivery"
    NO_EFFECT = "no_effect"
    NOTHING_EXPECTED = "nothing_expected"
    WITHIN_LAG = "within_lag"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The quadrant, None where it cannot be told, with the reason; `until` is the day when a lag will have passed."""

    quadrant: Quadrant | None
    why: Why
    delivery: Figure
    effect: Figure
    threshold: float = THRESHOLD
    until: date | None = None


def delivery(parts: Sequence[Behind], as_of: date, window: Window) -> Figure:
    """The weighted completion of the activities and outputs behind the key results of an objective.

    Each key result enters with its weight, and within it each activity and output alike; an item behind several key
    results counts for each of them. Dropped items, and key results with nothing behind, are left out, and their weight
    goes to the rest.
    """
    counting = [(part, [work for work in part.work if completion(work, as_of) is not None]) for part in parts]
    whole = fsum(part.weight for part, work in counting if work)
    shares: dict[object, Share] = {}
    for part, works in counting:
        for work in works:
            share = _share_of_work(work, part.weight / whole / len(works) if whole else 0.0, as_of, window)
            there = shares.get(work.key)
            shares[work.key] = share if there is None else _sum(there, share)
    left_out = tuple(part.title for part, work in counting if not work)
    return _figure(tuple(shares.values()), as_of, left_out)


def effect(parts: Sequence[Change], as_of: date) -> Figure:
    """The weighted progress of the outcome key results and outcomes of an objective, each limited to 0 … 1.

    Those without progress are left out, and their weight goes to the rest.
    """
    counting = [part for part in parts if part.progress is not None]
    whole = fsum(part.weight for part in counting)
    shares = tuple(
        Share(part.key, part.title, part.weight / whole, _clamp(part.progress), part.progress, part.expected)
        for part in counting
        if part.progress is not None and whole > 0
    )
    return _figure(shares, as_of, tuple(part.title for part in parts if part.progress is None))


def of_priority(figures: Sequence[tuple[str, Figure]], as_of: date) -> Figure:
    """Delivery or effect of a priority, team or cycle: the mean of those of its objectives, given with their titles.

    Objectives without the figure are left out.
    """
    there = [(title, figure) for title, figure in figures if figure.value is not None]
    shares = tuple(
        Share(at, title, 1 / len(there), figure.value or 0.0, figure.value or 0.0, figure.expected)
        for at, (title, figure) in enumerate(there)
    )
    return _figure(shares, as_of, tuple(title for title, figure in figures if figure.value is None))


def verdict(
    delivered: Figure, moved: Figure, changes: Sequence[Change] = (), *, threshold: float = THRESHOLD
) -> Verdict:
    """Delivered or not, moved or not: each at least `threshold` of what was expected by now.

    Where it was delivered and has not moved, but no lag has passed yet, there is no quadrant: it is too early to
    say. `changes` are what the effect was computed from.
    """
    has_delivered, has_moved = delivered.has_come(threshold), moved.has_come(threshold)
    if has_delivered is None or has_moved is None:
        return Verdict(None, _why_not(delivered, moved), delivered, moved, threshold)
    quadrant = _QUADRANTS[has_delivered, has_moved]
    until = _first_to_move(changes)
    if quadrant is Quadrant.DELIVERED_NOT_MOVED and until is not None and until > moved.as_of:
        return Verdict(None, Why.WITHIN_LAG, delivered, moved, threshold, until)
    return Verdict(quadrant, Why.JUDGED, delivered, moved, threshold)


def _share_of_work(work: Work, weight: float, as_of: date, window: Window) -> Share:
    done = completion(work, as_of) or 0.0
    return Share(work.key, work.title, weight, done, done, expected_completion(work, as_of, window))


def _sum(one: Share, other: Share) -> Share:
    return Share(one.key, one.title, one.weight + other.weight, one.value, one.raw, one.expected)


def _figure(shares: tuple[Share, ...], as_of: date, left_out: tuple[str, ...]) -> Figure:
    if not shares:
        return Figure(None, None, (), as_of, left_out)
    value = fsum(share.weight * share.value for share in shares)
    known = [(share.weight, share.expected) for share in shares if share.expected is not None]
    weight = fsum(weight for weight, _ in known)
    expected = fsum(weight * expected for weight, expected in known) / weight if weight > 0 else None
    return Figure(value, expected, shares, as_of, left_out)


def _why_not(delivered: Figure, moved: Figure) -> Why:
    if delivered.value is None:
        return Why.NO_DELIVERY
    return Why.NO_EFFECT if moved.value is None else Why.NOTHING_EXPECTED


def _first_to_move(changes: Sequence[Change]) -> date | None:
    """The first day on which any of them could have moved; None where one of them says nothing of it."""
    days = [change.moves_from for change in changes if change.progress is not None]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _clamp(number: float) -> float:
    return min(1.0, max(0.0, number))


_QUADRANTS = {
    (True, True): Quadrant.DELIVERED_MOVED,
    (True, False): Quadrant.DELIVERED_NOT_MOVED,
    (False, False): Quadrant.NOT_DELIVERED_NOT_MOVED,
    (False, True): Quadrant.NOT_DELIVERED_MOVED,
}
_WORDS = {
    Quadrant.DELIVERED_MOVED: "delivered, moved",
    Quadrant.DELIVERED_NOT_MOVED: "delivered, not moved",
    Quadrant.NOT_DELIVERED_NOT_MOVED: "not delivered, not moved",
    Quadrant.NOT_DELIVERED_MOVED: "not delivered, moved",
}
_MEANINGS = {
    Quadrant.DELIVERED_MOVED: "working",
    Quadrant.DELIVERED_NOT_MOVED: "theory failure",
    Quadrant.NOT_DELIVERED_NOT_MOVED: "implementation failure",
    Quadrant.NOT_DELIVERED_MOVED: "moved without us",
}
