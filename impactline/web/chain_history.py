"""The history of an item of the chain in words: what happened to it, to its links, and to what they rest on."""

from typing import Any

from impactline.base.models import Event
from impactline.chain import verbs
from impactline.chain.models import ChainItem
from impactline.chain.queries import events_of
from impactline.people.models import Person
from impactline.planning import verbs as asks
from impactline.web import reader
from impactline.web.moves import Change, Line
from impactline.web.rows import address

WORDS = {
    verbs.ITEM: "added this",
    verbs.ITEM_EDITED: "changed this",
    verbs.ITEM_REPORTED: "reported",
    verbs.ITEM_ARCHIVED: "archived this",
    verbs.ITEM_RESTORED: "took this back from the archive",
    verbs.ITEM_MOVED: "moved this among its like",
    verbs.ITEM_VIEWERS: "changed who may see this",
    verbs.ITEM_GLASS: "opened this as administrator",
    verbs.LINKED: "linked it with",
    verbs.LINK_EDITED: "changed what is expected of the link with",
    verbs.UNLINKED: "ended the link with",
    verbs.ASSUMED: "changed what must hold",
    verbs.EVIDENCE: "changed the evidence",
    verbs.JUDGED: "judged it",
    verbs.JUDGEMENT_WITHDRAWN: "took a judgement back",
    verbs.COMPARED: "compared what was expected and observed of it with",
    verbs.WAITS: "lets it wait for",
    verbs.WAITS_NO_MORE: "no longer lets it wait for",
    asks.ASKED: "asked another team for what it waits for",
    asks.EDITED: "changed what another team is asked for",
    asks.PROPOSED: "proposed another day for what it waits for",
    asks.ACCEPTED: "promised",
    asks.DECLINED: "declined what it waits for",
    asks.WITHDRAWN: "no longer asks for what it waits for",
}
# The same from the other end: what is waited for, and what was promised.
WORDS_BEYOND = {
    verbs.WAITS: "lets this be waited for by",
    verbs.WAITS_NO_MORE: "no longer lets this be waited for by",
    asks.ACCEPTED: "promised this to",
}
NAMES = {"starts_on": "first day", "due_on": "due day", "effort_hours": "effort", "effect_metric": "metric"} | {
    "effect_change": "change",
    "effect_per": "for each",
    "lag_days": "days until it shows",
    "shared_with": "shared with",
    "delivered": "",
    "used": "",
    "progress": "",
}
SHARES = ("progress", "confidence")


def history_of(person: Person, item: ChainItem, most: int) -> list[Line]:
    """The newest lines of the history, as far as the person sees what they name; two queries."""
    events, seen = events_of(person, item, most)
    return [_line(event, item, seen) for event in events]


def _line(event: Event, item: ChainItem, seen: dict[int, ChainItem]) -> Line:
    ends = [number for number in (event.chain_item_id, event.linked_item_id) if number not in (None, item.pk)]
    other = seen.get(ends[0]) if ends else None
    return Line(
        at=event.at,
        who=event.actor.name if event.actor else "",
        key=event.actor.email if event.actor else "",
        words=_words(event, item),
        title=other.title if other else "",
        href=address("chain-item", other.ref) if other else "",
        changes=_changes(event.data),
        note=str(event.data.get("reason") or ""),
    )


def _words(event: Event, item: ChainItem) -> str:
    if event.verb == asks.ACCEPTED and event.chain_item_id is None:
        return "promised this"
    beyond = WORDS_BEYOND.get(event.verb) if event.linked_item_id == item.pk else None
    return beyond or WORDS.get(event.verb) or event.verb.rpartition(".")[2].replace("_", " ")


def _changes(data: dict[str, Any]) -> tuple[Change, ...]:
    told = [
        Change(NAMES.get(name, name.replace("_", " ")), _text(name, pair[0]), _text(name, pair[1]))
        for name, pair in data.items()
        if isinstance(pair, list) and len(pair) == 2
    ]
    named = [Change(name, "", str(data[name])) for name in ("added", "removed", "assumption") if data.get(name)]
    return (*named, *told)


def _text(name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return reader.NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in SHARES:
        return reader.percent(float(value))
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return str(value).replace("_", " ")
