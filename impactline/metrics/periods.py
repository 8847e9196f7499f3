"""What the readings of a period come to, how that stands to its target, and which periods are locked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from impactline.metrics.adding import Amount, NotAdded, add
from impactline.metrics.measure import Aggregation, Kind, Measure


@dataclass(frozen=True, slots=True)
class Span:
    """A period; both of its days belong to it."""

    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Whether a day belongs to it."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Known:
    """A reading that holds: its day and what was read."""

    day: date
    amount: Amount


@dataclass(frozen=True, slots=True)
class Actual:
    """What was read in a period: from how many readings, the last of them on `day`.

    `amount` is None where nothing was read, or where what was read does not add up: then `reason` says why.
    """

    amount: Amount | None
    count: int
    day: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """An actual value against a target: the difference (actual − target), and whether the target is met.

    `met` is None where the direction of the metric does not say (within a range).
    """

    difference: Decimal
    met: bool | None


def actual(readings: Sequence[Known], span: Span, kind: Kind) -> Actual:
    """What the readings (in order of day and entry) come to within a period.

    A state or a running total is the last one read in it. What comes per period is added: counts as a sum, shares
    as Σ numerators ÷ Σ denominators.
    """
    within = [reading for reading in readings if span.holds(reading.day)]
    if not within:
        return Actual(None, 0, None, "Nothing was read in this period.")
    last = within[-1]
    if kind.aggregation is not Aggregation.PER_PERIOD or kind.measure in (Measure.ORDINAL, Measure.QUALITATIVE):
        return Actual(last.amount, len(within), last.day)
    if len(within) == 1:
        return Actual(last.amount, 1, last.day)
    added = add([reading.amount for reading in within], kind)
    if isinstance(added, NotAdded):
        return Actual(None, len(within), last.day, added.reason)
    return Actual(added, len(within), last.day)


def standing(value: Decimal | None, target: Decimal | None, better: str) -> Standing | None:
    """How a value stands to the target, by which way is better (higher, lower, within); None without one of them."""
    if value is None or target is None:
        return None
    difference = value - target
    if better == "within":
        return Standing(difference, True if difference == 0 else None)
    return Standing(difference, difference >= 0 if better == "higher" else difference <= 0)


def locked_span(day: date, locked: Iterable[Span]) -> Span | None:
    """The locked period to which a day belongs, if any; of several the one that ends last."""
    found = [span for span in locked if span.holds(day)]
    return max(found, key=lambda span: (span.ends_on, span.starts_on), default=None)


def falls(readings: Sequence[Known]) -> date | None:
    """The last day on which a running total is lower than before, which it can only be by mistake."""
    found = None
    for before, after in pairwise(readings):
        if before.amount.value is not None and after.amount.value is not None:
            found = after.day if after.amount.value < before.amount.value else found
    return found
