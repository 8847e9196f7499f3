"""The expected path of a metric, and what was predicted beside what was observed; worked out by hand."""

from datetime import date, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.completion import Window, Work
from impactline.chain.expectation import (
    Claim,
    Expectation,
    Move,
    Quantity,
    as_planned,
    delivered_so_far,
)
from impactline.chain.levels import Level
from impactline.chain.prediction import Came, Ended, compare

QUARTER = Window(date(2026, 10, 1), date(2026, 12, 31))
OCT_1, OCT_31, NOV_14, DEC_31 = date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 14), date(2026, 12, 31)
CALLS = Quantity(((OCT_1, 0.0), (OCT_31, 300.0)))  # 10 a day for 30 days
FASTER = Claim("calls", "sooner", "wait", change=-6, per=400, lag_days=14, confidence=0.6)


def expectation(*claims: Claim, **quantities: Quantity) -> Expectation:
    return Expectation(claims or (FASTER,), quantities or {"calls": CALLS})


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2026, 9, 1), 0.0),
        (OCT_1, 0.0),
        (date(2026, 10, 11), 100.0),
        (OCT_31, 300.0),
        (DEC_31, 300.0),
    ],
)
def test_quantities_grow_straight_from_point_to_point(day: date, amount: float):
    assert CALLS.on(day) == pytest.approx(amount)
    assert Quantity(()).on(day) == 0.0


@pytest.mark.parametrize(
    ("day", "claimed"),
    [
        (OCT_31 - timedelta(days=16), 0.0),  # 15 October: 14 days after 1 October
        (date(2026, 10, 25), -1.5),  # what there was on 11 October: 100 calls × −6 ÷ 400
        (NOV_14, -4.5),  # 300 × −6 ÷ 400
        (DEC_31, -4.5),
    ],
)
def test_what_was_delivered_moves_the_metric_after_its_lag(day: date, claimed: float):
    move = expectation().move("sooner", "wait", day)
    assert move.claimed == pytest.approx(claimed)
    assert move.likely == pytest.approx(0.6 * claimed)


def test_the_band_comes_from_the_confidence():
    move = expectation().move("sooner", "wait", NOV_14)
    # e = −4.5, c = .6: mean −2.7, variance .6 × .4 × 20.25 = 4.86, ± 1.2816 × 2.2045 = ± 2.8253; within none and all
    assert move.variance == pytest.approx(4.86)
    assert (move.low, move.high) == (pytest.approx(-4.5), pytest.approx(0.0))
    sure = expectation(Claim("calls", "sooner", "wait", -6, 400, 14, 1.0)).move("sooner", "wait", NOV_14)
    assert (sure.low, sure.likely, sure.high) == (pytest.approx(-4.5),) * 3


def test_several_claims_add_up_and_the_band_grows_slower_than_the_sum():
    claims = [Claim(f"o{at}", "sooner", "wait", -1, 1, 0, 0.5) for at in range(16)]
    done = Quantity(((OCT_1, 1.0),))
    move = Expectation(claims, {f"o{at}": done for at in range(16)}).move("sooner", "wait", OCT_1)
    # mean −8, variance 16 × .25 = 4: −8 ± 2.5632
    assert (move.likely, move.low, move.high) == (-8.0, pytest.approx(-10.5632), pytest.approx(-5.4368))


def test_an_outcome_hands_on_what_it_should_have_moved():
    # wait −2.7 on 14 November; then 7 days later 2 points of trust for each day less: × −2, c = .5
    trust = Claim("sooner", "trust", "rating", change=-2, per=1, lag_days=7, confidence=0.5)
    move = expectation(FASTER, trust).move("trust", "rating", NOV_14 + timedelta(days=7))
    assert move.claimed == pytest.approx(9.0)
    assert move.likely == pytest.approx(0.5 * 2 * 2.7)
    # e: mean 5.4, variance 4 × 4.86 = 19.44;  .5 × (19.44 + 29.16) − .25 × 29.16 = 17.01
    assert move.variance == pytest.approx(17.01)
    assert (move.least, move.most) == (0.0, pytest.approx(9.0))


