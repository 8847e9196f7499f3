"""What items and links of the chain rest on, in the API: assumptions and evidence; and what waits for what."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Number, Wanted, etag
from impactline.chain import actions, queries
from impactline.chain.downloads import download
from impactline.chain.file_kinds import SIZE_MAX, too_large
from impactline.chain.models import Assumption, ChainItem, Evidence, Link
from impactline.chain.visibility import chain_item_for
from impactline.metrics.queries import metric_for
from impactline.people.models import Person
from impactline.people.queries import person_named

Ground = Link | ChainItem


class AssumptionShape(Schema):
    """What must hold; `metric` with `at_least` and `at_most` shows whether it does."""

    number: int
    text: str
    state: str
    importance: str
    likelihood: str
    influenceable: bool | None
    owner: str | None
    review_on: date | None
    metric: str | None
    at_least: Number
    at_most: Number
    version: int


class AssumptionFields(Wanted):
    """What is said of an assumption."""

    text: str = ""
    state: str = "untested"
    importance: str = ""
    likelihood: str = ""
    influenceable: bool | None = None
    owner: str | None = None
    review_on: date | None = None
    metric: str | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None


class NewAssumption(AssumptionFields):
    """An assumption to be added."""

    text: str


class FileShape(Schema):
    """A file that was handed in: its name, its size in bytes, and the digest of what it holds."""

    name: str
    size: int
    sha256: str


class EvidenceShape(Schema):
    """What shows that an item was delivered, or that a link holds: an address, or a file."""

    number: int
    title: str
    url: str
    file: FileShape | None


class NewEvidence(Wanted):
    """An address that shows it; without a title, the address is one."""

    url: str
    title: str = ""


class NewWait(Wanted):
    """The activity or output that an activity waits for."""

    after: str


FILE_IN: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FILE_OUT: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The file, to be saved.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
router = Router(tags=["chain"])


@router.get("/{ref}/dependencies", response={200: list[str], **REFUSALS}, summary="What an activity waits for")
def waited_for(request: HttpRequest, ref: str) -> list[str]:
    person: Person = request.auth  # type: ignore[attr-defined]
    return [row.after.ref for row in queries.waits_of(person, chain_item_for(person, ref))]


@router.post("/{ref}/dependencies", response={201: list[str], **REFUSALS}, summary="Let an activity wait for another")
def wait(request: HttpRequest, ref: str, wanted: NewWait) -> Status[list[str]]:
    person: Person = request.auth  # type: ignore[attr-defined]
    activity, after = chain_item_for(person, ref), chain_item_for(person, wanted.after)
    actions.wait(by=person, activity=activity, after=after, at=timezone.now())
    return Status(201, waited_for(request, ref))


@router.delete("/{ref}/dependencies/{after}", response={200: list[str], **REFUSALS}, summary="It waits no more")
def end_wait(request: HttpRequest, ref: str, after: str) -> list[str]:
    person: Person = request.auth  # type: ignore[attr-defined]
    activity, other = chain_item_for(person, ref), chain_item_for(person, after)
    actions.end_wait(by=person, activity=activity, after=other, at=timezone.now())
    return waited_for(request, ref)


@router.get("/{ref}/assumptions", response={200: list[AssumptionShape], **REFUSALS}, summary="What must hold for it")
def assumptions(request: HttpRequest, ref: str) -> list[AssumptionShape]:
    return listed_assumptions(chain_item_for(request.auth, ref))  # type: ignore[attr-defined]


@router.post("/{ref}/assumptions", response={201: AssumptionShape, **REFUSALS}, summary="Add an assumption")
def assume(request: HttpRequest, response: HttpResponse, ref: str, wanted: NewAssumption) -> Status[AssumptionShape]:
    return added_assumption(request, response, chain_item_for(request.auth, ref), wanted)  # type: ignore[attr-defined]


@router.patch(
    "/{ref}/assumptions/{number}", response={200: AssumptionShape, **REFUSALS}, summary="Change an assumption"
)
def change_assumption(
    request: HttpRequest, response: HttpResponse, ref: str, number: int, wanted: AssumptionFields
) -> AssumptionShape:
    on = chain_item_for(request.auth, ref)  # type: ignore[attr-defined]
    return changed_assumption(request, response, on, number, wanted)


@router.delete("/{ref}/assumptions/{number}", response={204: None, **REFUSALS}, summary="Take an assumption away")
def remove_assumption(request: HttpRequest, ref: str, number: int) -> Status[None]:
    return removed_assumption(request, chain_item_for(request.auth, ref), number)  # type: ignore[attr-defined]


@router.get("/{ref}/evidence", response={200: list[EvidenceShape], **REFUSALS}, summary="What shows it")
def evidence(request: HttpRequest, ref: str) -> list[EvidenceShape]:
    return listed_evidence(chain_item_for(request.auth, ref))  # type: ignore[attr-defined]


@router.post("/{ref}/evidence", response={201: EvidenceShape, **REFUSALS}, summary="Name what shows it")
def add_evidence(request: HttpRequest, ref: str, wanted: NewEvidence) -> Status[EvidenceShape]:
    return added_evidence(request, chain_item_for(request.auth, ref), wanted)  # type: ignore[attr-defined]


@router.post(
    "/{ref}/evidence/files",
    response={201: EvidenceShape, **REFUSALS},
    summary="Hand in a file that shows it; the body is what the file holds",
    openapi_extra=FILE_IN,
)
def add_file(request: HttpRequest, ref: str, name: str, title: str = "") -> Status[EvidenceShape]:
    return added_file(request, chain_item_for(request.auth, ref), name, title)  # type: ignore[attr-defined]


@router.get("/{ref}/evidence/files/{digest}", response=REFUSALS, summary="A file that shows it", openapi_extra=FILE_OUT)
def read_file(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    return download(*queries.file_on(chain_item_for(request.auth, ref), digest))  # type: ignore[attr-defined]


@router.delete("/{ref}/evidence/{number}", response={204: None, **REFUSALS}, summary="Take evidence away")
def remove_evidence(request: HttpRequest, ref: str, number: int) -> Status[None]:
    return removed_evidence(request, chain_item_for(request.auth, ref), number)  # type: ignore[attr-defined]


def listed_assumptions(on: Ground) -> list[AssumptionShape]:
    """What must hold for an item or a link."""
    return [_assumption(row) for row in queries.assumptions_on(on)]


def added_assumption(
    request: HttpRequest, response: HttpResponse, on: Ground, wanted: NewAssumption
) -> Status[AssumptionShape]:
    """Add an assumption, and answer with it."""
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.assume(by=person, on=on, at=timezone.now(), **_resolved(person, wanted.named()))
    etag(response, made.version)
    return Status(201, _assumption(made))


def changed_assumption(
    request: HttpRequest, response: HttpResponse, on: Ground, number: int, wanted: AssumptionFields
) -> AssumptionShape:
    """Change an assumption of the version that was read, and answer with it."""
    person: Person = request.auth  # type: ignore[attr-defined]
    changed = actions.change_assumption(
        by=person,
        assumption=queries.assumption_on(on, number),
        version=version_read(request),
        at=timezone.now(),
        changes=_resolved(person, wanted.named()),
    )
    etag(response, changed.version)
    return _assumption(changed)


def removed_assumption(request: HttpRequest, on: Ground, number: int) -> Status[None]:
    """Take an assumption away."""
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.remove_assumption(by=person, assumption=queries.assumption_on(on, number), at=timezone.now())
    return Status(204, None)


def listed_evidence(on: Ground) -> list[EvidenceShape]:
    """What shows that an item was delivered, or that a link holds."""
    return [_evidence(row) for row in queries.evidence_of(on)]


def added_evidence(request: HttpRequest, on: Ground, wanted: NewEvidence) -> Status[EvidenceShape]:
    """Add evidence, and answer with it."""
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.add_evidence(by=person, on=on, title=wanted.title, url=wanted.url, at=timezone.now())
    return Status(201, _evidence(made))


def added_file(request: HttpRequest, on: Ground, name: str, title: str) -> Status[EvidenceShape]:
    """Keep the body of the request as evidence, and answer with it."""
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.add_file(by=person, on=on, name=name, content=content_of(request), title=title, at=timezone.now())
    return Status(201, _evidence(made))


def content_of(request: HttpRequest) -> bytes:
    """What the file holds that is the body of a request; raises Invalid where it is too large to be kept."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > SIZE_MAX:
        raise too_large()
    return request.body


def removed_evidence(request: HttpRequest, on: Ground, number: int) -> Status[None]:
    """Take evidence away."""
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.remove_evidence(by=person, evidence=queries.evidence_on(on, number), at=timezone.now())
    return Status(204, None)


def _assumption(row: Assumption) -> AssumptionShape:
    return AssumptionShape(
        number=row.position,
        text=row.text,
        state=row.state,
        importance=row.importance,
        likelihood=row.likelihood,
        influenceable=row.influenceable,
        owner=row.owner.email if row.owner else None,
        review_on=row.review_on,
        metric=row.metric.ref if row.metric else None,
        at_least=row.at_least,
        at_most=row.at_most,
        version=row.version,
    )


def _evidence(row: Evidence) -> EvidenceShape:
    file = FileShape(name=row.file_name, size=row.size, sha256=row.digest) if row.digest else None
    return EvidenceShape(number=row.position, title=row.title, url=row.url, file=file)


def _resolved(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """Refs and addresses turned into what they name."""
    found = dict(fields)
    if "owner" in found:
        found["owner"] = person_named(found["owner"]) if found["owner"] else None
    if "metric" in found:
        found["metric"] = metric_for(person, found["metric"]) if found["metric"] else None
    return found
