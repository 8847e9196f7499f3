"""Changes to key results: their text, their place, their measure."""

import copy
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from impactline.base import refs
from impactline.base.bulk import write
from impactline.base.errors import Invalid
from impactline.base.events import note, plain
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.metrics.models import Metric
from impactline.okrs import verbs
from impactline.okrs.actions import revisions
from impactline.okrs.actions.alignment import check_weights
from impactline.okrs.actions.measuring import check, freeze, give_metric, steps_of, write_milestones
from impactline.okrs.actions.objectives import not_closed
from impactline.okrs.measure import Milestone, Type
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.models import Milestone as MilestoneRow
from impactline.okrs.rolling import lock_key_results, lock_metrics, lock_with_ancestors, measure_again, refresh
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import require_edit
from impactline.people.models import Person

TEXT_FIELDS = ("title", "description", "owner", "starts_on", "due_on", "weight", "measures")


MEASURED = (Level.OUTPUT, Level.OUTCOME)


@action
def create_key_result(
    *,
    by: Person,
    objective: Objective,
    title: str,
    at: datetime,
    ref: str = "",
    milestones: Iterable[Milestone] = (),
    after: KeyResult | None = None,
    **fields: Any,
) -> KeyResult:
    """Add a key result; `fields` are those of the measure and the texts. Without a type it is `open`.

    Raises Faults with everything that is wrong with its measure.
    """
    require_edit(by, objective)
    checked = _texts({"title": title, **fields})
    key_result = KeyResult(**{"type": str(Type.OPEN), "objective": objective} | checked)
    steps = list(milestones)
    check(key_result, steps)
    lock_metrics([key_result.metric_id])
    fresh = lock_with_ancestors([objective.pk])[objective.pk]
    not_closed(fresh.cycle)
    last = KeyResult.objects.filter(objective=objective).aggregate(last=Max("position"))["last"]
    key_result.position = (last or 0) + 1
    key_result.ref = refs.claim("key_result", ref, key_result.title)
    give_metric(key_result)
    freeze(key_result, fresh, at)
    key_result.save()
    write_milestones(key_result, steps)
    if after is not None:
        _place(key_result, after)
    check_weights(fresh)
    rolled = _settle(key_result, present(at))
    said = {"title": key_result.title, "type": str(key_result.type)}
    note(verbs.KEY_RESULT, key_result, by=by, at=at, objective_id=fresh.pk, rolled=rolled, **said)
    return key_result


@action
def change_key_result(
    *,
    by: Person,
    key_result: KeyResult,
    version: int | None,
    at: datetime,
    changes: dict[str, Any],
    milestones: Iterable[Milestone] | None = None,
    reason: str = "",
) -> KeyResult:
    """Change texts, owner, dates, weight or measure.

    Once frozen (its cycle is active), a change of the measure needs a reason; it is logged with who, when,
    and what was before, and the score is shown against both.
    """
    metric: Metric | None = changes.get("metric")
    lock_metrics([metric.pk if metric else None])
    fresh = locked(key_result, version)
    objective = Objective.objects.select_related("cycle").get(pk=fresh.objective_id)
    require_edit(by, objective)
    not_closed(objective.cycle)
    checked = _texts(changes)
    steps = steps_of(fresh) if milestones is None else list(milestones)
    check(_with(fresh, checked), steps)
    before = revisions.state_of(fresh)
    differing = _apply(fresh, checked, None if milestones is None else steps)
    revised = revisions.revised(before, revisions.state_of(fresh))
    if not differing and not revised:
        return fresh
    if revised and fresh.frozen_at is not None:
        revisions.log(fresh, revised, by=by, at=at, reason=reason)
    elif freeze(fresh, objective, at):
        fresh.save(update_fields=["frozen_at"])
    lock_with_ancestors([objective.pk])
    check_weights(objective)
    rolled = _settle(fresh, present(at))
    verb = verbs.KEY_RESULT_REVISED if revised and reason else verbs.KEY_RESULT_EDITED
    why = {"reason": reason} if verb == verbs.KEY_RESULT_REVISED else {}
    note(verb, fresh, by=by, at=at, objective_id=objective.pk, rolled=rolled, **(differing | revised | why))
    return fresh


@action
def set_milestones(*, by: Person, key_result: KeyResult, reached: dict[str, date | None], at: datetime) -> KeyResult:
    """Say on which day milestones (by title) were reached, or that they are not reached (None)."""
    fresh = locked(key_result, None)
    objective = Objective.objects.select_related("cycle").get(pk=fresh.objective_id)
    require_edit(by, objective)
    not_closed(objective.cycle)
    now = present(at)
    rows = {row.title: row for row in MilestoneRow.objects.filter(key_result=fresh)}
    if unknown := [title for title in reached if title not in rows]:
        raise Invalid(f"There is no milestone “{unknown[0][:80]}”.", field="milestones")
    if any(day is not None and day > now.day for day in reached.values()):
        raise Invalid("That day is still to come.", remedy="Choose today or an earlier day.", field="milestones")
    moved = [rows[title] for title, day in reached.items() if rows[title].reached_on != day]
    if moved:
        for row in moved:
            row.reached_on = reached[row.title]
        write(MilestoneRow, moved, ["reached_on"])
        steps = {row.title: plain(row.reached_on) for row in moved}
        rolled = _settle(fresh, now)
        note(verbs.KEY_RESULT_EDITED, fresh, by=by, at=at, objective_id=objective.pk, milestones=steps, rolled=rolled)
    return fresh


