"""The API's imports: a file as the body of a request, its plan, and the word to carry it out."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS
from impactline.exchange.actions import imports
from impactline.exchange.models import Import, ImportState
from impactline.exchange.queries.imports import import_for, imports_of
from impactline.exchange.reading import Source

router = Router(tags=["imports"])
NUMBER_MAX = 2**63 - 1
FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ImportShape(Schema):
    """An import: how far it is, and its account.

    `state` goes from reading to planned or refused, and from applying to applied. `share` is how much of the `stage`
    is done, in per cent, where that can be told. The account holds `counts` by kind, the first `lines` of the plan
    and how many `more`, `faults` with file, line and remedy, `notes`, what was `left` out by line and by reason, and
    what is `weak` in the wording: the first of `weak_total` texts; `differs` says that the plan has changed since it
    was agreed to, and was not carried out.
    """

    number: int
    name: str
    format: str
    state: str
    stage: str
    share: int | None
    at: datetime
    done_at: datetime | None
    passed_over: list[str]
    account: dict[str, Any]


class ImportsShape(Schema):
    """Imports without their accounts."""

    items: list[ImportShape]


class Given(Schema):
    """The name of the file, and the days of the cycle of a page that does not say them."""

    name: str
    starts_on: date | None = None
    ends_on: date | None = None


@router.get("", response={200: ImportsShape, **REFUSALS}, summary="Your imports of the last weeks, newest first")
def listed(request: HttpRequest) -> ImportsShape:
    found = imports_of(request.auth)  # type: ignore[attr-defined]
    return ImportsShape(items=[_shape(row, {}) for row in found])


@router.post(
    "",
    response={202: ImportsShape, **REFUSALS},
    summary="Give a file to be imported; its plan is made in the background",
    openapi_extra=FILE,
)
def give(request: HttpRequest, given: Annotated[Given, Query()]) -> Status[ImportsShape]:
    """The body is the file itself: a native document, a page in Markdown, IATI, a table, or a zip archive of such.

    What it is, is recognised. Native files of an archive become one import, every other file one of its own.
    """
    rows = imports.upload(
        by=request.auth,  # type: ignore[attr-defined]
        files=[Source(given.name, request.body)],
        at=timezone.now(),
        starts_on=given.starts_on,
        ends_on=given.ends_on,
    )
    return Status(202, ImportsShape(items=[_shape(row, {}) for row in rows]))


@router.get("/{number}", response={200: ImportShape, **REFUSALS}, summary="An import, with its plan or its faults")
def one(request: HttpRequest, number: int) -> ImportShape:
    row = import_for(request.auth, _number(number))  # type: ignore[attr-defined]
    return _shape(row, row.account)


@router.post("/{number}/application", response={202: ImportShape, **REFUSALS}, summary="Carry out what was planned")
def apply(request: HttpRequest, number: int) -> Status[ImportShape]:
    row = imports.agree(by=request.auth, number=_number(number), at=timezone.now())  # type: ignore[attr-defined]
    return Status(202, _shape(row, row.account))


@router.post("/{number}/dismissal", response={200: ImportShape, **REFUSALS}, summary="Put an import aside")
def dismiss(request: HttpRequest, number: int) -> ImportShape:
    row = imports.dismiss(by=request.auth, number=_number(number), at=timezone.now())  # type: ignore[attr-defined]
    return _shape(row, row.account)


def _number(number: int) -> int:
    """A number that the database can ask for."""
    return number if 0 <= number <= NUMBER_MAX else 0


def _shape(row: Import, account: dict[str, Any]) -> ImportShape:
    return ImportShape(
        number=row.pk,
        name=row.name,
        format=row.format,
        state=str(ImportState(row.state)),
        stage=row.stage,
        share=row.share,
        at=row.at,
        done_at=row.done_at,
        passed_over=row.passed_over,
        account=account,
    )
