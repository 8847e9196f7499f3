"""The API's people: who I am, everybody, and what administrators do: add, change, invite, take access away."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.repeats import shown_once
from impactline.api.shapes import Number, Paging, Wanted, etag, slice_of
from impactline.people import actions
from impactline.people.calendar import Absence, absences_in
from impactline.people.models import Person
from impactline.people.queries import people, person_named, team_named, teams_of

router = Router(tags=["people"])


class AbsenceShape(Wanted):
    """Days on which a person is away, both included."""

    starts_on: date
    ends_on: date


class PersonShape(Schema):
    """A person; `timezone` and `locale` are empty where they are the organisation's."""

    email: str
    name: str
    role: str
    active: bool
    timezone: str
    locale: str
    capacity_hours_per_week: Number
    digest: str
    absences: list[AbsenceShape]
    version: int
    teams: list[str] | None = None


class PeoplePage(Schema):
    """A page of people."""

    total: int
    items: list[PersonShape]


class NewPerson(Wanted):
    """Somebody to be added; they sign in once they are invited."""

    email: str
    name: str
    role: str = "member"
    teams: list[str] = []


class PersonChanges(Wanted):
    """What is to be changed. Everybody changes their own name, places, digest and absences; administrators the rest."""

    name: str = ""
    email: str = ""
    role: str = ""
    timezone: str = ""
    locale: str = ""
    capacity_hours_per_week: Decimal | None = None
    digest: str = ""
    absences: list[AbsenceShape] = []
    teams: list[str] | None = None


class InvitationShape(Schema):
    """The link by which a person chooses a password: it works once, for three days, and is told once."""

    link: str


class PersonStep(StrEnum):
    """What is done to a person's access."""

    DEACTIVATION = "deactivation"
    REACTIVATION = "reactivation"
    SESSIONS_END = "sessions-end"


@router.get("/me", response={200: PersonShape, **REFUSALS}, summary="Who the token acts for")
def me(request: HttpRequest, response: HttpResponse) -> PersonShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    etag(response, person.version)
    return _shape(person, with_teams=True)


@router.get("/people", response={200: PeoplePage, **REFUSALS}, summary="Everybody, by name")
def everybody(
    request: HttpRequest,
    paging: Annotated[Paging, Query()],
    archived: bool = False,
) -> PeoplePage:
    found = people(archived=archived)
    return PeoplePage(total=found.count(), items=[_shape(person) for person in slice_of(found, paging)])


@router.post("/people", response={201: PersonShape, **REFUSALS}, summary="Add a person")
def create(request: HttpRequest, response: HttpResponse, wanted: NewPerson) -> Status[PersonShape]:
    by: Person = request.auth  # type: ignore[attr-defined]
    made = actions.create(
        by=by,
        email=wanted.email,
        name=wanted.name,
        role=wanted.role,
        teams=[team_named(ref) for ref in dict.fromkeys(wanted.teams)],
        at=timezone.now(),
    )
    etag(response, made.version)
    return Status(201, _shape(made, with_teams=True))


@router.get("/people/{email}", response={200: PersonShape, **REFUSALS}, summary="A person")
def person(request: HttpRequest, response: HttpResponse, email: str) -> PersonShape:
    found = person_named(email)
    etag(response, found.version)
    return _shape(found, with_teams=True)


@router.patch("/people/{email}", response={200: PersonShape, **REFUSALS}, summary="Change a person")
def change(request: HttpRequest, response: HttpResponse, email: str, wanted: PersonChanges) -> PersonShape:
    by: Person = request.auth  # type: ignore[attr-defined]
    changes: dict[str, Any] = wanted.named()
    named = changes.pop("teams", None)
    if "absences" in changes:
        changes["absences"] = [Absence(one.starts_on, one.ends_on) for one in wanted.absences]
    changed = actions.change_person(
        by=by,
        person=person_named(email),
        version=version_read(request),
        at=timezone.now(),
        changes=changes,
        teams=None if named is None else [team_named(ref) for ref in dict.fromkeys(named)],
    )
    etag(response, changed.version)
    return _shape(changed, with_teams=True)


@router.post("/people/{email}/invitation", response={201: InvitationShape, **REFUSALS}, summary="Invite, by mail too")
def invite(request: HttpRequest, email: str) -> Status[InvitationShape]:
    by: Person = request.auth  # type: ignore[attr-defined]
    secret = actions.invite(by=by, person=person_named(email), at=timezone.now())
    shown_once(request)
    return Status(201, InvitationShape(link=f"{settings.URL}/invitation/{secret}"))


@router.post(
    "/people/{email}/{step}", response={200: PersonShape, **REFUSALS}, summary="Take or give access, end all sessions"
)
def step(request: HttpRequest, response: HttpResponse, email: str, step: PersonStep) -> PersonShape:
    by: Person = request.auth  # type: ignore[attr-defined]
    verbs: dict[PersonStep, Any] = {
        PersonStep.DEACTIVATION: actions.deactivate,
        PersonStep.REACTIVATION: actions.reactivate,
        PersonStep.SESSIONS_END: actions.sign_out_everywhere,
    }
    verbs[step](by=by, person=person_named(email), at=timezone.now())
    found = person_named(email)
    etag(response, found.version)
    return _shape(found, with_teams=True)


def _shape(person: Person, *, with_teams: bool = False) -> PersonShape:
    return PersonShape(
        email=person.email,
        name=person.name,
        role=person.role,
        active=person.is_active,
        timezone=person.timezone,
        locale=person.locale,
        capacity_hours_per_week=person.capacity_hours_per_week,
        digest=person.digest,
        absences=[AbsenceShape(**one._asdict()) for one in absences_in(person.absences)],
        version=person.version,
        teams=[team.ref for team in teams_of(person)] if with_teams else None,
    )
