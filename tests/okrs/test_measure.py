"""Every fault of a measure is told, all at once, with the field and a remedy."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.metrics.measure import is_percentage
from impactline.okrs.measure import (
    Measure,
    Milestone,
    Planned,
    Type,
    Values,
    faults,
    fits,
    value_faults,
)

USABLE = [
    Measure(Type.METRIC, baseline=D(21), target=D(7)),
    Measure(Type.METRIC, baseline=D(0), target=D("-0.5")),
    Measure(Type.AT_LEAST, target=D(0)),
    Measure(Type.AT_LEAST, target=D(90), warning=D(80)),
    Measure(Type.AT_MOST, target=D(5), warning=D(7)),
    Measure(Type.RANGE, low=D(-1), high=D(1)),
    Measure(Type.RANGE, low=D(1), high=D(1)),
    Measure(Type.CONTROL),
    Measure(Type.CONTROL, target=D(99)),
    Measure(Type.CONTROL, low=D(1)),
    Measure(Type.CONTROL, high=D(9)),
    Measure(Type.CONTROL, low=D(1), high=D(9)),
    Measure(Type.MILESTONES, milestones=(Milestone("one"), Milestone("two", D("2.5")))),
    Measure(Type.BINARY),
    Measure(Type.RUBRIC, levels=("bad", "good")),
    Measure(Type.FIND_BASELINE),
    Measure(Type.OPEN),
]


@pytest.mark.parametrize("measure", USABLE, ids=lambda measure: str(measure.type))
def test_a_measure_that_can_be_used_has_no_fault(measure: Measure) -> None:
    assert faults(measure) == []


@pytest.mark.parametrize(
    ("measure", "fields"),
    [
        (Measure(Type.METRIC), ["baseline", "target"]),
        (Measure(Type.METRIC, target=D(1)), ["baseline"]),
        (Measure(Type.METRIC, baseline=D(1)), ["target"]),
        (Measure(Type.METRIC, baseline=D(1), target=D("1.000")), ["target"]),
        (Measure(Type.METRIC, baseline=D("NaN"), target=D("Infinity")), ["baseline", "target"]),
        (Measure(Type.AT_LEAST), ["target"]),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(90)), ["warning"]),
        (Measure(Type.AT_LEAST, target=D(90), warning=D(95)), ["warning"]),
        (Measure(Type.AT_MOST), ["target"]),
        (Measure(Type.AT_MOST, target=D(5), warning=D(5)), ["warning"]),
        (Measure(Type.AT_MOST, target=D(5), warning=D(3)), ["warning"]),
        (Measure(Type.RANGE), ["low", "high"]),
        (Measure(Type.RANGE, low=D(1)), ["high"]),
        (Measure(Type.RANGE, low=D(2), high=D(1)), ["high"]),
        (Measure(Type.CONTROL, low=D(2), high=D(1)), ["high"]),
        (Measure(Type.MILESTONES), ["milestones"]),
        (
            Measure(Type.MILESTONES, milestones=(Milestone("a", D(0)), Milestone("b", D(-1)), Milestone(" "))),
            ["milestones"] * 3,
        ),
        (Measure(Type.MILESTONES, milestones=(Milestone("a", D("1e20")),)), ["milestones"]),
        (Measure(Type.MILESTONES, milestones=(Milestone("a", D("NaN")),)), ["milestones"]),
        (Measure(Type.RUBRIC), ["levels"]),
        (Measure(Type.RUBRIC, levels=("only",)), ["levels"]),
        (Measure(Type.RUBRIC, levels=("bad", " ")), ["levels"]),
        (
            Measure(
                Type.METRIC,
                baseline=D(0),
                target=D(1),
                planned=(Planned(date(2026, 10, 31), D("Infinity")),),
            ),
            ["planned"],
        ),
    ],
)
def test_every_fault_is_told_at_once_with_its_field_and_a_remedy(measure: Measure, fields: list[str]) -> None:
    found = faults(measure)
    assert [fault.field for fault in found] == fields
    assert all(fault.message and fault.remedy for fault in found)


def test_a_target_that_equals_the_baseline_is_refused_with_the_hint_to_hold_it() -> None:
    (fault,) = faults(Measure(Type.METRIC, baseline=D(5), target=D(5)))
    assert "at least" in fault.remedy
    assert "range" in fault.remedy


@pytest.mark.parametrize(
    ("text", "storable"),
    [
        ("0", True),
        ("-0", True),
        ("0E+400", False),
        ("999999999999999", True),
        ("1E15", False),
        ("-999999999999999", True),
        ("1E400", False),
        ("0.123456789", True),
        ("0.1234567891", False),
        ("123456.123456789", True),
        ("1234567.123456789", False),
        ("1.500000000000000000000000", True),
        ("1E-10", False),
        ("NaN", False),
        ("sNaN", False),
        ("-Infinity", False),
    ],
)
def test_a_number_is_storable_within_fifteen_digits_and_nine_decimals(text: str, storable: bool) -> None:
    assert fits(D(text)) is storable


@given(st.decimals(-(10**14), 10**14, places=0) | st.decimals(-1000, 1000, places=9))
def test_ordinary_numbers_are_storable(value: D) -> None:
    assert fits(value)


@pytest.mark.parametrize(
    ("measure", "value", "wrong"),
    [
        (Measure(Type.METRIC, baseline=D(0), target=D(1)), D(-3), False),
        (Measure(Type.METRIC, baseline=D(0), target=D(1)), D("NaN"), True),
        (Measure(Type.METRIC, baseline=D(0), target=D(1)), D("1E400"), True),
        (Measure(Type.BINARY), D(1), False),
        (Measure(Type.BINARY), D("0.5"), True),
        (Measure(Type.RUBRIC, levels=("a", "b", "c")), D(2), False),
        (Measure(Type.RUBRIC, levels=("a", "b", "c")), D(3), True),
        (Measure(Type.RUBRIC, levels=("a", "b", "c")), D("0.5"), True),
        (Measure(Type.RUBRIC, levels=("a", "b", "c")), D(-1), True),
    ],
)
def test_a_value_is_judged_by_the_type_before_it_is_recorded(measure: Measure, value: D, wrong: bool) -> None:
    assert bool(value_faults(measure, value)) is wrong


@pytest.mark.parametrize(
    ("unit", "percent"),
    [("%", True), (" % ", True), ("Percent", True), ("days", False), ("", False), ("% of staff", False)],
)
def test_a_unit_says_whether_values_are_percentages(unit: str, percent: bool) -> None:
    assert is_percentage(unit) is percent


@given(
    st.sampled_from(USABLE),
    st.sampled_from(["baseline", "target", "low", "high", "warning"]),
    st.sampled_from(["NaN", "sNaN", "Infinity", "-Infinity", "1E400", "1E-400"]),
)
def test_a_number_that_cannot_be_stored_is_one_fault_of_its_field(measure: Measure, field: str, text: str) -> None:
    broken = replace(measure, **{field: D(text)})
    assert [fault.field for fault in faults(broken)].count(field) == 1


@pytest.mark.parametrize(("unit", "refused"), [("%", True), ("per cent", True), ("days", False)])
def test_percentages_are_never_summed(unit: str, refused: bool) -> None:
    summed = Measure(Type.METRIC, baseline=D(0), target=D(9), unit=unit, values=Values.PER_PERIOD)
    assert [fault.field for fault in faults(summed)] == (["values"] if refused else [])
