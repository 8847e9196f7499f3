"""Changes to objectives."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from impactline.base import refs
from impactline.base.bulk import write
from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.okrs import verbs
from impactline.okrs.actions.measuring import freeze
from impactline.okrs.measure import Driver, Kind, fits
from impactline.okrs.models import (
    BrokenGlass,
    Cycle,
    CycleState,
    KeyResult,
    Objective,
    Override,
    Priority,
    Viewer,
    Visibility,
)
from impactline.okrs.rolling import lock_key_results, lock_with_ancestors, measure_again, refresh
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import require_edit
from impactline.people.models import Person, Team
from impactline.people.roles import require_administrator, require_writer

GLASS_BROKEN_FOR = timedelta(hours=1)
TEXTS = {"title": line, "description": prose}
WORDS: dict[str, Any] = {"kind": Kind, "visibility": Visibility, "driver": Driver}
FIELDS = {*TEXTS, *WORDS, "owner", "team", "cycle", "metric", "baseline", "target"}
FIGURED = {"kind", "driver", "metric", "baseline", "target", "cycle"}


@action
def create_objective(
    *,
    by: Person,
    title: str,
    cycle: Cycle,
    at: datetime,
    ref: str = "",
    description: str = "",
    owner: Person | None = None,
    team: Team | None = None,
    kind: str = Kind.ASPIRATIONAL,
    visibility: str = Visibility.OPEN,
    priorities: Iterable[Priority] = (),
    after: Objective | None = None,
) -> Objective:
    """Add an objective to a cycle that is not closed, at the end or after another one."""
    require_writer(by)
    not_closed(locked(cycle, None))
    text = line(title, "title")
    objective = Objective.objects.create(
        ref=refs.claim("objective", ref, text),
        title=text,
        description=prose(description, "description"),
        cycle=cycle,
        owner=owner,
        team=team,
        kind=_one_of(kind, Kind, "kind"),
        visibility=_one_of(visibility, Visibility, "visibility"),
        position=next_position(cycle),
    )
    objective.priorities.set(list(priorities))
    if after is not None:
        _place(objective, after)
    note(verbs.OBJECTIVE, objective, by=by, at=at, objective_id=objective.pk, title=text)
    return objective


@action
def change_objective(
    *,
    by: Person,
    objective: Objective,
    version: int | None,
    at: datetime,
    changes: dict[str, Any],
    priorities: Iterable[Priority] | None = None,
) -> Objective:
    """Change text, owner, team, kind, visibility, cycle, driver, own metric, priorities.

    In a closed cycle what its figures rest on stays as it was.
    """
    key_results = lock_key_results(KeyResult.objects.filter(objective=objective)) if "cycle" in changes else []
    fresh = _locked(objective, version)
    require_edit(by, fresh)
    checked = _checked(fresh, changes)
    differing = edit(fresh, checked)
    if priorities is not None:
        differing |= _set_priorities(fresh, list(priorities))
    if not differing:
        return fresh
    rolled: list[int] = []
    if FIGURED & set(differing):
        now = present(at)
        if "cycle" in differing:
            _join(fresh, key_results, now, at)
        rolled = refresh([fresh.pk], now)
        fresh.refresh_from_db()
    note(verbs.OBJECTIVE_EDITED, fresh, by=by, at=at, objective_id=fresh.pk, rolled=rolled, **differing)
    return fresh


@action
def archive_objective(*, by: Person, objective: Objective, at: datetime) -> Objective:
    """Put an objective with its key results into the archive; what it contributed to is computed without it."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    if fresh.archived_at is None:
        edit(fresh, {"archived_at": at})
        rolled = refresh([fresh.pk], present(at))
        note(verbs.OBJECTIVE_ARCHIVED, fresh, by=by, at=at, objective_id=fresh.pk, rolled=rolled)
    return fresh


