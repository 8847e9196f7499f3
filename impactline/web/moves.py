"""What moved, in words: the events around a person or of an item, as lines of a history."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from impactline.base.models import Event
from impactline.checkins import verbs
from impactline.checkins.queries import Moved
from impactline.insight import verbs as roadblock_verbs
from impactline.insight.models import Roadblock
from impactline.metrics import verbs as metric_verbs
from impactline.metrics.models import Metric
from impactline.okrs import verbs as okr_verbs
from impactline.okrs.measure import Measure, Type
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.records import measure_of
from impactline.planning import verbs as request_verbs
from impactline.planning.models import ContributionRequest
from impactline.web import reader
from impactline.web.check_in_forms import value_text
from impactline.web.rows import address, with_unit

SAID = (verbs.CHECKED_IN, verbs.CORRECTED)
READ = (metric_verbs.READ, metric_verbs.CORRECTED, metric_verbs.READ_MANY)
WORDS = {
    verbs.CHECKED_IN: "checked in",
    verbs.CORRECTED: "corrected a check-in",
    okr_verbs.KEY_RESULT: "added the key result",
    okr_verbs.KEY_RESULT_EDITED: "changed",
    okr_verbs.KEY_RESULT_REVISED: "revised the measure",
    okr_verbs.KEY_RESULT_ARCHIVED: "archived",
    okr_verbs.KEY_RESULT_RESTORED: "restored",
    okr_verbs.KEY_RESULT_MOVED: "moved",
    okr_verbs.KEY_RESULT_SCORED: "scored",
    okr_verbs.OBJECTIVE: "added the objective",
    okr_verbs.OBJECTIVE_ARCHIVED: "archived the objective",
    okr_verbs.OBJECTIVE_RESTORED: "restored the objective",
    okr_verbs.OBJECTIVE_OVERRIDDEN: "set the progress by hand",
    okr_verbs.OBJECTIVE_RESUMED: "resumed the computed progress",
    okr_verbs.OBJECTIVE_SCORED: "scored the objective",
    okr_verbs.SUFFICIENCY: "said whether key results suffice for",
    okr_verbs.OBJECTIVE_CARRIED: "carried the objective over",
    metric_verbs.METRIC: "added the metric",
    metric_verbs.METRIC_EDITED: "changed the metric",
    metric_verbs.METRIC_ARCHIVED: "archived the metric",
    metric_verbs.METRIC_RESTORED: "restored the metric",
    metric_verbs.READ: "recorded",
    metric_verbs.CORRECTED: "corrected a value",
    metric_verbs.READ_MANY: "took readings from a table",
    roadblock_verbs.RAISED: "raised it",
    roadblock_verbs.EDITED: "changed",
    roadblock_verbs.RESOLVED: "resolved it",
    roadblock_verbs.REOPENED: "reopened it",
    request_verbs.ASKED: "asked",
    request_verbs.EDITED: "changed what is asked",
    request_verbs.PROPOSED: "proposed another day",
    request_verbs.ACCEPTED: "accepted",
    request_verbs.DECLINED: "declined",
    request_verbs.WITHDRAWN: "withdrew it",
}
FIELDS = {
    "baseline": "baseline",
    "target": "target",
    "low": "lowest value",
    "high": "highest value",
    "warning": "warning value",
    "unit": "unit",
    "type": "type",
    "values": "readings",
    "levels": "levels",
    "planned": "planned values",
    "curve": "expected course",
    "milestones": "milestones",
    "metric": "metric",
    "title": "title",
    "name": "name",
    "description": "description",
    "definition": "definition",
    "owner": "owner",
    "starts_on": "first day",
    "due_on": "due day",
    "weight": "weight",
    "better": "direction",
    "source": "source",
    "healthy_at_least": "healthy from",
    "healthy_at_most": "healthy up to",
    "read_every_days": "days between readings",
    "kind": "kind",
    "next_step": "next step",
    "escalate_to": "escalated to",
    "effort_hours": "hours of work",
    "proposed_on": "proposed day",
}
QUANTITIES = ("baseline", "target", "low", "high", "warning", "healthy_at_least", "healthy_at_most")


Item = KeyResult | Objective | Metric | Roadblock | ContributionRequest


@dataclass(frozen=True, slots=True)
class Change:
    """One field, in words, from what it was to what it is."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a history: who did what to which item; `is_new` since the reader was last here."""

    at: datetime
    who: str
    key: str
    words: str
    title: str = ""
    href: str = ""
    changes: tuple[Change, ...] = ()
    confidence: int | None = None
    status: str | None = None
    note: str = ""
    is_new: bool = False


