"""Strategic priorities and cycles, as an import writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max

from impactline.checkins.models import CheckIn
from impactline.exchange.actions.work import Column, Work, before_and_after, changed, complete, early, save, values
from impactline.exchange.plan import Add, Change
from impactline.okrs import verbs
from impactline.okrs.measure import Type
from impactline.okrs.models import Cycle, CycleState, KeyResult, Priority

PRIORITY = {
    "title": Column("title"),
    "why": Column("why"),
    "owner": Column("owner_id", "person"),
    "archived_at": Column("archived_at"),
}
CYCLE = {
    "name": Column("name", empty=""),
    "starts_on": Column("starts_on"),
    "ends_on": Column("ends_on"),
    "purpose": Column("purpose"),
    "check_in_every_days": Column("check_in_every_days"),
    "state": Column("state"),
    "closed_on": Column("closed_on"),
    "archived_at": Column("archived_at"),
    "parent": Column("parent_id", "cycle", late=True),
}
PRIORITY_VERBS = (verbs.PRIORITY_ARCHIVED, verbs.PRIORITY_RESTORED, verbs.PRIORITY_EDITED)
CYCLE_VERBS = (verbs.CYCLE_ARCHIVED, verbs.CYCLE_RESTORED, verbs.CYCLE_EDITED)
MOVES = {
    CycleState.ACTIVE: verbs.CYCLE_ACTIVATED,
    CycleState.CLOSING: verbs.CYCLE_CLOSING,
    CycleState.CLOSED: verbs.CYCLE_CLOSED,
    CycleState.DRAFT: verbs.CYCLE_EDITED,
}


def add_priorities(work: Work, adds: Sequence[Add]) -> None:
    """Write new priorities, behind those that are there."""
    work.claim("priority", (add.ref for add in adds))
    last = Priority.objects.aggregate(last=Max("position"))["last"] or 0
    rows = [
        Priority(ref=add.ref, position=position, **titled(values(work, PRIORITY, add.part, PRIORITY), add.ref))
        for position, add in enumerate(adds, last + 1)
    ]
    for row in work.created("priority", Priority, rows):
        work.tell(verbs.PRIORITY, row, title=row.title)


def change_priorities(work: Work, changes: Sequence[Change]) -> None:
    """Change priorities."""
    change_rows(work, Priority, PRIORITY, changes, PRIORITY_VERBS, "title")


def add_cycles(work: Work, adds: Sequence[Add]) -> list[tuple[Cycle, Any]]:
    """Write new cycles in the state that the document gives them, as yet without parents."""
    work.claim("cycle", (add.ref for add in adds))
    rows = [Cycle(ref=add.ref, **values(work, CYCLE, add.part, early(CYCLE))) for add in adds]
    for row in work.created("cycle", Cycle, rows):
        work.tell(verbs.CYCLE, row, starts_on=str(row.starts_on), ends_on=str(row.ends_on), state=row.state)
    return [(row, add.part) for row, add in zip(rows, adds, strict=True)]


def complete_cycles(work: Work, pairs: Iterable[tuple[Cycle, Any]]) -> None:
    """Give new cycles their parents."""
    complete(work, Cycle, CYCLE, pairs)


def change_cycles(work: Work, changes: Sequence[Change]) -> None:
    """Change cycles; one that leaves the draft freezes what its key results measure."""
    rows = change_rows(work, Cycle, CYCLE, changes, CYCLE_VERBS)
    begun = [rows[c.ref].pk for c in changes if _moved(c) and rows[c.ref].state != CycleState.DRAFT]
    unfrozen = KeyResult.objects.filter(objective__cycle__in=begun, frozen_at=None)
    unfrozen.exclude(type=Type.OPEN).update(frozen_at=work.at)


def date_closings(work: Work, refs: Iterable[str]) -> None:
    """Say of closed cycles when they were: on their last day, or that of the last check-in; never later than today."""
    rows = list(Cycle.objects.filter(ref__in=list(refs), state=CycleState.CLOSED, closed_on=None))
    said = CheckIn.objects.filter(key_result__objective__cycle__in=rows, replaced=False)
    last = dict(said.order_by().values_list("key_result__objective__cycle").annotate(last=Max("day")))
    for row in rows:
        row.closed_on = min(max(row.ends_on, last.get(row.pk, row.ends_on)), work.day)
    save(Cycle, rows, ["closed_on"])


def change_rows(
    work: Work,
    model: Any,
    columns: dict[str, Column],
    changes: Sequence[Change],
    known: tuple[str, str, str],
    title: str = "",
) -> dict[str, Any]:
    """Change the columns of rows and tell of it; `known` are the verbs archived, restored, edited. The rows by ref."""
    rows: dict[str, Any] = model.objects.select_for_update(of=("self",)).in_bulk(
        [change.ref for change in changes], field_name="ref"
    )
    attributes: set[str] = set()
    for change in changes:
        row = rows[change.ref]
        found = titled(values(work, columns, change.wanted, [part.field for part in change.fields]), row.ref, title)
        if found.get("state", CycleState.CLOSED) != CycleState.CLOSED:
            found["closed_on"] = None
        changed(row, found)
        attributes |= set(found)
        work.tell(_verb(change, known), row, **before_and_after(change))
    save(model, rows.values(), sorted(attributes))
    return rows


def _verb(change: Change, known: tuple[str, str, str]) -> str:
    archived, restored, edited = known
    if [part.field for part in change.fields] == ["archived_at"]:
        return restored if change.fields[0].after is None else archived
    if _moved(change):
        wanted: Any = change.wanted
        return MOVES[CycleState(wanted.state)]
    return edited


def _moved(change: Change) -> bool:
    return any(part.field == "state" for part in change.fields)


def titled(attributes: dict[str, Any], ref: str, name: str = "title") -> dict[str, Any]:
    """The same, with the ref in the place of a missing title; `name` is the column of titles, if there is one."""
    if name and attributes.get(name, "") is None:
        attributes[name] = ref
    return attributes
