"""What the readings of a period come to, and how that stands to its target."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.metrics.adding import WITHOUT_COUNTS, Amount
from impactline.metrics.measure import Aggregation, Kind, Measure
from impactline.metrics.periods import Actual, Known, Span, Standing, actual, falls, locked_span, standing
from tests.metrics.test_adding import amount

MAY = Span(date(2026, 5, 1), date(2026, 5, 31))


def read(day: int, found: Amount, month: int = 5) -> Known:
    return Known(date(2026, month, day), found)


def of(measure: Measure = Measure.UNIT, aggregation: Aggregation = Aggregation.LATEST, *, adds_up: bool = True) -> Kind:
    return Kind(measure, aggregation, adds_up)


COUNTED = [read(30, amount(9), 4), read(1, amount(2)), read(31, amount(3)), read(1, amount(7), 6)]
SHARES = [read(1, amount(50, 1, 2)), read(31, amount(90, 90, 100))]
SUMMED = Aggregation.PER_PERIOD


@pytest.mark.parametrize(
    ("readings", "kind", "expected"),
    [
        (COUNTED, of(), Actual(amount(3), 2, date(2026, 5, 31))),
        (COUNTED, of(aggregation=Aggregation.CUMULATIVE), Actual(amount(3), 2, date(2026, 5, 31))),
        (COUNTED, of(aggregation=SUMMED), Actual(amount(5), 2, date(2026, 5, 31))),
        (SHARES, of(Measure.PERCENTAGE), Actual(amount(90, 90, 100), 2, date(2026, 5, 31))),
        (
            SHARES,
            of(Measure.PERCENTAGE, SUMMED),
            Actual(amount("89.215686275", 91, 102), 2, date(2026, 5, 31)),
        ),
        (
            [read(1, amount(50)), read(2, amount(60))],
            of(Measure.PERCENTAGE, SUMMED),
            Actual(None, 2, date(2026, 5, 2), WITHOUT_COUNTS.reason),
        ),
        ([read(1, amount(50))], of(Measure.PERCENTAGE, SUMMED), Actual(amount(50), 1, date(2026, 5, 1))),
        ([read(1, amount(1)), read(2, amount(2))], of(Measure.ORDINAL, SUMMED), Actual(amount(2), 2, date(2026, 5, 2))),
        ([], of(), Actual(None, 0, None, "Nothing was read in this period.")),
    ],
)
def test_a_period_is_its_last_reading_or_the_sum_of_all(readings: list[Known], kind: Kind, expected: Actual) -> None:
    assert actual(readings, MAY, kind) == expected


@pytest.mark.parametrize(
    ("value", "target", "better", "expected"),
    [
        ("12", "10", "higher", Standing(Decimal(2), True)),
        ("9", "10", "higher", Standing(Decimal(-1), False)),
        ("12", "10", "lower", Standing(Decimal(2), False)),
        ("10", "10", "lower", Standing(Decimal(0), True)),
        ("10", "10", "within", Standing(Decimal(0), True)),
        ("11", "10", "within", Standing(Decimal(1), None)),
    ],
)
def test_a_target_is_met_by_which_way_is_better(value: str, target: str, better: str, expected: Standing) -> None:
    assert standing(Decimal(value), Decimal(target), better) == expected
    assert standing(None, Decimal(target), better) is None
    assert standing(Decimal(value), None, better) is None


def test_both_ends_of_a_locked_period_belong_to_it_and_the_latest_is_told() -> None:
    year = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert locked_span(date(2026, 5, 31), [MAY, year]) == year
    assert locked_span(date(2026, 5, 1), [MAY]) == MAY
    assert locked_span(date(2026, 6, 1), [MAY]) is None


def test_a_running_total_that_falls_is_seen() -> None:
    assert falls([read(1, amount(3)), read(2, amount(5))]) is None
    assert falls([read(1, amount(3)), read(2, amount()), read(3, amount(5)), read(4, amount(4))]) == date(2026, 5, 4)
