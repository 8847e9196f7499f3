"""Roadblocks, as an import writes them."""

from collections.abc import Sequence
from typing import Any

from impactline.exchange.actions.work import Column, Work, before_and_after, changed, save, values
from impactline.exchange.plan import Add, Change
from impactline.insight import verbs
from impactline.insight.models import Roadblock

ROADBLOCK = {
    **{name: Column(name) for name in ("title", "kind", "due_on", "raised_on", "resolved_on", "resolution")},
    "next_step": Column("next_step", empty=""),
    "owner": Column("owner_id", "person"),
    "escalate_to": Column("escalate_to_id", "person"),
    "raised_by": Column("raised_by_id", "person"),
}
BLOCKED = {"objective": "objective_id", "key result": "key_result_id", "chain item": "item_id"}


def add_roadblocks(work: Work, adds: Sequence[Add]) -> None:
    """Write new roadblocks; one that does not say when it was raised was raised today."""
    work.claim("roadblock", (add.ref for add in adds))
    rows = [Roadblock(ref=add.ref, **_values(work, add.ref, add.part, [*ROADBLOCK, "on"])) for add in adds]
    for row in work.created("roadblock", Roadblock, rows):
        _tell(work, verbs.RAISED, row, title=row.title)


def change_roadblocks(work: Work, changes: Sequence[Change]) -> None:
    """Change roadblocks; one that gets its day of resolution is resolved, one that loses it is there again."""
    rows = Roadblock.objects.select_related("key_result").in_bulk([change.ref for change in changes], field_name="ref")
    attributes: set[str] = set()
    for change in changes:
        row, names = rows[change.ref], [part.field for part in change.fields]
        found = _values(work, row.ref, change.wanted, names)
        changed(row, found)
        attributes |= set(found)
        verb = verbs.EDITED
        if "resolved_on" in names:
            verb = verbs.REOPENED if row.resolved_on is None else verbs.RESOLVED
        _tell(work, verb, row, **before_and_after(change))
    save(Roadblock, rows.values(), sorted(attributes))


def _values(work: Work, ref: str, part: Any, names: Sequence[str]) -> dict[str, Any]:
    found = values(work, ROADBLOCK, part, names)
    if "title" in found:
        found["title"] = found["title"] or ref
    if "raised_on" in found:
        found["raised_on"] = found["raised_on"] or min(work.day, part.resolved_on or work.day)
    if "on" in names:
        found |= {attribute: work.known(kind).get(part.on or "") for kind, attribute in BLOCKED.items()}
    return found


def _tell(work: Work, verb: str, row: Roadblock, **said: Any) -> None:
    objective = row.objective_id
    if row.key_result is not None:
        objective = row.key_result.objective_id
    work.tell(verb, row, objective=objective, **said)
    work.events[-1].chain_item_id = row.item_id
