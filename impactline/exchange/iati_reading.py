"""IATI files as a stream of activities: hardened, bounded in memory, tolerant of what publishers get wrong.

No entity is expanded, nothing is fetched, and no file but the given one is opened.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from impactline.exchange.faults import Fault, Place, shown
from impactline.exchange.iati_records import Activity, Kept, Outside
from impactline.exchange.iati_shapes import ACTIVITY
from impactline.exchange.iati_taking import KEPT, NOT_DATA, Account, Taking, kept_again, tag_of, taken, verbatim
from impactline.exchange.tree import Broken

SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_pis": True,
}
_WIDE = re.compile(rb"encoding=.(?:utf-?16|utf-?32|ucs)", re.IGNORECASE)  # readable as ASCII, and so not true
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What an IATI file may hold at most; `piece` is the number of elements in one activity."""

    file_bytes: int = 200_000_000
    elements: int = 3_000_000
    activities: int = 50_000
    piece: int = 250_000
    depth: int = 40
    attributes: int = 100


@dataclass(slots=True)
class Reader:
    """Reads a file once; what was taken and what was left is in the account while it goes on."""

    name: str = ""
    limits: XmlLimits = field(default_factory=XmlLimits)
    account: Account = field(default_factory=Account)
    outside: Outside = field(default_factory=Outside)

    def activities(self, file: BinaryIO, told: Told = lambda _: None) -> Iterator[Activity]:
        """One activity after the other; `told` gets the number of bytes read so far.

        Raises Broken where the file cannot be read any further: it is no XML, no IATI, or too big.
        """
        self.outside = Outside()
        source = _Counted(file, self.limits.file_bytes, told)
        events = etree.iterparse(source, events=("start", "end"), **SAFE)
        try:
            yield from _Stream(self, events).run()
        except etree.XMLSyntaxError as error:
            raise Broken(syntax_fault(self.name, error, source.head)) from None
        except LookupError as error:
            raise Broken(_fault(self.name, 1, f"{shown(error)}.", "Save the file as UTF-8.")) from None
        except _TooBig:
            message = f"The file has more than {self.limits.file_bytes // 1_000_000} MB."
            raise Broken(_fault(self.name, None, message, "Split it into several.")) from None

    def read(self, path: Path, told: Told = lambda _: None) -> Iterator[Activity]:
        """The activities of a file on disk. Raises Broken, also where it cannot be opened."""
        try:
            with path.open("rb") as file:
                yield from self.activities(file, told)
        except OSError as error:
            raise Broken(
                _fault(self.name, None, f"It cannot be opened: {error.strerror}.", "Check path and rights.")
            ) from None


class _TooBig(Exception):
    pass


class _Counted:
    """A file that counts what was read of it, and stops where it is too much."""

    def __init__(self, file: BinaryIO, most: int, told: Told) -> None:
        self.file, self.most, self.told = file, most, told
        self.count = 0
        self.head = b""

    def read(self, size: int = -1) -> bytes:
        found = self.file.read(size)
        self.head = self.head or found[:100]
        self.count += len(found)
        if self.count > self.most:
            raise _TooBig
        self.told(self.count)
        return found


