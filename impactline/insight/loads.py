"""How loaded people are, as one person sees the work; eight queries.

Only what the person sees is loaded: hidden work is in no figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import InputKind, State
from impactline.chain.visibility import items_visible_to, links_visible_to
from impactline.insight.models import Limit
from impactline.insight.rules import THRESHOLDS
from impactline.insight.workload import WEEKS, Cell, Load, Worker, is_in_hours, spread
from impactline.insight.workload.allotting import Job, Time, tasks_of
from impactline.people.calendar import absences_in
from impactline.people.models import Membership, Person, Team
from impactline.people.queries import free_days_by_person

LIVE = (State.DRAFT, State.ACTIVE)


@dataclass(frozen=True, slots=True)
class Loads:
    """The load of everybody who has hours to do, by name; `titles` are (ref, title) of the activities.

    `most` is the share of a week's room from which somebody is overloaded; `assumed` are those whose capacity is not
    stated. `undated` are activities with hours and without a last day: they are in no week.
    """

    day: date
    most: float
    rows: tuple[tuple[Person, Load], ...]
    titles: Mapping[int, tuple[str, str]]
    assumed: frozenset[int]
    undated: tuple[int, ...]

    def of(self, person: Person) -> Load | None:
        """The load of one person."""
        return next((load for one, load in self.rows if one.pk == person.pk), None)


def loads(viewer: Person | None, day: date, *, team: Team | None = None, weeks: int = WEEKS) -> Loads:
    """The load of the people of a team, or of all, so far as this person sees the work; None is the operator."""
    people = Person.objects.filter(archived_at=None, is_active=True).order_by("name", "email")
    if team is not None:
        people = people.filter(pk__in=Membership.objects.filter(team=team).values("person"))
    everybody = {row.pk: row for row in people}
    jobs, times, titles = _work(viewer)
    tasks, undated = tasks_of(jobs, times)
    limits = {name: THRESHOLDS[name].default for name in ("R25", "R25-hours")}
    limits |= dict(Limit.objects.filter(name__in=limits).values_list("name", "value"))
    free = free_days_by_person()
    workers = [_worker(row, limits["R25-hours"], free(row.pk)) for row in everybody.values()]
    found = spread(workers, [task for task in tasks if task.worker in everybody], day, weeks)
    rows = [(everybody[key], load) for key, load in found.items() if any(cell.hours for cell in load.cells)]
    own = {job.key for job in jobs if team is None or job.owner in everybody}
    return Loads(
        day=day,
        most=limits["R25"] / 100,
        rows=tuple(rows),
        titles=titles,
        assumed=frozenset(key for key, row in everybody.items() if row.capacity_hours_per_week is None),
        undated=tuple(key for key in undated if key in own),
    )


def as_data(found: Loads) -> dict[str, Any]:
    """The load for programs, the same for the API and the command line."""
    return {
        "as_of": found.day.isoformat(),
        "overloaded_from": found.most,
        "people": [
            {
                "person": person.email,
                "capacity_stated": person.pk not in found.assumed,
                "weeks": [_as_data(cell, found) for cell in load.cells],
            }
            for person, load in found.rows
        ],
        "undated": [found.titles[key][0] for key in found.undated],
    }


def _as_data(cell: Cell, found: Loads) -> dict[str, Any]:
    return {
        "monday": cell.monday.isoformat(),
        "hours": round(cell.hours, 2),
        "capacity": round(cell.capacity, 2),
        "load": None if cell.load is None else round(cell.load, 4),
        "overloaded": cell.is_over(found.most),
        "activities": [{"ref": found.titles[key][0], "hours": round(hours, 2)} for key, hours in cell.tasks],
    }


def _worker(person: Person, full_week: float, free: tuple[date, ...]) -> Worker:
    capacity = full_week if person.capacity_hours_per_week is None else float(person.capacity_hours_per_week)
    away = tuple((one.starts_on, one.ends_on) for one in absences_in(person.absences))
    return Worker(person.pk, capacity, away, free)


def _work(viewer: Person | None) -> tuple[list[Job], list[Time], dict[int, tuple[str, str]]]:
    rows = items_visible_to(viewer).filter(archived_at=None, state__in=LIVE, level__in=(Level.INPUT, Level.ACTIVITY))
    columns = ("pk", "ref", "title", "level", "owner_id", "effort_hours", "progress", "starts_on", "due_on")
    jobs, inputs, titles = [], {}, {}
    for row in rows.order_by("position", "pk").values_list(*columns, "kind", "amount", "used", "unit", named=True):
        if row.level == Level.ACTIVITY:
            effort = None if row.effort_hours is None else float(row.effort_hours)
            jobs.append(Job(row.pk, row.owner_id, effort, row.progress, row.starts_on, row.due_on))
            titles[row.pk] = (row.ref, row.title)
        elif row.kind == InputKind.PEOPLE and row.owner_id and row.amount and is_in_hours(row.unit):
            inputs[row.pk] = row
    uses = links_visible_to(viewer).filter(kind=LinkKind.USES).order_by("pk").values_list("source_id", "target_id")
    times = [
        Time(row.pk, row.owner_id, float(row.amount), float(row.used or 0), row.starts_on, row.due_on, target)
        for row, target in ((inputs[source], target) for source, target in uses if source in inputs)
    ]
    return jobs, times, titles
