"""The API's teams, and who belongs to them."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.holidays import HolidayShape
from impactline.api.shapes import Paging, Wanted, etag, slice_of
from impactline.people import actions
from impactline.people.calendar import Holiday, holidays_in
from impactline.people.models import Person, Team
from impactline.people.queries import members, person_named, team_named, teams

router = Router(tags=["teams"])


class TeamShape(Schema):
    """A team."""

    ref: str
    name: str
    purpose: str
    parent: str | None
    lead: str | None
    archived: bool
    version: int
    holidays: list[HolidayShape]
    people: list[str] | None = None


class TeamsPage(Schema):
    """A page of teams."""

    total: int
    items: list[TeamShape]


class NewTeam(Wanted):
    """A team to be added; people are named by their address."""

    name: str
    ref: str = ""
    purpose: str = ""
    parent: str | None = None
    lead: str | None = None
    holidays: list[HolidayShape] = []
    people: list[str] = []


class TeamChanges(Wanted):
    """What is to be changed; `people` replaces all who belong to it, `holidays` all that it has of its own."""

    name: str = ""
    purpose: str = ""
    parent: str | None = None
    lead: str | None = None
    holidays: list[HolidayShape] = []
    people: list[str] | None = None


@router.get("", response={200: TeamsPage, **REFUSALS}, summary="All teams, by name")
def listed(
    request: HttpRequest,
    paging: Annotated[Paging, Query()],
    archived: bool = False,
) -> TeamsPage:
    found = teams(archived=archived)
    return TeamsPage(total=found.count(), items=[_shape(team) for team in slice_of(found, paging)])


@router.post("", response={201: TeamShape, **REFUSALS}, summary="Add a team")
def create(request: HttpRequest, response: HttpResponse, wanted: NewTeam) -> Status[TeamShape]:
    by: Person = request.auth  # type: ignore[attr-defined]
    made = actions.create_team(
        by=by,
        name=wanted.name,
        ref=wanted.ref,
        purpose=wanted.purpose,
        parent=team_named(wanted.parent) if wanted.parent else None,
        lead=person_named(wanted.lead) if wanted.lead else None,
        members=_people(wanted.people),
        holidays=[Holiday(one.on, one.name) for one in wanted.holidays],
        at=timezone.now(),
    )
    return Status(201, _read(made.ref, response))


@router.get("/{ref}", response={200: TeamShape, **REFUSALS}, summary="A team with its people")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> TeamShape:
    return _read(ref, response)


@router.patch("/{ref}", response={200: TeamShape, **REFUSALS}, summary="Change a team, or who belongs to it")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: TeamChanges) -> TeamShape:
    by: Person = request.auth  # type: ignore[attr-defined]
    changes: dict[str, Any] = wanted.named()
    named = changes.pop("people", None)
    if "parent" in changes:
        changes["parent"] = team_named(changes["parent"]) if changes["parent"] else None
    if "holidays" in changes:
        changes["holidays"] = [Holiday(one.on, one.name) for one in wanted.holidays]
    if "lead" in changes:
        changes["lead"] = person_named(changes["lead"]) if changes["lead"] else None
    changed = actions.change_team(
        by=by,
        team=team_named(ref),
        version=version_read(request),
        at=timezone.now(),
        changes=changes,
        people=None if named is None else _people(named),
    )
    return _read(changed.ref, response)


@router.post("/{ref}/archiving", response={200: TeamShape, **REFUSALS}, summary="Archive a team")
def archive(request: HttpRequest, response: HttpResponse, ref: str) -> TeamShape:
    by: Person = request.auth  # type: ignore[attr-defined]
    actions.archive_team(by=by, team=team_named(ref), at=timezone.now())
    return _read(ref, response)


@router.post("/{ref}/restoration", response={200: TeamShape, **REFUSALS}, summary="Take it back from the archive")
def restore(request: HttpRequest, response: HttpResponse, ref: str) -> TeamShape:
    by: Person = request.auth  # type: ignore[attr-defined]
    actions.restore_team(by=by, team=team_named(ref), at=timezone.now())
    return _read(ref, response)


def _people(emails: list[str]) -> list[Person]:
    return [person_named(email) for email in emails]


def _read(ref: str, response: HttpResponse) -> TeamShape:
    team = team_named(ref)
    etag(response, team.version)
    shape = _shape(team)
    shape.people = [person.email for person in members(team)]
    return shape


def _shape(team: Team) -> TeamShape:
    return TeamShape(
        ref=team.ref,
        name=team.name,
        purpose=team.purpose,
        parent=team.parent.ref if team.parent else None,
        lead=team.lead.email if team.lead else None,
        archived=team.archived_at is not None,
        version=team.version,
        holidays=[HolidayShape(**one._asdict()) for one in holidays_in(team.holidays)],
    )
