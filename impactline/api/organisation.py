"""The API's organisation, its policies, and all of it as a document."""

from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Wanted, etag
from impactline.exchange.queries.document import document_for
from impactline.exchange.writing import to_json, to_yaml
from impactline.okrs.actions.policies import change_policies
from impactline.okrs.policy import read
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


class Format(StrEnum):
    """How a document is written."""

    JSON = "json"
    YAML = "yaml"


DOCUMENT: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The native document, as its published JSON Schema says.",
            "content": {
                "application/json": {"schema": {"type": "object", "required": ["impactline"]}},
                "application/yaml": {"schema": {"type": "string"}},
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
def document(request: HttpRequest, format: Format = Format.JSON) -> HttpResponse:  # noqa: A002 - its name in the address
    person: Person = request.auth  # type: ignore[attr-defined]
    found = document_for(person)
    if format is Format.YAML:
        return HttpResponse(to_yaml(found), content_type="application/yaml; charset=utf-8")
    return HttpResponse(to_json(found), content_type="application/json; charset=utf-8")


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
