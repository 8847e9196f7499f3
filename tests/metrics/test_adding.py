"""How values add up: counts are summed, shares over what they count, everything else not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.metrics.adding import (
    NOT_ADDITIVE,
    NOTHING,
    OF_LEVELS,
    OF_NOTHING,
    OF_WORDS,
    TOO_LARGE,
    WITHOUT_COUNTS,
    Amount,
    add,
    share,
)
from impactline.metrics.measure import Aggregation, Kind, Measure, kind

COUNTS = Kind(Measure.UNIT)
PERCENT = Kind(Measure.PERCENTAGE)
RATIO = Kind(Measure.RATIO)


def amount(value: object = None, numerator: object = None, denominator: object = None) -> Amount:
    return Amount(*(None if entry is None else Decimal(str(entry)) for entry in (value, numerator, denominator)))


@pytest.mark.parametrize(
    ("of", "amounts", "expected"),
    [
        (COUNTS, [amount(3), amount("4.5")], amount("7.5")),
        (COUNTS, [amount("-0.1"), amount("0.1")], amount(0)),
        (PERCENT, [amount(50, 1, 2), amount(90, 90, 100)], amount("89.215686275", 91, 102)),
        (RATIO, [amount(None, 1, 4), amount(None, 1, 4)], amount("0.25", 2, 8)),
        (COUNTS, [], NOTHING),
        (COUNTS, [amount(1), amount()], NOTHING),
        (PERCENT, [amount(50), amount(90)], WITHOUT_COUNTS),
        (PERCENT, [amount(50, 1, 2), amount(90)], WITHOUT_COUNTS),
        (RATIO, [amount(None, 1, 4), amount(None, 1, -4)], OF_NOTHING),
        (Kind(Measure.UNIT, Aggregation.LATEST, adds_up=False), [amount(1), amount(2)], NOT_ADDITIVE),
        (Kind(Measure.ORDINAL), [amount(1), amount(2)], OF_LEVELS),
        (Kind(Measure.QUALITATIVE), [amount(), amount()], OF_WORDS),
        (COUNTS, [amount(9 * 10**14), amount(9 * 10**14)], TOO_LARGE),
    ],
)
def test_values_add_up_as_their_kind_allows(of: Kind, amounts: list[Amount], expected: object) -> None:
    assert add(amounts, of) == expected


def test_a_unit_of_per_cent_is_a_percentage_whatever_else_the_metric_says() -> None:
    assert kind("unit", "latest", True, " % ").measure is Measure.PERCENTAGE
    assert kind("unit", "latest", True, "days").measure is Measure.UNIT


WHOLE = st.integers(0, 10**6).map(Decimal)
POSITIVE = st.integers(1, 10**6).map(Decimal)
SHARES = st.lists(st.builds(Amount, st.none(), WHOLE, POSITIVE), min_size=1, max_size=8)


@given(SHARES)
def test_a_sum_of_shares_lies_between_the_least_and_the_greatest(amounts: list[Amount]) -> None:
    shares = [share(a.numerator or Decimal(0), a.denominator or Decimal(1), Measure.PERCENTAGE) for a in amounts]
    found = add(amounts, PERCENT)
    assert isinstance(found, Amount)
    assert found.value is not None
    assert min(shares) - Decimal("1e-8") <= found.value <= max(shares) + Decimal("1e-8")


@given(SHARES, st.integers(0, 8))
def test_shares_may_be_added_in_any_grouping(amounts: list[Amount], cut: int) -> None:
    halves = [add(half, RATIO) for half in (amounts[:cut], amounts[cut:]) if half]
    assert add([half for half in halves if isinstance(half, Amount)], RATIO) == add(amounts, RATIO)


@given(st.lists(st.decimals(-1000, 1000, places=4).map(Amount), min_size=1, max_size=8), st.randoms())
def test_counts_add_up_in_any_order(amounts: list[Amount], chance: object) -> None:
    shuffled = list(amounts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert add(shuffled, COUNTS) == add(amounts, COUNTS)
