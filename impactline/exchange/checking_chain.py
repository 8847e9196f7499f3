"""Faults of the chain: what leads to what, what waits for what, and what key results measure in it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any

from impactline.chain.levels import Level, kind_or_none, refusal
from impactline.chain.misfits import Measured, Stated, misfits
from impactline.exchange.checking_judgements import judgement_faults
from impactline.exchange.circles import circles
from impactline.exchange.document import Document
from impactline.exchange.document_chain import Assumption, Dependency, Link
from impactline.exchange.faults import Fault
from impactline.exchange.outlook import Item, Outlook, Path
from impactline.exchange.settling_chain import ENDED, REPORTED

# What only items of one level have.
LEVEL_OF = {
    **dict.fromkeys(("sublevel", "rubric"), "outcome"),
    **dict.fromkeys(("kind", "amount", "used"), "input"),
    **dict.fromkeys(("effort_hours", "cost", "progress"), "activity"),
    **dict.fromkeys(("planned", "delivered", "acceptance"), "output"),
}

KEYS = {"effect_metric": "expected_effect", "effect_change": "expected_effect", "lag_days": "lag_days"}
BLOCKED = ("objective", "key result", "chain item")


def chain_faults(outlook: Outlook) -> Iterator[Fault]:
    """All faults of the sections chain, links, dependencies and roadblocks."""
    return chain(
        _measured(outlook),
        _items(outlook),
        _assumptions(outlook),
        _links(outlook),
        _dependencies(outlook),
        _circles(outlook),
        _roadblocks(outlook),
    )


def _measured(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("key result"):
        there = _chain_item(outlook, item.wanted.measures)
        if there is not None and there.value("level") not in ("output", "outcome"):
            yield outlook.fault(
                f"“{there.ref}” is of the level {there.value('level')}, which a key result does not measure.",
                "Name an output or outcome, or leave measures out.",
                (*item.path, "measures"),
            )


def _items(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("chain item"):
        if item.current is not None and item.current.level != item.wanted.level:
            yield outlook.fault(
                f"“{item.ref}” is of the level {item.current.level} in this organisation.",
                "Keep the level, or give the new item another ref.",
                (*item.path, "level"),
            )
        yield from _only_of_level(outlook, item)
        yield from _days(outlook, item)
        yield from _reports(outlook, item)
        yield from _predictions(outlook, item)
        yield from judgement_faults(outlook, item)


def _only_of_level(outlook: Outlook, item: Item) -> Iterator[Fault]:
    for field, level in LEVEL_OF.items():
        if getattr(item.wanted, field) not in (None, "", ()) and item.wanted.level != level:
            yield outlook.fault(
                f"“{item.ref}” is of the level {item.wanted.level}; only an {level} has {field}.",
                "Leave it out, or correct the level.",
                (*item.path, field),
            )


def _days(outlook: Outlook, item: Item) -> Iterator[Fault]:
    starts_on, due_on, ended_on = (item.value(field) for field in ("starts_on", "due_on", "ended_on"))
    if starts_on and due_on and starts_on > due_on:
        yield outlook.fault(
            f"“{item.ref}” is due on {due_on}, before it starts on {starts_on}.",
            "Exchange or correct the two days.",
            (*item.path, "due_on"),
        )
    if ended_on and item.value("state") not in ENDED:
        yield outlook.fault(
            f"“{item.ref}” is said to have ended on {ended_on}, but is {item.value('state')}.",
            "Give the state done or dropped, or leave ended_on out.",
            (*item.path, "ended_on"),
        )


def _reports(outlook: Outlook, item: Item) -> Iterator[Fault]:
    reports, level = item.wanted.reports, item.wanted.level
    if reports and level not in REPORTED:
        yield outlook.fault(
            f"“{item.ref}” is of the level {level}, which is not delivered but measured.",
            "Give readings to a metric that measures it.",
            (*item.path, "reports"),
        )
    for at, entry in enumerate(reports):
        if entry.at > outlook.today + timedelta(days=1):  # somewhere on earth it is tomorrow already
            message = f"The day {entry.at} lies in the future."
            yield outlook.fault(message, "Give the day that it was about.", (*item.path, "reports", at, "at"))
        if level == "activity" and entry.value > 1:
            message = f"The progress of “{item.ref}” is {entry.value}, more than the whole."
            yield outlook.fault(message, "Write 0.5 for one half, 1 for all.", (*item.path, "reports", at, "value"))


def _predictions(outlook: Outlook, item: Item) -> Iterator[Fault]:
    seen: set[tuple[str, str, str]] = set()
    if item.wanted.predictions and item.wanted.level not in ("activity", "output"):
        message = f"“{item.ref}” is of the level {item.wanted.level}, of which nothing is predicted."
        yield outlook.fault(message, "Leave the predictions out.", (*item.path, "predictions"))
    for at, entry in enumerate(item.wanted.predictions):
        path, key = (*item.path, "predictions", at), (entry.output, entry.outcome, entry.metric)
        if key in seen:
            yield outlook.fault("The same was predicted above.", "Keep one of the two.", path)
        if entry.observed is not None and entry.came is None:
            yield outlook.fault("What was observed is not compared.", "Add came:, or leave observed out.", path)
        seen.add(key)


def _assumptions(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("chain item"):
        yield from _thresholds(outlook, item.wanted.assumptions, item.path)
    for at, link in enumerate(outlook.wanted.links):
        yield from _thresholds(outlook, link.assumptions, ("links", at))


def _thresholds(outlook: Outlook, assumptions: tuple[Assumption, ...], path: Path) -> Iterator[Fault]:
    for at, part in enumerate(assumptions):
        low, high = part.at_least, part.at_most
        if part.metric is None and (low is not None or high is not None):
            where: Path = (*path, "assumptions", at, "at_least" if low is not None else "at_most")
            yield outlook.fault("A threshold needs the metric that it watches.", "Add metric: and its ref.", where)
        if low is not None and high is not None and low > high:
            where = (*path, "assumptions", at, "at_most")
            yield outlook.fault(f"The range ends at {high}, below its start {low}.", "Exchange the two values.", where)


def _links(outlook: Outlook) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    measured = _measuring(outlook) if outlook.wanted.links else {}
    for at, link in enumerate(outlook.wanted.links):
        path: Path = ("links", at)
        source, target = _chain_item(outlook, link.from_), _chain_item(outlook, link.to)
        if link.from_ == link.to:
            yield outlook.fault(f"“{link.to}” leads to itself.", "Name two items.", path)
        elif source is not None and target is not None:
            yield from _direction(outlook, source, target, path)
            yield from _misfits(outlook, link, source, measured.get(link.to, []), path)
        if (link.from_, link.to) in seen:
            yield outlook.fault(f"The link from “{link.from_}” to “{link.to}” stands twice.", "Keep one.", path)
        seen.add((link.from_, link.to))


def _measuring(outlook: Outlook) -> dict[str, list[tuple[str | None, date | None, date | None]]]:
    """What measures each item: the ref of a metric, with the first and last day of a key result."""
    found: dict[str, list[tuple[str | None, date | None, date | None]]] = defaultdict(list)
    for item in outlook.of_kind("chain item"):
        found[item.ref] += [(ref, None, None) for ref in item.value("metrics")]
    for objective in outlook.of_kind("objective"):
        cycle = outlook.items.get(objective.value("cycle") or "")
        first, last = (cycle.value("starts_on"), cycle.value("ends_on")) if cycle else (None, None)
        for part in objective.value("key_results"):
            row = outlook.items[part.ref]
            if measures := row.value("measures"):
                found[measures].append(
                    (row.value("metric"), row.value("starts_on") or first, row.value("due_on") or last)
                )
    return found


def _misfits(outlook: Outlook, link: Link, source: Item, measuring: list[Any], path: Path) -> Iterator[Fault]:
    """What is said of a link and does not fit what it leads to: warnings."""
    effect = link.expected_effect
    metric = outlook.items.get(effect.metric) if effect else None
    stated = Stated(
        metric=effect.metric if effect else None,
        name=metric.value("name") if metric and metric.kind == "metric" else "",
        unit=metric.value("unit") if metric and metric.kind == "metric" else "",
        change=effect.change if effect else None,
        lag_days=link.lag_days,
        begins_on=source.value("starts_on"),
    )
    measured = Measured(
        {ref for ref, _, _ in measuring},
        min((first for _, first, _ in measuring if first is not None), default=None),
        max((last for _, _, last in measuring if last is not None), default=None),
    )
    for misfit in misfits(stated, measured):
        message = f"“{link.from_}” → “{link.to}”: {misfit.message}"
        yield outlook.fault(message, misfit.remedy, (*path, KEYS[misfit.field]), "warning")


def _direction(outlook: Outlook, source: Item, target: Item, path: Path) -> Iterator[Fault]:
    lower, upper = _level(source), _level(target)
    if kind_or_none(lower, upper) is None:
        refused = refusal(lower, upper)
        yield outlook.fault(f"“{source.ref}” → “{target.ref}”: {refused.message}", refused.remedy, path)


def _level(item: Item) -> Level:
    return Level(item.value("level"))


def _dependencies(outlook: Outlook) -> Iterator[Fault]:
    for at, part in enumerate(outlook.wanted.dependencies):
        activity, after = _chain_item(outlook, part.activity), _chain_item(outlook, part.after)
        for field, item, levels in (
            ("activity", activity, ("activity",)),
            ("after", after, ("activity", "output")),
        ):
            if item is not None and item.value("level") not in levels:
                yield outlook.fault(
                    f"“{item.ref}” is of the level {item.value('level')}.",
                    f"Name an {' or '.join(levels)} here.",
                    ("dependencies", at, field),
                )


def _circles(outlook: Outlook) -> Iterator[Fault]:
    current, wanted = outlook.current, outlook.wanted
    links = [[_ends(link) for link in side.links if _is_up(outlook, link.from_, link.to)] for side in (wanted, current)]
    yield from _told(outlook, links, "links", "The chain runs in a circle")
    waits = [[*_waits(outlook, side)] for side in (wanted, current)]
    yield from _told(outlook, waits, "dependencies", "Activities wait for each other")


def _waits(outlook: Outlook, side: Document) -> Iterator[tuple[str, str]]:
    """What waits for what: also an output for the activities that produce it."""
    yield from (_ends(part) for part in side.dependencies)
    for link in side.links:
        item = _chain_item(outlook, link.to)
        if item is not None and item.value("level") == Level.OUTPUT and link.from_ != link.to:
            yield link.to, link.from_


def _is_up(outlook: Outlook, source: str, target: str) -> bool:
    lower, upper = _chain_item(outlook, source), _chain_item(outlook, target)
    if lower is None or upper is None or source == target:
        return False
    kind = kind_or_none(_level(lower), _level(upper))
    return kind is not None and not kind.closes_circles


def _told(outlook: Outlook, edges: list[list[tuple[str, str]]], section: str, what: str) -> Iterator[Fault]:
    """The circles among edges of the file and, after them, of what is there."""
    graph: dict[str, list[str]] = {}
    for lower, upper in dict.fromkeys(chain(*edges)):
        graph.setdefault(lower, []).append(upper)
    for path in circles(graph):
        pairs = list(pairwise(path))
        at = next((at for at, part in enumerate(getattr(outlook.wanted, section)) if _ends(part) in pairs), None)
        where: Path = (section,) if at is None else (section, at)
        yield outlook.fault(f"{what}: {' → '.join(path)}.", "Take one of these away.", where)


def _ends(part: Link | Dependency) -> tuple[str, str]:
    return (part.from_, part.to) if isinstance(part, Link) else (part.activity, part.after)


def _roadblocks(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("roadblock"):
        blocked = outlook.items.get(item.wanted.on or "")
        if blocked is not None and blocked.kind not in BLOCKED:
            yield outlook.fault(
                f"“{blocked.ref}” is a {blocked.kind}.",
                "Name an objective, a key result or an item of the chain, or leave it out.",
                (*item.path, "on"),
            )
        if item.value("resolution") and item.value("resolved_on") is None:
            yield outlook.fault(
                f"{item.ref} has a resolution and is not resolved.", "Give resolved_on.", (*item.path, "resolution")
            )
        raised_on, resolved_on = item.value("raised_on"), item.value("resolved_on")
        if raised_on and resolved_on and raised_on > resolved_on:
            yield outlook.fault(
                f"{item.ref} was resolved on {resolved_on}, before it was raised on {raised_on}.",
                "Exchange or correct the two days.",
                (*item.path, "resolved_on"),
            )


def _chain_item(outlook: Outlook, ref: str | None) -> Item | None:
    there = outlook.items.get(ref or "")
    return there if there is not None and there.kind == "chain item" else None
