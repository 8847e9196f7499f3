"""The API's organisation, its policies, and all of it as a document."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Wanted, etag
from impactline.exchange.leaving import Leaving, file_of
from impactline.exchange.queries.document import document_for
from impactline.exchange.scope import Scope, Scoped, holds, within
from impactline.okrs.actions.policies import change_policies
from impactline.okrs.policy import read
from impactline.okrs.today import present
from impactline.people.models import Organisation, Person
from impactline.people.queries import organisation

router = Router(tags=["organisation"])


class OrganisationShape(Schema):
    """The organisation and the policies that its figures follow.

    `enough` is the share of what was expected by now from which work counts as delivered, and an outcome as moved.
    """

    name: str
    timezone: str
    locale: str
    roll_up: str
    pace: str
    strict_holds: bool
    grace_days: int
    enough: float
    version: int


class OrganisationChanges(Wanted):
    """What is to be changed; what is not named stays. After a change of policies all figures are computed anew."""

    name: str = ""
    timezone: str = ""
    locale: str = ""
    roll_up: str = ""
    pace: str = ""
    strict_holds: bool = False
    grace_days: int = 0
    enough: float = 0.7


class ScopeWanted(Schema):
    """Which part of the document is wanted, by refs; several narrow each other."""

    cycle: str = ""
    team: str = ""
    priority: str = ""
    objective: str = ""


class DocumentPart(Schema):
    """How many of each kind a part of the document holds, and what it leaves out."""

    holds: dict[str, int]
    left: list[str]


DOCUMENT: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The native document, as its published JSON Schema says, IATI 2.03, or a table.",
            "content": {
                "application/json": {"schema": {"type": "object", "required": ["impactline"]}},
                "application/yaml": {"schema": {"type": "string"}},
                "application/xml": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                    "schema": {"type": "string", "format": "binary"}
                },
            },
        }
    }
}


@router.get("/organisation", response={200: OrganisationShape, **REFUSALS}, summary="The organisation and its policies")
def one(request: HttpRequest, response: HttpResponse) -> OrganisationShape:
    found = organisation()
    etag(response, found.version)
    return _shape(found)


@router.patch("/organisation", response={200: OrganisationShape, **REFUSALS}, summary="Change it, or its policies")
def change(request: HttpRequest, response: HttpResponse, wanted: OrganisationChanges) -> OrganisationShape:
    by: Person = request.auth  # type: ignore[attr-defined]
    fields = _shape(organisation()).model_dump(exclude={"version"}) | wanted.named()
    changed = change_policies(by=by, version=version_read(request), at=timezone.now(), **fields)
    etag(response, changed.version)
    return _shape(changed)


@router.get(
    "/document",
    response=REFUSALS,
    summary="Everything that you may see, with its history, to be imported again",
    openapi_extra=DOCUMENT,
)
def document(
    request: HttpRequest,
    part: Annotated[ScopeWanted, Query()],
    format: Leaving = Leaving.JSON,  # noqa: A002 - its name in the address
) -> HttpResponse:
    """`iati` holds the chain and its metrics, with the rest of them in a namespace of ours; `iati-plain` without.

    `csv` and `xlsx` are tables of objectives and key results, one row each, without their history.
    A part of it brings along what it needs to be imported; `/document/part` tells what it leaves out.
    """
    found = file_of(_scoped(request, part).document, format, today=present(timezone.now()).day)
    return HttpResponse(found.content, content_type=found.kind)


@router.get("/document/part", response={200: DocumentPart, **REFUSALS}, summary="What a part of the document holds")
def part_of_document(request: HttpRequest, part: Annotated[ScopeWanted, Query()]) -> DocumentPart:
    """How many of each kind it holds, and what it leaves out, in sentences."""
    found = _scoped(request, part)
    return DocumentPart(holds=holds(found.document), left=found.left)


def _scoped(request: HttpRequest, part: ScopeWanted) -> Scoped:
    person: Person = request.auth  # type: ignore[attr-defined]
    return within(document_for(person), Scope(**part.model_dump()))


def _shape(found: Organisation) -> OrganisationShape:
    policy = read(found.policies)
    return OrganisationShape(
        name=found.name,
        timezone=found.timezone,
        locale=found.locale,
        roll_up=policy.roll_up,
        pace=policy.pace,
        strict_holds=policy.strict_holds,
        grace_days=policy.grace_days,
        enough=policy.enough,
        version=found.version,
    )
