"""Pace: every worked example, the guards, the presets of other products, and what holds for every number."""

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs.bands import Bands, Colour, clamp, reaches, worst
from impactline.okrs.measure import Kind
from impactline.okrs.pace import (
    PRESETS,
    Moment,
    Policy,
    Rule,
    moment_of,
    pace,
    pace_of_hold,
    preset_colour,
    project,
    success,
)
from impactline.okrs.period import Period

GREY, GREEN, YELLOW, RED = Colour.GREY, Colour.GREEN, Colour.YELLOW, Colour.RED
COMMITTED, ASPIRATIONAL, LEARNING = Kind.COMMITTED, Kind.ASPIRATIONAL, Kind.LEARNING


def colour(progress: float, expected: float, kind: Kind) -> Colour:
    return pace(progress, expected, kind, Moment(elapsed=expected)).colour


# --- the worked examples -----------------------------------------------------------------------------------

WORKED = [
    (0.10, 0.05, GREEN, GREEN),
    (0.25, 0.18, RED, GREEN),
    (0.40, 0.30, YELLOW, GREEN),
    (0.60, 0.40, RED, YELLOW),
    (0.80, 0.60, RED, GREEN),
    (0.95, 0.80, RED, GREEN),
    (0.50, 0.20, RED, RED),
    (0.50, 0.00, RED, RED),
]


@pytest.mark.parametrize(("expected", "progress", "committed", "aspirational"), WORKED)
def test_the_worked_examples_come_out_as_written(
    expected: float, progress: float, committed: Colour, aspirational: Colour
) -> None:
    assert colour(progress, expected, COMMITTED) is committed
    assert colour(progress, expected, ASPIRATIONAL) is aspirational
    assert colour(progress, expected, LEARNING) is aspirational


def test_the_example_of_the_contract_lands_at_0_629_and_needs_1_894_times_the_speed() -> None:
    seen = pace(3 / 14, 31 / 91, COMMITTED, Moment(elapsed=31 / 91))
    assert seen.colour is RED
    assert seen.rule is Rule.LANDING
    assert seen.landing == pytest.approx(0.629, abs=5e-4)
    assert seen.speed_up == pytest.approx(1.894, abs=5e-4)


@pytest.mark.parametrize(
    ("progress", "expected", "kind", "speed_up"),
    [
        (0.18, 0.25, COMMITTED, 1.5),
        (0.60, 0.80, COMMITTED, 2.7),
        (0.80, 0.95, COMMITTED, 4.8),
        (0.20, 0.50, ASPIRATIONAL, 2.5),
    ],
)
def test_the_speed_ups_of_the_worked_examples(progress: float, expected: float, kind: Kind, speed_up: float) -> None:
    assert project(progress, expected, kind)[1] == pytest.approx(speed_up, abs=0.06)


# --- bands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "landing", "expected"),
    [
        (COMMITTED, "0.95", GREEN),
        (COMMITTED, "0.9499", YELLOW),
        (COMMITTED, "0.75", YELLOW),
        (COMMITTED, "0.7499", RED),
        (ASPIRATIONAL, "0.70", GREEN),
        (ASPIRATIONAL, "0.6999", YELLOW),
        (ASPIRATIONAL, "0.40", YELLOW),
        (ASPIRATIONAL, "0.3999", RED),
    ],
)
@pytest.mark.parametrize("e", ["0.5", "0.55", "0.6", "0.7", "0.9"])
def test_a_bound_belongs_to_the_better_band_and_rounding_decides_nothing(
    kind: Kind, landing: str, expected: Colour, e: str
) -> None:
    unhurried = Policy(speed_up_max=math.inf)
    p = float(Fraction(landing) * Fraction(e))
    assert pace(p, float(e), kind, Moment(elapsed=float(e)), policy=unhurried).colour is expected


def test_bands_include_their_lower_bounds() -> None:
    bands = Bands(green=0.7, yellow=0.4)
    assert [bands.colour(n) for n in (0.7, 0.4, 0.1 + 0.2 + 0.4, 0.69, 0.39)] == [GREEN, YELLOW, GREEN, YELLOW, RED]
    assert reaches(0.1 + 0.2, 0.3)
    assert reaches(0.3, 0.1 + 0.2)
    assert not reaches(0.3 - 1e-6, 0.3)
    assert [clamp(n) for n in (-1.0, 0.0, 0.5, 1.0, 1.25)] == [0.0, 0.0, 0.5, 1.0, 1.0]


