"""Targets per period: set once, then revised with a reason; every revision stays."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.base.errors import Faults, Invalid
from impactline.base.events import note as note_event
from impactline.base.events import plain
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import locked
from impactline.metrics import verbs
from impactline.metrics.actions.defining import require_steward
from impactline.metrics.actions.entering import bounded_or_none
from impactline.metrics.actions.locking import REASON_MAX, require_order
from impactline.metrics.adding import Amount
from impactline.metrics.models import Metric, PeriodTarget
from impactline.metrics.queries import declared
from impactline.metrics.said import aim, categories_faults
from impactline.people.models import Person


@action
def set_target(
    *,
    by: Person,
    metric: Metric,
    starts_on: date,
    ends_on: date,
    at: datetime,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    categories: Mapping[str, str] | None = None,
    note: str = "",
) -> PeriodTarget:
    """Set the target of a period, of the whole or of one part ({dimension: category}).

    A qualitative target is told in the note. Raises Invalid where the period has one: that is revised.
    """
    fresh = locked(metric, None)
    require_steward(by, fresh)
    require_order(starts_on, ends_on)
    of = _categories(fresh, categories or {})
    if _there(fresh, starts_on, ends_on, of) is not None:
        raise Invalid("This period has a target.", remedy="Revise that one, and say why.", field="starts_on")
    amount = aim(Amount(value, numerator, denominator), fresh.kind)
    if amount.value is None and not note.strip():
        raise Invalid("The target is missing.", remedy="Give a value, or say it in words.", field="value")
    made = PeriodTarget.objects.create(
        metric=fresh,
        starts_on=starts_on,
        ends_on=ends_on,
        value=bounded_or_none(amount.value),
        numerator=bounded_or_none(amount.numerator, "numerator"),
        denominator=bounded_or_none(amount.denominator, "denominator"),
        categories=of,
        note=prose(note, "note"),
        by=by,
        recorded_at=at,
    )
    _tell(verbs.TARGET_SET, made, fresh, None)
    return made


@action
def revise_target(
    *,
    by: Person,
    target: PeriodTarget,
    reason: str,
    at: datetime,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    note: str = "",
) -> PeriodTarget:
    """Revise a target, for a reason; without value and note it is taken back. The earlier one stays in the history."""
    fresh = locked(target.metric, None)
    require_steward(by, fresh)
    why = line(reason, "reason", REASON_MAX)
    amount = aim(Amount(value, numerator, denominator), fresh.kind)
    if not PeriodTarget.objects.filter(pk=target.pk, replaced=False).update(replaced=True):
        raise Invalid("This target has been revised already.", remedy="Revise the newest one.")
    made = PeriodTarget.objects.create(
        metric=fresh,
        starts_on=target.starts_on,
        ends_on=target.ends_on,
        value=bounded_or_none(amount.value),
        numerator=bounded_or_none(amount.numerator, "numerator"),
        denominator=bounded_or_none(amount.denominator, "denominator"),
        categories=target.categories,
        note=prose(note, "note"),
        reason=why,
        by=by,
        recorded_at=at,
        replaces=target,
    )
    _tell(verbs.TARGET_REVISED, made, fresh, target)
    return made


def _categories(metric: Metric, wanted: Mapping[str, str]) -> dict[str, str]:
    """The categories in the order of the metric's dimensions; raises Faults for unknown ones."""
    if not wanted:
        return {}
    there = dict(declared(metric))
    if found := list(categories_faults(tuple(wanted.items()), there)):
        raise Faults(found)
    return {name: wanted[name] for name in there if name in wanted}


def _there(metric: Metric, starts_on: date, ends_on: date, of: dict[str, str]) -> PeriodTarget | None:
    rows = PeriodTarget.objects.filter(metric=metric, starts_on=starts_on, ends_on=ends_on, replaced=False)
    return next((row for row in rows if row.categories == of), None)


def _tell(verb: str, made: PeriodTarget, metric: Metric, before: PeriodTarget | None) -> None:
    data: dict[str, Any] = {
        "starts_on": str(made.starts_on),
        "ends_on": str(made.ends_on),
        "value": [plain(before.value) if before else None, plain(made.value)],
    }
    data |= {"of": made.categories} if made.categories else {}
    data |= {"reason": made.reason} if made.reason else {}
    note_event(verb, metric, by=made.by, at=made.recorded_at, **data)
