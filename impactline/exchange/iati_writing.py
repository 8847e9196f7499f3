"""Records to IATI 2.03: in the order of the standard, valid, with everything that was kept in our own namespace.

What the standard asks for but nobody said is put there and marked `filled`, so that it is not read again. Plain
IATI has nothing of our namespace; what would have to be made up is left out there, and told.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, BinaryIO

from lxml import etree

from impactline.exchange.faults import Fault
from impactline.exchange.iati_reading import SAFE
from impactline.exchange.iati_records import NAMESPACE, Activity, Kept, Node, Outside, Record, first_text
from impactline.exchange.iati_shapes import ACTIVITY, NARRATIVE, Attribute, Child, Leaf, Raw, Shape, Words
from impactline.exchange.iati_taking import FILLED, KEPT, NOT_DATA, OWN
from impactline.exchange.iati_validating import element_faults, may_extend, stands_alone

VERSION = "2.03"
XML = "{http://www.w3.org/XML/1998/namespace}"
_NAMES = {"impactline": NAMESPACE}


class _Lacking(Exception):
    """A fact that the standard asks for is not there, and plain IATI makes none up."""


@dataclass(slots=True)
class Writer:
    """Writes activities; `left` tells in sentences what plain IATI had no room for."""

    plain: bool = False
    left: list[str] = field(default_factory=list)
    _as_is: set[Any] = field(default_factory=set)

    def write(self, activities: Iterable[Activity], file: BinaryIO, outside: Outside | None = None) -> list[Fault]:
        """Write a file, one activity after the other; returns its faults against the standard: there should be none."""
        faults: list[Fault] = []
        with etree.xmlfile(file, encoding="utf-8") as out:
            out.write_declaration()
            kept = outside.kept if outside is not None else ()
            with out.element("iati-activities", {"version": VERSION}, nsmap=None if self.plain else _NAMES):
                for activity in activities:
                    element = self.activity(activity)
                    if element is not None:
                        faults += element_faults(element, activity.identifier)
                        out.write("\n  ", element)
                for element in self._outside(kept):
                    out.write("\n  ", element)
                out.write("\n")
        return faults

    def activity(self, activity: Activity) -> Any:
        """The element of an activity; None where plain IATI cannot say it."""
        try:
            return self.element("iati-activity", activity, ACTIVITY, level=1)
        except _Lacking as lacking:
            self.left.append(f"The activity {activity.identifier or first_text(activity.title)} has no {lacking}.")
            return None

    def element(self, tag: str, record: Any, shape: Shape, level: int = 0, *, indented: bool = True) -> Any:
        """The element of any record."""
        self._as_is.clear()
        element = self._record(tag, record, shape)
        if indented:
            self._indent(element, level)
        return element

    def _record(self, tag: str, record: Any, shape: Shape) -> Any:
        element = etree.Element(tag, nsmap=None if self.plain else _NAMES)
        filled = [f"@{part.name}" for part in shape.attributes if self._attribute(element, part, record)]
        if shape.text is not None and self._attribute(element, shape.text, record):
            filled.append("text()")
        for child in shape.children:
            self._child(element, child, record)
        if filled:
            self._mark(element, " ".join(filled), closed=shape.closed)
        if isinstance(record, Record):
            self._rest(element, record, shape)
        return element

    def _attribute(self, element: Any, part: Attribute | Leaf, record: Any) -> bool:
        """Write one value; says whether it had to be made up."""
        value = getattr(record, part.field) if isinstance(part, Attribute) else record
        missing = value is None or (value == "" and part.kind.empty == "")
        if missing and part.needed is None:
            return False
        text = self._fallback(part, record) if missing else part.kind.write(value)
        name = part.name if isinstance(part, Attribute) else part.attribute
        if name:
            element.set(name, text)
        else:
            element.text = text
        return missing

    def _fallback(self, part: Attribute | Leaf, record: Any) -> str:
        if isinstance(part, Attribute) and part.field == "year" and record.on is not None:
            return str(record.on.year)
        if part.fact and self.plain:
            raise _Lacking(part.name if isinstance(part, Attribute) else part.attribute)
        return part.needed or ""

    def _child(self, element: Any, child: Child, record: Any) -> None:
        if isinstance(child.of, Raw):
            self._raw(element, child, record)
            return
        value = getattr(record, child.field)
        entries = value if child.many else () if value in (None, "", ()) else (value,)
        written = 0
        for entry in entries:
            try:
                element.append(self._value(child.tag, entry, child.of))
                written += 1
            except _Lacking as lacking:
                if not child.many:
                    raise
                self.left.append(f"A {child.tag} was left out, because it has no {lacking}.")
        if child.needed and not written:
            blank = self._blank(child)
            if not (isinstance(child.of, Leaf) and not child.of.attribute):  # that is empty when it is read again
                self._mark(blank, ".")
            element.append(blank)

    def _value(self, tag: str, value: Any, of: Shape | Leaf | Words | Raw) -> Any:
        if isinstance(of, Shape):
            return self._record(tag, value, of)
        element = etree.Element(tag, nsmap=None if self.plain else _NAMES)
        if isinstance(of, Leaf):
            self._attribute(element, of, value)
        else:
            for part in value:
                element.append(self._record("narrative", part, NARRATIVE))
        return element

    def _blank(self, child: Child) -> Any:
        """An element that the standard asks for, and that nobody said anything for."""
        if isinstance(child.of, Shape):
            return self._record(child.tag, child.of.record(), child.of)
        if isinstance(child.of, Leaf):
            return self._value(child.tag, None, child.of)
        return self._value(child.tag, (NARRATIVE.record(),), child.of)

    def _mark(self, element: Any, filled: str, *, closed: bool = False) -> None:
        if self.plain:
            return
        if closed:
            etree.SubElement(element, FILLED).text = filled
        else:
            element.set(FILLED, filled)

    def _raw(self, element: Any, child: Child, record: Record) -> None:
        """The elements that were kept as they are and have a place in the standard, if they are valid."""
        for kept in self._placed(record, child):
            self._append_as_is(element, kept)

    def _placed(self, record: Record, child: Child) -> list[Kept]:
        found = [part for part in record.kept if part.what == "element" and part.name == child.tag and not part.path]
        return self._leading(found, _fits_raw)[: None if child.many else 1]

    def _leading(self, kept: list[Kept], fits: Callable[[Kept], bool]) -> list[Kept]:
        """Those that fit, up to the first that does not: so the order stays. In plain files it matters less."""
        return [part for part in kept if fits(part)] if self.plain else list(takewhile(fits, kept))

    def _rest(self, element: Any, record: Record, shape: Shape) -> None:
        placed = {
            id(part) for child in shape.children if isinstance(child.of, Raw) for part in self._placed(record, child)
        }
        rest = [part for part in record.kept if id(part) not in placed]
        attributes = not shape.closed
        extends = self._leading([part for part in rest if _is_theirs(part, "element")], _may_extend)
        for kept in extends:
            self._append_as_is(element, kept)
        self._escape(
            element,
            [part for part in rest if part not in extends and not (attributes and _is_theirs(part, "attribute"))],
        )
        if not self.plain:
            element.extend([_own(node) for node in record.own])
        for kept in rest:  # last, for a namespace that is declared here would change prefixes of what is put in
            if attributes and _is_theirs(kept, "attribute"):
                element.set(kept.name, kept.content)

    def _escape(self, element: Any, rest: Iterable[Kept]) -> None:
        for kept in rest:
            if not self.plain:
                element.append(_escaped(kept))
            else:
                self.left.append(f"Left out of {element.tag}: {kept.what} {kept.name}".strip() + ".")

    def _append_as_is(self, element: Any, kept: Kept) -> None:
        fragment = _parsed(kept)
        element.append(fragment)
        self._as_is.add(fragment)

    def _outside(self, kept: Iterable[Kept]) -> Iterator[Any]:
        """What stood outside of all activities."""
        around = etree.Element("iati-activities", nsmap=None if self.plain else _NAMES)
        listed = list(kept)
        extends = self._leading([part for part in listed if _is_theirs(part, "element")], _may_extend)
        for part in extends:
            self._append_as_is(around, part)
        self._escape(around, [part for part in listed if part not in extends])
        yield from list(around)

    def _indent(self, element: Any, level: int) -> None:
        """Lay the lines out, but for what is written as it was."""
        if not len(element) or element in self._as_is:
            return
        inner = "\n" + "  " * (level + 1)
        if not (element.text or "").strip():
            element.text = inner
        for child in element:
            self._indent(child, level + 1)
            child.tail = inner
        element[-1].tail = "\n" + "  " * level


def _is_theirs(kept: Kept, what: str) -> bool:
    """Whether it is of another namespace, and of the record's own element."""
    theirs = kept.name.startswith("{") and not kept.name.startswith((OWN, XML, NOT_DATA))
    return theirs and kept.what == what and not kept.path


def _fits_raw(kept: Kept) -> bool:
    return "XMLSchema-instance" not in kept.content and stands_alone(_parsed(kept))


def _may_extend(kept: Kept) -> bool:
    return "XMLSchema-instance" not in kept.content and may_extend(_parsed(kept))


def _parsed(kept: Kept) -> Any:
    return etree.fromstring(kept.content, etree.XMLParser(**SAFE))


def _escaped(kept: Kept) -> Any:
    element = etree.Element(KEPT)
    element.set("as", kept.what)
    for name, value in (("name", kept.name), ("path", kept.path), ("reason", kept.reason)):
        if value:
            element.set(name, value)
    element.text = kept.content
    return element


def _own(node: Node) -> Any:
    element = etree.Element(OWN + node.name)
    for name, value in node.attributes:
        element.set(name, value)
    element.text = node.text or None
    element.extend([_own(child) for child in node.children])
    return element