# --- guards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "seen", "rule"),
    [
        (Moment(elapsed=0.0, started=False), GREY, Rule.NOT_STARTED),
        (Moment(elapsed=0.0), GREY, Rule.TOO_EARLY),
        (Moment(elapsed=0.0999), GREY, Rule.TOO_EARLY),
        (Moment(elapsed=0.1), RED, Rule.LANDING),
        (Moment(elapsed=0.1, check_in_due=False), GREY, Rule.BEFORE_FIRST_CHECK_IN),
        (Moment(elapsed=0.05, check_in_due=False), GREY, Rule.TOO_EARLY),
    ],
)
def test_it_is_grey_before_a_tenth_of_the_period_or_the_first_check_in(
    moment: Moment, seen: Colour, rule: Rule
) -> None:
    found = pace(0.0, 0.2, COMMITTED, moment)
    assert (found.colour, found.rule) == (seen, rule)


@pytest.mark.parametrize(
    ("expected", "progress", "seen"),
    [
        (0.40, 0.35, GREEN),
        (0.40, 0.349, YELLOW),
        (0.15, 0.10, GREEN),
        (0.49, 0.44, GREEN),
        (0.50, 0.45, YELLOW),
        (0.90, 0.85, YELLOW),
    ],
)
def test_a_gap_of_five_points_is_forgiven_in_the_first_half_only(
    expected: float, progress: float, seen: Colour
) -> None:
    assert colour(progress, expected, COMMITTED) is seen


def test_the_needed_speed_up_turns_yellow_red_from_two_on() -> None:
    # L = 0.8: k = (1 − 0.8e) ÷ (1 − e) ÷ 0.8, which is 2 at e = 0.75.
    assert colour(0.8 * 0.75, 0.75, COMMITTED) is RED
    found = pace(0.8 * 0.75, 0.75, COMMITTED, Moment(elapsed=0.75))
    assert found.speed_up == pytest.approx(2.0)
    assert found.rule is Rule.SPEED_UP
    assert colour(0.8 * 0.74, 0.74, COMMITTED) is YELLOW


def test_green_is_not_turned_red_by_the_speed_up() -> None:
    found = pace(0.94, 0.98, COMMITTED, Moment(elapsed=0.98))
    assert found.speed_up is not None
    assert found.speed_up > 2
    assert found.colour is GREEN


@pytest.mark.parametrize(("progress", "speed_up"), [(0.0, math.inf), (-0.25, math.inf), (1.0, 0.0), (1.25, 0.0)])
def test_no_progress_needs_any_speed_and_success_none(progress: float, speed_up: float) -> None:
    assert project(progress, 0.5, COMMITTED)[1] == speed_up


@pytest.mark.parametrize("progress", [0.0, 0.3, 1.0, -0.2])
def test_nothing_expected_gives_no_landing_and_never_nan(progress: float) -> None:
    found = pace(progress, 0.0, COMMITTED, Moment(elapsed=0.5))
    assert (found.landing, found.speed_up) == (None, None)


@pytest.mark.parametrize(
    ("progress", "seen", "rule"),
    [
        (0.0, GREY, Rule.NOTHING_EXPECTED),
        (-0.05, GREY, Rule.NOTHING_EXPECTED),
        (-0.06, RED, Rule.SPEED_UP),
        (0.01, GREEN, Rule.AHEAD),
        (1.0, GREEN, Rule.AHEAD),
    ],
)
def test_while_nothing_is_expected_only_a_loss_is_red(progress: float, seen: Colour, rule: Rule) -> None:
    found = pace(progress, 0.0, ASPIRATIONAL, Moment(elapsed=0.5))
    assert (found.colour, found.rule) == (seen, rule)


def test_on_the_last_day_what_is_missing_needs_any_speed() -> None:
    found = pace(0.8, 1.0, COMMITTED, Moment(elapsed=1.0))
    assert (found.colour, found.landing, found.speed_up) == (RED, 0.8, math.inf)
    done = pace(1.0, 1.0, COMMITTED, Moment(elapsed=1.0))
    assert (done.colour, done.landing, done.speed_up) == (GREEN, 1.0, 0.0)


