"""Targets per period, their revisions, and periods that are locked."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from impactline.base.errors import Faults, Forbidden, Invalid
from impactline.metrics import actions
from impactline.metrics.adding import Amount
from impactline.metrics.definition import Start
from impactline.metrics.models import Baseline, LockedPeriod, Metric, Part, PeriodTarget, Reading
from impactline.metrics.queries import declared, starts_of
from tests.cast import NOON
from tests.scenes import TODAY, a_metric, leaves

QUARTER = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}
SEX = [("sex", ["women", "men"])]


@pytest.fixture
def share(alice):
    return a_metric(alice, "Reached", ref="reached", measure="percentage", owner=alice, dimensions=SEX)


def test_dimensions_and_baselines_become_as_stated_with_one_event_and_one_version(alice, share):
    start = Start(TODAY, Amount(None, Decimal(1), Decimal(4)), (("sex", "women"),), "Survey")
    with leaves("metric.edited") as left:
        changed = actions.change_metric(
            by=alice,
            metric=share,
            version=1,
            at=NOON,
            changes={"dimensions": [*SEX, ("region", ["north"])], "baselines": [start]},
        )
    assert changed.version == 2
    assert set(left[0].data) == {"dimensions", "baselines"}
    assert declared(share) == (("sex", ("women", "men")), ("region", ("north",)))
    assert starts_of(share) == [
        Start(TODAY, Amount(Decimal(25), Decimal(1), Decimal(4)), (("sex", "women"),), "Survey")
    ]
    with leaves():
        actions.change_metric(by=alice, metric=share, version=2, at=NOON, changes={"baselines": starts_of(share)})


def test_a_target_is_set_for_a_period_and_a_part(alice, share):
    with leaves("metric.target_set", "metric.target_set") as left:
        whole = actions.set_target(by=alice, metric=share, value=Decimal(60), at=NOON, **QUARTER)
        part = actions.set_target(
            by=alice,
            metric=share,
            numerator=Decimal(7),
            denominator=Decimal(10),
            categories={"sex": "women"},
            at=NOON,
            **QUARTER,
        )
    assert (whole.value, part.value, part.categories) == (60, 70, {"sex": "women"})
    assert left[0].data == {"starts_on": "2026-10-01", "ends_on": "2026-12-31", "value": [None, "60"]}


def test_a_second_target_of_the_same_period_is_a_revision(alice, share):
    first = actions.set_target(by=alice, metric=share, value=Decimal(60), at=NOON, **QUARTER)
    with pytest.raises(Invalid), leaves():
        actions.set_target(by=alice, metric=share, value=Decimal(50), at=NOON, **QUARTER)
    with leaves("metric.target_revised") as left:
        second = actions.revise_target(by=alice, target=first, value=Decimal(50), reason="A clinic closed", at=NOON)
    assert left[0].data["value"] == ["60", "50"]
    assert left[0].data["reason"] == "A clinic closed"
    first.refresh_from_db()
    assert (first.replaced, second.replaces_id) == (True, first.pk)
    with pytest.raises(Invalid):
        actions.revise_target(by=alice, target=first, value=Decimal(40), reason="Again", at=NOON)
    withdrawn = actions.revise_target(by=alice, target=second, reason="Taken back", at=NOON)
    assert withdrawn.value is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": date(2027, 1, 1)}, "ends_on"),
        ({"value": None}, "value"),
        ({"numerator": Decimal(1)}, "denominator"),
        ({"categories": {"sex": "none"}}, "parts"),
        ({"value": Decimal(10**15)}, "value"),
    ],
)
def test_a_wrong_target_is_refused(alice, share, wrong, field):
    with pytest.raises((Invalid, Faults)) as refusal, leaves():
        actions.set_target(by=alice, metric=share, at=NOON, **{"value": Decimal(1)} | QUARTER | wrong)
    assert refusal.value.field == field


def test_a_revision_needs_a_reason(alice, share):
    target = actions.set_target(by=alice, metric=share, value=Decimal(60), at=NOON, **QUARTER)
    with pytest.raises(Invalid) as refusal, leaves():
        actions.revise_target(by=alice, target=target, value=Decimal(50), reason=" ", at=NOON)
    assert refusal.value.field == "reason"


def test_only_the_owner_and_administrators_set_lock_and_unlock(ada, alice, bob, gil, share):
    target = actions.set_target(by=ada, metric=share, value=Decimal(60), at=NOON, **QUARTER)
    period = actions.lock_period(by=ada, metric=share, at=NOON, **QUARTER)
    for person in (bob, gil):
        for attempt in (
            lambda by: actions.set_target(by=by, metric=share, value=Decimal(1), at=NOON, **QUARTER),
            lambda by: actions.revise_target(by=by, target=target, value=Decimal(1), reason="No", at=NOON),
            lambda by: actions.lock_period(by=by, metric=share, at=NOON, **QUARTER),
            lambda by: actions.unlock_period(by=by, period=period, reason="No", at=NOON),
        ):
            with pytest.raises(Forbidden), leaves():
                attempt(person)


def test_a_locked_period_takes_no_reading_until_it_is_unlocked_with_a_reason(alice, share):
    first = actions.enter(by=alice, metric_id=share.pk, value=Decimal(1), day=TODAY, at=NOON)
    with leaves("metric.period_locked"):
        period = actions.lock_period(by=alice, metric=share, reason="Reported", at=NOON, **QUARTER)
        assert actions.lock_period(by=alice, metric=share, at=NOON, **QUARTER) == period
    for attempt in (
        lambda: actions.enter(by=alice, metric_id=share.pk, value=Decimal(2), day=TODAY, at=NOON),
        lambda: actions.enter(
            by=alice, metric_id=share.pk, value=Decimal(2), day=date(2026, 9, 1), at=NOON, replaces=first
        ),
        lambda: actions.withdraw(first),
    ):
        with pytest.raises(Invalid) as refusal:
            attempt()
        assert (refusal.value.code, refusal.value.field) == ("period_locked", "day")
    actions.enter(by=alice, metric_id=share.pk, value=Decimal(2), day=date(2026, 9, 30), at=NOON)
    with pytest.raises(Invalid):
        actions.unlock_period(by=alice, period=period, reason="", at=NOON)
    with leaves("metric.period_unlocked") as left:
        actions.unlock_period(by=alice, period=period, reason="A late form", at=NOON)
    assert left[0].data["reason"] == "A late form"
    with pytest.raises(Invalid):
        actions.unlock_period(by=alice, period=period, reason="Again", at=NOON)
    actions.enter(by=alice, metric_id=share.pk, value=Decimal(2), day=TODAY, at=NOON)


def test_a_locked_period_is_that_of_its_metric_alone(alice, share):
    actions.lock_period(by=alice, metric=share, at=NOON, **QUARTER)
    other = a_metric(alice, ref="other")
    assert actions.enter(by=alice, metric_id=other.pk, value=Decimal(1), day=TODAY, at=NOON)


def test_what_has_been_counted_keeps_its_measure(alice, share):
    actions.set_target(by=alice, metric=share, numerator=Decimal(1), denominator=Decimal(2), at=NOON, **QUARTER)
    with pytest.raises(Invalid) as refusal, leaves():
        actions.change_metric(by=alice, metric=share, version=1, at=NOON, changes={"measure": "ratio"})
    assert refusal.value.field == "measure"
    told = a_metric(alice, ref="told", measure="qualitative")
    actions.enter(by=alice, metric_id=told.pk, value=None, day=TODAY, text="Calm", at=NOON)
    with pytest.raises(Invalid):
        actions.change_metric(by=alice, metric=told, version=1, at=NOON, changes={"measure": "unit"})


@pytest.mark.parametrize(
    "make",
    [
        lambda metric: Metric.objects.create(name="Wrong", measure="colour"),
        lambda metric: Metric.objects.create(name="Wrong", aggregation="mean"),
        lambda metric: Baseline.objects.create(metric=metric, day=TODAY, numerator=1, position=1),
        lambda metric: PeriodTarget.objects.create(
            metric=metric, starts_on=TODAY, ends_on=date(2026, 1, 1), recorded_at=NOON
        ),
        lambda metric: PeriodTarget.objects.create(
            metric=metric, starts_on=TODAY, ends_on=TODAY, numerator=1, denominator=0, recorded_at=NOON
        ),
        lambda metric: LockedPeriod.objects.create(
            metric=metric, starts_on=TODAY, ends_on=date(2026, 1, 1), locked_at=NOON
        ),
        lambda metric: LockedPeriod.objects.create(
            metric=metric, starts_on=TODAY, ends_on=TODAY, locked_at=NOON, unlocked_at=NOON
        ),
        lambda metric: Reading.objects.create(metric=metric, day=TODAY, value=1, numerator=1, recorded_at=NOON),
        lambda metric: Reading.objects.create(metric=metric, day=TODAY, value=1, quality="perfect", recorded_at=NOON),
        lambda metric: Part.objects.create(
            reading=Reading.objects.create(metric=metric, day=TODAY, value=1, recorded_at=NOON), categories={}
        ),
        lambda metric: [metric.dimensions.create(name="sex", categories=[], position=at) for at in (1, 2)],
    ],
)
def test_the_database_keeps_what_must_hold(alice, make):
    metric = a_metric(alice)
    with pytest.raises(IntegrityError):
        make(metric)


def test_a_target_is_revised_once_and_not_by_itself(alice, share):
    target = actions.set_target(by=alice, metric=share, value=Decimal(60), at=NOON, **QUARTER)
    with pytest.raises(IntegrityError):
        PeriodTarget.objects.filter(pk=target.pk).update(replaces=target)
