"""Hours spread over working days, and compared with what a week has room for.

What is left to do of an activity is spread evenly over the working days of whoever does it, from today (or its first
day) to its last; of what is overdue, over the next five. What is to be done while somebody is away stands in the week
in which it begins. A week has room for a fifth of the weekly capacity on each of
its working days, so that holidays and absences take room away. The first week counts from today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

WEEKS = 10
FULL_WEEK = 40.0
WORKING_DAYS = 5
HORIZON_DAYS = 366
HOURS = frozenset(("h", "hr", "hrs", "hour", "hours", "person-hours", "stunde", "stunden", "heure", "heures", "horas"))
LEAST = 1e-9

Counts = npt.NDArray[np.int64]


class Worker(NamedTuple):
    """Somebody with the hours of a whole week; `away` are first and last days of absences, `free` their holidays."""

    key: int
    capacity: float
    away: tuple[tuple[date, date], ...] = ()
    free: tuple[date, ...] = ()


class Task(NamedTuple):
    """Hours that somebody has left to do of something, between two days."""

    key: int
    worker: int
    hours: float
    starts_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's week: hours to do, hours that there are, and what the hours are for, most first."""

    monday: date
    hours: float
    capacity: float
    days: int
    tasks: tuple[tuple[int, float], ...]

    @property
    def load(self) -> float | None:
        """Hours to do ÷ hours that there are; None where there are none."""
        return self.hours / self.capacity if self.capacity > LEAST else None

    def is_over(self, most: float = 1.0) -> bool:
        """Whether there is more to do than that share of the room."""
        return self.hours > LEAST if self.load is None else self.load > most + LEAST


@dataclass(frozen=True, slots=True)
class Load:
    """The weeks of one person, from the present one."""

    worker: int
    cells: tuple[Cell, ...]

    @property
    def worst(self) -> Cell:
        """The week with the most above its room, the first of several."""
        return max(self.cells, key=lambda cell: (cell.hours - cell.capacity, -cell.monday.toordinal()))


def spread(workers: Iterable[Worker], tasks: Iterable[Task], today: date, weeks: int = WEEKS) -> dict[int, Load]:
    """The load of each of the workers, from the week of today; on a weekend from the next."""
    first = today + timedelta(days=7 - today.weekday()) if today.weekday() >= WORKING_DAYS else today
    monday = first - timedelta(days=first.weekday())
    of_worker: dict[int, list[Task]] = {}
    for task in tasks:
        of_worker.setdefault(task.worker, []).append(task)
    return {
        worker.key: Load(worker.key, _cells(worker, of_worker.get(worker.key, ()), first, monday, weeks))
        for worker in workers
    }


def hours_left(effort: float | None, progress: float | None) -> float:
    """What is left of an effort in hours, by the share that is done."""
    return max(0.0, float(effort or 0.0) * (1 - min(1.0, max(0.0, progress or 0.0))))


def is_in_hours(unit: str) -> bool:
    """Whether an amount of people's time is told in hours."""
    return unit.strip().casefold() in HOURS


def _cells(worker: Worker, tasks: Sequence[Task], first: date, monday: date, weeks: int) -> tuple[Cell, ...]:
    works = _works(worker, first, monday)
    before: Counts = np.concatenate(([0], np.cumsum(works)))
    ends = np.arange(weeks + 1) * 7
    hours: list[dict[int, float]] = [{} for _ in range(weeks)]
    for task in tasks:
        begin = max((max(task.starts_on or first, first) - monday).days, 0)
        end = min((task.due_on - monday).days + 1, HORIZON_DAYS)
        if begin >= HORIZON_DAYS:
            continue
        if end <= begin:
            end = min(int(np.searchsorted(before, before[begin] + WORKING_DAYS)), HORIZON_DAYS)
        marks = before[np.clip(ends, begin, end)]
        days = int(before[end] - before[begin])
        parts = {at: (marks[at + 1] - marks[at]) / days for at in range(weeks)} if days else {begin // 7: 1.0}
        for at, share in parts.items():
            if share and at < weeks:
                hours[at][task.key] = hours[at].get(task.key, 0.0) + task.hours * float(share)
    return tuple(
        _cell(monday + timedelta(days=7 * at), hours[at], int(before[7 * at + 7] - before[7 * at]), worker.capacity)
        for at in range(weeks)
    )


def _cell(monday: date, hours: Mapping[int, float], days: int, capacity: float) -> Cell:
    tasks = tuple(sorted(hours.items(), key=lambda entry: (-entry[1], entry[0])))
    return Cell(monday, sum(hours.values()), capacity * days / WORKING_DAYS, days, tasks)


def _works(worker: Worker, first: date, monday: date) -> npt.NDArray[np.bool_]:
    """On which days from the first Monday somebody works."""
    works: npt.NDArray[np.bool_] = np.arange(HORIZON_DAYS) % 7 < WORKING_DAYS
    works[: (first - monday).days] = False
    free = [(day - monday).days for day in worker.free]
    works[[day for day in free if 0 <= day < HORIZON_DAYS]] = False
    for begin, end in worker.away:
        works[max(0, (begin - monday).days) : max(0, (end - monday).days + 1)] = False
    return works
