"""The forecast with what is delivered and has not had its effect yet: towards it, bounded, and never twice."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.expectation import Move
from impactline.insight.forecast import Outlook, forecast
from impactline.insight.forecast.chained import Coming, counted
from impactline.insight.forecast.forecasting import asking
from impactline.insight.forecast.telling import Words, reasons
from impactline.insight.forecast.together import together
from impactline.okrs.measure import Kind, Measure, Reading, Type, Values
from impactline.okrs.period import Period

QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
WAIT = Measure(Type.METRIC, Decimal(21), Decimal(7), unit="days")
STILL = [Decimal(value) for value in ("20.8", "21.1", "20.9", "21", "20.8", "21")]
FALLING = [Decimal(21) - week for week in range(1, 7)]


def coming(likely: float, deviation: float = 0.0, on: date = QUARTER.starts_on) -> Coming:
    """A move that comes about on a day."""

    def move(day: date, since: date) -> Move:
        return Move(likely, likely, deviation**2) if since < on <= day or on == QUARTER.starts_on else Move()

    return move


def readings(values: list[Decimal]) -> list[Reading]:
    return [Reading(QUARTER.starts_on + timedelta(days=7 * at), value) for at, value in enumerate(values, 1)]


def told(values: list[Decimal], expects: Coming | None, measure: Measure = WAIT, **more: Any) -> Outlook:
    known = readings(values)
    found = forecast(measure, Kind.COMMITTED, known, QUARTER, date(2026, 11, 16), coming=expects, **more)
    assert isinstance(found, Outlook)
    return found


@pytest.mark.parametrize(
    ("readings", "spread", "chain", "deviation", "way", "share"),
    [
        (0, 2, -2, 0, -14, 0.5),  # certain of the chain: one half, not more
        (0, 2, -2, 2, -14, 0.5),  # equally sure
        (0, 2, -2, 4, -14, 0.2),  # 4 ÷ (4 + 16)
        (0, 2, -2, 200, -14, 0.0),  # a wide band hardly moves it
        (-1, 2, -2, 2, -14, 0.25),  # half of it is in the readings
        (-2, 2, -2, 2, -14, 0.0),  # all of it is
        (-9, 2, -2, 2, -14, 0.0),
        (+5, 2, -2, 2, -14, 0.5),  # the readings go the other way: never more than the chain expects
        (0, 2, +2, 2, -14, 0.5),  # away from the target
        (0, 2, -1400, 2, -14, 0.005),  # at most half of the way
        (0, 0, -2, 2, -14, 0.0),
        (0, 0, -2, 0, -14, 0.5),
        (0, 2, -2, 2, 0, 0.0),
    ],
)
def test_the_share_that_counts(
    readings: float, spread: float, chain: float, deviation: float, way: float, share: float
) -> None:
    assert counted(readings, spread, Move(chain, chain, deviation**2), way) == pytest.approx(share, abs=1e-3)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0.01, 1e6), st.floats(0, 1e6), st.floats(-1e6, 1e6))
def test_it_never_exceeds_half_of_what_the_chain_expects_or_half_of_the_way(
    readings: float, spread: float, chain: float, deviation: float, way: float
) -> None:
    share = counted(readings, spread, Move(chain, chain, deviation**2), way)
    assert 0 <= share <= 0.5
    assert share * chain <= abs(way) / 2 + 1e-6


def test_without_anything_to_come_no_figure_differs() -> None:
    assert told(STILL, None) == told(STILL, coming(0.0))
    assert told(STILL, None).chain is None


def test_what_is_to_come_moves_the_middle_and_the_chance_and_widens_the_interval() -> None:
    before, after = told(STILL, None), told(STILL, coming(-4.0, 2.0))
    assert after.chain is not None
    assert after.chain.expects == -4.0
    assert 0 < after.chain.counted <= 0.5
    assert after.middle == pytest.approx(before.middle + after.chain.moves)
    assert after.most.high - after.most.low > before.most.high - before.most.low
    assert (after.reach or 0) > (before.reach or 0)
    assert after.speed == before.speed


def test_against_the_target_the_chance_falls() -> None:
    before, after = told(FALLING, None), told(FALLING, coming(4.0, 1.0))
    assert after.middle > before.middle
    assert (after.reach or 0) < (before.reach or 0)


def test_what_readings_show_already_is_not_counted_twice() -> None:
    before, after = told(FALLING, None), told(FALLING, coming(-2.0, 1.0))
    assert after.chain is not None
    assert after.chain.counted == 0
    assert replace(after, chain=None) == before
    assert after.chain.is_read
    assert reasons(after, "days", Words())[0].endswith("that adds nothing: the readings move by as much already.")


def test_what_is_very_unsure_adds_nothing_and_says_so() -> None:
    before, after = told(STILL, None), told(STILL, coming(-2.0, 1000.0))
    assert after.middle == pytest.approx(before.middle, abs=0.01)
    assert "too little is known of it" in reasons(after, "days", Words())[0]


def test_the_fan_bends_when_the_lag_is_over() -> None:
    over = date(2026, 12, 10)
    before, after = told(STILL, None), told(STILL, coming(-4.0, 1.0, over))
    for plain, moved in zip(before.fan, after.fan, strict=True):
        assert (moved.middle < plain.middle) == (moved.day >= over)
    assert after.fan[-1].middle == after.middle


def test_it_stays_within_what_is_possible() -> None:
    share = Measure(Type.METRIC, Decimal(80), Decimal(100), unit="%")
    after = told([Decimal(96), Decimal(97), Decimal(98)], coming(15.0, 1.0), share)
    assert after.middle <= after.most.high <= 100


@pytest.mark.parametrize(
    "measure",
    [
        Measure(Type.METRIC, Decimal(0), Decimal(100), values=Values.PER_PERIOD),
        Measure(Type.AT_MOST, target=Decimal(22)),
        Measure(Type.RANGE, low=Decimal(5), high=Decimal(22)),
        Measure(Type.RUBRIC, levels=("none", "some", "all")),
        Measure(Type.BINARY),
    ],
)
def test_of_other_types_the_chain_is_no_part(measure: Measure) -> None:
    values = [Decimal(1), Decimal(1), Decimal(1)]
    assert told(values, coming(-4.0, 1.0), measure) == told(values, None, measure)


def test_without_a_reading_what_is_to_come_counts_from_the_start() -> None:
    slow, quick = told([], coming(-1.0, 1.0)), told([], coming(-14.0, 1.0))
    assert slow.chain is not None
    assert slow.chain.counted == 0  # similar ones moved by more
    assert quick.middle < slow.middle


def test_it_says_how_much_the_chain_counts() -> None:
    after = told(STILL, coming(-2.1, 0.5))
    said = reasons(after, "days", Words())
    assert said[0].startswith("The chain expects another −2.1 days from what is delivered; counted with ")


def test_made_at_once_they_are_as_if_made_alone() -> None:
    day, expects = date(2026, 11, 16), coming(-4.0, 2.0)

    def asked(with_chain: Coming | None) -> Any:
        return asking(WAIT, Kind.COMMITTED, readings(STILL), QUARTER, day, coming=with_chain)

    plain, moved, read = together([asked(None), asked(expects), asked(coming(-0.001, 2.0))])
    assert isinstance(plain, Outlook)
    assert plain.chain is None
    assert isinstance(moved, Outlook)
    assert isinstance(read, Outlook)
    alone, way = told(STILL, expects, drawn=False), 1e-4 * 14
    assert moved.reach == pytest.approx(alone.reach, abs=1e-4)
    assert moved.enough == pytest.approx(alone.enough, abs=1e-4)
    assert (moved.middle, *_ends(moved)) == pytest.approx((alone.middle, *_ends(alone)), abs=way)
    assert moved.chain is not None
    assert alone.chain is not None
    assert moved.chain.moves == pytest.approx(alone.chain.moves, abs=way)
    assert (moved.speed, moved.caveats, moved.count) == (alone.speed, alone.caveats, alone.count)


def _ends(outlook: Outlook) -> tuple[float, float, float, float]:
    return outlook.half.low, outlook.half.high, outlook.most.low, outlook.most.high
