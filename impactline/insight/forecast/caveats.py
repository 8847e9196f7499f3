"""What makes a forecast less sure than it looks: few readings, none for long, one on another scale, no change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from impactline.insight.forecast.outlook import Caveat
from impactline.insight.noise.entries import wrong_scale

FEW = 3
LATE_AFTER = 2.0
Pairs = Sequence[tuple[date, float]]


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
