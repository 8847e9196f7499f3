"""Roll-up of one objective: shares, drivers, clamping, what is left out, what is worst."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs.bands import Colour
from impactline.okrs.measure import Driver
from impactline.okrs.rollup import Origin, Own, Part, WeightsDoNotSum, drives, roll_up, shares
from impactline.okrs.status import Status


def parts(*progress: float | None) -> list[Part]:
    return [Part(number, amount) for number, amount in enumerate(progress)]


# --- shares ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fixed", "weights"),
    [
        ([], []),
        ([None], [1.0]),
        ([None, None], [0.5, 0.5]),
        ([50.0, None, None], [0.5, 0.25, 0.25]),
        ([50.0, None, None, None], [0.5, 1 / 6, 1 / 6, 1 / 6]),
        ([100.0], [1.0]),
        ([60.0, 40.0], [0.6, 0.4]),
        ([100.0, None], [1.0, 0.0]),
        ([0.0, None], [0.0, 1.0]),
        ([33.33, 33.33, 33.34], [0.3333, 0.3333, 0.3334]),
        ([33.33, 33.33, 33.33], [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_fixed_shares_keep_and_the_others_share_the_rest_equally(
    fixed: list[float | None], weights: list[float]
) -> None:
    assert shares(fixed) == pytest.approx(weights)


@pytest.mark.parametrize(
    ("fixed", "total"),
    [
        ([60.0, 50.0], "110 %"),
        ([60.0, 50.0, None], "110 %"),
        ([60.0, 30.0], "90 %"),
        ([99.9], "99.9 %"),
        ([0.0], "0 %"),
        ([-1.0, None], "-1 %"),
        ([101.0, None], "101 %"),
        ([math.nan, None], "nan %"),
        ([math.inf], "inf %"),
    ],
)
def test_shares_that_cannot_make_up_a_whole_are_refused_with_a_remedy(fixed: list[float | None], total: str) -> None:
    with pytest.raises(WeightsDoNotSum) as refused:
        shares(fixed)
    assert total in refused.value.message
    assert refused.value.remedy
    assert (refused.value.field, refused.value.code) == ("weight", "weights_do_not_sum")


@pytest.mark.parametrize(
    ("fixed", "remedy"),
    [
        ([60.0, 50.0], "Take away 10 %, or let some share equally."),
        ([60.0, 30.0], "Add 10 %, or let at least one share the rest."),
    ],
)
def test_the_remedy_says_how_much_is_missing_or_too_much(fixed: list[float | None], remedy: str) -> None:
    with pytest.raises(WeightsDoNotSum) as refused:
        shares(fixed)
    assert refused.value.remedy == remedy


@given(st.lists(st.none() | st.floats(0, 12), min_size=1, max_size=8).filter(lambda fixed: None in fixed))
def test_weights_sum_to_one(fixed: list[float | None]) -> None:
    weights = shares(fixed)
    assert math.fsum(weights) == pytest.approx(1)
    assert all(weight >= 0 for weight in weights)
    for share, weight in zip(fixed, weights, strict=True):
        assert share is None or weight == pytest.approx(share / 100)


# --- means -------------------------------------------------------------------------------------------------


def test_an_objective_is_the_mean_of_its_key_results() -> None:
    assert roll_up(parts(0.2, 0.6, 1.0)).progress == pytest.approx(0.6)


def test_each_part_enters_clamped_and_its_raw_progress_is_kept() -> None:
    rolled = roll_up(parts(1.25, -0.25, 0.5))
    assert rolled.progress == 0.5
    assert [(part.raw, part.counted) for part in rolled.parts] == [(1.25, 1.0), (-0.25, 0.0), (0.5, 0.5)]


def test_an_overshoot_does_not_make_up_for_another_part() -> None:
    assert roll_up(parts(3.0, 0.0)).progress == 0.5


def test_a_real_zero_counts() -> None:
    rolled = roll_up(parts(0.0, 1.0))
    assert rolled.progress == 0.5
    assert [part.counted for part in rolled.parts] == [0.0, 1.0]


def test_a_part_without_progress_is_left_out_and_its_weight_goes_to_the_rest_in_proportion() -> None:
    rolled = roll_up([Part("a", 1.0, fixed=60.0), Part("b", 0.0, fixed=20.0), Part("c", None, fixed=20.0)])
    assert rolled.progress == pytest.approx(0.75)
    assert [part.weight for part in rolled.parts] == pytest.approx([0.75, 0.25, 0.0])
    assert rolled.parts[2].counted is None


@pytest.mark.parametrize("none", [[], parts(None), parts(None, None)])
def test_an_objective_of_which_no_part_counts_has_no_progress(none: list[Part]) -> None:
    rolled = roll_up(none)
    assert (rolled.progress, rolled.expected, rolled.colour, rolled.status) == (None, None, Colour.GREY, None)


def test_zero_total_weight_is_no_progress() -> None:
    assert roll_up([Part("a", 0.5, fixed=0.0)]).progress is None
    assert roll_up([Part("a", None, fixed=100.0), Part("b", 0.5)]).progress is None


def test_a_part_of_weight_zero_does_not_count() -> None:
    rolled = roll_up([Part("a", 0.5, fixed=100.0), Part("b", 0.9, colour=Colour.RED, fixed=0.0)])
    assert (rolled.progress, rolled.colour, rolled.parts[1].counted) == (0.5, Colour.GREY, None)


def test_stored_shares_that_do_not_sum_are_scaled_when_shown() -> None:
    assert roll_up([Part("a", 1.0, fixed=30.0), Part("b", 0.0, fixed=30.0)]).progress == 0.5
    assert roll_up([Part("a", 1.0, fixed=90.0), Part("b", 0.0, fixed=90.0), Part("c", 0.0)]).progress == 0.5


def test_expected_progress_is_the_mean_with_the_weights_of_progress() -> None:
    rolled = roll_up([Part("a", 0.5, 0.4, fixed=75.0), Part("b", 0.1, 0.8), Part("c", None, 1.0, fixed=0.0)])
    assert rolled.expected == pytest.approx(0.75 * 0.4 + 0.25 * 0.8)


def test_an_expectation_of_zero_is_an_expectation() -> None:
    assert roll_up([Part("a", 0.5, 0.4), Part("b", 0.5, 0.0)]).expected == 0.2


def test_a_part_without_expectation_does_not_lower_the_expected() -> None:
    assert roll_up([Part("a", 0.5, 0.4), Part("b", 0.5, None)]).expected == 0.4


def test_the_worst_of_the_parts_that_count_is_shown() -> None:
    rolled = roll_up(
        [
            Part("a", 0.9, colour=Colour.GREEN, status=Status.ON_TRACK),
            Part("b", 0.1, colour=Colour.YELLOW, status=None),
            Part("c", None, colour=Colour.RED, status=Status.OFF_TRACK),
            Part("d", 0.5, colour=Colour.GREY, status=Status.AT_RISK),
        ]
    )
    assert (rolled.colour, rolled.status) == (Colour.YELLOW, Status.AT_RISK)


# --- drivers -----------------------------------------------------------------------------------------------

MIXED = [
    Part("kr", 0.27),
    Part("first", 0.18, origin=Origin.OBJECTIVE),
    Part("second", 0.73, origin=Origin.OBJECTIVE),
    Part("drawn", 1.0, origin=Origin.OBJECTIVE, contributes=False),
]


@pytest.mark.parametrize(
    ("driver", "progress", "counting"),
    [
        (Driver.KEY_RESULTS, 0.27, ["kr"]),
        (Driver.OBJECTIVES, (0.18 + 0.73) / 2, ["first", "second"]),
        (Driver.BOTH, (0.27 + 0.18 + 0.73) / 3, ["kr", "first", "second"]),
        (Driver.NONE, None, []),
        (Driver.METRIC, None, []),
    ],
)
def test_the_driver_says_which_parts_count(driver: Driver, progress: float | None, counting: list[str]) -> None:
    rolled = roll_up(MIXED, driver)
    assert rolled.progress == (None if progress is None else pytest.approx(progress))
    assert [part.key for part in rolled.parts if part.counted is not None] == counting
    assert [part.key for part in rolled.parts] == ["kr", "first", "second", "drawn"]
    assert [part.key for part in MIXED if drives(part, driver)] == counting


def test_the_worked_mean_of_all_three_is_39_percent() -> None:
    assert roll_up(MIXED, Driver.BOTH).progress == pytest.approx(0.39, abs=0.005)


def test_its_own_metric_drives_with_its_own_expectation() -> None:
    own = Own(0.4, 0.5, Colour.YELLOW, Status.AT_RISK)
    rolled = roll_up(MIXED, Driver.METRIC, own=own)
    assert (rolled.progress, rolled.expected, rolled.colour, rolled.status, rolled.computed) == (
        0.4, 0.5, Colour.YELLOW, Status.AT_RISK, 0.4,
    )  # fmt: skip


def test_its_own_metric_is_ignored_by_other_drivers() -> None:
    assert roll_up(parts(0.2), Driver.KEY_RESULTS, own=Own(0.9)).progress == 0.2


def test_an_override_stands_and_the_computed_value_stays_visible() -> None:
    rolled = roll_up(parts(0.2, 0.4), override=Own(0.9, 0.5, Colour.GREEN))
    assert (rolled.progress, rolled.expected, rolled.colour, rolled.overridden) == (0.9, 0.5, Colour.GREEN, True)
    assert rolled.computed == pytest.approx(0.3)
    assert roll_up(parts(0.2, 0.4)).overridden is False


# --- what holds for every number ---------------------------------------------------------------------------

any_parts = st.lists(
    st.builds(
        Part,
        key=st.integers(),
        progress=st.none() | st.floats(-3, 3),
        expected=st.none() | st.floats(0, 1),
        fixed=st.none() | st.floats(0, 100),
        colour=st.sampled_from(Colour),
        origin=st.sampled_from(Origin),
        contributes=st.booleans(),
    ),
    max_size=5,
)


@given(any_parts, st.sampled_from(Driver))
def test_a_roll_up_stays_between_its_lowest_and_highest_part(some: list[Part], driver: Driver) -> None:
    rolled = roll_up(some, driver)
    counted = [part.counted for part in rolled.parts if part.counted is not None]
    assert (rolled.progress is None) is (not counted)
    if rolled.progress is not None:
        assert min(counted) - 1e-9 <= rolled.progress <= max(counted) + 1e-9
        assert math.fsum(part.weight for part in rolled.parts) == pytest.approx(1)
        assert rolled.progress == pytest.approx(
            math.fsum(part.weight * part.counted for part in rolled.parts if part.counted is not None)
        )


@given(any_parts, st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(some: list[Part], chance: object) -> None:
    mixed = list(some)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = roll_up(some, Driver.BOTH), roll_up(mixed, Driver.BOTH)
    assert one.progress == (None if other.progress is None else pytest.approx(other.progress))
    assert one.colour is other.colour


@given(any_parts, st.integers(0, 4), st.floats(0, 1))
def test_more_progress_of_a_part_never_lowers_the_objective(some: list[Part], number: int, more: float) -> None:
    if number >= len(some) or some[number].progress is None:
        return
    part = some[number]
    raised = [*some]
    raised[number] = Part(
        part.key, (part.progress or 0.0) + more, part.expected, part.fixed, part.colour, part.status, part.origin,
        part.contributes,
    )  # fmt: skip
    before, after = roll_up(some, Driver.BOTH).progress, roll_up(raised, Driver.BOTH).progress
    assert before is None or (after is not None and after >= before - 1e-9)
