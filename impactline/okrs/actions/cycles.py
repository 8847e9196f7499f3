"""Changes to cycles, and their way from draft through active and closing to closed; administrators make them."""

from datetime import date, datetime, timedelta
from typing import Any

from impactline.base import refs
from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.okrs import verbs
from impactline.okrs.actions.closing import give_suggested_scores
from impactline.okrs.measure import Kind, Type
from impactline.okrs.models import Cycle, CycleState, KeyResult, Objective
from impactline.okrs.rolling import lock_key_results, measure_again, refresh
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.roles import require_administrator

YEARS_MAX = 20
DATES = {"starts_on", "ends_on", "check_in_every_days"}


@action
def create_cycle(
    *,
    by: Person,
    starts_on: date,
    ends_on: date,
    at: datetime,
    ref: str = "",
    name: str = "",
    purpose: str = "",
    check_in_every_days: int = 7,
    parent: Cycle | None = None,
) -> Cycle:
    """Add a cycle as a draft."""
    require_administrator(by)
    title = line(name, "name", 200) if name else ""
    check_dates(starts_on, ends_on, check_in_every_days)
    if not title and not ref:
        title = _plain_name(starts_on, ends_on)
    cycle = Cycle.objects.create(
        ref=refs.claim("cycle", ref, title),
        name=title,
        starts_on=starts_on,
        ends_on=ends_on,
        purpose=prose(purpose, "purpose"),
        check_in_every_days=check_in_every_days,
        parent=parent,
    )
    note(verbs.CYCLE, cycle, by=by, at=at, starts_on=str(starts_on), ends_on=str(ends_on))
    return cycle


def _plain_name(starts_on: date, ends_on: date) -> str:
    """What people call these days: 2026, 2026-Q4; else the month in which they begin, 2026-10."""
    first, after = starts_on, ends_on + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month if first.day == after.day == 1 else 0
    if months == 12 and first.month == 1:
        return f"{first:%Y}"
    if months == 3 and first.month % 3 == 1:
        return f"{first:%Y}-Q{first.month // 3 + 1}"
    return f"{first:%Y-%m}"


@action
def change_cycle(*, by: Person, cycle: Cycle, version: int | None, at: datetime, changes: dict[str, Any]) -> Cycle:
    """Change name, dates, purpose, cadence or parent; figures follow."""
    require_administrator(by)
    fresh = locked(cycle, version)
    checked = known(changes, {"name", "purpose", "parent", *DATES})
    if checked.get("name"):
        checked["name"] = line(checked["name"], "name", 200)
    if "purpose" in checked:
        checked["purpose"] = prose(checked["purpose"], "purpose")
    check_dates(
        checked.get("starts_on", fresh.starts_on),
        checked.get("ends_on", fresh.ends_on),
        checked.get("check_in_every_days", fresh.check_in_every_days),
    )
    _no_loop(fresh, checked.get("parent"))
    if fresh.state == CycleState.CLOSED and any(getattr(fresh, f) != checked[f] for f in DATES & set(checked)):
        raise Invalid("This cycle is closed.", remedy="Reopen it to change its dates.", field="starts_on")
    if differing := edit(fresh, checked):
        note(verbs.CYCLE_EDITED, fresh, by=by, at=at, **differing)
        if DATES & set(differing):
            _measure_all(fresh, at)
    return fresh


@action
def activate_cycle(*, by: Person, cycle: Cycle, version: int | None, at: datetime) -> Cycle:
    """Begin a cycle: baselines and targets are frozen. Raises Faults with everything that stands in the way."""
    require_administrator(by)
    fresh = locked(cycle, version)
    if fresh.state == CycleState.ACTIVE:
        return fresh
    if fresh.state != CycleState.DRAFT:
        raise Invalid(f"This cycle is {fresh.state}.", remedy="Reopen it instead.")
    if faults := obstacles(fresh):
        raise Faults(faults)
    edit(fresh, {"state": CycleState.ACTIVE})
    key_results = KeyResult.objects.filter(objective__cycle=fresh, frozen_at=None)
    frozen = key_results.exclude(type=Type.OPEN).update(frozen_at=at)
    note(verbs.CYCLE_ACTIVATED, fresh, by=by, at=at, frozen=frozen)
    return fresh


def obstacles(cycle: Cycle) -> list[Fault]:
    """What keeps a draft from being activated: a committed objective needs a measure for every key result."""
    unmeasured = KeyResult.objects.filter(
        objective__cycle=cycle,
        objective__kind=Kind.COMMITTED,
        objective__archived_at=None,
        type=Type.OPEN,
        archived_at=None,
    ).select_related("objective")
    return [
        Fault(
            key_result.ref,
            f"“{key_result.title}” has no measure, but its objective is committed.",
            "Give it a measure, or make the objective aspirational.",
        )
        for key_result in unmeasured
    ]


