from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.web.charts import bar, day_ticks, line_chart, nice_ticks, sparkline

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
finite = st.floats(-1e15, 1e15, allow_nan=False, allow_infinity=False)


def test_a_bar_fills_its_track_from_zero_to_the_target():
    drawn = bar(0.5, 0.25)
    assert drawn.x == drawn.zero
    assert drawn.width == pytest.approx((drawn.full - drawn.zero) / 2, abs=0.01)
    assert drawn.expected == pytest.approx(drawn.zero + (drawn.full - drawn.zero) / 4, abs=0.01)
    assert (drawn.over_width, drawn.under, drawn.beyond) == (0, False, "")


def test_a_bar_beyond_the_target_is_full_and_goes_on_outside_its_track():
    drawn = bar(1.1)
    assert drawn.width == pytest.approx(drawn.full - drawn.zero, abs=0.01)
    assert drawn.over_width > 0
    assert drawn.beyond == ""


def test_a_bar_below_the_baseline_lies_left_of_zero():
    drawn = bar(-0.1)
    assert drawn.under
    assert drawn.x < drawn.zero
    assert drawn.x + drawn.width == pytest.approx(drawn.zero, abs=0.01)


@pytest.mark.parametrize(
    ("progress", "beyond"), [(-0.15, ""), (-0.16, "left"), (1.15, ""), (1.16, "right"), (340, "right")]
)
def test_what_leaves_the_scale_is_marked_as_beyond(progress: float, beyond: str):
    assert bar(progress).beyond == beyond


def test_nothing_known_is_an_empty_track_without_a_tick():
    drawn = bar(None)
    assert (drawn.width, drawn.expected) == (0, None)


@given(st.one_of(st.none(), finite), st.one_of(st.none(), finite))
def test_a_bar_never_leaves_its_drawing(progress: float | None, expected: float | None):
    drawn = bar(progress, expected)
    places = [drawn.x, drawn.x + drawn.width, drawn.full + drawn.over_width, drawn.expected or 0]
    assert all(-0.01 <= place <= 100.01 for place in places)
    assert drawn.width >= 0


def test_a_sparkline_rises_when_values_rise_and_ends_at_its_last_reading():
    drawn = sparkline([(FIRST, 1), (FIRST + timedelta(7), Decimal("2.5"))], width=72, height=20)
    assert drawn is not None
    assert drawn.points == "3,17 69,3"
    assert (drawn.last_x, drawn.last_y, drawn.target_y) == (69, 3, None)


def test_a_sparkline_makes_room_for_the_target():
    drawn = sparkline([(FIRST, 21), (FIRST + timedelta(7), 14)], target=7)
    assert drawn is not None
    assert drawn.target_y is not None
    assert drawn.target_y > drawn.last_y


def test_a_sparkline_of_one_reading_or_of_equal_ones_stands_in_the_middle():
    one = sparkline([(FIRST, 5)], height=20)
    equal = sparkline([(FIRST, 0), (LAST, 0)], height=20)
    assert one is not None
    assert equal is not None
    assert one.last_y == equal.last_y == 10


