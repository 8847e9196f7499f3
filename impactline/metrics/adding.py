"""Values with the numerator and denominator behind them, and when and how such values add up.

Counts are summed. Shares add up as Σ numerators ÷ Σ denominators and in no other way: a mean of percentages is
wrong whenever their denominators differ (DHIS2 indicators, Akvo RSR periods, UNICEF PRP issue 72).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from impactline.metrics.measure import Kind, Measure

DIGITS_MAX = 15
PLACES_MAX = 9
HUNDRED = Decimal(100)
PRECISE = Context(prec=50)


@dataclass(frozen=True, slots=True)
class Amount:
    """A value and, of a share, what it is a share of. A narrative has no value."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def is_counted(self) -> bool:
        """Whether numerator and denominator are known."""
        return self.numerator is not None and self.denominator is not None


@dataclass(frozen=True, slots=True)
class NotAdded:
    """Why values do not add up, as a sentence for people."""

    reason: str


NOTHING = NotAdded("There is nothing to add.")
WITHOUT_COUNTS = NotAdded("Percentages cannot be added without the numerator and denominator of each.")
OF_NOTHING = NotAdded("The denominators come to 0.")
TOO_LARGE = NotAdded("The sum is too large.")
OF_LEVELS = NotAdded("Levels of a scale cannot be added.")
OF_WORDS = NotAdded("Words cannot be added.")
NOT_ADDITIVE = NotAdded("Values of this metric do not add up.")


def share(numerator: Decimal, denominator: Decimal, measure: Measure) -> Decimal:
    """Numerator ÷ denominator, × 100 for a percentage; at most 9 decimals and 15 digits. The denominator is not 0."""
    factor = HUNDRED if measure is Measure.PERCENTAGE else Decimal(1)
    return shortened(PRECISE.divide(PRECISE.multiply(numerator, factor), denominator))


def add(amounts: Sequence[Amount], kind: Kind) -> Amount | NotAdded:
    """The sum of parts, or of periods: Σ values for counts, Σ numerators ÷ Σ denominators for shares."""
    if not amounts:
        return NOTHING
    if kind.measure.is_share:
        return _added_shares(amounts, kind.measure)
    if kind.measure is not Measure.UNIT:
        return OF_LEVELS if kind.measure is Measure.ORDINAL else OF_WORDS
    if not kind.adds_up:
        return NOT_ADDITIVE
    values = [amount.value for amount in amounts if amount.value is not None]
    return _held(Amount(total(values))) if len(values) == len(amounts) else NOTHING


def total(values: Sequence[Decimal]) -> Decimal:
    """The exact sum."""
    found = Decimal(0)
    for value in values:
        found = PRECISE.add(found, value)
    return found


def shortened(value: Decimal) -> Decimal:
    """The value with at most 9 decimals and 15 digits."""
    whole = max(value.adjusted() + 1, 0)
    places = max(min(PLACES_MAX, DIGITS_MAX - whole), 0)
    return value.quantize(Decimal(1).scaleb(-places), context=PRECISE)


def _added_shares(amounts: Sequence[Amount], measure: Measure) -> Amount | NotAdded:
    above = [amount.numerator for amount in amounts if amount.numerator is not None]
    below = [amount.denominator for amount in amounts if amount.denominator is not None]
    if not len(above) == len(below) == len(amounts):
        return WITHOUT_COUNTS
    numerator, denominator = total(above), total(below)
    if denominator == 0:
        return OF_NOTHING
    return _held(Amount(share(numerator, denominator, measure), numerator, denominator))


def _held(amount: Amount) -> Amount | NotAdded:
    """The amount, if its numbers can be kept."""
    numbers = (amount.value, amount.numerator, amount.denominator)
    return TOO_LARGE if any(n is not None and n.adjusted() >= DIGITS_MAX for n in numbers) else amount
