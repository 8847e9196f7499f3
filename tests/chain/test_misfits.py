"""What is said of a link and does not fit what it leads to."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.chain.misfits import Measured, Stated, misfits

WAIT = Stated(metric=1, name="Median wait", unit="days", change=Decimal(-6), lag_days=14, begins_on=date(2026, 10, 1))
QUARTER = Measured({1, 2}, date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("stated", "measured", "fields"),
    [
        (WAIT, QUARTER, []),
        (WAIT, Measured(), []),
        (Stated(), QUARTER, []),
        (WAIT, Measured({2}), ["effect_metric"]),
        (Stated(1, "Reached", "%", Decimal(-100)), QUARTER, []),
        (Stated(1, "Reached", "%", Decimal(-101)), QUARTER, ["effect_change"]),
        (Stated(1, "Reached", "people", Decimal(5000)), QUARTER, []),
        (Stated(lag_days=91, begins_on=date(2026, 10, 1)), QUARTER, []),
        (Stated(lag_days=92, begins_on=date(2026, 10, 1)), QUARTER, ["lag_days"]),
        (Stated(lag_days=92), QUARTER, ["lag_days"]),
        (Stated(lag_days=92), Measured({1}), []),
        (Stated(3, "Flu", "%", Decimal(200), 400), QUARTER, ["effect_metric", "effect_change", "lag_days"]),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(stated: Stated, measured: Measured, fields: list[str]):
    found = list(misfits(stated, measured))
    assert [one.field for one in found] == fields
    assert all(one.message and one.remedy for one in found)
