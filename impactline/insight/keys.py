"""Which findings were met: their keys, in eight bytes each."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from heapq import merge


class Keys:
    """Keys of findings, which are 16 digits; added many at a time, in runs that are sorted and merged into longer ones.

    No run is longer than half of the one before, so that there are few of them.
    """

    def __init__(self) -> None:
        self._runs: list[array[int]] = []

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def __contains__(self, key: object) -> bool:
        number = int(str(key), 16)
        places = ((run, bisect_left(run, number)) for run in self._runs)
        return any(at < len(run) and run[at] == number for run, at in places)

    def add(self, keys: Iterable[str]) -> None:
        """Add those that are not there yet."""
        self._runs.append(array("Q", sorted({int(key, 16) for key in keys if key not in self})))
        while len(self._runs) > 1 and 2 * len(self._runs[-1]) > len(self._runs[-2]):
            last = self._runs.pop()
            self._runs[-1] = array("Q", merge(self._runs[-1], last))
