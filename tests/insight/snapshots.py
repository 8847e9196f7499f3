"""A small organisation in which no rule finds anything, to be changed at one place at a time."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from impactline.insight.rules import Snapshot
from impactline.insight.rules.rows import (
    AssumptionRow,
    CycleRow,
    ItemRow,
    KeyResultRow,
    LinkRow,
    MetricRow,
    ObjectiveRow,
    PersonRow,
    Said,
    TeamRow,
)

TODAY = date(2026, 11, 15)
CYCLE = CycleRow(1, "2026-q4", "2026 Q4", date(2026, 10, 1), date(2026, 12, 31), 7, "active")
CLOSED = CycleRow(2, "2026-q3", "2026 Q3", date(2026, 7, 1), date(2026, 9, 30), 7, "closed")
WAITING = ObjectiveRow(1, "waiting", "Nobody waits in pain", 1, 1, 1, "aspirational", False, "key_results", None, 1)
WAIT = KeyResultRow(
    pk=1,
    ref="wait-days",
    title="Median wait falls from 21 to 7 days",
    objective_id=1,
    type="metric",
    metric_id=1,
    measures_id=4,
    baseline=Decimal(21),
    target=Decimal(7),
    unit="days",
    value=Decimal(14),
    progress=0.5,
    status="on_track",
    checked_in_on=date(2026, 11, 12),
    expected=0.49,
    pace="green",
)
CONTENT = KeyResultRow(
    pk=2,
    ref="content",
    title="At least 80 % are content",
    objective_id=1,
    type="at_least",
    measures_id=4,
    target=Decimal(80),
    unit="%",
    value=Decimal(84),
    progress=1.0,
    status="on_track",
    checked_in_on=date(2026, 11, 12),
    expected=0.49,
    pace="green",
)

Change = Callable[[Snapshot], Snapshot]


def by_id(rows: Iterable[Any]) -> dict[int, Any]:
    """Rows by their ids."""
    return {row.pk: row for row in rows}


def said(start: date, values: Iterable[tuple[Any, int, str]], every: int = 7) -> tuple[Said, ...]:
    """Check-ins, one each so many days."""
    return tuple(
        Said(start + timedelta(days=every * at), None if value is None else Decimal(value), sure, status)
        for at, (value, sure, status) in enumerate(values)
    )


def healthy() -> Snapshot:
    """An objective with two key results, a chain from its input to its impact, and all that belongs to them."""
    track = [(20, 5, "on_track"), (18, 6, "on_track"), (16, 6, "on_track"), (15, 7, "on_track"), (14, 7, "on_track")]
    return Snapshot(
        today=TODAY,
        people=by_id([PersonRow(1, "alice@example.org", "Alice"), PersonRow(2, "bob@example.org", "Bob")]),
        teams=by_id([TeamRow(1, "care", "Care"), TeamRow(2, "it", "IT")]),
        cycles=by_id([CYCLE, CLOSED]),
        objectives=by_id([WAITING]),
        key_results=by_id([WAIT, CONTENT]),
        metrics=by_id([MetricRow(1, "median-wait", "Median wait", "days", "lower", "Register", 7, 1)]),
        items=by_id(
            [
                ItemRow(1, "nurses", "Two nurses", "input"),
                ItemRow(2, "triage", "Run a triage line", "activity", owner_id=1, team_id=1),
                ItemRow(
                    3,
                    "calls",
                    "Triaged calls",
                    "output",
                    due_on=date(2026, 12, 20),
                    planned=Decimal(400),
                    delivered=Decimal(200),
                ),
                ItemRow(4, "seen-sooner", "Patients are seen sooner", "outcome", metrics=frozenset({1})),
                ItemRow(5, "less-pain", "Fewer people live in pain", "impact"),
                ItemRow(6, "fewer-errors", "Fewer errors at the desk", "outcome", intended=False),
            ]
        ),
        links=by_id(
            [
                LinkRow(1, 1, 2, "uses"),
                LinkRow(2, 2, 3, "produces"),
                LinkRow(3, 3, 4, "contributes_to", "weak", 14),
                LinkRow(4, 4, 5, "contributes_to", "moderate"),
            ]
        ),
        assumptions=(
            AssumptionRow(1, "Callers follow the advice", 3, None, importance="medium"),
            AssumptionRow(2, "Sooner means less pain", 4, None, importance="low"),
        ),
        said={1: said(date(2026, 10, 15), track), 2: said(date(2026, 10, 15), track)},
    )


def changed(table: str, number: int, **values: Any) -> Change:
    """Another value in one row."""

    def change(snapshot: Snapshot) -> Snapshot:
        rows = dict(getattr(snapshot, table))
        rows[number] = rows[number]._replace(**values)
        return replace(snapshot, **{table: rows})

    return change


def added(table: str, *rows: Any) -> Change:
    """More rows."""

    def change(snapshot: Snapshot) -> Snapshot:
        there = getattr(snapshot, table)
        more = {**there, **by_id(rows)} if isinstance(there, dict) else (*there, *rows)
        return replace(snapshot, **{table: more})

    return change


def without(table: str, *numbers: int) -> Change:
    """Fewer rows."""

    def change(snapshot: Snapshot) -> Snapshot:
        there = getattr(snapshot, table)
        if isinstance(there, dict):
            return replace(snapshot, **{table: {pk: row for pk, row in there.items() if pk not in numbers}})
        return replace(snapshot, **{table: tuple(row for row in there if row.pk not in numbers)})

    return change


def having(**values: Any) -> Change:
    """Other values of the snapshot itself."""
    return lambda snapshot: replace(snapshot, **values)


def told(number: int, start: date, values: Iterable[tuple[Any, int, str]], every: int = 7) -> Change:
    """Other check-ins of a key result."""
    return lambda snapshot: replace(snapshot, said={**snapshot.said, number: said(start, values, every)})


def all_of(*changes: Change) -> Change:
    """One change after the other."""

    def change(snapshot: Snapshot) -> Snapshot:
        for one in changes:
            snapshot = one(snapshot)
        return snapshot

    return change
