"""The geometry of bars, sparklines and line charts: numbers and dates in, positions in per cent of the drawing out.

Positions are per cent because the drawings stretch with the page while their text does not; `y` counts
downwards, as SVG does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor, isfinite, log10
from typing import Literal

Number = int | float | Decimal
Reading = tuple[date, Number]

BAR_LOW, BAR_HIGH = -0.15, 1.15
"""Every bar shares this scale, so that bars in one column can be compared; what lies beyond is marked as beyond."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar: the track runs from `zero` to `full`, the fill from `x`, what is over the target from `full`.

    All are per cent of the width.
    """

    zero: float
    full: float
    track: float
    x: float
    width: float
    over_width: float
    under: bool
    beyond: Literal["", "left", "right"]
    expected: float | None


def bar(progress: Number | None, expected: Number | None = None) -> Bar:
    """The bar of a raw progress (1 is the target; may be negative or above 1) and of the expected progress."""
    value = 0.0 if progress is None else float(progress)
    shown = min(max(value, BAR_LOW), BAR_HIGH)
    zero, full, at = _bar_place(0.0), _bar_place(1.0), _bar_place(shown)
    return Bar(
        zero=zero,
        full=full,
        track=round(full - zero, 2),
        x=min(zero, at),
        width=round(abs(min(at, full) - zero), 2),
        over_width=round(max(at - full, 0.0), 2),
        under=value < 0,
        beyond="left" if value < BAR_LOW else "right" if value > BAR_HIGH else "",
        expected=None if expected is None else _bar_place(min(max(float(expected), BAR_LOW), BAR_HIGH)),
    )


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line of readings in a box of `width` × `height` pixels; `points` is an SVG points list."""

    width: int
    height: int
    points: str
    last_x: float
    last_y: float
    target_y: float | None


def sparkline(
    readings: Sequence[Reading], target: Number | None = None, *, width: int = 72, height: int = 20
) -> Sparkline | None:
    """The line through the readings, with the target's height when it is given; None without readings."""
    if not readings:
        return None
    days = [day.toordinal() for day, _ in readings]
    values = [float(value) for _, value in readings]
    known = [*values, *([] if target is None else [float(target)])]
    left, right = days[0], max(days[-1], days[0] + 1)
    low, high = _apart(min(known), max(known))
    inset = 3.0

    def x(day: int) -> float:
        return round(inset + (day - left) / (right - left) * (width - 2 * inset), 1)

    def y(value: float) -> float:
        return round(height - inset - (value - low) / (high - low) * (height - 2 * inset), 1)

    places = [(x(day), y(value)) for day, value in zip(days, values, strict=True)]
    return Sparkline(
        width=width,
        height=height,
        points=" ".join(f"{across:g},{down:g}" for across, down in places),
        last_x=places[-1][0],
        last_y=places[-1][1],
        target_y=None if target is None else y(float(target)),
    )


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the value axis."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class DayTick:
    """A mark on the time axis; `grain` says how much of the day to write."""

    at: float
    day: date
    grain: Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Point:
    """One reading."""

    x: float
    y: float
    day: date
    value: Number


