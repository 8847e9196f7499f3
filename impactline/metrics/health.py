"""Whether a value lies in its healthy range, and whether a metric has been read in time."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Health(StrEnum):
    """Where a value lies; the bounds of the range belong to it."""

    HEALTHY = "healthy"
    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"


class State(StrEnum):
    """What a board of metrics is asked for: their health, or whether somebody has to read them."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    LATE = "late"
    UNREAD = "unread"


class Watched(Protocol):
    """A metric with its healthy range and rhythm."""

    @property
    def healthy_at_least(self) -> Decimal | None: ...
    @property
    def healthy_at_most(self) -> Decimal | None: ...
    @property
    def read_every_days(self) -> int | None: ...


def state_of(metric: Watched, last: tuple[date, Decimal] | None, today: date) -> frozenset[State]:
    """All states of a metric by its last reading (day and value); without a range it is neither healthy nor not."""
    if last is None:
        return frozenset({State.UNREAD})
    where = health(last[1], metric.healthy_at_least, metric.healthy_at_most)
    found = set() if where is None else {State.HEALTHY if where is Health.HEALTHY else State.UNHEALTHY}
    return frozenset(found | ({State.LATE} if days_unread(last[0], metric.read_every_days, today) else set()))


def health(value: Decimal | None, at_least: Decimal | None, at_most: Decimal | None) -> Health | None:
    """The health of a value against a range with either end open; None without a value or a range."""
    if value is None or (at_least is None and at_most is None):
        return None
    if at_least is not None and value < at_least:
        return Health.TOO_LOW
    return Health.TOO_HIGH if at_most is not None and value > at_most else Health.HEALTHY


def days_unread(last: date | None, every_days: int | None, today: date) -> int:
    """Days since a reading was due; 0 when none is, or no rhythm was agreed, or nothing was ever read."""
    if last is None or every_days is None:
        return 0
    return max(0, (today - (last + timedelta(days=every_days))).days)
