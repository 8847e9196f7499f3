"""Single IATI elements as texts that are kept beside the items that came of them, and back."""

from typing import Any

from lxml import etree

from impactline.exchange.iati_reading import SAFE
from impactline.exchange.iati_shapes import Shape
from impactline.exchange.iati_taking import Account, taken
from impactline.exchange.iati_writing import Writer


def fragment(tag: str, record: Any, shape: Shape) -> str:
    """The element of a record, as a text."""
    return str(etree.tostring(Writer().element(tag, record, shape, indented=False), encoding="unicode"))


def record_of(content: str, shape: Shape) -> Any:
    """The record of such a text."""
    return taken(etree.fromstring(content, etree.XMLParser(**SAFE)), shape, Account())
