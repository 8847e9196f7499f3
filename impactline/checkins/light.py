"""Key results as light as a roll-up of thousands needs them: as kept for today, or as recorded by an earlier day.

Either way there are columns for the query of their objectives, and what reads the JSON in which these come.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, F, OuterRef, Q, When

from impactline.base.bulk import Columns, Rows, exact
from impactline.checkins.past import known_by, recorded_by
from impactline.okrs.facts import metric_progress, milestone, steps_along
from impactline.okrs.history import changed_after, changes_along, earlier, earlier_milestones, score_on
from impactline.okrs.measure import HOLD, Curve, Driver, Measure, Reading, Type, Values
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.progress import Standing, metric_standing, standing_at
from impactline.okrs.readings import NEEDS_ALL, latest_value
from impactline.okrs.records import BARE, Stepped, measure_of
from impactline.okrs.today import Present

# Of these more is needed than progress; of an earlier day, more than a value between baseline and target.
STEPWISE = Q(curve__in=[Curve.PLANNED, Curve.MILESTONES])
INTRICATE = STEPWISE | Q(type__in=sorted(HOLD))
FORMERLY_INTRICATE = STEPWISE | Q(type__in=sorted({*HOLD, Type.MILESTONES, Type.RUBRIC})) | NEEDS_ALL
PLAIN = ("ref", "type", "weight", "curve", "starts_on", "due_on")
NUMBERS = ("value", "baseline", "target", "low", "high", "warning")


class Row(NamedTuple):
    """A key result that counts; from `progress` on only what is needed of it."""

    ref: str
    type: str
    weight: float | None
    curve: str
    starts_on: date | None
    due_on: date | None
    status: str | None
    score: float | None
    progress: float | None = None
    value: Decimal | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    warning: Decimal | None = None
    values: str = Values.LATEST
    planned: Any = ()
    levels: Sequence[str] = ()
    unit: str = ""


class Step(NamedTuple):
    """A milestone, as `steps_along` gives it; its days are texts."""

    id: int
    title: str
    weight: float
    due: str | None
    reached: str | None
    position: int

    @property
    def due_on(self) -> date | None:
        """The day on which it is planned."""
        return _day(self.due)

    @property
    def reached_on(self) -> date | None:
        """The day on which it was reached."""
        return _day(self.reached)


class More(NamedTuple):
    """What else is read of a key result that is, or was, not a plain one: numbers binary, lists still as JSON."""

    metric: int | None
    values: str
    planned: Any
    levels: Any
    steps: Any
    readings: Any
    changes: Any
    low: float | None
    high: float | None
    warning: float | None


# A key result, how it is measured, and where it stands or what it is known by.
Read = tuple[Row | KeyResult, Measure, Standing | list[Reading]]


class Today:
    """What is kept with the rows."""

    day: date | None = None

    def __init__(self, now: Present) -> None:
        self.now = now

    def of_objectives(self) -> dict[str, Any]:
        """Columns of objectives: their score, and what they have come to by themselves."""
        return {"scored": F("score"), "alone": F("computed")}

    def known(self) -> Q:
        """Objectives that are known by what is kept with them: hidden ones in which nothing that is seen can count."""
        return Q(is_hidden=True, driver=Driver.KEY_RESULTS, figured_on=self.now.day)

    def alone(self, kept: Any) -> float | None:
        """The progress of an objective by its own metric."""
        progress: float | None = kept
        return progress

    def columns(self) -> Rows:
        """What is read of key results."""
        more = Columns("values", "planned", steps_along(), *NUMBERS)
        return Rows(*PLAIN, "status", "score", "progress", Case(When(INTRICATE, then=more)))

    def read(self, columns: list[Any]) -> Read:
        """A key result from these columns."""
        ref, type_, weight, curve, starts_on, due_on, status, score, progress, more = columns
        row = Row(ref, type_, weight, curve, _day(starts_on), _day(due_on), status, score, progress)
        stands = Standing(None, progress, True)
        if more is None:
            return row, BARE[type_], stands
        values, planned, steps, *numbers = listed(more)
        bounds: dict[str, Any] = dict(zip(NUMBERS, map(exact, numbers), strict=True))
        row = row._replace(values=values, planned=listed(planned), **bounds)
        measure = measure_of(row, map(Step._make, listed(steps)), strict=self.now.policy.strict_holds)
        return row, measure, standing_at(measure, row.value) if measure.type.is_hold else stands


class Earlier:
    """What was recorded by the end of an earlier day."""

    def __init__(self, now: Present, day: date) -> None:
        self.day = day
        self.now = replace(now, day=day)

    def of_objectives(self) -> dict[str, Any]:
        """Columns of objectives: their score, and what their own metric had come to."""
        own = Columns(latest_value(self.day, F("cycle__closed_on")), "baseline", "target")
        return {"scored": score_on(self.day, "objective"), "alone": Case(When(driver=Driver.METRIC, then=own))}

    def known(self) -> Q:
        """None: nothing is kept of an earlier day."""
        return Q(pk__in=[])

    def alone(self, kept: Any) -> float | None:
        """The progress of an objective by its own metric."""
        value, baseline, target = map(exact, listed(kept))
        return metric_progress(Objective(baseline=baseline, target=target), baseline if value is None else value)

    def columns(self) -> Rows:
        """What is read of key results."""
        was = recorded_by(self.day, OuterRef("cycle__closed_on"))
        named = {**was, "steps": steps_along()}
        more = Columns(*(named.get(name, name) for name in More._fields))
        intricate = Case(When(FORMERLY_INTRICATE | changed_after(self.day), then=more))
        return Rows(*PLAIN, was["status"], was["score"], was["value"], "baseline", "target", intricate)

    def read(self, columns: list[Any]) -> Read:
        """A key result from these columns."""
        ref, type_, weight, curve, starts_on, due_on, status, score, *numbers, more = columns
        value, baseline, target = map(exact, numbers)
        days = _day(starts_on), _day(due_on)
        row = Row(ref, type_, weight, curve, *days, status, score, None, value, baseline, target)
        if more is not None:
            return self._intricate(row, More(*listed(more)))
        measure = BARE[row.type]
        if measure.type is Type.METRIC:
            return row, measure, metric_standing(row, row.value)
        return row, measure, standing_at(measure, row.value)

    def _intricate(self, plain: Row, more: More) -> Read:
        row = plain._replace(
            values=more.values,
            planned=listed(more.planned),
            levels=listed(more.levels),
            low=exact(more.low),
            high=exact(more.high),
            warning=exact(more.warning),
        )
        steps = listed(more.steps)
        if more.changes:
            changes = changes_along(listed(more.changes))
            was = earlier(KeyResult(metric_id=more.metric, **row._asdict()), changes)
            measure = self._measure(was, earlier_milestones(map(milestone, steps), changes))
            return was, measure, [] if was.metric_id is None else self._known(row, more)
        return row, self._measure(row, map(Step._make, steps)), self._known(row, more)

    def _measure(self, row: Row | KeyResult, steps: Iterable[Stepped]) -> Measure:
        return measure_of(row, steps, strict=self.now.policy.strict_holds)

    def _known(self, row: Row, more: More) -> list[Reading]:
        return known_by(row.value, listed(more.readings) if more.readings else None, self.day)


def listed(found: Any) -> Any:
    """A list in JSON: as text where it comes from a column, read already where it comes from within other JSON."""
    return json.loads(found) if isinstance(found, str) else found or []


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
