"""Faults of metrics: what the actions check one by one of shares, parts, targets and locked periods."""

from collections.abc import Callable, Iterator
from typing import Any

from impactline.base.errors import Faults, Invalid
from impactline.exchange.document_metrics import PeriodTarget
from impactline.exchange.document_okrs import Reading
from impactline.exchange.faults import Fault
from impactline.exchange.metric_entries import amount_of, said_of
from impactline.exchange.outlook import Item, Outlook, Path
from impactline.exchange.plan import target_key
from impactline.metrics import definition
from impactline.metrics.measure import Kind, kind
from impactline.metrics.said import Declared, aim, categories_faults, settled


def metric_faults(outlook: Outlook) -> Iterator[Fault]:
    """All faults of shared metrics, of their targets and readings, and of the readings of key results."""
    for item in outlook.of_file("metric"):
        yield from _metric(outlook, item)
    for item in outlook.of_file("key result"):
        for at, entry in enumerate(item.wanted.readings):
            yield from _own_reading(outlook, entry, (*item.path, "readings", at))


def _metric(outlook: Outlook, item: Item) -> Iterator[Fault]:
    of = kind(*(item.value(name) for name in ("measure", "aggregation", "adds_up", "unit")))
    declared = {entry.name: entry.categories for entry in item.value("dimensions")}
    yield from _definition(outlook, item)
    part = item.wanted
    for at, entry in enumerate(part.baselines):
        yield from _aim(outlook, entry, of, declared, (*item.path, "baselines", at))
    seen: set[Any] = set()
    for at, entry in enumerate(part.targets):
        path = (*item.path, "targets", at)
        if target_key(entry) in seen:
            yield outlook.fault("This target stands twice.", "Keep one; what was before stands in earlier.", path)
        seen.add(target_key(entry))
        yield from _period(outlook, entry, path)
        yield from _aim(outlook, entry, of, declared, path)
    for at, entry in enumerate(part.locked_periods):
        yield from _period(outlook, entry, (*item.path, "locked_periods", at))
        if entry.unlocked_at is not None and not entry.unlock_reason:
            path = (*item.path, "locked_periods", at, "unlock_reason")
            yield outlook.fault("The reason is empty.", "Write why it was unlocked, in a sentence.", path)
    for at, entry in enumerate(part.readings):
        yield from _reading(outlook, entry, of, declared, (*item.path, "readings", at))


def _definition(outlook: Outlook, item: Item) -> Iterator[Fault]:
    """What the metric is defined by, checked as an action would."""
    part = item.wanted
    named = [(entry.name, entry.categories) for entry in part.dimensions]
    codes = [{"vocabulary": entry.vocabulary, "code": entry.code, "uri": entry.uri} for entry in part.references]
    checks: dict[str, Callable[[], object]] = {
        "levels": lambda: definition.levels(part.levels),
        "dimensions": lambda: definition.dimensions(named),
        "references": lambda: definition.references(codes),
    }
    for field, check in checks.items():
        try:
            check()
        except Invalid as refusal:
            yield outlook.fault(refusal.message, refusal.remedy or "Leave some out.", (*item.path, field))


def _period(outlook: Outlook, entry: Any, path: Path) -> Iterator[Fault]:
    if entry.starts_on > entry.ends_on:
        message = f"The period ends on {entry.ends_on}, before it starts on {entry.starts_on}."
        yield outlook.fault(message, "Exchange or correct the two days.", (*path, "ends_on"))


def _aim(outlook: Outlook, entry: Any, of: Kind, declared: Declared, path: Path) -> Iterator[Fault]:
    yield from _undeclared(outlook, entry.of, declared, (*path, "of"))
    try:
        aim(amount_of(entry), of)
    except Faults as refusal:
        yield from _told(outlook, refusal, path)
    else:
        if isinstance(entry, PeriodTarget) and not (entry.earlier or entry.reason) and _is_empty(entry):
            yield outlook.fault("The target is missing.", "Give a value, or say it in a note.", path)
    for at, old in enumerate(getattr(entry, "earlier", ())):
        yield from _counts(outlook, old, (*path, "earlier", at))


def _is_empty(entry: Any) -> bool:
    return entry.value is None and entry.numerator is None and not entry.note


def _reading(outlook: Outlook, entry: Reading, of: Kind, declared: Declared, path: Path) -> Iterator[Fault]:
    """As an action would check it; but a part keeps the names that its dimension and category had when it was read."""
    known = {name: [*categories] for name, categories in declared.items()}
    for at, part in enumerate(entry.parts):
        yield from _undeclared(outlook, part.of, declared, (*path, "parts", at, "of"))
        for name, category in part.of.items():
            known.setdefault(name, []).append(category)
    try:
        settled(said_of(entry), of, known, (), entry.note)
    except Faults as refusal:
        yield from _told(outlook, refusal, path)
    for at, old in enumerate(entry.earlier):
        yield from _counts(outlook, old, (*path, "earlier", at))


def _undeclared(outlook: Outlook, of: dict[str, str], declared: Declared, path: Path) -> Iterator[Fault]:
    """A warning for what the metric does not declare, or no longer."""
    for fault in categories_faults(tuple(of.items()), declared) if of else ():
        yield outlook.fault(fault.message, fault.remedy, path, "warning")


def _counts(outlook: Outlook, entry: Any, path: Path) -> Iterator[Fault]:
    """Numerator and denominator stand together, of what was said earlier too."""
    for inner, part in (
        (path, entry),
        *(((*path, "parts", at), p) for at, p in enumerate(getattr(entry, "parts", ()))),
    ):
        if (part.numerator is None) != (part.denominator is None) or part.denominator == 0:
            yield outlook.fault("Numerator and denominator stand together, and none is over 0.", "Give both.", inner)


def _own_reading(outlook: Outlook, entry: Reading, path: Path) -> Iterator[Fault]:
    """A reading of a key result's own metric is a value."""
    if entry.value is None:
        yield outlook.fault("The value is missing.", "Give it, or leave the reading out.", (*path, "value"))
    yield from _counts(outlook, entry, path)
    if entry.parts:
        message = "The metric of a single key result has no dimensions."
        yield outlook.fault(message, "Make it a shared metric.", (*path, "parts"))


def _told(outlook: Outlook, refusal: Faults, path: Path) -> Iterator[Fault]:
    for fault in refusal.faults:
        yield outlook.fault(fault.message, fault.remedy, path)
