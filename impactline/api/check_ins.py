"""The API's check-ins: recorded, corrected, listed with their corrections."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS
from impactline.api.shapes import Number, Paging, Wanted, slice_of
from impactline.checkins import actions
from impactline.checkins.models import CheckIn
from impactline.checkins.queries import check_in_numbered, number_of
from impactline.okrs.visibility import key_result_for
from impactline.people.models import Person

router = Router(tags=["check-ins"])


class CheckInShape(Schema):
    """A check-in; `number` counts those of its key result, `replaced` says that it was corrected."""

    number: int
    day: date
    value: Number
    confidence: int | None
    status: str | None
    note: str
    by: str | None
    recorded_at: datetime
    replaced: bool


class CheckInsPage(Schema):
    """A page of check-ins, the newest first."""

    total: int
    items: list[CheckInShape]


class NewCheckIn(Wanted):
    """What is said of a key result on a day (default: today). For milestones `value` is how many are reached."""

    value: Decimal | None = None
    confidence: int | None = None
    status: str | None = None
    note: str = ""
    day: date | None = None


@router.get("/{ref}/check-ins", response={200: CheckInsPage, **REFUSALS}, summary="Check-ins, the newest first")
def listed(
    request: HttpRequest,
    ref: str,
    paging: Annotated[Paging, Query()],
) -> CheckInsPage:
    person: Person = request.auth  # type: ignore[attr-defined]
    key_result = key_result_for(person, ref)
    rows = CheckIn.objects.filter(key_result=key_result).select_related("by").order_by("-day", "-id")
    numbers = _numbers(key_result.pk)
    items = [_shape(row, numbers[row.pk]) for row in slice_of(rows, paging)]
    return CheckInsPage(total=len(numbers), items=items)


@router.post("/{ref}/check-ins", response={201: CheckInShape, **REFUSALS}, summary="Check in")
def record(request: HttpRequest, ref: str, wanted: NewCheckIn) -> Status[CheckInShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    key_result = key_result_for(person, ref)
    made = actions.record(by=person, key_result=key_result, at=timezone.now(), **wanted.model_dump())
    return Status(201, _shape(made, number_of(made)))


@router.post("/{ref}/check-ins/{number}/corrections", response={201: CheckInShape, **REFUSALS}, summary="Correct one")
def correct(request: HttpRequest, ref: str, number: int, wanted: NewCheckIn) -> Status[CheckInShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    check_in = check_in_numbered(key_result_for(person, ref), number)
    made = actions.correct(by=person, check_in=check_in, at=timezone.now(), **wanted.model_dump())
    return Status(201, _shape(made, number_of(made)))


def _numbers(key_result_id: int) -> dict[int, int]:
    ids = CheckIn.objects.filter(key_result=key_result_id).order_by("id").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(ids, 1)}


def _shape(row: CheckIn, number: int) -> CheckInShape:
    return CheckInShape(
        number=number,
        day=row.day,
        value=row.value,
        confidence=row.confidence,
        status=row.status,
        note=row.note,
        by=row.by.email if row.by else None,
        recorded_at=row.recorded_at,
        replaced=row.replaced,
    )
