"""Numbers and days come out of the database as they were put in."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Avg, Max, Sum
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from impactline.base.errors import Invalid
from impactline.base.numbers import bounded
from impactline.metrics.models import Metric, Reading
from tests.cast import NOON
from tests.scenes import TODAY


class TestNumbers(TestCase):
    @given(st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, allow_nan=False), st.dates())
    def test_any_number_that_may_be_entered_and_any_day(self, value, day):
        try:
            kept = bounded(
                value.quantize(Decimal("1e-9")) if abs(value) < 10**6 else bounded(value.quantize(Decimal(1)))
            )
        except Invalid:
            return
        made = Reading.objects.create(metric=Metric.objects.create(name="x"), value=kept, day=day, recorded_at=NOON)
        made.refresh_from_db()
        assert (made.value, made.day) == (kept, day)
        assert Reading.objects.filter(value=kept, day=day).exists()


@pytest.mark.parametrize(
    "value", ["0.1", "0.000000001", "999999999999999", "-123456.123456789", "99999.9999999999", "0", "1000000"]
)
@pytest.mark.django_db
def test_the_hard_numbers(value):
    kept = Decimal(value).quantize(Decimal("1e-9")) if len(value) > 15 else Decimal(value)
    made = Reading.objects.create(
        metric=Metric.objects.create(name="x"), value=bounded(kept), day=TODAY, recorded_at=NOON
    )
    made.refresh_from_db()
    assert made.value == bounded(kept)


@pytest.mark.django_db
def test_what_is_computed_from_numbers_and_days_comes_out_too():
    metric = Metric.objects.create(name="x")
    for number, day in (("0.1", TODAY), ("0.2", date(2026, 10, 1))):
        Reading.objects.create(metric=metric, value=Decimal(number), day=day, recorded_at=NOON)
    found = Reading.objects.aggregate(sum=Sum("value"), mean=Avg("value"), last=Max("day"), most=Max("value"))
    assert (found["last"], found["most"]) == (TODAY, Decimal("0.2"))
    assert float(found["sum"]) == pytest.approx(0.3)
    assert float(found["mean"]) == pytest.approx(0.15)
