"""The API's cycles, and their way from draft to closed."""

from datetime import date
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Wanted, etag
from impactline.base.errors import Invalid
from impactline.okrs import actions
from impactline.okrs.models import Cycle
from impactline.okrs.queries import cycle_named, cycles
from impactline.okrs.visibility import objective_for
from impactline.people.models import Person

router = Router(tags=["cycles"])


class CycleShape(Schema):
    """A cycle."""

    ref: str
    name: str
    starts_on: date
    ends_on: date
    purpose: str
    check_in_every_days: int
    parent: str | None
    state: str
    archived: bool
    version: int


class NewCycle(Wanted):
    """A cycle to be added, as a draft."""

    starts_on: date
    ends_on: date
    ref: str = ""
    name: str = ""
    purpose: str = ""
    check_in_every_days: int = 7
    parent: str | None = None


class CycleChanges(Wanted):
    """What is to be changed."""

    starts_on: date | None = None
    ends_on: date | None = None
    name: str = ""
    purpose: str = ""
    check_in_every_days: int = 7
    parent: str | None = None


class CarriedOver(Wanted):
    """The objectives that go on, and the cycle in which they do."""

    objectives: list[str] = Field(max_length=1000)
    to: str


class CycleStep(StrEnum):
    """A step on the way of a cycle."""

    ACTIVATION = "activation"
    CLOSING = "closing"
    CLOSURE = "closure"
    REOPENING = "reopening"
    ARCHIVING = "archiving"
    RESTORATION = "restoration"


@router.get("", response={200: list[CycleShape], **REFUSALS}, summary="All cycles, the latest first")
def listed(request: HttpRequest, archived: bool = False) -> list[CycleShape]:
    return [_shape(cycle) for cycle in cycles(archived=archived)]


@router.post("", response={201: CycleShape, **REFUSALS}, summary="Add a cycle")
def create(request: HttpRequest, wanted: NewCycle) -> Status[CycleShape]:
    fields = wanted.model_dump()
    fields["parent"] = cycle_named(wanted.parent) if wanted.parent else None
    cycle = actions.create_cycle(by=request.auth, at=timezone.now(), **fields)  # type: ignore[attr-defined]
    return Status(201, _shape(cycle))


@router.get("/{ref}", response={200: CycleShape, **REFUSALS}, summary="A cycle")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> CycleShape:
    cycle = cycle_named(ref)
    etag(response, cycle.version)
    return _shape(cycle)


@router.patch("/{ref}", response={200: CycleShape, **REFUSALS}, summary="Change a cycle")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: CycleChanges) -> CycleShape:
    changes = {field: value for field, value in wanted.named().items() if value is not None or field == "parent"}
    if changes.get("parent"):
        changes["parent"] = cycle_named(changes["parent"])
    changed = actions.change_cycle(
        by=request.auth,  # type: ignore[attr-defined]
        cycle=cycle_named(ref),
        version=version_read(request),
        at=timezone.now(),
        changes=changes,
    )
    etag(response, changed.version)
    return _shape(changed)


@router.post(
    "/{ref}/carry-over", response={201: list[str], **REFUSALS}, summary="Go on with objectives of it in another cycle"
)
def carry_over(request: HttpRequest, ref: str, wanted: CarriedOver) -> Status[list[str]]:
    person: Person = request.auth  # type: ignore[attr-defined]
    cycle, to = cycle_named(ref), cycle_named(wanted.to)
    chosen = [objective_for(person, entry) for entry in dict.fromkeys(wanted.objectives)]
    if strange := [objective.ref for objective in chosen if objective.cycle_id != cycle.pk]:
        raise Invalid(f"“{strange[0]}” is not an objective of this cycle.", field="objectives")
    made = actions.carry_all_over(by=person, objectives=chosen, cycle=to, at=timezone.now())
    return Status(201, [objective.ref for objective in made])


@router.post("/{ref}/{step}", response={200: CycleShape, **REFUSALS}, summary="Take a step: activate, close, …")
def step(request: HttpRequest, response: HttpResponse, ref: str, step: CycleStep) -> CycleShape:
    by, cycle, now = request.auth, cycle_named(ref), timezone.now()  # type: ignore[attr-defined]
    verbs: dict[CycleStep, Any] = {
        CycleStep.ACTIVATION: lambda: actions.activate_cycle(by=by, cycle=cycle, version=None, at=now),
        CycleStep.CLOSING: lambda: actions.begin_closing(by=by, cycle=cycle, at=now),
        CycleStep.CLOSURE: lambda: actions.close_cycle(by=by, cycle=cycle, at=now),
        CycleStep.REOPENING: lambda: actions.reopen_cycle(by=by, cycle=cycle, at=now),
        CycleStep.ARCHIVING: lambda: actions.archive_cycle(by=by, cycle=cycle, at=now),
        CycleStep.RESTORATION: lambda: actions.restore_cycle(by=by, cycle=cycle, at=now),
    }
    moved = verbs[step]()
    etag(response, moved.version)
    return _shape(moved)


def _shape(cycle: Cycle) -> CycleShape:
    return CycleShape(
        ref=cycle.ref,
        name=cycle.name,
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        purpose=cycle.purpose,
        check_in_every_days=cycle.check_in_every_days,
        parent=cycle.parent.ref if cycle.parent else None,
        state=cycle.state,
        archived=cycle.archived_at is not None,
        version=cycle.version,
    )
