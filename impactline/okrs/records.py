"""Rows of the database turned into the records that the arithmetic takes."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from impactline.okrs import models
from impactline.okrs.measure import Measure, Milestone, Planned, Type, Values
from impactline.okrs.period import Period

WITHOUT_METRIC = (Type.MILESTONES, Type.OPEN)
BARE = {str(word): Measure(word) for word in Type}
_TYPES = {str(word): word for word in Type}
_VALUES = {str(word): word for word in Values}


class Measured(Protocol):
    """A key result, or a row as light as it, that says how it is measured."""

    @property
    def type(self) -> str: ...
    @property
    def baseline(self) -> Decimal | None: ...
    @property
    def target(self) -> Decimal | None: ...
    @property
    def low(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...
    @property
    def warning(self) -> Decimal | None: ...
    @property
    def values(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def levels(self) -> Any: ...
    @property
    def planned(self) -> Any: ...


class Stepped(Protocol):
    """A milestone, or a row as light as it."""

    @property
    def title(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def reached_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...


class Dated(Protocol):
    """A key result, or a row as light as it, that may have days of its own."""

    @property
    def starts_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...


def measure_of(key_result: Measured, milestones: Iterable[Stepped] = (), *, strict: bool = False) -> Measure:
    """How a key result is measured now."""
    return Measure(
        type=_TYPES[key_result.type],
        baseline=key_result.baseline,
        target=key_result.target,
        low=key_result.low,
        high=key_result.high,
        warning=key_result.warning,
        strict=strict,
        values=_VALUES[key_result.values],
        unit=key_result.unit,
        levels=tuple(key_result.levels),
        milestones=tuple(map(milestone_of, milestones)),
        planned=tuple(map(_planned, key_result.planned)),
    )


def milestone_of(row: Stepped) -> Milestone:
    """A milestone as the arithmetic takes it."""
    return Milestone(row.title, Decimal(str(row.weight)), row.reached_on, row.due_on)


def period_of(key_result: Dated, cycle: models.Cycle) -> Period:
    """The days of a key result: its own, or those of its cycle."""
    starts_on = key_result.starts_on or cycle.starts_on
    due_on = key_result.due_on or cycle.ends_on
    return Period(min(starts_on, due_on), max(starts_on, due_on), cycle.check_in_every_days)


def _planned(part: Mapping[str, Any]) -> Planned:
    return Planned(date.fromisoformat(part["until"]), Decimal(str(part["value"])))
