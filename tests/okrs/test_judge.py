"""One key result on one day, from readings to colour, as the contract shows it."""

from datetime import date
from decimal import Decimal as D

import pytest

from impactline.okrs.bands import Colour
from impactline.okrs.judge import Judged, judge
from impactline.okrs.measure import Curve, Kind, Measure, Reading, Type
from impactline.okrs.pace import PRESETS, Rule
from impactline.okrs.period import Period

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
WAIT = Measure(Type.METRIC, baseline=D(21), target=D(7), unit="days")


def on(day: date, measure: Measure, *readings: Reading, kind: Kind = Kind.COMMITTED) -> Judged:
    return judge(measure, readings, QUARTER, day, kind=kind)


def test_the_example_of_the_contract() -> None:
    seen = on(date(2026, 11, 1), WAIT, Reading(date(2026, 10, 12), D(18)))
    assert seen.standing.value == 18
    assert seen.progress == pytest.approx(0.2143, abs=5e-5)
    assert seen.expected == pytest.approx(0.341, abs=5e-4)
    assert seen.pace.landing == pytest.approx(0.629, abs=5e-4)
    assert seen.pace.speed_up == pytest.approx(1.894, abs=5e-4)
    assert seen.pace.colour is Colour.RED


@pytest.mark.parametrize(
    ("day", "colour", "rule"),
    [
        (date(2026, 9, 30), Colour.GREY, Rule.NOT_STARTED),
        (date(2026, 10, 1), Colour.GREY, Rule.TOO_EARLY),
        (date(2026, 10, 10), Colour.GREY, Rule.TOO_EARLY),
        (date(2026, 10, 11), Colour.RED, Rule.LANDING),
        (date(2026, 12, 31), Colour.RED, Rule.LANDING),
        (date(2027, 1, 1), Colour.RED, Rule.SCORE),
    ],
)
def test_a_key_result_that_was_never_touched_is_grey_and_then_red(day: date, colour: Colour, rule: Rule) -> None:
    seen = on(day, WAIT)
    assert (seen.pace.colour, seen.pace.rule) == (colour, rule)
    assert (seen.progress, seen.standing.recorded) == (0.0, False)


def test_a_monthly_cadence_keeps_it_grey_until_the_first_check_in_is_due() -> None:
    monthly = Period(QUARTER.starts_on, QUARTER.due_on, 30)
    found = [judge(WAIT, [], monthly, date(2026, 10, day), kind=Kind.COMMITTED).pace.rule for day in (30, 31)]
    assert found == [Rule.BEFORE_FIRST_CHECK_IN, Rule.LANDING]


@pytest.mark.parametrize(("value", "colour"), [("5", Colour.GREEN), ("6", Colour.YELLOW), ("8", Colour.RED)])
def test_a_hold_type_is_judged_by_where_its_value_is(value: str, colour: Colour) -> None:
    hold = Measure(Type.AT_MOST, target=D(5), warning=D(7))
    seen = on(date(2026, 11, 1), hold, Reading(date(2026, 10, 12), D(value)))
    assert (seen.pace.colour, seen.pace.landing) == (colour, None)


def test_a_binary_is_not_red_before_its_day() -> None:
    binary = Measure(Type.BINARY)
    assert on(date(2026, 12, 30), binary).pace.colour is Colour.GREY
    assert on(date(2026, 12, 31), binary).pace.colour is Colour.RED
    assert on(date(2026, 11, 1), binary, Reading(date(2026, 10, 30), D(1))).pace.colour is Colour.GREEN


def test_a_control_without_a_miss_is_green_on_every_day_after_the_first() -> None:
    good = [Reading(due, D(1)) for due in QUARTER.due_days()]
    for due in QUARTER.due_days()[2:]:
        for day in (due, date.fromordinal(due.toordinal() - 1)):
            assert on(day, Measure(Type.CONTROL), *good).pace.colour is Colour.GREEN


def test_what_has_no_progress_has_no_pace() -> None:
    seen = on(date(2026, 11, 1), Measure(Type.OPEN))
    assert (seen.progress, seen.expected, seen.pace.colour) == (None, None, Colour.GREY)


def test_a_given_score_decides_after_the_end() -> None:
    seen = judge(WAIT, [], QUARTER, date(2027, 1, 5), kind=Kind.COMMITTED, score=1.0)
    assert seen.pace.colour is Colour.GREEN


def test_curve_and_preset_are_passed_on() -> None:
    reading = Reading(date(2026, 10, 12), D(18))
    seen = judge(
        WAIT, [reading], QUARTER, date(2026, 11, 1),
        kind=Kind.COMMITTED, curve=Curve.BACK_LOADED, policy=PRESETS["viva"],
    )  # fmt: skip
    assert seen.expected == (31 / 91) ** 2
    assert (seen.pace.colour, seen.pace.rule) == (Colour.GREEN, Rule.PRESET)
