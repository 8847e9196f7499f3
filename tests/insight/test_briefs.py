"""Many forecasts at once are those made one by one, whatever was read."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from impactline.insight.forecast import History, Outlook, forecast
from impactline.insight.forecast.briefs import Brief, Columns, Line, brief_of, briefs, columns_of
from impactline.insight.forecast.forecasting import asking
from impactline.insight.forecast.together import together
from impactline.okrs.measure import Kind, Measure, Reading, Type, Values
from impactline.okrs.period import Period

TODAY = date(2026, 11, 20)
HISTORY = History(mean=0.5, count=4)
NUMBERS = st.integers(-50, 150) | st.sampled_from([1_000_000, 0])
READ = st.tuples(st.integers(-120, 60), NUMBERS)


@st.composite
def lines(draw: Any) -> Line:
    """A key result with what was read of it: days before the start, several on one day, after today."""
    starts_on = date(2026, 10, 1) + timedelta(days=draw(st.integers(0, 40)))
    baseline, target = draw(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]))
    readings = sorted(draw(st.lists(READ, max_size=draw(st.sampled_from([0, 3, 12])))), key=lambda row: row[0])
    return Line(
        Decimal(baseline),
        Decimal(target),
        draw(st.sampled_from(["", "%"])),
        draw(st.sampled_from(list(Kind))),
        Period(starts_on, starts_on + timedelta(days=draw(st.integers(55, 200))), draw(st.sampled_from([7, 14]))),
        [(starts_on + timedelta(days=day), value) for day, value in readings],
    )


def alone(line: Line) -> Brief:
    """The forecast of one."""
    measure = Measure(Type.METRIC, line.baseline, line.target, unit=line.unit)
    readings = [Reading(day, Decimal(value)) for day, value in line.readings]
    found = forecast(measure, line.kind, readings, line.period, TODAY, history=HISTORY)
    assert isinstance(found, Outlook)
    return brief_of(found)


def same(one: Brief, other: Brief, way: float) -> None:
    for name in Brief.__slots__:
        mine, theirs = getattr(one, name), getattr(other, name)
        if isinstance(theirs, float):
            room = (
                2e-3 * max(abs(way), abs(other.most_high - other.most_low)) if name not in ("reach", "enough") else 1e-4
            )
            assert mine == pytest.approx(theirs, abs=room), (name, one, other)
        else:
            assert mine == theirs, (name, one, other)


A_DAY_APART = Line(  # of which some say that it may be anywhere: components of very different scales
    Decimal(0),
    Decimal(1),
    "",
    Kind.COMMITTED,
    Period(date(2026, 10, 1), date(2027, 1, 10), 7),
    [(date(2026, 6, 22), 1), (date(2026, 6, 23), 0)],
)


@settings(max_examples=60, deadline=None)
@example([A_DAY_APART])
@given(st.lists(lines(), min_size=1, max_size=12))
def test_many_at_once_are_as_one_by_one(found: Sequence[Line]) -> None:
    columns: Columns = columns_of(found)
    for line, brief in zip(found, briefs(columns, TODAY, HISTORY), strict=True):
        assert brief is not None
        same(brief, alone(line), float(line.target - line.baseline))


UNMOVED = [
    Line(
        Decimal(baseline),
        Decimal(target),
        unit,
        Kind.ASPIRATIONAL,
        Period(date(2026, 10, 1), date(2026, 12, 31), 7),
        read,
    )
    for baseline, target, unit in ((50, 60, ""), (60, 50, "%"), (0, -10, ""))
    for count in (1, 2, 4, 7)
    for read in [[(date(2026, 10, 1) + timedelta(days=7 * week), float(baseline)) for week in range(1, count + 1)]]
]
ODD = [
    Line(Decimal(0), Decimal(100), "", Kind.COMMITTED, Period(date(2026, 10, 1), date(2026, 12, 31), 7), read)
    for values in (
        (10, 13, 16, 19, 2_000, 25),
        (10, 11, 12, 13, 14, 140),
        (1_000, 11, 12, 13, 14, 15),
        (1, 10, 12, 11, 9),
    )
    for read in [[(date(2026, 10, 1) + timedelta(days=7 * at), float(value)) for at, value in enumerate(values, 1)]]
]


def test_what_never_moved_and_what_is_of_another_scale_is_as_one_by_one() -> None:
    for line, brief in zip(UNMOVED + ODD, briefs(columns_of(UNMOVED + ODD), TODAY, HISTORY), strict=True):
        assert brief is not None
        same(brief, alone(line), float(line.target - line.baseline))


def test_of_more_readings_than_a_forecast_takes_there_is_none() -> None:
    period = Period(date(2026, 10, 1), date(2026, 12, 31))
    read = [(date(2026, 10, 1) + timedelta(days=day), day) for day in range(1, 50)]
    line = Line(Decimal(0), Decimal(10), "", Kind.COMMITTED, period, read)
    assert briefs(columns_of([line]), TODAY, HISTORY) == [None]
    assert briefs(columns_of([]), TODAY, HISTORY) == []


def test_times_that_many_share_and_times_of_ones_own_give_the_same() -> None:
    period = Period(date(2026, 10, 1), date(2026, 12, 31))
    chance = np.random.default_rng(1)
    weekly = [(date(2026, 10, 1) + timedelta(days=7 * week), 0.0) for week in range(1, 7)]
    found = [
        Line(
            Decimal(0),
            Decimal(10),
            "",
            Kind.ASPIRATIONAL,
            period,
            [(day, float(value)) for (day, _), value in zip(weekly, chance.normal(4, 2, 6), strict=True)],
        )
        for _ in range(40)
    ]
    together = briefs(columns_of(found), TODAY, HISTORY)
    apart = [briefs(columns_of([line]), TODAY, HISTORY)[0] for line in found]
    for one, other in zip(together, apart, strict=True):
        assert one is not None
        assert other is not None
        same(one, other, 10.0)


MEASURES = (
    Measure(Type.AT_LEAST, target=Decimal(5)),
    Measure(Type.AT_MOST, target=Decimal(20), unit="%"),
    Measure(Type.RANGE, low=Decimal(3), high=Decimal(9)),
    Measure(Type.METRIC, Decimal(0), Decimal(100), values=Values.PER_PERIOD),
    Measure(Type.METRIC, Decimal(20), Decimal(7)),
    Measure(Type.RUBRIC, levels=("none", "some", "most", "all")),
    Measure(Type.CONTROL),
    Measure(Type.BINARY),
    Measure(Type.OPEN),
)


@settings(max_examples=40, deadline=None)
@example([(measure, [(week, value) for week in range(7, 50, 7)]) for measure in MEASURES for value in (0, 5, 20)])
@given(
    st.lists(
        st.tuples(st.sampled_from(MEASURES), st.lists(st.tuples(st.integers(-60, 49), st.integers(0, 30)), max_size=9)),
        max_size=12,
    )
)
def test_all_types_together_are_as_one_by_one(rows: list[tuple[Measure, list[tuple[int, int]]]]) -> None:
    period = Period(date(2026, 10, 1), date(2026, 12, 31))
    read = [
        [Reading(period.starts_on + timedelta(days=day), Decimal(value)) for day, value in sorted(readings)]
        for _, readings in rows
    ]
    questions = (
        asking(measure, Kind.ASPIRATIONAL, readings, period, TODAY, history=HISTORY)
        for (measure, _), readings in zip(rows, read, strict=True)
    )
    for told, (measure, _), readings in zip(together(questions), rows, read, strict=True):
        one = forecast(measure, Kind.ASPIRATIONAL, readings, period, TODAY, history=HISTORY, drawn=False)
        if isinstance(one, Outlook):
            assert isinstance(told, Outlook)
            same(brief_of(told), brief_of(one), 14)
        else:
            assert told is one


def test_a_sum_far_beyond_its_target_has_its_ends_in_order() -> None:
    period = Period(date(2026, 10, 1), date(2026, 12, 31))
    measure = Measure(Type.METRIC, Decimal(956), Decimal(497), values=Values.PER_PERIOD)
    values = ("485.98", "611.75", "738.43", "848.59")
    read = [
        Reading(period.starts_on + timedelta(days=4 + 7 * week), Decimal(value)) for week, value in enumerate(values)
    ]
    (told,) = together([asking(measure, Kind.COMMITTED, read, period, TODAY, history=HISTORY)])
    assert isinstance(told, Outlook)
    assert told.most.low < told.half.low < told.middle < told.half.high < told.most.high
    one = forecast(measure, Kind.COMMITTED, read, period, TODAY, history=HISTORY, drawn=False)
    assert isinstance(one, Outlook)
    same(brief_of(told), brief_of(one), 459)
