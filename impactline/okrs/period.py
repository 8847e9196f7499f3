"""The period of a key result: its days, its check-in slots, and how much of it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WEEKLY = 7


@dataclass(frozen=True, slots=True)
class Slot:
    """The days that belong to one planned check-in; both ends included, due on the last one."""

    opens_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Period:
    """From `starts_on` to `due_on`, both included, with a check-in due every `every_days` days.

    Raises ValueError when it ends before it starts or the cadence is not at least one day.
    """

    starts_on: date
    due_on: date
    every_days: int = WEEKLY

    def __post_init__(self) -> None:
        if self.due_on < self.starts_on:
            raise ValueError(f"the period ends on {self.due_on}, before it starts on {self.starts_on}")
        if self.every_days < 1:
            raise ValueError(f"a cadence is at least one day, not {self.every_days}")

    @property
    def span(self) -> int:
        """Days from the first day to the last; 0 for a period of one day."""
        return (self.due_on - self.starts_on).days

    def elapsed(self, day: date) -> float:
        """Share of the period that has passed on a day, in [0, 1]: 0 on the first day, 1 on the last.

        A period of one day has passed when its day has come.
        """
        if day >= self.due_on:
            return 1.0
        if day <= self.starts_on:
            return 0.0
        return (day - self.starts_on).days / self.span

    def has_started(self, day: date) -> bool:
        """Whether the day is the first day or later."""
        return day >= self.starts_on

    def has_ended(self, day: date) -> bool:
        """Whether the last day is over; on the last day itself there is still time."""
        return day > self.due_on

    @property
    def first_due_on(self) -> date:
        """Day of the first planned check-in: one cadence after the start, at the latest on the last day."""
        if self.span < self.every_days:
            return self.due_on
        return self.starts_on + timedelta(days=self.every_days)

    @property
    def planned(self) -> int:
        """Number of planned check-ins, at least 1: 13 for 1 October to 31 December, weekly."""
        return max(1, self.span // self.every_days)

    def due_days(self) -> tuple[date, ...]:
        """Days on which a check-in is due, in order: start + 1, 2, 3 … cadences, none after the last day.

        A period shorter than its cadence has one, on its last day.
        """
        first = self.first_due_on
        return tuple(first + timedelta(days=self.every_days * number) for number in range(self.planned))

    def slots(self) -> tuple[Slot, ...]:
        """The planned check-ins with the days that belong to each, in order and without gaps.

        The first opens on the first day, each later one the day after the one before was due.
        """
        due = self.due_days()
        opens = (self.starts_on, *(day + timedelta(days=1) for day in due[:-1]))
        return tuple(Slot(opens_on, due_on) for opens_on, due_on in zip(opens, due, strict=True))

    def slot_of(self, day: date) -> int | None:
        """Number of the slot, from 0, to which a day belongs; None outside the period.

        Days after the last due day, where the cadence does not divide the period, belong to the last slot.
        """
        if not self.starts_on <= day <= self.due_on:
            return None
        number = -(-(day - self.starts_on).days // self.every_days) - 1
        return min(max(number, 0), self.planned - 1)
