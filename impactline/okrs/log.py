"""The log as one person may read it: who changed what, without a word of what is hidden."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from impactline.base.events import QUIET
from impactline.base.models import Event
from impactline.chain.visibility import items_hidden_from
from impactline.okrs import verbs
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.visibility import hidden_from
from impactline.people.models import Person

# Kinds of items whose events everybody may read who sees the item; the others are for administrators.
OPEN = ("objective", "key_result", "chain_item", "cycle", "priority", "metric", "team")
ADMINISTERED = ("organisation", "person", "token", "import")
ALIGNMENTS = (verbs.ALIGNED, verbs.UNALIGNED)

# What is told of a change: fields with what was and what is, and what people said. Ids stay inside.
# fmt: off
TOLD = frozenset({
    "acceptance", "after", "amount", "answer", "at_least", "at_most", "baseline", "before", "better",
    "capacity_hours_per_week", "check_in_every_days", "confidence", "cost", "curve", "cycle", "day", "days",
    "definition", "delivered", "description", "driver", "dropped", "due_on", "effect_change", "effect_per",
    "effort_hours", "email", "ended_on", "ends_on", "evidence", "group", "healthy_at_least", "healthy_at_most",
    "high", "importance", "influenceable", "intended", "kind", "lag_days", "lead", "level", "levels",
    "likelihood", "locale", "low", "milestones", "moved", "name", "necessary", "note", "objective", "owner",
    "parent", "people", "planned", "policies", "position", "priorities", "progress", "purpose", "rationale",
    "read_every_days", "read_only", "reason", "review_on", "role", "score", "source", "starts_on", "state",
    "status", "sublevel", "suggested", "target", "team", "teams", "text", "timezone", "title", "to", "type",
    "unit", "used", "value", "values", "viewers", "visibility", "warning", "weight", "why",
})
# fmt: on


def log_for(person: Person) -> "QuerySet[Event]":
    """What a person may know to have happened, newest first; a fixed number of queries."""
    hidden, hidden_items = hidden_from(person), items_hidden_from(person)
    key_results = KeyResult.objects.filter(objective__in=hidden).values_list("pk", flat=True)
    kinds = (*OPEN, *ADMINISTERED) if person.is_administrator else OPEN
    return (
        Event.objects.filter(kind__in=kinds)
        .exclude(verb__in=QUIET)
        .exclude(objective_id__in=hidden)
        .exclude(chain_item_id__in=hidden_items)
        .exclude(linked_item_id__in=hidden_items)
        .exclude(kind="key_result", item_id__in=list(key_results))
        .exclude(verb__in=ALIGNMENTS, data__parent_id__in=hidden)
        .select_related("actor")
        .order_by("-pk")
    )


def said_of(person: Person, events: Iterable[Event]) -> list[dict[str, Any]]:
    """What each of these events of `log_for` tells the person: field → value, or → [before, after].

    The other end of an alignment stands under `parent`; a hidden objective is left out. Two queries.
    """
    events = list(events)
    hidden = set(Objective.objects.filter(pk__in=hidden_from(person)).values_list("ref", flat=True))
    ends = [event.data["parent_id"] for event in events if event.verb in ALIGNMENTS]
    parents = dict(Objective.objects.filter(pk__in=ends).values_list("pk", "ref"))
    return [_said(event, hidden, parents) for event in events]


def _said(event: Event, hidden: set[str], parents: dict[int, str]) -> dict[str, Any]:
    said = {name: value for name, value in event.data.items() if name in TOLD}
    if event.verb in ALIGNMENTS:
        said["parent"] = parents.get(event.data["parent_id"])
    if event.verb == verbs.KEY_RESULT_MOVED and "objective" in said:
        said["objective"] = [None if ref in hidden else ref for ref in said["objective"]]
    if event.verb == verbs.OBJECTIVE_CARRIED and said.get("to") in hidden:
        del said["to"]
    return said
