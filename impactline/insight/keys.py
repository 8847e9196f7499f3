"""Which findings were met: their keys, in eight bytes each."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


class Keys:
    """Keys of findings, which are 16 digits; added many at a time, in runs that are sorted and merged into longer ones.

    No run is longer than half of the one before, so that there are few of them.
    """

    def __init__(self) -> None:
        self._runs: list[npt.NDArray[np.uint64]] = []
        self._all = array("Q")

    def __len__(self) -> int:
        return len(self._merged())

    def __contains__(self, key: object) -> bool:
        there, number = self._merged(), int(str(key), 16)
        at = bisect_left(there, number)
        return at < len(there) and there[at] == number

    def add(self, keys: Iterable[str]) -> None:
        """Add those that are not there yet."""
        self._runs.append(np.unique(np.array([int(key, 16) for key in keys], dtype=np.uint64)))
        while len(self._runs) > 1 and 2 * len(self._runs[-1]) > len(self._runs[-2]):
            self._merge()

    def _merge(self) -> None:
        last = self._runs.pop()
        self._runs[-1] = np.union1d(self._runs[-1], last)

    def _merged(self) -> "array[int]":
        if self._runs:
            while len(self._runs) > 1:
                self._merge()
            self._all = array("Q", np.union1d(np.array(self._all, dtype=np.uint64), self._runs.pop()))
        return self._all
