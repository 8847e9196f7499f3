"""New rows in bulk, from instances and from bare values."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from impactline.base.inserting import insert, insert_values
from impactline.metrics.models import Metric, Reading
from tests.cast import NOON

pytestmark = pytest.mark.django_db
FIELDS = ("metric", "day", "value", "note", "recorded_at", "replaced")


def test_both_ways_keep_the_same_and_give_ids_in_order():
    (metric,) = insert(Metric, [Metric(ref="wait", name="Wait")])
    days = [date(2026, 10, day) for day in (5, 6, 7)]
    values = [(metric.pk, day, Decimal("1.5") if day.day > 5 else None, "Seen", NOON, False) for day in days]
    ids = list(insert_values(Reading, FIELDS, values))
    given = {"metric": metric, "note": "Seen", "recorded_at": NOON}
    insert(Reading, [Reading(day=day, value=None if day.day == 5 else Decimal("1.5"), **given) for day in days])
    rows = list(
        Reading.objects.order_by("pk").values_list("day", "value", "note", "recorded_at", "quality", "replaced")
    )
    assert ids == sorted(ids)
    assert rows[:3] == rows[3:]
    assert list(Reading.objects.filter(pk__in=ids).order_by("pk").values_list("day", flat=True)) == days


def test_what_the_database_refuses_is_refused_as_ever_and_odd_texts_stay_as_they_are():
    odd = "a tab\t, a line\n, a backslash \\N and “quotes”"
    (metric,) = insert(Metric, [Metric(ref="wait", name=odd)])
    assert Metric.objects.get(pk=metric.pk).name == odd
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Metric, [Metric(ref="pay", name="Pay"), Metric(ref="wait", name="Wait")])
    assert not Metric.objects.filter(ref="pay").exists()


def test_nothing_takes_no_question(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(insert_values(Reading, FIELDS, [])) == []
