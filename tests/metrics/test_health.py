"""Whether values are healthy, and whether readings are late."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.metrics.health import Health, days_unread, health

LOW, HIGH = Decimal(2), Decimal(8)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (None, LOW, HIGH, None),
        (Decimal(5), None, None, None),
        (Decimal(5), LOW, HIGH, Health.HEALTHY),
        (LOW, LOW, HIGH, Health.HEALTHY),
        (HIGH, LOW, HIGH, Health.HEALTHY),
        (Decimal("1.999"), LOW, HIGH, Health.TOO_LOW),
        (Decimal("8.001"), LOW, HIGH, Health.TOO_HIGH),
        (Decimal(0), None, HIGH, Health.HEALTHY),
        (Decimal(-9), LOW, None, Health.TOO_LOW),
    ],
)
def test_the_bounds_belong_to_the_range_and_either_end_may_be_open(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, expected: Health | None
) -> None:
    assert health(value, low, high) == expected


@pytest.mark.parametrize(
    ("last", "every", "expected"),
    [
        (None, 7, 0),
        (date(2026, 11, 1), None, 0),
        (date(2026, 11, 9), 7, 0),
        (date(2026, 11, 8), 7, 1),
        (date(2026, 11, 16), 7, 0),
    ],
)
def test_a_reading_is_late_from_the_day_after_it_was_due(last: date | None, every: int | None, expected: int) -> None:
    assert days_unread(last, every, date(2026, 11, 16)) == expected
