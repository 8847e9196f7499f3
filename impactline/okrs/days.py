"""A day in the periods of many key results, with what those of one period have in common found once."""

from dataclasses import dataclass, field
from datetime import date

from impactline.okrs.expected import expected
from impactline.okrs.measure import Curve, Measure, Type
from impactline.okrs.models import Cycle
from impactline.okrs.pace import Moment, moment_of
from impactline.okrs.period import Period
from impactline.okrs.records import Dated, period_of

STEPWISE = frozenset({Curve.PLANNED, Curve.MILESTONES})


@dataclass(slots=True)
class Day:
    """The day in a period."""

    period: Period
    day: date
    usual: Moment
    due: dict[tuple[Type, str], float | None] = field(default_factory=dict)

    def moment(self, score: float | None) -> Moment:
        """The moment that the day is."""
        return self.usual if score is None else moment_of(self.period, self.day, score=score)

    def expected(self, measure: Measure, curve: str) -> float | None:
        """Expected progress; only what is planned in steps or milestones differs within a type."""
        if curve in STEPWISE:
            return expected(measure, Curve(curve), self.period, self.day)
        key = (measure.type, curve)
        if key not in self.due:
            self.due[key] = expected(measure, Curve(curve), self.period, self.day)
        return self.due[key]


class Days:
    """The day in each period, found once."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._found: dict[tuple[date | None, date | None, int], Day] = {}

    def of(self, row: Dated, cycle: Cycle) -> Day:
        """The day in the period of a key result."""
        key = (row.starts_on, row.due_on, cycle.pk)
        if key not in self._found:
            period = period_of(row, cycle)
            self._found[key] = Day(period, self._day, moment_of(period, self._day))
        return self._found[key]
