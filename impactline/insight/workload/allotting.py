"""Who has which hours to do: the effort of an activity is its owner's, unless inputs say whose time it uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from impactline.insight.workload.spreading import Task, hours_left


class Job(NamedTuple):
    """An activity that is not ended: its owner, its effort in hours, and how much of it is done."""

    key: int
    owner: int | None
    effort: float | None
    progress: float | None
    starts_on: date | None
    due_on: date | None


class Time(NamedTuple):
    """An input of people in hours: whose time it is, how much is planned and used, and for which activity."""

    key: int
    owner: int
    amount: float
    used: float
    starts_on: date | None
    due_on: date | None
    job: int


def tasks_of(jobs: Iterable[Job], times: Iterable[Time]) -> tuple[list[Task], list[int]]:
    """The hours that people have left to do, and the activities with hours that have no last day.

    Time that several activities use is for them in equal parts, each in its own days where the input has none.
    """
    known = {job.key: job for job in jobs}
    used: dict[int, list[Time]] = defaultdict(list)
    for time in times:
        if time.job in known:
            used[time.key].append(time)
    staffed = {time.job for rows in used.values() for time in rows}
    found = [
        (Task(job.key, job.owner, hours_left(job.effort, job.progress), job.starts_on, job.due_on or date.min), job)
        for job in known.values()
        if job.key not in staffed and job.owner is not None
    ]
    for rows in used.values():
        for time in rows:
            job, hours = known[time.job], max(0.0, time.amount - time.used) / len(rows)
            days = time.starts_on or job.starts_on, time.due_on or job.due_on
            found.append((Task(job.key, time.owner, hours, days[0], days[1] or date.min), job))
    undated = [job.key for task, job in found if task.due_on == date.min and task.hours > 0]
    return [task for task, _ in found if task.due_on > date.min and task.hours > 0], list(dict.fromkeys(undated))
