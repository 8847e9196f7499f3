"""Parts of the native document as elements of our own namespace, so that nothing of them is lost in IATI."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.exchange import scalars
from impactline.exchange.document_chain import ChainItem, Dependency, Link
from impactline.exchange.document_metrics import Metric
from impactline.exchange.document_parts import Part
from impactline.exchange.iati_records import Node, Record
from impactline.exchange.scalars import Plain

KINDS: dict[str, type[Part]] = {"chain-item": ChainItem, "metric": Metric, "link": Link, "dependency": Dependency}
LISTED = {"chain-item": "chain", "metric": "metrics", "link": "links", "dependency": "dependencies"}
OF, PROGRAMME = "of", "programme"
_ENTRY, _PAIR = "entry", "pair"


def node_of(name: str, part: Part, **marks: str) -> Node:
    """A part as an element: single values are attributes, lists and mappings children; what is usual is left out."""
    found = _node(name, part)
    return Node(found.name, (*found.attributes, *marks.items()), "", found.children)


def part_of(node: Node) -> Part:
    """The part that an element says. Raises ValidationError where somebody made it impossible."""
    return KINDS[node.name].model_validate(_keys(node, leave=("made", "told")))


def is_made(record: Record, ref: str) -> bool:
    """Whether an export of ours made the record of the part with this ref, so that nothing of it has to be kept."""
    return any(node.get("made") for node in record.own if node.get("ref") == ref)


def _node(name: str, part: Part) -> Node:
    attributes, children = [], []
    for key, field in type(part).keys().items():
        value = getattr(part, field)
        if value is None or value in ((), {}) or value == type(part).model_fields[field].get_default():
            continue
        if isinstance(value, Part):
            children.append(_node(key, value))
        elif isinstance(value, tuple):
            children.append(Node(key, (), "", tuple(_entry(entry) for entry in value)))
        elif isinstance(value, dict):
            pairs = tuple(Node(_PAIR, (("name", inner),), _text(entry)) for inner, entry in value.items())
            children.append(Node(key, (), "", pairs))
        else:
            attributes.append((key, _text(value)))
    return Node(name, tuple(attributes), "", tuple(children))


def _entry(value: Any) -> Node:
    return _node(_ENTRY, value) if isinstance(value, Part) else Node(_ENTRY, (), _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return scalars.shortest(value)
    if isinstance(value, datetime):
        return scalars.utc_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _keys(node: Node, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {name: Plain(value) for name, value in node.attributes if name not in leave}
    for child in node.children:
        names = {inner.name for inner in child.children}
        if names == {_PAIR} and not child.attributes:
            found[child.name] = {inner.get("name"): Plain(inner.text) for inner in child.children}
        elif names == {_ENTRY} and not child.attributes:
            found[child.name] = [_value(inner) for inner in child.children]
        else:
            found[child.name] = _keys(child)
    return found


def _value(node: Node) -> Any:
    return _keys(node) if node.attributes or node.children else Plain(node.text)
