"""Whether a file is valid IATI 2.03, by the schema of the standard, which stands beside this module."""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from impactline.exchange.faults import Fault, Place
from impactline.exchange.iati_reading import SAFE, Reader, XmlLimits, syntax_fault
from impactline.exchange.tree import Broken

SCHEMA = Path(__file__).parent / "iati_standard" / "iati-activities-schema.xsd"
_HINTS = ("schemaLocation", "noNamespaceSchemaLocation")
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@lru_cache(maxsize=1)
def schema() -> Any:
    """The schema of IATI 2.03 for activities."""
    return etree.XMLSchema(file=str(SCHEMA))


def faults(content: bytes, name: str = "", limits: XmlLimits | None = None) -> list[Fault]:
    """Every fault of a file against the standard, with its line; none: it is valid."""
    reader = Reader(name, limits or XmlLimits())
    found = _refused(reader, BytesIO(content))
    if found is not None:
        return [found]
    try:
        root = etree.fromstring(content, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as error:
        return [syntax_fault(name, error, content[:100])]
    return list(element_faults(root, name))


def element_faults(root: Any, name: str = "") -> Iterator[Fault]:
    """The faults of a parsed element; what it says of where its schema is, is taken away before."""
    for element in root.iter():
        for hint in _HINTS if isinstance(element.tag, str) else ():
            element.attrib.pop(f"{_XSI}{hint}", None)
    checks = schema()
    if checks.validate(root):
        return
    for error in checks.error_log:
        yield Fault(_one_line(str(error.message)), "See the standard at iatistandard.org.", Place(name, error.line))


def stands_alone(element: Any) -> bool:
    """Whether an element that may stand anywhere in the standard is valid by itself."""
    return bool(schema().validate(element))


def may_extend(element: Any) -> bool:
    """Whether an element of another namespace may stand where the standard allows one."""
    around = etree.Element("dimension")
    around.append(element)
    return bool(schema().validate(around))


def _refused(reader: Reader, file: Any) -> Fault | None:
    """The fault for which the reader refuses the file altogether."""
    try:
        for _ in reader.activities(file):
            pass
    except Broken as broken:
        return broken.fault
    return None


def _one_line(text: str) -> str:
    """A message of the validator in one line, without control characters."""
    return "".join(char if char.isprintable() else " " for char in text[:500])
