"""The observed course of a metric beside its expected path; worked out by hand."""

from datetime import date, timedelta

import pytest

from impactline.chain.course import Course, Lack, course, said
from impactline.chain.expectation import Claim, Expectation, Quantity
from impactline.chain.prediction import Came

OCT_1, OCT_31, NOV_14, NOV_20 = date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 14), date(2026, 11, 20)
# 10 calls a day for 30 days; 400 calls move the wait by −6 days, two weeks later, with confidence .6
CALLS = Quantity(((OCT_1, 0.0), (OCT_31, 300.0)))
FASTER = Claim("calls", "sooner", "wait", change=-6, per=400, lag_days=14, confidence=0.6)
KNOWN = Expectation([FASTER], {"calls": CALLS})
FIRST = (date(2026, 9, 30), 21.0)


def of(*readings: tuple[date, float], as_of: date = NOV_20, known: Expectation = KNOWN) -> Course:
    return course(known, "sooner", "wait", readings, as_of)


def test_the_path_sets_out_from_the_last_reading_before_anything_could_show() -> None:
    # 1 call on 2 October shows from 16 October on
    found = of((date(2026, 9, 1), 24.0), FIRST, (date(2026, 10, 20), 20.0))

    assert (found.shows_from, found.since, found.base) == (date(2026, 10, 16), FIRST[0], 21.0)
    assert found.points[0][0] == FIRST[0]
    assert NOV_20 in [day for day, _ in found.points]


def test_the_path_comes_to_what_all_links_together_should_have_moved() -> None:
    # 300 calls × −6 ÷ 400 × .6 = −2.7, since 14 November
    found = of(FIRST)

    assert found.now.likely == pytest.approx(-2.7)
    assert dict(found.points)[NOV_20].likely == pytest.approx(-2.7)
    assert [claim.source for claim, _ in found.parts] == ["calls"]


def test_the_path_goes_on_until_all_that_was_delivered_should_have_shown() -> None:
    found = of(FIRST, as_of=OCT_31)

    assert found.points[-1][0] == NOV_14
    assert len(found.points) <= 62


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (18.0, Came.AS_EXPECTED),  # −3, in the band −4.5 … 0
        (16.0, Came.MORE),
        (21.0, Came.NOT_AT_ALL),
        (22.0, Came.OPPOSITE),
    ],
)
def test_the_last_reading_is_compared_with_the_path_on_its_day(value: float, came: Came) -> None:
    found = of(FIRST, (NOV_14, value))

    assert found.came is came
    assert found.by_then.likely == pytest.approx(-2.7)


def test_less_than_the_band_is_less() -> None:
    sure = Expectation([Claim("calls", "sooner", "wait", -6, 400, 14, 1.0)], {"calls": CALLS})

    assert of(FIRST, (NOV_14, 20.0), known=sure).came is Came.LESS


def test_before_anything_could_show_nothing_is_compared() -> None:
    found = of(FIRST, (date(2026, 10, 10), 20.0), as_of=date(2026, 10, 12))

    assert found.came is None
    assert said(found, "the wait", "days").endswith("What was delivered can be seen from 2026-10-16 on.")


def test_what_showed_before_the_first_reading_is_expected_no_more() -> None:
    found = of((NOV_14, 19.0), (NOV_20, 18.0))

    assert found.came is Came.NOTHING_EXPECTED
    assert "nothing more is expected" in said(found, "the wait", "days")


@pytest.mark.parametrize(
    ("known", "readings", "linked", "lack"),
    [
        (Expectation([], {}), (FIRST,), False, Lack.LINKS),
        (Expectation([], {}), (FIRST,), True, Lack.EFFECT),
        (Expectation([FASTER], {"calls": Quantity(((OCT_1, 0.0),))}), (FIRST,), True, Lack.DELIVERED),
        (KNOWN, (), True, Lack.READING),
    ],
)
def test_what_is_missing_for_a_path_is_said(
    known: Expectation, readings: tuple[tuple[date, float], ...], linked: bool, lack: Lack
) -> None:
    found = course(known, "sooner", "wait", readings, NOV_20, is_linked=linked)

    assert found.lack is lack
    assert "the wait" in said(found, "the wait", "days")


def test_it_is_told_in_words_of_expectation_never_of_cause() -> None:
    words = said(of(FIRST, (NOV_14, 18.0)), "the wait", "days")

    assert words == (
        "It was read at 21 days on 2026-09-30. By 2026-11-14, by what was delivered, it should have come to 18.3 days "
        "(16.5 … 21 days); it was read at 18 days (−3). That is within the band: it agrees with what was expected, and "
        "proves nothing yet."
    )
    assert "not read since" in said(of(FIRST), "the wait", "days")


def test_readings_after_the_day_do_not_count() -> None:
    assert of(FIRST, (NOV_14, 18.0), as_of=NOV_14 - timedelta(days=1)).came is None
