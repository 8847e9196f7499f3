"""The value of a numeric parent: sums of the same unit, never sums of percentages."""

from decimal import Decimal as D

import pytest

from impactline.okrs.combine import Share, UnitsDiffer, combined


def shares(unit: str, *values: str | None) -> list[Share]:
    return [Share(None if value is None else D(value), unit) for value in values]


@pytest.mark.parametrize(
    ("children", "value"),
    [
        ([], None),
        (shares("EUR", None, None), None),
        (shares("EUR", "0.1", "0.2"), "0.3"),
        (shares("EUR", "5", None, "-7"), "-2"),
        (shares("", "0", "0"), "0"),
        (shares("%", "40", "20"), "30"),
        (shares("%", "100", "100"), "100"),
        (shares("percent", "40", None), "40"),
    ],
)
def test_numbers_are_summed_and_percentages_averaged(children: list[Share], value: str | None) -> None:
    assert combined(children) == (None if value is None else D(value))


def test_percentages_with_numerator_and_denominator_are_divided_as_a_whole() -> None:
    small, large = Share(D(100), "%", D(1), D(1)), Share(D(10), "%", D(10), D(99))
    assert combined([small, large]) == D(11)
    assert combined([small, Share(D(10), "%")]) == D(55)


def test_denominators_that_sum_to_nothing_fall_back_on_the_mean() -> None:
    assert combined([Share(D(0), "%", D(0), D(0)), Share(D(50), "%", D(0), D(0))]) == D(25)


def test_different_units_are_refused_with_a_remedy() -> None:
    with pytest.raises(UnitsDiffer) as refused:
        combined([*shares("EUR", "1"), *shares("days", "1")])
    assert "EUR, days" in refused.value.message
    assert refused.value.remedy


def test_percent_signs_and_words_are_one_unit() -> None:
    assert combined([*shares("%", "10"), *shares("Percent", "20")]) == D(15)
