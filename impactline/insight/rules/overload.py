"""Rules of the time that people have."""

from collections.abc import Iterator

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import limit, percent
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity
from impactline.insight.workload.allotting import Job, Time, tasks_of
from impactline.insight.workload.spreading import Load, Worker, is_in_hours, spread

MOST = Threshold("R25", "Load of a week, in per cent of what it has room for, that is not yet too much", 100, 50, 300)
AHEAD = Threshold("R25-weeks", "How many weeks ahead are looked at", 6, 1, 10)
FULL_WEEK = Threshold("R25-hours", "Hours a week of somebody whose capacity is not stated", 40, 1, 168)
LIVE = ("draft", "active")
NAMED = 3


def overload(snapshot: Snapshot) -> Iterator[Told]:
    """R25: somebody has more to do in a week than there are hours, by the work that everybody sees.

    Private work is left out: what it adds is seen on the page of bottlenecks by those who see all of it.
    """
    most = limit(snapshot, MOST) / 100
    for number, load in _loads(snapshot).items():
        week = load.worst
        if not week.is_over(most):
            continue
        tasks = [snapshot.items[key] for key, _ in week.tasks]
        titles = ", ".join(f"“{row.title}”" for row in tasks[:NAMED])
        full = "no working day" if week.load is None else f"{percent(week.load)} of the time"
        yield Told(
            (naming.open_to_all("person", snapshot.people[number]),),
            f"In the week of {naming.day(week.monday)} there are {week.hours:.0f} hours to do: {full}. {titles}.",
            "Move a date, hand something over, or say no to something.",
            Act.LOOK,
            value=max(map(snapshot.stake, tasks), default=0.0),
        )


def _loads(snapshot: Snapshot) -> dict[int, Load]:
    live = [row for row in snapshot.items.values() if row.state in LIVE and not row.is_private]
    jobs = [
        Job(row.pk, row.owner_id, _number(row.effort_hours), row.progress, row.starts_on, row.due_on)
        for row in live
        if row.level == "activity"
    ]
    inputs = {row.pk: row for row in live if row.level == "input" and row.kind == "people" and row.owner_id}
    times = [
        Time(one.pk, one.owner_id, float(one.amount), float(one.used or 0), one.starts_on, one.due_on, link.target_id)
        for link in (snapshot.links.values() if inputs else ())
        if link.kind == "uses"
        and (one := inputs.get(link.source_id)) is not None
        and one.owner_id is not None
        and one.amount
        and is_in_hours(one.unit)
    ]
    full = limit(snapshot, FULL_WEEK)
    workers = [
        Worker(row.pk, full if row.capacity is None else row.capacity, row.away, row.free)
        for row in snapshot.people.values()
        if not row.has_left
    ]
    tasks, _ = tasks_of(jobs, times)
    weeks = int(limit(snapshot, AHEAD))
    return spread(workers, [one for one in tasks if one.worker in snapshot.people], snapshot.today, weeks)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


RULES = (
    Rule(
        "R25",
        "Somebody who has more to do in a week than there are hours.",
        "effort and days of activities, people's hours among inputs, capacity, absences, holidays",
        "The book (resources); capacity planning",
        Severity.WARNING,
        None,
        (MOST, AHEAD, FULL_WEEK),
        whole=overload,
    ),
)
