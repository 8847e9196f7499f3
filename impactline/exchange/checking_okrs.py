"""Faults of cycles, objectives, key results, check-ins and metrics."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any

from impactline.exchange.circles import circles
from impactline.exchange.document_okrs import CheckIn, Reading
from impactline.exchange.faults import Fault
from impactline.exchange.outlook import Item, Outlook, Path
from impactline.okrs.measure import Measure, Milestone, Planned, Type, Values, faults, value_faults
from impactline.okrs.rollup import WeightsDoNotSum, shares


def okr_faults(outlook: Outlook) -> Iterator[Fault]:
    """All faults of the sections cycles, objectives and metrics."""
    return chain(
        _cycles(outlook),
        _objectives(outlook),
        _key_results(outlook),
        _alignments(outlook),
        _weights(outlook),
        _metrics(outlook),
    )


def _cycles(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("cycle"):
        starts_on, ends_on = item.value("starts_on"), item.value("ends_on")
        for field, value in (("starts_on", starts_on), ("ends_on", ends_on)):
            if value is None and item.ref not in outlook.lost.incomplete:
                yield outlook.fault(f"The cycle {item.ref} has no {field}.", f"Add {field}: year-month-day.", item.path)
        if starts_on and ends_on and starts_on > ends_on:
            yield outlook.fault(
                f"The cycle {item.ref} ends on {ends_on}, before it starts on {starts_on}.",
                "Exchange or correct the two days.",
                (*item.path, "ends_on"),
            )
        if item.wanted.closed_on is not None and item.value("state") != "closed":
            yield outlook.fault(
                f"The cycle {item.ref} is {item.value('state')}, so it has not been closed on {item.wanted.closed_on}.",
                "Write state: closed, or take closed_on away.",
                (*item.path, "closed_on"),
            )
        yield from _outside_parent(outlook, item)


def _outside_parent(outlook: Outlook, item: Item) -> Iterator[Fault]:
    parent = outlook.items.get(item.value("parent") or "")
    days = [item.value(field) for field in ("starts_on", "ends_on")]
    if parent is None or parent.kind != "cycle" or None in days:
        return
    outer = [parent.value(field) for field in ("starts_on", "ends_on")]
    if None not in outer and not outer[0] <= days[0] <= days[1] <= outer[1]:
        yield outlook.fault(
            f"The cycle {item.ref} does not lie within {parent.ref}, from {outer[0]} to {outer[1]}.",
            "Correct the days, or take the parent away.",
            (*item.path, "parent"),
            "warning",
        )


def _objectives(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("objective"):
        if item.value("driver") != "metric" or item.ref in outlook.lost.incomplete:
            continue
        for field in ("metric", "baseline", "target"):
            if item.value(field) is None:
                yield outlook.fault(
                    f"The objective {item.ref} is driven by a metric, but {field} is missing.",
                    f"Add {field}, or choose another driver.",
                    (*item.path, "driver"),
                )
        if item.value("baseline") is not None and item.value("baseline") == item.value("target"):
            yield outlook.fault(
                "The target equals the baseline, so nothing would change.",
                "Enter another target.",
                (*item.path, "target"),
            )


def _key_results(outlook: Outlook) -> Iterator[Fault]:
    home = {
        key_result.ref: objective.ref
        for objective in outlook.current.objectives
        for key_result in objective.key_results
    }
    for item in outlook.of_file("key result"):
        objective = outlook.wanted.objectives[int(item.path[1])]
        if home.get(item.ref, objective.ref) != objective.ref:
            yield outlook.fault(
                f"The key result {item.ref} belongs to the objective {home[item.ref]}.",
                f"Put it under {home[item.ref]}, or give it another ref.",
                (*item.path, "ref"),
            )
        cycle = outlook.items.get(objective.cycle)
        yield from _period(outlook, item, cycle)
        yield from _measure(outlook, item, objective, cycle)
        yield from _future(outlook, item.wanted.check_ins, (*item.path, "check_ins"))
        yield from _future(outlook, item.wanted.readings, (*item.path, "readings"))


def _period(outlook: Outlook, item: Item, cycle: Item | None) -> Iterator[Fault]:
    known = cycle is not None and cycle.kind == "cycle"
    starts_on = item.value("starts_on") or (cycle.value("starts_on") if cycle and known else None)
    due_on = item.value("due_on") or (cycle.value("ends_on") if cycle and known else None)
    if starts_on and due_on and starts_on > due_on:
        field = "due_on" if item.value("due_on") else "starts_on"
        yield outlook.fault(
            f"The key result {item.ref} is due on {due_on}, before it starts on {starts_on}.",
            "Correct one of the two days; without them those of the cycle count.",
            (*item.path, field),
        )


def _measure(outlook: Outlook, item: Item, objective: Any, cycle: Item | None) -> Iterator[Fault]:
    measure = measure_of(item)
    if item.ref in outlook.lost.incomplete:
        return
    for fault in faults(measure):
        field = () if fault.field not in item.wanted.model_fields_set else (fault.field,)
        yield outlook.fault(fault.message, fault.remedy, (*item.path, *field))
    if measure.type is Type.OPEN and _promised(outlook, objective, cycle):
        yield outlook.fault(
            f"The key result {item.ref} is open, while its objective is committed and its cycle active.",
            "Give it a type with baseline and target, or make the objective aspirational.",
            item.path,
        )
    for at, check_in in enumerate(item.wanted.check_ins):
        if check_in.value is None:
            continue
        path = (*item.path, "check_ins", at, "value")
        for fault in value_faults(measure, check_in.value):
            yield outlook.fault(fault.message, fault.remedy, path)


def _promised(outlook: Outlook, objective: Any, cycle: Item | None) -> bool:
    if cycle is None or cycle.kind != "cycle" or cycle.value("state") != "active":
        return False
    there = outlook.items.get(objective.ref)
    return there is not None and there.kind == "objective" and there.value("kind") == "committed"


def measure_of(item: Item) -> Measure:
    """How a key result is measured after the import, as the arithmetic takes it."""
    kind = item.value("type")
    if kind is None:
        kind = "open" if item.value("baseline") is None and item.value("target") is None else "metric"
    return Measure(
        type=Type(kind),
        baseline=item.value("baseline"),
        target=item.value("target"),
        low=item.value("low"),
        high=item.value("high"),
        warning=item.value("warning"),
        values=Values(item.value("values")),
        unit=item.value("unit"),
        levels=item.value("levels"),
        milestones=tuple(
            Milestone(part.title, part.weight, part.reached_on, part.due_on) for part in item.value("milestones")
        ),
        planned=tuple(Planned(part.until, part.value) for part in item.value("planned")),
    )


def _future(outlook: Outlook, entries: tuple[CheckIn | Reading, ...], path: Path) -> Iterator[Fault]:
    latest = outlook.today + timedelta(days=1)  # somewhere on earth it is tomorrow already
    for at, entry in enumerate(entries):
        if entry.at > latest:
            yield _in_future(outlook, entry.at, (*path, at, "at"))


def _in_future(outlook: Outlook, day: date, path: Path) -> Fault:
    return outlook.fault(f"The day {day} lies in the future.", "Give the day that it was about.", path)


def _alignments(outlook: Outlook) -> Iterator[Fault]:
    above: dict[str, list[str]] = {}
    for item in outlook.of_kind("objective"):
        contributes = [part.objective for part in item.value("contributes_to")]
        above[item.ref] = [*contributes, *item.value("supports")]
        if item.wanted is not None:
            yield from _twice(outlook, item, contributes)
    for path in circles(above):
        yield outlook.fault(
            f"Objectives serve each other in a circle: {' → '.join(path)}.",
            "Take one of these alignments away.",
            _alignment_in(outlook, path),
        )


def _alignment_in(outlook: Outlook, path: list[str]) -> Path:
    for child, parent in pairwise(path):
        wanted = outlook.items[child].wanted
        if wanted is None:
            continue
        at = outlook.items[child].path
        for index, part in enumerate(wanted.contributes_to):
            if part.objective == parent:
                return (*at, "contributes_to", index, "objective")
        if parent in wanted.supports:
            return (*at, "supports", wanted.supports.index(parent))
    return ()


def _twice(outlook: Outlook, item: Item, contributes: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    named = [*(("contributes_to", at, ref) for at, ref in enumerate(contributes))]
    named += [("supports", at, ref) for at, ref in enumerate(item.value("supports"))]
    for field, at, ref in named:
        if ref in seen:
            yield outlook.fault(
                f"The objective {item.ref} is aligned with {ref} twice.",
                "Keep one: it either contributes or supports.",
                (*item.path, field, at),
            )
        seen.add(ref)


def _weights(outlook: Outlook) -> Iterator[Fault]:
    children: dict[str, list[tuple[Item, float | None]]] = defaultdict(list)
    for item in outlook.of_kind("objective"):
        if item.value("archived_at") is None:
            for part in item.value("contributes_to"):
                children[part.objective].append((item, _share(part.weight)))
    for item in outlook.of_kind("objective"):
        driver = item.value("driver")
        aligned = children[item.ref] if driver in ("objectives", "both") else []
        own = _own_weights(outlook, item) if driver in ("key_results", "both") else []
        if item.ref in outlook.lost.incomplete:
            continue
        touched = item.wanted is not None or any(child.wanted is not None for child, _ in aligned)
        if touched and (fault := _sum(outlook, item, [*own, *(weight for _, weight in aligned)])):
            yield fault


def _own_weights(outlook: Outlook, item: Item) -> list[float | None]:
    refs = [part.ref for source in (item.current, item.wanted) if source for part in source.key_results]
    found = [item for ref in dict.fromkeys(refs) if (item := outlook.items[ref]).kind == "key result"]
    return [_share(part.value("weight")) for part in found if part.value("archived_at") is None]


def _share(weight: Any) -> float | None:
    return None if weight is None else float(weight)


def _sum(outlook: Outlook, item: Item, weights: list[float | None]) -> Fault | None:
    try:
        shares(weights)
    except WeightsDoNotSum as refusal:
        path = item.path or stated_child(outlook, item)
        return outlook.fault(f"Objective {item.ref}: {refusal.message}", refusal.remedy, path)
    return None


def stated_child(outlook: Outlook, parent: Item) -> Path:
    """Where the file gives a weight towards an objective that it does not itself hold."""
    for item in outlook.of_file("objective"):
        for at, part in enumerate(item.wanted.contributes_to):
            if part.objective == parent.ref:
                return (*item.path, "contributes_to", at)
    return ()


def _metrics(outlook: Outlook) -> Iterator[Fault]:
    for item in outlook.of_file("metric"):
        healthy = item.value("healthy")
        low, high = (healthy.at_least, healthy.at_most) if healthy else (None, None)
        if low is not None and high is not None and low > high:
            yield outlook.fault(
                f"The healthy range ends at {high}, below its start {low}.",
                "Exchange the two values.",
                (*item.path, "healthy"),
            )
        yield from _future(outlook, item.wanted.readings, (*item.path, "readings"))
