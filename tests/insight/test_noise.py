"""Signal and noise: every kind fires on what it is for, keeps silent otherwise, and seldom errs."""

from collections.abc import Callable
from datetime import date, timedelta
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactline.base.explanation import PLAIN
from impactline.insight.noise import Examined, Kind, examine
from impactline.insight.noise.entries import gaps, wrong_scale
from impactline.insight.noise.signals import READINGS_MAX
from impactline.insight.noise.telling import usual_words
from impactline.insight.noise.turns import limit, turn
from impactline.insight.noise.variation import expected, is_stationary, scores

START = date(2026, 1, 5)
SWING = (50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51)


def weekly(*values: float) -> list[tuple[date, float]]:
    return [(START + timedelta(days=7 * week), float(value)) for week, value in enumerate(values)]


def seen(*values: float) -> Examined:
    course = weekly(*values)
    return examine(course, course[-1][0], 7)


def kinds(found: Examined) -> set[Kind]:
    return {signal.kind for signal in found.signals}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((*SWING, 60), Kind.OUTSIDE),
        ((*SWING, 53, 53, 54, 53, 54, 53), Kind.SHIFT),
        ((1, 2.1, 2.9, 4.2, 5, 6.1, 6.8, 6, 5.1, 4.2, 3.1), Kind.TURN),
        ((1, 2, 4, 5, 7, 8, 8, 8, 8, 8), Kind.STALL),
        ((50, 52, 49, 51, 500, 50, 48), Kind.SCALE),
        ((50, 52, 49, 51, 50, 0.51, 48), Kind.SCALE),
    ],
)
def test_each_kind_is_seen(values: tuple[float, ...], kind: Kind) -> None:
    assert kind in kinds(seen(*values))


@pytest.mark.parametrize(
    "values",
    [
        (),
        (5,),
        (5, 5, 5, 5, 5, 5, 5, 5),
        SWING,
        (1, 2, 3.2, 3.9, 5, 6.1, 7, 8.2, 8.9),
        (0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
        (3, 3, 3, 7),
    ],
)
def test_nothing_is_seen_where_nothing_is(values: tuple[float, ...]) -> None:
    course = weekly(*values)
    assert examine(course, START + timedelta(days=7 * max(len(values) - 1, 0)), 7).signals == ()


def test_a_move_within_the_usual_variation_is_said_to_be() -> None:
    found = seen(*SWING, 51).usual
    assert found is not None
    assert (found.within, found.of_moves) == (True, False)
    assert found.low < 48
    assert found.high > 52
    outside = seen(*SWING, 60).usual
    assert outside is not None
    assert not outside.within
    walking = seen(1, 2.1, 2.9, 4.2, 5, 6.1, 7).usual
    assert walking is not None
    assert (walking.within, walking.of_moves) == (True, True)
    assert seen(1, 2, 3).usual is None


def test_of_moves_it_is_said_where_usual_ones_end() -> None:
    walk = seen(10, 12, 15, 17, 18, 21, 23, 26)
    assert walk.usual is not None
    assert walk.usual.of_moves
    words = usual_words(walk, "days", PLAIN)
    assert words.startswith("The last move is within the usual variation: a usual one would end between ")
    assert words.endswith(" days.")
    swing = seen(20, 21, 19, 20, 21, 19, 20, 21)
    assert usual_words(swing, "%", PLAIN).startswith("The last reading is within the usual variation (")
    still = seen(20, 20, 20, 20, 20, 20)
    assert usual_words(still, "", PLAIN).startswith("It has moved always alike, or not at all")


def test_a_run_of_nine_on_one_side_is_seen() -> None:
    values = [50 + 2 * (-1) ** week for week in range(20)]
    course = weekly(*values, *([50.9, 51.6] * 5))
    assert Kind.RUN in kinds(examine(course, course[-1][0], 7))


def test_a_gap_is_told_with_its_ends() -> None:
    course = [*weekly(1, 2, 3, 4, 5), (START + timedelta(days=70), 6.0)]
    (gap,) = gaps(course, START + timedelta(days=72), 7)
    assert (gap.since, gap.until, gap.usual) == (START + timedelta(days=28), START + timedelta(days=70), 7)
    assert len(gaps(course, START + timedelta(days=100), 7)) == 2
    assert gaps([], START, 7) == []


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        ((20, 19, 180, 18, 17, 18), [18]),
        ((20, 19, 1800, 18, 17, 18), [18]),
        ((20, 19, 0.18, 18, 17, 18), [18]),
        ((21, 20, 18_000_000, 18, 17, 18), [18]),
        ((20, 19, 180_000, 18, 17, 18), []),
        ((20, 19, 18_000_000_000, 18, 17, 18), [18]),
        ((20, 19, 999_999_999_999, 18, 17, 18), [pytest.approx(10)]),
        ((20, 19, 0.000000018, 18, 17, 18), [18]),
        ((20, 19, 60, 18, 17, 18), []),
        ((1, 10, 100, 20, 2, 30), []),
        ((-20, -19, -180, -18, -17, -18), [-18]),
        ((20, 19, 0, 18, 17, 18), []),
    ],
)
def test_an_entry_of_another_scale_is_named_with_what_was_meant(values: tuple[float, ...], meant: list[float]) -> None:
    assert [entry.meant for entry in wrong_scale(weekly(*values))] == pytest.approx(meant)


