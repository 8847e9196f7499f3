"""What is wrong with a reading as it is entered, and what is worked out of it."""

from decimal import Decimal

import pytest

from impactline.base.errors import Faults
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.measure import Kind, Measure
from impactline.metrics.said import Link, Said, settled, url_fault
from tests.metrics.test_adding import COUNTS, PERCENT, amount

DECLARED = {"sex": ("women", "men"), "region": ("north", "south")}
WORDS = Kind(Measure.QUALITATIVE)
LEVELS = Kind(Measure.ORDINAL)


def test_a_share_is_worked_out_from_what_it_counts() -> None:
    assert settled(Said(amount(None, 1, 3)), PERCENT, {}).amount == amount("33.333333333", 1, 3)
    assert settled(Said(amount(None, 1, 3)), Kind(Measure.RATIO), {}).amount == amount("0.333333333", 1, 3)


def test_a_value_may_stand_beside_its_counts_as_it_was_rounded() -> None:
    assert settled(Said(amount("33.3", 1, 3)), PERCENT, {}).amount.value == Decimal("33.333333333")


def test_the_whole_is_worked_out_from_its_parts_which_take_the_order_of_the_dimensions() -> None:
    parts = (
        PartOf((("region", "north"), ("sex", "men")), amount(None, 1, 2)),
        PartOf((("sex", "women"), ("region", "north")), amount(None, 1, 2)),
    )
    found = settled(Said(Amount(None), parts), PERCENT, DECLARED)
    assert found.amount == amount(50, 2, 4)
    assert [part.dimensions for part in found.parts] == [("sex", "region")] * 2


PART = PartOf((("sex", "women"),), amount(1))


@pytest.mark.parametrize(
    ("said", "kind", "note", "field"),
    [
        (Said(amount(50, 1, 3)), PERCENT, "", "value"),
        (Said(amount(None, 1)), PERCENT, "", "denominator"),
        (Said(amount(None, None, 3)), PERCENT, "", "numerator"),
        (Said(amount(None, 1, 0)), PERCENT, "", "denominator"),
        (Said(amount(1, 1, 1)), COUNTS, "", "numerator"),
        (Said(amount()), COUNTS, "", "value"),
        (Said(amount(1), quality="perfect"), COUNTS, "", "quality"),
        (Said(amount(1), (PartOf((("sex", "none"),), amount(1)),)), COUNTS, "", "parts"),
        (Said(amount(1), (PartOf((("age", "old"),), amount(1)),)), COUNTS, "", "parts"),
        (Said(amount(1), (PartOf((), amount(1)),)), COUNTS, "", "parts"),
        (Said(amount(1), (PART, PART)), COUNTS, "", "parts"),
        (Said(amount(1), (PartOf((("sex", "men"),), amount()),)), COUNTS, "", "parts"),
        (Said(amount(), (PART,)), LEVELS, "", "value"),
        (Said(amount(3)), LEVELS, "", "value"),
        (Said(amount("0.5")), LEVELS, "", "value"),
        (Said(amount(1)), WORDS, "Told", "value"),
        (Said(amount()), WORDS, "", "note"),
        (Said(amount(1), evidence=(Link("Report", "http://example.org"),)), COUNTS, "", "evidence"),
        (Said(amount(1), evidence=(Link("Report", "https://a.example"),) * 21), COUNTS, "", "evidence"),
        (Said(amount(1), tuple(PART for _ in range(501))), COUNTS, "", "parts"),
    ],
)
def test_a_wrong_reading_is_refused_at_the_field_that_is_wrong(said: Said, kind: Kind, note: str, field: str) -> None:
    with pytest.raises(Faults) as refusal:
        settled(said, kind, DECLARED, ["poor", "fair", "good"], note)
    assert refusal.value.field == field


def test_words_and_levels_are_taken_as_they_are() -> None:
    assert settled(Said(amount()), WORDS, {}, (), "Calmer than before").amount.value is None
    assert settled(Said(amount(2)), LEVELS, {}, ["poor", "fair", "good"]).amount == amount(2)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://example.org/a?b#c", True),
        ("HTTPS://example.org", True),
        ("http://example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://user:word@example.org", False),
        ("https://exa mple.org", False),
        ("https://[", False),
        ("https://example.org/" + "x" * 2000, False),
    ],
)
def test_evidence_is_a_page_that_can_be_opened_safely(url: str, right: bool) -> None:
    assert (not url_fault(url)) is right