@action
def restore_objective(*, by: Person, objective: Objective, at: datetime) -> Objective:
    """Take an objective back from the archive."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    if fresh.archived_at is not None:
        edit(fresh, {"archived_at": None})
        rolled = refresh([fresh.pk], present(at))
        note(verbs.OBJECTIVE_RESTORED, fresh, by=by, at=at, objective_id=fresh.pk, rolled=rolled)
    return fresh


@action
def move_objective(*, by: Person, objective: Objective, after: Objective | None, at: datetime) -> Objective:
    """Move an objective behind another of its cycle, or to the front (`after` None)."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    if after is not None and after.cycle_id != fresh.cycle_id:
        raise Invalid("Both objectives have to stand in the same cycle.", field="after")
    if _place(fresh, after):
        note(verbs.OBJECTIVE_MOVED, fresh, by=by, at=at, objective_id=fresh.pk)
    return fresh


@action
def invite_viewers(*, by: Person, objective: Objective, people: Iterable[Person], at: datetime) -> Objective:
    """Say who, besides those concerned, may see a private objective; replaces the list."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    before, wanted = _viewers(fresh), {person.pk: person.email for person in people}
    return _let_see(by, fresh, before, wanted, at)


@action
def invite_viewer(*, by: Person, objective: Objective, person: Person, at: datetime) -> Objective:
    """Let one more person see a private objective."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    if fresh.visibility != Visibility.PRIVATE:
        raise Invalid("Everybody sees this objective.", remedy="Make it private first.", field="person")
    before = _viewers(fresh)
    return _let_see(by, fresh, before, before | {person.pk: person.email}, at)


@action
def uninvite_viewer(*, by: Person, objective: Objective, person: Person, at: datetime) -> Objective:
    """Take the invitation of a person back."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    before = _viewers(fresh)
    return _let_see(by, fresh, before, {key: email for key, email in before.items() if key != person.pk}, at)


@action
def break_glass(*, by: Person, objective: Objective, reason: str, at: datetime) -> BrokenGlass:
    """Open a private objective as administrator, for an hour; the reason stands in the log for its owner."""
    require_administrator(by)
    text = line(reason, "reason", 1000)
    broken = BrokenGlass.objects.filter(objective=objective, person=by, reason=text, until__gt=at).first()
    if broken is not None:
        return broken
    opened = BrokenGlass.objects.create(objective=objective, person=by, reason=text, at=at, until=at + GLASS_BROKEN_FOR)
    note(verbs.OBJECTIVE_GLASS, objective, by=by, at=at, objective_id=objective.pk, reason=text)
    return opened


@action
def override_progress(*, by: Person, objective: Objective, progress: float, reason: str, at: datetime) -> Override:
    """Set progress by hand, with a reason; the computed value stays visible beside it."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    not_closed(fresh.cycle)
    if not -10 <= progress <= 10:
        raise Invalid("Progress set by hand lies between −1000 % and 1000 %.", field="progress")
    text, now = line(reason, "reason", 1000), present(at)
    active = Override.objects.filter(objective=fresh, resumed_at=None)
    if (same := active.filter(progress=progress, reason=text).first()) is not None:
        return same
    active.update(resumed_at=at, resumed_by=by, resumed_day=now.day)
    made = Override.objects.create(objective=fresh, progress=progress, reason=text, by=by, at=at, day=now.day)
    said = {"progress": progress, "reason": text, "rolled": refresh([fresh.pk], now)}
    note(verbs.OBJECTIVE_OVERRIDDEN, fresh, by=by, at=at, objective_id=fresh.pk, **said)
    return made


@action
def resume_progress(*, by: Person, objective: Objective, at: datetime) -> Objective:
    """Return to the computed progress."""
    fresh = _locked(objective)
    require_edit(by, fresh)
    not_closed(fresh.cycle)
    now = present(at)
    active = Override.objects.filter(objective=fresh, resumed_at=None)
    if active.update(resumed_at=at, resumed_by=by, resumed_day=now.day):
        rolled = refresh([fresh.pk], now)
        note(verbs.OBJECTIVE_RESUMED, fresh, by=by, at=at, objective_id=fresh.pk, rolled=rolled)
        fresh.refresh_from_db()
    return fresh


def not_closed(cycle: Cycle) -> None:
    """Raises Invalid when the cycle is closed: what happened stays as it was."""
    if cycle.state == CycleState.CLOSED:
        raise Invalid(f"The cycle {cycle.title} is closed.", remedy="Choose another cycle, or reopen it.")


def next_position(cycle: Cycle) -> int:
    """The place behind the last objective of a cycle."""
    last = Objective.objects.filter(cycle=cycle).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _viewers(objective: Objective) -> dict[int, str]:
    return dict(Viewer.objects.filter(objective=objective).values_list("person_id", "person__email"))


