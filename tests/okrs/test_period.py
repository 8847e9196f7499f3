"""The days of a period, its check-in slots, and the share of it that has passed."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs.period import Period

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
periods = st.builds(
    lambda start, span, every: Period(start, start + timedelta(days=span), every),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 800),
    st.integers(1, 60),
)


def test_a_quarter_has_thirteen_weekly_check_ins() -> None:
    assert QUARTER.planned == 13
    assert QUARTER.due_days()[0] == date(2026, 10, 8)
    assert QUARTER.due_days()[-1] == date(2026, 12, 31)
    assert len(QUARTER.slots()) == 13


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 9, 30), 0.0),
        (date(2026, 10, 1), 0.0),
        (date(2026, 11, 1), 31 / 91),
        (date(2026, 12, 30), 90 / 91),
        (date(2026, 12, 31), 1.0),
        (date(2027, 1, 5), 1.0),
    ],
)
def test_the_share_that_has_passed_is_counted_in_days(day: date, share: float) -> None:
    assert QUARTER.elapsed(day) == share


def test_a_period_of_one_day_has_passed_when_its_day_has_come() -> None:
    day = date(2026, 10, 1)
    one = Period(day, day)
    assert (one.elapsed(day - timedelta(days=1)), one.elapsed(day)) == (0.0, 1.0)
    assert one.due_days() == (day,)
    assert one.slot_of(day) == 0


def test_a_period_shorter_than_its_cadence_has_one_check_in_on_its_last_day() -> None:
    short = Period(date(2026, 10, 1), date(2026, 10, 5))
    assert short.due_days() == (date(2026, 10, 5),)
    assert short.slot_of(date(2026, 10, 1)) == 0


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), 0),
        (date(2026, 10, 8), 0),
        (date(2026, 10, 9), 1),
        (date(2026, 10, 15), 1),
        (date(2026, 12, 31), 12),
        (date(2027, 1, 1), None),
    ],
)
def test_a_day_belongs_to_the_slot_that_is_due_next(day: date, slot: int | None) -> None:
    assert QUARTER.slot_of(day) == slot


def test_days_after_the_last_due_day_belong_to_the_last_slot() -> None:
    monthly = Period(date(2026, 10, 1), date(2026, 12, 31), 30)
    assert monthly.due_days() == (date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 30))
    assert monthly.slot_of(date(2026, 12, 31)) == 2


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2026, 10, 2), date(2026, 10, 1))


def test_a_cadence_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Period(date(2026, 10, 1), date(2026, 12, 31), 0)


def test_the_last_day_is_not_after_the_end() -> None:
    assert not QUARTER.has_ended(QUARTER.due_on)
    assert QUARTER.has_ended(QUARTER.due_on + timedelta(days=1))
    assert QUARTER.has_started(QUARTER.starts_on)


@given(periods)
def test_slots_follow_each_other_without_gaps(period: Period) -> None:
    slots = period.slots()
    assert slots[0].opens_on == period.starts_on
    assert all(b.opens_on - a.due_on == timedelta(days=1) for a, b in pairwise(slots))
    assert slots[-1].due_on <= period.due_on
    assert len(slots) == period.planned == len(period.due_days())


@given(periods, st.integers(0, 800))
def test_every_day_of_a_period_belongs_to_the_slot_that_contains_it(period: Period, after: int) -> None:
    day = period.starts_on + timedelta(days=after)
    number = period.slot_of(day)
    if day > period.due_on:
        assert number is None
        return
    assert number is not None
    slot = period.slots()[number]
    assert slot.opens_on <= day
    assert day <= slot.due_on or number == period.planned - 1


@given(periods, st.dates(date(1999, 1, 1), date(2103, 1, 1)))
def test_more_of_a_period_has_passed_on_a_later_day(period: Period, day: date) -> None:
    earlier, later = period.elapsed(day), period.elapsed(day + timedelta(days=1))
    assert 0 <= earlier <= later <= 1
