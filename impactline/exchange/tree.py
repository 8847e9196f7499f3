"""What a file holds before it is understood: mappings and lists that know where each value stands."""

from dataclasses import dataclass
from typing import Any

from impactline.exchange.faults import Fault, Place, shown


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file or folder may hold at most."""

    depth: int = 50
    file_bytes: int = 10_000_000
    total_bytes: int = 50_000_000
    values: int = 1_500_000
    files: int = 5_000


_DROPPED = object()


class Broken(Exception):
    """The file cannot be read any further; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Mapping(dict[str, Any]):
    """A mapping with the place of each key and of itself."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}


class Sequence(list[Any]):
    """A list with the place of each entry and of itself."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []


class Builder:
    """Puts the values of one file together, in the order in which they come, without recursion.

    Raises Broken where a limit is passed; duplicate keys are collected as faults, the first one stays.
    """

    def __init__(self, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self.faults: list[Fault] = []
        self.root: Any = None
        self.count = 0
        self._open: list[Mapping | Sequence] = []
        self._keys: list[object] = []

    def place(self, line: int, column: int) -> Place:
        """A place in this file; line and column from 1."""
        return Place(self.file, line, column)

    def open(self, container: Mapping | Sequence) -> None:
        """Begin a mapping or list."""
        if len(self._open) >= self.limits.depth:
            raise Broken(
                Fault(
                    f"The file is nested more than {self.limits.depth} levels deep.",
                    "Check brackets and indentation; a document needs about six levels.",
                    container.place,
                )
            )
        self._add(container, container.place)
        self._open.append(container)
        self._keys.append(None)

    def close(self) -> None:
        """End the innermost mapping or list."""
        self._open.pop()
        self._keys.pop()

    def scalar(self, value: str | None, line: int, column: int) -> None:
        """Add a single value: a text, a Plain, or None."""
        self._add(value, Place(self.file, line, column))

    def _add(self, value: Any, place: Place) -> None:
        self.count += 1
        if self.count > self.limits.values:
            raise Broken(
                Fault(
                    f"There are more than {self.limits.values:,} values.",
                    "Split the import into several.",
                    place,
                )
            )
        if not self._open:
            self.root = value
            return
        inner = self._open[-1]
        if isinstance(inner, Sequence):
            inner.append(value)
            inner.places.append(place)
        elif self._keys[-1] is None:
            self._keys[-1] = self._key(value, place)
        else:
            self._put(inner, value, place)

    def _key(self, value: Any, place: Place) -> object:
        if isinstance(value, Mapping | Sequence) or value is None:
            raise Broken(Fault("A key must be a word.", "Write the key as text, then a colon.", place))
        key = str(value)
        inner = self._open[-1]
        assert isinstance(inner, Mapping)
        if key in inner:
            self.faults.append(
                Fault(
                    f"The key “{shown(key)}” stands twice, first in line {inner.places[key].line}.",
                    "Keep one of the two, or start a new list entry with a hyphen.",
                    place,
                    path=shown(key),
                )
            )
            return _DROPPED
        inner.places[key] = place
        return key

    def _put(self, inner: Mapping, value: Any, place: Place) -> None:
        key = self._keys[-1]
        self._keys[-1] = None
        if isinstance(key, str):
            inner[key] = value


def place_of(root: Any, path: tuple[str | int, ...]) -> Place:
    """Where the value at a path stands; for a key its own place, else the nearest that is known."""
    place = getattr(root, "place", Place())
    for step in path:
        if isinstance(root, Mapping) and step in root.places:
            place = root.places[str(step)]
            root = root.get(str(step))
        elif isinstance(root, Sequence) and isinstance(step, int) and 0 <= step < len(root):
            place = root.places[step]
            root = root[step]
        else:
            break
    return place
