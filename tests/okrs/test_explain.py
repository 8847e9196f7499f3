"""Explanations: the formula with its numbers, and the rule behind the colour."""

import math
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs import explain
from impactline.okrs.bands import Colour
from impactline.okrs.expected import expected
from impactline.okrs.judge import judge
from impactline.okrs.measure import Curve, Driver, Kind, Measure, Milestone, Planned, Reading, Type, Values
from impactline.okrs.pace import PRESETS, Moment, Pace, pace, pace_of_hold
from impactline.okrs.period import Period
from impactline.okrs.progress import standing
from impactline.okrs.rollup import Own, Part, roll_up
from impactline.okrs.status import Status

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
DAY = date(2026, 11, 1)
WAIT = Measure(Type.METRIC, baseline=D(21), target=D(7))


def of(measure: Measure, *values: str) -> explain.Explanation:
    readings = [Reading(date(2026, 10, 12), D(value)) for value in values]
    return explain.progress(measure, standing(measure, readings, DAY, QUARTER), DAY, unit="days")


# --- numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.2142857, "0.214"),
        (0.5, "0.5"),
        (1.0, "1"),
        (-0.25, "−0.25"),
        (-0.0001, "0"),
        (math.inf, "∞"),
        (100, "100"),
        (D("18.50"), "18.5"),
        (D("0.0005"), "0.0005"),
        (D("1E+3"), "1000"),
        (D(-3), "−3"),
        (D("-0"), "0"),
    ],
)
def test_a_number_is_written_plainly(number: float | D, text: str) -> None:
    assert explain.plain_number(number) == text


def test_numbers_and_days_are_written_as_the_door_wants_them() -> None:
    german = explain.Format(
        number=lambda number: explain.plain_number(number).replace(".", ","), day=lambda day: f"{day:%d.%m.%Y}"
    )
    shown = explain.expected(WAIT, Curve.LINEAR, QUARTER, 31 / 91, DAY, write=german)
    assert shown.formula == "31 ÷ 91 = 0,341"
    assert ("last day", "31.12.2026") in shown.values


# --- progress ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "values", "formula"),
    [
        (WAIT, ["18"], "(18 − 21) ÷ (7 − 21) = 0.214"),
        (WAIT, [], "stands at its baseline = 0"),
        (Measure(Type.METRIC, baseline=D(-5), target=D(5)), ["-2.5"], "((−2.5) − (−5)) ÷ (5 − (−5)) = 0.25"),
        (Measure(Type.AT_LEAST, target=D(90)), ["90"], "90 ≥ 90 is met = 1"),
        (Measure(Type.AT_LEAST, target=D(90), strict=True), ["90"], "90 > 90 is not met = 0"),
        (Measure(Type.AT_MOST, target=D(5)), ["6"], "6 ≤ 5 is not met = 0"),
        (Measure(Type.AT_MOST, target=D(5), strict=True), ["4"], "4 < 5 is met = 1"),
        (Measure(Type.RANGE, low=D(1), high=D(3)), ["2"], "1 ≤ 2 ≤ 3 is met = 1"),
        (Measure(Type.AT_LEAST, target=D(90)), [], "unknown"),
        (Measure(Type.CONTROL), ["1"], "1 ÷ 13 = 0.077"),
        (
            Measure(Type.MILESTONES, milestones=(Milestone("a", D(1), DAY), Milestone("b", D(3)))),
            [],
            "1 ÷ 4 = 0.25",
        ),
        (Measure(Type.BINARY), ["1"], "done = 1"),
        (Measure(Type.BINARY), [], "not done = 0"),
        (Measure(Type.RUBRIC, levels=("a", "b", "c")), ["1"], "1 ÷ 2 = 0.5"),
        (Measure(Type.RUBRIC, levels=("a", "b", "c")), [], "no progress"),
        (Measure(Type.FIND_BASELINE), ["3"], "no progress"),
        (Measure(Type.OPEN), [], "no progress"),
    ],
)
def test_progress_shows_its_formula_with_the_numbers_put_in(measure: Measure, values: list[str], formula: str) -> None:
    shown = of(measure, *values)
    assert shown.formula == formula
    assert (shown.title, shown.as_of) == ("Progress", DAY)


