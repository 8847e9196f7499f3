"""What is at stake in an item of the chain: what is worth something behind it, each thing once, by whatever ways."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

DIGITS = 9
AT_ONCE = 1_024
BYTES = AT_ONCE // 8
NOTHING = array("q")


class Stakes:
    """Sums over everything that items lead to, by the two ends of each way from an item to one above it.

    What an item leads to is held as the bits of a whole number, of so much that is worth something at a time: memory
    grows with the items, and not with their square.
    """

    def __init__(
        self, worth: Mapping[int, float], numbers: Iterable[int], sources: Iterable[int], targets: Iterable[int]
    ) -> None:
        self._numbers = array("q", sorted(numbers))
        above = self._ways(sources, targets)
        order = _upper_first(above)
        self._sums = np.zeros(len(self._numbers))
        valued = iter(worth.items())
        while lot := dict(islice(valued, AT_ONCE)):
            self._add(lot, above, order)

    def of(self, number: int) -> float:
        """What an item and all that it leads to are worth together."""
        return round(float(self._sums[bisect_left(self._numbers, number)]), DIGITS)

    def _ways(self, sources: Iterable[int], targets: Iterable[int]) -> list["array[int]"]:
        """For each place of an item those of the items above it."""
        found = [NOTHING] * len(self._numbers)
        for source, target in zip(sources, targets, strict=True):
            place = bisect_left(self._numbers, source)
            if not found[place]:
                found[place] = array("q")
            found[place].append(bisect_left(self._numbers, target))
        return found

    def _add(self, worth: Mapping[int, float], above: Sequence[Sequence[int]], order: Iterable[int]) -> None:
        bit = {bisect_left(self._numbers, number): 1 << at for at, number in enumerate(worth)}
        reached = [0] * len(self._numbers)
        for place in order:
            bits = bit.get(place, 0)
            for other in above[place]:
                bits |= reached[other]
            reached[place] = bits
        sums = _of_bytes([*worth.values()])
        for start in range(0, len(reached), AT_ONCE):
            lot = b"".join(bits.to_bytes(BYTES, "little") for bits in reached[start : start + AT_ONCE])
            rows = np.frombuffer(lot, dtype=np.uint8).reshape(-1, BYTES)
            self._sums[start : start + AT_ONCE] += sums[np.arange(BYTES), rows].sum(axis=1)


def _of_bytes(worth: Sequence[float]) -> npt.NDArray[np.float64]:
    """What each byte is worth at each place: the sum of what is worth something and has its bit there."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1, bitorder="little")
    values = np.zeros(AT_ONCE)
    values[: len(worth)] = worth
    return values.reshape(BYTES, 8) @ bits.T


def _upper_first(above: Sequence[Sequence[int]]) -> "array[int]":
    """All places in an order in which what is above comes first; ways that close a circle are passed by."""
    order, met = array("q"), bytearray(len(above))
    for start in range(len(above)):
        waiting = [] if met[start] else [(start, iter(above[start]))]
        met[start] = True
        while waiting:
            place, left = waiting[-1]
            ahead = next((other for other in left if not met[other]), None)
            if ahead is None:
                order.append(place)
                waiting.pop()
            else:
                met[ahead] = True
                waiting.append((ahead, iter(above[ahead])))
    return order