@dataclass(frozen=True, slots=True)
class Label:
    """A word at the right edge: its line stands at `y`, its text at `text_y`, moved apart from the others."""

    name: Literal["baseline", "target", "now"]
    y: float
    text_y: float
    value: Number


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of the target."""

    x: float
    from_y: float
    to_y: float
    day: date
    before: Number
    after: Number


@dataclass(frozen=True, slots=True)
class LineChart:
    """Readings against their target path.

    `line`, `path`, `target_steps`, `fan`, `fan_half` and `fan_middle` are SVG path data in a box of 100 × 100.
    """

    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[DayTick, ...]
    points: tuple[Point, ...]
    line: str
    path: str
    target_steps: str
    fan: str
    fan_half: str
    fan_middle: str
    healthy_y: float | None
    healthy_height: float
    labels: tuple[Label, ...]
    revisions: tuple[Revision, ...]
    starts: float
    ends: float
    today: float | None


def line_chart(
    readings: Sequence[Reading],
    *,
    starts_on: date,
    ends_on: date,
    path: Sequence[Reading] = (),
    baseline: Number | None = None,
    target: Number | None = None,
    revisions: Sequence[tuple[date, Number, Number]] = (),
    periods: Sequence[tuple[date, date, Number]] = (),
    fan: Sequence[tuple[date, Number, Number]] = (),
    fan_half: Sequence[tuple[date, Number, Number]] = (),
    fan_middle: Sequence[Reading] = (),
    healthy: tuple[Number | None, Number | None] | None = None,
    today: date | None = None,
    label_gap: float = 8.0,
) -> LineChart:
    """A chart of `readings` (day, value) in order of day, over at least `starts_on` to `ends_on`.

    `path` is the expected course, `revisions` are (day, old target, new target), `periods` (first day, last day, their
    target; those without a day on the chart are left out), `fan` is (day, low, high), `fan_half`
    a narrower one within it and `fan_middle` its course, `healthy` is (low, high) with either end open. `label_gap`
    is the least distance of two labels, in per cent.
    """
    days = [starts_on, ends_on, *(day for day, _ in readings), *(day for day, _, _ in fan)]
    across = _Across(min(days), max(days))
    periods = [one for one in periods if one[0] < across.last and one[1] > across.first]
    ends = [value for value in (baseline, target) if value is not None]
    known = [float(value) for value in ends]
    known += [float(value) for _, value in (*readings, *path, *fan_middle)]
    known += [float(value) for _, low, high in (*fan, *revisions) for value in (low, high)]
    known += [float(value) for _, _, value in periods]
    known += _healthy_ends(healthy, known)
    ticks = nice_ticks(min(known, default=0.0), max(known, default=1.0))
    down = _Down(ticks[0], ticks[-1])
    points = tuple(Point(across(day), down(value), day, value) for day, value in readings)
    named = _named(baseline, target, readings[-1][1] if readings else None)
    healthy_y, healthy_height = _healthy_band(healthy, ticks[0], ticks[-1], down)
    return LineChart(
        y_ticks=tuple(Tick(down(value), value) for value in ticks),
        x_ticks=tuple(DayTick(across(day), day, grain) for day, grain in day_ticks(across.first, across.last)),
        points=points,
        line=_path_data([(point.x, point.y) for point in points]),
        path=_path_data([(across(day), down(value)) for day, value in path]),
        target_steps=_target_steps(revisions, across, down) + _period_steps(periods, across, down),
        fan=_fan_data(fan, across, down),
        fan_half=_fan_data(fan_half, across, down),
        fan_middle=_path_data([(across(day), down(value)) for day, value in fan_middle]),
        healthy_y=healthy_y,
        healthy_height=healthy_height,
        labels=_spread_labels([(name, down(value), value) for name, value in named], label_gap),
        revisions=tuple(
            Revision(across(day), down(before), down(after), day, before, after) for day, before, after in revisions
        ),
        starts=across(starts_on),
        ends=across(ends_on),
        today=across(today) if today is not None and across.first <= today <= across.last else None,
    )


def nice_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round values that enclose `low` to `high`, near `about` steps apart by 1, 2, 2.5 or 5 times a power of ten.

    Raises ValueError when an end is not finite. Source: Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990.
    """
    if not (isfinite(low) and isfinite(high)):
        raise ValueError("ticks need finite ends")
    low, high = _apart(min(low, high), max(low, high))
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    digits = max(0, 2 - floor(log10(step)))
    return [round(count * step, digits) + 0.0 for count in range(first, last + 1)]


def day_ticks(first: date, last: date, most: int = 9) -> list[tuple[date, Literal["day", "month", "year"]]]:
    """Mondays, firsts of months, of quarters or of years within the span: the finest that gives at most `most`."""
    mondays = _mondays(first, last)
    if len(mondays) <= most:
        return [(day, "day") for day in mondays or [first]]
    months = _firsts_of_months(first, last)
    for stride in (1, 3):
        chosen = [day for day in months if (day.month - 1) % stride == 0]
        if len(chosen) <= most:
            return [(day, "month") for day in chosen]
    years = [day for day in months if day.month == 1]
    return [(day, "year") for day in years[:: max(1, ceil(len(years) / most))]]


def _bar_place(progress: float) -> float:
    return round((progress - BAR_LOW) / (BAR_HIGH - BAR_LOW) * 100, 2)


