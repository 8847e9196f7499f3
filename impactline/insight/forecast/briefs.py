"""The forecast of a key result in one line of figures, as lists and rules read it; thousands of them at once.

Key results from a baseline to a target by their latest value are worked out in columns, all others one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from impactline.insight.forecast.kernels import STEPS
from impactline.insight.forecast.many import Ends, Many, ends
from impactline.insight.forecast.outlook import History, Outlook
from impactline.insight.forecast.points import POINTS_MAX, WEEK, on_one_scale
from impactline.insight.forecast.unmoved import unmoved, wider
from impactline.insight.forecast.wandering import SHARES, of_history
from impactline.insight.methods import Method
from impactline.insight.noise.entries import LEAST, LEAST_FACTOR, STEADY
from impactline.insight.student import Array
from impactline.metrics.measure import is_percentage
from impactline.okrs.bands import TOLERANCE
from impactline.okrs.measure import Kind
from impactline.okrs.period import Period
from impactline.okrs.score import GRADES

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Brief:
    """A forecast without its fan and its words; see `Outlook`. `beyond_best`: more is needed than was ever seen."""

    method: Method
    due_on: date
    reach: float | None
    enough: float | None
    middle: float
    half_low: float
    half_high: float
    most_low: float
    most_high: float
    count: int
    beyond_best: bool


def brief_of(outlook: Outlook) -> Brief:
    """The figures of a forecast."""
    return Brief(
        method=outlook.method,
        due_on=outlook.due_on,
        reach=outlook.reach,
        enough=outlook.enough,
        middle=outlook.middle,
        half_low=outlook.half.low,
        half_high=outlook.half.high,
        most_low=outlook.most.low,
        most_high=outlook.most.high,
        count=outlook.count,
        beyond_best=outlook.speed.beyond_best,
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Key results from a baseline to a target by their latest value, a row each; days are counted from year 1.

    `enough_at` is the progress that counts as success, `most` the highest possible value (infinite where none is).
    `row`, `day` and `value` are their readings in order of row, day and entry.
    """

    baseline: Array
    target: Array
    starts_on: Whole
    due_on: Whole
    every_days: Whole
    enough_at: Array
    most: Array
    row: Whole
    day: Whole
    value: Array


class Line(NamedTuple):
    """One such key result with its readings in order of day and entry."""

    baseline: Decimal
    target: Decimal
    unit: str
    kind: Kind
    period: Period
    readings: Sequence[tuple[date, float]]


def columns_of(lines: Sequence[Line]) -> Columns:
    """Key results in columns."""
    read = [(row, day.toordinal(), value) for row, line in enumerate(lines) for day, value in line.readings]
    return Columns(
        baseline=np.array([line.baseline for line in lines], dtype=float),
        target=np.array([line.target for line in lines], dtype=float),
        starts_on=np.array([line.period.starts_on.toordinal() for line in lines], dtype=np.int64),
        due_on=np.array([line.period.due_on.toordinal() for line in lines], dtype=np.int64),
        every_days=np.array([line.period.every_days for line in lines], dtype=np.int64),
        enough_at=np.array([GRADES[line.kind].green for line in lines], dtype=float),
        most=np.array([100.0 if is_percentage(line.unit) else np.inf for line in lines], dtype=float),
        row=np.array([row for row, _, _ in read], dtype=np.int64),
        day=np.array([day for _, day, _ in read], dtype=np.int64),
        value=np.array([value for _, _, value in read], dtype=float),
    )


