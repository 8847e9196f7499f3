"""Changes to teams, and to who belongs to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from impactline.base import refs
from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.people import verbs
from impactline.people.calendar import Holiday, kept_holidays
from impactline.people.models import Membership, Organisation, Person, Team
from impactline.people.queries import with_ancestors
from impactline.people.roles import require_administrator


@action
def create_team(
    *,
    by: Person,
    name: str,
    at: datetime,
    ref: str = "",
    purpose: str = "",
    parent: Team | None = None,
    lead: Person | None = None,
    members: Iterable[Person] = (),
    holidays: Iterable[Holiday] = (),
) -> Team:
    """Add a team and those who belong to it."""
    require_administrator(by)
    title = line(name, "name", 200)
    team = Team.objects.create(
        ref=refs.claim("team", ref, title),
        name=title,
        purpose=prose(purpose, "purpose"),
        parent=parent,
        lead=lead,
        holidays=kept_holidays(holidays),
    )
    _set_members(team, members)
    note(verbs.TEAM, team, by=by, at=at, name=title)
    return team


@action
def change_team(
    *,
    by: Person,
    team: Team,
    version: int | None,
    at: datetime,
    changes: dict[str, Any],
    people: Iterable[Person] | None = None,
) -> Team:
    """Change a team, who belongs to it, or its own holidays; its lead and administrators may."""
    if not (by.pk == team.lead_id and by.may_write):
        require_administrator(by)
    Organisation.objects.select_for_update().first()  # one change of the tree at a time
    fresh = locked(team, version)
    checked = known(changes, {"name", "purpose", "parent", "lead", "holidays"})
    if "name" in checked:
        checked["name"] = line(checked["name"], "name", 200)
    if "purpose" in checked:
        checked["purpose"] = prose(checked["purpose"], "purpose")
    if "holidays" in checked:
        checked["holidays"] = kept_holidays(checked["holidays"])
    if checked.get("parent") is not None:
        _no_loop(fresh, checked["parent"])
    differing = edit(fresh, checked)
    if people is not None:
        differing |= _set_members(fresh, people)
    if differing:
        note(verbs.TEAM_EDITED, fresh, by=by, at=at, **differing)
    return fresh


@action
def archive_team(*, by: Person, team: Team, at: datetime) -> Team:
    """Put a team into the archive; its objectives stay."""
    require_administrator(by)
    fresh = locked(team, None)
    if fresh.archived_at is None:
        edit(fresh, {"archived_at": at})
        note(verbs.TEAM_ARCHIVED, fresh, by=by, at=at)
    return fresh


@action
def restore_team(*, by: Person, team: Team, at: datetime) -> Team:
    """Take a team back from the archive."""
    require_administrator(by)
    fresh = locked(team, None)
    if fresh.archived_at is not None:
        edit(fresh, {"archived_at": None})
        note(verbs.TEAM_RESTORED, fresh, by=by, at=at)
    return fresh


def _no_loop(team: Team, parent: Team) -> None:
    parents: dict[int, int | None] = dict(Team.objects.values_list("pk", "parent_id"))
    if team.pk in with_ancestors(parents, parent.pk):
        raise Invalid(
            f"{team.name} cannot stand below {parent.name}, which stands below it.",
            remedy="Choose another parent.",
            field="parent",
        )


def _set_members(team: Team, people: Iterable[Person]) -> dict[str, list[Any]]:
    wanted = {person.pk: person.email for person in people}
    before = dict(Membership.objects.filter(team=team).values_list("person_id", "person__email"))
    if set(before) == set(wanted):
        return {}
    Membership.objects.filter(team=team).exclude(person__in=wanted).delete()
    fresh = [Membership(team=team, person_id=key) for key in wanted if key not in before]
    Membership.objects.bulk_create(fresh)
    return {"people": [sorted(before.values()), sorted(wanted.values())]}
