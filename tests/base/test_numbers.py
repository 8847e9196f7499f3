"""Numbers as people enter them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.base.errors import Invalid
from impactline.base.numbers import bounded, number


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("0", "0"),
        ("-0", "0"),
        (" 12.50 ", "12.5"),
        ("1e3", "1000"),
        (7, "7"),
        (Decimal("0.000000001"), "0.000000001"),
        ("999999999999999", "999999999999999"),
        ("-123456.123456789", "-123456.123456789"),
    ],
)
def test_a_number_is_kept_exactly_and_in_shortest_form(entered, kept):
    assert f"{number(entered):f}" == kept


@pytest.mark.parametrize(
    "entered",
    [
        "", "a lot", "1,5", "NaN", "sNaN", "Infinity", "-inf", "1e400", "1e15", "1000000000000000", "0.0000000001",
        "1234567.123456789", "1." + "0" * 60 + "1", "9" * 200, "0." + "0" * 300,
    ],
)  # fmt: skip
def test_what_is_no_number_or_too_long_is_refused_with_the_field(entered):
    with pytest.raises(Invalid) as refusal:
        number(entered, "target")
    assert refusal.value.field == "target"
    assert refusal.value.remedy


@given(st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=9, allow_nan=False))
def test_a_bounded_number_is_the_same_number(value):
    try:
        assert bounded(value) == value
    except Invalid:
        digits = value.normalize().as_tuple().digits
        assert len(digits) > 15
