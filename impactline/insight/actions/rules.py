"""Setting a rule for this organisation: its thresholds, and whether it is wanted at all."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from impactline.base.errors import Fault, Faults, NotFound
from impactline.base.events import note
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.insight import verbs
from impactline.insight.models import Limit, SwitchedOff
from impactline.insight.rules import RULES, THRESHOLDS, Rule
from impactline.people.models import Organisation, Person
from impactline.people.roles import require_administrator

REASON_MAX = 1_000
Both = list[Any]


@action
def set_rule(
    *,
    by: Person,
    rule: str,
    at: datetime,
    thresholds: Mapping[str, float | None] | None = None,
    switched_off: str | None = None,
) -> None:
    """Set thresholds of a rule, None for the default; switch it off for a reason, or on with an empty one.

    What follows from it is examined next. Raises NotFound for a rule that is not known, and Faults.
    """
    require_administrator(by)
    if rule not in RULES:
        raise NotFound(f"There is no rule “{rule[:40]}”.")
    Organisation.objects.select_for_update().get()
    if faults := list(threshold_faults(RULES[rule], thresholds or {})):
        raise Faults(faults)
    limits = {name: both for name, value in (thresholds or {}).items() if (both := keep_limit(by, name, value, at))}
    off = None if switched_off is None else keep_off(by, rule, prose(switched_off, "switched_off", REASON_MAX), at)
    if limits or off:
        more: dict[str, Any] = {"switched_off": off} if off else {}
        note(verbs.RULE, Organisation.objects.get(), by=by, at=at, rule=rule, thresholds=limits, **more)


def threshold_faults(rule: Rule, values: Mapping[str, float | None]) -> "list[Fault]":
    """What is wrong with values of thresholds of a rule: all of it."""
    known = {one.name: one for one in rule.thresholds}
    found = []
    for name, value in values.items():
        one = known.get(name)
        if one is None:
            remedy = f"It has {', '.join(known)}." if known else "It has none."
            found.append(Fault(name, f"{rule.id} has no threshold “{name[:40]}”.", remedy))
        elif value is not None and not (math.isfinite(value) and one.least <= value <= one.most):
            message = f"It lies between {one.least:g} and {one.most:g}."
            found.append(Fault(name, message, f"The default is {one.default:g}."))
    return found


def keep_limit(by: Person | None, name: str, value: float | None, at: datetime) -> Both | None:
    """Keep a threshold where it is not the default; what it was and is, None where that is the same."""
    wanted = None if value == THRESHOLDS[name].default else value
    before = Limit.objects.filter(name=name).values_list("value", flat=True).first()
    if before == wanted:
        return None
    if wanted is None:
        Limit.objects.filter(name=name).delete()
    else:
        Limit.objects.update_or_create(name=name, defaults={"value": wanted, "by": by, "at": at})
    return [before, wanted]


def keep_off(by: Person | None, rule: str, reason: str, at: datetime) -> Both | None:
    """Keep why it is switched off, or forget it; what was said and is, None where that is the same."""
    before = SwitchedOff.objects.filter(rule=rule).values_list("reason", flat=True).first() or ""
    if before == reason:
        return None
    if reason:
        SwitchedOff.objects.update_or_create(rule=rule, defaults={"reason": reason, "by": by, "at": at})
    else:
        SwitchedOff.objects.filter(rule=rule).delete()
    return [before or None, reason or None]
