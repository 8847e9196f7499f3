"""What a forecast says: where a value will stand on the due date, how sure that is, and what went in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from impactline.insight.forecast.recalibrating import NONE, Correction
from impactline.insight.methods import Method


class Silence(StrEnum):
    """Why there is no forecast."""

    NO_MEASURE = "no_measure"
    OVER = "over"
    NOTHING_READ = "nothing_read"


class Caveat(StrEnum):
    """What makes a forecast less sure than it looks, or wide."""

    FEW = "few"
    NONE = "none"
    GAP = "gap"
    SCALE = "scale"
    CONSTANT = "constant"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class History:
    """What similar key results of the organisation came to: mean and spread of their final progress, of how many.

    The defaults are those of public company OKRs and count as ten; `slope` is by how much one point of a person's
    confidence moved the log odds of success, `own` how forecasts of them came out.
    """

    mean: float = 0.65
    spread: float = 0.45
    reached: float = 0.45
    count: int = 0
    slope: float = 0.25
    own: Correction = NONE


@dataclass(frozen=True, slots=True)
class Span:
    """From a value to a value, both in the unit of the forecast."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FanDay:
    """What a day ahead will bring: the middle, and the ends of the 50 % and 80 % intervals."""

    day: date
    middle: float
    half: Span
    most: Span


@dataclass(frozen=True, slots=True)
class Speed:
    """Change of the value in a week towards the target: so far, needed from now on, and the best ever seen.

    Signed as the value moves; None where it cannot be said. Nothing is needed where the target is reached.
    """

    so_far: float | None
    needed: float | None
    best: float | None

    @property
    def beyond_best(self) -> bool:
        """Whether more is needed in a week than has ever been seen in one."""
        if self.needed is None or self.best is None:
            return False
        towards = 1 if self.needed > 0 else -1
        return self.needed * towards > max(self.best * towards, 0.0) * (1 + 1e-9)


@dataclass(frozen=True, slots=True)
class Chained:
    """By how much the chain expects the value to move still, from what is delivered, and with which share it counts.

    `is_read`: the readings move by as much already.
    """

    expects: float
    counted: float
    is_read: bool

    @property
    def moves(self) -> float:
        """By how much it moves the middle."""
        return self.expects * self.counted


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast as of a day.

    `middle`, `half` (50 %) and `most` (80 %) are of the value on `due_on`, in the unit of the measure; of control and
    milestones of the share kept or reached, in per cent. `reach` is the probability of reaching the target or, for
    what is to be held, of standing inside the bounds on that day; None where nothing is aimed at. `enough` is that of
    coming to `enough_at` of the progress, which counts as success for its kind; None where that is the target.
    `chain` is what the chain adds, and is in all the others already; None where it expects nothing more.
    """

    method: Method
    day: date
    due_on: date
    middle: float
    half: Span
    most: Span
    reach: float | None
    enough: float | None
    enough_at: float
    count: int
    fan: tuple[FanDay, ...]
    speed: Speed
    caveats: tuple[Caveat, ...]
    history: History
    chain: Chained | None = None
