"""Changes to roadblocks."""

from datetime import date, datetime
from typing import Any

from impactline.base import refs
from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.chain.models import ChainItem
from impactline.insight import verbs
from impactline.insight.models import Roadblock, RoadblockKind
from impactline.insight.visibility import Blocked, require_change
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.roles import require_writer

FIELDS = {"title", "kind", "owner", "escalate_to", "next_step", "due_on", "raised_on"}


@action
def raise_roadblock(
    *, by: Person, title: str, at: datetime, on: Blocked = None, ref: str = "", **fields: Any
) -> Roadblock:
    """Say in one line what is in the way, of an objective, a key result, a chain item or of nothing in particular.

    Whoever raises it owns it until somebody else does.
    """
    require_writer(by)
    today = present(at).day
    made = Roadblock(raised_by=by, owner=by, raised_on=today, **_on(on))
    for field, value in _checked({"title": title, **fields}, today).items():
        setattr(made, field, value)
    made.ref = refs.claim("roadblock", ref, made.title)
    made.save()
    note(verbs.RAISED, made, by=by, at=at, **ruled_by(made), title=made.title)
    return made


@action
def change_roadblock(
    *, by: Person, roadblock: Roadblock, version: int | None, at: datetime, changes: dict[str, Any]
) -> Roadblock:
    """Change words, kind, owner, next step, date or who it is escalated to."""
    fresh = locked(roadblock, version)
    require_change(by, fresh)
    if differing := edit(fresh, _checked(changes, fresh.resolved_on or present(at).day)):
        note(verbs.EDITED, fresh, by=by, at=at, **ruled_by(fresh), **differing)
    return fresh


@action
def resolve_roadblock(
    *, by: Person, roadblock: Roadblock, resolution: str, at: datetime, day: date | None = None
) -> Roadblock:
    """Close a roadblock with what was done about it."""
    fresh = locked(roadblock, None)
    require_change(by, fresh)
    words, today = line(resolution, "resolution", 2_000), present(at).day
    closed_on = day or today
    if closed_on > today or closed_on < fresh.raised_on:
        remedy = f"Choose a day from {fresh.raised_on}, when it was raised, to {today}."
        raise Invalid(f"It cannot have been cleared on {closed_on}.", remedy=remedy, field="resolved_on")
    if edit(fresh, {"resolved_on": closed_on, "resolution": prose(words, "resolution")}):
        note(verbs.RESOLVED, fresh, by=by, at=at, **ruled_by(fresh), resolution=words)
    return fresh


@action
def reopen_roadblock(*, by: Person, roadblock: Roadblock, at: datetime) -> Roadblock:
    """Say that it is in the way again; the log keeps what had been done."""
    fresh = locked(roadblock, None)
    require_change(by, fresh)
    if edit(fresh, {"resolved_on": None, "resolution": ""}):
        note(verbs.REOPENED, fresh, by=by, at=at, **ruled_by(fresh))
    return fresh


def ruled_by(roadblock: Roadblock) -> dict[str, int | None]:
    """Whose visibility rules the events of a roadblock: what it is in the way of."""
    objective = roadblock.key_result.objective_id if roadblock.key_result is not None else roadblock.objective_id
    return {"objective_id": objective, "chain_item_id": roadblock.item_id}


def _on(on: Blocked) -> dict[str, Any]:
    for field, kind in (("objective", Objective), ("key_result", KeyResult), ("item", ChainItem)):
        if isinstance(on, kind):
            return {field: on}
    return {}


def _checked(changes: dict[str, Any], latest: date) -> dict[str, Any]:
    """The changes as they are kept; it was raised on `latest` or before. Raises Faults."""
    checked, faults = known(changes, FIELDS), []
    if "title" in checked:
        checked["title"] = line(checked["title"], "title")
    if "next_step" in checked:
        checked["next_step"] = line(checked["next_step"], "next_step") if checked["next_step"] else ""
    if "kind" in checked and checked["kind"] not in RoadblockKind.values:
        remedy = f"Use {', '.join(RoadblockKind.values)}."
        faults.append(Fault("kind", f"“{str(checked['kind'])[:40]}” is not a kind of roadblock.", remedy))
    if "raised_on" in checked and (checked["raised_on"] is None or checked["raised_on"] > latest):
        remedy = "Choose that day or an earlier one."
        faults.append(Fault("raised_on", f"It was raised by {latest} at the latest.", remedy))
    if faults:
        raise Faults(faults)
    return checked
