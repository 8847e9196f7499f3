"""What a document says of items of the chain without writing it, written out: reports, and the day of an end.

`progress`, `delivered` and `used` are what the newest report says. Where a document gives one of them and no report
says the same, it becomes a further report, of the day of the import. Only of an item that is new and has no report it
is not known since when it holds: it counts from the item's first day, or that of the cycle in which it is due.

What is done or dropped ended on its last day, or that of its newest report if that is later, but never after the
import; what goes on has not ended. A judgement says the place of its level by the rubric of its outcome.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from impactline.base.errors import Invalid
from impactline.chain import rubric
from impactline.exchange.document_chain import ChainItem, Judgement, Report
from impactline.exchange.plan import like

REPORTED = {"input": "used", "activity": "progress", "output": "delivered"}
ENDED = ("done", "dropped")


def settled_item(part: ChainItem, there: ChainItem | None, begun: Sequence[date], today: date) -> ChainItem:
    """The item with its reports and its end written out; `there` is what the installation holds of it.

    `begun` are the first days of cycles, in order.
    """
    found: dict[str, Any] = {}
    reports = _all_reports(part, there)
    first = today if there is not None else _first_day(part, begun, today)
    if (further := _further(part, reports, first, today)) is not None:
        found["reports"] = (*part.reports, further)
        reports.append(further)
    if part.rubric and (levels := _rubric(part)) != part.rubric:
        found["rubric"] = levels
    if (judgements := _judgements(part, _said(part, there, "rubric"))) != part.judgements:
        found["judgements"] = judgements
    if (ended := _ended_on(part, there, reports, today)) != _said(part, there, "ended_on"):
        found["ended_on"] = ended
    return part.model_copy(update=found) if found else part


def _all_reports(part: ChainItem, there: ChainItem | None) -> list[Report]:
    """The reports that there will be, in the order in which the last one counts."""
    before = list(there.reports) if there is not None else []
    waiting, found = list(before), list(before)
    for entry in part.reports:
        match = like(entry, waiting)
        if match is None:
            found.append(entry)
        else:
            waiting.remove(match)
    return sorted(found, key=lambda entry: entry.at)


def _first_day(part: ChainItem, begun: Sequence[date], today: date) -> date:
    last = min(day for day in (part.ended_on, part.due_on, today) if day is not None)
    since = part.starts_on or max((day for day in begun if day <= last), default=last)
    return min(since, last)


def _further(part: ChainItem, reports: list[Report], first: date, today: date) -> Report | None:
    field = REPORTED.get(part.level)
    value = getattr(part, field) if field is not None else None
    if value is None or (reports and reports[-1].value == value):
        return None
    return Report(at=max(today, reports[-1].at) if reports else first, value=value)


def _rubric(part: ChainItem) -> tuple[str, ...]:
    """The levels as they are kept; those that cannot be are left for the faults to tell."""
    try:
        return tuple(rubric.checked(part.rubric))
    except Invalid:
        return part.rubric


def _judgements(part: ChainItem, levels: tuple[str, ...]) -> tuple[Judgement, ...]:
    """The judgements in the order of their days."""
    return tuple(sorted((_placed(entry, levels) for entry in part.judgements), key=lambda entry: entry.at))


def _placed(entry: Judgement, levels: tuple[str, ...]) -> Judgement:
    """A judgement with the place of its level written out, where the rubric has it."""
    if not entry.level or entry.rating is not None or (place := rubric.place(entry.level, levels)) is None:
        return entry
    there = rubric.levels(levels)
    return entry.model_copy(update={"level": there[place], "rating": place, "of": len(there)})


def _ended_on(part: ChainItem, there: ChainItem | None, reports: list[Report], today: date) -> date | None:
    stated: date | None = _said(part, there, "ended_on")
    if _said(part, there, "state") not in ENDED:
        return stated if part.states("ended_on") else None
    if stated is not None:
        return stated
    due_on: date | None = _said(part, there, "due_on")
    days = [day for day in (due_on, reports[-1].at if reports else None) if day is not None]
    return min(max(days, default=today), today)


def _said(part: ChainItem, there: ChainItem | None, field: str) -> Any:
    """What will be: what the file states, else what is there."""
    return getattr(part if there is None or part.states(field) else there, field)
