"""The API's shared metrics and their readings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Number, Paging, Wanted, etag, slice_of
from impactline.checkins.actions import read_metric
from impactline.checkins.boards import BoardWish, wished_for
from impactline.metrics import actions
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.definition import Start
from impactline.metrics.health import State
from impactline.metrics.models import Metric, Reading
from impactline.metrics.queries import metric_for, numbers_of, reading_numbered, readings, starts_of
from impactline.metrics.said import Link
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.queries import person_named, team_named

router = Router(tags=["metrics"])


class DimensionShape(Schema):
    """By what readings are broken down."""

    name: str
    categories: list[str]


class BaselineShape(Schema):
    """What a metric was on a day before the work started; `of` names the part, empty for the whole."""

    day: date
    of: dict[str, str] = {}
    value: Number = None
    numerator: Number = None
    denominator: Number = None
    note: str = ""


class MetricShape(Schema):
    """A shared metric."""

    ref: str | None
    measure: str
    aggregation: str
    adds_up: bool
    numerator: str
    denominator: str
    levels: list[str]
    references: list[dict[str, str]]
    dimensions: list[DimensionShape]
    baselines: list[BaselineShape]
    method: str
    team: str | None
    name: str
    definition: str
    unit: str
    better: str
    source: str
    owner: str | None
    read_every_days: int | None
    healthy_at_least: Number
    healthy_at_most: Number
    archived: bool
    version: int


class MetricsPage(Schema):
    """A page of metrics."""

    total: int
    items: list[MetricShape]


class MetricFields(Wanted):
    """What is said of a metric."""

    name: str = ""
    definition: str = ""
    unit: str = ""
    better: str = "higher"
    source: str = ""
    owner: str | None = None
    read_every_days: int | None = None
    healthy_at_least: Decimal | None = None
    healthy_at_most: Decimal | None = None
    measure: str = "unit"
    aggregation: str = "latest"
    adds_up: bool = True
    numerator: str = ""
    denominator: str = ""
    levels: list[str] = []
    references: list[dict[str, str]] = []
    dimensions: list[DimensionShape] = []
    baselines: list[BaselineShape] = []
    method: str = ""
    team: str | None = None


class NewMetric(MetricFields):
    """A shared metric to be added."""

    name: str
    ref: str = ""


class PartShape(Schema):
    """A part of a reading: dimension → category, and its amount."""

    of: dict[str, str]
    value: Number = None
    numerator: Number = None
    denominator: Number = None


class ProofShape(Schema):
    """A page that bears a reading out."""

    title: str
    url: str


class ReadingShape(Schema):
    """A value of a metric on a day; `number` counts those of its metric in the order of writing."""

    number: int
    day: date
    value: Number
    numerator: Number
    denominator: Number
    quality: str
    parts: list[PartShape]
    evidence: list[ProofShape]
    note: str
    by: str | None
    recorded_at: datetime


class ReadingsPage(Schema):
    """A page of readings, in the order of days."""

    total: int
    items: list[ReadingShape]


class NewReading(Wanted):
    """A value, on a day (default: today)."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    day: date | None = None
    note: str = ""
    quality: str = "measured"
    parts: list[PartShape] = []
    evidence: list[ProofShape] = []

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        parts = [PartOf(tuple(p.of.items()), Amount(p.value, p.numerator, p.denominator)) for p in self.parts]
        evidence = [Link(link.title, link.url) for link in self.evidence]
        return self.model_dump() | {"parts": parts, "evidence": evidence}


class WhichMetrics(Schema):
    """Which metrics are wanted."""

    q: str = ""
    owner: str = ""
    team: str = ""
    priority: str = ""
    state: State | None = None
    archived: bool = False


@router.get("", response={200: MetricsPage, **REFUSALS}, summary="Shared metrics, by name")
def listed(
    request: HttpRequest,
    paging: Annotated[Paging, Query()],
    wish: Annotated[WhichMetrics, Query()],
) -> MetricsPage:
    """Narrowed by words, owner (address), team and priority (refs) and state: healthy, unhealthy, late or unread."""
    person: Person = request.auth  # type: ignore[attr-defined]
    found = wished_for(person, BoardWish(**wish.model_dump()), present(timezone.now()).day)
    found = found.prefetch_related("dimensions", "baselines")
    return MetricsPage(total=found.count(), items=[_shape(row) for row in slice_of(found, paging)])