def test_progress_names_what_went_in_with_its_unit() -> None:
    assert of(WAIT, "18").values == (("value", "18 days"), ("baseline", "21 days"), ("target", "7 days"))
    assert of(WAIT).values[0] == ("value", "nothing recorded")
    assert "Nothing has been recorded yet." in of(WAIT).rule


def test_progress_says_when_it_is_behind_or_a_sum() -> None:
    assert "behind" in of(Measure(Type.AT_MOST, target=D(5), warning=D(7)), "6").rule
    summed = Measure(Type.METRIC, baseline=D(0), target=D(9), values=Values.PER_PERIOD)
    assert "sum of the readings" in of(summed, "3").rule


def test_milestones_are_listed_with_the_day_they_were_reached() -> None:
    steps = (Milestone("Contract", D(1), date(2026, 10, 20)), Milestone("Launch", D(3)))
    shown = of(Measure(Type.MILESTONES, milestones=steps))
    assert shown.steps == ("Contract: weight 1, reached on 2026-10-20", "Launch: weight 3, not reached")


# --- roll-up -----------------------------------------------------------------------------------------------


def test_what_is_counted_is_explained() -> None:
    assert explain.counted(1.25, 1.0, DAY).formula == "1.25 limited to 0 … 1 = 1"
    assert "left out" in explain.counted(None, None, DAY).rule


def test_a_roll_up_shows_a_term_and_a_step_for_each_part() -> None:
    rolled = roll_up([Part("a", 0.5), Part("b", 1.25), Part("c", None)])
    shown = explain.roll_up(rolled, Driver.KEY_RESULTS, DAY, names={"a": "Waiting time"})
    assert shown.formula == "0.5 × 0.5 + 0.5 × 1 = 0.75"
    assert shown.steps == (
        "Waiting time: 0.5 × 0.5",
        "b: 0.5 × 1 (progress 1.25, limited to 0 … 1)",
        "c: does not count (progress none)",
    )
    assert shown.rule == "The weighted mean of its key results."


def test_an_override_shows_what_was_computed() -> None:
    shown = explain.roll_up(roll_up([Part("a", 0.5)], override=Own(0.9)), Driver.KEY_RESULTS, DAY)
    assert shown.formula == "set by hand = 0.9"
    assert ("computed", "0.5") in shown.values
    assert "resume" in shown.rule


def test_no_part_that_counts_is_no_progress() -> None:
    shown = explain.roll_up(roll_up([]), Driver.KEY_RESULTS, DAY)
    assert shown.formula == "no progress"
    assert "No part counts" in shown.rule


def test_its_own_metric_stands_for_itself() -> None:
    assert explain.roll_up(roll_up([], Driver.METRIC, own=Own(0.4)), Driver.METRIC, DAY).formula == "0.4"


def test_hidden_items_are_said_to_be_included_and_not_named() -> None:
    rolled = roll_up([Part("a", 0.5), Part("secret", 0.1), Part("other secret", 0.2)])
    seen = rolled._replace(parts=roll_up([Part("a", 0.5)]).parts, includes_hidden=True)
    shown = explain.roll_up(seen, Driver.KEY_RESULTS, DAY)
    assert shown.formula == "1 × 0.5 = 0.5; with what you cannot see 0.267"
    assert "items that you cannot see" in shown.rule
    assert "secret" not in str(shown)


