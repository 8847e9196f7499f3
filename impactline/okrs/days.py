"""A day in the periods of many key results, with what those that are alike have in common found once."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from impactline.okrs.bands import Colour
from impactline.okrs.expected import expected
from impactline.okrs.facts import STATUSES, Weighted, part_of
from impactline.okrs.judge import judge_standing
from impactline.okrs.measure import HOLD, Curve, Kind, Measure, Type
from impactline.okrs.models import Cycle
from impactline.okrs.pace import Policy, Preset, Rule, colouring, moment_of
from impactline.okrs.period import Period
from impactline.okrs.progress import Standing
from impactline.okrs.records import Dated, period_of
from impactline.okrs.rollup import Part

STEPWISE = frozenset({Curve.PLANNED, Curve.MILESTONES})
Colouring = Callable[[float], tuple[Colour, Rule]]


class Judgeable(Weighted, Dated, Protocol):
    """A key result, or a row as light as it, that can be judged once it is known where it stands."""

    @property
    def curve(self) -> str: ...
    @property
    def score(self) -> float | None: ...


class Day:
    """The day in a period."""

    def __init__(self, period: Period, day: date, policy: Policy | Preset) -> None:
        self.period = period
        self._day = day
        self._policy = policy
        self._alike: dict[tuple[Type, str, Kind], tuple[float | None, Colouring]] = {}

    def part(self, row: Judgeable, measure: Measure, stands: Standing, kind: Kind) -> Part:
        """The same as `part_of` what `judge_standing` finds, but quick: of most it takes their progress alone."""
        type_, curve = measure.type, row.curve
        if row.score is not None or curve in STEPWISE or type_ in HOLD:
            return self._single(row, measure, stands, kind)
        alike = (type_, curve, kind)
        if alike not in self._alike:
            self._alike[alike] = self._of(measure, curve, kind)
        due, colouring = self._alike[alike]
        progress, stated = stands.progress, row.status
        colour = Colour.GREY if progress is None or due is None else colouring(progress)[0]
        return Part(row.ref, progress, due, row.weight, colour, None if stated is None else STATUSES[stated])

    def _single(self, row: Judgeable, measure: Measure, stands: Standing, kind: Kind) -> Part:
        due = expected(measure, Curve(row.curve), self.period, self._day)
        moment = moment_of(self.period, self._day, score=row.score)
        judged = judge_standing(stands, due, measure.type, moment, kind=kind, policy=self._policy)
        return part_of(row, judged, row.status)

    def _of(self, measure: Measure, curve: str, kind: Kind) -> tuple[float | None, Colouring]:
        """What is expected of those of a type, curve and kind, and what tells their colour."""
        due = expected(measure, Curve(curve), self.period, self._day)
        return due, colouring(due or 0.0, kind, moment_of(self.period, self._day), policy=self._policy)


class Days:
    """The day in each period, found once."""

    def __init__(self, day: date, policy: Policy | Preset) -> None:
        self._day = day
        self._policy = policy
        self._found: dict[tuple[date | None, date | None, int], Day] = {}

    def of(self, row: Dated, cycle: Cycle) -> Day:
        """The day in the period of a key result."""
        key = (row.starts_on, row.due_on, cycle.id)
        if key not in self._found:
            self._found[key] = Day(period_of(row, cycle), self._day, self._policy)
        return self._found[key]