@action
def begin_closing(*, by: Person, cycle: Cycle, at: datetime) -> Cycle:
    """Begin to close an active cycle: scores can be given."""
    require_administrator(by)
    fresh = locked(cycle, None)
    if fresh.state == CycleState.CLOSING:
        return fresh
    if fresh.state != CycleState.ACTIVE:
        raise Invalid(f"This cycle is {fresh.state}.", remedy="Only an active cycle can begin to close.")
    edit(fresh, {"state": CycleState.CLOSING})
    note(verbs.CYCLE_CLOSING, fresh, by=by, at=at)
    return fresh


@action
def close_cycle(*, by: Person, cycle: Cycle, at: datetime) -> Cycle:
    """Close a cycle. What nobody scored gets the suggested score; what has no progress stays unscored.

    From then on its key results no longer move with the metrics they follow.
    """
    require_administrator(by)
    fresh = locked(cycle, None)
    if fresh.state == CycleState.CLOSED:
        return fresh
    if fresh.state not in {CycleState.ACTIVE, CycleState.CLOSING}:
        raise Invalid(f"This cycle is {fresh.state}.", remedy="Only an active or closing cycle can be closed.")
    give_suggested_scores(fresh, by=by, at=at)
    edit(fresh, {"state": CycleState.CLOSED, "closed_on": present(at).day})
    note(verbs.CYCLE_CLOSED, fresh, by=by, at=at)
    return fresh


@action
def reopen_cycle(*, by: Person, cycle: Cycle, at: datetime) -> Cycle:
    """Make a closing or closed cycle active again; scores that were given stay."""
    require_administrator(by)
    fresh = locked(cycle, None)
    if fresh.state == CycleState.ACTIVE:
        return fresh
    if fresh.state == CycleState.DRAFT:
        raise Invalid("This cycle is a draft.", remedy="Activate it.")
    was_closed = fresh.state == CycleState.CLOSED
    edit(fresh, {"state": CycleState.ACTIVE, "closed_on": None})
    if was_closed:
        _measure_all(fresh, at)
    note(verbs.CYCLE_REOPENED, fresh, by=by, at=at)
    return fresh


@action
def archive_cycle(*, by: Person, cycle: Cycle, at: datetime) -> Cycle:
    """Put a cycle into the archive with all that is in it."""
    require_administrator(by)
    fresh = locked(cycle, None)
    if fresh.archived_at is None:
        edit(fresh, {"archived_at": at})
        note(verbs.CYCLE_ARCHIVED, fresh, by=by, at=at)
    return fresh


@action
def restore_cycle(*, by: Person, cycle: Cycle, at: datetime) -> Cycle:
    """Take a cycle back from the archive."""
    require_administrator(by)
    fresh = locked(cycle, None)
    if fresh.archived_at is not None:
        edit(fresh, {"archived_at": None})
        note(verbs.CYCLE_RESTORED, fresh, by=by, at=at)
    return fresh


def check_dates(starts_on: date, ends_on: date, every_days: int) -> None:
    """Raises Faults unless the cycle ends after it starts, lasts a sensible time and has a cadence."""
    faults = []
    if ends_on < starts_on:
        faults.append(Fault("ends_on", "The cycle ends before it starts.", "Exchange the two dates."))
    elif (ends_on - starts_on).days > YEARS_MAX * 366:
        faults.append(
            Fault("ends_on", f"The cycle lasts more than {YEARS_MAX} years.", "Check the years of both dates.")
        )
    if not 1 <= every_days <= 366:
        faults.append(Fault("check_in_every_days", "Check-ins come every 1 to 366 days.", "Choose 7 for weekly."))
    if faults:
        raise Faults(faults)


def _no_loop(cycle: Cycle, parent: Cycle | None) -> None:
    parents = dict(Cycle.objects.values_list("pk", "parent_id"))
    above: int | None = parent.pk if parent else None
    while above is not None:
        if above == cycle.pk:
            raise Invalid("A cycle cannot stand inside itself.", remedy="Choose another parent.", field="parent")
        above = parents.get(above)


def _measure_all(cycle: Cycle, at: datetime) -> None:
    """Sums over the period and counts of check-ins depend on the dates, and what counts on the closing."""
    objectives = Objective.objects.filter(cycle=cycle)
    now = present(at)
    measure_again(lock_key_results(KeyResult.objects.filter(objective__in=objectives)), now)
    refresh(objectives.values_list("pk", flat=True), now)
