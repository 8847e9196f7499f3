"""The value of a numeric parent from its children: sums of the same unit, means or ratios of percentages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from impactline.base.errors import Invalid
from impactline.metrics.measure import is_percentage
from impactline.okrs.progress import EXACT

HUNDRED = Decimal(100)


class UnitsDiffer(Invalid):
    """Children whose values cannot be put together."""

    code = "units_differ"


@dataclass(frozen=True, slots=True)
class Share:
    """The value of one child, None where nothing was recorded; a percentage may say what it is a share of."""

    value: Decimal | None
    unit: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def combined(children: Sequence[Share]) -> Decimal | None:
    """The parent's value, None when no child has one.

    Numbers of the same unit are summed. Percentages are never summed: where every child gives numerator and
    denominator the sums of these are divided, else they are averaged alike. Raises UnitsDiffer for a mixture.
    """
    known = [child for child in children if child.value is not None]
    _check_units(known)
    if not known:
        return None
    if not is_percentage(known[0].unit):
        return _total([child.value for child in known])
    ratio = _ratio(known)
    return _mean([child.value for child in known]) if ratio is None else ratio


def _check_units(children: Sequence[Share]) -> None:
    units = {"%" if is_percentage(child.unit) else child.unit.strip() for child in children}
    if len(units) > 1:
        raise UnitsDiffer(
            f"Values in {', '.join(sorted(units))} cannot be put together.",
            remedy="Give all of them the same unit, or let the objective average their progress.",
            field="unit",
        )


def _ratio(children: Sequence[Share]) -> Decimal | None:
    if any(child.numerator is None or child.denominator is None for child in children):
        return None
    below = _total([child.denominator for child in children])
    if not below:
        return None
    return EXACT.multiply(EXACT.divide(_total([child.numerator for child in children]), below), HUNDRED)


def _mean(values: Sequence[Decimal | None]) -> Decimal:
    return EXACT.divide(_total(values), Decimal(len(values)))


def _total(values: Sequence[Decimal | None]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value or Decimal(0))
    return total
