"""The API's objectives, with their figures as the person of the token may see them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.key_results import KeyResultShape, NewKeyResult, create_from, key_result_shape
from impactline.api.shapes import Number, Paging, Wanted, earlier, etag, rounded, slice_of
from impactline.chain.queries import refs_of
from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.metrics.queries import metric_for
from impactline.okrs import actions
from impactline.okrs.models import Alignment, Objective
from impactline.okrs.queries import children_of, cycle_named, matching, parents_of, priority_named
from impactline.okrs.today import present
from impactline.okrs.visibility import objective_for, visible_to
from impactline.people.models import Person
from impactline.people.queries import person_named, team_named

router = Router(tags=["objectives"])


class AlignmentShape(Schema):
    """That an objective contributes to, or supports, another; `objective` is the other end."""

    objective: str
    kind: str
    weight: float | None


class ObjectiveShape(Schema):
    """An objective with its figures. `includes_hidden`: they rest also on items that you may not see."""

    ref: str
    title: str
    description: str
    cycle: str
    owner: str | None
    team: str | None
    kind: str
    visibility: str
    driver: str
    metric: str | None
    baseline: Number
    target: Number
    priorities: list[str]
    progress: float | None
    computed: float | None
    expected: float | None
    pace: str
    confidence: float | None
    status: str | None
    score: float | None
    includes_hidden: bool
    archived: bool
    version: int
    key_results: list[KeyResultShape]
    parents: list[AlignmentShape] | None = None
    children: list[AlignmentShape] | None = None


class ObjectivesPage(Schema):
    """A page of objectives."""

    total: int
    items: list[ObjectiveShape]


class NewObjective(Wanted):
    """An objective to be added."""

    title: str
    cycle: str
    ref: str = ""
    description: str = ""
    owner: str | None = None
    team: str | None = None
    kind: str = "aspirational"
    visibility: str = "open"
    priorities: list[str] = []


class ObjectiveChanges(Wanted):
    """What is to be changed; what is not named stays. `metric`, `baseline`, `target` are for the driver `metric`."""

    title: str = ""
    description: str = ""
    cycle: str = ""
    owner: str | None = None
    team: str | None = None
    kind: str = ""
    visibility: str = ""
    driver: str = ""
    metric: str | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    priorities: list[str] | None = None


class NewAlignment(Wanted):
    """The objective that this one contributes to or supports; `weight` is a fixed share in per cent."""

    objective: str
    kind: str = "contributes"
    weight: float | None = None


class Sort(StrEnum):
    """How a list is ordered."""

    POSITION = "position"
    TITLE = "title"
    TITLE_DOWN = "-title"


ORDERS = {
    Sort.POSITION: ("cycle__starts_on", "position", "id"),
    Sort.TITLE: ("title", "id"),
    Sort.TITLE_DOWN: ("-title", "id"),
}


class ObjectiveFilters(Schema):
    """Which objectives a list holds."""

    cycle: str = ""
    owner: str = ""
    team: str = ""
    priority: str = ""
    kind: str = ""
    q: str = ""
    archived: bool = False
    sort: Sort = Sort.POSITION
    as_of: date | None = None


@router.get("", response={200: ObjectivesPage, **REFUSALS}, summary="Objectives with key results and figures")
def listed(
    request: HttpRequest,
    filters: Annotated[ObjectiveFilters, Query()],
    paging: Annotated[Paging, Query()],
) -> ObjectivesPage:
    person: Person = request.auth  # type: ignore[attr-defined]
    now = present(timezone.now())
    as_of = earlier(filters.as_of, now)
    rows = _filtered(visible_to(person).select_related("cycle", "owner", "team", "metric"), filters)
    shown = slice_of(rows.order_by(*ORDERS[filters.sort]), paging)
    figures = figures_of(person, shown, now, as_of)
    priorities = _priorities(shown)
    measured = _measured(person, figures.values())
    items = [_shape(row, figures[row.pk], priorities.get(row.pk, []), measured) for row in shown]
    return ObjectivesPage(total=rows.count(), items=items)


@router.post("", response={201: ObjectiveShape, **REFUSALS}, summary="Add an objective")
def create(request: HttpRequest, response: HttpResponse, wanted: NewObjective) -> Status[ObjectiveShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.create_objective(
        by=person,
        title=wanted.title,
        cycle=cycle_named(wanted.cycle),
        ref=wanted.ref,
        description=wanted.description,
        owner=person_named(wanted.owner) if wanted.owner else None,
        team=team_named(wanted.team) if wanted.team else None,
        kind=wanted.kind,
        visibility=wanted.visibility,
        priorities=[priority_named(ref) for ref in wanted.priorities],
        at=timezone.now(),
    )
    return Status(201, read(person, made.ref, response))


@router.get("/{ref}", response={200: ObjectiveShape, **REFUSALS}, summary="An objective")
def one(request: HttpRequest, response: HttpResponse, ref: str, as_of: date | None = None) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    return read(person, ref, response, as_of)


@router.patch("/{ref}", response={200: ObjectiveShape, **REFUSALS}, summary="Change an objective")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: ObjectiveChanges) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    changes: dict[str, Any] = wanted.named()
    named = changes.pop("priorities", None)
    if "cycle" in changes:
        changes["cycle"] = cycle_named(changes["cycle"])
    if "owner" in changes:
        changes["owner"] = person_named(changes["owner"]) if changes["owner"] else None
    if "team" in changes:
        changes["team"] = team_named(changes["team"]) if changes["team"] else None
    if "metric" in changes:
        changes["metric"] = metric_for(person, changes["metric"]) if changes["metric"] else None
    actions.change_objective(
        by=person,
        objective=objective_for(person, ref),
        version=version_read(request),
        at=timezone.now(),
        changes=changes,
        priorities=None if named is None else [priority_named(entry) for entry in named],
    )
    return read(person, ref, response)


@router.post(
    "/{ref}/alignments", response={201: ObjectiveShape, **REFUSALS}, summary="Contribute to, or support, another"
)
def align(request: HttpRequest, response: HttpResponse, ref: str, wanted: NewAlignment) -> Status[ObjectiveShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.align(
        by=person,
        child=objective_for(person, ref),
        parent=objective_for(person, wanted.objective),
        kind=wanted.kind,
        weight=wanted.weight,
        at=timezone.now(),
    )
    return Status(201, read(person, ref, response))


@router.delete("/{ref}/alignments/{parent}", response={200: ObjectiveShape, **REFUSALS}, summary="End an alignment")
def unalign(request: HttpRequest, response: HttpResponse, ref: str, parent: str) -> ObjectiveShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    child, above = objective_for(person, ref), objective_for(person, parent)
    actions.unalign(by=person, child=child, parent=above, at=timezone.now())
    return read(person, ref, response)


@router.post("/{ref}/key-results", response={201: KeyResultShape, **REFUSALS}, summary="Add a key result")
def add_key_result(
    request: HttpRequest, response: HttpResponse, ref: str, wanted: NewKeyResult
) -> Status[KeyResultShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    return Status(201, create_from(person, objective_for(person, ref), wanted, response))


def read(person: Person, ref: str, response: HttpResponse, as_of: date | None = None) -> ObjectiveShape:
    """An objective as the person sees it, with what it serves, what serves it, and its ETag."""
    objective = objective_for(person, ref)
    now = present(timezone.now())
    figures = figures_of(person, [objective], now, earlier(as_of, now))[objective.pk]
    priorities = _priorities([objective]).get(objective.pk, [])
    shape = _shape(objective, figures, priorities, _measured(person, [figures]))
    shape.parents = [_alignment(row, row.parent.ref) for row in parents_of(person, objective)]
    shape.children = [_alignment(row, row.child.ref) for row in children_of(person, objective)]
    etag(response, objective.version)
    return shape


def _filtered(rows: "QuerySet[Objective]", filters: ObjectiveFilters) -> "QuerySet[Objective]":
    if not filters.archived:
        rows = rows.filter(archived_at=None, cycle__archived_at=None)
    named = {
        "cycle__ref": filters.cycle,
        "owner__email__iexact": filters.owner,
        "team__ref": filters.team,
        "priorities__ref": filters.priority,
        "kind": filters.kind,
    }
    rows = rows.filter(**{field: value for field, value in named.items() if value})
    return matching(rows, filters.q, ("title", "ref")) if filters.q else rows


def _alignment(row: Alignment, ref: str) -> AlignmentShape:
    return AlignmentShape(objective=ref, kind=row.kind, weight=row.weight)


def _priorities(objectives: list[Objective]) -> dict[int, list[str]]:
    through = Objective.priorities.through.objects.filter(objective__in=objectives)
    found: dict[int, list[str]] = {}
    for number, ref in through.order_by("priority__position").values_list("objective_id", "priority__ref"):
        found.setdefault(number, []).append(ref)
    return found


def _measured(person: Person, figures: Iterable[ObjectiveFigures]) -> dict[int, str]:
    """The refs of what key results measure, so far as the person may see it."""
    return refs_of(person, (entry.key_result.measures_id for found in figures for entry in found.key_results))


def _shape(
    objective: Objective, figures: ObjectiveFigures, priorities: list[str], measured: dict[int, str]
) -> ObjectiveShape:
    rolled = figures.rolled
    return ObjectiveShape(
        ref=objective.ref,
        title=objective.title,
        description=objective.description,
        cycle=objective.cycle.ref,
        owner=objective.owner.email if objective.owner else None,
        team=objective.team.ref if objective.team else None,
        kind=objective.kind,
        visibility=objective.visibility,
        driver=objective.driver,
        metric=objective.metric.ref if objective.metric else None,
        baseline=objective.baseline,
        target=objective.target,
        priorities=priorities,
        progress=rounded(rolled.progress),
        computed=rounded(rolled.computed),
        expected=rounded(rolled.expected),
        pace=str(rolled.colour),
        confidence=rounded(figures.confidence, 1),
        status=None if rolled.status is None else str(rolled.status),
        score=rounded(figures.score),
        includes_hidden=rolled.includes_hidden,
        archived=objective.archived_at is not None,
        version=objective.version,
        key_results=[key_result_shape(entry, objective, measured) for entry in figures.key_results],
    )