def test_a_link_of_which_nobody_said_how_sure_it_is_counts_as_even_odds():
    move = expectation(Claim("calls", "sooner", "wait", -6, 400)).move("sooner", "wait", OCT_31)
    assert move.likely == pytest.approx(-2.25)


def test_what_had_its_effect_before_the_baseline_was_read_is_not_counted_again():
    # by 25 October 100 calls had their effect: of −4.5 there remain −3
    move = expectation().move("sooner", "wait", NOV_14, since=date(2026, 10, 25))
    assert move.claimed == pytest.approx(-3.0)
    assert move.variance == pytest.approx(0.24 * 9)


def test_other_metrics_and_other_outcomes_are_not_moved():
    assert expectation().move("sooner", "rating", DEC_31) == Move()
    assert expectation().move("pain", "wait", DEC_31) == Move()


def test_a_claim_from_an_outcome_of_two_metrics_must_say_of_which():
    second = Claim("calls", "sooner", "calls back", -1, 1)
    unclear = Claim("sooner", "trust", "rating", -2)
    clear = Claim("sooner", "trust", "rating", -2, of_metric="wait")
    assert expectation(FASTER, second, unclear).move("trust", "rating", DEC_31).claimed == 0
    assert expectation(FASTER, second, clear).move("trust", "rating", DEC_31).claimed == pytest.approx(9.0)


def test_the_path_has_a_move_for_each_day():
    days = [date(2026, 10, 25), NOV_14]
    path = expectation().path("sooner", "wait", days)
    assert [day for day, _ in path] == days
    assert [move.claimed for _, move in path] == [pytest.approx(-1.5), pytest.approx(-4.5)]


def test_from_when_and_by_when_something_should_be_seen():
    trust = Claim("sooner", "trust", "rating", -2, lag_days=7)
    chain = expectation(FASTER, trust)
    assert chain.moves_from("sooner") == date(2026, 10, 16)  # 2 October + 14 days
    assert chain.moves_from("trust") == date(2026, 10, 23)
    assert chain.moved_by("trust") == date(2026, 11, 21)  # 31 October + 14 + 7
    assert chain.moves_from("pain") is None
    assert expectation(FASTER, calls=Quantity(((OCT_1, 0.0),))).moves_from("sooner") is None


def test_a_long_row_of_outcomes_is_followed_for_fifty_links_only():
    claims = [Claim(at, at + 1, "m", 1.0, confidence=1.0) for at in range(5_000)]
    chain = Expectation(claims, {0: Quantity(((OCT_1, 1.0),))})
    assert chain.move(40, "m", OCT_1).likely == 1.0
    assert chain.move(5_000, "m", OCT_1) == Move()


# --- how much of an output there was ---


def output(**known) -> Work:
    return Work("calls", Level.OUTPUT, "Triaged calls", **known)


@pytest.mark.parametrize(
    ("work", "reports", "points"),
    [
        (output(planned=400, delivered=120), [], ((OCT_1, 0), (OCT_31, 120))),
        (
            output(planned=400, delivered=120),
            [(date(2026, 10, 11), 50), (DEC_31, 400)],
            ((OCT_1, 0), (date(2026, 10, 11), 50)),
        ),
        (output(delivered=120, state="done", ended_on=date(2026, 10, 21)), [], ((OCT_1, 0), (date(2026, 10, 21), 120))),
        (output(delivered=9, starts_on=date(2026, 10, 21)), [], ((date(2026, 10, 21), 0), (OCT_31, 9))),
        (output(), [], ((OCT_1, 0),)),
        (output(state="done", ended_on=date(2026, 10, 21)), [], ((date(2026, 10, 20), 0), (date(2026, 10, 21), 1))),
        (output(state="done", ended_on=DEC_31), [], ((OCT_1, 0),)),
    ],
)  # fmt: skip
def test_how_much_there_was_by_each_day(work: Work, reports: list, points: tuple):
    assert delivered_so_far(work, reports, OCT_31, QUARTER).points == points