# --- expected ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "curve", "day", "formula"),
    [
        (WAIT, Curve.LINEAR, DAY, "31 ÷ 91 = 0.341"),
        (WAIT, Curve.LINEAR, date(2026, 9, 1), "before the first day = 0"),
        (WAIT, Curve.LINEAR, date(2026, 12, 31), "on the last day or after it = 1"),
        (WAIT, Curve.BACK_LOADED, DAY, "(31 ÷ 91)² = 0.116"),
        (WAIT, Curve.STEP, DAY, "share of the period at the last due check-in = 0.308"),
        (WAIT, Curve.PLANNED, DAY, "31 ÷ 91 = 0.341"),
        (
            Measure(Type.METRIC, baseline=D(0), target=D(10), planned=(Planned(DAY, D(2)),)),
            Curve.PLANNED,
            DAY,
            "progress of the planned value = 0.2",
        ),
        (Measure(Type.BINARY), Curve.LINEAR, DAY, "before the last day = 0"),
        (Measure(Type.CONTROL), Curve.LINEAR, DAY, "check-ins whose day is over ÷ planned check-ins = 0.308"),
        (Measure(Type.OPEN), Curve.LINEAR, DAY, "does not apply"),
    ],
)
def test_expected_shows_its_curve(measure: Measure, curve: Curve, day: date, formula: str) -> None:
    shown = explain.expected(measure, curve, QUARTER, expected(measure, curve, QUARTER, day), day)
    assert shown.formula == formula
    assert shown.rule


# --- pace --------------------------------------------------------------------------------------------------


def test_pace_shows_landing_speed_up_and_rule() -> None:
    seen = judge(WAIT, [Reading(date(2026, 10, 12), D(18))], QUARTER, DAY, kind=Kind.COMMITTED).pace
    shown = explain.pace(seen, DAY)
    assert shown.title == "Pace: red"
    assert shown.formula == "landing = 0.214 ÷ 0.341 = 0.629"
    assert shown.rule == "Red: landing 0.629 is below 0.75 (committed)."
    assert shown.steps == ("needed speed-up = ((1 − 0.214) ÷ (1 − 0.341)) ÷ (0.214 ÷ 0.341) = 1.894",)


def paced(p: float | None, e: float | None, moment: Moment | None = None, kind: Kind = Kind.COMMITTED) -> Pace:
    return pace(p, e, kind, moment or Moment(elapsed=0.5))


@pytest.mark.parametrize(
    ("seen", "rule"),
    [
        (paced(None, 0.5), "Grey: there is no progress to judge."),
        (paced(0.0, 0.0, Moment(0.0, started=False)), "Grey: it has not started."),
        (paced(0.0, 0.05, Moment(0.05)), "Grey: 0.05 of the period has passed, less than 0.1."),
        (paced(0.0, 0.2, Moment(0.2, check_in_due=False)), "Grey: the first check-in is not due yet."),
        (paced(0.0, 0.0), "Grey: nothing is expected yet, and nothing was lost."),
        (paced(0.2, 0.0), "Green: nothing is expected yet, and some has come."),
        (paced(0.36, 0.4), "Green: in the first half a gap of 0.04 to what is expected is small (at most 0.05)."),
        (paced(0.4, 0.4), "Green: in the first half, and progress has reached what is expected (0.4)."),
        (paced(0.8, 0.8), "Green: landing 1 is at least 0.95 (committed)."),
        (paced(0.3, 0.4), "Yellow: landing 0.75 is below 0.95, at least 0.75 (committed)."),
        (paced(0.4, 0.6), "Red: landing 0.667 is below 0.75 (committed)."),
        (paced(0.37499, 0.5), "Red: landing 0.75 is just below 0.75 (committed)."),
        (paced(0.8, 0.95), "Red: the rest must come 4.75 times as fast as so far (2 or more is red)."),
        (
            paced(0.8, 1.0),
            "Red: with what has come so far, and the time that is left, it cannot be reached by any speed-up.",
        ),
        (
            paced(0.99, 1.0, Moment(1.0, ended=True)),
            "Yellow: the score 0.99 is below 1, at least 0.7 (committed).",
        ),
        (
            paced(0.2, 1.0, Moment(1.0, ended=True, score=0.8), Kind.ASPIRATIONAL),
            "Green: the score 0.8 is at least 0.7 (aspirational).",
        ),
        (pace_of_hold(True, 0.5, Kind.COMMITTED, Moment(0.5)), "Green: the value is where it should be."),
        (
            pace_of_hold(False, 0.5, Kind.COMMITTED, Moment(0.5), behind=True),
            "Yellow: the value has left its place but not passed the warning.",
        ),
        (pace_of_hold(False, 0.5, Kind.COMMITTED, Moment(0.5)), "Red: the value is not where it should be."),
    ],
)
def test_the_rule_behind_each_colour_is_a_sentence_with_its_numbers(seen: Pace, rule: str) -> None:
    assert explain.pace_rule(seen) == rule
    assert rule.lower().startswith(str(seen.colour))


