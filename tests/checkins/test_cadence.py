"""The rhythm of check-ins: due, on time, late, missed, stale."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.checkins.cadence import (
    Freshness,
    Punctuality,
    check_in_rate,
    days_overdue,
    discipline,
    freshness,
    next_due,
)
from impactline.okrs.period import Period

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
ON_TIME, LATE, MISSED = Punctuality.ON_TIME, Punctuality.LATE, Punctuality.MISSED
OVERDUE, DUE, FUTURE = Punctuality.OVERDUE, Punctuality.DUE, Punctuality.FUTURE


def october(*days: int) -> list[date]:
    return [date(2026, 10, 1) + timedelta(days=day - 1) for day in days]


def first_three(days: list[date], as_of: date, grace_days: int = 2) -> list[Punctuality]:
    return [planned.punctuality for planned in discipline(QUARTER, days, as_of, grace_days=grace_days)[:3]]


# --- discipline: the due days are 8, 15, 22 October … ------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "became"),
    [
        ([5, 12, 19], [ON_TIME, ON_TIME, ON_TIME]),
        ([8, 15, 22], [ON_TIME, ON_TIME, ON_TIME]),
        ([1, 9, 16], [ON_TIME, ON_TIME, ON_TIME]),
        ([10, 17, 24], [ON_TIME, ON_TIME, ON_TIME]),
        ([11, 18, 25], [LATE, ON_TIME, ON_TIME]),
        ([5, 19], [ON_TIME, LATE, ON_TIME]),
        ([5, 17], [ON_TIME, ON_TIME, OVERDUE]),
        ([5, 6, 7], [ON_TIME, MISSED, OVERDUE]),
        ([], [MISSED, MISSED, OVERDUE]),
        ([15], [LATE, ON_TIME, OVERDUE]),
        ([9, 10], [ON_TIME, ON_TIME, OVERDUE]),
    ],
)
def test_each_planned_check_in_is_on_time_late_or_missed(days: list[int], became: list[Punctuality]) -> None:
    assert first_three(october(*days), date(2026, 10, 27)) == became


@pytest.mark.parametrize(
    ("day", "became"),
    [
        (date(2026, 9, 30), FUTURE),
        (date(2026, 10, 1), DUE),
        (date(2026, 10, 8), DUE),
        (date(2026, 10, 10), DUE),
        (date(2026, 10, 11), OVERDUE),
        (date(2026, 10, 15), OVERDUE),
        (date(2026, 10, 16), MISSED),
    ],
)
def test_without_a_check_in_it_is_due_then_overdue_then_missed(day: date, became: Punctuality) -> None:
    assert first_three([], day)[0] is became


def test_the_grace_of_fifteen_days_ends_on_its_last_day() -> None:
    quarterly = Period(date(2026, 4, 1), date(2026, 12, 31), 90)
    assert quarterly.first_due_on == date(2026, 6, 30)
    found = [
        discipline(quarterly, [date(2026, 7, day)], date(2026, 8, 1), grace_days=15)[0].punctuality for day in (15, 16)
    ]
    assert found == [ON_TIME, LATE]


def test_without_grace_the_day_after_is_late() -> None:
    assert first_three(october(9), date(2026, 10, 12), grace_days=0)[0] is LATE


def test_a_grace_longer_than_the_cadence_ends_before_the_next_is_due() -> None:
    assert first_three(october(14), date(2026, 10, 16), grace_days=60) == [ON_TIME, DUE, DUE]
    assert first_three(october(15), date(2026, 10, 16), grace_days=60) == [LATE, ON_TIME, DUE]


def test_a_daily_check_in_answers_its_own_day_first() -> None:
    daily = Period(date(2026, 10, 1), date(2026, 10, 5), 1)
    found = [planned.punctuality for planned in discipline(daily, october(3), date(2026, 10, 5))]
    assert found == [LATE, ON_TIME, OVERDUE, DUE]


def test_a_check_in_within_a_grace_is_not_counted_twice() -> None:
    every_other = Period(date(2026, 10, 1), date(2026, 10, 9), 2)
    found = [planned.punctuality for planned in discipline(every_other, october(4), date(2026, 10, 9), grace_days=1)]
    assert found == [ON_TIME, MISSED, OVERDUE, DUE]


def test_it_is_stale_on_the_very_day_of_one_and_a_half_cadences() -> None:
    assert freshness(None, Period(date(2026, 10, 1), date(2026, 12, 31), 10), date(2026, 10, 16)) is Freshness.STALE


def test_a_negative_grace_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0 days"):
        discipline(QUARTER, [], QUARTER.due_on, grace_days=-1)


def test_the_day_of_the_answer_is_told() -> None:
    planned = discipline(QUARTER, october(5, 6, 12), date(2026, 10, 20))
    assert [entry.checked_in_on for entry in planned[:3]] == [*october(5, 12), None]


def test_a_check_in_after_the_end_answers_the_last_one() -> None:
    planned = discipline(QUARTER, [date(2027, 1, 2)], date(2027, 1, 3))
    assert planned[-1].punctuality is ON_TIME


def test_what_is_recorded_later_is_not_known_yet() -> None:
    assert first_three(october(5, 12), date(2026, 10, 11)) == [ON_TIME, DUE, FUTURE]


# --- what is due next --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "today", "due"),
    [
        ([], date(2026, 9, 1), date(2026, 10, 8)),
        ([], date(2026, 10, 1), date(2026, 10, 8)),
        ([], date(2026, 10, 12), date(2026, 10, 8)),
        ([], date(2026, 10, 16), date(2026, 10, 15)),
        ([5], date(2026, 10, 5), date(2026, 10, 15)),
        ([12], date(2026, 10, 14), date(2026, 10, 22)),
        ([12], date(2026, 10, 25), date(2026, 10, 22)),
        ([12], date(2026, 10, 30), date(2026, 10, 29)),
        ([23], date(2026, 10, 23), date(2026, 10, 29)),
    ],
)
def test_the_next_check_in_is_the_first_that_still_waits(days: list[int], today: date, due: date) -> None:
    assert next_due(QUARTER, october(*days), today) == due


def test_nothing_is_due_when_all_are_answered_or_the_end_is_long_past() -> None:
    assert next_due(QUARTER, QUARTER.due_days(), QUARTER.due_on) is None
    assert next_due(QUARTER, [], date(2027, 3, 1)) is None


@pytest.mark.parametrize(("today", "days"), [(7, 0), (8, 0), (9, 1), (13, 5)])
def test_overdue_is_counted_in_days_after_the_due_day(today: int, days: int) -> None:
    day = date(2026, 10, today)
    assert days_overdue(next_due(QUARTER, [], day), day) == days
    assert days_overdue(None, day) == 0


# --- rate and freshness ------------------------------------------------------------------------------------


def test_the_check_in_rate_is_on_time_of_due() -> None:
    assert check_in_rate(discipline(QUARTER, october(5, 19), date(2026, 10, 27))) == 2 / 3
    assert check_in_rate(discipline(QUARTER, [], date(2026, 10, 9))) is None


@pytest.mark.parametrize(
    ("last", "today", "seen"),
    [
        (date(2026, 10, 12), date(2026, 10, 22), Freshness.FRESH),
        (date(2026, 10, 12), date(2026, 10, 23), Freshness.STALE),
        (date(2026, 10, 12), date(2026, 10, 25), Freshness.STALE),
        (date(2026, 10, 12), date(2026, 10, 26), Freshness.NEGLECTED),
        (None, date(2026, 9, 1), Freshness.FRESH),
        (None, date(2026, 10, 11), Freshness.FRESH),
        (None, date(2026, 10, 12), Freshness.STALE),
        (None, date(2026, 10, 15), Freshness.NEGLECTED),
        (date(2026, 1, 1), date(2026, 10, 5), Freshness.FRESH),
        (date(2026, 12, 28), date(2027, 5, 1), Freshness.FRESH),
    ],
)
def test_it_is_stale_from_one_and_a_half_cadences_and_neglected_from_two(
    last: date | None, today: date, seen: Freshness
) -> None:
    assert freshness(last, QUARTER, today) is seen


# --- what holds for every rhythm ---------------------------------------------------------------------------

periods = st.builds(
    lambda span, every: Period(date(2026, 10, 1), date(2026, 10, 1) + timedelta(days=span), every),
    st.integers(0, 120),
    st.integers(1, 40),
)
offsets = st.integers(-10, 140).map(lambda days: date(2026, 10, 1) + timedelta(days=days))


@given(periods, st.lists(offsets, max_size=8), offsets, st.integers(0, 10))
def test_one_more_check_in_never_makes_an_answered_one_unanswered(
    period: Period, days: list[date], as_of: date, grace_days: int
) -> None:
    answered = (ON_TIME, LATE)
    before = discipline(period, days[1:], as_of, grace_days=grace_days)
    after = discipline(period, days, as_of, grace_days=grace_days)
    assert len(before) == len(after) == period.planned
    for one, other in zip(before, after, strict=True):
        assert one.punctuality not in answered or other.punctuality in answered


@given(periods, offsets)
def test_checking_in_on_every_due_day_is_always_on_time(period: Period, as_of: date) -> None:
    for planned in discipline(period, period.due_days(), as_of):
        assert planned.punctuality is (ON_TIME if planned.slot.due_on <= as_of else planned.punctuality)
        assert planned.punctuality in (ON_TIME, DUE, FUTURE)


@given(periods, st.lists(offsets, max_size=8), offsets, st.randoms(use_true_random=False))
def test_the_order_of_the_days_does_not_matter(period: Period, days: list[date], as_of: date, chance: object) -> None:
    mixed = list(days)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert discipline(period, mixed, as_of) == discipline(period, days, as_of)


@given(periods, st.lists(offsets, max_size=8), offsets)
def test_what_is_due_next_is_a_planned_day(period: Period, days: list[date], today: date) -> None:
    due = next_due(period, days, today)
    assert due is None or due in period.due_days()
