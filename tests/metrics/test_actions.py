"""Shared metrics: added, changed and archived by whoever looks after them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from impactline.base.errors import Conflict, Forbidden, Invalid, NotFound
from impactline.metrics import actions, queries
from impactline.metrics.models import Metric, Reading
from tests.cast import NOON
from tests.scenes import TODAY, a_metric, leaves


def test_a_metric_is_added_with_its_healthy_range(alice):
    with leaves("metric.created"):
        made = actions.create_metric(
            by=alice, name="Median wait", unit="days", better="lower", healthy_at_most=Decimal("10.50"), at=NOON
        )
    made.refresh_from_db()
    assert (made.ref, made.better, made.healthy_at_most, made.is_shared) == (
        "median-wait",
        "lower",
        Decimal("10.5"),
        True,
    )
    assert list(queries.visible_to(alice)) == [made]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"better": "sideways"}, "better"),
        ({"healthy_at_least": Decimal(9), "healthy_at_most": Decimal(8)}, "healthy_at_most"),
        ({"healthy_at_least": Decimal("NaN")}, "healthy_at_least"),
        ({"read_every_days": 0}, "read_every_days"),
        ({"colour": "red"}, "colour"),
        ({"unit": "x" * 61}, "unit"),
    ],
)
def test_a_wrong_metric_is_refused(alice, wrong, field):
    with pytest.raises(Invalid) as refusal, leaves():
        actions.create_metric(by=alice, at=NOON, **{"name": "Wait"} | wrong)
    assert refusal.value.field == field


def test_guests_add_and_change_nothing(alice, gil):
    metric = a_metric(alice)
    with pytest.raises(Forbidden):
        a_metric(gil)
    with pytest.raises(Forbidden):
        actions.change_metric(by=gil, metric=metric, version=1, at=NOON, changes={"name": "Mine"})


def test_the_owner_and_administrators_change_an_owned_metric_everybody_one_without(ada, alice, bob):
    metric = a_metric(alice)
    with leaves("metric.edited") as left:
        actions.change_metric(by=bob, metric=metric, version=1, at=NOON, changes={"owner": alice})
    assert left[0].data == {"owner": [None, "alice@example.org"]}
    metric = queries.metric_for(bob, metric.ref)
    for verb in (actions.archive_metric, actions.restore_metric):
        with pytest.raises(Forbidden):
            verb(by=bob, metric=metric, at=NOON)
    with pytest.raises(Forbidden):
        actions.change_metric(by=bob, metric=metric, version=2, at=NOON, changes={"name": "Mine"})
    actions.change_metric(by=ada, metric=metric, version=2, at=NOON, changes={"name": "Wait"})
    with leaves():
        actions.change_metric(by=alice, metric=metric, version=3, at=NOON, changes={"name": "Wait"})
    with pytest.raises(Conflict):
        actions.change_metric(by=alice, metric=metric, version=2, at=NOON, changes={"name": "Delay"})


def test_a_changed_bound_is_checked_against_the_other(alice):
    metric = a_metric(alice, healthy_at_least=Decimal(5))
    with pytest.raises(Invalid):
        actions.change_metric(by=alice, metric=metric, version=1, at=NOON, changes={"healthy_at_most": Decimal(4)})


def test_a_metric_goes_into_the_archive_and_comes_back(alice):
    metric = a_metric(alice)
    with leaves("metric.archived"):
        actions.archive_metric(by=alice, metric=metric, at=NOON)
        actions.archive_metric(by=alice, metric=metric, at=NOON)
    assert not queries.visible_to(alice).exists()
    assert queries.metric_for(alice, metric.ref)
    with leaves("metric.restored"):
        actions.restore_metric(by=alice, metric=metric, at=NOON)
        actions.restore_metric(by=alice, metric=metric, at=NOON)


def test_a_reading_is_corrected_once_and_stays_in_the_history(alice):
    metric = a_metric(alice)
    first = actions.enter(by=alice, metric_id=metric.pk, value=Decimal(5), day=TODAY, at=NOON)
    second = actions.enter(by=alice, metric_id=metric.pk, value=Decimal(6), day=TODAY, at=NOON, replaces=first)
    with pytest.raises(Invalid):
        actions.enter(by=alice, metric_id=metric.pk, value=Decimal(7), day=TODAY, at=NOON, replaces=first)
    first.refresh_from_db()
    assert list(queries.readings(metric)) == [second]
    assert set(queries.all_readings(metric)) == {first, second}
    assert queries.newest_correction(first) == second
    assert queries.latest_value(metric) == 6


def test_the_latest_reading_is_that_of_the_latest_day_and_of_several_the_last_entered(alice):
    metric = a_metric(alice)
    assert queries.latest_value(metric) is None
    for day, value in ((9, 1), (11, 2), (11, 3), (10, 4)):
        actions.enter(by=alice, metric_id=metric.pk, value=Decimal(value), day=date(2026, 10, day), at=NOON)
    assert queries.latest_value(metric) == 3
    assert [row.value for row in queries.readings(metric)] == [1, 4, 2, 3]
    assert [row.value for row in queries.readings(metric, until=date(2026, 10, 10))] == [1, 4]


def test_a_metric_of_a_single_key_result_is_not_among_the_shared_ones(alice):
    Metric.objects.create(name="Own")
    assert not queries.visible_to(alice, archived=True).exists()
    with pytest.raises(NotFound):
        queries.metric_for(alice, "Own")


@pytest.mark.parametrize("wrong", [{"better": "sideways"}, {"healthy_at_least": 2, "healthy_at_most": 1}])
def test_the_database_knows_directions_and_ranges(db, wrong):
    with pytest.raises(IntegrityError):
        Metric.objects.create(name="Wrong", **wrong)


def test_a_ref_names_one_metric(alice):
    a_metric(alice, ref="wait")
    with pytest.raises(IntegrityError):
        Metric.objects.create(ref="wait", name="Another")


def test_a_reading_does_not_correct_itself_and_is_corrected_by_one_other(alice):
    metric = a_metric(alice)
    first, second, third = (
        actions.enter(by=alice, metric_id=metric.pk, value=Decimal(5), day=TODAY, at=NOON) for _ in range(3)
    )
    Reading.objects.filter(pk=second.pk).update(replaces=first)
    with pytest.raises(IntegrityError):
        Reading.objects.filter(pk=third.pk).update(replaces=first)


def test_a_reading_is_not_its_own_correction(alice):
    metric = a_metric(alice)
    first = actions.enter(by=alice, metric_id=metric.pk, value=Decimal(5), day=TODAY, at=NOON)
    with pytest.raises(IntegrityError):
        Reading.objects.filter(pk=first.pk).update(replaces=first)


def test_a_metric_that_nobody_has_read_has_no_history(alice):
    assert queries.history(a_metric(alice)) == []