def test_most_of_the_way_in_the_last_tenth_is_a_hockey_stick() -> None:
    due = START + timedelta(days=91)

    def at_the_end(*values: float) -> set[Kind]:
        return kinds(examine(weekly(*values), due, 7, target=100.0, starts_on=START, due_on=due))

    steady = [round(100 * week / 13 + (week % 2), 1) for week in range(14)]
    assert Kind.HOCKEY_STICK in at_the_end(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9, 60, 95)
    assert Kind.HOCKEY_STICK not in at_the_end(*steady)


def test_what_never_varied_or_is_too_short_has_no_limits() -> None:
    assert expected([1.0, 2.0]) is None
    assert expected([3.0, 3.0, 3.0]) is None
    assert scores([1.0, 2.0]) == [None, None]


def test_swinging_about_a_level_and_wandering_are_told_apart() -> None:
    chance = np.random.default_rng(3)
    level = sum(is_stationary(list(chance.normal(size=20))) for _ in range(200))
    walk = sum(is_stationary(list(np.cumsum(chance.normal(size=20)))) for _ in range(200))
    assert level > 180
    assert walk < 20


def _autocorrelated(chance: np.random.Generator) -> np.ndarray:
    values = [0.0]
    for _ in range(25):
        values.append(0.5 * values[-1] + float(chance.normal()))
    return np.array(values)


def test_a_pace_that_goes_back_is_told_with_the_day_it_turned_on() -> None:
    course = weekly(1, 2.1, 2.9, 4.2, 5, 6.1, 6.8, 6, 5.1, 4.2, 3.1)
    (found,) = [signal for signal in examine(course, course[-1][0], 7).signals if signal.kind is Kind.TURN]
    assert (found.since, found.upwards) == (course[6][0], False)
    assert found.day == course[9][0]
    assert turn([1, 2, 1, 2, 1, 2, 1])[0] == 0
    assert turn([1, 2, 1, -2, -1])[0] == turn([0.0] * 9)[0] == 0
    assert turn([1, 1, 1, 1, -1, -1, -1])[1] == 4


def test_a_turn_is_told_by_how_much_likelier_the_moves_are_once_turned_back() -> None:
    moves = np.array([1, 1.2, 0.7, 1.1, -0.8, -1.3, -0.9])
    scaled = moves / 1.3

    def likelihood(values: np.ndarray) -> float:
        apart = np.abs(np.subtract.outer(np.arange(7), np.arange(7)))
        found = 0.0
        for memory, common in ((0.0, 4), (0.5, 2), (0.9, 1)):
            for pace in (0, 1, 2, 4):
                known = (memory**apart + pace**2) / (1 + pace**2)
                squares = values @ np.linalg.solve(known, values) + 0.001
                found += common * np.linalg.det(known) ** -0.5 * squares**-3.5
        return found

    back = [1.75, 2.0, 2.25]
    turned = [
        likelihood(scaled + share * scaled[:place].mean() * (np.arange(7) >= place))
        for place in (3, 4)
        for share in back
    ]
    score, place = turn(moves.tolist())
    assert score == pytest.approx(np.log(np.mean(turned) / likelihood(scaled)))
    assert place == 4


