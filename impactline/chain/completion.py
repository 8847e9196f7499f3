"""How far activities and outputs are on a day, and how far they should be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from impactline.base.explanation import Number
from impactline.chain.levels import Level

DONE, DROPPED = "done", "dropped"


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last day of what an item serves: taken where the item has no days of its own."""

    starts_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Work:
    """An activity or output as it stood at the end of the day that is asked about.

    `progress` (0 to 1) is of an activity, `planned` and `delivered` are of an output, in its unit. `ended_on` is the
    day on which it was done or dropped; without it the state holds on every day.
    """

    key: object
    level: Level
    title: str
    state: str = "active"
    starts_on: date | None = None
    due_on: date | None = None
    ended_on: date | None = None
    progress: float | None = None
    planned: Number | None = None
    delivered: Number | None = None

    def is_in(self, state: str, day: date) -> bool:
        """Whether it had come to such an end by a day."""
        return self.state == state and (self.ended_on is None or self.ended_on <= day)


class Lateness(StrEnum):
    """Whether work is where it should be."""

    ON_TIME = "on_time"
    BEHIND = "behind"
    OVERDUE = "overdue"


def completion(work: Work, day: date) -> float | None:
    """How much of an activity or output is done at the end of a day, 0 to 1; None where it was dropped.

    An activity: 1 when it is done, else its reported progress, 0 while nothing is reported. An output: delivered ÷
    planned, at most 1; without both quantities 1 when it is done, else 0. Other levels have no completion: None.
    """
    if work.is_in(DROPPED, day) or work.level not in (Level.ACTIVITY, Level.OUTPUT):
        return None
    done = work.is_in(DONE, day)
    if work.level is Level.ACTIVITY:
        return 1.0 if done else _clamp(work.progress or 0.0)
    if not work.planned or (work.delivered is None and done):
        return 1.0 if done else 0.0
    return _clamp(float(work.delivered or 0) / float(work.planned))


def expected_completion(work: Work, day: date, window: Window) -> float:
    """How much should be done at the end of a day: 0 on the first day, 1 on the last, linear in between.

    The same curve as that of key results (conventions, “Expected progress”). Days that the item does not have come
    from the window. What is due on its first day is expected on that day.
    """
    starts_on = work.starts_on or min(window.starts_on, work.due_on or window.starts_on)
    due_on = work.due_on or max(window.due_on, starts_on)
    return share_of_days(starts_on, due_on, day)


def lateness(work: Work, day: date, window: Window, *, threshold: float = 0.7) -> Lateness:
    """Whether work is overdue (its last day has passed and it is not complete) or behind what was expected by now.

    `threshold` is the share of what was expected that still counts as on time. What was dropped is not late.
    """
    done = completion(work, day)
    if done is None or done >= 1.0 or work.is_in(DONE, day):
        return Lateness.ON_TIME
    if work.due_on is not None and work.due_on < day:
        return Lateness.OVERDUE
    expected = expected_completion(work, day, window)
    return Lateness.ON_TIME if reaches(done, threshold * expected) else Lateness.BEHIND


def share_of_days(starts_on: date, due_on: date, day: date) -> float:
    """The share of a span of days that has passed at the end of a day, 0 to 1."""
    if day >= due_on:
        return 1.0
    return 0.0 if day <= starts_on else (day - starts_on).days / (due_on - starts_on).days


def reaches(number: float, bound: float) -> bool:
    """Whether a number is at least a bound; a binary rounding error of 10⁻⁹ decides nothing."""
    return number >= bound - 1e-9


def _clamp(number: float) -> float:
    return min(1.0, max(0.0, number))
