"""How objectives align: a child contributes to parents with a fixed or equal share, or supports them; no loops."""

from datetime import datetime

from django.db.models import Max

from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.transactions import action
from impactline.okrs import verbs
from impactline.okrs.actions.objectives import not_closed
from impactline.okrs.models import Alignment, AlignmentKind, Cycle, KeyResult, Objective
from impactline.okrs.rolling import lock_with_ancestors, refresh
from impactline.okrs.rollup import shares
from impactline.okrs.today import present
from impactline.okrs.visibility import require_edit
from impactline.people.models import Organisation, Person


@action
def align(
    *,
    by: Person,
    child: Objective,
    parent: Objective,
    at: datetime,
    kind: str = AlignmentKind.CONTRIBUTES,
    weight: float | None = None,
) -> Alignment:
    """Let an objective contribute to another, or support it; changes kind and weight when it does already.

    `weight` is a fixed share in percent; without one it shares equally what is left. Raises Invalid for a loop
    (also one made by somebody else at this moment) and for weights that cannot sum to 100 %.
    """
    require_edit(by, child)
    _check(kind, weight)
    _one_change_of_the_tree_at_a_time()
    if path_between(parent.pk, child.pk):
        raise Invalid(
            f"{parent.title} stands below {child.title} already.",
            remedy="An objective cannot, over any number of steps, serve itself: remove another alignment first.",
            field="parent",
        )
    not_closed(Cycle.objects.get(pk=parent.cycle_id))
    before = Alignment.objects.filter(child=child, parent=parent).first()
    if before is not None and (before.kind, before.weight) == (kind, weight):
        return before
    lock_with_ancestors([child.pk, parent.pk])
    made, _ = Alignment.objects.update_or_create(
        child=child,
        parent=parent,
        defaults={"kind": kind, "weight": weight},
        create_defaults={"kind": kind, "weight": weight, "position": _next_position(parent)},
    )
    check_weights(parent)
    rolled = refresh([child.pk, parent.pk], present(at))
    said = {"kind": [before and before.kind, kind], "weight": [before and before.weight, weight]}
    note(
        verbs.ALIGNED,
        child,
        by=by,
        at=at,
        objective_id=child.pk,
        parent_id=parent.pk,
        rolled=[*rolled, parent.pk],
        **said,
    )
    return made


@action
def unalign(*, by: Person, child: Objective, parent: Objective, at: datetime) -> None:
    """End an alignment; nothing happens when there is none."""
    require_edit(by, child)
    _one_change_of_the_tree_at_a_time()
    before = Alignment.objects.filter(child=child, parent=parent).first()
    if before is None:
        return
    not_closed(Cycle.objects.get(pk=parent.cycle_id))
    lock_with_ancestors([child.pk, parent.pk])
    before.delete()
    rolled = refresh([parent.pk], present(at))
    said = {"kind": [before.kind, None], "weight": [before.weight, None]}
    note(
        verbs.UNALIGNED,
        child,
        by=by,
        at=at,
        objective_id=child.pk,
        parent_id=parent.pk,
        rolled=[*rolled, parent.pk],
        **said,
    )


def path_between(start: int, goal: int) -> list[int]:
    """A way up from one objective to another over alignments of both kinds, or an empty list."""
    if start == goal:
        return [start]
    came: dict[int, int] = {start: start}
    frontier = [start]
    while frontier:
        edges = Alignment.objects.filter(child__in=frontier).values_list("child_id", "parent_id")
        found = {parent: child for child, parent in edges if parent not in came}
        came |= found
        if goal in found:
            return _trace(came, start, goal)
        frontier = list(found)
    return []


def check_weights(objective: Objective) -> None:
    """Raises WeightsDoNotSum when the fixed weights of the parts that count cannot make up 100 %."""
    weights: list[float | None] = []
    if objective.driver in {"key_results", "both"}:
        key_results = KeyResult.objects.filter(objective=objective, archived_at=None)
        weights += key_results.values_list("weight", flat=True)
    if objective.driver in {"objectives", "both"}:
        children = Alignment.objects.filter(parent=objective, kind=AlignmentKind.CONTRIBUTES, child__archived_at=None)
        weights += children.values_list("weight", flat=True)
    shares(weights)


def _check(kind: str, weight: float | None) -> None:
    if kind not in AlignmentKind.values:
        raise Invalid("An objective contributes or supports.", field="kind")
    if kind == AlignmentKind.SUPPORTS and weight is not None:
        raise Invalid("What only supports has no weight.", remedy="Let it contribute.", field="weight")
    if weight is not None and not 0 <= weight <= 100:
        raise Invalid("A weight is a share between 0 and 100 %.", remedy="Enter 0 to 100.", field="weight")


def _one_change_of_the_tree_at_a_time() -> None:
    """Two changes at once could each be without a loop and make one together."""
    Organisation.objects.select_for_update(no_key=True).first()


def _next_position(parent: Objective) -> int:
    last = Alignment.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _trace(came: dict[int, int], start: int, goal: int) -> list[int]:
    path = [goal]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]
