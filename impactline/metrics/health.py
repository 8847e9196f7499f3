"""Whether a value lies in its healthy range, and whether a metric has been read in time."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Health(StrEnum):
    """Where a value lies; the bounds of the range belong to it."""

    HEALTHY = "healthy"
    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"


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
