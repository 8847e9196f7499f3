"""Carry-over: where each type goes on in the next cycle."""

from datetime import date
from decimal import Decimal as D

import pytest

from impactline.okrs.carry_over import Restart, carry_over, is_completion
from impactline.okrs.measure import Measure, Milestone, Planned, Type, Values, faults

END = date(2026, 12, 31)


def metric(baseline: str, target: str, unit: str = "", values: Values = Values.LATEST) -> Measure:
    return Measure(Type.METRIC, baseline=D(baseline), target=D(target), unit=unit, values=values)


@pytest.mark.parametrize(
    ("measure", "value", "baseline", "target", "restart"),
    [
        (metric("0", "10"), "5", "5", "10", Restart.FROM_VALUE),
        (metric("21", "7", "days"), "18", "18", "7", Restart.FROM_VALUE),
        (metric("21", "7"), "25", "25", "7", Restart.FROM_VALUE),
        (metric("10", "0"), "0.5", "0.5", "0", Restart.FROM_VALUE),
        (metric("80", "90", "%"), "85", "85", "90", Restart.FROM_VALUE),
        (metric("0", "100", "%"), "40", "0", "100", Restart.FROM_ZERO),
        (metric("0", "100", "EUR"), "40", "40", "100", Restart.FROM_VALUE),
        (metric("0", "100", values=Values.PER_PERIOD), "40", "0", "100", Restart.FROM_BASELINE),
        (metric("21", "7"), None, "21", "7", Restart.FROM_BASELINE),
    ],
)
def test_a_metric_restarts_from_its_value_and_a_percentage_of_completion_at_zero(
    measure: Measure, value: str | None, baseline: str, target: str, restart: Restart
) -> None:
    on = carry_over(measure, None if value is None else D(value), END)
    assert (on.measure.baseline, on.measure.target, on.restart) == (D(baseline), D(target), restart)
    assert not on.target_wanted
    assert faults(on.measure) == []


@pytest.mark.parametrize("value", ["7", "5"])
def test_a_target_that_was_reached_or_passed_has_to_be_set_anew(value: str) -> None:
    on = carry_over(metric("21", "7"), D(value), END)
    assert on.target_wanted
    assert (on.measure.baseline, on.measure.target) == (D(value), None)
    assert [fault.field for fault in faults(on.measure)] == ["target"]


def test_milestones_go_on_with_those_that_were_not_reached_by_the_end() -> None:
    day = date(2026, 11, 1)
    steps = (Milestone("a", D(1), day, day), Milestone("b", D(2), None, day), Milestone("c", D(3), date(2027, 1, 5)))
    on = carry_over(Measure(Type.MILESTONES, milestones=steps), None, END)
    assert on.measure.milestones == (Milestone("b", D(2)), Milestone("c", D(3)))
    assert (on.restart, on.target_wanted) == (Restart.REMAINING, False)


def test_milestones_that_were_all_reached_leave_nothing_to_carry() -> None:
    on = carry_over(Measure(Type.MILESTONES, milestones=(Milestone("a", D(1), END),)), None, END)
    assert on.target_wanted
    assert faults(on.measure)


@pytest.mark.parametrize(
    "measure",
    [
        Measure(Type.AT_LEAST, target=D(90), warning=D(80)),
        Measure(Type.AT_MOST, target=D(5)),
        Measure(Type.RANGE, low=D(1), high=D(2)),
        Measure(Type.CONTROL, target=D(99)),
        Measure(Type.BINARY),
        Measure(Type.RUBRIC, levels=("bad", "good")),
        Measure(Type.FIND_BASELINE),
        Measure(Type.OPEN),
    ],
    ids=lambda measure: str(measure.type),
)
def test_every_other_type_goes_on_as_it_is_and_is_judged_anew(measure: Measure) -> None:
    on = carry_over(measure, D(1), END)
    assert (on.measure, on.restart, on.target_wanted) == (measure, Restart.ANEW, False)


def test_what_was_planned_for_the_old_period_is_left_behind() -> None:
    measure = Measure(Type.METRIC, baseline=D(0), target=D(9), planned=(Planned(date(2026, 10, 31), D(3)),))
    assert carry_over(measure, D(4), END).measure.planned == ()


@pytest.mark.parametrize(
    ("measure", "completion"),
    [
        (metric("0", "100", "%"), True),
        (metric("0.0", "100.00", "percent"), True),
        (metric("0", "50", "%"), False),
        (metric("80", "100", "%"), False),
        (metric("0", "100", "days"), False),
    ],
)
def test_a_percentage_of_completion_runs_from_nought_to_a_hundred(measure: Measure, completion: bool) -> None:
    assert is_completion(measure) is completion