@pytest.mark.parametrize(
    ("progress", "score", "kind", "seen"),
    [
        (1.0, None, COMMITTED, GREEN),
        (0.99, None, COMMITTED, YELLOW),
        (0.70, None, COMMITTED, YELLOW),
        (0.69, None, COMMITTED, RED),
        (1.25, None, COMMITTED, GREEN),
        (-0.25, None, ASPIRATIONAL, RED),
        (0.70, None, ASPIRATIONAL, GREEN),
        (0.40, None, ASPIRATIONAL, YELLOW),
        (0.20, 0.8, ASPIRATIONAL, GREEN),
        (1.00, 0.3, ASPIRATIONAL, RED),
    ],
)
def test_after_the_end_the_score_decides(progress: float, score: float | None, kind: Kind, seen: Colour) -> None:
    found = pace(progress, 1.0, kind, Moment(elapsed=1.0, ended=True, score=score))
    assert (found.colour, found.rule) == (seen, Rule.SCORE)


@pytest.mark.parametrize(("progress", "expected"), [(None, 0.5), (0.5, None), (None, None)])
def test_without_progress_or_expectation_it_is_grey(progress: float | None, expected: float | None) -> None:
    found = pace(progress, expected, COMMITTED, Moment(elapsed=0.5))
    assert (found.colour, found.rule, found.landing) == (GREY, Rule.NO_PROGRESS, None)


def test_success_is_all_for_committed_and_most_for_the_others() -> None:
    assert [success(kind) for kind in Kind] == [1.0, 0.7, 0.7]


# --- hold types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met", "behind", "seen", "rule"),
    [
        (True, False, GREEN, Rule.HOLD_MET),
        (False, True, YELLOW, Rule.HOLD_WARNING),
        (False, False, RED, Rule.HOLD_BROKEN),
        (None, False, GREY, Rule.NO_PROGRESS),
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("policy", [Policy(), PRESETS["viva"]])
def test_a_hold_type_is_green_while_met(
    met: bool | None, behind: bool, seen: Colour, rule: Rule, kind: Kind, policy: Policy
) -> None:
    found = pace_of_hold(met, 0.5, kind, Moment(elapsed=0.5), behind=behind, policy=policy)
    assert (found.colour, found.rule, found.landing, found.speed_up) == (seen, rule, None, None)


def test_a_hold_type_is_grey_in_the_first_days_and_scored_after_the_end() -> None:
    assert pace_of_hold(False, 0.05, COMMITTED, Moment(elapsed=0.05)).colour is GREY
    over = Moment(elapsed=1.0, ended=True)
    assert pace_of_hold(True, 1.0, COMMITTED, over).colour is GREEN
    assert pace_of_hold(False, 1.0, COMMITTED, over, behind=True).colour is RED
    assert pace_of_hold(None, 1.0, COMMITTED, over).colour is GREY


# --- presets -----------------------------------------------------------------------------------------------

OF_OTHERS = [
    # e, p, Viva, UpRaise, Cascade, Mooncamp, Oboard: the table of the products' own words, as colours
    (0.10, 0.05, YELLOW, RED, RED, RED, YELLOW),
    (0.25, 0.18, YELLOW, RED, RED, YELLOW, GREEN),
    (0.40, 0.30, YELLOW, RED, RED, YELLOW, GREEN),
    (0.60, 0.40, YELLOW, RED, RED, RED, YELLOW),
    (0.95, 0.80, YELLOW, YELLOW, RED, YELLOW, GREEN),
]


@pytest.mark.parametrize(("expected", "progress", "viva", "upraise", "cascade", "mooncamp", "oboard"), OF_OTHERS)
def test_the_presets_disagree_as_the_products_do(
    expected: float, progress: float, viva: Colour, upraise: Colour, cascade: Colour, mooncamp: Colour, oboard: Colour
) -> None:
    names = ("viva", "upraise", "cascade", "mooncamp", "oboard")
    found = [preset_colour(PRESETS[name], progress, expected) for name in names]
    assert found == [viva, upraise, cascade, mooncamp, oboard]


@pytest.mark.parametrize(
    ("name", "ratio", "seen"),
    [
        ("upraise", 0.95, GREEN),
        ("upraise", 0.76, YELLOW),
        ("upraise", 0.75, RED),
        ("cascade", 0.95, GREEN),
        ("cascade", 0.85, YELLOW),
        ("cascade", 0.84, RED),
        ("mooncamp", 0.90, GREEN),
        ("mooncamp", 0.70, YELLOW),
        ("mooncamp", 0.69, RED),
        ("oboard", 0.70, GREEN),
        ("oboard", 0.40, YELLOW),
        ("oboard", 0.39, RED),
        ("servicenow", 0.90, GREEN),
        ("servicenow", 0.75, YELLOW),
        ("servicenow", 0.74, RED),
    ],
)
def test_a_ratio_preset_is_a_band_of_progress_by_expected(name: str, ratio: float, seen: Colour) -> None:
    assert preset_colour(PRESETS[name], ratio * 0.8, 0.8) is seen


@pytest.mark.parametrize(("gap", "seen"), [(-0.1, GREEN), (0.0, GREEN), (0.01, YELLOW), (0.25, YELLOW), (0.26, RED)])
def test_viva_compares_the_gap_in_points(gap: float, seen: Colour) -> None:
    assert preset_colour(PRESETS["viva"], 0.6 - gap, 0.6) is seen


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_has_its_source_and_judges_the_first_day(name: str) -> None:
    preset = PRESETS[name]
    assert preset.source.startswith(preset.title.split()[0])
    assert preset_colour(preset, 0.0, 0.0) is GREEN
    assert preset_colour(preset, -0.5, 0.0) is RED
    before = pace(0.0, 0.0, COMMITTED, Moment(elapsed=0.0, started=False), policy=preset)
    assert (before.colour, before.rule) == (GREY, Rule.NOT_STARTED)
    found = pace(0.5, 0.5, COMMITTED, Moment(elapsed=0.5), policy=preset)
    assert (found.colour, found.rule, found.policy) == (GREEN, Rule.PRESET, preset)


def test_there_are_six_presets() -> None:
    assert sorted(PRESETS) == ["cascade", "mooncamp", "oboard", "servicenow", "upraise", "viva"]


# --- the moment and the worst ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 9, 30), Moment(0.0, started=False, check_in_due=False)),
        (date(2026, 10, 7), Moment(6 / 91, check_in_due=False)),
        (date(2026, 10, 8), Moment(7 / 91)),
        (date(2026, 12, 31), Moment(1.0)),
        (date(2027, 1, 1), Moment(1.0, ended=True)),
    ],
)
def test_a_day_is_a_moment_of_its_period(day: date, moment: Moment) -> None:
    assert moment_of(Period(date(2026, 10, 1), date(2026, 12, 31)), day) == moment


