"""The API's strategic priorities."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Wanted, etag
from impactline.okrs import actions
from impactline.okrs.models import Priority
from impactline.okrs.queries import priorities, priority_named
from impactline.people.queries import person_named

router = Router(tags=["strategic priorities"])


class PriorityShape(Schema):
    """A strategic priority."""

    ref: str
    title: str
    why: str
    owner: str | None
    position: int
    archived: bool
    version: int


class NewPriority(Wanted):
    """A strategic priority to be added."""

    title: str
    ref: str = ""
    why: str = ""
    owner: str | None = None


class PriorityChanges(Wanted):
    """What is to be changed."""

    title: str = ""
    why: str = ""
    owner: str | None = None


class PriorityPlace(Wanted):
    """The priority behind which this one stands; none for the front."""

    after: str | None = None


@router.get("", response={200: list[PriorityShape], **REFUSALS}, summary="All strategic priorities, in their order")
def listed(request: HttpRequest, archived: bool = False) -> list[PriorityShape]:
    return [_shape(priority) for priority in priorities(archived=archived)]


@router.post("", response={201: PriorityShape, **REFUSALS}, summary="Add a strategic priority")
def create(request: HttpRequest, wanted: NewPriority) -> Status[PriorityShape]:
    priority = actions.create_priority(
        by=request.auth,  # type: ignore[attr-defined]
        title=wanted.title,
        ref=wanted.ref,
        why=wanted.why,
        owner=person_named(wanted.owner) if wanted.owner else None,
        at=timezone.now(),
    )
    return Status(201, _shape(priority))


@router.get("/{ref}", response={200: PriorityShape, **REFUSALS}, summary="A strategic priority")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> PriorityShape:
    priority = priority_named(ref)
    etag(response, priority.version)
    return _shape(priority)


@router.patch("/{ref}", response={200: PriorityShape, **REFUSALS}, summary="Change a strategic priority")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: PriorityChanges) -> PriorityShape:
    changes = wanted.named()
    if changes.get("owner"):
        changes["owner"] = person_named(changes["owner"])
    changed = actions.change_priority(
        by=request.auth,  # type: ignore[attr-defined]
        priority=priority_named(ref),
        version=version_read(request),
        at=timezone.now(),
        changes=changes,
    )
    etag(response, changed.version)
    return _shape(changed)


@router.post(
    "/{ref}/place", response={200: PriorityShape, **REFUSALS}, summary="Move it behind another, or to the front"
)
def place(request: HttpRequest, response: HttpResponse, ref: str, wanted: PriorityPlace) -> PriorityShape:
    by, priority = request.auth, priority_named(ref)  # type: ignore[attr-defined]
    after = priority_named(wanted.after) if wanted.after else None
    moved = actions.move_priority(by=by, priority=priority, after=after, at=timezone.now())
    etag(response, moved.version)
    return _shape(moved)


@router.post("/{ref}/archiving", response={200: PriorityShape, **REFUSALS}, summary="Archive a strategic priority")
def archive(request: HttpRequest, ref: str) -> PriorityShape:
    by = request.auth  # type: ignore[attr-defined]
    return _shape(actions.archive_priority(by=by, priority=priority_named(ref), at=timezone.now()))


@router.post("/{ref}/restoration", response={200: PriorityShape, **REFUSALS}, summary="Take it back from the archive")
def restore(request: HttpRequest, ref: str) -> PriorityShape:
    by = request.auth  # type: ignore[attr-defined]
    return _shape(actions.restore_priority(by=by, priority=priority_named(ref), at=timezone.now()))


def _shape(priority: Priority) -> PriorityShape:
    return PriorityShape(
        ref=priority.ref,
        title=priority.title,
        why=priority.why,
        owner=priority.owner.email if priority.owner else None,
        position=priority.position,
        archived=priority.archived_at is not None,
        version=priority.version,
    )