def test_a_preset_says_whose_rule_it_is() -> None:
    seen = pace(0.3, 0.4, Kind.COMMITTED, Moment(0.5), policy=PRESETS["mooncamp"])
    assert explain.pace_rule(seen).startswith("Yellow by the rule of another product. Mooncamp: on track from 90 %")
    before = pace(0.0, 0.0, Kind.COMMITTED, Moment(0.0, started=False), policy=PRESETS["viva"])
    assert explain.pace_rule(before) == "Grey: it has not started."
    none = pace(None, 0.4, Kind.COMMITTED, Moment(0.5), policy=PRESETS["viva"])
    assert explain.pace_rule(none) == "Grey: there is no progress to judge."


def test_a_hold_type_is_explained_under_a_preset_too() -> None:
    seen = pace_of_hold(False, 0.5, Kind.COMMITTED, Moment(0.5), policy=PRESETS["viva"])
    assert explain.pace_rule(seen) == "Red: the value is not where it should be."


@given(
    st.none() | st.floats(-2, 2),
    st.none() | st.floats(0, 1),
    st.sampled_from(Kind),
    st.builds(Moment, st.floats(0, 1), st.booleans(), st.booleans(), st.booleans(), st.none() | st.floats(0, 1)),
    st.none() | st.sampled_from(sorted(PRESETS)),
)
def test_every_pace_can_explain_itself(
    p: float | None, e: float | None, kind: Kind, moment: Moment, preset: str | None
) -> None:
    seen = pace(p, e, kind, moment, policy=PRESETS[preset]) if preset else pace(p, e, kind, moment)
    shown = explain.pace(seen, DAY)
    assert shown.rule.lower().startswith(str(seen.colour))
    assert shown.formula
    assert "nan" not in str(shown).lower()


# --- what people say ---------------------------------------------------------------------------------------


def test_confidence_is_put_into_its_band() -> None:
    assert explain.confidence(6, DAY).formula == "6 of 10: medium"


@pytest.mark.parametrize(
    ("stated", "computed", "formula", "says"),
    [
        (None, Colour.RED, "not stated", "A person states it"),
        (Status.ON_TRACK, Colour.RED, "on track", "watermelon"),
        (Status.OFF_TRACK, Colour.GREEN, "off track", "what does the person know"),
        (Status.AT_RISK, Colour.RED, "at risk", "A person states it"),
    ],
)
def test_a_status_is_set_beside_the_computed_colour(
    stated: Status | None, computed: Colour, formula: str, says: str
) -> None:
    shown = explain.status(stated, computed, DAY)
    assert shown.formula == formula
    assert says in shown.rule


@pytest.mark.parametrize(
    ("given_score", "suggested", "kind", "dropped", "formula", "says"),
    [
        (None, None, Kind.COMMITTED, False, "no score", "none was given"),
        (None, 0.65, Kind.ASPIRATIONAL, False, "0.65: partial", "0.6 to 0.7 is the sweet spot"),
        (0.9, 0.65, Kind.COMMITTED, False, "0.9: partial", "opens a post-mortem"),
        (1.0, 0.65, Kind.COMMITTED, False, "1: achieved", "green from 1, yellow from 0.7"),
        (0.2, None, Kind.LEARNING, True, "0.2: dropped", "dropped"),
    ],
)
def test_a_score_is_explained_with_its_bands(
    given_score: float | None, suggested: float | None, kind: Kind, dropped: bool, formula: str, says: str
) -> None:
    shown = explain.score(given_score, suggested, kind, DAY, dropped=dropped)
    assert shown.formula == formula
    assert says in shown.rule
