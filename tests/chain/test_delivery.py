"""Delivery, effect and quadrant, worked out by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.completion import Window, Work
from impactline.chain.delivery import (
    Behind,
    Change,
    Figure,
    Quadrant,
    Why,
    delivery,
    effect,
    of_priority,
    verdict,
)
from impactline.chain.levels import Level

QUARTER = Window(date(2026, 10, 1), date(2026, 12, 31))
NOVEMBER = date(2026, 11, 1)
E = 31 / 91  # expected by 1 November, linear: 0.3407


def activity(key: str, progress: float, **known) -> Work:
    return Work(key, Level.ACTIVITY, key, progress=progress, **known)


def output(key: str, delivered: int, planned: int, **known) -> Work:
    return Work(key, Level.OUTPUT, key, planned=planned, delivered=delivered, **known)


def figure(value: float | None, expected: float | None) -> Figure:
    return Figure(value, expected, (), NOVEMBER)


LINE, CALLS = activity("line", 0.5), output("calls", 120, 400)


def test_delivery_is_the_mean_of_what_is_behind_a_key_result():
    # activity .5, output 120 ÷ 400 = .3: (.5 + .3) ÷ 2 = .4
    found = delivery([Behind("days", "Median wait", (LINE, CALLS))], NOVEMBER, QUARTER)
    assert found.value == pytest.approx(0.4)
    assert found.expected == pytest.approx(E)
    assert [(share.key, share.weight, share.value) for share in found.shares] == [
        ("line", 0.5, 0.5),
        ("calls", 0.5, pytest.approx(0.3)),
    ]


def test_each_key_result_enters_delivery_with_its_weight():
    # days, 75 %: (.5 + .3) ÷ 2 = .4;  trust, 25 %: 1.0;  .75 × .4 + .25 × 1 = .55
    parts = [
        Behind("days", "Median wait", (LINE, CALLS), weight=75),
        Behind("trust", "Trust", (activity("survey", 0, state="done"),), weight=25),
    ]
    assert delivery(parts, NOVEMBER, QUARTER).value == pytest.approx(0.55)


def test_what_stands_behind_several_key_results_counts_for_each():
    # days ½: line ¼ + calls ¼;  trust ½: line ½ → line ¾ × .5 + calls ¼ × .3 = .45
    found = delivery([Behind("days", "d", (LINE, CALLS)), Behind("trust", "t", (LINE,))], NOVEMBER, QUARTER)
    assert found.value == pytest.approx(0.45)
    assert [(share.key, share.weight) for share in found.shares] == [("line", 0.75), ("calls", 0.25)]


def test_a_key_result_with_nothing_behind_is_left_out_and_named():
    parts = [Behind("days", "Median wait", (LINE,), weight=10), Behind("cost", "Cost", (), weight=90)]
    found = delivery(parts, NOVEMBER, QUARTER)
    assert found.value == pytest.approx(0.5)
    assert found.left_out == ("Cost",)


def test_what_was_dropped_neither_helps_nor_harms():
    gone = activity("gone", 0.0, state="dropped")
    found = delivery([Behind("days", "d", (LINE, gone)), Behind("x", "x", (gone,))], NOVEMBER, QUARTER)
    assert found.value == pytest.approx(0.5)
    assert found.left_out == ("x",)


def test_without_work_there_is_no_delivery_which_is_not_zero():
    assert delivery([], NOVEMBER, QUARTER).value is None
    assert delivery([Behind("days", "d", ())], NOVEMBER, QUARTER).expected is None


def test_work_with_days_of_its_own_is_expected_by_them():
    # due on 11 October: expected 1; the other .3407; mean .6703
    early = activity("early", 0.4, due_on=date(2026, 10, 11))
    found = delivery([Behind("days", "d", (LINE, early))], NOVEMBER, QUARTER)
    assert found.expected == pytest.approx((E + 1) / 2)
    assert found.value == pytest.approx(0.45)


def test_effect_is_the_weighted_progress_of_outcomes_each_limited():
    # .5 × .2143 + .25 × 1 (from 1.4) + .25 × 0 (from −.5) = .3571
    parts = [
        Change("days", "Median wait", 3 / 14, E, weight=2),
        Change("trust", "Trust", 1.4, E),
        Change("pain", "Pain", -0.5, E),
    ]
    found = effect(parts, NOVEMBER)
    assert found.value == pytest.approx(0.5 * 3 / 14 + 0.25)
    assert found.expected == pytest.approx(E)
    assert [share.raw for share in found.shares] == [3 / 14, 1.4, -0.5]


def test_an_outcome_without_progress_is_left_out_of_effect():
    found = effect([Change("days", "d", 0.2, E), Change("open", "Open", None)], NOVEMBER)
    assert (found.value, found.left_out) == (pytest.approx(0.2), ("Open",))
    assert effect([Change("open", "Open", None)], NOVEMBER).value is None


def test_what_says_nothing_of_when_it_should_move_does_not_enter_what_is_expected():
    found = effect([Change("a", "a", 0.2, 0.4), Change("b", "b", 0.6, None)], NOVEMBER)
    assert (found.value, found.expected) == (pytest.approx(0.4), pytest.approx(0.4))


@pytest.mark.parametrize(
    ("delivered", "moved", "quadrant"),
    [
        # 0.7 of what was expected: .7 × .5 = .35
        ((0.35, 0.5), (0.35, 0.5), Quadrant.DELIVERED_MOVED),
        ((0.35, 0.5), (0.34, 0.5), Quadrant.DELIVERED_NOT_MOVED),
        ((0.34, 0.5), (0.34, 0.5), Quadrant.NOT_DELIVERED_NOT_MOVED),
        ((0.34, 0.5), (0.35, 0.5), Quadrant.NOT_DELIVERED_MOVED),
        # of the contract's example: .2 ÷ .341 = .587, .214 ÷ .341 = .628
        ((0.2, 0.341), (0.214, 0.341), Quadrant.NOT_DELIVERED_NOT_MOVED),
        ((1.0, 1.0), (0.0, 1.0), Quadrant.DELIVERED_NOT_MOVED),
        ((0.1, 0.0), (0.1, 0.0), Quadrant.DELIVERED_MOVED),
    ],
)
def test_the_quadrant_compares_with_what_was_expected_by_now(delivered, moved, quadrant: Quadrant):
    found = verdict(figure(*delivered), figure(*moved))
    assert (found.quadrant, found.why) == (quadrant, Why.JUDGED)


@pytest.mark.parametrize(
    ("delivered", "moved", "why"),
    [
        ((None, None), (0.5, 0.5), Why.NO_DELIVERY),
        ((0.5, 0.5), (None, None), Why.NO_EFFECT),
        ((0.0, 0.0), (0.0, 0.0), Why.NOTHING_EXPECTED),
        ((0.5, 0.5), (0.0, 0.0), Why.NOTHING_EXPECTED),
        ((0.5, 0.5), (0.5, None), Why.NOTHING_EXPECTED),
    ],
)
def test_without_both_figures_there_is_no_quadrant(delivered, moved, why: Why):
    found = verdict(figure(*delivered), figure(*moved))
    assert (found.quadrant, found.why) == (None, why)


def test_the_example_of_the_explanation_comes_out_as_it_says():
    # delivery (.5 + .3) ÷ 2 = .4, effect 3 ÷ 14 = .214, expected 31 ÷ 91 = .341, of which .7 is .238
    done = delivery([Behind("days", "Median wait", (LINE, CALLS))], NOVEMBER, QUARTER)
    moved = effect([Change("days", "Median wait", 3 / 14, E)], NOVEMBER)
    assert verdict(done, moved).quadrant is Quadrant.DELIVERED_NOT_MOVED


def test_before_the_lag_has_passed_it_is_too_early_to_speak_of_a_failure():
    changes = [Change("days", "d", 0.0, E, moves_from=date(2026, 11, 8))]
    found = verdict(figure(1.0, E), effect(changes, NOVEMBER), changes)
    assert (found.quadrant, found.why, found.until) == (None, Why.WITHIN_LAG, date(2026, 11, 8))


def test_once_the_lag_has_passed_it_is_a_failure_of_the_theory():
    changes = [Change("days", "d", 0.0, E, moves_from=NOVEMBER), Change("x", "x", 0.0, E, moves_from=date(2027, 1, 1))]
    found = verdict(figure(1.0, E), effect(changes, NOVEMBER), changes)
    assert found.quadrant is Quadrant.DELIVERED_NOT_MOVED
    assert found.quadrant.meaning == "theory failure"


def test_an_effect_that_names_no_lag_is_judged_at_once():
    changes = [Change("days", "d", 0.0, E), Change("x", "x", 0.0, E, moves_from=date(2027, 1, 1))]
    assert verdict(figure(1.0, E), effect(changes, NOVEMBER), changes).quadrant is Quadrant.DELIVERED_NOT_MOVED


def test_how_much_of_what_was_expected_is_enough_can_be_set():
    assert verdict(figure(0.4, 0.5), figure(0.4, 0.5), threshold=0.9).quadrant is Quadrant.NOT_DELIVERED_NOT_MOVED


def test_a_priority_has_the_mean_of_its_objectives():
    found = of_priority([("A", figure(0.4, 0.5)), ("B", figure(0.8, 0.7)), ("C", figure(None, None))], NOVEMBER)
    assert (found.value, found.expected, found.left_out) == (pytest.approx(0.6), pytest.approx(0.6), ("C",))
    assert of_priority([], NOVEMBER).value is None


works = st.builds(
    lambda key, progress, state: Work(key, Level.ACTIVITY, str(key), state=state, progress=progress),
    st.integers(0, 5),
    st.floats(-1, 2),
    st.sampled_from(["active", "done", "dropped"]),
)
parts = st.lists(
    st.builds(
        lambda work, weight: Behind("k", "k", tuple({one.key: one for one in work}.values()), weight),
        st.lists(works, max_size=4),
        st.floats(0.1, 100),
    ),
    max_size=4,
)


@given(parts)
def test_delivery_lies_between_0_and_1_and_its_weights_sum_to_1(behind: list[Behind]):
    found = delivery(behind, NOVEMBER, QUARTER)
    if found.value is None:
        assert found.shares == ()
    else:
        assert -1e-9 <= found.value <= 1 + 1e-9
        assert sum(share.weight for share in found.shares) == pytest.approx(1)
