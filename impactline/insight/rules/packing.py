"""The rows of a whole organisation held small: packed into bytes, and made anew when they are looked at.

Neighbours are much alike: packed together, a row takes less than a tenth of what it takes as an object, and a few
microseconds to be made where one goes through all of them.
"""

import pickle
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any, TypeVar, overload
from zlib import compress, decompress

import numpy as np

Row = TypeVar("Row", bound=tuple[Any, ...])
Value = TypeVar("Value")

LOT, LATELY = 16, 64  # larger lots are smaller, and take longer to look one row up
FAST = 1


class Packed(Sequence[Row]):
    """Rows of one kind in their order, a lot of them at a time packed into bytes."""

    def __init__(self, kind: type[Row], rows: Iterable[Row]) -> None:
        self._make: Callable[[Iterable[Any]], Row] = partial(tuple.__new__, kind)
        self._lots, self._count, left = list[bytes](), 0, iter(rows)
        while lot := [tuple(row) for row in islice(left, LOT)]:
            self._lots.append(compress(pickle.dumps(lot, pickle.HIGHEST_PROTOCOL), FAST))
            self._count += len(lot)
        self._lately = lru_cache(LATELY)(partial(_unpacked, self._lots))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        lots = (_unpacked(self._lots, place) for place in range(len(self._lots)))
        return map(self._make, chain.from_iterable(lots))

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(self._count))]
        lot, place = divmod(range(self._count)[at], LOT)
        return self._make(self._lately(lot)[place])


def _unpacked(lots: Sequence[bytes], place: int) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = pickle.loads(decompress(lots[place]))  # noqa: S301 - packed here
    return found


class PackedById(Mapping[int, Row]):
    """Rows of one kind by their ids, which come first in them; in the order in which they came."""

    def __init__(self, kind: type[Row], rows: Iterable[Row]) -> None:
        numbers = array("q")
        self._rows = Packed(kind, _noting(rows, numbers))
        places = np.argsort(np.array(numbers, dtype=np.int64), kind="stable")
        self._numbers, self._places = array("q", (numbers[place] for place in places)), array("q", places)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return (row[0] for row in self._rows)

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        at = bisect_left(self._numbers, number)
        return at < len(self._numbers) and self._numbers[at] == number

    def __getitem__(self, number: int) -> Row:
        at = bisect_left(self._numbers, number)
        if at == len(self._numbers) or self._numbers[at] != number:
            raise KeyError(number)
        return self._rows[self._places[at]]

    def values(self) -> Any:
        """The rows in their order, without looking each of them up."""
        return self._rows


def _noting(rows: Iterable[Row], numbers: "array[int]") -> Iterator[Row]:
    for row in rows:
        numbers.append(row[0])
        yield row


class Ways(Mapping[int, Sequence[int]]):
    """Which numbers each number leads to: pairs of numbers, beside each other in two arrays, in their order."""

    def __init__(self, starts_of: "array[int]", ends_of: "array[int]") -> None:
        ends = np.array((starts_of, ends_of), dtype=np.int64).T
        ends = ends[np.argsort(ends[:, 0], kind="stable")]
        starts, at = np.unique(ends[:, 0], return_index=True)
        self._starts, self._at, self._ends = array("q", starts), array("q", [*at, len(ends)]), array("q", ends[:, 1])

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[int]:
        return iter(self._starts)

    def __getitem__(self, number: int) -> Sequence[int]:
        found: Sequence[int] = self.get(number)
        if not found:
            raise KeyError(number)
        return found

    def __contains__(self, number: object) -> bool:
        return bool(self.get(number))

    def get(self, number: Any, default: Any = ()) -> Any:
        """Where it leads to; nothing where it leads nowhere."""
        at = bisect_left(self._starts, number)
        if at == len(self._starts) or self._starts[at] != number:
            return default
        return self._ends[self._at[at] : self._at[at + 1]]


class Looked(Mapping[int, Value]):
    """What is worked out anew whenever it is looked up."""

    def __init__(self, numbers: Collection[int], look: Callable[[int], Value]) -> None:
        self._numbers, self._look = numbers, look

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __getitem__(self, number: int) -> Value:
        return self._look(number)


class Part(dict[int, Value]):
    """A part of a whole: who goes through it meets what is in the part, who looks something up gets it from the whole.

    What was looked up once stays, for as long as the part does.
    """

    def __init__(self, own: Mapping[int, Value], whole: Mapping[int, Value]) -> None:
        super().__init__(own)
        self._whole, self._met = whole, dict[int, Value]()

    def __missing__(self, number: int) -> Value:
        if number not in self._met:
            self._met[number] = self._whole[number]
        return self._met[number]

    def __contains__(self, number: object) -> bool:
        return super().__contains__(number) or number in self._whole

    def get(self, number: int, default: Any = None) -> Any:
        """As of every mapping; of a dictionary it would not ask the whole."""
        try:
            return self[number]
        except KeyError:
            return default
