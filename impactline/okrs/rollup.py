"""Roll-up of the parts of one objective: shares, clamped parts, weighted means, worst colour and status.

Parts enter clamped to [0, 1] and keep their raw progress beside it. A part without progress is left out, and
its weight goes to the rest in proportion. An objective of which no part counts has no progress, which is not
the same as 0.
Sources: Quantive 4867334 (drivers), Viva configuring-okrs (fixed shares).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from impactline.base.errors import Invalid
from impactline.okrs.bands import Colour, worst
from impactline.okrs.measure import Driver
from impactline.okrs.status import Status
from impactline.okrs.status import worst as worst_status

WHOLE = 100.0
WHOLE_TOLERANCE = 0.01

Key = Hashable


class WeightsDoNotSum(Invalid):
    """Fixed shares that cannot make up 100 %."""

    code = "weights_do_not_sum"


class Origin(StrEnum):
    """What a part is: a key result of the objective, or an objective that is aligned to it."""

    KEY_RESULT = "key_result"
    OBJECTIVE = "objective"


_ORIGINS: dict[Driver, tuple[Origin, ...]] = {
    Driver.KEY_RESULTS: (Origin.KEY_RESULT,),
    Driver.OBJECTIVES: (Origin.OBJECTIVE,),
    Driver.BOTH: (Origin.KEY_RESULT, Origin.OBJECTIVE),
    Driver.METRIC: (),
    Driver.NONE: (),
}


class Part(NamedTuple):
    """What an objective is made of: its key results and the objectives aligned to it.

    `progress` is raw, None where it does not apply; `fixed` a share in percent that someone set;
    `contributes` is False for an objective that only supports and is drawn but not counted.
    """

    key: Key
    progress: float | None
    expected: float | None = None
    fixed: float | None = None
    colour: Colour = Colour.GREY
    status: Status | None = None
    origin: Origin = Origin.KEY_RESULT
    contributes: bool = True


class Counted(NamedTuple):
    """How one part entered: with `weight` in [0, 1] and `counted`, its raw progress clamped to [0, 1].

    A part that does not count has weight 0 and `counted` None.
    """

    key: Key
    weight: float
    raw: float | None
    counted: float | None
    expected: float | None = None
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """Progress that an objective has by itself: from its own metric, or set by hand."""

    progress: float | None
    expected: float | None = None
    colour: Colour = Colour.GREY
    status: Status | None = None


class Rolled(NamedTuple):
    """Where an objective stands.

    `computed` is what its driver gives; it differs from `progress` only while a person overrides it.
    `includes_hidden` says that the figure includes items which the viewer may not see; they are never listed
    among the parts, whose weights sum to 1 without them.
    """

    progress: float | None
    expected: float | None
    colour: Colour
    status: Status | None
    parts: tuple[Counted, ...]
    computed: float | None
    overridden: bool = False
    includes_hidden: bool = False

    @property
    def listed(self) -> float | None:
        """What the listed parts come to by themselves, in [0, 1]; None where none of them counts."""
        return _mean_progress(self.parts)


def shares(fixed: Sequence[float | None]) -> list[float]:
    """The weights that fixed shares (in percent) and equal ones (None) come to; they sum to 1.

    The parts without a fixed share divide the remainder equally. Raises WeightsDoNotSum when a share is
    outside 0 to 100, when the fixed ones exceed 100, or when all are fixed and miss 100 (by more than 0.01).
    """
    given = [share for share in fixed if share is not None]
    for share in given:
        if not 0 <= share <= WHOLE:
            raise WeightsDoNotSum(
                f"A weight of {share:g} % is not between 0 and 100 %.",
                remedy="Enter 0 to 100.",
                field="weight",
            )
    total = math.fsum(given)
    if total > WHOLE + WHOLE_TOLERANCE:
        raise WeightsDoNotSum(
            f"The fixed weights sum to {total:g} %, more than 100 %.",
            remedy=f"Take away {total - WHOLE:g} %, or let some share equally.",
            field="weight",
        )
    if given and len(given) == len(fixed) and total < WHOLE - WHOLE_TOLERANCE:
        raise WeightsDoNotSum(
            f"All weights are fixed, and they sum to {total:g} % instead of 100 %.",
            remedy=f"Add {WHOLE - total:g} %, or let at least one share the rest.",
            field="weight",
        )
    return _normal(_percents(fixed))


def roll_up(
    parts: Sequence[Part],
    driver: Driver = Driver.KEY_RESULTS,
    *,
    own: Own | None = None,
    override: Own | None = None,
) -> Rolled:
    """Progress, expected progress, worst colour and worst status of an objective.

    `own` is used with the driver `metric`; `override` takes the place of every driver, and `computed` stays.
    The expected progress is the mean of that of the parts that count, with the weights of progress. Stored
    shares that do not sum to 100 % (an action refuses them, see `shares`) are scaled, so that a page can be
    shown.
    """
    counted = tuple(_counted(parts, driver))
    rolled = _from_metric(own, counted) if driver is Driver.METRIC else _mean(parts, counted)
    if override is None:
        return rolled
    return Rolled(
        override.progress,
        override.expected,
        override.colour,
        override.status,
        counted,
        computed=rolled.progress,
        overridden=True,
    )


def drives(part: Part, driver: Driver) -> bool:
    """Whether a part is of the sort that the driver counts, with progress or without."""
    return part.contributes and part.origin in _ORIGINS[driver]


def _counted(parts: Sequence[Part], driver: Driver) -> list[Counted]:
    return [
        Counted(part.key, weight, part.progress, _entering(part.progress, weight), part.expected, part.fixed)
        for part, weight in zip(parts, _weights(parts, driver), strict=True)
    ]


def _entering(progress: float | None, weight: float) -> float | None:
    if progress is None or not weight or 0.0 <= progress <= 1.0:
        return progress if weight else None
    return 0.0 if progress < 0.0 else 1.0


def _weights(parts: Sequence[Part], driver: Driver) -> list[float]:
    origins = _ORIGINS[driver]
    driving = [part.contributes and part.origin in origins for part in parts]
    percents = iter(_percents([part.fixed for part, drives in zip(parts, driving, strict=True) if drives]))
    due = [next(percents) if drives else 0.0 for drives in driving]
    return _normal([0.0 if part.progress is None else percent for part, percent in zip(parts, due, strict=True)])


def _percents(fixed: Sequence[float | None]) -> list[float]:
    equal = fixed.count(None)
    if equal == len(fixed):
        return [1.0] * equal
    rest = max(0.0, WHOLE - math.fsum(share for share in fixed if share is not None))
    return [rest / equal if share is None else max(0.0, share) for share in fixed]


def _normal(weights: list[float]) -> list[float]:
    total = math.fsum(weights)
    return [weight / total for weight in weights] if total > 0 else [0.0] * len(weights)


def _from_metric(own: Own | None, counted: tuple[Counted, ...]) -> Rolled:
    own = own or Own(None)
    return Rolled(own.progress, own.expected, own.colour, own.status, counted, computed=own.progress)


def _mean(parts: Sequence[Part], counted: tuple[Counted, ...]) -> Rolled:
    progress = _mean_progress(counted)
    if progress is None:
        return Rolled(None, None, Colour.GREY, None, counted, computed=None)
    heard = [part for part, entry in zip(parts, counted, strict=True) if entry.counted is not None]
    return Rolled(
        progress,
        mean_expected(counted),
        worst([part.colour for part in heard]),
        worst_status([part.status for part in heard]),
        counted,
        computed=progress,
    )


def _mean_progress(parts: Sequence[Counted]) -> float | None:
    counting = [part.weight * part.counted for part in parts if part.counted is not None]
    return math.fsum(counting) if counting else None


def mean_expected(parts: Sequence[Counted]) -> float | None:
    """The mean of what is expected of the parts that count, with their weights; None where of none it is known."""
    known = [part for part in parts if part.counted is not None and part.expected is not None]
    weight = math.fsum([part.weight for part in known])
    if weight <= 0:
        return None
    return math.fsum([part.weight * (part.expected or 0.0) for part in known]) / weight
