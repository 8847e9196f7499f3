"""Progress of one key result: the worked examples, the traps, and what holds for every number."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from impactline.okrs.measure import Measure, Milestone, Reading, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.progress import is_met, progress, progress_of_value, standing, value_on

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
END = QUARTER.due_on
BUGS = Measure(Type.METRIC, baseline=D(100), target=D(60))


def readings(*values: str, day: date = date(2026, 10, 5)) -> list[Reading]:
    return [Reading(day + timedelta(days=number), D(value)) for number, value in enumerate(values)]


def at(measure: Measure, *values: str) -> float | None:
    return progress(measure, readings(*values), END, QUARTER)


# --- metric ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "target", "value", "expected"),
    [
        ("100", "60", "80", 0.50),
        ("100", "60", "70", 0.75),
        ("100", "60", "50", 1.25),
        ("100", "60", "110", -0.25),
        ("100", "60", "100", 0.0),
        ("100", "60", "60", 1.0),
        ("21", "7", "18", 3 / 14),
        ("0", "10", "0", 0.0),
        ("-5", "5", "0", 0.5),
        ("0", "-10", "-5", 0.5),
        ("10", "0", "0", 1.0),
        ("0.1", "0.3", "0.2", 0.5),
        ("1.1", "1.4", "1.3", 2 / 3),
        ("0", "0.000000003", "0.000000001", 1 / 3),
        ("-999999999999999", "999999999999999", "0", 0.5),
    ],
)
def test_a_metric_covers_the_way_from_baseline_to_target(
    baseline: str, target: str, value: str, expected: float
) -> None:
    assert at(Measure(Type.METRIC, baseline=D(baseline), target=D(target)), value) == expected


def test_a_real_zero_is_a_value() -> None:
    closed = Measure(Type.METRIC, baseline=D(10), target=D(0))
    stands = standing(closed, readings("5", "0"), END, QUARTER)
    assert (stands.value, stands.progress, stands.recorded) == (D(0), 1.0, True)


def test_without_a_reading_a_metric_stands_at_its_baseline_and_says_so() -> None:
    stands = standing(BUGS, [], END, QUARTER)
    assert (stands.value, stands.progress, stands.recorded) == (None, 0.0, False)


def test_a_reading_at_the_baseline_is_zero_but_recorded() -> None:
    stands = standing(BUGS, readings("100"), END, QUARTER)
    assert (stands.value, stands.progress, stands.recorded) == (D(100), 0.0, True)


def test_a_decreasing_key_result_below_its_target_is_more_than_done() -> None:
    assert at(BUGS, "50") == 1.25


def test_a_value_on_the_wrong_side_of_the_baseline_is_negative() -> None:
    assert at(BUGS, "110") == -0.25
    assert at(Measure(Type.METRIC, baseline=D(10), target=D(20)), "5") == -0.5


@pytest.mark.parametrize("target", [None, "100"])
def test_a_metric_without_a_target_that_differs_from_its_baseline_has_no_formula(target: str | None) -> None:
    broken = Measure(Type.METRIC, baseline=D(100), target=D(target) if target else None)
    with pytest.raises(ValueError, match="that differ"):
        progress_of_value(broken, D(1))


# --- values ------------------------------------------------------------------------------------------------


def test_the_latest_reading_counts_whatever_the_order_of_entry() -> None:
    entered = [Reading(date(2026, 11, 2), D(80)), Reading(date(2026, 10, 20), D(95))]
    assert value_on(BUGS, entered, END, QUARTER) == 80


def test_of_several_readings_on_one_day_the_last_entered_counts() -> None:
    day = date(2026, 11, 2)
    assert value_on(BUGS, [Reading(day, D(80)), Reading(day, D(85))], END, QUARTER) == 85


def test_a_reading_counts_on_its_own_day_and_not_before() -> None:
    entered = [Reading(date(2026, 10, 5), D(90)), Reading(date(2026, 11, 2), D(80))]
    assert value_on(BUGS, entered, date(2026, 11, 1), QUARTER) == 90
    assert value_on(BUGS, entered, date(2026, 11, 2), QUARTER) == 80
    assert value_on(BUGS, entered, date(2026, 10, 4), QUARTER) is None


def test_a_check_in_moves_progress_on_its_own_day() -> None:
    day = date(2026, 11, 2)
    assert progress(BUGS, [Reading(day, D(80))], day, QUARTER) == 0.5
    assert progress(BUGS, [Reading(day, D(80))], day - timedelta(days=1), QUARTER) == 0.0


def test_a_metric_that_was_watched_before_the_period_has_a_value_from_the_start() -> None:
    before = [Reading(date(2026, 9, 30), D(90))]
    assert progress(BUGS, before, QUARTER.starts_on, QUARTER) == 0.25


def test_a_sum_takes_the_readings_of_the_period_only() -> None:
    sold = Measure(Type.METRIC, baseline=D(0), target=D(100), values=Values.PER_PERIOD)
    parts = [
        Reading(date(2026, 9, 30), D(1000)),
        Reading(date(2026, 10, 1), D("10.1")),
        Reading(date(2026, 11, 1), D("10.2")),
        Reading(date(2026, 11, 1), D("-0.3")),
        Reading(date(2026, 12, 31), D(5)),
        Reading(date(2027, 1, 1), D(1000)),
    ]
    assert value_on(sold, parts, date(2026, 11, 30), QUARTER) == 20
    assert value_on(sold, parts, date(2027, 2, 1), QUARTER) == 25
    assert progress(sold, parts, date(2026, 11, 30), QUARTER) == 0.2


def test_a_sum_of_nothing_is_no_value_and_a_sum_of_zeros_is_zero() -> None:
    sold = Measure(Type.METRIC, baseline=D(0), target=D(100), values=Values.PER_PERIOD)
    assert value_on(sold, [], END, QUARTER) is None
    assert value_on(sold, readings("0", "0"), END, QUARTER) == 0


# --- hold types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "value", "met", "behind"),
    [
        (Measure(Type.AT_LEAST, target=D(90)), "90", True, False),
        (Measure(Type.AT_LEAST, target=D(90)), "89.999", False, False),
        (Measure(Type.AT_LEAST, target=D(90), strict=True), "90", False, False),
        (Measure(Type.AT_LEAST, target=D(90), strict=True), "90.1", True, False),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(80)), "85", False, True),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(80)), "80", False, True),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(80)), "79", False, False),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(80)), "90", True, False),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(80), strict=True), "90", False, True),
        (Measure(Type.AT_MOST, target=D(5)), "5", True, False),
        (Measure(Type.AT_MOST, target=D(5)), "0", True, False),
        (Measure(Type.AT_MOST, target=D(5)), "5.1", False, False),
        (Measure(Type.AT_MOST, target=D(5), strict=True), "5", False, False),
        (Measure(Type.AT_MOST, target=D(5), warning=D(7)), "6", False, True),
        (Measure(Type.AT_MOST, target=D(5), warning=D(7)), "7", False, True),
        (Measure(Type.AT_MOST, target=D(5), warning=D(7)), "8", False, False),
        (Measure(Type.RANGE, low=D(-1), high=D(1)), "-1", True, False),
        (Measure(Type.RANGE, low=D(-1), high=D(1)), "1", True, False),
        (Measure(Type.RANGE, low=D(-1), high=D(1), strict=True), "1", True, False),
        (Measure(Type.RANGE, low=D(-1), high=D(1)), "1.01", False, False),
        (Measure(Type.RANGE, low=D(-1), high=D(1)), "-2", False, False),
    ],
)
def test_a_hold_type_is_met_or_not(measure: Measure, value: str, met: bool, behind: bool) -> None:
    stands = standing(measure, readings(value), END, QUARTER)
    assert (stands.met, stands.behind, stands.progress) == (met, behind, 1.0 if met else 0.0)


@pytest.mark.parametrize(
    "measure",
    [
        Measure(Type.AT_LEAST, target=D(0)),
        Measure(Type.AT_MOST, target=D(0)),
        Measure(Type.RANGE, low=D(-1), high=D(1)),
        Measure(Type.RUBRIC, levels=("bad", "good")),
    ],
)
def test_what_was_never_looked_at_is_unknown(measure: Measure) -> None:
    stands = standing(measure, [], END, QUARTER)
    assert (stands.progress, stands.recorded) == (None, False)


# --- control -----------------------------------------------------------------------------------------------


def every_week(*values: str) -> list[Reading]:
    return [
        Reading(date(2026, 10, 5) + timedelta(days=7 * week), D(value)) for week, value in enumerate(values) if value
    ]


@pytest.mark.parametrize(
    ("values", "successes"),
    [
        ([], 0),
        (["1"] * 13, 13),
        (["1"] * 9 + ["0"] * 4, 9),
        (["1"] * 9 + [""] * 4, 9),
        (["0"] * 13, 0),
    ],
)
def test_control_counts_successes_among_the_thirteen_planned_check_ins(values: list[str], successes: int) -> None:
    stands = standing(Measure(Type.CONTROL), every_week(*values), END, QUARTER)
    assert stands.progress == successes / 13
    assert (stands.done, stands.planned) == (successes, 13)


def test_a_slot_earns_one_success_at_most_and_its_last_reading_decides() -> None:
    good, bad = Reading(date(2026, 10, 6), D(1)), Reading(date(2026, 10, 7), D(0))
    assert progress(Measure(Type.CONTROL), [good, good, good], END, QUARTER) == 1 / 13
    assert progress(Measure(Type.CONTROL), [good, bad], END, QUARTER) == 0
    assert progress(Measure(Type.CONTROL), [bad, good], END, QUARTER) == 0


def test_a_check_in_outside_the_period_is_no_success() -> None:
    outside = [Reading(date(2026, 9, 30), D(1)), Reading(date(2027, 1, 1), D(1))]
    stands = standing(Measure(Type.CONTROL), outside, date(2027, 2, 1), QUARTER)
    assert (stands.progress, stands.recorded) == (0, False)


@pytest.mark.parametrize(
    ("measure", "value", "met"),
    [
        (Measure(Type.CONTROL), "1", True),
        (Measure(Type.CONTROL), "0", False),
        (Measure(Type.CONTROL, target=D(99)), "99", True),
        (Measure(Type.CONTROL, target=D(99)), "98.9", False),
        (Measure(Type.CONTROL, target=D(99), strict=True), "99", False),
        (Measure(Type.CONTROL, high=D(5)), "5", True),
        (Measure(Type.CONTROL, high=D(5)), "6", False),
        (Measure(Type.CONTROL, low=D(2)), "2", True),
        (Measure(Type.CONTROL, low=D(2), high=D(5)), "1", False),
        (Measure(Type.CONTROL, low=D(2), high=D(5)), "3", True),
    ],
)
def test_one_check_in_of_a_control_key_result_is_judged_by_its_bounds(measure: Measure, value: str, met: bool) -> None:
    assert is_met(measure, D(value)) is met


# --- the other types ---------------------------------------------------------------------------------------


def test_milestones_count_by_weight_from_the_day_they_were_reached() -> None:
    day = date(2026, 11, 2)
    steps = (Milestone("a", D(1), day), Milestone("b", D(3), day + timedelta(days=7)), Milestone("c", D(4)))
    measure = Measure(Type.MILESTONES, milestones=steps)
    weeks = [day - timedelta(days=1), day, day + timedelta(days=7)]
    assert [progress(measure, [], on, QUARTER) for on in weeks] == [0.0, 1 / 8, 0.5]


def test_milestones_lighter_than_one_are_weighed_all_the_same() -> None:
    steps = (Milestone("a", D("0.1"), date(2026, 11, 2)), Milestone("b", D("0.3")))
    assert progress(Measure(Type.MILESTONES, milestones=steps), [], END, QUARTER) == 0.25


def test_milestones_without_any_weight_have_no_progress() -> None:
    assert progress(Measure(Type.MILESTONES), [], END, QUARTER) is None


@pytest.mark.parametrize(("values", "expected"), [([], 0.0), (["0"], 0.0), (["1"], 1.0), (["1", "0"], 0.0)])
def test_a_binary_is_done_or_not(values: list[str], expected: float) -> None:
    assert at(Measure(Type.BINARY), *values) == expected


def test_a_binary_that_was_answered_with_no_is_recorded() -> None:
    assert [standing(Measure(Type.BINARY), readings(*values), END, QUARTER).recorded for values in ([], ["0"])] == [
        False,
        True,
    ]


def test_a_rubric_of_two_levels_is_nothing_or_all_and_one_of_one_level_has_no_progress() -> None:
    two, one = Measure(Type.RUBRIC, levels=("bad", "good")), Measure(Type.RUBRIC, levels=("only",))
    assert [at(two, "0"), at(two, "1"), at(one, "0")] == [0.0, 1.0, None]


@pytest.mark.parametrize(("level", "expected"), [("0", 0.0), ("1", 1 / 3), ("2", 2 / 3), ("3", 1.0)])
def test_a_rubric_is_the_position_of_its_level(level: str, expected: float) -> None:
    assert at(Measure(Type.RUBRIC, levels=("none", "some", "most", "all")), level) == expected


@pytest.mark.parametrize("kind", [Type.FIND_BASELINE, Type.OPEN])
def test_a_type_without_progress_has_none_but_keeps_its_value(kind: Type) -> None:
    stands = standing(Measure(kind), readings("42"), END, QUARTER)
    assert (stands.progress, stands.value, stands.recorded) == (None, D(42), True)


# --- what holds for every number ---------------------------------------------------------------------------

numbers = st.decimals(-(10**6), 10**6, places=3)
days = st.dates(date(2026, 9, 1), date(2027, 1, 31))
any_readings = st.lists(st.builds(Reading, days, numbers), max_size=6)


@st.composite
def metrics(draw: st.DrawFn) -> Measure:
    baseline, target = draw(numbers), draw(numbers)
    assume(abs(baseline - target) >= 1)
    return Measure(Type.METRIC, baseline=baseline, target=target)


@given(metrics(), numbers, numbers)
def test_more_towards_the_target_is_more_progress(measure: Measure, one: D, other: D) -> None:
    assert measure.baseline is not None
    assert measure.target is not None
    low, high = sorted((one, other))
    if measure.target > measure.baseline:
        assert progress_of_value(measure, low) <= progress_of_value(measure, high)
    else:
        assert progress_of_value(measure, low) >= progress_of_value(measure, high)


@given(metrics(), numbers, st.decimals(-100, 100, places=2), numbers)
def test_a_change_of_unit_changes_no_progress(measure: Measure, value: D, factor: D, shift: D) -> None:
    assume(factor != 0)
    assert measure.baseline is not None
    assert measure.target is not None
    other = replace(measure, baseline=measure.baseline * factor + shift, target=measure.target * factor + shift)
    assert progress_of_value(other, value * factor + shift) == progress_of_value(measure, value)


@given(metrics(), numbers)
def test_exchanging_baseline_and_target_turns_progress_round(measure: Measure, value: D) -> None:
    swapped = replace(measure, baseline=measure.target, target=measure.baseline)
    forth, back = progress_of_value(measure, value), progress_of_value(swapped, value)
    assert back == pytest.approx(1 - forth, rel=1e-12, abs=1e-9)


@given(metrics())
def test_the_baseline_is_nought_and_the_target_one(measure: Measure) -> None:
    assert measure.baseline is not None
    assert measure.target is not None
    assert (progress_of_value(measure, measure.baseline), progress_of_value(measure, measure.target)) == (0.0, 1.0)


@st.composite
def any_measures(draw: st.DrawFn) -> Measure:
    low, high = sorted((draw(numbers), draw(numbers)))
    assume(low < high)
    return Measure(
        type=draw(st.sampled_from([kind for kind in Type if kind is not Type.RUBRIC])),
        baseline=low,
        target=high,
        low=low,
        high=high,
        values=draw(st.sampled_from(Values)),
        milestones=(Milestone("a", D(2), date(2026, 11, 1)), Milestone("b", D(1))),
    )


@given(any_measures(), any_readings, days, st.randoms(use_true_random=False))
def test_the_order_of_entry_matters_within_one_day_only(
    measure: Measure, entered: list[Reading], as_of: date, chance: object
) -> None:
    by_day: dict[date, list[Reading]] = {}
    for reading in entered:
        by_day.setdefault(reading.day, []).append(reading)
    order = list(by_day)
    chance.shuffle(order)  # type: ignore[attr-defined]
    mixed = [reading for day in order for reading in by_day[day]]
    assert standing(measure, mixed, as_of, QUARTER) == standing(measure, entered, as_of, QUARTER)


@given(any_measures(), any_readings, any_readings, days)
def test_what_is_recorded_for_a_later_day_does_not_change_the_past(
    measure: Measure, known: list[Reading], later: list[Reading], as_of: date
) -> None:
    future = [reading for reading in later if reading.day > as_of]
    assert standing(measure, known + future, as_of, QUARTER) == standing(measure, known, as_of, QUARTER)


@given(any_measures(), any_readings, days)
def test_only_a_metric_leaves_the_range_from_nought_to_one(
    measure: Measure, entered: list[Reading], as_of: date
) -> None:
    amount = progress(measure, entered, as_of, QUARTER)
    assert amount is None or measure.type is Type.METRIC or 0 <= amount <= 1