@router.post("", response={201: MetricShape, **REFUSALS}, summary="Add a shared metric")
def create(request: HttpRequest, response: HttpResponse, wanted: NewMetric) -> Status[MetricShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    fields = _fields(wanted)
    made = actions.create_metric(by=person, at=timezone.now(), **fields)
    etag(response, made.version)
    return Status(201, _shape(made))


@router.get("/{ref}", response={200: MetricShape, **REFUSALS}, summary="A shared metric")
def one(request: HttpRequest, response: HttpResponse, ref: str) -> MetricShape:
    metric = metric_for(request.auth, ref)  # type: ignore[attr-defined]
    etag(response, metric.version)
    return _shape(metric)


@router.patch("/{ref}", response={200: MetricShape, **REFUSALS}, summary="Change a shared metric")
def change(request: HttpRequest, response: HttpResponse, ref: str, wanted: MetricFields) -> MetricShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    changes = _fields(wanted)
    changed = actions.change_metric(
        by=person, metric=metric_for(person, ref), version=version_read(request), at=timezone.now(), changes=changes
    )
    etag(response, changed.version)
    return _shape(changed)


@router.post("/{ref}/archiving", response={200: MetricShape, **REFUSALS}, summary="Archive a shared metric")
def archive(request: HttpRequest, response: HttpResponse, ref: str) -> MetricShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    archived = actions.archive_metric(by=person, metric=metric_for(person, ref), at=timezone.now())
    etag(response, archived.version)
    return _shape(archived)


@router.post("/{ref}/restoration", response={200: MetricShape, **REFUSALS}, summary="Take it back from the archive")
def restore(request: HttpRequest, response: HttpResponse, ref: str) -> MetricShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    restored = actions.restore_metric(by=person, metric=metric_for(person, ref), at=timezone.now())
    etag(response, restored.version)
    return _shape(restored)


@router.get("/{ref}/readings", response={200: ReadingsPage, **REFUSALS}, summary="Readings, in the order of days")
def values(
    request: HttpRequest,
    ref: str,
    paging: Annotated[Paging, Query()],
) -> ReadingsPage:
    metric = metric_for(request.auth, ref)  # type: ignore[attr-defined]
    found = readings(metric).select_related("by").prefetch_related("parts")
    numbers = numbers_of(metric)
    items = [_reading(row, numbers[row.pk]) for row in slice_of(found, paging)]
    return ReadingsPage(total=found.count(), items=items)


@router.post("/{ref}/readings", response={201: ReadingShape, **REFUSALS}, summary="Record a value; all followers move")
def read(request: HttpRequest, ref: str, wanted: NewReading) -> Status[ReadingShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    metric = metric_for(person, ref)
    made = read_metric(by=person, metric=metric, at=timezone.now(), **wanted.said())
    return Status(201, _reading(made, numbers_of(metric)[made.pk]))


@router.post(
    "/{ref}/readings/{number}/corrections", response={201: ReadingShape, **REFUSALS}, summary="Correct a value"
)
def correct(request: HttpRequest, ref: str, number: int, wanted: NewReading) -> Status[ReadingShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    metric = metric_for(person, ref)
    before = reading_numbered(metric, number)
    made = read_metric(by=person, metric=metric, replaces=before, at=timezone.now(), **wanted.said())
    return Status(201, _reading(made, numbers_of(metric)[made.pk]))


def _fields(wanted: MetricFields) -> dict[str, Any]:
    """What is named, with people, teams and dimensions as the actions take them."""
    fields = wanted.named()
    if "owner" in fields:
        fields["owner"] = person_named(fields["owner"]) if fields["owner"] else None
    if "team" in fields:
        fields["team"] = team_named(fields["team"]) if fields["team"] else None
    if "dimensions" in fields:
        fields["dimensions"] = [(entry.name, entry.categories) for entry in wanted.dimensions]
    if "baselines" in fields:
        fields["baselines"] = [_start(entry) for entry in wanted.baselines]
    return fields


def _start(entry: BaselineShape) -> Start:
    amount = Amount(entry.value, entry.numerator, entry.denominator)
    return Start(entry.day, amount, tuple(entry.of.items()), entry.note)


def _shape(metric: Metric) -> MetricShape:
    return MetricShape(
        ref=metric.ref,
        name=metric.name,
        definition=metric.definition,
        unit=metric.unit,
        better=metric.better,
        source=metric.source,
        owner=metric.owner.email if metric.owner else None,
        read_every_days=metric.read_every_days,
        measure=metric.measure,
        aggregation=metric.aggregation,
        adds_up=metric.adds_up,
        numerator=metric.numerator,
        denominator=metric.denominator,
        levels=metric.levels,
        references=metric.references,
        dimensions=[DimensionShape(name=row.name, categories=row.categories) for row in metric.dimensions.all()],
        baselines=[_baseline(start) for start in starts_of(metric)],
        method=metric.method,
        team=metric.team.ref if metric.team else None,
        healthy_at_least=metric.healthy_at_least,
        healthy_at_most=metric.healthy_at_most,
        archived=metric.archived_at is not None,
        version=metric.version,
    )


def _baseline(start: Start) -> BaselineShape:
    amount, of = start.amount, dict(start.categories)
    numbers = {name: getattr(amount, name) for name in ("value", "numerator", "denominator")}
    return BaselineShape(day=start.day, of=of, note=start.note, **numbers)


def _reading(row: Reading, number: int) -> ReadingShape:
    return ReadingShape(
        number=number,
        day=row.day,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        quality=row.quality or "measured",
        parts=[
            PartShape(of=part.categories, value=part.value, numerator=part.numerator, denominator=part.denominator)
            for part in row.parts.all()
        ],
        evidence=[ProofShape(**link) for link in row.evidence or ()],
        note=row.note,
        by=row.by.email if row.by else None,
        recorded_at=row.recorded_at,
    )