def moved_lines(moved: Iterable[Moved], since: datetime) -> list[Line]:
    """What moved around a person, as lines that name their items."""
    return [_line(entry, is_new=entry.event.at > since) for entry in moved]


def event_lines(events: Iterable[Event], item: Item) -> list[Line]:
    """The events of one item, as lines of its own history."""
    return [_line(_about(event, item)) for event in events]


def changes_of(before: dict[str, Any], after: dict[str, Any], unit: str = "") -> tuple[Change, ...]:
    """Fields in words, from what they were to what they are; both as JSON holds them."""
    return tuple(
        Change(
            FIELDS[name], *(_plain_text(end, unit if name in QUANTITIES else "") for end in (value, after.get(name)))
        )
        for name, value in before.items()
        if name in FIELDS and name != "metric"
    )


def _about(event: Event, item: Item) -> Moved:
    match item:
        case KeyResult():
            return Moved(event, key_result=item)
        case Objective():
            return Moved(event, objective=item)
        case Metric():
            return Moved(event, metric=item)
    return Moved(event)


def _line(moved: Moved, *, is_new: bool = False) -> Line:
    event, data = moved.event, moved.event.data
    title, href = _item(moved)
    said = event.verb in SAID
    return Line(
        at=event.at,
        who=event.actor.name if event.actor else "",
        key=event.actor.email if event.actor else "",
        words=WORDS.get(event.verb, event.verb.rpartition(".")[2].replace("_", " ")),
        title=title,
        href=href,
        changes=_changes(moved),
        confidence=data.get("confidence") if said else None,
        status=data.get("status") if said else None,
        note=_note(data.get("note" if said else "reason") or data.get("resolution")),
        is_new=is_new,
    )


def _note(said: Any) -> str:
    """What somebody wrote; the log holds it plain, or as what it was and what it is."""
    return str((said[1] if _is_pair(said) else said) or "")


def _item(moved: Moved) -> tuple[str, str]:
    if moved.key_result is not None:
        return moved.key_result.title, address("key-result", moved.key_result.ref)
    if moved.objective is not None:
        return moved.objective.title, address("objective", moved.objective.ref)
    if moved.metric is not None:
        return moved.metric.name, address("metric", moved.metric.ref) if moved.metric.ref else ""
    return "", ""


def _changes(moved: Moved) -> tuple[Change, ...]:
    event, data = moved.event, moved.event.data
    if event.verb in SAID and moved.key_result is not None:
        return _moved_value(data, measure_of(moved.key_result))
    if event.verb in READ and moved.metric is not None:
        before, after = data.get("moved") or (None, data.get("value"))
        return (Change("", _plain_text(before, moved.metric.unit), _plain_text(after, moved.metric.unit)),)
    if event.verb == okr_verbs.SUFFICIENCY:
        return (Change("", "", str(data["answer"]).replace("_", " ")),)
    if "score" in data and "suggested" in data:
        return (Change("score", "", reader.number(data["score"], 1)),)
    pairs = {name: pair for name, pair in data.items() if name in FIELDS and _is_pair(pair)}
    unit = moved.key_result.unit if moved.key_result else ""
    return changes_of({name: pair[0] for name, pair in pairs.items()}, {n: pair[1] for n, pair in pairs.items()}, unit)


def _moved_value(data: dict[str, Any], measure: Measure) -> tuple[Change, ...]:
    """From the value that was there to the one that is; nothing where only words were said."""
    if data.get("value") is None:
        return ()
    if measure.type is Type.MILESTONES:
        return (Change("", "", f"{_plain_text(data['value'], '')} reached"),)
    corrected = (data.get("before"), data["value"])
    before, after = corrected if "before" in data else data.get("moved") or (None, data["value"])
    shown = [None if end is None else value_text(Decimal(end), measure) for end in (before, after)]
    return (Change("", "" if shown[0] == shown[1] else shown[0] or "", shown[1] or ""),)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _plain_text(value: Any, unit: str) -> str:
    """A value of the log as the reader writes it: numbers with their unit, days, lists, words."""
    if value is None or value == "":
        return reader.NONE
    if isinstance(value, list):
        return ", ".join(str(entry.get("title", entry)) if isinstance(entry, dict) else str(entry) for entry in value)
    with suppress(InvalidOperation):
        return with_unit(Decimal(str(value)), unit)
    with suppress(ValueError):
        return reader.day(date.fromisoformat(str(value)))
    return str(value).replace("_", " ")
