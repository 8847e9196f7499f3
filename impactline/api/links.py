"""The API's links of the chain: what leads to what, and what is expected and known of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api import chain_grounds as grounds
from impactline.api.access import REFUSALS, FaultShape, version_read
from impactline.api.shapes import Number, Paging, Wanted, etag, slice_of
from impactline.base.errors import Fault
from impactline.chain import actions, queries
from impactline.chain.downloads import download
from impactline.chain.models import Link
from impactline.chain.visibility import chain_item_for, link_for
from impactline.checkins.misfits import misfits_of
from impactline.metrics.queries import metric_for
from impactline.people.models import Person

router = Router(tags=["chain"])


class LinkShape(Schema):
    """That one item leads to another; the effect is `change` of the metric for `per` of the source.

    `misfits` tell what is said of it and does not fit what it leads to: the metric, its unit, the lag.
    """

    source: str
    target: str
    kind: str
    effect_metric: str | None
    effect_change: Number
    effect_per: Number
    lag_days: int | None
    confidence: float | None
    evidence: str
    rationale: str
    necessary: bool | None
    group: str
    misfits: list[FaultShape]
    version: int


class LinksPage(Schema):
    """A page of links."""

    total: int
    items: list[LinkShape]


class Ends(Schema):
    """Which links are wanted: those from one item, to one, or all."""

    source: str = ""
    target: str = ""


class LinkFields(Wanted):
    """What is expected and known of a link."""

    effect_metric: str | None = None
    effect_change: Decimal | None = None
    effect_per: Decimal | None = None
    lag_days: int | None = None
    confidence: float | None = None
    evidence: str = "untested"
    rationale: str = ""
    necessary: bool | None = None
    group: str = ""


class NewLink(LinkFields):
    """A link between two items; their levels give its kind."""

    source: str
    target: str


@router.get("", response={200: LinksPage, **REFUSALS}, summary="Links of the chain")
def listed(request: HttpRequest, ends: Annotated[Ends, Query()], paging: Annotated[Paging, Query()]) -> LinksPage:
    found = queries.links_between(request.auth, source=ends.source, target=ends.target)  # type: ignore[attr-defined]
    return LinksPage(total=found.count(), items=_shapes(request.auth, slice_of(found, paging)))  # type: ignore[attr-defined]


@router.post("", response={201: LinkShape, **REFUSALS}, summary="Let one item lead to another")
def create(request: HttpRequest, response: HttpResponse, wanted: NewLink) -> Status[LinkShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    fields = _resolved(person, wanted.named())
    source, target = (chain_item_for(person, fields.pop(end)) for end in ("source", "target"))
    actions.link(by=person, source=source, target=target, at=timezone.now(), **fields)
    return Status(201, _read(person, source.ref, target.ref, response))


@router.get("/{source}/{target}", response={200: LinkShape, **REFUSALS}, summary="A link")
def one(request: HttpRequest, response: HttpResponse, source: str, target: str) -> LinkShape:
    return _read(request.auth, source, target, response)  # type: ignore[attr-defined]


@router.patch("/{source}/{target}", response={200: LinkShape, **REFUSALS}, summary="Change what is said of a link")
def change(request: HttpRequest, response: HttpResponse, source: str, target: str, wanted: LinkFields) -> LinkShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.change_link(
        by=person,
        link=link_for(person, source, target),
        version=version_read(request),
        at=timezone.now(),
        changes=_resolved(person, wanted.named()),
    )
    return _read(person, source, target, response)


@router.delete("/{source}/{target}", response={204: None, **REFUSALS}, summary="End a link")
def remove(request: HttpRequest, source: str, target: str) -> Status[None]:
    person: Person = request.auth  # type: ignore[attr-defined]
    found = link_for(person, source, target)
    actions.unlink(by=person, source=found.source, target=found.target, at=timezone.now())
    return Status(204, None)


@router.get(
    "/{source}/{target}/assumptions",
    response={200: list[grounds.AssumptionShape], **REFUSALS},
    summary="What must hold for a link",
)
def assumptions(request: HttpRequest, source: str, target: str) -> list[grounds.AssumptionShape]:
    return grounds.listed_assumptions(_on(request, source, target))


@router.post(
    "/{source}/{target}/assumptions",
    response={201: grounds.AssumptionShape, **REFUSALS},
    summary="Add an assumption to a link",
)
def assume(
    request: HttpRequest, response: HttpResponse, source: str, target: str, wanted: grounds.NewAssumption
) -> Status[grounds.AssumptionShape]:
    return grounds.added_assumption(request, response, _on(request, source, target), wanted)


@router.patch(
    "/{source}/{target}/assumptions/{number}",
    response={200: grounds.AssumptionShape, **REFUSALS},
    summary="Change an assumption of a link",
)
def change_assumption(
    request: HttpRequest,
    response: HttpResponse,
    source: str,
    target: str,
    number: int,
    wanted: grounds.AssumptionFields,
) -> grounds.AssumptionShape:
    return grounds.changed_assumption(request, response, _on(request, source, target), number, wanted)


@router.delete(
    "/{source}/{target}/assumptions/{number}",
    response={204: None, **REFUSALS},
    summary="Take an assumption of a link away",
)
def remove_assumption(request: HttpRequest, source: str, target: str, number: int) -> Status[None]:
    return grounds.removed_assumption(request, _on(request, source, target), number)


@router.get(
    "/{source}/{target}/evidence",
    response={200: list[grounds.EvidenceShape], **REFUSALS},
    summary="What shows that a link holds",
)
def evidence(request: HttpRequest, source: str, target: str) -> list[grounds.EvidenceShape]:
    return grounds.listed_evidence(_on(request, source, target))


@router.post(
    "/{source}/{target}/evidence",
    response={201: grounds.EvidenceShape, **REFUSALS},
    summary="Name what shows that a link holds",
)
def add_evidence(
    request: HttpRequest, source: str, target: str, wanted: grounds.NewEvidence
) -> Status[grounds.EvidenceShape]:
    return grounds.added_evidence(request, _on(request, source, target), wanted)


@router.post(
    "/{source}/{target}/evidence/files",
    response={201: grounds.EvidenceShape, **REFUSALS},
    summary="Hand in a file that shows that a link holds; the body is what the file holds",
    openapi_extra=grounds.FILE_IN,
)
def add_file(
    request: HttpRequest, source: str, target: str, name: str, title: str = ""
) -> Status[grounds.EvidenceShape]:
    return grounds.added_file(request, _on(request, source, target), name, title)


@router.get(
    "/{source}/{target}/evidence/files/{digest}",
    response=REFUSALS,
    summary="A file that shows that a link holds",
    openapi_extra=grounds.FILE_OUT,
)
def read_file(request: HttpRequest, source: str, target: str, digest: str) -> HttpResponse:
    return download(*queries.file_on(_on(request, source, target), digest))


@router.delete(
    "/{source}/{target}/evidence/{number}", response={204: None, **REFUSALS}, summary="Take evidence of a link away"
)
def remove_evidence(request: HttpRequest, source: str, target: str, number: int) -> Status[None]:
    return grounds.removed_evidence(request, _on(request, source, target), number)


def _on(request: HttpRequest, source: str, target: str) -> Link:
    return link_for(request.auth, source, target)  # type: ignore[attr-defined]


def _read(person: Person, source: str, target: str, response: HttpResponse) -> LinkShape:
    row = link_for(person, source, target)
    etag(response, row.version)
    return _shapes(person, [row])[0]


def _shapes(person: Person, rows: Iterable[Link]) -> list[LinkShape]:
    links = list(rows)
    found = misfits_of(person, links)
    return [_shape(row, found[row.pk]) for row in links]


def _shape(row: Link, misfits: list[Fault]) -> LinkShape:
    same = ("kind", "effect_change", "effect_per", "lag_days", "confidence", "evidence", "rationale", "necessary")
    return LinkShape(
        **{name: getattr(row, name) for name in (*same, "group", "version")},
        source=row.source.ref,
        target=row.target.ref,
        effect_metric=row.effect_metric.ref if row.effect_metric else None,
        misfits=[FaultShape(field=one.field, message=one.message, remedy=one.remedy) for one in misfits],
    )


def _resolved(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """The metric turned from a ref into what it names."""
    found = dict(fields)
    if "effect_metric" in found:
        found["effect_metric"] = metric_for(person, found["effect_metric"]) if found["effect_metric"] else None
    return found
