"""Readings that a document adds to, or changes in, a locked period: each is refused, as an action would."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.faults import Fault, Place, path_text, shown
from impactline.exchange.plan import Add, Change, Plan
from impactline.metrics.periods import Span, locked_span

Path = tuple[str | int, ...]
READ = ("reading", "check-in")


def locked_readings(current: Document, wanted: Document, planned: Plan, place: Callable[[Path], Place]) -> list[Fault]:
    """A fault for each planned reading, also one by a check-in, of a period that is locked and stays so."""
    locked = _locked(current, wanted)
    if not locked:
        return []
    paths, followed = dict(_paths(wanted)), _followed(current) | _followed(wanted)
    found = []
    steps: list[Add | Change] = [*planned.adds, *planned.changes]
    for step in steps:
        if step.kind not in READ or _value_of(step) is None:
            continue
        metric = followed.get(step.ref) or step.ref
        day = _day_of(step)
        if (span := locked_span(day, locked.get(metric, ()))) is not None:
            path = paths.get(step.ref, ())
            message = f"{shown(metric)}: the period from {span.starts_on} to {span.ends_on} is locked ({day})."
            remedy = "Unlock it first, with a reason, or leave the reading as it is."
            found.append(Fault(message, remedy, place(path), path_text(path)))
    return found


def _locked(current: Document, wanted: Document) -> dict[str, list[Span]]:
    """The periods that are locked now, without those that the document unlocks."""
    unlocked = {
        (part.ref, entry.starts_on, entry.ends_on)
        for part in wanted.metrics
        for entry in part.locked_periods
        if entry.unlocked_at is not None
    }
    found: dict[str, list[Span]] = {}
    for part in current.metrics:
        for entry in part.locked_periods:
            if entry.unlocked_at is None and (part.ref, entry.starts_on, entry.ends_on) not in unlocked:
                found.setdefault(part.ref, []).append(Span(entry.starts_on, entry.ends_on))
    return found


def _paths(document: Document) -> Iterator[tuple[str, Path]]:
    for at, part in enumerate(document.metrics):
        yield part.ref, ("metrics", at, "readings")
    for at, objective in enumerate(document.objectives):
        for inner, key_result in enumerate(objective.key_results):
            yield key_result.ref, ("objectives", at, "key_results", inner, "check_ins")


def _followed(document: Document) -> dict[str, str]:
    """The shared metric that each key result follows."""
    rows = (row for objective in document.objectives for row in objective.key_results)
    return {row.ref: row.metric for row in rows if row.metric is not None}


def _value_of(step: Add | Change) -> Any:
    """What of a step is read: any reading, and of check-ins those with a value."""
    part: Any = step.part if isinstance(step, Add) else step.wanted
    return part.value if step.kind == "check-in" else part


def _day_of(step: Add | Change) -> date:
    part: Any = step.part if isinstance(step, Add) else step.current
    found: date = part.at
    return found