def _let_see(
    by: Person, objective: Objective, before: dict[int, str], wanted: dict[int, str], at: datetime
) -> Objective:
    if set(before) == set(wanted):
        return objective
    Viewer.objects.filter(objective=objective).exclude(person__in=wanted).delete()
    new = [Viewer(objective=objective, person_id=key) for key in wanted if key not in before]
    Viewer.objects.bulk_create(new)
    viewers = [sorted(before.values()), sorted(wanted.values())]
    note(verbs.OBJECTIVE_VIEWERS, objective, by=by, at=at, objective_id=objective.pk, viewers=viewers)
    return objective


def _locked(objective: Objective, version: int | None = None) -> Objective:
    """The objective as it is now, locked with all that it contributes to; raises Conflict as `versions.locked` does."""
    lock_with_ancestors([objective.pk])
    fresh = locked(objective, version)
    fresh.cycle = Cycle.objects.get(pk=fresh.cycle_id)
    return fresh


def _checked(objective: Objective, changes: dict[str, Any]) -> dict[str, Any]:
    checked = known(changes, FIELDS)
    for field, check in TEXTS.items():
        if field in checked:
            checked[field] = check(checked[field], field)
    for field, words in WORDS.items():
        if field in checked:
            checked[field] = _one_of(checked[field], words, field)
    if any(getattr(objective, field) != checked[field] for field in FIGURED & set(checked)):
        not_closed(objective.cycle)
    if "cycle" in checked:
        not_closed(locked(checked["cycle"], None))
    _check_driver(objective, checked)
    return checked


def _join(objective: Objective, key_results: list[KeyResult], now: Present, at: datetime) -> None:
    """Take a place in another cycle: what is measured there is frozen as that cycle is, over its days."""
    objective.position = next_position(objective.cycle)
    objective.save(update_fields=["position"])
    for row in key_results:
        row.objective = objective
    write(KeyResult, [row for row in key_results if freeze(row, objective, at)], ["frozen_at"])
    measure_again(key_results, now)


def _one_of(word: str, words: Any, field: str) -> str:
    known = [str(entry) for entry in words]
    if str(word) not in known:
        raise Invalid(f"“{str(word)[:40]}” is not a {field}.", remedy=f"Use {', '.join(known)}.", field=field)
    return str(word)


def _check_driver(objective: Objective, changes: dict[str, Any]) -> None:
    driver, metric, baseline, target = (
        changes.get(field, getattr(objective, field)) for field in ("driver", "metric", "baseline", "target")
    )
    faults = []
    if driver == Driver.METRIC and (metric is None or baseline is None or target is None):
        faults.append(Fault("metric", "Progress by an own metric needs the metric, a baseline and a target."))
    if metric is not None and not metric.is_shared:
        faults.append(Fault("metric", "This metric belongs to a key result.", "Choose a shared metric."))
    if baseline is not None and baseline == target:
        faults.append(Fault("target", "Baseline and target are equal.", "A target is a change."))
    for field, value in (("baseline", baseline), ("target", target)):
        if value is not None and not fits(value):
            faults.append(Fault(field, "A number has at most 15 digits, 9 of them after the point."))
    if faults:
        raise Faults(faults)


def _set_priorities(objective: Objective, priorities: list[Priority]) -> dict[str, list[Any]]:
    before = sorted(objective.priorities.values_list("ref", flat=True))
    after = sorted(priority.ref for priority in priorities)
    if before == after:
        return {}
    objective.priorities.set(priorities)
    return {"priorities": [before, after]}


def _place(objective: Objective, after: Objective | None) -> bool:
    """Number the objectives of the cycle anew with this one behind `after`; whether that moved any."""
    siblings = list(Objective.objects.filter(cycle=objective.cycle_id).exclude(pk=objective.pk).only("position"))
    place = 0 if after is None else [sibling.pk for sibling in siblings].index(after.pk) + 1
    siblings.insert(place, objective)
    moved = [row for position, row in enumerate(siblings, 1) if row.position != position]
    for position, row in enumerate(siblings, 1):
        row.position = position
    write(Objective, moved, ["position"])
    return bool(moved)