@action
def move_key_result(
    *, by: Person, key_result: KeyResult, objective: Objective, after: KeyResult | None, at: datetime
) -> KeyResult:
    """Move a key result behind another, to the front, or into another objective."""
    fresh = locked(key_result, None)
    before = Objective.objects.select_related("cycle").get(pk=fresh.objective_id)
    require_edit(by, before)
    lock_with_ancestors([before.pk, objective.pk])
    moved: dict[str, Any] = {}
    if objective.pk != before.pk:
        require_edit(by, objective)
        not_closed(before.cycle)
        not_closed(objective.cycle)
        moved = edit(fresh, {"objective": objective})
        if freeze(fresh, objective, at):
            fresh.save(update_fields=["frozen_at"])
        check_weights(before)
        check_weights(objective)
    if _place(fresh, after) or moved:
        rolled = _settle(fresh, present(at), also=before.pk)
        note(verbs.KEY_RESULT_MOVED, fresh, by=by, at=at, objective_id=objective.pk, rolled=rolled, **moved)
    return fresh


@action
def archive_key_result(*, by: Person, key_result: KeyResult, at: datetime) -> KeyResult:
    """Put a key result into the archive; its objective is computed without it."""
    return _archive(by, key_result, at, at)


@action
def restore_key_result(*, by: Person, key_result: KeyResult, at: datetime) -> KeyResult:
    """Take a key result back from the archive."""
    return _archive(by, key_result, at, None)


def _archive(by: Person, key_result: KeyResult, at: datetime, archived_at: datetime | None) -> KeyResult:
    fresh = locked(key_result, None)
    objective = Objective.objects.select_related("cycle").get(pk=fresh.objective_id)
    require_edit(by, objective)
    if (fresh.archived_at is None) == (archived_at is None):
        return fresh
    not_closed(objective.cycle)
    lock_with_ancestors([objective.pk])
    edit(fresh, {"archived_at": archived_at})
    check_weights(objective)
    rolled = refresh([objective.pk], present(at))
    verb = verbs.KEY_RESULT_RESTORED if archived_at is None else verbs.KEY_RESULT_ARCHIVED
    note(verb, fresh, by=by, at=at, objective_id=objective.pk, rolled=rolled)
    return fresh


def _texts(changes: dict[str, Any]) -> dict[str, Any]:
    checked = known(changes, {*revisions.MEASURE_FIELDS, *TEXT_FIELDS})
    if "title" in checked:
        checked["title"] = line(checked["title"], "title")
    if "description" in checked:
        checked["description"] = prose(checked["description"], "description")
    if checked.get("unit"):
        checked["unit"] = line(checked["unit"], "unit", 60)
    measures: ChainItem | None = checked.get("measures")
    if measures is not None and measures.level not in MEASURED:
        raise Invalid(
            f"A key result does not measure an {measures.level}.",
            remedy="Choose an output or an outcome.",
            field="measures",
        )
    return checked


def _with(key_result: KeyResult, changes: dict[str, Any]) -> KeyResult:
    """A copy, not saved, as it would be."""
    candidate = copy.copy(key_result)
    for field, value in changes.items():
        setattr(candidate, field, value)
    return candidate


def _apply(key_result: KeyResult, changes: dict[str, Any], steps: list[Milestone] | None) -> dict[str, list[Any]]:
    differing = edit(key_result, changes)
    if key_result.metric_id is None:
        give_metric(key_result)
        key_result.save(update_fields=["metric"])
    elif "unit" in differing:
        Metric.objects.filter(pk=key_result.metric_id, ref=None).update(unit=key_result.unit)
    if steps is not None:
        write_milestones(key_result, steps)
    return differing


def _place(key_result: KeyResult, after: KeyResult | None) -> bool:
    """Number the key results of the objective anew with this one behind `after`; whether that moved any."""
    others = KeyResult.objects.filter(objective=key_result.objective_id).exclude(pk=key_result.pk)
    siblings = list(others.order_by("position", "id"))
    ids = [sibling.pk for sibling in siblings]
    siblings.insert(ids.index(after.pk) + 1 if after is not None and after.pk in ids else 0, key_result)
    moved = [row for position, row in enumerate(siblings, 1) if row.position != position]
    for position, row in enumerate(siblings, 1):
        row.position = position
    write(KeyResult, moved, ["position"])
    return bool(moved)


def _settle(key_result: KeyResult, now: Present, also: int | None = None) -> list[int]:
    """Measure the key result again and roll its objective up, and another one; returns what moved."""
    (fresh,) = lock_key_results(KeyResult.objects.filter(pk=key_result.pk))
    measure_again([fresh], now)
    key_result.value, key_result.value_day, key_result.progress = fresh.value, fresh.value_day, fresh.progress
    return refresh({fresh.objective_id, also or fresh.objective_id}, now)
