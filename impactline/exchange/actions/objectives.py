"""Objectives with what they are tied to, as an import writes them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from impactline.base.inserting import insert
from impactline.exchange.actions.work import (
    Column,
    Work,
    before_and_after,
    changed,
    complete,
    early,
    last_positions,
    number_of,
    save,
    values,
)
from impactline.exchange.plan import Add, Change
from impactline.okrs import verbs
from impactline.okrs.models import Alignment, AlignmentKind, Objective, Viewer

OBJECTIVE = {
    "title": Column("title"),
    "description": Column("description"),
    "cycle": Column("cycle_id", "cycle"),
    "owner": Column("owner_id", "person"),
    "team": Column("team_id", "team"),
    "kind": Column("kind"),
    "visibility": Column("visibility"),
    "driver": Column("driver"),
    "metric": Column("metric_id", "metric"),
    "baseline": Column("baseline"),
    "target": Column("target"),
    "archived_at": Column("archived_at"),
    "carried_from": Column("carried_from_id", "objective", late=True),
}
ALIGNED = ("contributes_to", "supports")
Edge = tuple[int, int, str, float | None]


def add_objectives(work: Work, adds: Sequence[Add]) -> list[tuple[Objective, Any]]:
    """Write new objectives behind those of their cycles, as yet tied to nothing."""
    work.claim("objective", (add.ref for add in adds))
    rows = [Objective(ref=add.ref, **values(work, OBJECTIVE, add.part, early(OBJECTIVE))) for add in adds]
    last = last_positions(Objective, "cycle_id", {row.cycle_id for row in rows})
    for row in rows:
        last[row.cycle_id] = row.position = last.get(row.cycle_id, 0) + 1
    for row in work.created("objective", Objective, rows):
        work.tell(verbs.OBJECTIVE, row, objective=row.pk, title=row.title)
    return [(row, add.part) for row, add in zip(rows, adds, strict=True)]


def complete_objectives(work: Work, pairs: Sequence[tuple[Objective, Any]]) -> None:
    """Tie new objectives to priorities, viewers, other objectives, and those that they continue."""
    complete(work, Objective, OBJECTIVE, pairs)
    _set_priorities(work, pairs)
    _set_viewers(work, pairs)
    _set_alignments(work, pairs)


def change_objectives(work: Work, changes: Sequence[Change]) -> set[int]:
    """Change objectives; returns the ids of those with figures that may move, parents left behind among them."""
    rows = Objective.objects.in_bulk([change.ref for change in changes], field_name="ref")
    attributes: set[str] = set()
    pairs: dict[str, list[tuple[Objective, Any]]] = defaultdict(list)
    for change in changes:
        row = rows[change.ref]
        names = {part.field for part in change.fields}
        found = values(work, OBJECTIVE, change.wanted, names)
        changed(row, found)
        attributes |= set(found)
        for name in names:
            pairs[name].append((row, _whole(change, name)))
        if names - set(ALIGNED):
            work.tell(_verb(change), row, objective=row.pk, **before_and_after(change))
    save(Objective, rows.values(), sorted(attributes))
    _set_priorities(work, pairs["priorities"])
    _set_viewers(work, pairs["viewers"])
    aligned = {row.pk: (row, part) for name in ALIGNED for row, part in pairs[name]}
    left = _set_alignments(work, list(aligned.values()))
    return {row.pk for row in rows.values()} | left


def _whole(change: Change, name: str) -> Any:
    """What the objective will be: of its two lists of alignments, one may stay as it was."""
    if name not in ALIGNED:
        return change.wanted
    stays = {other: getattr(change.current, other) for other in ALIGNED if not change.wanted.states(other)}
    return change.wanted.model_copy(update=stays)


def _verb(change: Change) -> str:
    fields = [part.field for part in change.fields]
    if fields == ["viewers"]:
        return verbs.OBJECTIVE_VIEWERS
    if fields == ["archived_at"]:
        return verbs.OBJECTIVE_RESTORED if change.fields[0].after is None else verbs.OBJECTIVE_ARCHIVED
    return verbs.OBJECTIVE_EDITED


def _set_priorities(work: Work, pairs: Sequence[tuple[Objective, Any]]) -> None:
    _replace(
        Objective.priorities.through,
        pairs,
        lambda part: [{"priority_id": work.id_of("priority", ref)} for ref in part.priorities],
    )


def _set_viewers(work: Work, pairs: Sequence[tuple[Objective, Any]]) -> None:
    _replace(Viewer, pairs, lambda part: [{"person_id": work.id_of("person", email)} for email in part.viewers])


def _replace(
    model: Any,
    pairs: Sequence[tuple[Objective, Any]],
    made: Callable[[Any], Iterable[dict[str, Any]]],
) -> None:
    """The entries of a list, anew and in its order."""
    model.objects.filter(objective__in=[row.pk for row, _ in pairs]).delete()
    insert(model, [model(objective_id=row.pk, **keys) for row, part in pairs for keys in made(part)])


def _set_alignments(work: Work, pairs: Sequence[tuple[Objective, Any]]) -> set[int]:
    """Write the alignments of some children anew, each at the place it had below its parent; returns all parents."""
    children = {row.pk: row for row, _ in pairs}
    before = {(row.child_id, row.parent_id): row for row in Alignment.objects.filter(child__in=children)}
    wanted = [edge for row, part in pairs for edge in _edges(work, row, part)]
    Alignment.objects.filter(child__in=children).delete()
    last = last_positions(Alignment, "parent_id", {parent for _, parent, _, _ in wanted})
    rows = []
    for child, parent, kind, weight in wanted:
        old = before.get((child, parent))
        if old is None:
            last[parent] = last.get(parent, 0) + 1
        position = last[parent] if old is None else old.position
        rows.append(Alignment(child_id=child, parent_id=parent, kind=kind, weight=weight, position=position))
        if old is None or (old.kind, old.weight) != (kind, weight):
            _tell(work, verbs.ALIGNED, children[child], parent, old, (kind, weight))
    insert(Alignment, rows)
    kept = {(child, parent) for child, parent, _, _ in wanted}
    for child, parent in set(before) - kept:
        _tell(work, verbs.UNALIGNED, children[child], parent, before[child, parent], (None, None))
    return {parent for _, parent in [*before, *kept]}


def _tell(
    work: Work,
    verb: str,
    child: Objective,
    parent_id: int,
    before: Alignment | None,
    after: tuple[str | None, float | None],
) -> None:
    kind, weight = after
    work.tell(
        verb,
        child,
        objective=child.pk,
        parent_id=parent_id,
        kind=[before and before.kind, kind],
        weight=[before and before.weight, weight],
    )


def _edges(work: Work, row: Objective, part: Any) -> Iterable[Edge]:
    parents = work.known("objective")
    for entry in part.contributes_to:
        yield row.pk, parents[entry.objective], AlignmentKind.CONTRIBUTES, number_of(entry.weight)
    for ref in part.supports:
        yield row.pk, parents[ref], AlignmentKind.SUPPORTS, None
