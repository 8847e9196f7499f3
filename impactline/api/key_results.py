"""The API's key results: their measure, their figures, their milestones."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Number, Wanted, earlier, etag, rounded
from impactline.chain.queries import refs_of
from impactline.chain.visibility import chain_item_for
from impactline.checkins.figures import KeyResultFigures, figures_alone, figures_of
from impactline.metrics.queries import metric_for
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import Objective
from impactline.okrs.records import period_of
from impactline.okrs.today import present
from impactline.okrs.visibility import key_result_for, objective_for
from impactline.people.models import Person
from impactline.people.queries import person_named

router = Router(tags=["key results"])


class MilestoneShape(Schema):
    """A step, with the day on which it was reached."""

    title: str
    weight: float = 1
    due_on: date | None = None
    reached_on: date | None = None


class PlannedShape(Schema):
    """What is planned for a part of the period that ends on a day."""

    until: date
    value: Number


class KeyResultShape(Schema):
    """A key result with its figures. `progress` is raw, `counted` is what enters the objective with `weight`."""

    ref: str
    objective: str
    title: str
    description: str
    type: str
    unit: str
    baseline: Number
    target: Number
    low: Number
    high: Number
    warning: Number
    values: str
    curve: str
    levels: list[str]
    milestones: list[MilestoneShape]
    planned: list[PlannedShape]
    metric: str | None
    measures: str | None
    owner: str | None
    starts_on: date
    due_on: date
    value: Number
    progress: float | None
    counted: float | None
    weight: float | None
    fixed_weight: float | None
    expected: float | None
    landing: float | None
    speed_up: float | None
    pace: str
    confidence: int | None
    status: str | None
    last_check_in_on: date | None
    score: float | None
    frozen: bool
    archived: bool
    version: int


class Measured(Wanted):
    """The fields of a measure, and the texts; `weight` is a fixed share in per cent."""

    title: str = ""
    description: str = ""
    type: str = "open"
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    warning: Decimal | None = None
    unit: str = ""
    values: str = "latest"
    curve: str = "linear"
    levels: list[str] = []
    planned: list[PlannedShape] = []
    metric: str | None = None
    measures: str | None = None
    weight: float | None = None
    owner: str | None = None
    starts_on: date | None = None
    due_on: date | None = None
    milestones: list[MilestoneShape] | None = None


class NewKeyResult(Measured):
    """A key result to be added."""

    title: str
    ref: str = ""


class KeyResultChanges(Measured):
    """What is to be changed; a frozen measure needs a reason."""

    reason: str = ""


class NewScore(Wanted):
    """A score; without `given` the suggested one."""

    given: float | None = None
    reason: str = ""
    dropped: bool = False


class KeyResultPlace(Wanted):
    """The objective (default: its own) and the key result behind which this one stands; none for the front."""

    objective: str | None = None
    after: str | None = None


@router.get("/{ref}", response={200: KeyResultShape, **REFUSALS}, summary="A key result")
def one(request: HttpRequest, response: HttpResponse, ref: str, as_of: date | None = None) -> KeyResultShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    return read(person, ref, response, as_of)


@router.patch("/{ref}", response={200: KeyResultShape, **REFUSALS}, summary="Change a key result")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: KeyResultChanges) -> KeyResultShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    changes = wanted.named()
    reason, milestones = changes.pop("reason", ""), changes.pop("milestones", None)
    actions.change_key_result(
        by=person,
        key_result=key_result_for(person, ref),
        version=version_read(request),
        at=timezone.now(),
        changes=_resolved(person, changes),
        milestones=None if milestones is None else [_step(entry) for entry in milestones],
        reason=reason,
    )
    return read(person, ref, response)


@router.post(
    "/{ref}/place", response={200: KeyResultShape, **REFUSALS}, summary="Move it within its objective, or to another"
)
def place(request: HttpRequest, response: HttpResponse, ref: str, wanted: KeyResultPlace) -> KeyResultShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    key_result = key_result_for(person, ref)
    objective = objective_for(person, wanted.objective) if wanted.objective else key_result.objective
    after = key_result_for(person, wanted.after) if wanted.after else None
    actions.move_key_result(by=person, key_result=key_result, objective=objective, after=after, at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/archiving", response={200: KeyResultShape, **REFUSALS}, summary="Archive a key result")
def archive(request: HttpRequest, response: HttpResponse, ref: str) -> KeyResultShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.archive_key_result(by=person, key_result=key_result_for(person, ref), at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/restoration", response={200: KeyResultShape, **REFUSALS}, summary="Take it back from the archive")
def restore(request: HttpRequest, response: HttpResponse, ref: str) -> KeyResultShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.restore_key_result(by=person, key_result=key_result_for(person, ref), at=timezone.now())
    return read(person, ref, response)


@router.post(
    "/{ref}/milestones", response={200: KeyResultShape, **REFUSALS}, summary="Say which milestones are reached"
)
def milestones(
    request: HttpRequest, response: HttpResponse, ref: str, reached: dict[str, date | None]
) -> KeyResultShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.set_milestones(by=person, key_result=key_result_for(person, ref), reached=reached, at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/scores", response={201: KeyResultShape, **REFUSALS}, summary="Score a key result")
def score(request: HttpRequest, response: HttpResponse, ref: str, wanted: NewScore) -> Status[KeyResultShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.score_key_result(
        by=person,
        key_result=key_result_for(person, ref),
        given=wanted.given,
        reason=wanted.reason,
        dropped=wanted.dropped,
        at=timezone.now(),
    )
    return Status(201, read(person, ref, response))


def create_from(person: Person, objective: Objective, wanted: NewKeyResult, response: HttpResponse) -> KeyResultShape:
    """Add a key result to an objective, and answer with it."""
    fields = wanted.named()
    steps = fields.pop("milestones", None) or []
    made = actions.create_key_result(
        by=person,
        objective=objective,
        at=timezone.now(),
        milestones=[_step(entry) for entry in steps],
        **_resolved(person, fields),
    )
    return read(person, made.ref, response)


def read(person: Person, ref: str, response: HttpResponse, as_of: date | None = None) -> KeyResultShape:
    """A key result as the person sees it, with its ETag; an archived one without figures in its objective."""
    key_result = key_result_for(person, ref)
    objective = objective_for(person, key_result.objective.ref)
    now = present(timezone.now())
    figures = figures_of(person, [objective], now, earlier(as_of, now))[objective.pk]
    etag(response, key_result.version)
    measured = refs_of(person, [key_result.measures_id])
    for entry in figures.key_results:
        if entry.key_result.pk == key_result.pk:
            return key_result_shape(entry, objective, measured)
    return key_result_shape(figures_alone(key_result, objective, now), objective, measured)


def key_result_shape(figures: KeyResultFigures, objective: Objective, measured: Mapping[int, str]) -> KeyResultShape:
    """A key result with its figures, as the API tells them; `measured` are the refs of visible items, by id."""
    row, judged, counted = figures.key_result, figures.judged, figures.counted
    period = period_of(row, objective.cycle)
    return KeyResultShape(
        ref=row.ref,
        objective=objective.ref,
        title=row.title,
        description=row.description,
        type=row.type,
        unit=row.unit,
        baseline=row.baseline,
        target=row.target,
        low=row.low,
        high=row.high,
        warning=row.warning,
        values=row.values,
        curve=row.curve,
        levels=list(row.levels),
        milestones=[
            MilestoneShape(title=step.title, weight=step.weight, due_on=step.due_on, reached_on=step.reached_on)
            for step in figures.milestones
        ],
        planned=[PlannedShape(until=part["until"], value=Decimal(str(part["value"]))) for part in row.planned],
        metric=row.metric.ref if row.metric else None,
        measures=measured.get(row.measures_id or 0),
        owner=row.owner.email if row.owner else None,
        starts_on=period.starts_on,
        due_on=period.due_on,
        value=judged.standing.value,
        progress=rounded(judged.progress),
        counted=rounded(counted.counted),
        weight=rounded(counted.weight),
        fixed_weight=row.weight,
        expected=rounded(judged.expected),
        landing=rounded(judged.pace.landing),
        speed_up=rounded(judged.pace.speed_up),
        pace=str(judged.pace.colour),
        confidence=figures.confidence,
        status=figures.status,
        last_check_in_on=figures.checked_in_on,
        score=rounded(figures.score),
        frozen=row.frozen_at is not None,
        archived=row.archived_at is not None,
        version=row.version,
    )


def _resolved(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """Refs and addresses turned into what they name; planned values as they are stored."""
    found = dict(fields)
    if found.get("owner"):
        found["owner"] = person_named(found["owner"])
    if found.get("measures"):
        found["measures"] = chain_item_for(person, found["measures"])
    if found.get("metric"):
        found["metric"] = metric_for(person, found["metric"])
    if "planned" in found:
        found["planned"] = [{"until": part.until.isoformat(), "value": str(part.value)} for part in found["planned"]]
    return found


def _step(shape: MilestoneShape) -> Milestone:
    return Milestone(shape.title, Decimal(str(shape.weight)), shape.reached_on, shape.due_on)
