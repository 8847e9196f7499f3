"""The API's roadblocks: what is in the way, who clears it, and what was done."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from impactline.api.access import REFUSALS, version_read
from impactline.api.bottlenecks import Behind
from impactline.api.shapes import Paging, Wanted, etag, slice_of
from impactline.insight import actions
from impactline.insight.bottlenecks.queries.freeing import Freed, freed_by
from impactline.insight.models import Roadblock
from impactline.insight.queries import open_roadblocks, resolved_roadblocks, roadblocks_on
from impactline.insight.visibility import blocked_for, roadblock_for
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.queries import person_named

router = Router(tags=["roadblocks"])
RANKED_MAX = 1_000


class RoadblockShape(Schema):
    """What is in the way of `on`: an objective, a key result, an item of the chain, or nothing in particular.

    `value` is what clearing it frees, of `behind`; 1 is a whole objective. It is 0 of what is resolved.
    """

    ref: str
    title: str
    kind: str
    on: str | None
    on_kind: str | None
    owner: str | None
    escalate_to: str | None
    next_step: str
    due_on: date | None
    raised_by: str | None
    raised_on: date
    resolved_on: date | None
    resolution: str
    blocked_days: int
    value: float
    behind: list[Behind]
    version: int


class RoadblocksPage(Schema):
    """A page of roadblocks."""

    total: int
    items: list[RoadblockShape]


class WhichRoadblocks(Schema):
    """Which roadblocks are wanted: those in the way, or those resolved."""

    resolved: bool = False
    order: Literal["age", "value"] = Field("age", description="The oldest first, or what frees most.")
    owner: str = Field("", max_length=254, description="Whose they are to clear, by e-mail address.")
    on: str = Field("", max_length=80, description="What they are in the way of, by ref.")


class RoadblockFields(Wanted):
    """The words, the kind, who clears it, by which next step until when, and who is asked otherwise."""

    title: str = ""
    kind: str = "other"
    owner: str | None = None
    escalate_to: str | None = None
    next_step: str = ""
    due_on: date | None = None
    raised_on: date | None = None


class NewRoadblock(RoadblockFields):
    """Something in the way; whoever raises it owns it when no owner is named."""

    title: str
    on: str | None = None
    ref: str = ""


class Resolution(Wanted):
    """What was done about it, and on which day (default: today)."""

    resolution: str
    resolved_on: date | None = None


@router.get("", response={200: RoadblocksPage, **REFUSALS}, summary="What is in the way, the oldest first; or was")
def listed(
    request: HttpRequest, which: Annotated[WhichRoadblocks, Query()], paging: Annotated[Paging, Query()]
) -> RoadblocksPage:
    person: Person = request.auth  # type: ignore[attr-defined]
    found = resolved_roadblocks(person) if which.resolved else open_roadblocks(person)
    if which.owner:
        found = found.filter(owner=person_named(which.owner))
    if which.on:
        found = roadblocks_on(found, blocked_for(person, which.on))
    day = present(timezone.now()).day
    if which.order == "value" and not which.resolved:
        rows = list(found[:RANKED_MAX])
        freed = freed_by(person, rows, day)
        rows.sort(key=lambda row: -freed[row.pk].value)
        start = (paging.page - 1) * paging.per_page
        rows = rows[start : start + paging.per_page]
    else:
        rows = list(slice_of(found, paging))
        freed = {} if which.resolved else freed_by(person, rows, day)
    return RoadblocksPage(total=found.count(), items=[_shape(row, freed.get(row.pk), day) for row in rows])


@router.post("", response={201: RoadblockShape, **REFUSALS}, summary="Say what is in the way")
def create(request: HttpRequest, response: HttpResponse, wanted: NewRoadblock) -> Status[RoadblockShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    fields = _resolved(wanted.named())
    on = blocked_for(person, fields.pop("on", None) or "")
    fields = {name: value for name, value in fields.items() if value is not None}
    made = actions.raise_roadblock(by=person, on=on, at=timezone.now(), **fields)
    return Status(201, _read(person, made.ref, response))


@router.get("/{ref}", response={200: RoadblockShape, **REFUSALS}, summary="A roadblock")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> RoadblockShape:
    return _read(request.auth, ref, response)  # type: ignore[attr-defined]


@router.patch("/{ref}", response={200: RoadblockShape, **REFUSALS}, summary="Change a roadblock")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: RoadblockFields) -> RoadblockShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    found, version = roadblock_for(person, ref), version_read(request)
    changes = _resolved(wanted.named())
    actions.change_roadblock(by=person, roadblock=found, version=version, at=timezone.now(), changes=changes)
    return _read(person, ref, response)


@router.post("/{ref}/resolution", response={200: RoadblockShape, **REFUSALS}, summary="Close it with what was done")
def resolve(request: HttpRequest, response: HttpResponse, ref: str, wanted: Resolution) -> RoadblockShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    found, said, day = roadblock_for(person, ref), wanted.resolution, wanted.resolved_on
    actions.resolve_roadblock(by=person, roadblock=found, resolution=said, day=day, at=timezone.now())
    return _read(person, ref, response)


@router.post("/{ref}/reopening", response={200: RoadblockShape, **REFUSALS}, summary="It is in the way again")
def reopen(request: HttpRequest, response: HttpResponse, ref: str) -> RoadblockShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.reopen_roadblock(by=person, roadblock=roadblock_for(person, ref), at=timezone.now())
    return _read(person, ref, response)


def _resolved(fields: dict[str, Any]) -> dict[str, Any]:
    """People turned from addresses into whom they name."""
    return {
        name: (person_named(value) if value else None) if name in {"owner", "escalate_to"} else value
        for name, value in fields.items()
    }


def _read(person: Person, ref: str, response: HttpResponse) -> RoadblockShape:
    row = roadblock_for(person, ref)
    etag(response, row.version)
    day = present(timezone.now()).day
    freed = None if row.resolved_on else freed_by(person, [row], day)[row.pk]
    return _shape(row, freed, day)


def _shape(row: Roadblock, freed: Freed | None, day: date) -> RoadblockShape:
    same = ("ref", "title", "kind", "next_step", "due_on", "raised_on", "resolved_on", "resolution", "version")
    return RoadblockShape(
        **{name: getattr(row, name) for name in same},
        on=row.on.ref if row.on is not None else None,
        on_kind=str(row.on.kind_name) if row.on is not None else None,
        owner=row.owner.email if row.owner else None,
        escalate_to=row.escalate_to.email if row.escalate_to else None,
        raised_by=row.raised_by.email if row.raised_by else None,
        blocked_days=((row.resolved_on or day) - row.raised_on).days,
        value=round(freed.value, 4) if freed else 0.0,
        behind=[Behind(ref=named.ref, value=round(value, 4)) for named, value in freed.behind] if freed else [],
    )
