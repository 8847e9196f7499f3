"""What clearing a roadblock frees: the value behind what it is in the way of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from impactline.insight.bottlenecks.queries import ITEM, KEY_RESULT, Ground, Named, Scope, Seed
from impactline.insight.models import Roadblock
from impactline.people.models import Person


@dataclass(frozen=True, slots=True)
class Freed:
    """What clearing a roadblock frees, and of which key results, most first; 1 is a whole objective."""

    value: float
    behind: tuple[tuple[Named, float], ...]


def freed_by(viewer: Person | None, rows: Sequence[Roadblock], day: date) -> dict[int, Freed]:
    """What clearing each of these roadblocks frees, by id, of the cycles that run; five queries, none without rows.

    In the way of an item: what the item holds back, through the chain and what waits for it. In the way of a key
    result or an objective: all that it lacks.
    """
    if not rows:
        return {}
    ground = Ground(viewer, Scope(), day)
    lost = ground.behind([_blocked(row, ground) for row in rows])
    return {
        row.pk: Freed(sum(found.values()), tuple((ground.names[key], value) for key, value in found.items()))
        for row, found in zip(rows, lost, strict=True)
    }


def _blocked(row: Roadblock, ground: Ground) -> Seed:
    if row.item_id is not None:
        key = (ITEM, row.item_id)
        return {key: ground.missing.get(key, 1.0)}
    if row.key_result_id is not None:
        return {(KEY_RESULT, row.key_result_id): 1.0}
    return dict.fromkeys(ground.objectives.get(row.objective_id or 0, ()), 1.0)