def _apart(low: float, high: float) -> tuple[float, float]:
    """The ends themselves, or ends around them where they are one value, as far as people enter decimals."""
    size = max(abs(low), abs(high))
    if high - low > max(size, 1.0) * 1e-12:
        return low, high
    room = size * 0.1 if size > 1e-9 else 1.0
    return low - room, high + room


class _Across:
    """Days to per cent of the width."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, max(last, first + timedelta(days=1))
        self._days = (self.last - self.first).days

    def __call__(self, day: date) -> float:
        return round((day - self.first).days / self._days * 100, 2)


class _Down:
    """Values to per cent of the height, from the top."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high

    def __call__(self, value: Number) -> float:
        return round((self._high - float(value)) / (self._high - self._low) * 100, 2)


def _healthy_ends(healthy: tuple[Number | None, Number | None] | None, known: Sequence[float]) -> list[float]:
    """The bounds of the healthy range and, beyond the one at an open end, some room to be seen in."""
    low, high = (None if value is None else float(value) for value in healthy or (None, None))
    ends = [value for value in (low, high) if value is not None]
    values = [*known, *ends]
    room = (max(values, default=0.0) - min(values, default=0.0)) * 0.15
    if low is None and high is not None:
        ends.append(max(high - room, 0.0) if min(values) >= 0 else high - room)
    if high is None and low is not None:
        ends.append(low + room)
    return ends


def _healthy_band(
    healthy: tuple[Number | None, Number | None] | None, low: float, high: float, down: _Down
) -> tuple[float | None, float]:
    if healthy is None:
        return None, 0.0
    bottom, top = healthy
    upper = down(high if top is None else top)
    return upper, round(down(low if bottom is None else bottom) - upper, 2)


def _path_data(places: Sequence[tuple[float, float]]) -> str:
    if len(places) < 2:
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _target_steps(revisions: Sequence[tuple[date, Number, Number]], across: _Across, down: _Down) -> str:
    """The level of the target over the whole width, with a step at each change; nothing when it never changed."""
    if not revisions:
        return ""
    level = down(revisions[0][1])
    steps = f"M0 {level:g}"
    for day, _, after in revisions:
        level = down(after)
        steps += f"H{across(day):g}V{level:g}"
    return steps + "H100"


def _period_steps(periods: Sequence[tuple[date, date, Number]], across: _Across, down: _Down) -> str:
    """The target of each period over its days, as far as they are on the chart."""
    return "".join(
        f"M{across(max(first, across.first)):g} {down(value):g}H{across(min(last, across.last)):g}"
        for first, last, value in periods
    )


def _fan_data(fan: Sequence[tuple[date, Number, Number]], across: _Across, down: _Down) -> str:
    if len(fan) < 2:
        return ""
    upper = [(across(day), down(high)) for day, _, high in fan]
    lower = [(across(day), down(low)) for day, low, _ in reversed(fan)]
    return _path_data(upper + lower) + "Z"


def _named(
    baseline: Number | None, target: Number | None, now: Number | None
) -> list[tuple[Literal["baseline", "target", "now"], Number]]:
    """The values that have a label, by what they are."""
    named: tuple[tuple[Literal["baseline", "target", "now"], Number | None], ...]
    named = (("baseline", baseline), ("target", target), ("now", now))
    return [(name, value) for name, value in named if value is not None]


def _spread_labels(
    named: Sequence[tuple[Literal["baseline", "target", "now"], float, Number]], gap: float
) -> tuple[Label, ...]:
    """Moves the texts apart downwards, then back up when they leave the drawing."""
    ordered = sorted(named, key=lambda row: row[1])
    places = [y for _, y, _ in ordered]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + gap)
    if places:
        places[-1] = min(places[-1], 100.0)
    for index in range(len(places) - 2, -1, -1):
        places[index] = min(places[index], places[index + 1] - gap)
    return tuple(
        Label(name, y, round(text_y, 2), value) for (name, y, value), text_y in zip(ordered, places, strict=True)
    )


def _mondays(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(-first.weekday() % 7, (last - first).days + 1, 7)]


def _firsts_of_months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    months = [first.year * 12 + first.month - 1 + ahead for ahead in range(count + 1)]
    days = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [day for day in days if first <= day <= last]
