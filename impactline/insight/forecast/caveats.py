"""What makes a forecast less sure than it looks.

Few readings, none for long, one on another scale, no change, or a course to where the value cannot go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from impactline.insight.forecast.outlook import Caveat
from impactline.insight.forecast.wandering import Bounds
from impactline.insight.noise.entries import wrong_scale

FEW = 3
LATE_AFTER = 2.0
Pairs = Sequence[tuple[date, float]]


def bound_of(middle: float, last: float, possible: Bounds, aims: Iterable[float | None]) -> tuple[Caveat, ...]:
    """That the middle is what is possible at most, where the value neither stands there nor is meant to."""
    ends = (end for end in (possible.low, possible.high) if end is not None)
    meets = any(middle == end != last for end in ends) and middle not in aims
    return (Caveat.BOUND,) if meets else ()


def caveats_of(path: Pairs, read: Pairs, entered: Pairs, day: date, every_days: int) -> tuple[Caveat, ...]:
    """The caveats of a forecast: `path` is all that is known, `read` what of it was read, `entered` as people did."""
    found = []
    if not read:
        found.append(Caveat.NONE)
    elif len(read) <= FEW:
        found.append(Caveat.FEW)
    if read and (day - read[-1][0]).days > LATE_AFTER * every_days:
        found.append(Caveat.GAP)
    if wrong_scale(path) or wrong_scale(entered):
        found.append(Caveat.SCALE)
    if len(path) > FEW and len({value for _, value in path}) == 1:
        found.append(Caveat.CONSTANT)
    return tuple(found)
