"""An element of IATI to its record, by the shapes: takes what it can, and keeps the rest with why and where."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from impactline.exchange.faults import shown
from impactline.exchange.iati_records import NAMESPACE, Kept, Narrative, Node
from impactline.exchange.iati_shapes import LANG, NARRATIVE, Attribute, Child, Leaf, Raw, Shape, Words
from impactline.exchange.iati_values import Kind, Unfit

OWN = f"{{{NAMESPACE}}}"
FILLED, KEPT = f"{OWN}filled", f"{OWN}kept"
NOT_DATA = "{http://www.w3.org/2001/XMLSchema-instance}"
PATH_MAX, LEFT_MAX = 500, 10_000


@dataclass(frozen=True, slots=True)
class Left:
    """What was not taken into a record, or not as it stood: where, what, and why. Lines count from 1."""

    line: int
    where: str
    text: str
    reason: str


@dataclass(slots=True)
class Account:
    """What became of a file: how many elements of each name were taken, and what was left.

    `left` holds the first of them; `left_by_reason` counts all.
    """

    taken: Counter[str] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)
    left_by_reason: Counter[str] = field(default_factory=Counter)
    comments: int = 0

    def leave(self, line: int, where: str, text: str, reason: str) -> None:
        """Tell one thing that was not taken as it stood."""
        self.left_by_reason[reason] += 1
        if len(self.left) < LEFT_MAX:
            self.left.append(Left(line, where, text, reason))


class Taking:
    """The record of one element as it grows; children come one by one, so that they can be let go at once."""

    def __init__(self, element: Any, shape: Shape, account: Account, where: str = "") -> None:
        self.shape = shape
        self.account = account
        self.line = element.sourceline or 0
        self.where = where or tag_of(element)
        self.values: dict[str, Any] = {}
        self.lists: dict[str, list[Any]] = {}
        self.kept: list[Kept] = []
        self.own: list[Node] = []
        self.seen: Counter[str] = Counter()
        filled = _filled(element) if not shape.closed else _filled_within(element)
        account.taken[tag_of(element)] += 1
        self._attributes(element, shape, self.values, "", filled)

    def text(self, element: Any) -> None:
        """Take the text of the element itself; before version 2 that was the narrative."""
        found = (element.text or "").strip()
        if not found:
            return
        narratives = self.shape.by_tag.get("narrative")
        if narratives is not None and element.find("narrative") is None:
            self.lists.setdefault(narratives.field, []).append(Narrative(found, self._language(element)))
        else:
            self._text(element, found, "")

    def child(self, element: Any) -> None:
        """Take a child element, and leave its tail to `tail`."""
        tag = element.tag
        if not isinstance(tag, str):
            self.account.comments += tag is etree.Comment
            return
        if tag.startswith("{"):
            self._foreign(element, tag)
            return
        found = self.shape.by_tag.get(tag)
        if found is None or isinstance(found.of, Raw):
            self._element(element, "", "this is kept as it is" if found else "this element is not known here")
            return
        self.seen[tag] += 1
        if "." in _filled(element):
            return
        self._known(element, found, f"{tag}[{self.seen[tag]}]")

    def tail(self, element: Any) -> None:
        """Take what stands behind a child."""
        if element.tail and (found := element.tail.strip()):
            self._text(element, found, "")

    def done(self) -> Any:
        """The record."""
        values = {**self.values, **{name: tuple(entries) for name, entries in self.lists.items()}}
        kept = tuple(sorted(self.kept, key=self._rank))
        return self.shape.record(**values, kept=kept, own=tuple(self.own), line=self.line)

    def _rank(self, kept: Kept) -> tuple[int, int, str]:
        """In the order in which it is written: attributes, what has a place, what extends the standard, the rest."""
        if kept.path or kept.what == "text":
            return 3, 0, ""
        if kept.what == "attribute":
            return 0, 0, kept.name
        child = self.shape.by_tag.get(kept.name)
        if child is not None and isinstance(child.of, Raw):
            return 1, self.shape.children.index(child), ""
        return 2 if kept.name.startswith("{") else 3, 0, ""

    def _known(self, element: Any, child: Child, path: str) -> None:
        if not child.many and child.field in self.values:
            if isinstance(child.of, Words) and len(element) == 0 and element.text:  # a language each, before version 2
                self.values[child.field] += self._words(element, path)
            else:
                self._element(element, "", "it stands twice, and only one is allowed")
            return
        found = self._value(element, child.of, path)
        if found is None:
            return
        if child.many:
            self.lists.setdefault(child.field, []).append(found)
        else:
            self.values[child.field] = found

    def _value(self, element: Any, of: Any, path: str) -> Any:
        if isinstance(of, Words):
            return self._words(element, path)
        if isinstance(of, Leaf):
            return self._leaf(element, of, path)
        if of.text is not None:
            return self._simple(element, of, path)
        return taken(element, of, self.account, self.where + "/" + path)

    def _words(self, element: Any, path: str) -> tuple[Narrative, ...]:
        """The narratives of an element that holds nothing else."""
        found: list[Narrative] = []
        filled = _filled(element)
        names = [inner for inner in element if inner.tag == "narrative"]
        if element.text and (text := element.text.strip()):
            if names:
                self._text(element, text, path)
            else:
                found.append(Narrative(text, self._language(element)))
        for name, value in element.attrib.items():
            if name != FILLED and not (name == LANG and not names and element.text):
                self._attribute(element, name, value, path, "this attribute is not known here")
        for inner in element:
            if inner.tag == "narrative" and "." not in _filled(inner) and "narrative" not in filled:
                number = names.index(inner) + 1 if len(names) > 1 else 1
                found.append(self._simple(inner, NARRATIVE, f"{path}/narrative[{number}]"))
            elif inner.tag != "narrative":
                self._stray(inner, path)
            if inner.tail and (tail := inner.tail.strip()):
                self._text(inner, tail, path)
        return tuple(found)

    def _language(self, element: Any) -> str:
        """The language of a text without narratives."""
        values: dict[str, Any] = {}
        self._convert(element, NARRATIVE.by_attribute[LANG], element.get(LANG, ""), values, "")
        return str(values.get("language", ""))

    def _leaf(self, element: Any, leaf: Leaf, path: str) -> Any:
        values: dict[str, Any] = {}
        self._attributes(element, leaf.shape, values, path, _filled(element))
        if not leaf.attribute:
            self._convert(element, leaf.value, element.text or "", values, path)
        elif element.text and (text := element.text.strip()):
            self._text(element, text, path)
        self._inside(element, path)
        return values.get("it")

    def _simple(self, element: Any, shape: Shape, path: str) -> Any:
        """A record of an element that has text and no children; what it cannot hold is kept here, with the path."""
        assert shape.text is not None
        values: dict[str, Any] = {}
        filled = _filled(element)
        self._attributes(element, shape, values, path, filled)
        if "text()" not in filled:
            self._convert(element, shape.text, element.text or "", values, path)
        self._inside(element, path)
        self.account.taken[tag_of(element)] += 1
        return shape.record(**values)

    def _inside(self, element: Any, path: str) -> None:
        """Keep whatever stands inside an element that has no room for children."""
        for inner in element:
            self._stray(inner, path)
            if inner.tail and (tail := inner.tail.strip()):
                self._text(inner, tail, path)

    def _stray(self, element: Any, path: str) -> None:
        if element.tag == KEPT:
            self._again(element)
        elif isinstance(element.tag, str):
            self._element(element, path, "this element is not known here")
        else:
            self.account.comments += element.tag is etree.Comment

    def _attributes(
        self, element: Any, shape: Shape, values: dict[str, Any], path: str, filled: frozenset[str]
    ) -> None:
        for name, value in element.attrib.items():
            known = shape.by_attribute.get(name)
            if known is not None:
                if f"@{name}" not in filled:
                    self._convert(element, known, value, values, path)
            elif name.startswith(NOT_DATA):
                self.account.leave(self.line, self.where, f"{name}={value}", "it tells programs where a schema is")
            elif name != FILLED and not (name == LANG and "narrative" in shape.by_tag and element.text):
                self._attribute(element, name, value, path, "this attribute is not known here")

    def _convert(self, element: Any, known: Attribute, value: str, values: dict[str, Any], path: str) -> None:
        try:
            found = known.kind.read(value)
        except Unfit as unfit:
            if known.name or value.strip():
                self._attribute(element, known.name, value, path, str(unfit))
            return
        word = known.kind.words.get(str(found).lower())
        if word is not None:
            found = word
        if found != known.kind.empty:
            values[known.field] = found
        if known.kind.write(found) != value.strip() and _differs(known.kind, found, value):
            text = f"{shown(value)} → {known.kind.write(found)}"
            self.account.leave(element.sourceline or 0, self._at(path), text, "it was read in the standard's words")

    def _foreign(self, element: Any, tag: str) -> None:
        if tag == KEPT:
            self._again(element)
        elif tag == FILLED:
            return
        elif tag.startswith(OWN):
            self.own.append(_node(element))
        else:
            self._element(element, "", "it is of another namespace")

    def _again(self, element: Any) -> None:
        found = kept_again(element)
        if found is None:
            self._element(element, "", "this element is not known here")
        else:
            self.kept.append(found)

    def _element(self, element: Any, path: str, reason: str) -> None:
        self._keep(element, Kept("element", str(element.tag), verbatim(element), path, reason, element.sourceline or 0))

    def _attribute(self, element: Any, name: str, value: str, path: str, reason: str) -> None:
        what: Any = "attribute" if name else "text"
        self._keep(element, Kept(what, name, value, path, reason, element.sourceline or 0))

    def _text(self, element: Any, text: str, path: str) -> None:
        self._keep(element, Kept("text", "", text, path, "text does not belong here", element.sourceline or 0))

    def _keep(self, element: Any, kept: Kept) -> None:
        self.kept.append(kept)
        text = f"@{kept.name}={kept.content}" if kept.what == "attribute" else kept.content
        self.account.leave(kept.line, self._at(kept.path), shown(" ".join(text[:200].split())), kept.reason)

    def _at(self, path: str) -> str:
        return f"{self.where}/{path}"[:PATH_MAX] if path else self.where


def taken(element: Any, shape: Shape, account: Account, where: str = "") -> Any:
    """The record of a whole element."""
    taking = Taking(element, shape, account, where)
    taking.text(element)
    for child in element:
        taking.child(child)
        taking.tail(child)
    return taking.done()


def kept_again(element: Any) -> Kept | None:
    """What an earlier export of ours carried along in an element `kept`."""
    what: Any = element.get("as")
    if what not in ("element", "attribute", "text"):
        return None
    name, path, reason = (element.get(key, "") for key in ("name", "path", "reason"))
    return Kept(what, name, element.text or "", path, reason, element.sourceline or 0)


def verbatim(element: Any) -> str:
    """An element as it stood, in the canonical form of XML, which names only the namespaces that it uses."""
    return str(etree.tostring(element, method="c14n", exclusive=True, with_tail=False), "utf-8")


def tag_of(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def _filled(element: Any) -> frozenset[str]:
    """What our writer put there because the standard asks for it; nobody said it."""
    return frozenset(element.get(FILLED, "").split())


def _filled_within(element: Any) -> frozenset[str]:
    """The same, where the standard has no room for an attribute of ours."""
    found = element.find(FILLED)
    return frozenset() if found is None else frozenset((found.text or "").split())


def _differs(kind: Kind, found: Any, value: str) -> bool:
    """Whether the text of a file says it otherwise than the standard, or says more."""
    return bool(kind.words) or isinstance(found, date) or (isinstance(found, Decimal) and "," in value)


def _node(element: Any) -> Node:
    return Node(
        tag_of(element),
        tuple((str(name), str(value)) for name, value in element.attrib.items()),
        (element.text or "").strip() if len(element) else element.text or "",
        tuple(_node(child) for child in _elements(element)),
    )


def _elements(element: Any) -> Iterator[Any]:
    return (child for child in element if isinstance(child.tag, str))
