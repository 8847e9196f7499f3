"""Locked periods: what was reported of them stays as it is, until somebody unlocks them and says why."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import locked
from impactline.metrics import verbs
from impactline.metrics.actions.defining import require_steward
from impactline.metrics.models import LockedPeriod, Metric
from impactline.people.models import Person

REASON_MAX = 500


@action
def lock_period(
    *, by: Person, metric: Metric, starts_on: date, ends_on: date, at: datetime, reason: str = ""
) -> LockedPeriod:
    """Lock a period: no reading of its days is entered or corrected. Its owner and administrators may.

    Locking the same period twice is once.
    """
    fresh = locked(metric, None)
    require_steward(by, fresh)
    require_order(starts_on, ends_on)
    there = LockedPeriod.objects.filter(metric=fresh, starts_on=starts_on, ends_on=ends_on, unlocked_at=None).first()
    if there is not None:
        return there
    made = LockedPeriod.objects.create(
        metric=fresh, starts_on=starts_on, ends_on=ends_on, reason=prose(reason, "reason"), by=by, locked_at=at
    )
    note(
        verbs.PERIOD_LOCKED,
        fresh,
        by=by,
        at=at,
        starts_on=str(starts_on),
        ends_on=str(ends_on),
        reason=made.reason,
    )
    return made


@action
def unlock_period(*, by: Person, period: LockedPeriod, reason: str, at: datetime) -> LockedPeriod:
    """Unlock a period, for a reason that stays in the log. Its owner and administrators may."""
    fresh = locked(period.metric, None)
    require_steward(by, fresh)
    why = line(reason, "reason", REASON_MAX)
    if not LockedPeriod.objects.filter(pk=period.pk, unlocked_at=None).update(
        unlocked_at=at, unlocked_by=by, unlock_reason=why
    ):
        raise Invalid("This period has been unlocked already.", remedy="Look at the log to see by whom.")
    note(
        verbs.PERIOD_UNLOCKED,
        fresh,
        by=by,
        at=at,
        starts_on=str(period.starts_on),
        ends_on=str(period.ends_on),
        reason=why,
    )
    return LockedPeriod.objects.get(pk=period.pk)


def require_unlocked(metric_id: int, days: Iterable[date]) -> None:
    """Raises Invalid when one of the days belongs to a locked period of the metric; one query."""
    holds = Q()
    for day in set(days):
        holds |= Q(starts_on__lte=day, ends_on__gte=day)
    rows = LockedPeriod.objects.filter(holds, metric=metric_id, unlocked_at=None).order_by("-ends_on")
    for starts_on, ends_on in rows.values_list("starts_on", "ends_on")[:1]:
        raise locked_refusal(starts_on, ends_on)


def locked_refusal(starts_on: date, ends_on: date) -> Invalid:
    """What is said to whoever enters a reading of a locked period."""
    return Invalid(
        f"The period from {starts_on} to {ends_on} is locked.",
        remedy="Ask the metric's owner or an administrator to unlock it, with a reason.",
        field="day",
        code="period_locked",
    )


def require_order(starts_on: date, ends_on: date) -> None:
    """Raises Invalid when a period ends before it starts."""
    if starts_on > ends_on:
        raise Invalid("The period ends before it starts.", remedy="Exchange the two days.", field="ends_on")
