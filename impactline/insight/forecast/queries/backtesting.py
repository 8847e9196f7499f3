"""How good the forecasts would have been: each closed key result is forecast again from a part of what was read.

Nothing that was not known on the day is used: readings, target, confidence and history are those of that day. Chances
are those that are worked out, before the correction that is learnt from them (`recalibrating`). What
came is judged against the target that held when it was forecast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from impactline.checkins.past import Past
from impactline.insight.forecast.backtest import Judged, Report, report
from impactline.insight.forecast.forecasting import forecast
from impactline.insight.forecast.outlook import Outlook
from impactline.insight.forecast.queries import history_of
from impactline.insight.forecast.telling import COUNTED
from impactline.insight.methods import Method
from impactline.okrs.bands import reaches
from impactline.okrs.expected import expected
from impactline.okrs.measure import Curve, Kind, Measure, Reading, Type
from impactline.okrs.models import Cycle, CycleState, KeyResult
from impactline.okrs.period import Period
from impactline.okrs.policy import read as policies_read
from impactline.okrs.progress import Standing, standing
from impactline.okrs.readings import all_readings
from impactline.okrs.records import period_of
from impactline.okrs.today import Present
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person
from impactline.people.queries import organisation

PARTS = (0.25, 0.5, 0.75)
WHOLE = 1.0
MET_OR_NOT = (Type.BINARY, Type.AT_LEAST, Type.AT_MOST, Type.RANGE)


@dataclass(frozen=True, slots=True)
class Tested:
    """A forecast of a closed key result from what was known on a day, `per_cent` of the way through its cycle."""

    key_result: KeyResult
    per_cent: int
    judged_on: date
    judged: Judged
    confidence: int | None


def backtest_of(viewer: Person | None) -> dict[str, Report]:
    """The reports over all closed cycles, "all" first, then by type; as far as the viewer may see (None: everything).

    The number of queries depends on that of cycles and types, not on that of key results.
    """
    judged: dict[str, list[Judged]] = defaultdict(list)
    for cycle in closed_cycles():
        for row in tested(cycle, key_results_visible_to(viewer)):
            judged[row.key_result.type].append(row.judged)
    return reports(judged)


def reports(judged: Mapping[str, Sequence[Judged]]) -> dict[str, Report]:
    """The report over all, and that of each type."""
    everything = [row for type_ in sorted(judged) for row in judged[type_]]
    return {"all": report(everything), **{type_: report(judged[type_]) for type_ in sorted(judged)}}


def closed_cycles() -> QuerySet[Cycle]:
    """The cycles that forecasts can be tested on, in the order in which they were closed."""
    closed = Cycle.objects.filter(state=CycleState.CLOSED, closed_on__isnull=False, archived_at=None)
    return closed.order_by("closed_on", "id")


def tested(cycle: Cycle, among: QuerySet[KeyResult]) -> Iterator[Tested]:
    """The forecasts of the key results of a closed cycle among some."""
    rows = among.filter(objective__cycle=cycle, archived_at=None, objective__archived_at=None)
    key_results = list(rows.select_related("objective__cycle", "metric").order_by("id"))
    policy = policies_read(organisation().policies)
    for part in PARTS:
        day = cycle.starts_on + timedelta(days=round((cycle.ends_on - cycle.starts_on).days * part))
        yield from _tested(key_results, Present(day, policy), day, round(part * 100))


def _tested(key_results: Sequence[KeyResult], now: Present, day: date, per_cent: int) -> Iterator[Tested]:
    facts = Past({row.objective_id: row.objective for row in key_results}, list(key_results), now, day)
    known = all_readings({row.metric_id for row in key_results if row.metric_id is not None})
    histories = {type_: history_of(type_, day, corrected=False) for type_ in sorted({row.type for row in key_results})}
    for row in key_results:
        cycle, measure = row.objective.cycle, facts.measures[row.pk]
        period = period_of(facts.rows[row.pk], cycle)
        readings = [entry for entry in known.get(row.metric_id or 0, []) if cycle.counts(entry.day)]
        if not period.starts_on < day < period.due_on or not measure.type.has_progress:
            continue
        last = standing(measure, readings, period.due_on, period)
        outlook = forecast(
            measure,
            Kind(row.objective.kind),
            readings,
            period,
            day,
            confidence=facts.confidence(row),
            history=histories[row.type],
            drawn=False,
        )
        if isinstance(outlook, Outlook) and outlook.reach is not None and last.recorded and last.progress is not None:
            judged = _against(outlook, last, _line(measure, readings, period, day))
            yield Tested(row, per_cent, day, judged, facts.confidence(row))


def _line(measure: Measure, readings: Sequence[Reading], period: Period, day: date) -> bool:
    """Whether the straight line from the start through the last reading reaches the target.

    What is held and yes or no have no line: whether they were met, or done, on the day.
    """
    now = standing(measure, readings, day, period).progress
    if now is None:
        return False
    if measure.type in MET_OR_NOT:
        return reaches(now, WHOLE)
    read_on = max((reading.day for reading in readings if reading.day <= day), default=day)
    on = day if measure.type in (Type.CONTROL, Type.MILESTONES) else max(read_on, period.starts_on)
    return reaches(now, expected(measure, Curve.LINEAR, period, on) or 0.0)


def _against(outlook: Outlook, last: Standing, line: bool) -> Judged:
    progress = last.progress or 0.0
    value = progress * 100 if outlook.method in COUNTED else float(last.value or 0)
    reached = reaches(progress, WHOLE)
    if outlook.method is Method.BINARY:
        return Judged(outlook.reach or 0.0, reached, line)
    inside = [span.low - 1e-9 <= value <= span.high + 1e-9 for span in (outlook.half, outlook.most)]
    return Judged(outlook.reach or 0.0, reached, line, *inside)
