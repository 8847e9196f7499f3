"""Who is told that an item changed: whoever may see it."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Now

from impactline.base.models import Event
from impactline.chain.models import ChainItem
from impactline.chain.visibility import item_audiences_of
from impactline.okrs import verbs
from impactline.okrs.disclosure import RollUpPolicy
from impactline.okrs.models import BrokenGlass, KeyResult, Objective, Viewer, Visibility
from impactline.okrs.policy import read
from impactline.people.models import Organisation

TOLD = {
    "objective",
    "key_result",
    "cycle",
    "priority",
    "metric",
    "team",
    "chain_item",
    "roadblock",
    "finding",
    "contribution_request",
    "import",
}
OWN = {"import"}  # told to nobody but who acts


@dataclass(frozen=True, slots=True)
class News:
    """An item changed, or all (`EVERYTHING`); `audience` are the people who may know, None means everybody."""

    kind: str
    ref: str
    audience: frozenset[int] | None = None


EVERYTHING = News("*", "*")


def news_of(events: Iterable[Event]) -> list[News]:
    """What open pages are told of some events, each item once; ten queries at most, whatever their number.

    Where figures rest only on what their reader sees (the policy `opaque`), what hidden items move is news only to
    those who see these items.
    """
    events = list(events)
    if any(event.verb == verbs.FIGURES for event in events):
        return [EVERYTHING]
    told = [event for event in events if event.kind in TOLD]
    concerned = {event.objective_id for event in told if event.objective_id is not None}
    rolled = {number for event in told for number in event.data.get("rolled", ())}
    refs = dict(Objective.objects.filter(pk__in=concerned | rolled).values_list("pk", "ref"))
    audiences = audiences_of(concerned | rolled)
    opaque = bool(audiences and rolled) and _is_opaque()
    items = {number for event in told for number in (event.chain_item_id, event.linked_item_id) if number is not None}
    circles = item_audiences_of(items) if items else {}
    ends = _refs_of_ends(told)
    found: dict[News, None] = {}
    for event in told:
        own = _own_audience(event, audiences)
        own = _both(own, _item_audience(event, circles))
        found[News(event.kind, event.ref, own)] = None
        if event.linked_item_id in ends:
            found[News("chain_item", ends[event.linked_item_id], own)] = None
        if event.objective_id in refs:
            found[News("objective", refs[event.objective_id], own)] = None
        for number in event.data.get("rolled", ()):
            if number in refs:
                them = audiences.get(number)
                found[News("objective", refs[number], _both(own, them) if opaque else them)] = None
    return list(found)


def _own_audience(event: Event, audiences: dict[int, frozenset[int]]) -> frozenset[int] | None:
    """Who is told of the item itself; also those from whom this event hides it, so that their pages let it go."""
    if event.kind in OWN:
        return frozenset() if event.actor_id is None else frozenset({event.actor_id})
    if event.objective_id is None or event.data.get("visibility") == [Visibility.OPEN, Visibility.PRIVATE]:
        return None
    return audiences.get(event.objective_id)


def _item_audience(event: Event, circles: dict[int, frozenset[int]]) -> frozenset[int] | None:
    if event.data.get("visibility") == [Visibility.OPEN, Visibility.PRIVATE]:
        return None
    ends = (circles.get(number) for number in (event.chain_item_id, event.linked_item_id) if number is not None)
    return functools.reduce(_both, ends, None)


def _refs_of_ends(events: list[Event]) -> dict[int | None, str]:
    """The refs of the other ends of links."""
    wanted = {event.linked_item_id for event in events if event.linked_item_id is not None}
    return dict(ChainItem.objects.filter(pk__in=wanted).values_list("pk", "ref")) if wanted else {}


def _both(one: frozenset[int] | None, other: frozenset[int] | None) -> frozenset[int] | None:
    if one is None or other is None:
        return one if other is None else other
    return one & other


def _is_opaque() -> bool:
    organisation = Organisation.objects.first()
    return organisation is not None and read(organisation.policies).roll_up == RollUpPolicy.OPAQUE


def audiences_of(objective_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """For each private objective among these, the people who may see it; open ones are left out."""
    private = Objective.objects.filter(pk__in=objective_ids, visibility=Visibility.PRIVATE)
    people: dict[int, set[int]] = {}
    for number, owner, lead in private.values_list("pk", "owner_id", "team__lead_id"):
        people[number] = {owner, lead} - {None}
    if not people:
        return {}
    viewers = Viewer.objects.filter(objective__in=people)
    glass = BrokenGlass.objects.filter(objective__in=people, until__gt=Now())
    for rows in (viewers, glass):
        for number, person in rows.values_list("objective_id", "person_id"):
            people[number].add(person)
    owners = KeyResult.objects.filter(objective__in=people, archived_at=None).exclude(owner=None)
    for number, person in owners.values_list("objective_id", "owner_id"):
        people[number].add(person)
    return {number: frozenset(found) for number, found in people.items()}
