"""Parts of a reading against the whole: complete, incomplete by how much, or not to be added."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from impactline.metrics.adding import NOTHING, WITHOUT_COUNTS, Amount
from impactline.metrics.breakdown import NO_COUNTS, Missing, PartOf, splits, whole_of
from impactline.metrics.measure import Kind, Measure
from tests.metrics.test_adding import COUNTS, PERCENT, amount

DECLARED = [("sex", ["women", "men"]), ("region", ["north", "south", "west"])]


def part(amount: Amount, **of: str) -> PartOf:
    return PartOf(tuple(of.items()), amount)


def test_parts_that_come_to_the_whole_are_complete() -> None:
    (found,) = splits(amount(10), [part(amount(4), sex="men"), part(amount(6), sex="women")], COUNTS, DECLARED)
    assert found.is_complete
    assert not found.is_incomplete
    assert [entry.categories[0][1] for entry in found.parts] == ["women", "men"]
    assert found.unnamed == ()


def test_what_is_missing_is_told_and_which_categories_have_no_part() -> None:
    (found,) = splits(amount(10), [part(amount(7), region="south")], COUNTS, DECLARED)
    assert found.missing == Missing(Decimal(3))
    assert found.is_incomplete
    assert found.unnamed == ("north", "west")


def test_parts_may_come_to_more_than_the_whole() -> None:
    (found,) = splits(amount(10), [part(amount(12), sex="women")], COUNTS, DECLARED)
    assert found.missing == Missing(Decimal(-2))


def test_shares_are_compared_by_what_they_count() -> None:
    parts = [part(amount(None, 30, 40), sex="women"), part(amount(None, 30, 60), sex="men")]
    (found,) = splits(amount(60, 60, 100), parts, PERCENT, DECLARED)
    assert found.is_complete
    assert found.total == amount(60, 60, 100)
    (found,) = splits(amount(60, 66, 110), parts, PERCENT, DECLARED)
    assert found.missing == Missing(Decimal(10), Decimal(6))


def test_percentages_without_counts_are_not_compared() -> None:
    (found,) = splits(amount(60), [part(amount(75), sex="women"), part(amount(50), sex="men")], PERCENT, DECLARED)
    assert (found.missing, found.reason) == (None, WITHOUT_COUNTS.reason)
    (found,) = splits(amount(60), [part(amount(None, 3, 5), sex="women")], PERCENT, DECLARED)
    assert (found.missing, found.reason) == (None, NO_COUNTS)
    assert not found.is_complete
    assert not found.is_incomplete


def test_each_dimension_and_each_combination_is_a_breakdown_of_its_own() -> None:
    parts = [
        part(amount(1), sex="women", region="north"),
        part(amount(5), region="north"),
        part(amount(10), sex="women"),
        part(amount(9), left="long ago"),
    ]
    found = splits(amount(10), parts, COUNTS, DECLARED)
    assert [(split.dimensions, split.is_complete) for split in found] == [
        (("sex",), True),
        (("region",), False),
        (("left",), False),
        (("sex", "region"), False),
    ]


def test_the_whole_is_what_the_parts_come_to() -> None:
    parts = [part(amount(None, 30, 40), sex="women"), part(amount(None, 30, 60), sex="men")]
    assert whole_of(parts, PERCENT) == amount(60, 60, 100)
    assert whole_of([], COUNTS) == NOTHING
    assert whole_of([part(amount(1), sex="men")], Kind(Measure.ORDINAL)) != amount(1)


VALUES = st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=6)


@given(VALUES)
def test_the_whole_that_parts_come_to_leaves_nothing_missing(values: list[Decimal]) -> None:
    parts = [PartOf((("sex", str(at)),), Amount(value)) for at, value in enumerate(values)]
    whole = whole_of(parts, COUNTS)
    assert isinstance(whole, Amount)
    assert splits(whole, parts, COUNTS)[0].is_complete


@given(VALUES, st.decimals(-1000, 1000, places=3))
def test_what_is_missing_and_the_parts_make_the_whole(values: list[Decimal], whole: Decimal) -> None:
    parts = [PartOf((("sex", str(at)),), Amount(value)) for at, value in enumerate(values)]
    (found,) = splits(Amount(whole), parts, COUNTS)
    assert found.missing is not None
    assert found.missing.value + sum(values) == whole
