"""The API's targets of metrics for periods, and their locked periods."""

from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from impactline.api.access import REFUSALS
from impactline.api.shapes import Number, Wanted
from impactline.metrics import actions
from impactline.metrics.adding import Amount
from impactline.metrics.models import LockedPeriod
from impactline.metrics.queries import (
    Attained,
    attained,
    locked_period_numbered,
    locked_periods,
    metric_for,
    target_numbered,
    targets_of,
)
from impactline.okrs.today import present
from impactline.people.models import Person

router = Router(tags=["metrics"])


class TargetShape(Schema):
    """The target of a period; `number` names it, `of` is the part that it is for.

    `actual` is what was read of it in the period until today, `difference` actual − value. `met` says whether the
    target is met, by which way is better: null where nothing was read, where the target is in words, and where
    the metric is to stay within a range and is not at the target. `unread` says why there is no actual value.
    """

    number: int
    starts_on: date
    ends_on: date
    of: dict[str, str]
    value: Number
    numerator: Number
    denominator: Number
    note: str
    reason: str
    by: str | None
    at: datetime
    revisions: int
    actual: Number
    actual_numerator: Number
    actual_denominator: Number
    unread: str
    difference: Number
    met: bool | None


class TargetsList(Schema):
    """The targets that hold, in the order of their periods."""

    items: list[TargetShape]


class NewTarget(Wanted):
    """The target of a period."""

    starts_on: date
    ends_on: date
    of: dict[str, str] = {}
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


class RevisedTarget(Wanted):
    """What a target becomes, and why; without value and note it is taken back."""

    reason: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


class LockShape(Schema):
    """A locked period; `number` names it."""

    number: int
    starts_on: date
    ends_on: date
    reason: str
    by: str | None
    at: datetime


class LocksList(Schema):
    """The periods that are locked, the latest first."""

    items: list[LockShape]


class NewLock(Wanted):
    """A period to be locked."""

    starts_on: date
    ends_on: date
    reason: str = ""


class Unlocked(Wanted):
    """Why a period is unlocked."""

    reason: str


@router.get("/{ref}/targets", response={200: TargetsList, **REFUSALS}, summary="Targets by period")
def targets(request: HttpRequest, ref: str) -> TargetsList:
    metric = metric_for(request.auth, ref)  # type: ignore[attr-defined]
    found = attained(metric, targets_of(metric), present(timezone.now()).day)
    return TargetsList(items=[_target(entry) for entry in found])


@router.post("/{ref}/targets", response={201: TargetsList, **REFUSALS}, summary="Set the target of a period")
def set_target(request: HttpRequest, ref: str, wanted: NewTarget) -> Status[TargetsList]:
    person: Person = request.auth  # type: ignore[attr-defined]
    said = wanted.model_dump()
    of = said.pop("of")
    actions.set_target(by=person, metric=metric_for(person, ref), at=timezone.now(), categories=of, **said)
    return Status(201, targets(request, ref))


@router.post(
    "/{ref}/targets/{number}", response={201: TargetsList, **REFUSALS}, summary="Revise a target, with a reason"
)
def revise_target(request: HttpRequest, ref: str, number: int, wanted: RevisedTarget) -> Status[TargetsList]:
    person: Person = request.auth  # type: ignore[attr-defined]
    target = target_numbered(metric_for(person, ref), number)
    actions.revise_target(by=person, target=target, at=timezone.now(), **wanted.model_dump())
    return Status(201, targets(request, ref))


@router.get("/{ref}/locked-periods", response={200: LocksList, **REFUSALS}, summary="Periods that are locked")
def locks(request: HttpRequest, ref: str) -> LocksList:
    found = locked_periods(metric_for(request.auth, ref))  # type: ignore[attr-defined]
    return LocksList(items=[_lock(number, row) for number, row in found])


@router.post("/{ref}/locked-periods", response={201: LocksList, **REFUSALS}, summary="Lock a period")
def lock(request: HttpRequest, ref: str, wanted: NewLock) -> Status[LocksList]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.lock_period(by=person, metric=metric_for(person, ref), at=timezone.now(), **wanted.model_dump())
    return Status(201, locks(request, ref))


@router.post(
    "/{ref}/locked-periods/{number}/unlocking",
    response={201: LocksList, **REFUSALS},
    summary="Unlock a period, with a reason",
)
def unlock(request: HttpRequest, ref: str, number: int, wanted: Unlocked) -> Status[LocksList]:
    person: Person = request.auth  # type: ignore[attr-defined]
    period = locked_period_numbered(metric_for(person, ref), number)
    actions.unlock_period(by=person, period=period, reason=wanted.reason, at=timezone.now())
    return Status(201, locks(request, ref))


def _target(entry: Attained) -> TargetShape:
    row, read, stands = entry.target.row, entry.actual, entry.stands
    amount = read.amount or Amount(None)
    return TargetShape(
        number=entry.target.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        of=row.categories,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
        reason=row.reason,
        by=row.by.email if row.by else None,
        at=row.recorded_at,
        revisions=len(entry.target.before),
        actual=amount.value,
        actual_numerator=amount.numerator,
        actual_denominator=amount.denominator,
        unread=read.reason,
        difference=stands.difference if stands else None,
        met=stands.met if stands else None,
    )


def _lock(number: int, row: LockedPeriod) -> LockShape:
    return LockShape(
        number=number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=row.reason,
        by=row.by.email if row.by else None,
        at=row.locked_at,
    )
