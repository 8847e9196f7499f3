"""A reading broken down by dimensions: whether its parts come to the whole, and what is missing if they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from impactline.metrics.adding import Amount, NotAdded, add
from impactline.metrics.measure import Kind

Categories = tuple[tuple[str, str], ...]
"""(dimension, category) pairs, in the order of the dimensions: (("sex", "women"), ("region", "north"))."""

NO_COUNTS = "The whole has no numerator and denominator to compare its parts with."


@dataclass(frozen=True, slots=True)
class PartOf:
    """The amount of one category, or of one combination of categories."""

    categories: Categories
    amount: Amount

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions by which it is a part."""
        return tuple(name for name, _ in self.categories)


@dataclass(frozen=True, slots=True)
class Missing:
    """The whole less the sum of its parts; below 0 where the parts come to more. Of shares: of what they count."""

    value: Decimal
    numerator: Decimal | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the parts come to the whole."""
        return self.value == 0 and not self.numerator


@dataclass(frozen=True, slots=True)
class Split:
    """The parts by one dimension, or one combination of dimensions, against the whole.

    `missing` is what the parts lack, for shares in denominators and numerators; None where they cannot be added,
    and then `reason` says why. `unnamed` are the categories of a single dimension that have no part.
    """

    dimensions: tuple[str, ...]
    parts: tuple[PartOf, ...]
    total: Amount | None
    missing: Missing | None
    reason: str
    unnamed: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the parts come to the whole."""
        return self.missing is not None and self.missing.is_nothing

    @property
    def is_incomplete(self) -> bool:
        """Whether they were added and do not come to the whole."""
        return self.missing is not None and not self.missing.is_nothing


def splits(
    whole: Amount, parts: Sequence[PartOf], kind: Kind, declared: Sequence[tuple[str, Sequence[str]]] = ()
) -> list[Split]:
    """The parts of one reading by their dimensions, in the order in which the metric declares these.

    Each combination of dimensions is a breakdown of its own: parts by sex come to the whole, and so do parts by
    sex and region.
    """
    order = {name: at for at, (name, _) in enumerate(declared)}
    groups: dict[tuple[str, ...], list[PartOf]] = {}
    for part in parts:
        groups.setdefault(part.dimensions, []).append(part)
    keys = sorted(groups, key=lambda names: (len(names), [order.get(name, len(order)) for name in names], names))
    return [_split(whole, names, groups[names], kind, dict(declared)) for names in keys]


def whole_of(parts: Sequence[PartOf], kind: Kind) -> Amount | NotAdded:
    """The whole that parts come to, where it was not given; from the breakdown with the fewest dimensions."""
    found = splits(Amount(None), parts, kind)
    return add([part.amount for part in found[0].parts], kind) if found else add([], kind)


def _split(
    whole: Amount, names: tuple[str, ...], parts: list[PartOf], kind: Kind, declared: dict[str, Sequence[str]]
) -> Split:
    known = declared.get(names[0], ()) if len(names) == 1 else ()
    place = {category: at for at, category in enumerate(known)}
    parts = sorted(parts, key=lambda part: place.get(part.categories[0][1], len(place)))
    there = {part.categories[0][1] for part in parts}
    added = add([part.amount for part in parts], kind)
    total = added if isinstance(added, Amount) else None
    missing = None if total is None else _missing(whole, total, kind)
    reason = added.reason if isinstance(added, NotAdded) else NO_COUNTS if missing is None else ""
    unnamed = tuple(category for category in known if category not in there)
    return Split(names, tuple(parts), total, missing, reason, unnamed)


def _missing(whole: Amount, total: Amount, kind: Kind) -> Missing | None:
    if not kind.measure.is_share:
        assert total.value is not None, "counts that were added have a sum"
        return None if whole.value is None else Missing(whole.value - total.value)
    if not whole.is_counted:
        return None
    above, below = (whole.numerator, total.numerator), (whole.denominator, total.denominator)
    return Missing(_less(*below), _less(*above))


def _less(one: Decimal | None, other: Decimal | None) -> Decimal:
    return (one or Decimal(0)) - (other or Decimal(0))
