"""The API's contribution requests: what teams ask of each other, and what they answer."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Number, Paging, Wanted, etag, slice_of
from impactline.chain.visibility import chain_item_for
from impactline.okrs.visibility import key_result_for
from impactline.people.models import Person
from impactline.people.queries import person_named, team_named
from impactline.planning import actions
from impactline.planning.models import ContributionRequest
from impactline.planning.queries import requests_to_be_listed
from impactline.planning.visibility import request_for

router = Router(tags=["contribution requests"])
State = Literal["asked", "proposed", "accepted", "declined", "withdrawn"]


class RequestShape(Schema):
    """What one team asks of another; `promise` is the activity that it became, `waiting` the one that waits for it."""

    ref: str
    title: str
    description: str
    asked: str
    asking: str | None
    key_result: str | None
    waiting: str | None
    due_on: date
    effort_hours: Number
    state: str
    proposed_on: date | None
    reason: str
    promise: str | None
    asked_by: str | None
    asked_on: date
    answered_by: str | None
    answered_on: date | None
    version: int


class RequestsPage(Schema):
    """A page of contribution requests."""

    total: int
    items: list[RequestShape]


class WhichRequests(Schema):
    """Which requests are wanted; by default all."""

    state: State | None = None
    is_open: bool | None = Field(None, alias="open", description="Those that still wait for an answer, or the others.")
    asked: str = Field("", max_length=80, description="The team that is asked.")
    asking: str = Field("", max_length=80, description="The team that asks.")


class RequestFields(Wanted):
    """What is asked, by when, and how much work it is thought to be."""

    title: str = ""
    description: str = ""
    due_on: date | None = None
    effort_hours: Decimal | None = None


class NewRequest(RequestFields):
    """Something that a team is asked for."""

    title: str
    asked: str
    due_on: date
    asking: str | None = None
    key_result: str | None = None
    waiting: str | None = None
    ref: str = ""


class Acceptance(Wanted):
    """Who answers for the promise; whoever accepts, when nobody is named."""

    owner: str | None = None


class Proposal(Wanted):
    """Another day, and why."""

    day: date
    reason: str


class Refusal(Wanted):
    """Why not."""

    reason: str


@router.get("", response={200: RequestsPage, **REFUSALS}, summary="Contribution requests, by the day they are due")
def listed(
    request: HttpRequest, which: Annotated[WhichRequests, Query()], paging: Annotated[Paging, Query()]
) -> RequestsPage:
    found = requests_to_be_listed(request.auth, **which.model_dump())  # type: ignore[attr-defined]
    return RequestsPage(total=found.count(), items=[_shape(row) for row in slice_of(found, paging)])


@router.post("", response={201: RequestShape, **REFUSALS}, summary="Ask a team for a contribution")
def ask(request: HttpRequest, response: HttpResponse, wanted: NewRequest) -> Status[RequestShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.ask_for_contribution(by=person, at=timezone.now(), **_resolved(person, wanted.named()))
    return Status(201, _read(person, made.ref, response))


@router.get("/{ref}", response={200: RequestShape, **REFUSALS}, summary="A contribution request")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> RequestShape:
    return _read(request.auth, ref, response)  # type: ignore[attr-defined]


@router.patch("/{ref}", response={200: RequestShape, **REFUSALS}, summary="Change what is asked, while it is open")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: RequestFields) -> RequestShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    asked, version = request_for(person, ref), version_read(request)
    actions.change_request(by=person, request=asked, version=version, at=timezone.now(), changes=wanted.named())
    return _read(person, ref, response)


@router.post("/{ref}/acceptance", response={200: RequestShape, **REFUSALS}, summary="Promise it")
def accept(request: HttpRequest, response: HttpResponse, ref: str, wanted: Acceptance) -> RequestShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    asked = request_for(person, ref)
    owner = person_named(wanted.owner) if wanted.owner else None
    actions.accept_request(by=person, request=asked, owner=owner, at=timezone.now())
    return _read(person, ref, response)


@router.post("/{ref}/proposals", response={200: RequestShape, **REFUSALS}, summary="Offer another day, and say why")
def propose(request: HttpRequest, response: HttpResponse, ref: str, wanted: Proposal) -> RequestShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    asked = request_for(person, ref)
    actions.propose_date(by=person, request=asked, day=wanted.day, reason=wanted.reason, at=timezone.now())
    return _read(person, ref, response)


@router.post("/{ref}/refusal", response={200: RequestShape, **REFUSALS}, summary="Decline it, and say why")
def decline(request: HttpRequest, response: HttpResponse, ref: str, wanted: Refusal) -> RequestShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.decline_request(by=person, request=request_for(person, ref), reason=wanted.reason, at=timezone.now())
    return _read(person, ref, response)


@router.post("/{ref}/withdrawal", response={200: RequestShape, **REFUSALS}, summary="Ask no longer")
def withdraw(request: HttpRequest, response: HttpResponse, ref: str) -> RequestShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.withdraw_request(by=person, request=request_for(person, ref), at=timezone.now())
    return _read(person, ref, response)


def _resolved(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """Teams, key result and activity turned from refs into what they name."""
    found = dict(fields)
    for name in ("asked", "asking"):
        if name in found:
            found[name] = team_named(found[name]) if found[name] else None
    if "key_result" in found:
        found["key_result"] = key_result_for(person, found["key_result"]) if found["key_result"] else None
    if "waiting" in found:
        found["waiting"] = chain_item_for(person, found["waiting"]) if found["waiting"] else None
    return found


def _read(person: Person, ref: str, response: HttpResponse) -> RequestShape:
    row = request_for(person, ref)
    etag(response, row.version)
    return _shape(row)


def _shape(row: ContributionRequest) -> RequestShape:
    same = ("ref", "title", "description", "due_on", "effort_hours", "state", "proposed_on", "reason", "asked_on")
    return RequestShape(
        **{name: getattr(row, name) for name in (*same, "answered_on", "version")},
        asked=row.asked.ref,
        asking=row.asking.ref if row.asking else None,
        key_result=row.key_result.ref if row.key_result else None,
        waiting=row.waiting.ref if row.waiting else None,
        promise=row.promise.ref if row.promise else None,
        asked_by=row.asked_by.email if row.asked_by else None,
        answered_by=row.answered_by.email if row.answered_by else None,
    )
