"""Shares of a document worked out where only what they count stands, and wholes where only their parts do."""

from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_metrics import Metric
from impactline.exchange.document_okrs import Reading
from impactline.exchange.metric_entries import amount_of
from impactline.metrics.breakdown import PartOf
from impactline.metrics.measure import Kind, kind
from impactline.metrics.said import whole, with_value


def with_shares(wanted: Document, current: Document) -> Document:
    """The document with all values that follow from others; to be called on one without faults."""
    there = {part.ref: part for part in current.metrics}
    metrics = tuple(_metric(part, there.get(part.ref)) for part in wanted.metrics)
    return wanted.model_copy(update={"metrics": metrics}) if metrics else wanted


def _metric(part: Metric, current: Metric | None) -> Metric:
    of = kind_of(part, current)
    update: dict[str, Any] = {}
    for name in ("baselines", "targets"):
        if part.states(name):
            update[name] = tuple(_counted(entry, of) for entry in getattr(part, name))
    if part.states("readings"):
        update["readings"] = tuple(_reading(entry, of) for entry in part.readings)
    return part.model_copy(update=update)


def kind_of(part: Metric, current: Metric | None) -> Kind:
    """How the values of a metric add up after the import."""
    names = ("measure", "aggregation", "adds_up", "unit")
    return kind(*(getattr(part if current is None or part.states(name) else current, name) for name in names))


def _reading(entry: Reading, of: Kind) -> Reading:
    update: dict[str, Any] = {}
    if entry.parts:
        update["parts"] = tuple(_counted(part, of) for part in entry.parts)
    if entry.earlier:
        update["earlier"] = tuple(_earlier(old, of) for old in entry.earlier)
    amount = with_value(amount_of(entry), of)
    if amount.value is None and entry.parts:
        parts = [PartOf(tuple(part.of.items()), amount_of(part)) for part in update["parts"]]
        amount = whole(amount, parts, of)
    update |= {name: value for name, value in _named(amount).items() if value != getattr(entry, name)}
    return entry.model_copy(update=update) if update else entry


def _earlier(entry: Any, of: Kind) -> Any:
    found = _counted(entry, of)
    parts = tuple(_counted(part, of) for part in entry.parts)
    return found.model_copy(update={"parts": parts}) if parts else found


def _counted(entry: Any, of: Kind) -> Any:
    """A part, target or baseline with its share; what is said of a share is what its counts make, in full."""
    value = with_value(amount_of(entry), of).value
    return entry if value == entry.value else entry.model_copy(update={"value": value})


def _named(amount: Any) -> dict[str, Any]:
    return {name: getattr(amount, name) for name in ("value", "numerator", "denominator")}
