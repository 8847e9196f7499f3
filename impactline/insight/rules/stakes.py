"""What is at stake in an item of the chain: what is worth something behind it, each thing once, by whatever ways."""

from collections.abc import Mapping, Sequence

import numpy as np

DIGITS = 9


class Stakes:
    """Sums over everything that an item leads to. What it leads to is kept as the bits of a whole number."""

    def __init__(self, worth: Mapping[int, float], above: Mapping[int, Sequence[int]]) -> None:
        self._above = above
        self._bit = {number: 1 << at for at, number in enumerate(worth)}
        self._worth = np.array([*worth.values(), *[0.0] * (-len(worth) % 8)])
        self._bytes = len(self._worth) // 8
        self._reached: dict[int, int] = {}
        self._sums: dict[int, float] = {}

    def of(self, start: int) -> float:
        """What an item and all that it leads to are worth together."""
        if start not in self._sums:
            reached = self._all_from(start).to_bytes(self._bytes, "little")
            bits = np.unpackbits(np.frombuffer(reached, dtype=np.uint8), bitorder="little")
            self._sums[start] = round(float(bits @ self._worth), DIGITS)
        return self._sums[start]

    def _all_from(self, start: int) -> int:
        waiting, entered = [start], set[int]()
        while waiting:
            here = waiting[-1]
            entered.add(here)
            above = self._above.get(here, ())
            ahead = [number for number in above if number not in self._reached and number not in entered]
            waiting += ahead
            if not ahead:
                waiting.pop()
                reached = self._bit.get(here, 0)
                for number in above:
                    reached |= self._reached.get(number, 0)
                self._reached[here] = reached
        return self._reached[start]
