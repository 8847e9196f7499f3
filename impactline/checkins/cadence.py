"""The rhythm of check-ins: when the next is due, which were on time, late or missed, and what is stale.

Sources: profit.co on check-in discipline and grace (on time until the grace ends, late until the next is
due); stale from 1.5 cadences without a check-in, neglected from 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from impactline.okrs.period import Period, Slot

GRACE_DAYS = 3
STALE_AFTER = 1.5
NEGLECTED_AFTER = 2.0


class Punctuality(StrEnum):
    """What became of one planned check-in."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    OVERDUE = "overdue"
    DUE = "due"
    FUTURE = "future"


class Freshness(StrEnum):
    """How old the last check-in is, measured by the cadence."""

    FRESH = "fresh"
    STALE = "stale"
    NEGLECTED = "neglected"


@dataclass(frozen=True, slots=True)
class PlannedCheckIn:
    """One planned check-in, what became of it, and the day of the check-in that answered it."""

    slot: Slot
    punctuality: Punctuality
    checked_in_on: date | None = None


def discipline(
    period: Period, days: Iterable[date], as_of: date, *, grace_days: int = GRACE_DAYS
) -> tuple[PlannedCheckIn, ...]:
    """What became of each planned check-in, in order, by the days on which somebody checked in.

    A check-in in the days of a slot, or within the grace after its due day, is on time; one within the
    grace answers only the slot before it. The grace ends at the latest before the next is due. Later,
    until the next is due, the slot is late, while the check-in answers the slot of its own day too, so
    that one late answer does not make all that follow late. Without any, a slot is due from its first day
    to the end of its grace, overdue until the next is due, then missed.
    Raises ValueError for a negative grace.
    """
    if grace_days < 0:
        raise ValueError(f"a grace period has at least 0 days, not {grace_days}")
    known = sorted(day for day in days if period.starts_on <= day <= as_of)
    found: list[PlannedCheckIn] = []
    used: date | None = None
    for slot in period.slots():
        closes_on = slot.due_on + timedelta(days=period.every_days)
        grace_ends_on = min(slot.due_on + timedelta(days=grace_days), closes_on - timedelta(days=1))
        own = _first(known, slot.opens_on, slot.due_on, but=used)
        used = None if own else _first(known, _after(slot.due_on), grace_ends_on)
        late = None if own or used else _first(known, _after(grace_ends_on), closes_on)
        if late:
            found.append(PlannedCheckIn(slot, Punctuality.LATE, late))
        elif own or used:
            found.append(PlannedCheckIn(slot, Punctuality.ON_TIME, own or used))
        else:
            found.append(PlannedCheckIn(slot, _unanswered(slot, as_of, grace_ends_on, closes_on)))
    return tuple(found)


def next_due(period: Period, days: Iterable[date], today: date, *, grace_days: int = GRACE_DAYS) -> date | None:
    """The day of the earliest planned check-in that still waits for an answer; None when none does.

    A missed one is not asked for again. A day before `today` means overdue, see `days_overdue`. `days` are
    those of all check-ins, or at least of the last one; with that alone, one within a grace counts for the
    slot before.
    """
    waiting = (Punctuality.DUE, Punctuality.OVERDUE, Punctuality.FUTURE)
    for planned in discipline(period, days, today, grace_days=grace_days):
        if planned.punctuality in waiting:
            return planned.slot.due_on
    return None


def days_overdue(due_on: date | None, today: date) -> int:
    """Days since a check-in was due; 0 when none is, also on the due day itself."""
    return max(0, (today - due_on).days) if due_on else 0


def check_in_rate(planned: Iterable[PlannedCheckIn]) -> float | None:
    """Share of the due check-ins that were on time; None while none has been due to the end of its grace."""
    settled = (Punctuality.ON_TIME, Punctuality.LATE, Punctuality.MISSED, Punctuality.OVERDUE)
    due = [entry for entry in planned if entry.punctuality in settled]
    on_time = sum(1 for entry in due if entry.punctuality is Punctuality.ON_TIME)
    return on_time / len(due) if due else None


def freshness(last: date | None, period: Period, today: date) -> Freshness:
    """How stale a key result is: from 1.5 cadences without a check-in stale, from 2 neglected.

    Counted from the last check-in or, if that is later or there is none, from the first day of the period,
    and not beyond its last day.
    """
    since = max(period.starts_on, last) if last else period.starts_on
    age = (min(today, period.due_on) - since).days / period.every_days
    if age >= NEGLECTED_AFTER:
        return Freshness.NEGLECTED
    return Freshness.STALE if age >= STALE_AFTER else Freshness.FRESH


def _first(days: list[date], opens_on: date, closes_on: date, *, but: date | None = None) -> date | None:
    """The first of some sorted days between two, leaving out one occurrence of a day that is used already."""
    inside = [day for day in days if opens_on <= day <= closes_on]
    if but in inside:
        inside.remove(but)
    return inside[0] if inside else None


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _unanswered(slot: Slot, as_of: date, grace_ends_on: date, closes_on: date) -> Punctuality:
    if as_of < slot.opens_on:
        return Punctuality.FUTURE
    if as_of <= grace_ends_on:
        return Punctuality.DUE
    return Punctuality.OVERDUE if as_of <= closes_on else Punctuality.MISSED
