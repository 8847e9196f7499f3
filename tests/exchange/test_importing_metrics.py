"""Metrics out of documents: shares worked out, faults by line, locked periods, targets revised."""

from decimal import Decimal

import pytest

from impactline.exchange.actions.importing import Refused
from impactline.metrics.models import Dimension, LockedPeriod, Metric, Part, PeriodTarget, Reading
from tests.exchange.installations import empty, events, exported, imported, rows

pytestmark = pytest.mark.django_db

REACHED = """impactline: 1
people: [{email: alice@example.org}]
metrics:
  - ref: reached
    unit: "%"
    measure: percentage
    dimensions: [{name: sex, categories: [women, men]}]
    targets: [{starts_on: 2026-07-01, ends_on: 2026-09-30, numerator: 3, denominator: 5}]
    readings:
      - at: 2026-09-30
        parts:
          - {of: {sex: women}, numerator: 30, denominator: 40}
          - {of: {sex: men}, numerator: 20, denominator: 60}
"""


def faults(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(Refused) as refusal:
        imported(text)
    return [(fault.place.line, fault.message) for fault in refusal.value.faults]


def test_shares_are_worked_out_from_what_they_count():
    imported(REACHED)
    assert rows(Reading, "value", "numerator", "denominator") == [(50, 50, 100)]
    assert rows(Part, "value") == [75, Decimal("33.333333333")]
    assert rows(PeriodTarget, "value") == [60]
    assert imported(REACHED).plan.is_empty
    first = exported()
    empty()
    imported(first)
    assert exported() == first


@pytest.mark.parametrize(
    ("was", "becomes", "line", "message"),
    [
        (
            "{of: {sex: women}, numerator: 30,",
            "{of: {sex: women}, value: 1, numerator: 30,",
            10,
            "30 of 40 make 75, not 1.",
        ),
        ("denominator: 60", "denominator: 0", 10, "The denominator is 0."),
        ("ends_on: 2026-09-30", "ends_on: 2026-06-30", 8, "before it starts"),
        ("categories: [women, men]", "categories: [women, women]", 7, "stands twice"),
        ("measure: percentage", "measure: ordinal", 8, "Only a share"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_changed(was, becomes, line, message):
    told = faults(REACHED.replace(was, becomes))
    assert any(message in text and at == line for at, text in told), told
    assert not Metric.objects.exists()


def test_a_target_that_differs_is_revised_with_a_reason():
    imported(REACHED)
    later = (
        "impactline: 1\nmetrics: [{ref: reached, targets: [{starts_on: 2026-07-01, ends_on: 2026-09-30, value: 55}]}]\n"
    )
    imported(later.replace("value: 55", "value: 55, numerator: null, denominator: null, reason: Fewer staff"))
    old, new = PeriodTarget.objects.order_by("pk")
    assert (old.replaced, new.value, new.reason, new.replaces_id) == (True, 55, "Fewer staff", old.pk)
    assert ("metric.target_revised", "reached") in events()
    first = exported()
    empty()
    imported(first)
    assert exported() == first


def test_a_reading_of_a_locked_period_is_refused_until_the_document_unlocks_it():
    lock = "    locked_periods: [{starts_on: 2026-07-01, ends_on: 2026-09-30}]\n"
    imported(REACHED + lock)
    more = REACHED + "      - {at: 2026-08-31, value: 40}\n"
    assert faults(more) == [(9, "reached: the period from 2026-07-01 to 2026-09-30 is locked (2026-08-31).")]
    unlocked = lock.replace("30}", "30, unlocked_at: 2026-10-02, unlock_reason: A late form}")
    imported(more + unlocked)
    assert Reading.objects.count() == 2
    assert LockedPeriod.objects.get().unlock_reason == "A late form"


def test_dimensions_become_as_stated():
    imported(REACHED)
    imported("impactline: 1\nmetrics: [{ref: reached, dimensions: [{name: region, categories: [north]}]}]\n")
    assert rows(Dimension, "name") == ["region"]
    assert "sex: women" in exported().decode()