def test_no_readings_make_no_sparkline():
    assert sparkline([]) is None


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (7, 21, [5, 10, 15, 20, 25]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (0.1, 0.13, [0.1, 0.11, 0.12, 0.13]),
        (-3, 3, [-4, -2, 0, 2, 4]),
        (0, 999_999_999_999, [0, 2.5e11, 5e11, 7.5e11, 1e12]),
        (5, 5, [4.5, 4.75, 5, 5.25, 5.5]),
        (0, 0, [-1, -0.5, 0, 0.5, 1]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(low: float, high: float, ticks: list[float]):
    assert nice_ticks(low, high) == ticks


@given(finite, finite)
def test_ticks_enclose_rise_and_stay_few(one: float, other: float):
    low, high = min(one, other), max(one, other)
    ticks = nice_ticks(low, high)
    room = max(abs(low), abs(high)) * 1e-9
    assert ticks[0] <= low + room
    assert ticks[-1] >= high - room
    assert all(before < after for before, after in pairwise(ticks))
    assert 3 <= len(ticks) <= 9


@pytest.mark.parametrize("end", [float("nan"), float("inf"), float("-inf")])
def test_ticks_refuse_what_is_not_finite(end: float):
    with pytest.raises(ValueError, match="finite"):
        nice_ticks(0, end)


@pytest.mark.parametrize(
    ("first", "last", "grain", "count"),
    [
        (date(2026, 10, 5), date(2026, 11, 2), "day", 5),
        (FIRST, LAST, "month", 3),
        (date(2026, 1, 1), date(2026, 12, 31), "month", 4),
        (date(2020, 1, 1), date(2026, 12, 31), "year", 7),
        (date(2026, 10, 6), date(2026, 10, 8), "day", 1),
        (date(1990, 1, 1), date(2026, 12, 31), "year", 8),
    ],
)
def test_days_are_marked_by_week_month_quarter_or_year(first: date, last: date, grain: str, count: int):
    ticks = day_ticks(first, last)
    assert {tick[1] for tick in ticks} == {grain}
    assert len(ticks) == count


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(1, 20_000))
def test_day_ticks_lie_within_the_span_in_order_and_never_crowd(first: date, days: int):
    last = first + timedelta(days)
    ticks = [day for day, _ in day_ticks(first, last)]
    assert 1 <= len(ticks) <= 9
    assert ticks == sorted(set(ticks))
    assert all(first <= day <= last for day in ticks)


def test_a_chart_draws_readings_against_the_path_to_the_target():
    drawn = line_chart(
        [(FIRST, 21), (date(2026, 11, 1), 14)],
        starts_on=FIRST,
        ends_on=LAST,
        path=[(FIRST, 21), (LAST, 7)],
        baseline=21,
        target=7,
        today=date(2026, 11, 16),
    )
    assert drawn.line == "M0 20L34.07 55"
    assert drawn.path == "M0 20L100 90"
    assert [(label.name, label.y) for label in drawn.labels] == [("baseline", 20), ("now", 55), ("target", 90)]
    assert (drawn.starts, drawn.ends, drawn.today) == (0, 100, 50.55)
    assert (drawn.fan, drawn.target_steps, drawn.healthy_y) == ("", "", None)


def test_a_chart_makes_room_for_readings_before_and_after_the_period():
    drawn = line_chart([(date(2026, 9, 1), 1), (date(2027, 1, 30), 2)], starts_on=FIRST, ends_on=LAST)
    assert 0 < drawn.starts < drawn.ends < 100
    assert [point.x for point in drawn.points] == [0, 100]


def test_a_changed_target_is_a_step_at_its_day():
    changed = date(2026, 11, 16)
    drawn = line_chart([], starts_on=FIRST, ends_on=LAST, baseline=0, target=80, revisions=[(changed, 100, 80)])
    assert drawn.target_steps == "M0 0H50.55V20H100"
    assert [(change.from_y, change.to_y) for change in drawn.revisions] == [(0, 20)]


def test_targets_of_periods_stand_over_their_days() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 11)]
    past, present = (date(2025, 1, 1), date(2025, 12, 31), 4), (date(2026, 1, 6), date(2026, 3, 31), 10)
    drawn = line_chart([(days[0], 0), (days[1], 10)], starts_on=days[0], ends_on=days[1], periods=[past, present])
    assert drawn.target_steps == "M50 0H100"


def test_an_open_end_of_the_healthy_range_reaches_the_edge():
    drawn = line_chart([(FIRST, 12), (LAST, 8)], starts_on=FIRST, ends_on=LAST, healthy=(None, 10))
    assert drawn.healthy_y == 50
    assert drawn.healthy_y + drawn.healthy_height == 100


def test_a_day_outside_the_chart_has_no_mark():
    assert line_chart([], starts_on=FIRST, ends_on=LAST, today=date(2027, 2, 1)).today is None


def test_labels_that_would_touch_are_moved_apart_and_stay_inside():
    drawn = line_chart([(LAST, 10)], starts_on=FIRST, ends_on=LAST, baseline=10, target=0, label_gap=8)
    places = [label.text_y for label in drawn.labels]
    assert all(after - before >= 8 for before, after in pairwise(places))
    assert max(places) <= 100


def test_a_fan_is_a_closed_shape_from_its_upper_to_its_lower_edge():
    drawn = line_chart([], starts_on=FIRST, ends_on=LAST, fan=[(FIRST, 5, 5), (LAST, 0, 10)])
    assert drawn.fan == "M0 50L100 0L100 100L0 50Z"
    assert line_chart([], starts_on=FIRST, ends_on=LAST, fan=[(FIRST, 5, 5)]).fan == ""