@pytest.mark.parametrize(
    ("colours", "seen"),
    [
        ([], GREY),
        ([GREY, GREY], GREY),
        ([GREY, GREEN], GREEN),
        ([GREEN, YELLOW, GREY], YELLOW),
        ([GREEN, RED, YELLOW], RED),
    ],
)
def test_the_worst_colour_wins_and_grey_only_alone(colours: list[Colour], seen: Colour) -> None:
    assert worst(colours) is seen


# --- what holds for every number ---------------------------------------------------------------------------

shares = st.floats(0, 1)
progresses = st.floats(-2, 2)
BADNESS = {GREEN: 0, YELLOW: 1, GREY: 1, RED: 2}


@given(
    progresses, progresses, shares, st.sampled_from(Kind), st.booleans(), st.sampled_from([Policy(), *PRESETS.values()])
)
def test_more_progress_is_never_a_worse_colour(
    one: float, other: float, expected: float, kind: Kind, ended: bool, policy: Policy
) -> None:
    less, more = sorted((one, other))
    moment = Moment(elapsed=max(expected, 0.1), ended=ended)
    worse, better = (pace(p, expected, kind, moment, policy=policy).colour for p in (less, more))
    assert BADNESS[better] <= BADNESS[worse]


@given(progresses, shares, shares, st.sampled_from(Kind))
def test_more_expected_is_never_a_better_colour_past_the_guards(
    progress: float, one: float, other: float, kind: Kind
) -> None:
    less, more = sorted((one, other))
    moment = Moment(elapsed=0.5)
    if less <= 0:
        return
    better, worse = (pace(progress, e, kind, moment).colour for e in (less, more))
    assert BADNESS[better] <= BADNESS[worse]


@given(progresses, shares, st.sampled_from(Kind), shares)
def test_a_pace_is_never_nan(progress: float, expected: float, kind: Kind, elapsed: float) -> None:
    found = pace(progress, expected, kind, Moment(elapsed=elapsed))
    assert found.landing is None or not math.isnan(found.landing)
    assert found.speed_up is None or found.speed_up >= 0


@given(progresses, shares)
def test_committed_is_never_greener_than_aspirational(progress: float, expected: float) -> None:
    strict, kind = colour(progress, max(expected, 0.1), COMMITTED), colour(progress, max(expected, 0.1), ASPIRATIONAL)
    assert BADNESS[kind] <= BADNESS[strict]
