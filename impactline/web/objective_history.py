"""The history of an objective in words: what happened to it, to its key results, and to what it serves."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from impactline.base.models import Event
from impactline.checkins.queries import Moved
from impactline.okrs import verbs
from impactline.okrs.models import Objective
from impactline.okrs.queries import events_of
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.moves import Change, Line, moved_lines
from impactline.web.rows import address

LATER = datetime.max.replace(tzinfo=UTC)
WORDS = {
    verbs.OBJECTIVE: "added this objective",
    verbs.OBJECTIVE_EDITED: "changed this objective",
    verbs.OBJECTIVE_ARCHIVED: "archived this objective",
    verbs.OBJECTIVE_RESTORED: "took this objective back from the archive",
    verbs.OBJECTIVE_MOVED: "moved this objective within its cycle",
    verbs.OBJECTIVE_VIEWERS: "changed who may see this objective",
    verbs.OBJECTIVE_GLASS: "opened this private objective as administrator",
    verbs.OBJECTIVE_OVERRIDDEN: "set the progress by hand",
    verbs.OBJECTIVE_RESUMED: "returned to the computed progress",
    verbs.OBJECTIVE_SCORED: "scored this objective",
    verbs.SUFFICIENCY: "said whether it would be reached if all its key results were",
    verbs.OBJECTIVE_CARRIED: "carried this objective over",
    verbs.ALIGNED: "lets it serve",
    verbs.UNALIGNED: "no longer lets it serve",
}
SERVES = {"contributes": "lets it contribute to", "supports": "lets it support"}
FIELDS = {
    "title": "title",
    "description": "description",
    "owner": "owner",
    "team": "team",
    "kind": "kind",
    "visibility": "seen by",
    "driver": "progress by",
    "cycle": "cycle",
    "metric": "metric",
    "baseline": "baseline",
    "target": "target",
    "priorities": "priorities",
    "viewers": "invited",
}


def history_of(
    person: Person, objective: Objective, first: int, most: int, until: datetime | None = None
) -> tuple[list[Line], bool]:
    """Some lines of the history up to a moment, newest first, and whether there are earlier ones; four queries."""
    every = events_of(objective)
    events = list((every if until is None else every.filter(at__lte=until))[first : first + most + 1])
    shown = events[:most]
    key_results = key_results_visible_to(person).in_bulk(
        [event.item_id for event in shown if event.kind == "key_result"]
    )
    parents = visible_to(person).in_bulk([event.data["parent_id"] for event in shown if "parent_id" in event.data])
    lines = []
    for event in shown:
        if event.kind == "key_result" and event.item_id in key_results:
            lines += moved_lines([Moved(event, key_result=key_results[event.item_id])], LATER)
        elif "parent_id" not in event.data:
            lines.append(_own(event, objective))
        elif event.data["parent_id"] in parents:
            lines.append(_aligned(event, objective, parents[event.data["parent_id"]]))
    return lines, len(events) > most


def _own(event: Event, objective: Objective) -> Line:
    line = moved_lines([Moved(event, objective=objective)], LATER)[0]
    words = WORDS.get(event.verb, line.words)
    return replace(line, words=words, title="", href="", changes=_changes(event) or line.changes)


def _aligned(event: Event, objective: Objective, parent: Objective) -> Line:
    """How an objective serves another; kind and share are pairs of before and after."""
    line = _own(event, objective)
    words = SERVES.get(event.data["kind"][1], line.words)
    before, after = event.data["weight"]
    share = (Change("share", _share(before), _share(after)),) if after != before and event.verb == verbs.ALIGNED else ()
    return replace(line, words=words, title=parent.title, href=address("objective", parent.ref), changes=share)


def _share(weight: float | None) -> str:
    return "" if weight is None else reader.percent(weight / 100)


def _changes(event: Event) -> tuple[Change, ...]:
    if event.verb == verbs.OBJECTIVE_OVERRIDDEN:
        return (Change("", "", reader.percent(event.data["progress"])),)
    if event.verb == verbs.OBJECTIVE_CARRIED:
        return (Change("to", "", str(event.data.get("cycle", ""))),)
    return tuple(
        Change(words, _text(event.data[name][0]), _text(event.data[name][1]))
        for name, words in FIELDS.items()
        if isinstance(event.data.get(name), list) and len(event.data[name]) == 2
    )


def _text(value: Any) -> str:
    if value is None or value in ("", []):
        return reader.NONE
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return str(value).replace("_", " ") if str(value) in DRIVERS else str(value)


DRIVERS = {"key_results"}
