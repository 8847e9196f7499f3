"""Who may see and who may change roadblocks and findings: whoever sees what these are about."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from impactline.base.errors import Forbidden, NotFound
from impactline.chain.models import ChainItem
from impactline.chain.queries import assumption_on
from impactline.chain.visibility import chain_item_for, items_visible_to, link_for, may_edit_item
from impactline.insight.models import Found, FoundGuard, Muted, Roadblock
from impactline.insight.stating import Item
from impactline.metrics.queries import metric_for
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.visibility import (
    hidden_objectives,
    key_result_for,
    key_results_visible_to,
    may_edit,
    objective_for,
    visible_to,
)
from impactline.people.models import Person
from impactline.people.queries import team_ids_of
from impactline.people.roles import require_writer

FOUND_AT_ONCE = 1_000
Blocked = Objective | KeyResult | ChainItem | None
GUARDS: dict[str, Callable[[Person | None, str], Item]] = {
    "objective": objective_for,
    "key_result": key_result_for,
    "metric": metric_for,
    "chain_item": chain_item_for,
}


def roadblocks_visible_to(person: Person | None) -> "QuerySet[Roadblock]":
    """The roadblocks that this person may see; None is the operator, who sees all."""
    if person is None:
        return Roadblock.objects.all()
    return Roadblock.objects.filter(
        Q(objective=None) | Q(objective__in=visible_to(person).order_by().values("pk")),
        Q(key_result=None) | Q(key_result__in=key_results_visible_to(person).order_by().values("pk")),
        Q(item=None) | Q(item__in=items_visible_to(person).order_by().values("pk")),
    )


def roadblock_for(person: Person | None, ref: str) -> Roadblock:
    """The roadblock with this ref; raises NotFound when it is absent or hidden, which look alike."""
    rows = roadblocks_visible_to(person).select_related("objective", "key_result__objective", "item")
    found = rows.select_related("owner", "escalate_to", "raised_by").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no roadblock “{ref[:80]}”.")
    return found


def blocked_for(person: Person | None, ref: str) -> Blocked:
    """What a roadblock may be in the way of: the objective, key result or chain item with this ref, if visible."""
    if not ref:
        return None
    for find in (objective_for, key_result_for, chain_item_for):
        try:
            found: Any = find(person, ref)
        except NotFound:
            continue
        return found  # type: ignore[no-any-return]
    raise NotFound(f"There is no objective, key result or chain item “{ref[:80]}”.")


def item_named(person: Person | None, kind: str, ref: str, number: int = 0) -> Item:
    """What a finding of wording is about, where the person may see it, by kind ("" is any but an assumption) and ref.

    An assumption is named by the ref of its item, or those of both ends of its link with → between, and its number
    there. Raises NotFound.
    """
    if kind == "assumption":
        source, _, target = ref.partition("→")
        return assumption_on(link_for(person, source, target) if target else chain_item_for(person, ref), number)
    for known, find in GUARDS.items():
        try:
            if kind in ("", known):
                return find(person, ref)
        except NotFound:
            if kind:
                raise
    raise NotFound(f"There is nothing with the ref “{ref[:80]}”.")


def may_change(person: Person, roadblock: Roadblock) -> bool:
    """Whoever raised it, owns it, is named for escalation, or may edit what it is in the way of; administrators."""
    if not person.may_write:
        return False
    concerned = {roadblock.owner_id, roadblock.raised_by_id, roadblock.escalate_to_id}
    if person.is_administrator or person.pk in concerned:
        return True
    if roadblock.item is not None:
        return may_edit_item(person, roadblock.item)
    objective = roadblock.key_result.objective if roadblock.key_result is not None else roadblock.objective
    return objective is None or may_edit(person, objective)


def require_change(person: Person, roadblock: Roadblock) -> None:
    """Raises Forbidden unless the person may change the roadblock."""
    require_writer(person)
    if not may_change(person, roadblock):
        raise Forbidden("Only those concerned may change this roadblock.", remedy="Ask its owner.")


def found_visible_to(person: Person | None, *, gone: bool = False) -> "QuerySet[Found]":
    """The findings that this person may see, of those that are there (or gone); None is the operator, who sees all.

    They see all that it names, and nothing of that for which it is silent.
    """
    guards = FoundGuard.objects.filter(found=OuterRef("pk"))
    hidden = Q(objective__in=hidden_objectives(person).values("pk")) | Q(
        item__in=ChainItem.objects.exclude(pk__in=items_visible_to(person).order_by().values("pk"))
        .order_by()
        .values("pk")
    )
    return Found.objects.filter(
        ~Exists(guards.filter(hidden, unless=False)),
        ~Exists(guards.filter(~hidden, unless=True)),
        gone_at__isnull=not gone,
    )


def found_for(person: Person | None, key: str) -> Found:
    """The finding with this key; raises NotFound when it is absent, gone or hidden, which look alike."""
    found = found_visible_to(person).filter(key=key).first()
    if found is None:
        raise NotFound(f"There is no finding “{key[:80]}”.")
    return found


def found_with(person: Person | None, keys: Collection[str]) -> list[Found]:
    """Those of these findings that are still there, at most FOUND_AT_ONCE; raises NotFound where none is left."""
    found = list(found_visible_to(person).filter(key__in=list(keys)[:FOUND_AT_ONCE]).order_by("key"))
    return found or [found_for(person, next(iter(keys), ""))]


def found_muted_by(person: Person, at: datetime) -> list[Found]:
    """What this person muted at one moment, and is muted still."""
    mine = Muted.objects.filter(by=person, at=at, ended_at=None).order_by()
    return list(found_visible_to(person).filter(pk__in=mine.values("found")).order_by("key"))


def mutes_visible_to(person: Person | None) -> "QuerySet[Muted]":
    """What was muted of the findings that this person may see, there or gone; None is the operator, who sees all."""
    if person is None:
        return Muted.objects.all()
    there, gone = (found_visible_to(person, gone=gone).order_by().values("pk") for gone in (False, True))
    return Muted.objects.filter(Q(found__in=there) | Q(found__in=gone))


def may_mute(person: Person, found: Found, team_ids: set[int] | None = None) -> bool:
    """Whom it concerns: its owner, people of its team, everybody where it has neither; and administrators."""
    if not person.may_write:
        return False
    if person.is_administrator or found.owner_id == person.pk:
        return True
    if found.team_id is None:
        return found.owner_id is None
    return found.team_id in (team_ids_of(person) if team_ids is None else team_ids)


def require_mute(person: Person, found: Found) -> None:
    """Raises NotFound where the finding is hidden, Forbidden unless it concerns the person."""
    require_writer(person)
    found_for(person, found.key)
    if not may_mute(person, found):
        raise Forbidden("Only those concerned may mute this.", remedy="Ask its owner.")
