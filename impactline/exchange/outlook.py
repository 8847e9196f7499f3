"""The organisation as it would be after an import: what the file says, over what is there already."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_parts import Part
from impactline.exchange.faults import NOWHERE, Fault, Place, Severity, path_text
from impactline.exchange.mending import NOTHING_LOST, Lost

Path = tuple[str | int, ...]


def nowhere(path: Path) -> Place:
    """The place of what does not come from a file."""
    return NOWHERE


SECTIONS = {
    "teams": "team",
    "priorities": "priority",
    "cycles": "cycle",
    "objectives": "objective",
    "metrics": "metric",
    "chain": "chain item",
    "roadblocks": "roadblock",
    "requests": "contribution request",
}


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a ref: what the file says of it, what is there already, and where the file does."""

    kind: str
    ref: str
    wanted: Any
    current: Any
    path: Path

    def value(self, field: str) -> Any:
        """The value after the import: the file's where it states one, else the present one or the default."""
        source = self.wanted
        if source is None or (self.current is not None and not source.states(field)):
            source = self.current
        return getattr(source, field)


class Outlook:
    """All items and people, of the file and of the installation."""

    def __init__(
        self,
        wanted: Document,
        current: Document | None,
        *,
        today: date,
        place: Callable[[Path], Place] = nowhere,
        lost: Lost = NOTHING_LOST,
    ) -> None:
        self.wanted = wanted
        self.current = current or Document()
        self.today = today
        self.place = place
        self.lost = lost
        self.items: dict[str, Item] = {}
        self.duplicates: list[tuple[Item, Item]] = []
        for kind, ref, part, _ in with_refs(self.current):
            self.items[ref] = Item(kind, ref, None, part, ())
        for kind, ref, part, path in with_refs(wanted):
            self._add(Item(kind, ref, part, self._current(kind, ref), path))
        self.people = {person.email for part in (self.current, wanted) for person in part.people}

    def of_kind(self, *kinds: str) -> Iterator[Item]:
        """All items of these kinds."""
        return (item for item in self.items.values() if item.kind in kinds)

    def of_file(self, *kinds: str) -> Iterator[Item]:
        """The items of these kinds that the file speaks of."""
        return (item for item in self.of_kind(*kinds) if item.wanted is not None)

    def fault(self, message: str, remedy: str, path: Path, severity: Severity = "error") -> Fault:
        """A fault at a path of the file."""
        return Fault(message, remedy, self.place(path), path_text(path), severity)

    def _current(self, kind: str, ref: str) -> Part | None:
        there = self.items.get(ref)
        return there.current if there is not None and there.kind == kind else None

    def _add(self, item: Item) -> None:
        there = self.items.get(item.ref)
        if there is not None and (there.wanted is not None or there.kind != item.kind):
            self.duplicates.append((there, item))
        else:
            self.items[item.ref] = item


def with_refs(document: Document) -> Iterator[tuple[str, str, Any, Path]]:
    """Everything that has a ref: its kind, the ref, itself and where it stands."""
    for section, kind in SECTIONS.items():
        for at, part in enumerate(getattr(document, section)):
            yield kind, part.ref, part, (section, at)
            if kind == "objective":
                for inner, key_result in enumerate(part.key_results):
                    yield "key result", key_result.ref, key_result, (section, at, "key_results", inner)