def test_how_much_there_should_be_by_each_day():
    assert as_planned(output(planned=400), QUARTER).points == ((OCT_1, 0), (DEC_31, 400))
    assert as_planned(output(due_on=OCT_1), QUARTER).points == ((OCT_1, 0), (date(2026, 10, 2), 1))


# --- laws ---

claims = st.lists(
    st.builds(
        lambda at, further, change, confidence, lag: Claim(at, at + further, "m", change, 1, lag, confidence),
        st.integers(0, 4), st.integers(1, 3), st.floats(-5, 5), st.floats(0, 1), st.integers(0, 9),
    ),
    max_size=8,
)  # fmt: skip


@given(claims, st.integers(0, 60))
def test_the_likely_move_lies_in_its_band_and_the_band_within_what_is_possible(of: list[Claim], days: int):
    chain = Expectation(of, {0: CALLS})
    for outcome in range(1, 8):
        move = chain.move(outcome, "m", OCT_1 + timedelta(days=days))
        slack = 1e-6 * max(1.0, abs(move.claimed), sqrt(abs(move.variance)))
        assert move.least - slack <= move.low <= move.likely + slack
        assert move.likely - slack <= move.high <= move.most + slack
        assert move.variance >= -slack


# --- predicted and observed ---


def ended(to_value: float | None, *, from_value: float | None = 21.0, likely: Move | None = None) -> Ended:
    expected = likely or expectation().move("sooner", "wait", NOV_14)
    return Ended("Run a phone triage line", "the median wait", "days", "weak", expected, from_value, to_value, NOV_14)


NARROW = Move(likely=-4.0, claimed=-5.0, variance=0.64, least=-5.0, most=0.0)  # −4 ± 1.025: −5 … −2.975


@pytest.mark.parametrize(
    ("to_value", "came"),
    [
        (17.0, Came.AS_EXPECTED),
        (16.0, Came.AS_EXPECTED),
        (15.9, Came.MORE),
        (18.1, Came.LESS),
        (21.0, Came.NOT_AT_ALL),
        (22.0, Came.OPPOSITE),
        (None, Came.NOT_OBSERVED),
    ],
)
def test_what_was_observed_is_held_against_the_band(to_value: float | None, came: Came):
    assert compare(ended(to_value, likely=NARROW), DEC_31).came is came


def test_where_more_is_better_the_directions_are_turned():
    more = Move(likely=4.0, claimed=5.0, variance=0.64, least=0.0, most=5.0)
    assert compare(ended(25.0, likely=more), DEC_31).came is Came.AS_EXPECTED
    assert compare(ended(20.0, likely=more), DEC_31).came is Came.OPPOSITE
    assert compare(ended(22.0, likely=more), DEC_31).came is Came.LESS


def test_before_the_lag_has_passed_nothing_is_said():
    found = compare(ended(18.0), NOV_14 - timedelta(days=1))
    assert found.came is Came.TOO_EARLY
    assert found.explanation.formula.endswith("it can be seen from 2026-11-14 on.")


def test_without_a_stated_effect_there_is_nothing_to_compare():
    assert compare(ended(18.0, likely=Move()), DEC_31).came is Came.NOTHING_EXPECTED


def test_it_is_worded_as_contribution_with_evidence_never_as_proof():
    found = compare(ended(18.0), DEC_31)
    assert found.explanation.formula == (
        "“Run a phone triage line” was expected to contribute −2.7 days (−4.5 … 0 days) to the median wait; "
        "it moved by −3 days. This agrees with a contribution (evidence: weak)."
    )
    assert "no proof" in found.explanation.rule
    assert (found.expected, found.observed) == (pytest.approx(-2.7), -3.0)
    for to_value in (10.0, 17.0, 20.9, 21.0, 25.0, None):
        sentence = compare(ended(to_value), DEC_31).explanation.formula
        assert "caused" not in sentence
        assert "proves" not in sentence
