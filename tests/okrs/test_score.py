"""The score: banded before it is rounded, worded, and told when it asks a question."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs.bands import Colour
from impactline.okrs.measure import Kind, Measure, Reading, Type
from impactline.okrs.period import Period
from impactline.okrs.score import (
    Scores,
    Verdict,
    colour,
    is_not_ambitious,
    is_sweet_spot,
    rounded,
    scores,
    suggested,
    verdict,
    wants_post_mortem,
)

COMMITTED, ASPIRATIONAL, LEARNING = Kind.COMMITTED, Kind.ASPIRATIONAL, Kind.LEARNING
QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("raw", "score"), [(None, None), (-0.25, 0.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (1.25, 1.0)]
)
def test_a_score_is_suggested_from_progress_and_clamped(raw: float | None, score: float | None) -> None:
    assert suggested(raw) == score


@pytest.mark.parametrize(
    ("kind", "score", "seen", "word"),
    [
        (COMMITTED, 1.0, Colour.GREEN, Verdict.ACHIEVED),
        (COMMITTED, 0.999, Colour.YELLOW, Verdict.PARTIAL),
        (COMMITTED, 0.95, Colour.YELLOW, Verdict.PARTIAL),
        (COMMITTED, 0.7, Colour.YELLOW, Verdict.PARTIAL),
        (COMMITTED, 0.6999, Colour.RED, Verdict.MISSED),
        (ASPIRATIONAL, 1.0, Colour.GREEN, Verdict.ACHIEVED),
        (ASPIRATIONAL, 0.7, Colour.GREEN, Verdict.ACHIEVED),
        (ASPIRATIONAL, 0.6999, Colour.YELLOW, Verdict.PARTIAL),
        (ASPIRATIONAL, 0.65, Colour.YELLOW, Verdict.PARTIAL),
        (ASPIRATIONAL, 0.4, Colour.YELLOW, Verdict.PARTIAL),
        (ASPIRATIONAL, 0.3999, Colour.RED, Verdict.MISSED),
        (ASPIRATIONAL, 0.35, Colour.RED, Verdict.MISSED),
        (ASPIRATIONAL, 0.0, Colour.RED, Verdict.MISSED),
        (LEARNING, 0.7, Colour.GREEN, Verdict.ACHIEVED),
        (LEARNING, 0.4, Colour.YELLOW, Verdict.PARTIAL),
        (LEARNING, 0.3999, Colour.RED, Verdict.MISSED),
    ],
)
def test_a_score_has_a_band_and_a_word(kind: Kind, score: float, seen: Colour, word: Verdict) -> None:
    assert colour(score, kind) is seen
    assert verdict(score, kind) is word


def test_a_score_is_banded_before_it_is_rounded() -> None:
    assert rounded(0.65) == D("0.7")
    assert colour(0.65, ASPIRATIONAL) is Colour.YELLOW


@pytest.mark.parametrize(
    ("score", "shown"), [(0.35, "0.4"), (0.25, "0.3"), (0.05, "0.1"), (0.049, "0.0"), (1.0, "1.0")]
)
def test_halves_are_rounded_up(score: float, shown: str) -> None:
    assert str(rounded(score)) == shown


@pytest.mark.parametrize("score", [-0.1, 1.1])
def test_a_score_outside_its_scale_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        colour(score, COMMITTED)


def test_what_was_dropped_is_dropped_whatever_its_score() -> None:
    assert verdict(1.0, COMMITTED, dropped=True) is Verdict.DROPPED
    assert verdict(None, COMMITTED, dropped=True) is Verdict.DROPPED
    assert verdict(None, COMMITTED) is None


@pytest.mark.parametrize(
    ("score", "kind", "wanted"),
    [
        (0.99, COMMITTED, True),
        (1.0, COMMITTED, False),
        (1.0 - 1e-15, COMMITTED, False),
        (None, COMMITTED, False),
        (0.1, ASPIRATIONAL, False),
        (0.1, LEARNING, False),
    ],
)
def test_a_committed_one_under_one_wants_a_post_mortem(score: float | None, kind: Kind, wanted: bool) -> None:
    assert wants_post_mortem(score, kind) is wanted


@pytest.mark.parametrize(("score", "sweet"), [(0.59, False), (0.6, True), (0.65, True), (0.7, True), (0.71, False)])
def test_the_sweet_spot_is_0_6_to_0_7(score: float, sweet: bool) -> None:
    assert is_sweet_spot(score, ASPIRATIONAL) is sweet
    assert not is_sweet_spot(score, COMMITTED)


@pytest.mark.parametrize(
    ("history", "kind", "easy"),
    [
        ([1.0, 1.0, 1.0], ASPIRATIONAL, True),
        ([0.2, 1.0, 1.0, 1.0], ASPIRATIONAL, True),
        ([1.0, 0.9, 0.95], ASPIRATIONAL, True),
        ([1.0, 1.0], ASPIRATIONAL, False),
        ([1.0, 1.0, 0.7], ASPIRATIONAL, False),
        ([1.0, 1.0, 1.0], COMMITTED, False),
        ([], ASPIRATIONAL, False),
    ],
)
def test_a_steady_one_is_told_as_not_ambitious(history: list[float], kind: Kind, easy: bool) -> None:
    assert is_not_ambitious(history, kind) is easy


def test_a_revised_key_result_has_two_scores() -> None:
    original = Measure(Type.METRIC, baseline=D(21), target=D(7))
    revised = Measure(Type.METRIC, baseline=D(21), target=D(14))
    readings = [Reading(date(2026, 12, 30), D(14))]
    assert scores(original, revised, iter(readings), QUARTER.due_on, QUARTER) == Scores(0.5, 1.0)
    assert scores(original, None, readings, QUARTER.due_on, QUARTER) == Scores(0.5, None)


@given(st.floats(-3, 3), st.floats(-3, 3), st.sampled_from(Kind))
def test_more_progress_is_never_a_lower_score_or_a_worse_word(one: float, other: float, kind: Kind) -> None:
    less, more = sorted((one, other))
    low, high = suggested(less), suggested(more)
    assert low is not None
    assert high is not None
    assert low <= high
    order = [Verdict.MISSED, Verdict.PARTIAL, Verdict.ACHIEVED]
    words = [verdict(score, kind) for score in (low, high)]
    assert order.index(words[0]) <= order.index(words[1])  # type: ignore[arg-type]
