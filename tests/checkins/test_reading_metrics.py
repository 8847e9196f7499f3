"""Readings of shared metrics with counts, parts, quality and evidence; they move what follows."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.base.errors import Faults, Forbidden, Invalid
from impactline.checkins import actions
from impactline.metrics import actions as metrics
from impactline.metrics.breakdown import PartOf
from impactline.metrics.models import Part, Reading
from impactline.metrics.queries import said_with
from impactline.metrics.said import Link
from tests.cast import NOON
from tests.metrics.test_adding import amount
from tests.scenes import TODAY, a_key_result, a_metric, a_running_cycle, an_objective, leaves, says


@pytest.fixture
def reached(alice):
    return a_metric(
        alice,
        "Reached",
        ref="reached",
        unit="%",
        measure="percentage",
        owner=alice,
        dimensions=[("sex", ["women", "men"])],
    )


@pytest.fixture
def follower(ada, alice, reached):
    objective = an_objective(alice, a_running_cycle(ada))
    return a_key_result(alice, objective, metric=reached, unit="%", baseline=Decimal(0), target=Decimal(100))


PARTS = (PartOf((("sex", "women"),), amount(None, 30, 40)), PartOf((("sex", "men"),), amount(None, 20, 60)))


def test_a_reading_by_parts_moves_the_key_results_that_follow(alice, reached, follower):
    with leaves("metric.read") as left:
        made = actions.read_metric(
            by=alice,
            metric=reached,
            parts=PARTS,
            quality="provisional",
            evidence=[Link("Report", "https://example.org/r")],
            at=NOON,
        )
    follower.refresh_from_db()
    assert (follower.value, made.value, made.numerator, made.denominator) == (50, 50, 50, 100)
    assert left[0].data["moved"] == [None, "50"]
    assert left[0].data["rolled"] == [follower.objective_id]
    said = said_with(Reading.objects.get())
    assert [part.amount for part in said.parts] == [amount(75, 30, 40), amount("33.333333333", 20, 60)]
    assert (said.quality, said.evidence) == ("provisional", (Link("Report", "https://example.org/r"),))


def test_a_correction_keeps_what_was_said_before_with_its_parts(alice, reached):
    first = actions.read_metric(by=alice, metric=reached, parts=PARTS, at=NOON)
    with leaves("metric.reading_corrected"):
        actions.read_metric(
            by=alice, metric=reached, numerator=Decimal(1), denominator=Decimal(2), replaces=first, at=NOON
        )
    assert Part.objects.filter(reading=first).count() == 2
    assert Reading.objects.filter(replaced=False).count() == 1


def test_a_wrong_reading_leaves_nothing(alice, bob, gil, reached):
    for wrong in (
        {"value": Decimal(50), "numerator": Decimal(1), "denominator": Decimal(3)},
        {"value": None},
        {"value": Decimal(50), "parts": [PartOf((("age", "old"),), amount(1))]},
        {"value": Decimal(1), "day": date(2026, 10, 13)},
    ):
        with pytest.raises(Faults), leaves():
            actions.read_metric(by=alice, metric=reached, at=NOON, **wrong)
    for person in (bob, gil):
        with pytest.raises(Forbidden), leaves():
            actions.read_metric(by=person, metric=reached, value=Decimal(1), at=NOON)
    assert not Reading.objects.exists()


def test_a_check_in_is_refused_in_a_locked_period_too(alice, reached, follower):
    metrics.lock_period(by=alice, metric=reached, starts_on=TODAY, ends_on=TODAY, at=NOON)
    with pytest.raises(Invalid) as refusal, leaves():
        says(alice, follower, 50)
    assert refusal.value.code == "period_locked"
    with leaves("key_result.checked_in"):
        says(alice, follower, note="Nothing is read today")


def test_a_check_in_gives_no_value_to_a_metric_told_in_words(ada, alice):
    told = a_metric(alice, "Mood", ref="mood", measure="qualitative")
    key_result = a_key_result(alice, an_objective(alice, a_running_cycle(ada)), metric=told)
    with pytest.raises(Faults) as refusal, leaves():
        says(alice, key_result, 3)
    assert refusal.value.field == "value"
    actions.read_metric(by=alice, metric=told, note="Calmer", at=NOON)
    key_result.refresh_from_db()
    assert key_result.value is None
