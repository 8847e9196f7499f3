"""What is done to an objective: archive, progress by hand, scores, viewers, glass, carry-over, its place."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from impactline.api.access import REFUSALS
from impactline.api.objectives import ObjectiveShape, read
from impactline.api.shapes import Wanted
from impactline.base.errors import NotFound
from impactline.okrs import actions
from impactline.okrs.queries import cycle_named, hidden_objective, viewers_of
from impactline.okrs.visibility import objective_for, require_edit
from impactline.people.models import Person
from impactline.people.queries import person_named

router = Router(tags=["objectives"])


class NewOverride(Wanted):
    """Progress set by hand, 1 being all of it."""

    progress: float
    reason: str


class NewScore(Wanted):
    """A score; without `given` the suggested one."""

    given: float | None = None
    reason: str = ""
    dropped: bool = False


class NewViewer(Wanted):
    """Somebody who may see a private objective."""

    person: str


class ObjectiveReason(Wanted):
    """Why an administrator opens a private objective; its owner reads it."""

    reason: str


class Destination(Wanted):
    """The cycle in which an objective goes on."""

    cycle: str


class ObjectivePlace(Wanted):
    """The objective of the same cycle behind which this one stands; none for the front."""

    after: str | None = None


@router.post("/{ref}/archiving", response={200: ObjectiveShape, **REFUSALS}, summary="Archive an objective")
def archive(request: HttpRequest, response: HttpResponse, ref: str) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.archive_objective(by=person, objective=objective_for(person, ref), at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/restoration", response={200: ObjectiveShape, **REFUSALS}, summary="Take it back from the archive")
def restore(request: HttpRequest, response: HttpResponse, ref: str) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.restore_objective(by=person, objective=objective_for(person, ref), at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/overrides", response={201: ObjectiveShape, **REFUSALS}, summary="Set progress by hand")
def override(request: HttpRequest, response: HttpResponse, ref: str, wanted: NewOverride) -> Status[ObjectiveShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.override_progress(
        by=person,
        objective=objective_for(person, ref),
        progress=wanted.progress,
        reason=wanted.reason,
        at=timezone.now(),
    )
    return Status(201, read(person, ref, response))


@router.post("/{ref}/resumption", response={200: ObjectiveShape, **REFUSALS}, summary="Return to computed progress")
def resume(request: HttpRequest, response: HttpResponse, ref: str) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.resume_progress(by=person, objective=objective_for(person, ref), at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/scores", response={201: ObjectiveShape, **REFUSALS}, summary="Score an objective")
def score(request: HttpRequest, response: HttpResponse, ref: str, wanted: NewScore) -> Status[ObjectiveShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.score_objective(
        by=person,
        objective=objective_for(person, ref),
        given=wanted.given,
        reason=wanted.reason,
        dropped=wanted.dropped,
        at=timezone.now(),
    )
    return Status(201, read(person, ref, response))


@router.get("/{ref}/viewers", response={200: list[str], **REFUSALS}, summary="Who was invited to see it")
def viewers(request: HttpRequest, ref: str) -> list[str]:
    person: Person = request.auth  # type: ignore[attr-defined]
    objective = objective_for(person, ref)
    require_edit(person, objective)
    return [viewer.email for viewer in viewers_of(objective)]


@router.post("/{ref}/viewers", response={201: list[str], **REFUSALS}, summary="Let somebody see a private objective")
def invite(request: HttpRequest, ref: str, wanted: NewViewer) -> Status[list[str]]:
    person: Person = request.auth  # type: ignore[attr-defined]
    objective, invited = objective_for(person, ref), person_named(wanted.person)
    actions.invite_viewer(by=person, objective=objective, person=invited, at=timezone.now())
    return Status(201, [viewer.email for viewer in viewers_of(objective)])


@router.delete("/{ref}/viewers/{email}", response={200: list[str], **REFUSALS}, summary="Take the invitation back")
def uninvite(request: HttpRequest, ref: str, email: str) -> list[str]:
    person: Person = request.auth  # type: ignore[attr-defined]
    objective, left = objective_for(person, ref), person_named(email)
    actions.uninvite_viewer(by=person, objective=objective, person=left, at=timezone.now())
    return [viewer.email for viewer in viewers_of(objective)]


@router.post(
    "/{ref}/glass",
    response={201: ObjectiveShape, **REFUSALS},
    summary="Open a private one as administrator, for an hour",
)
def break_glass(
    request: HttpRequest, response: HttpResponse, ref: str, wanted: ObjectiveReason
) -> Status[ObjectiveShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    if not person.is_administrator:
        raise NotFound(f"There is no objective “{ref[:80]}”.")
    hidden = hidden_objective(ref)
    actions.break_glass(by=person, objective=hidden, reason=wanted.reason, at=timezone.now())
    return Status(201, read(person, ref, response))


@router.post("/{ref}/carry-over", response={201: ObjectiveShape, **REFUSALS}, summary="Go on with it in another cycle")
def carry_over(request: HttpRequest, response: HttpResponse, ref: str, wanted: Destination) -> Status[ObjectiveShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    objective, cycle = objective_for(person, ref), cycle_named(wanted.cycle)
    made = actions.carry_over(by=person, objective=objective, cycle=cycle, at=timezone.now())
    return Status(201, read(person, made.ref, response))


@router.post("/{ref}/place", response={200: ObjectiveShape, **REFUSALS}, summary="Move it within its cycle")
def place(request: HttpRequest, response: HttpResponse, ref: str, wanted: ObjectivePlace) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    after = objective_for(person, wanted.after) if wanted.after else None
    actions.move_objective(by=person, objective=objective_for(person, ref), after=after, at=timezone.now())
    return read(person, ref, response)
