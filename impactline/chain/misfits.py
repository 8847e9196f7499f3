"""What is said of a link and does not fit what it leads to: the wrong metric, more than can be, later than it is due.

Nothing of it is refused, for the other end may be mended instead; it is told wherever the link is shown or imported.
"""

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from impactline.base.errors import Fault
from impactline.metrics.measure import is_percentage

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Measured:
    """What measures the target of a link: its metrics and those of its key results, with the days of the latter."""

    metrics: Collection[Hashable] = ()
    starts_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of a link: the effect on a metric, with its name and unit, the lag, the first day of the source."""

    metric: Hashable = None
    name: str = ""
    unit: str = ""
    change: Decimal | None = None
    lag_days: int | None = None
    begins_on: date | None = None


def misfits(stated: Stated, measured: Measured, day: Callable[[date], str] = date.isoformat) -> Iterator[Fault]:
    """What does not fit, each at its field; `day` writes days."""
    if stated.metric is not None and measured.metrics and stated.metric not in measured.metrics:
        yield Fault(
            "effect_metric",
            f"“{stated.name}” measures neither what it leads to nor a key result of that.",
            "Choose a metric that does.",
        )
    if stated.change is not None and is_percentage(stated.unit) and abs(stated.change) > WHOLE:
        yield Fault(
            "effect_change",
            f"“{stated.name}” is told in per cent, which move by at most 100.",
            "Tell the effect in the unit of the metric.",
        )
    begins_on = stated.begins_on or measured.starts_on
    if stated.lag_days and begins_on is not None and measured.due_on is not None:
        shows_on = begins_on + timedelta(days=stated.lag_days)
        if shows_on > measured.due_on:
            yield Fault(
                "lag_days",
                f"It shows from {day(shows_on)} on at the earliest; what measures it is due by {day(measured.due_on)}.",
                "Shorten the lag, or look for what shows sooner.",
            )
