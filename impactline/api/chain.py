"""The API's items of the results chain: inputs, activities, outputs, outcomes and impacts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Number, Paging, Wanted, etag, slice_of
from impactline.base.errors import NotFound
from impactline.chain import actions, queries
from impactline.chain.models import ChainItem, Report
from impactline.chain.visibility import chain_item_for, require_edit_item
from impactline.metrics.queries import metric_for
from impactline.people.models import Person
from impactline.people.queries import person_named, team_named

router = Router(tags=["chain"])

SAME = (
    *("ref", "level", "sublevel", "title", "description", "starts_on", "due_on", "state", "ended_on"),
    *("visibility", "intended", "kind", "amount", "used", "unit", "effort_hours", "cost", "progress"),
    *("planned", "delivered", "acceptance", "rubric", "version"),
)


class ItemShape(Schema):
    """An item of the chain. `used`, `progress` and `delivered` are what the newest report says."""

    ref: str
    level: str
    sublevel: str
    title: str
    description: str
    owner: str | None
    team: str | None
    shared_with: list[str]
    starts_on: date | None
    due_on: date | None
    state: str
    ended_on: date | None
    visibility: str
    intended: bool
    kind: str
    amount: Number
    used: Number
    unit: str
    effort_hours: Number
    cost: Number
    progress: float | None
    planned: Number
    delivered: Number
    acceptance: str
    rubric: list[str]
    metrics: list[str]
    archived: bool
    version: int


class ItemsPage(Schema):
    """A page of items."""

    total: int
    items: list[ItemShape]


class ItemFilters(Schema):
    """Which items are wanted; without any, all that are not archived."""

    level: str = ""
    team: str = ""
    owner: str = ""
    state: str = ""
    archived: bool = False

    def columns(self) -> dict[str, str]:
        """What is asked for, as columns."""
        asked = {"level": self.level, "state": self.state, "team__ref": self.team, "owner__email": self.owner}
        return {column: value for column, value in asked.items() if value}


class ItemFields(Wanted):
    """What is said of an item; what its level does not have is refused."""

    title: str = ""
    description: str = ""
    sublevel: str = ""
    owner: str | None = None
    team: str | None = None
    shared_with: list[str] = []
    starts_on: date | None = None
    due_on: date | None = None
    state: str = "draft"
    ended_on: date | None = None
    visibility: str = "open"
    intended: bool = True
    kind: str = ""
    amount: Decimal | None = None
    unit: str = ""
    effort_hours: Decimal | None = None
    cost: Decimal | None = None
    planned: Decimal | None = None
    acceptance: str = ""
    rubric: list[str] = []
    metrics: list[str] = []


class NewItem(ItemFields):
    """An item to be added."""

    level: str
    title: str
    ref: str = ""


class ItemPlace(Wanted):
    """The item of the same level behind which this one stands; none for the front."""

    after: str | None = None


class Viewers(Wanted):
    """Everybody who, besides those concerned, may see a private item."""

    people: list[str]


class ItemReason(Wanted):
    """Why an administrator opens a private item; its owner reads it."""

    reason: str


class ReportShape(Schema):
    """How far an item was on a day."""

    day: date
    value: Number
    note: str
    by: str | None
    recorded_at: datetime


class ReportsPage(Schema):
    """A page of reports, in the order of days."""

    total: int
    items: list[ReportShape]


class NewReport(Wanted):
    """How far an item is on a day (default: today): a share of 1, a quantity delivered, or an amount used."""

    value: Decimal
    day: date | None = None
    note: str = ""


@router.get("", response={200: ItemsPage, **REFUSALS}, summary="Items of the chain")
def listed(
    request: HttpRequest, filters: Annotated[ItemFilters, Query()], paging: Annotated[Paging, Query()]
) -> ItemsPage:
    found = queries.items_in_full(request.auth, archived=filters.archived, **filters.columns())  # type: ignore[attr-defined]
    return ItemsPage(total=found.count(), items=[item_shape(row) for row in slice_of(found, paging)])


@router.post("", response={201: ItemShape, **REFUSALS}, summary="Add an item")
def create(request: HttpRequest, response: HttpResponse, wanted: NewItem) -> Status[ItemShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.create_item(by=person, at=timezone.now(), **_resolved(person, wanted.named()))
    return Status(201, _read(person, made.ref, response))


@router.get("/{ref}", response={200: ItemShape, **REFUSALS}, summary="An item")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> ItemShape:
    return _read(request.auth, ref, response)  # type: ignore[attr-defined]


@router.patch("/{ref}", response={200: ItemShape, **REFUSALS}, summary="Change an item; its level stays")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: ItemFields) -> ItemShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    changes = _resolved(person, wanted.named())
    actions.change_item(
        by=person,
        item=chain_item_for(person, ref),
        version=version_read(request),
        at=timezone.now(),
        shared_with=changes.pop("shared_with", None),
        metrics=changes.pop("metrics", None),
        changes=changes,
    )
    return _read(person, ref, response)


@router.post("/{ref}/archiving", response={200: ItemShape, **REFUSALS}, summary="Archive an item")
def archive(request: HttpRequest, response: HttpResponse, ref: str) -> ItemShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.archive_item(by=person, item=chain_item_for(person, ref), at=timezone.now())
    return _read(person, ref, response)


@router.post("/{ref}/restoration", response={200: ItemShape, **REFUSALS}, summary="Take it back from the archive")
def restore(request: HttpRequest, response: HttpResponse, ref: str) -> ItemShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.restore_item(by=person, item=chain_item_for(person, ref), at=timezone.now())
    return _read(person, ref, response)


@router.post("/{ref}/place", response={200: ItemShape, **REFUSALS}, summary="Move it within its level")
def place(request: HttpRequest, response: HttpResponse, ref: str, wanted: ItemPlace) -> ItemShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    after = chain_item_for(person, wanted.after) if wanted.after else None
    actions.move_item(by=person, item=chain_item_for(person, ref), after=after, at=timezone.now())
    return _read(person, ref, response)


@router.get("/{ref}/viewers", response={200: list[str], **REFUSALS}, summary="Who was invited to see it")
def viewers(request: HttpRequest, ref: str) -> list[str]:
    person: Person = request.auth  # type: ignore[attr-defined]
    item = chain_item_for(person, ref)
    require_edit_item(person, item)
    return [viewer.email for viewer in queries.viewers_of(item)]


@router.put("/{ref}/viewers", response={200: list[str], **REFUSALS}, summary="Say who may see a private item")
def invite(request: HttpRequest, ref: str, wanted: Viewers) -> list[str]:
    person: Person = request.auth  # type: ignore[attr-defined]
    item, invited = chain_item_for(person, ref), [person_named(email) for email in wanted.people]
    actions.invite_item_viewers(by=person, item=item, people=invited, at=timezone.now())
    return [viewer.email for viewer in queries.viewers_of(item)]


@router.post(
    "/{ref}/glass", response={201: ItemShape, **REFUSALS}, summary="Open a private one as administrator, for an hour"
)
def break_glass(request: HttpRequest, response: HttpResponse, ref: str, wanted: ItemReason) -> Status[ItemShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    if not person.is_administrator:
        raise NotFound(f"There is no item “{ref[:80]}” in the chain.")
    actions.break_item_glass(by=person, item=queries.hidden_item(ref), reason=wanted.reason, at=timezone.now())
    return Status(201, _read(person, ref, response))


@router.get("/{ref}/reports", response={200: ReportsPage, **REFUSALS}, summary="Reports, in the order of days")
def reports(request: HttpRequest, ref: str, paging: Annotated[Paging, Query()]) -> ReportsPage:
    found = queries.reports_of(chain_item_for(request.auth, ref))  # type: ignore[attr-defined]
    return ReportsPage(total=found.count(), items=[_report(row) for row in slice_of(found, paging)])


@router.post("/{ref}/reports", response={201: ReportShape, **REFUSALS}, summary="Say how far it is on a day")
def report(request: HttpRequest, ref: str, wanted: NewReport) -> Status[ReportShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.report(
        by=person,
        item=chain_item_for(person, ref),
        value=wanted.value,
        day=wanted.day,
        text=wanted.note,
        at=timezone.now(),
    )
    return Status(201, _report(made))


def item_shape(row: ChainItem) -> ItemShape:
    """An item as the API tells it; teams and metrics are taken from what was fetched with it."""
    return ItemShape(
        **{name: getattr(row, name) for name in SAME},
        owner=row.owner.email if row.owner else None,
        team=row.team.ref if row.team else None,
        shared_with=sorted(team.ref for team in row.shared_with.all()),
        metrics=sorted(metric.ref or "" for metric in row.metrics.all()),
        archived=row.archived_at is not None,
    )


def _read(person: Person, ref: str, response: HttpResponse) -> ItemShape:
    row = chain_item_for(person, ref)
    etag(response, row.version)
    return item_shape(row)


def _report(row: Report) -> ReportShape:
    return ReportShape(
        day=row.day,
        value=row.value,
        note=row.note,
        by=row.by.email if row.by else None,
        recorded_at=row.recorded_at,
    )


def _resolved(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """Refs and addresses turned into what they name."""
    found = dict(fields)
    for field, named in (("owner", person_named), ("team", team_named)):
        if field in found:
            found[field] = named(found[field]) if found[field] else None
    if "shared_with" in found:
        found["shared_with"] = [team_named(ref) for ref in found["shared_with"]]
    if "metrics" in found:
        found["metrics"] = [metric_for(person, ref) for ref in found["metrics"]]
    return found
