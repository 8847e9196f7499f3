"""The figures of an indicator as series: which go into one metric, and which have no place in any.

Figures of one indicator are told apart by their dimensions and locations. They are parts of one metric where a whole
is given beside them, or where the publisher says that they add up. Else nothing may be added, and each breakdown is a
metric of its own. Source: IATI 2.03, `aggregation-status`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from impactline.exchange.iati_fields import note as tidy
from impactline.exchange.iati_records import Baseline, Figure, Indicator, Period, first_text
from impactline.exchange.iati_values import NUMBER, Unfit
from impactline.metrics.adding import DIGITS_MAX, shortened

Of = tuple[tuple[str, str], ...]
LOCATION = "location"
UNIT, QUALITATIVE = ("", "1"), "5"
NAME_MAX, FEW_MAX = 200, 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure with a place in a metric: the day or period that it is about, and where it stands in the indicator.

    `at` is (number of the period, of the figure in it); for a baseline (its number, 0).
    """

    what: Literal["baseline", "target", "actual"]
    at: tuple[int, int]
    starts_on: date
    ends_on: date
    value: Decimal | None
    note: str
    of: Of = ()


@dataclass(slots=True)
class Series:
    """What goes into one metric: `of` is the breakdown that the whole metric is about, empty for all."""

    of: Of = ()
    entries: list[Entry] = field(default_factory=list)

    @property
    def dimensions(self) -> dict[str, list[str]]:
        """By what its entries are broken down, each with its categories in order."""
        found: dict[str, list[str]] = {}
        for entry in self.entries:
            for name, category in entry.of:
                if category not in found.setdefault(name, []):
                    found[name].append(category)
        return found


Leave = Callable[[int, str], None]


def series_of(indicator: Indicator, leave: Leave = lambda _line, _why: None) -> list[Series]:
    """The series of an indicator, in the order of its figures; at least one. `leave` hears what has no place."""
    entries = list(_once(_entries(indicator, leave), leave, indicator.line))
    breakdowns = list(dict.fromkeys(entry.of for entry in entries))
    if len(breakdowns) < 2 or indicator.measure == QUALITATIVE:
        of = breakdowns[0] if len(breakdowns) == 1 else ()
        return [Series(of, [_whole(entry) for entry in entries])]
    if _adds_up(indicator, entries) or _has_whole(entries):
        return [Series((), entries)]
    return [Series(of, [_whole(entry) for entry in entries if entry.of == of]) for of in breakdowns]


def number(text: str | None) -> Decimal | None:
    """The number that a value is, with at most nine decimals; None where it is none, or too large."""
    try:
        found = NUMBER.read(text or "")
    except Unfit:
        return None
    assert isinstance(found, Decimal)
    return shortened(found) if found.adjusted() < DIGITS_MAX else None


def breakdown(figure: Figure) -> Of | None:
    """By what a figure is broken down; None where the same dimension stands twice or a name is missing."""
    pairs = [(" ".join(part.name.split()), " ".join(part.value.split())) for part in figure.dimensions]
    places = sorted(place.ref for place in figure.locations)
    if places:
        pairs.append((LOCATION, ", ".join(places)))
    names = {name for name, _ in pairs}
    if len(names) < len(pairs) or any(not (0 < len(text) <= NAME_MAX) for pair in pairs for text in pair):
        return None
    return tuple(pairs)


def _whole(entry: Entry) -> Entry:
    return Entry(entry.what, entry.at, entry.starts_on, entry.ends_on, entry.value, entry.note)


def _entries(indicator: Indicator, leave: Leave) -> Iterator[Entry]:
    words = indicator.measure == QUALITATIVE
    for at, baseline in enumerate(indicator.baselines):
        day = _day_of(baseline)
        if day is None:
            leave(baseline.line, "a baseline without a year has no place in a metric; it is kept")
        else:
            yield from _entry("baseline", (at, 0), day, day, baseline, leave, words=words)
    holding = _holding(indicator.periods)
    for at, period in enumerate(indicator.periods):
        if period.starts_on is None or period.ends_on is None or period.starts_on > period.ends_on:
            leave(period.line, "a period without its two days has no place in a metric; it is kept")
            continue
        for inner, figure in enumerate(period.targets):
            yield from _entry("target", (at, inner), period.starts_on, period.ends_on, figure, leave, words=words)
        for inner, figure in enumerate(period.actuals):
            if at in holding:
                leave(figure.line, "the actual of a period that holds other periods is kept, and not read")
            else:
                yield from _entry("actual", (at, inner), period.starts_on, period.ends_on, figure, leave, words=words)


def _entry(
    what: Literal["baseline", "target", "actual"],
    at: tuple[int, int],
    starts_on: date,
    ends_on: date,
    figure: Figure,
    leave: Leave,
    *,
    words: bool = False,
) -> Iterator[Entry]:
    value, of, note = number(figure.value), breakdown(figure), first_text(figure.comment)
    if words and figure.value is not None:
        value, note = None, "\n".join(part for part in (figure.value.strip(), note) if part)
    if figure.value is None or (words and not note):
        leave(figure.line, f"the {what} has no value; it is kept")
    elif value is None and not words:
        leave(figure.line, f"the {what} is not a number; it is kept")
    elif of is None:
        leave(figure.line, f"the {what} has a dimension twice or without a name; it is kept")
    else:
        yield Entry(what, at, starts_on, ends_on, value, tidy(note), of)


def _once(entries: Iterator[Entry], leave: Leave, line: int) -> Iterator[Entry]:
    """Each figure once: of two for the same period and breakdown the first."""
    seen: set[tuple[str, date, date, Of]] = set()
    for entry in entries:
        starts_on = entry.starts_on if entry.what == "target" else entry.ends_on
        key = (entry.what, starts_on, entry.ends_on, tuple(sorted(entry.of)))
        if key in seen:
            leave(line, f"a second {entry.what} for the same period and breakdown is kept, and not read")
            continue
        seen.add(key)
        yield entry


def _holding(periods: tuple[Period, ...]) -> set[int]:
    """The numbers of the periods that hold others: a year beside its quarters. Twins hold each other not."""
    spans = [(p.starts_on, p.ends_on) for p in periods if p.starts_on and p.ends_on]
    distinct = set(spans)
    if len(distinct) < 2:
        return set()
    found = set()
    for at, period in enumerate(periods):
        first, last = period.starts_on, period.ends_on
        if (
            first
            and last
            and any(first <= start and end <= last and (start, end) != (first, last) for start, end in distinct)
        ):
            found.add(at)
    return found


def _day_of(baseline: Baseline) -> date | None:
    if baseline.on is not None:
        return baseline.on
    return date(int(baseline.year), 1, 1) if baseline.year and 1900 <= int(baseline.year) <= 2200 else None


def _adds_up(indicator: Indicator, entries: list[Entry]) -> bool:
    """Whether the publisher says so, and all are broken down by the same dimensions."""
    names = {frozenset(name for name, _ in entry.of) for entry in entries}
    return bool(indicator.aggregates) and indicator.measure in UNIT and len(names) == 1


def _has_whole(entries: list[Entry]) -> bool:
    """Whether each actual of a breakdown has one of the whole beside it, so that nothing has to be added."""
    wholes = {entry.ends_on for entry in entries if entry.what == "actual" and not entry.of}
    return all(entry.ends_on in wholes for entry in entries if entry.what == "actual")
