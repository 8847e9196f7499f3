"""What is muted, and how rules are set, as documents tell them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from impactline.exchange.document_rules import Mute
from impactline.exchange.queries.visible import Visible, told
from impactline.insight.models import Found, Limit, Muted, SwitchedOff
from impactline.insight.rules import RULES, THRESHOLDS, key_of
from impactline.insight.visibility import mutes_visible_to


def mutes_of(seen: Visible) -> Iterator[Mute]:
    """What the viewer may see of what was ever muted, in the order of time. One query."""
    rows = mutes_visible_to(seen.viewer).select_related("found")
    for row in sorted(rows, key=_place):
        yield told(
            Mute,
            rule=row.found.rule,
            about=tuple(ref for _, ref, _ in row.found.about),
            finding=_key(row.found),
            reason=row.reason,
            until=row.until,
            by=seen.people.get(row.by_id or 0),
            at=row.at,
            ended_at=row.ended_at,
        )


def _place(row: Muted) -> Any:
    return row.at, row.found.rule, [ref for _, ref, _ in row.found.about], row.found.key, row.pk


def _key(found: Found) -> str:
    """The key, where it is not that which the rule and the refs make."""
    usual = key_of(found.rule, [(kind, ref) for kind, ref, _ in found.about])
    return "" if found.key == usual else found.key


def thresholds() -> dict[str, Decimal]:
    """The thresholds that the organisation set, in the order of the rules."""
    chosen = dict(Limit.objects.values_list("name", "value"))
    return {name: Decimal(f"{chosen[name]:.12g}") for name in THRESHOLDS if name in chosen}


def switched_off() -> dict[str, str]:
    """Why rules are switched off, in the order of the rules."""
    reasons = dict(SwitchedOff.objects.values_list("rule", "reason"))
    return {name: reasons[name] for name in RULES if name in reasons}
