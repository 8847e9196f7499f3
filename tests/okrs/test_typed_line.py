"""A typed line becomes a measure only where it says plainly what is measured."""

from decimal import Decimal

import pytest

from impactline.base.numbers import number
from impactline.okrs.typed_line import PlainMeasure, plain_measure


@pytest.mark.parametrize(
    ("line", "baseline", "target", "unit"),
    [
        ("Median wait falls from 21 to 7 days", "21", "7", "days"),
        ("No-shows fall from 18 % to 10 % of first visits", "18", "10", "%"),
        ("No-shows drop from 18% to 10%", "18", "10", "%"),
        ("Family recommendation rises from 31 to 50", "31", "50", ""),
        ("Grow revenue from €1.5 to €2.25", "1.5", "2.25", "€"),
        ("Reduce open complaints from 40 to 0 by December", "40", "0", ""),
        ("The temperature of the cold store is lowered from -3 to -18 °C", "-3", "-18", "°C"),
        ("Bring NPS from 31 to 50 in every region", "31", "50", ""),
        ("Cut page load from 900 ms to 300 ms", "900", "300", "ms"),
        ("INCREASE calls answered FROM 52 TO 90 percent", "52", "90", "percent"),
    ],
)
def test_a_plain_line_has_a_measure(line: str, baseline: str, target: str, unit: str):
    assert plain_measure(line, number) == PlainMeasure(Decimal(baseline), Decimal(target), unit)


@pytest.mark.parametrize(
    "line",
    [
        "Licence for Bremen granted",
        "Opening hours from 9 to 17",
        "Extend the licence from 2024 to 2026",
        "Raise the budget from 2024 to 2026",
        "Wait falls from 21 to 21 days",
        "Wait falls from 21 days to 7 hours",
        "Wait falls from 21 to 7 days and cost falls from 90 to 60 €",
        "Revenue grows from €1M to €2M",
        "Users grow from 10k to 20k",
        "Move the clinic from 3 to 5 Main Street",
        "Grow from a team to 5 teams",
        "Wait falls to 7 days",
        "Wait falls from 1..2 to 7 days",
        "Sales rise from 9999999999999999999 to 10",
        "",
        "from to",
    ],
)
def test_what_is_not_plain_has_none(line: str):
    assert plain_measure(line, number) is None


def test_numbers_are_read_as_their_writer_writes_them():
    def german(text: str) -> Decimal:
        return Decimal(text.replace(".", "").replace(",", "."))

    assert plain_measure("Umsatz: raise it from 1.500,5 to 2.000 €", german) == PlainMeasure(
        Decimal("1500.5"), Decimal(2000), "€"
    )


def test_a_long_line_is_read_in_no_time():
    assert plain_measure("rise from 1" * 2_000 + " to", number) is None
