"""The observed course of a metric beside its expected path: from which reading on, how far, and whether both agree.

The path sets out from the last reading before anything that was delivered could show; from there on it is that
reading plus what `Expectation.move` gives. Where something is missing for it, `Course.lack` says what.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from impactline.base.explanation import PLAIN, Format, Number
from impactline.chain.expectation import Claim, Expectation, Move
from impactline.chain.prediction import Came, came, signed

POINTS, DAYS_MAX = 60, 740
NOWHERE = Move()


class Lack(StrEnum):
    """What is missing for an expected path."""

    METRIC = "metric"
    LINKS = "links"
    EFFECT = "effect"
    DELIVERED = "delivered"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Course:
    """A metric by what was delivered and by what was read, on a day.

    `since` and `base` are the reading from which the path sets out, `points` the path as moves since then, `now` the
    move by the day, with its `parts`; `by_then` is the move by the day of the last reading, `came` how that reading
    compares with it (None without a reading after `since`). `shows_from` is the first day on which what was delivered
    could show.
    """

    as_of: date
    lack: Lack | None = None
    since: date | None = None
    base: float | None = None
    points: tuple[tuple[date, Move], ...] = ()
    now: Move = NOWHERE
    parts: tuple[tuple[Claim, Move], ...] = ()
    shows_from: date | None = None
    read_on: date | None = None
    value: float | None = None
    by_then: Move = NOWHERE
    came: Came | None = None


def course(
    expectation: Expectation,
    outcome: Hashable,
    metric: Hashable,
    readings: Sequence[tuple[date, Number]],
    as_of: date,
    *,
    is_linked: bool = True,
) -> Course:
    """The course of a metric of an outcome by the end of a day; `readings` in the order of days.

    `is_linked` says whether anything leads to the outcome at all. The path goes on until all that was delivered by
    then should have shown, at most two years.
    """
    known = [(day, float(value)) for day, value in readings if day <= as_of]
    if not expectation.claims_on(outcome, metric):
        return Course(as_of, Lack.EFFECT if is_linked else Lack.LINKS)
    shows_from = expectation.moves_from(outcome, metric)
    if shows_from is None:
        return Course(as_of, Lack.DELIVERED)
    if not known:
        parts = tuple(expectation.parts(outcome, metric, as_of))
        now = expectation.move(outcome, metric, as_of)
        return Course(as_of, Lack.READING, now=now, parts=parts, shows_from=shows_from)
    since, base = next((read for read in reversed(known) if read[0] <= shows_from), known[0])
    ends_on = max(as_of, min(expectation.moved_by(outcome, metric) or as_of, as_of + timedelta(days=DAYS_MAX)))
    read_on, value = known[-1]
    by_then = expectation.move(outcome, metric, read_on, since=since)
    return Course(
        as_of,
        None,
        since,
        base,
        tuple(expectation.path(outcome, metric, _days(since, as_of, ends_on), since=since)),
        expectation.move(outcome, metric, as_of, since=since),
        tuple(expectation.parts(outcome, metric, as_of, since=since)),
        shows_from,
        read_on,
        value,
        by_then,
        came(by_then, value - base) if read_on > since else None,
    )


def said(found: Course, metric: str, unit: str, *, write: Format = PLAIN) -> str:
    """What a course says, or what is missing for it, as sentences."""
    if found.lack is not None:
        return _LACKS[found.lack].format(metric=metric)
    assert found.since is not None, "a path has a beginning"
    assert found.base is not None, "which was read"
    assert found.value is not None, "as was the last value"
    begun = f"It was read at {_at(found.base, unit, write)} on {write.day(found.since)}."
    if found.shows_from is not None and found.shows_from > found.as_of:
        return f"{begun} What was delivered can be seen from {write.day(found.shows_from)} on."
    if found.came is None or found.read_on is None:
        return f"{begun} By now, {_should(found.now, found.base, unit, write)}; it was not read since."
    if found.came is Came.NOTHING_EXPECTED:
        return f"{begun} All that was delivered could be seen before that day, so nothing more is expected of it."
    moved = f"{_at(found.value, unit, write)} ({signed(found.value - found.base, write)})"
    should = _should(found.by_then, found.base, unit, write)
    return f"{begun} By {write.day(found.read_on)}, {should}; it was read at {moved}. {_CAME[found.came]}"


def _should(move: Move, base: float, unit: str, write: Format) -> str:
    band = f"{write.number(base + move.low)} … {_at(base + move.high, unit, write)}"
    return f"by what was delivered, it should have come to {_at(base + move.likely, unit, write)} ({band})"


def _days(since: date, as_of: date, ends_on: date) -> list[date]:
    span = (ends_on - since).days
    step = max(1, -(-span // POINTS))
    return sorted({*(since + timedelta(days=at) for at in range(0, span, step)), max(since, as_of), ends_on})


def _at(value: float, unit: str, write: Format) -> str:
    return f"{write.number(value)} {unit}".strip()


_LACKS = {
    Lack.METRIC: "No metric measures this outcome yet, so nothing can be expected of one.",
    Lack.LINKS: "Nothing leads to this outcome yet, so nothing is expected to move {metric}.",
    Lack.EFFECT: "No link that leads here says by how much it should move {metric}.",
    Lack.DELIVERED: "Nothing that should move {metric} was delivered yet.",
    Lack.READING: "{metric} was not read yet, so the path has nowhere to set out from.",
}
_CAME = {
    Came.AS_EXPECTED: "That is within the band: it agrees with what was expected, and proves nothing yet.",
    Came.MORE: "That is more than expected: something else helps too, or the links do more than was thought.",
    Came.LESS: "That is less than expected: the links do less than was thought, or something works against them.",
    Came.NOT_AT_ALL: "It has not moved.",
    Came.OPPOSITE: "It moved the other way: something stronger works against it, or the links do not hold.",
}
