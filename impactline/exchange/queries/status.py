"""The status of objectives as the contract tells it: one record for people's tables and for programs alike."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from impactline.base.errors import NotFound
from impactline.chain.delivery import Verdict
from impactline.checkins.figures import KeyResultFigures, ObjectiveFigures, figures_of
from impactline.checkins.verdicts import verdicts_of
from impactline.okrs.models import Cycle, Objective
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person, Team

AT_ONCE = 2_000
FINE, COARSE = 4, 3


@dataclass(frozen=True, slots=True)
class Status:
    """Objectives as they stood at the end of a day, by cycle and in their order.

    `only` names the key result that was asked for, if it was one.
    """

    as_of: date
    objectives: list[ObjectiveFigures]
    only: str = ""
    verdicts: dict[int, Verdict] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """The status for programs: what the contract says, key by key."""
        return {
            "as_of": self.as_of.isoformat(),
            "objectives": [
                _objective(found, self.verdicts[found.objective.pk], self.only) for found in self.objectives
            ],
        }


def status_of(viewer: Person | None, *, at: datetime, ref: str = "", as_of: date | None = None) -> Status:
    """The status that a viewer may see (None: the operator, who sees everything).

    `ref` names an objective, a key result, a cycle or a team; without one all objectives are told that are not
    archived, nor their cycles. Raises NotFound for a ref that is absent or hidden.
    """
    now = present(at)
    day = None if as_of == now.day else as_of
    rows = visible_to(viewer).select_related("cycle").order_by("cycle__starts_on", "cycle", "position", "id")
    chosen, only = _chosen(viewer, ref)
    objectives = list(rows.filter(**chosen))
    figures = _figures(viewer, objectives, now, day)
    verdicts = verdicts_of(viewer, figures, as_of or now.day, threshold=now.policy.enough)
    return Status(as_of or now.day, figures, only, verdicts)


def _chosen(viewer: Person | None, ref: str) -> tuple[dict[str, Any], str]:
    """Which objectives a ref asks for, and the key result, if it names one."""
    if not ref:
        return {"archived_at": None, "cycle__archived_at": None}, ""
    if visible_to(viewer).filter(ref=ref).exists():
        return {"ref": ref}, ""
    key_result = key_results_visible_to(viewer).filter(ref=ref).first()
    if key_result is not None:
        return {"pk": key_result.objective_id}, ref
    if Cycle.objects.filter(ref=ref).exists():
        return {"cycle__ref": ref, "archived_at": None}, ""
    if Team.objects.filter(ref=ref).exists():
        return {"team__ref": ref, "archived_at": None}, ""
    raise NotFound(
        f"There is no objective, key result, cycle or team “{ref[:80]}”.",
        remedy="`impactline status` without a ref lists what there is.",
        field="ref",
    )


def _figures(
    viewer: Person | None, objectives: Sequence[Objective], now: Present, as_of: date | None
) -> list[ObjectiveFigures]:
    found: list[ObjectiveFigures] = []
    for start in range(0, len(objectives), AT_ONCE):
        portion = objectives[start : start + AT_ONCE]
        figures = figures_of(viewer, portion, now, as_of)
        found += [figures[row.pk] for row in portion]
    return found


def _objective(found: ObjectiveFigures, judged: Verdict, only: str) -> dict[str, Any]:
    objective, rolled = found.objective, found.rolled
    return {
        "ref": objective.ref,
        "title": objective.title,
        "cycle": objective.cycle.ref,
        "kind": objective.kind,
        "progress": _round(rolled.progress, COARSE),
        "expected": _round(rolled.expected, COARSE),
        "pace": str(rolled.colour),
        "delivery": _round(judged.delivery.value, COARSE),
        "effect": _round(judged.effect.value, COARSE),
        "quadrant": None if judged.quadrant is None else str(judged.quadrant),
        "score": found.score,
        "key_results": [_key_result(entry) for entry in _asked(found.key_results, only)],
    }


def _asked(entries: Iterable[KeyResultFigures], only: str) -> list[KeyResultFigures]:
    return [entry for entry in entries if not only or entry.key_result.ref == only]


def _key_result(entry: KeyResultFigures) -> dict[str, Any]:
    judged, row = entry.judged, entry.key_result
    value = judged.standing.value
    counts = entry.counted.counted is not None
    return {
        "ref": row.ref,
        "type": row.type,
        "value": None if value is None else float(value),
        "progress": _round(judged.progress, FINE),
        "counted": _round(entry.counted.counted, FINE),
        "weight": _round(entry.counted.weight, FINE) if counts else None,
        "expected": _round(judged.expected, COARSE),
        "landing": _round(judged.pace.landing, COARSE),
        "speed_up": _round(judged.pace.speed_up, COARSE),
        "pace": str(judged.pace.colour),
        "confidence": entry.confidence,
        "status": entry.status,
        "last_check_in_at": None if entry.checked_in_on is None else entry.checked_in_on.isoformat(),
        "score": entry.score,
    }


def _round(value: float | None, places: int) -> float | None:
    """A number as it is printed; None for none and for one without bound."""
    if value is None or not math.isfinite(value):
        return None
    return round(value, places) + 0.0  # never −0.0
