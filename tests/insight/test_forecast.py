"""The forecast: each type by examples, honest with little, silent with nothing, and right as often as it says."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from impactline.insight.forecast import Caveat, History, Method, Outlook, Silence, forecast, forecast_series, learnt
from impactline.insight.forecast.backtest import Judged, report
from impactline.insight.forecast.counting import confidence_slope, delivered, kept, still_done, tilted
from impactline.insight.forecast.course import Prior, course
from impactline.insight.forecast.kernels import STEPS, Kernel, Shape
from impactline.insight.forecast.shape import as_data
from impactline.insight.forecast.telling import Words, reasons, sentence
from impactline.insight.noise import Examined
from impactline.insight.student import Mixture, distribution
from impactline.okrs.measure import Kind, Measure, Milestone, Reading, Type, Values
from impactline.okrs.period import Period

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
WAIT = Measure(Type.METRIC, Decimal(21), Decimal(7), unit="days")
COUNT = Measure(Type.METRIC, Decimal(0), Decimal(100), values=Values.PER_PERIOD)


def weekly(*values: Any) -> list[Reading]:
    """Readings a week apart, the first a week after the start."""
    return [
        Reading(QUARTER.starts_on + timedelta(days=7 * at), Decimal(str(value))) for at, value in enumerate(values, 1)
    ]


def told(measure: Measure, *values: Any, kind: Kind = Kind.COMMITTED, **more: Any) -> Outlook:
    """The forecast after weekly readings, as of the last of them."""
    readings = weekly(*values)
    day = more.pop("day", readings[-1].day if readings else QUARTER.starts_on + timedelta(days=3))
    found = forecast(measure, kind, readings, QUARTER, day, **more)
    assert isinstance(found, Outlook)
    return found


# --- the arithmetic beneath --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "value", "share"),
    [(1, 1.0, 0.75), (1, -1.0, 0.25), (2, 2.920, 0.95), (3, 2.353, 0.95), (5, 2.571, 0.975), (30, 1.697, 0.95)],
)
def test_students_t_is_as_in_the_tables(freedom: int, value: float, share: float) -> None:
    assert distribution(np.array([value]), freedom)[0] == pytest.approx(share, abs=2e-4)


def test_a_quantile_of_a_mixture_has_its_share_below_it() -> None:
    mixture = Mixture(np.array([[0.3, 0.7]]), np.array([[0.0, 4.0]]), np.array([[1.0, 0.2]]), 5)
    for share in (0.02, 0.1, 0.5, 0.9, 0.98):
        assert mixture.below(mixture.quantile(share))[0] == pytest.approx(share, abs=1e-4)


@pytest.mark.parametrize("prior", [learnt.LEVEL, learnt.SUM, learnt.SUM_FEW])
def test_what_was_learnt_is_a_prior_of_kernels_of_one_size(prior: Prior) -> None:
    days = np.cumsum([0.14, 0.14, 1.0, 0.3, 2.0, 1.0, 0.5, 3.0, 4.92])
    assert sum(prior.weights) == pytest.approx(1, abs=1e-3)
    for kernel in prior.kernels:
        matrix = kernel.covariance(days, days)
        assert np.linalg.eigvalsh(matrix).min() >= -1e-9 * matrix.max()
        assert matrix[-1, -1] == pytest.approx(STEPS)


@given(st.floats(0, 10), st.floats(0.03, 0.97))
def test_what_is_wanted_is_told_as_it_was_wanted(scale: float, share: float) -> None:
    for shape in (learnt.PLAIN, learnt.LEVEL_SHAPES.some, learnt.SUM_SHAPES.some, learnt.SUM_SHAPES.many):
        assert shape.told(float(shape.wanted(share, np.array(scale))), scale) == pytest.approx(share, abs=1e-4)


def test_sharp_forecasts_of_sums_are_corrected_otherwise_than_wide_ones() -> None:
    assert learnt.sharpness(np.array([0, 0.007, (0.007 * 0.05) ** 0.5, 0.05, 3])).tolist() == pytest.approx(
        [1, 1, 0.5, 0, 0]
    )
    shape = learnt.Recalibration(learnt.KNOTS, tuple(knot**2 for knot in learnt.KNOTS))
    assert [shape.told(0.5, scale) for scale in (0.1, 0.001)] == [0.5, 0.25]
    for shares in (learnt.SUM_SHAPES.some, learnt.SUM_SHAPES.many):
        assert shares.wanted(0.9, np.array(0.001)) < shares.wanted(0.9, np.array(1.0)), "sharp ones are narrowed"


@pytest.mark.parametrize("shape", list(Shape))
def test_a_pace_that_bends_is_told_farther_than_chance(shape: Shape) -> None:
    kernel = Kernel(shape, memory=0.5)
    prior = Prior((kernel,), (1.0,), 2, 0.3)
    bent = np.array([[1.0, 4.0, 9.0, 16.0, 25.0]])
    middle = course(prior, (1.0, 2.0, 3.0, 4.0, 5.0), bent, (6.0,), (0.0,)).middle[0, 0, 0]
    low, high = {"curve": (34, 37), "rate": (30, 37), "momentum": (26, 34), "walk": (24.9, 25.1), "return": (10, 25)}[
        shape
    ]
    assert low <= middle <= high


# --- metrics -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ((20, 18, 17, 14, 13, 11), 0.5, 0.85),
        ((20, 19, 18, 17, 16, 15), 0.15, 0.4),
        ((21, 22, 20, 21, 23, 21), 0.0, 0.12),
        ((15, 12, 10, 8, 6, 5), 0.6, 0.9),
        ((22, 23, 25, 26, 28, 30), 0.0, 0.05),
    ],
)
def test_the_chance_of_a_metric_follows_its_course(values: tuple[int, ...], low: float, high: float) -> None:
    assert low <= (told(WAIT, *values).reach or 0.0) <= high


def test_the_intervals_lie_in_each_other_around_the_middle() -> None:
    found = told(WAIT, 20, 18, 17, 14)

    for day in found.fan:
        assert day.most.low <= day.half.low <= day.middle <= day.half.high <= day.most.high
    assert [day.day for day in found.fan] == sorted({day.day for day in found.fan})
    assert found.fan[-1].day == found.due_on == date(2026, 12, 31)
    widths = [day.most.high - day.most.low for day in found.fan]
    assert widths == sorted(widths)


def test_more_readings_of_the_same_course_make_it_narrower() -> None:
    widths = []
    for count in (2, 5, 10):
        found = told(WAIT, *(21 - number for number in range(1, count + 1)))
        widths.append(found.most.high - found.most.low)
    assert widths == sorted(widths, reverse=True)


def test_few_readings_are_said_to_be_few_and_none_to_be_none() -> None:
    assert Caveat.FEW in told(WAIT, 20).caveats
    assert told(WAIT, 20, 18, 17, 14).caveats == ()
    nothing = told(WAIT)
    assert (nothing.method, nothing.caveats, nothing.count) == (Method.HISTORY, (Caveat.NONE,), 0)
    assert nothing.most.high - nothing.most.low > 14


def test_without_a_reading_the_history_of_similar_ones_speaks() -> None:
    good = told(WAIT, history=History(mean=0.95, spread=0.2, count=40)).reach or 0.0
    poor = told(WAIT, history=History(mean=0.3, spread=0.2, count=40)).reach or 0.0

    assert poor < 0.05
    assert good > 0.3


def test_readings_from_before_the_period_are_heard() -> None:
    before = [Reading(QUARTER.starts_on - timedelta(days=7 * ago), Decimal(21)) for ago in range(10, 0, -1)]
    day = QUARTER.starts_on + timedelta(days=7)
    calm = forecast(WAIT, Kind.COMMITTED, [*before, Reading(day, Decimal(20))], QUARTER, day)
    assert isinstance(calm, Outlook)
    assert calm.count == 10
    assert Caveat.FEW not in calm.caveats
    assert calm.speed.so_far == pytest.approx(-1 / 11)


def test_what_is_needed_is_set_against_the_best_pace_ever_seen() -> None:
    speed = told(WAIT, 20, 18, 17, 16).speed
    assert speed.so_far == pytest.approx(-1.25)
    assert speed.best == pytest.approx(-2)
    assert speed.needed == pytest.approx(-9 / 63 * 7)
    assert not speed.beyond_best
    late = told(WAIT, 20, 20, 20, 20, 20, 20, 20, 20, 20, 19, 19, 19).speed
    assert late.beyond_best


def test_an_aspirational_one_is_told_the_chance_of_what_counts_as_success_too() -> None:
    found = told(WAIT, 20, 18, 17, 14, 13, kind=Kind.ASPIRATIONAL)
    assert found.enough_at == 0.7
    assert (found.enough or 0.0) > (found.reach or 1.0)
    assert told(WAIT, 20, 18).enough is None


def test_a_sum_does_not_fall_and_is_certain_once_it_is_there() -> None:
    found = told(COUNT, 8, 7, 9, 6, 8)
    assert found.method is Method.SUM
    assert found.most.low >= 38
    assert told(COUNT, 40, 30, 40).reach == pytest.approx(1.0, abs=0.02)
    assert (told(COUNT, 3, 4, 2, 5, 3).reach or 0.0) < 0.05
    one = told(COUNT, 8)
    assert one.most.high - one.most.low > 50


def test_a_rubric_ends_at_its_levels() -> None:
    rubric = Measure(Type.RUBRIC, levels=("none", "some", "most", "all"))
    found = told(rubric, 0, 1, 1, 2)
    assert 0 <= found.most.low <= found.most.high <= 3
    assert 0 < (found.reach or 0.0) < 1


# --- the other types ---------------------------------------------------------------------------------------


def test_what_is_held_well_inside_its_bound_is_likelier_to_be_held_than_what_is_near() -> None:
    uptime = Measure(Type.AT_LEAST, target=Decimal("99.5"), unit="%")
    well = told(uptime, "99.95", "99.97", "99.92", "99.99", "99.96").reach or 0.0
    near = told(uptime, "99.52", "99.48", "99.51", "99.55", "99.49").reach or 0.0
    broken = told(uptime, "98.5", "98.2", "98.4", "98.1", "98.3").reach or 0.0
    assert broken < near < well
    assert well > 0.8
    assert told(uptime, "99.95", "99.97", "99.92", "99.99").most.high <= 100


def test_a_range_is_left_on_either_side() -> None:
    stock = Measure(Type.RANGE, low=Decimal(10), high=Decimal(20))
    middle = told(stock, 15, 14, 16, 15, 15).reach or 0.0
    edge = told(stock, 19, 20, 19, 20, 19).reach or 0.0
    assert edge < middle
    assert told(Measure(Type.AT_MOST, target=Decimal(20)), 15, 14, 16, 15, 15).reach == pytest.approx(middle, abs=0.25)


def test_what_nobody_has_looked_at_has_no_forecast() -> None:
    hold = Measure(Type.AT_LEAST, target=Decimal(5))
    assert forecast(hold, Kind.COMMITTED, [], QUARTER, QUARTER.starts_on) is Silence.NOTHING_READ
    for type_ in (Type.OPEN, Type.FIND_BASELINE):
        assert forecast(Measure(type_), Kind.COMMITTED, [], QUARTER, QUARTER.starts_on) is Silence.NO_MEASURE
    assert forecast(WAIT, Kind.COMMITTED, weekly(20), QUARTER, QUARTER.due_on) is Silence.OVER


@pytest.mark.parametrize(
    ("kept_ones", "misses", "left", "all_of_them"),
    [(0, 0, 1, 0.8), (0, 0, 2, 0.8 * 2.6 / 3), (8, 0, 1, 9.6 / 10), (0, 8, 1, 1.6 / 10)],
)
def test_check_ins_kept_are_beta_binomial(kept_ones: int, misses: int, left: int, all_of_them: float) -> None:
    assert kept(kept_ones, misses, left).at_least(left) == pytest.approx(all_of_them)


def test_a_control_that_was_missed_once_cannot_be_kept_throughout() -> None:
    control = Measure(Type.CONTROL)
    assert told(control, 1, 0, 1, kind=Kind.ASPIRATIONAL).reach == 0
    found = told(control, 1, 1, 1, 1, kind=Kind.ASPIRATIONAL)
    assert 0.5 < (found.reach or 0.0) < (found.enough or 0.0)
    assert found.most.high == 100


def test_milestones_come_at_the_rate_at_which_they_came() -> None:
    def plan(reached: int) -> Measure:
        days = [QUARTER.starts_on + timedelta(days=15 * number) for number in range(1, 7)]
        steps = (Milestone(f"{n}", Decimal(1), QUARTER.starts_on if n < reached else None, days[n]) for n in range(6))
        return Measure(Type.MILESTONES, milestones=tuple(steps))

    day = QUARTER.starts_on + timedelta(days=65)
    chances = [told(plan(reached), day=day).reach or 0.0 for reached in (0, 2, 4, 6)]
    assert chances == sorted(chances)
    assert chances[-1] == 1
    assert told(plan(2), day=day, confidence=9).reach > told(plan(2), day=day, confidence=2).reach  # type: ignore[operator]
    assert delivered(3, 3.0, 0.0, 2).at_least(2) == 0


@pytest.mark.parametrize(
    ("usual", "passed", "chance"), [(0.5, 0.0, 0.5), (0.5, 1.0, 0.0), (0.5, 0.5, 0.375 / 0.875), (1.0, 0.5, 1.0)]
)
def test_what_is_not_done_yet_is_less_likely_every_day(usual: float, passed: float, chance: float) -> None:
    assert still_done(usual, passed).at_least(1) == pytest.approx(chance)


def test_yes_or_no_is_certain_once_it_is_done_and_hears_the_person() -> None:
    binary = Measure(Type.BINARY)
    assert told(binary, 0, 1).reach == 1
    middle = QUARTER.starts_on + timedelta(days=45)
    sure, unsure = (told(binary, day=middle, confidence=said).reach or 0.0 for said in (9, 2))
    assert unsure < (told(binary, day=middle).reach or 0.0) < sure


def test_confidence_counts_as_much_as_it_was_worth() -> None:
    worth = confidence_slope([(9, True)] * 30 + [(2, False)] * 30)
    worthless = confidence_slope([(9, True), (9, False), (2, True), (2, False)] * 30)
    assert worthless < 0.15
    assert worth > 0.35
    assert confidence_slope([]) == 0.25
    assert tilted(still_done(0.5, 0.0), 5, worth).at_least(1) == pytest.approx(0.5)


def test_a_series_without_a_target_is_told_its_range() -> None:
    course = [(date(2026, 1, 5) + timedelta(days=7 * week), 50.0 + week % 3) for week in range(20)]
    found = forecast_series(course, course[-1][0], course[-1][0] + timedelta(days=91), at_least=40.0)
    assert isinstance(found, Outlook)
    assert (found.reach or 0.0) > 0.9
    assert 40 < found.most.low < 51 < found.most.high < 62
    assert forecast_series([], date(2026, 1, 5), date(2026, 4, 5)) is Silence.NOTHING_READ


# --- laws and odd input ------------------------------------------------------------------------------------


AT_LEAST = Measure(Type.AT_LEAST, target=Decimal(5))


@settings(max_examples=60, deadline=None)
@example([(day, value) for day, value in zip(range(4), (0.0, 1e-300, 0.0, 1e-300), strict=True)], AT_LEAST)
@example(
    [(day, value) for day, value in zip(range(6), (0.0, 1e-200, 2e-200, 3e-200, 1e12, 0.0), strict=True)], AT_LEAST
)
@given(
    st.lists(st.tuples(st.integers(-60, 89), st.floats(-1e12, 1e12)), max_size=30),
    st.sampled_from([WAIT, COUNT, AT_LEAST, Measure(Type.CONTROL)]),
)
def test_whatever_was_read_there_is_no_nan_and_no_disorder(rows: list[tuple[int, float]], measure: Measure) -> None:
    readings = [Reading(QUARTER.starts_on + timedelta(days=at), Decimal(repr(value))) for at, value in rows]
    found = forecast(measure, Kind.ASPIRATIONAL, readings, QUARTER, QUARTER.starts_on + timedelta(days=80))
    if isinstance(found, Outlook):
        ends = (found.most.low, found.half.low, found.middle, found.half.high, found.most.high)
        assert all(isfinite(end) for end in ends)
        assert all(low <= high for low, high in pairwise(ends))
        assert 0 <= (found.reach or 0) <= 1
        assert 0 <= (found.enough or 0) <= 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=10), st.sampled_from([10, 100, Decimal("0.01")]))
def test_the_unit_changes_nothing_but_the_unit(values: list[int], factor: Decimal | int) -> None:
    scaled = Measure(Type.METRIC, Decimal(21) * factor, Decimal(7) * factor)
    one, other = told(WAIT, *values), told(scaled, *(value * factor for value in values))
    assert one.reach == pytest.approx(other.reach, abs=1e-6)
    assert one.middle * float(factor) == pytest.approx(other.middle, rel=1e-4, abs=1e-3)


def test_ten_thousand_readings_of_one_day_are_one() -> None:
    many = [Reading(QUARTER.starts_on + timedelta(days=7), Decimal(number)) for number in range(10_000)]
    day = QUARTER.starts_on + timedelta(days=8)
    found = forecast(WAIT, Kind.COMMITTED, many, QUARTER, day)
    assert isinstance(found, Outlook)
    assert found.count == 1


def test_a_wrong_scale_is_told_and_makes_it_wide() -> None:
    found = told(WAIT, 20, 19, 19, 18, 180, 17)
    assert Caveat.SCALE in found.caveats
    calm = told(WAIT, 20, 19, 19, 18, 18, 17)
    assert found.most.high - found.most.low > 2 * (calm.most.high - calm.most.low)


def test_a_wrong_scale_is_told_from_a_baseline_of_nothing_and_among_parts_too() -> None:
    from_nothing = Measure(Type.METRIC, Decimal(0), Decimal(100))
    found = told(from_nothing, 10, 13, 16, 19, 20_000_000, 25, 28)
    assert Caveat.SCALE in found.caveats
    assert found.speed.best == pytest.approx(10)
    assert Caveat.SCALE not in told(from_nothing, 10, 13, 16, 19, 22, 25, 28).caveats
    assert Caveat.SCALE in told(COUNT, 10, 11, 10, 9, 10_000_000, 10).caveats
    assert Caveat.SCALE not in told(COUNT, 10, 11, 10, 9, 10, 10).caveats


STILL = (
    (WAIT, 21),
    (Measure(Type.METRIC, Decimal(0), Decimal("0.5")), 0),
    (COUNT, 0),
    (Measure(Type.AT_LEAST, target=Decimal(80), unit="%"), 85),
    (Measure(Type.RUBRIC, levels=("poor", "fair", "good", "great")), 0),
)


@pytest.mark.parametrize(("measure", "value"), STILL)
def test_what_has_not_moved_is_never_sure_to_stay(measure: Measure, value: int) -> None:
    found = [told(measure, *[value] * count) for count in range(1, 9)]
    for one in found:
        assert one.most.low < one.most.high
        assert 0.003 < (one.reach or 0) < 0.997
    if measure.type is Type.METRIC:
        assert all(before.reach > after.reach for before, after in pairwise(found))  # type: ignore[operator]


def test_a_value_that_stood_still_for_two_months_may_still_come_most_of_the_way() -> None:
    found = told(WAIT, *[21] * 8)
    assert found.most.low < 14
    assert found.most.high >= 21
    assert found.middle == pytest.approx(21, abs=0.1)
    assert 0.01 < (found.reach or 0) < 0.1
    moved = told(WAIT, *[21] * 7, 20)
    assert moved.speed.best == pytest.approx(-1)


def test_a_course_to_where_the_value_cannot_go_is_told() -> None:
    days = [(date(2026, 6, 1) + timedelta(days=7 * week), 40 - 3 * week) for week in range(12)]
    far = forecast_series(days, days[-1][0], days[-1][0] + timedelta(days=91), at_most=20.0)
    assert isinstance(far, Outlook)
    assert far.middle == 0
    assert Caveat.BOUND in far.caveats
    assert "would come to more than is possible" in said(far)
    share = Measure(Type.METRIC, Decimal(20), Decimal(100), unit="%")
    assert Caveat.BOUND not in told(share, 40, 60, 80, 95, 99).caveats
    assert Caveat.BOUND in told(Measure(Type.METRIC, Decimal(20), Decimal(90), unit="%"), 40, 60, 80, 95, 99).caveats
    assert Caveat.BOUND not in told(WAIT, 20, 19, 18).caveats


# --- in words ----------------------------------------------------------------------------------------------


def said(found: Outlook, unit: str = "", words: Words | None = None) -> str:
    words = words or Words()
    return " ".join([sentence(found, unit, words), *reasons(found, unit, words)])


def test_of_what_is_reached_nothing_more_is_needed() -> None:
    found = told(WAIT, 18, 14, 9, 6, 5)
    assert found.speed.needed == 0
    assert "so far, and is where it should be." in said(found)
    parts = told(COUNT, 60, 50, 40)
    assert parts.speed.needed == 0


def test_a_pace_that_was_never_seen_is_not_called_the_best() -> None:
    assert "are needed from now on, and it has never moved that way." in said(told(WAIT, 21, 22, 23, 24))
    assert "and it has never moved that way." in said(told(WAIT, 21, 21, 21, 21))


def test_a_share_moves_by_percentage_points() -> None:
    share = Measure(Type.METRIC, Decimal(20), Decimal(60), unit="%")
    text = said(told(share, 22, 25, 27), "%")
    assert "percentage points a week so far" in text
    assert "percentage points are needed from now on" in text


def test_small_and_large_figures_keep_two_digits() -> None:
    tiny = Measure(Type.METRIC, Decimal(0), Decimal("0.000001"), unit="g")
    values = [f"{step / 10_000_000:.9f}" for step in range(1, 8)]
    found = told(tiny, *values)
    assert " 0 g" not in said(found, "g")
    assert "It has moved by 0.0000001 g a week so far" in said(found, "g")
    shape = as_data("tiny", found, Examined((), None, 0), "g", found.day)
    assert 0 < shape["most"]["low"] < shape["middle"] < shape["most"]["high"]
    huge = told(Measure(Type.METRIC, Decimal(0), Decimal(10**12)), *(10**11 * step + step for step in range(1, 8)))
    assert "It has moved by 100000000000 a week so far" in said(huge)


def test_a_rubric_is_told_by_the_words_of_its_levels() -> None:
    levels = ("poor", "fair", "good", "great")
    found = told(Measure(Type.RUBRIC, levels=levels), 0, 1, 1, 2)
    words = Words(levels=levels)
    assert "“great”" in sentence(found, "", words)
    assert "levels a week so far" in said(found, "", words)
    assert "the best it ever did was 1 level." in said(told(Measure(Type.RUBRIC, levels=levels), 0, 1, 1, 2), "", words)
    assert "“great”" in as_data("plans", found, Examined((), None, 0), "", found.day, levels)["words"][0]


def test_what_is_counted_says_what_its_chance_hangs_on() -> None:
    kept_always = Measure(Type.CONTROL)
    assert "which cannot be made up for" in said(told(kept_always, 1, 0, 1))
    assert "None was missed so far" in said(told(kept_always, 1, 1, 1))
    steps = tuple(Milestone(name) for name in ("one", "two", "three"))
    assert "None is reached yet: as usual elsewhere" in said(told(Measure(Type.MILESTONES, milestones=steps)))
    first = replace(steps[0], reached_on=QUARTER.starts_on)
    assert "1 is reached; the others are expected" in said(
        told(Measure(Type.MILESTONES, milestones=(first, *steps[1:])))
    )
    assert "About 45 % of such key results are done" in said(told(Measure(Type.BINARY), 0))
    assert "About" not in said(told(Measure(Type.BINARY), 1))


# --- as often as it says -----------------------------------------------------------------------------------


def test_intervals_hold_what_they_promise_on_walks_with_a_drift() -> None:
    chance = np.random.default_rng(20261001)
    judged = []
    for _ in range(200):
        step = chance.uniform(0.1, 0.4)
        path = 21 - 14 * np.cumsum(step * (chance.normal(size=13) + chance.normal() * 0.2))
        found = told(WAIT, *(f"{value:.6f}" for value in path[:6]))
        last = path[-1]
        judged.append(
            Judged(
                found.reach or 0.0,
                bool(last <= 7),
                bool(path[5] + (path[5] - 21) / 6 * 7 <= 7),
                bool(found.half.low <= last <= found.half.high),
                bool(found.most.low <= max(last, 0) <= found.most.high),
            )
        )
    scores = report(judged)
    assert 0.4 <= (scores.half or 0) <= 0.65
    assert 0.72 <= (scores.most or 0) <= 0.92
    assert (scores.ratio or 9) < 0.75


def test_intervals_hold_what_they_promise_on_counts() -> None:
    chance = np.random.default_rng(20261002)
    inside = 0
    for _ in range(150):
        parts = chance.poisson(chance.gamma(8, 1.0), size=13)
        found = told(COUNT, *(int(part) for part in parts[:6]))
        inside += found.most.low - 0.5 <= parts.sum() <= found.most.high + 0.5
    assert inside / 150 >= 0.75


def test_scores_of_forecasts_are_as_defined() -> None:
    rows = [Judged(0.8, True, True, True, True), Judged(0.8, False, True, False, True), Judged(0.1, False, False)]
    found = report(rows)
    assert found.brier == pytest.approx((0.04 + 0.64 + 0.01) / 3)
    assert found.line_brier == pytest.approx(1 / 3)
    assert found.calibration_error == pytest.approx((2 * 0.3 + 0.1) / 3)
    assert (found.half, found.most) == (0.5, 1.0)
    assert [entry.count for entry in found.bins] == [0, 1, 0, 0, 0, 0, 0, 0, 2, 0]
    assert report([]).brier is None