def test_moves_that_go_on_for_a_while_seldom_count_as_a_turn() -> None:
    chance = np.random.default_rng(8)
    told = 0
    for _ in range(500):
        moves = [float(chance.normal())]
        while len(moves) < 13:
            moves.append(0.8 * moves[-1] + float(chance.normal()))
        told += turn(moves)[0] > limit(13)
    assert told <= 25  # of 500


def test_a_turn_of_a_noisy_walk_is_mostly_found_within_six_readings() -> None:
    chance = np.random.default_rng(20261005)
    found = 0
    for _ in range(100):
        course = weekly(*np.cumsum(np.repeat([1.0, -1.0], [7, 6]) + 0.6 * chance.normal(size=13)))
        told = examine(course, course[-1][0], 7).signals
        found += any(signal.kind is Kind.TURN and not signal.upwards for signal in told)
    assert found >= 60


@pytest.mark.parametrize(
    "series",
    [
        lambda chance: 100 + chance.normal(size=26),
        lambda chance: np.cumsum(chance.normal(size=26)),
        lambda chance: np.cumsum(1 + chance.normal(size=26)),
    ],
    ids=["level", "walk", "walk with a drift"],
)
def test_at_most_one_check_in_of_a_hundred_raises_a_false_alarm(
    series: Callable[[np.random.Generator], np.ndarray],
) -> None:
    assert _alarms(series, np.random.default_rng(20261003)) <= 0.012


def test_of_what_lingers_half_as_long_two_of_a_hundred_do() -> None:
    assert _alarms(_autocorrelated, np.random.default_rng(20261003)) <= 0.02


def _alarms(series: Callable[[np.random.Generator], np.ndarray], chance: np.random.Generator) -> float:
    """The share of check-ins, from the fourth on, at which something is told."""
    alarms = judged = 0
    for _ in range(60):
        course = weekly(*series(chance))
        for count in range(4, 27, 2):
            last = course[count - 1][0]
            alarms += any(signal.day == last for signal in examine(course[:count], last, 7).signals)
            judged += 1
    return alarms / judged


def test_a_shift_by_three_spreads_is_mostly_found_within_six_readings() -> None:
    chance = np.random.default_rng(20261004)
    found = 0
    for _ in range(60):
        course = weekly(*chance.normal(size=14), *(3 + chance.normal(size=6)))
        told = examine(course, course[-1][0], 7).signals
        found += any(signal.day > course[13][0] and signal.upwards for signal in told)
    assert found / 60 >= 0.5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from([0.0, 5.0, -1e6, 1e6, 5e-7]) | st.floats(-1e12, 1e12)),
        max_size=60,
    )
)
def test_whatever_was_read_every_figure_of_a_signal_is_a_number(rows: list[tuple[int, float]]) -> None:
    course = sorted({START + timedelta(days=at): value for at, value in rows}.items())
    found = examine(
        course, START + timedelta(days=400), 7, target=5.0, starts_on=START, due_on=START + timedelta(days=400)
    )
    figures = [figure for signal in found.signals for figure in (signal.amount, signal.usual) if figure is not None]
    limits = [] if found.usual is None else [found.usual.low, found.usual.high]
    assert all(isfinite(figure) for figure in (*figures, *limits))


def test_of_readings_of_every_day_for_years_the_latest_are_looked_at() -> None:
    chance = np.random.default_rng(5)
    course = [(START + timedelta(days=at), float(value)) for at, value in enumerate(chance.normal(0, 1, 10_000))]
    found = examine(course, course[-1][0], 1)
    assert found.count == READINGS_MAX
    assert all(signal.since >= course[-READINGS_MAX][0] for signal in found.signals)