class _Stream:
    """The events of the parser, cut into activities; what has been dealt with is let go at once."""

    def __init__(self, reader: Reader, events: Any) -> None:
        self.reader, self.events = reader, events
        self.limits, self.account = reader.limits, reader.account
        self.open: list[Any] = []
        self.activity: Taking | None = None
        self.depth_of_activity = 0
        self.elements = self.in_piece = self.found = 0
        self.found_at_start: list[int] = []
        self.kept: list[Kept] = []

    def run(self) -> Iterator[Activity]:
        root_name = ""
        for event, element in self.events:
            if event == "start":
                if not self.open:
                    root_name = self._root(element)
                self._start(element)
                continue
            self.open.pop()
            before = self.found_at_start.pop()
            if self.activity is not None:
                found = self._end_inside(element)
                if found is not None:
                    yield found
            elif self.found == before and self._is_outside(element):
                self._outside(element)
        if not self.found and root_name != "iati-activities":
            raise self._broken(1, f"There is no iati-activity in this file; it begins with <{shown(root_name)}>.")
        self.reader.outside = replace(self.reader.outside, kept=tuple(self.kept))

    def _root(self, element: Any) -> str:
        """Refuse what could expand or fetch; take what is said of the whole file."""
        info = element.getroottree().docinfo
        entities = list(info.internalDTD.iterentities()) if info.internalDTD is not None else []
        if entities or info.system_url or info.public_id:
            raise self._broken(1, "The file declares entities or an external document type.")
        name = tag_of(element)
        if name == "iati-organisations":
            raise self._broken(element.sourceline, "This is a file of organisations; only activities are read.")
        if name == "iati-activity":
            return name
        version = element.get("version", "")
        self.reader.outside = Outside(version)
        for key, value in element.attrib.items():
            if key != "version" and not key.startswith(NOT_DATA):
                self._keep(element, Kept("attribute", key, value, "", "it is about the file", element.sourceline or 0))
        return name

    def _start(self, element: Any) -> None:
        self.open.append(element)
        self.found_at_start.append(self.found)
        self.elements += 1
        self.in_piece += 1
        line = element.sourceline or 0
        if len(self.open) > self.limits.depth:
            raise self._broken(line, f"The file is nested more than {self.limits.depth} levels deep.")
        if self.elements > self.limits.elements:
            raise self._broken(line, f"There are more than {self.limits.elements:,} elements.")
        if self.in_piece > self.limits.piece:
            raise self._broken(line, f"There are more than {self.limits.piece:,} elements in one activity.")
        if len(element.attrib) > self.limits.attributes:
            raise self._broken(line, f"An element has more than {self.limits.attributes} attributes.")
        if element.tag == "iati-activity" and self.activity is None:
            self.found += 1
            if self.found > self.limits.activities:
                raise self._broken(line, f"There are more than {self.limits.activities:,} activities.")
            self.in_piece = 1
            self.depth_of_activity = len(self.open)
            self.activity = Taking(element, ACTIVITY, self.account, f"iati-activity[{self.found}]")

    def _end_inside(self, element: Any) -> Activity | None:
        depth = len(self.open) + 1 - self.depth_of_activity
        assert self.activity is not None
        if depth == 1:
            self.activity.child(element)
            element.clear(keep_tail=True)
        if depth > 0:
            return None
        self.activity.text(element)
        for child in element:
            self.activity.tail(child)
        done: Activity = self.activity.done()
        self.activity = None
        self._let_go(element)
        return done

    def _is_outside(self, element: Any) -> bool:
        """Whether this is the outermost element that holds no activity, beside those that do."""
        return bool(self.open) and (len(self.open) == 1 or self.open[-1].tag == "iati-activities")

    def _outside(self, element: Any) -> None:
        again = kept_again(element) if element.tag == KEPT else None
        if again is not None:
            self.kept.append(again)
        else:
            reason, line = "it stands outside of any activity", element.sourceline or 0
            self._keep(element, Kept("element", str(element.tag), verbatim(element), "", reason, line))
        self._let_go(element)

    def _keep(self, element: Any, kept: Kept) -> None:
        self.kept.append(kept)
        self.account.leave(kept.line, tag_of(element), shown(f"{kept.name}: {kept.content}"), kept.reason)

    def _let_go(self, element: Any) -> None:
        """Free an element that has been dealt with, and those before it."""
        self.in_piece = 0
        parent = element.getparent()
        element.clear()
        while parent is not None and element.getprevious() is not None:
            del parent[0]

    def _broken(self, line: int | None, message: str) -> Broken:
        remedy = "Split it into several." if "more than" in message else "Take a file of IATI activities, without them."
        return Broken(_fault(self.reader.name, line, message, remedy))


def whole(content: bytes, name: str = "") -> tuple[list[Activity], Reader]:
    """All activities of a text in memory. Raises Broken."""
    reader = Reader(name)
    return list(reader.activities(BytesIO(content))), reader


def activity_of(text: str) -> Activity:
    """A single activity from its element as a text that our writer made."""
    element = etree.fromstring(text, etree.XMLParser(**SAFE))
    found: Activity = taken(element, ACTIVITY, Account())
    return found


def syntax_fault(name: str, error: etree.XMLSyntaxError, head: bytes = b"") -> Fault:
    """What the parser says, as a fault; a wrong encoding is named as such. `head` are the first bytes."""
    line, column = error.position or (1, 1)
    text = str(error.msg or "it is empty").split(", line ")[0].rstrip(".")
    if _WIDE.search(head) or any(word in text for word in ("ncoding", "UTF-8", "Invalid bytes", "conversion")):
        return Fault(
            f"The file is not written in the encoding that it declares: {shown(text)}.",
            "Save it as UTF-8, or declare the encoding in its first line.",
            Place(name, line or 1, column),
        )
    return Fault(f"This is not well-formed XML: {shown(text)}.", "Correct the file.", Place(name, line or 1, column))


def _fault(name: str, line: int | None, message: str, remedy: str) -> Fault:
    return Fault(message, remedy, Place(name, line))
