"""The expected curves: 0 on the first day, 1 on the last, each in its own way between."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs.expected import curve_of, expected, expected_of_period
from impactline.okrs.measure import Curve, Measure, Milestone, Planned, Type, Values
from impactline.okrs.period import Period

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
METRIC = Measure(Type.METRIC, baseline=D(0), target=D(100))
STEPS = Measure(
    Type.MILESTONES,
    milestones=(Milestone("a", D(1), due_on=date(2026, 11, 1)), Milestone("b", D(2), due_on=date(2026, 12, 1)),
                Milestone("c", D(1))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2026, 9, 1), 0.0),
        (date(2026, 10, 1), 0.0),
        (date(2026, 11, 1), 31 / 91),
        (date(2026, 12, 31), 1.0),
        (date(2027, 3, 1), 1.0),
    ],
)
def test_the_linear_curve_is_the_share_of_days(day: date, amount: float) -> None:
    assert expected(METRIC, Curve.LINEAR, QUARTER, day) == amount
    assert expected_of_period(QUARTER, day) == amount


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2026, 10, 7), 0.0),
        (date(2026, 10, 8), 7 / 91),
        (date(2026, 10, 14), 7 / 91),
        (date(2026, 10, 15), 14 / 91),
        (date(2026, 12, 30), 84 / 91),
        (date(2026, 12, 31), 1.0),
    ],
)
def test_the_step_curve_rises_on_the_days_of_check_ins(day: date, amount: float) -> None:
    assert expected(METRIC, Curve.STEP, QUARTER, day) == amount


def test_the_back_loaded_curve_is_the_square_of_the_linear_one() -> None:
    half = Period(date(2026, 1, 1), date(2026, 1, 11))
    assert expected(METRIC, Curve.BACK_LOADED, half, date(2026, 1, 6)) == 0.25


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2026, 10, 31), 0.0),
        (date(2026, 11, 1), 0.25),
        (date(2026, 12, 1), 0.75),
        (date(2026, 12, 30), 0.75),
        (date(2026, 12, 31), 1.0),
    ],
)
def test_the_milestones_curve_is_the_weight_that_is_due(day: date, amount: float) -> None:
    assert expected(STEPS, Curve.MILESTONES, QUARTER, day) == amount


def test_milestones_lighter_than_one_are_expected_all_the_same() -> None:
    day = date(2026, 11, 1)
    light = (Milestone("a", D("0.1"), due_on=day), Milestone("b", D("0.3"), due_on=date(2026, 12, 1)))
    measure = Measure(Type.MILESTONES, milestones=light)
    assert expected(measure, Curve.MILESTONES, QUARTER, day) == 0.25


PLAN = (Planned(date(2026, 10, 31), D(10)), Planned(date(2026, 11, 30), D(40)))


@pytest.mark.parametrize(
    ("values", "day", "amount"),
    [
        (Values.LATEST, date(2026, 10, 1), 0.0),
        (Values.LATEST, date(2026, 10, 16), 0.05),
        (Values.LATEST, date(2026, 10, 31), 0.10),
        (Values.LATEST, date(2026, 11, 15), 0.25),
        (Values.LATEST, date(2026, 11, 30), 0.40),
        (Values.LATEST, date(2026, 12, 30), 0.40),
        (Values.LATEST, date(2026, 12, 31), 1.0),
        (Values.PER_PERIOD, date(2026, 10, 31), 0.10),
        (Values.PER_PERIOD, date(2026, 11, 30), 0.50),
    ],
)
def test_the_planned_curve_goes_straight_from_one_planned_value_to_the_next(
    values: Values, day: date, amount: float
) -> None:
    measure = Measure(Type.METRIC, baseline=D(0), target=D(100), values=values, planned=PLAN[::-1])
    assert expected(measure, Curve.PLANNED, QUARTER, day) == pytest.approx(amount)


def test_a_plan_for_the_first_day_itself_divides_by_nothing() -> None:
    measure = Measure(Type.METRIC, baseline=D(0), target=D(100), planned=(Planned(QUARTER.starts_on, D(20)),))
    assert expected(measure, Curve.PLANNED, QUARTER, QUARTER.starts_on) == 0.2


@pytest.mark.parametrize("curve", list(Curve))
def test_a_binary_is_expected_on_its_last_day_and_not_before(curve: Curve) -> None:
    binary = Measure(Type.BINARY)
    assert expected(binary, curve, QUARTER, date(2026, 12, 30)) == 0.0
    assert expected(binary, curve, QUARTER, date(2026, 12, 31)) == 1.0


@pytest.mark.parametrize(
    ("day", "check_ins"),
    [
        (date(2026, 10, 8), 0),
        (date(2026, 10, 9), 1),
        (date(2026, 10, 15), 1),
        (date(2026, 11, 1), 4),
        (date(2026, 12, 30), 12),
        (date(2026, 12, 31), 13),
    ],
)
def test_a_control_is_expected_by_the_check_ins_whose_day_is_over(day: date, check_ins: int) -> None:
    assert expected(Measure(Type.CONTROL), Curve.LINEAR, QUARTER, day) == check_ins / 13


@pytest.mark.parametrize("kind", [Type.FIND_BASELINE, Type.OPEN])
@pytest.mark.parametrize("day", [date(2026, 9, 1), date(2026, 11, 1), date(2027, 1, 1)])
def test_what_has_no_progress_is_not_expected(kind: Type, day: date) -> None:
    assert expected(Measure(kind), Curve.LINEAR, QUARTER, day) is None


@pytest.mark.parametrize("curve", [Curve.PLANNED, Curve.MILESTONES])
def test_a_curve_without_its_data_is_linear(curve: Curve) -> None:
    assert curve_of(METRIC, curve) is Curve.LINEAR
    assert expected(METRIC, curve, QUARTER, date(2026, 11, 1)) == 31 / 91


MEASURES = [
    METRIC,
    STEPS,
    Measure(Type.METRIC, baseline=D(0), target=D(100), planned=PLAN),
    Measure(Type.BINARY),
    Measure(Type.CONTROL),
    Measure(Type.AT_LEAST, target=D(1)),
    Measure(Type.RUBRIC, levels=("a", "b")),
]
periods = st.builds(
    lambda span, every: Period(date(2026, 10, 1), date(2026, 10, 1) + timedelta(days=span), every),
    st.integers(0, 400),
    st.integers(1, 50),
)


@given(st.sampled_from(MEASURES), st.sampled_from(Curve), periods, st.integers(-5, 405))
def test_every_curve_goes_from_nought_to_one_and_never_back(
    measure: Measure, curve: Curve, period: Period, after: int
) -> None:
    day = period.starts_on + timedelta(days=after)
    today = expected(measure, curve, period, day)
    tomorrow = expected(measure, curve, period, day + timedelta(days=1))
    assert today is not None
    assert tomorrow is not None
    assert 0 <= today <= tomorrow <= 1
    if day < period.starts_on:
        assert today == 0
    if day >= period.due_on:
        assert today == 1