def briefs(columns: Columns, today: date, history: History) -> list[Brief | None]:
    """What each row will come to, by what was read up to and including today; no due date may have come.

    None where there are more readings than a forecast takes: such rows are forecast one by one.
    """
    seen = _seen(columns, today.toordinal())
    found: list[Brief | None] = [None] * len(columns.baseline)
    for count in np.unique(seen.count[seen.count <= POINTS_MAX]):
        rows = np.flatnonzero(seen.count == count)
        told = _untold(columns, seen, rows, history) if count == 0 else _told(columns, seen, rows, int(count), history)
        for at, brief in zip(rows.tolist(), told, strict=True):
            found[at] = brief
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of each row the known point, where its readings after it begin and how many there are; and the bounds."""

    known_on: Whole
    known: Array
    first: Whole
    count: Whole
    day: Whole
    value: Array
    low: Array
    high: Array
    today: int


def _seen(columns: Columns, today: int) -> _Seen:
    """The readings as `one_a_day` and `from_baseline` take them."""
    size = len(columns.baseline)
    row, day, value = _last_of_each_day(columns, today)
    least, most = np.minimum(columns.baseline, columns.target), np.maximum(columns.baseline, columns.target)
    np.minimum.at(least, row, value)
    np.maximum.at(most, row, value)
    span = np.maximum(columns.due_on - columns.starts_on, 1)
    recent = day >= (columns.starts_on - span)[row]
    row, day, value = row[recent], day[recent], value[recent]
    known_on, known = columns.starts_on.copy(), columns.baseline.copy()
    heads = np.flatnonzero(np.diff(row, prepend=-1))
    early = heads[day[heads] <= columns.starts_on[row[heads]]]
    known_on[row[early]], known[row[early]] = day[early], value[early]
    after = day > known_on[row]
    count = np.bincount(row[after], minlength=size)
    high = np.where(most <= columns.most, columns.most, np.inf)
    first = np.cumsum(count) - count
    low = np.where(least >= 0, 0.0, -np.inf)
    return _Seen(known_on, known, first, count, day[after], value[after], low, high, today)


def _last_of_each_day(columns: Columns, today: int) -> tuple[Whole, Whole, Array]:
    known = columns.day <= today
    row, day, value = columns.row[known], columns.day[known], columns.value[known]
    last = np.append((np.diff(row) != 0) | (np.diff(day) != 0), True)[: len(row)]
    return row[last], day[last], value[last]


def _told(columns: Columns, seen: _Seen, rows: Whole, count: int, history: History) -> Iterator[Brief]:
    """Of rows with so many readings."""
    place = seen.first[rows][:, None] + np.arange(count)
    day, value = seen.day[place], seen.value[place]
    known, known_on = seen.known[rows], seen.known_on[rows]
    start, unit = columns.baseline[rows], columns.target[rows] - columns.baseline[rows]
    step = np.maximum(columns.due_on[rows] - columns.starts_on[rows], 1) / STEPS
    asked = Many(
        times=(day - known_on[:, None]) / step[:, None],
        values=(value - known[:, None]) / unit[:, None],
        due=(columns.due_on[rows] - known_on) / step,
        aim=np.full(len(rows), history.mean),
        marks=(start[:, None] + unit[:, None] * _marks(columns, rows) - known[:, None]) / unit[:, None],
    )
    found = ends(asked)
    _doubt(found, np.flatnonzero((value == known[:, None]).all(axis=1)), asked, history)
    beyond = _beyond_best(columns, seen, rows, np.column_stack([known_on, day]), np.column_stack([known, value]))
    found = replace(found, below=1 - history.own.told_all(np.clip(1 - found.below, 0.0, 1.0)))
    return _rows(columns, seen, rows, found, beyond, count)


def _doubt(found: Ends, rows: Whole, asked: Many, history: History) -> None:
    """Make what is said of rows that have not moved at all as wide as `Doubt` does."""
    if not len(rows):
        return
    seen = asked.times[rows, -1]
    may = unmoved(seen, asked.due[rows] - seen, history)
    found.spans[rows] = wider(found.spans[rows], may.ends())
    for at in range(asked.marks.shape[1]):
        found.below[rows, at] = may.below(asked.marks[rows, at], found.below[rows, at])


def _untold(columns: Columns, seen: _Seen, rows: Whole, history: History) -> Iterator[Brief]:
    """Of rows without a reading: what similar ones came to."""
    marks, mixture = _marks(columns, rows), of_history(history)
    spans = [float(mixture.quantile(share)[0]) for share in SHARES]
    below = np.column_stack([mixture.below(mark[:, None])[:, 0] for mark in marks.T])
    return _rows(columns, seen, rows, Ends(np.tile(spans, (len(rows), 1)), below), np.zeros(len(rows), dtype=bool), 0)


def _marks(columns: Columns, rows: Whole) -> Array:
    """The progress of which the chance is asked: the target, and what counts as success."""
    return np.column_stack([np.ones(len(rows)), columns.enough_at[rows]])


def _beyond_best(columns: Columns, seen: _Seen, rows: Whole, day: Whole, value: Array) -> NDArray[np.bool_]:
    """As `Speed.beyond_best`: whether more is needed in a week than any two readings a while apart have shown."""
    step = np.maximum(columns.due_on[rows] - columns.starts_on[rows], 1) / STEPS
    least = np.maximum(columns.every_days[rows], step)
    towards = np.where(columns.target[rows] > columns.baseline[rows], 1.0, -1.0)
    kept = _on_one_scale(value)
    last = value[np.arange(len(rows)), value.shape[1] - 1 - np.argmax(kept[:, ::-1], axis=1)]
    needed = (columns.target[rows] - last) / (columns.due_on[rows] - seen.today) * WEEK
    best = np.full(len(rows), -np.inf)
    for early, late in combinations(range(day.shape[1]), 2):
        apart = day[:, late] - day[:, early]
        pace = (value[:, late] - value[:, early]) / np.maximum(apart, 1) * WEEK * towards
        counts = (apart >= least) & kept[:, early] & kept[:, late]
        best = np.maximum(best, np.where(counts, pace, -np.inf))
    beyond = needed * towards > np.maximum(best, 0) * (1 + 1e-9)
    return np.asarray((best > -np.inf) & beyond, dtype=bool)


def _on_one_scale(value: Array) -> NDArray[np.bool_]:
    """Which values `on_one_scale` keeps; it is asked only of rows where one end lies far from the others."""
    kept = np.ones(value.shape, dtype=bool)
    days = [date.fromordinal(place + 1) for place in range(value.shape[1])]
    for row in np.flatnonzero(_has_far_end(value) | _has_far_end(value[:, 1:])):
        held = {day for day, _ in on_one_scale(list(zip(days, value[row].tolist(), strict=True)))}
        kept[row] = [day in held for day in days]
    return kept


def _has_far_end(value: Array) -> NDArray[np.bool_]:
    """Where the largest or the smallest may be of another scale: it lies apart from the others, and these together."""
    if value.shape[1] <= LEAST:
        return np.zeros(len(value), dtype=bool)
    sizes, room, width = np.sort(np.abs(value), axis=1), 0.99 * LEAST_FACTOR / STEADY, 1.01 * STEADY * STEADY
    least, next_least, next_most, most = (sizes[:, place] for place in (0, 1, -2, -1))
    high = (most > room * next_most) & (next_most <= width * least)
    low = (next_least > room * least) & (most <= width * next_least)
    return np.asarray((high | low) & (least > 0) & (most >= LEAST_FACTOR * least), dtype=bool)


def _rows(
    columns: Columns, seen: _Seen, rows: Whole, found: Ends, beyond: NDArray[np.bool_], count: int
) -> Iterator[Brief]:
    known = seen.known[rows] if count else columns.baseline[rows]
    unit = columns.target[rows] - columns.baseline[rows]
    spans = known[:, None] + unit[:, None] * found.spans
    spans = np.nan_to_num(np.where(unit[:, None] > 0, spans, spans[:, ::-1]))
    spans = np.clip(spans, seen.low[rows][:, None], seen.high[rows][:, None])
    chance = np.clip(1 - found.below, 0.0, 1.0)
    method = Method.COURSE if count else Method.HISTORY
    graded = columns.enough_at[rows] < 1 - TOLERANCE
    days = {number: date.fromordinal(number) for number in np.unique(columns.due_on[rows]).tolist()}
    listed = zip(
        columns.due_on[rows].tolist(), chance.tolist(), graded.tolist(), spans.tolist(), beyond.tolist(), strict=True
    )
    for due_on, (reach, enough), is_graded, (low, lower, middle, higher, high), is_beyond in listed:
        second = enough if is_graded else None
        yield Brief(method, days[due_on], reach, second, middle, lower, higher, low, high, count, is_beyond)
