"""How loaded people are by week: worked out on paper. 2026-11-16 is a Monday."""

from datetime import date

import pytest

from impactline.insight.workload import Task, Worker, hours_left, is_in_hours, spread

MONDAY = date(2026, 11, 16)
ANA, LINE, CALLS = 1, 10, 11


def weeks(*tasks: Task, today: date = MONDAY, capacity: float = 40, holidays=(), away=(), count: int = 3):
    found = spread([Worker(ANA, capacity, tuple(away), tuple(holidays))], tasks, today, count)[ANA]
    return [(round(cell.hours, 6), cell.capacity) for cell in found.cells]


def task(hours: float, starts_on: date | None, due_on: date, key: int = LINE) -> Task:
    return Task(key, ANA, hours, starts_on, due_on)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # 30 hours over three weeks of five days
        ({"tasks": [task(30, MONDAY, date(2026, 12, 4))]}, [(10, 40), (10, 40), (10, 40)]),
        # Begun long ago: what is left is spread from today; on a Wednesday the week has three days of eight hours
        (
            {"tasks": [task(26, date(2026, 9, 1), date(2026, 12, 4))], "today": date(2026, 11, 18)},
            [(6, 24), (10, 40), (10, 40)],
        ),
        # A holiday on Thursday: 4 + 5 + 5 working days
        (
            {"tasks": [task(28, MONDAY, date(2026, 12, 4))], "holidays": [date(2026, 11, 19)]},
            [(8, 32), (10, 40), (10, 40)],
        ),
        # Away for the second week: the work falls on the others, and the week has no room
        (
            {"tasks": [task(30, MONDAY, date(2026, 12, 4))], "away": [(date(2026, 11, 23), date(2026, 11, 29))]},
            [(15, 40), (0, 0), (15, 40)],
        ),
        # Overdue: on the next five working days, from a Thursday on. Two at a time add up.
        (
            {"tasks": [task(50, None, date(2026, 11, 2))], "today": date(2026, 11, 19)},
            [(20, 16), (30, 40), (0, 40)],
        ),
        ({"tasks": [task(50, None, date(2026, 11, 2)), task(5, MONDAY, MONDAY, CALLS)]}, [(55, 40), (0, 40), (0, 40)]),
        # On a Saturday the weeks begin with the next Monday
        ({"tasks": [task(10, None, date(2026, 11, 27))], "today": date(2026, 11, 21), "count": 1}, [(10, 40)]),
        # Only on days on which nobody works: in the week in which it begins
        ({"tasks": [task(8, date(2026, 11, 28), date(2026, 11, 29))]}, [(0, 40), (8, 40), (0, 40)]),
        # Later than the weeks that are asked about
        ({"tasks": [task(8, date(2027, 3, 1), date(2027, 3, 5))]}, [(0, 40), (0, 40), (0, 40)]),
        ({"tasks": [task(8, date(2029, 3, 1), date(2029, 3, 5))], "capacity": 20}, [(0, 20), (0, 20), (0, 20)]),
    ],
)
def test_hours_are_spread_over_working_days(told, expected):
    tasks = told.pop("tasks")
    told.setdefault("count", len(expected))
    assert weeks(*tasks, **told) == expected


def test_a_week_says_how_full_it_is_and_of_what():
    tasks = [task(30, MONDAY, date(2026, 11, 20)), task(15, MONDAY, date(2026, 11, 20), CALLS)]
    week, following = spread([Worker(ANA, 36)], tasks, MONDAY, 2)[ANA].cells
    assert (week.load, week.is_over(), week.is_over(1.25), following.is_over()) == (1.25, True, False, False)
    assert week.tasks == ((LINE, 30), (CALLS, 15))


def test_who_is_away_and_has_work_is_overloaded():
    away = ((MONDAY, date(2026, 12, 31)),)
    week = spread([Worker(ANA, 40, away)], [task(8, MONDAY, date(2026, 11, 20))], MONDAY, 1)[ANA].worst
    assert (week.load, week.hours, week.is_over()) == (None, 8, True)


def test_what_is_done_is_no_load_and_only_hours_are_time():
    assert [hours_left(40, 0.25), hours_left(40, None), hours_left(None, None), hours_left(40, 1.2)] == [30, 40, 0, 0]
    assert [is_in_hours(unit) for unit in (" Hours", "h", "FTE", "")] == [True, True, False, False]
