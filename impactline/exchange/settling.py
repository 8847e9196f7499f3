"""What a document says without writing it, written out, so that it can be compared with what is there.

A key result without a type is a metric where it has a baseline or a target, and open else. Where one is there
already, silence leaves its type as it is; but an open one that is given a baseline or a target is a metric then.
What is settled of items of the chain is told in `settling_chain`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from impactline.exchange.document import Document
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.document_parts import Part
from impactline.exchange.reading import Reading
from impactline.exchange.settling_chain import settled_item

P = TypeVar("P", bound=Part)


def settled(reading: Reading, current: Document, today: date) -> Reading:
    """The reading with the types of its key results, and reports and ends of its chain, written out."""
    partial = _settled(reading.partial, current, today)
    if partial is reading.partial:
        return reading
    return replace(reading, partial=partial, document=None if reading.document is None else partial)


def _settled(document: Document, current: Document, today: date) -> Document:
    key_results = {part.ref: part for objective in current.objectives for part in objective.key_results}
    items = {part.ref: part for part in current.chain}
    objectives = _each(document.objectives, lambda part: _objective(part, key_results))
    begun = sorted(row.starts_on for row in (*document.cycles, *current.cycles) if row.starts_on is not None)
    chain = _each(document.chain, lambda part: settled_item(part, items.get(part.ref), begun, today))
    if objectives is document.objectives and chain is document.chain:
        return document
    return document.model_copy(update={"objectives": objectives, "chain": chain})


def _each(parts: tuple[P, ...], made: Callable[[P], P]) -> tuple[P, ...]:
    """What becomes of each part; the same tuple where nothing differs."""
    found = tuple(map(made, parts))
    return parts if all(one is other for one, other in zip(found, parts, strict=True)) else found


def _objective(part: Objective, there: dict[str, KeyResult]) -> Objective:
    key_results = _each(part.key_results, lambda inner: _key_result(inner, there.get(inner.ref)))
    return part if key_results is part.key_results else part.model_copy(update={"key_results": key_results})


def _key_result(part: KeyResult, there: KeyResult | None) -> KeyResult:
    cleared = part.states("type") and part.type is None
    measured = not part.states("type") and there is not None and there.type == "open" and part.measured_as != "open"
    return part.model_copy(update={"type": part.measured_as}) if cleared or measured else part
