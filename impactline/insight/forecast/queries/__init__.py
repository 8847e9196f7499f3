"""What the forecast of a key result or a metric is made from; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import fmean, pstdev

from django.db.models import Q

from impactline.base.errors import NotFound
from impactline.chain.pipelines import pipeline_of, pipelines_of
from impactline.checkins.past import Past
from impactline.checkins.queries import Known, known_of
from impactline.insight.forecast.chained import Coming
from impactline.insight.forecast.counting import confidence_slope
from impactline.insight.forecast.difficulty import Difficulty, difficulty
from impactline.insight.forecast.forecasting import forecast, forecast_series
from impactline.insight.forecast.outlook import History, Outlook, Silence
from impactline.insight.forecast.recalibrating import KEY_RESULTS_LEAST, correction_of
from impactline.insight.forecast.telling import Words
from impactline.insight.models import Hindcast
from impactline.insight.noise import Examined, examine
from impactline.metrics.models import Better, Metric, PeriodTarget
from impactline.metrics.queries import course_of, targets_of
from impactline.okrs.measure import Kind, Measure, Reading, Type, Values
from impactline.okrs.models import CycleState, KeyResult, Objective, Visibility
from impactline.okrs.period import Period
from impactline.okrs.readings import all_readings
from impactline.okrs.records import period_of
from impactline.okrs.today import Present
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person

CLOSED_MAX = 400
AHEAD_DAYS = 91
READINGS_AHEAD = 13
USUAL_COUNTS_AS = 10
PROGRESS_ENDS = (-1.0, 2.0)
EVERY_DAYS = 7
NO_QUANTITY = (Type.MILESTONES, Type.BINARY, Type.RUBRIC, Type.OPEN)
Course = list[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Foretold:
    """What is to come, and what the readings so far say.

    `aim` names what the chance is of: the target, that of a metric's period, or being healthy. `levels` are those of a
    rubric, in words.
    """

    outlook: Outlook | Silence
    examined: Examined
    unit: str
    aim: str = "target"
    levels: tuple[str, ...] = ()


Named = tuple[str, str, Foretold]


def history_of(type_: str, until: date, *, corrected: bool = True) -> History:
    """What the latest closed key results of a type came to, as far as everybody may see them; two queries at most.

    Mean and spread are shrunk to what is usual elsewhere, which counts as ten of them. How forecasts of them came out
    is told where there are enough of them, unless what is worked out shall stay as it is.
    """
    rows = list(
        KeyResult.objects.filter(
            type=type_,
            progress__isnull=False,
            archived_at=None,
            objective__archived_at=None,
            objective__visibility=Visibility.OPEN,
            objective__cycle__state=CycleState.CLOSED,
            objective__cycle__closed_on__lte=until,
        )
        .order_by("-objective__cycle__closed_on", "-id")
        .values_list("pk", "progress", "confidence")[:CLOSED_MAX]
    )
    found = shrunk([(progress, confidence) for _, progress, confidence in rows if progress is not None])
    if not corrected or len(rows) < KEY_RESULTS_LEAST:
        return found
    judged = Hindcast.objects.filter(key_result__in=[pk for pk, _, _ in rows]).order_by("key_result", "per_cent")
    return replace(found, own=correction_of(list(judged.values_list("told", "reached"))))


def shrunk(rows: Sequence[tuple[float, int | None]]) -> History:
    """The history that final progress and last confidence of closed key results make."""
    usual, count = History(), len(rows)
    if not count:
        return usual
    low, high = PROGRESS_ENDS
    ends = [min(max(progress, low), high) for progress, _ in rows]
    share = count / (count + USUAL_COUNTS_AS)
    said = [(confidence, progress >= 1) for progress, confidence in rows if confidence is not None]
    return History(
        mean=share * fmean(ends) + (1 - share) * usual.mean,
        spread=share * pstdev(ends) + (1 - share) * usual.spread,
        reached=share * fmean(float(end >= 1) for end in ends) + (1 - share) * usual.reached,
        count=count,
        slope=confidence_slope(said),
    )


def foretold_of(key_result: KeyResult, now: Present, as_of: date | None = None) -> Foretold:
    """The forecast of a key result (with objective, cycle and metric) as of a day."""
    known = known_of(key_result, now, as_of)
    course = [] if key_result.metric is None else course_of(key_result.metric, known.day)
    return foretold(key_result, known, course, now)


def foretold(key_result: KeyResult, known: Known, course: Course, now: Present) -> Foretold:
    """The same from what is known already: `course` is what was read of its metric up to the day; seven queries."""
    history = history_of(key_result.type, known.day)
    readings = [Reading(day, value) for day, value in course]
    coming = _coming(key_result, now) if known.day == now.day else None
    return _foretold(key_result, known.measure, known.period, known.day, readings, known.confidence, history, coming)


def takes_chain(key_result: KeyResult) -> bool:
    """Whether what is to come of its chain is part of its forecast: of a latest value that moves to a target."""
    return key_result.metric_id is not None and (key_result.type, key_result.values) == (Type.METRIC, Values.LATEST)


def _coming(key_result: KeyResult, now: Present) -> Coming | None:
    """What its chain is still to bring; of today only, for links are kept without their past."""
    if key_result.metric_id is None or not takes_chain(key_result):
        return None
    found = pipeline_of(key_result.metric_id, now.day)
    return None if found is None else found.move


def foretold_named(viewer: Person | None, ref: str, now: Present, as_of: date | None = None) -> list[Named]:
    """The forecast of a key result or a shared metric, or without a ref of all key results of the cycles that run.

    As far as the viewer may see them (None: the operator). Raises NotFound for a ref that is absent or hidden. The
    number of queries does not depend on that of the key results.
    """
    day = as_of or now.day
    rows = (
        key_results_visible_to(viewer)
        .select_related("objective__cycle", "metric")
        .order_by(
            "objective__cycle__starts_on", "objective__cycle", "objective__position", "objective", "position", "id"
        )
    )
    if not ref:
        running = rows.filter(archived_at=None, objective__archived_at=None, objective__cycle__archived_at=None)
        return foretold_all(list(running.filter(_runs(day))), now, day)
    found = list(rows.filter(ref=ref))
    if found:
        return foretold_all(found, now, day)
    metric = Metric.objects.filter(ref=ref, ref__isnull=False).first()
    if metric is None:
        raise NotFound(f"There is no key result and no metric “{ref[:80]}”.")
    return [(ref, metric.name, foretold_of_shared(metric, day))]


def _runs(day: date) -> Q:
    """Of an active cycle, or of one in draft of which the day is one: plans too want to know what they come to."""
    begun = Q(objective__cycle__starts_on__lte=day, objective__cycle__ends_on__gte=day)
    return Q(objective__cycle__state=CycleState.ACTIVE) | Q(objective__cycle__state=CycleState.DRAFT) & begun


def foretold_all(key_results: Sequence[KeyResult], now: Present, day: date) -> list[Named]:
    """The forecasts of many key results (with objective, cycle and metric), in their order."""
    facts = Past({row.objective_id: row.objective for row in key_results}, list(key_results), now, day)
    readings = all_readings({row.metric_id for row in key_results if row.metric_id is not None}, day)
    histories = {type_: history_of(type_, day) for type_ in sorted({row.type for row in key_results})}
    comings = comings_of(key_results, day) if day == now.day else {}
    return [
        (
            row.ref,
            row.title,
            _foretold(
                row,
                facts.measures[row.pk],
                period_of(facts.rows[row.pk], row.objective.cycle),
                day,
                readings.get(row.metric_id or 0, []),
                facts.confidence(row),
                histories[row.type],
                comings.get(row.pk),
            ),
        )
        for row in key_results
    ]


def comings_of(key_results: Iterable[KeyResult], day: date) -> dict[int, Coming]:
    """What their chains are still to bring to key results, by their ids; five queries."""
    metrics = {row.pk: row.metric_id for row in key_results if row.metric_id is not None and takes_chain(row)}
    found = pipelines_of(set(metrics.values()), day) if metrics else {}
    return {pk: found[metric].move for pk, metric in metrics.items() if metric in found}


def foretold_of_shared(metric: Metric, day: date) -> Foretold:
    """The forecast of a shared metric as of a day; two queries."""
    return foretold_of_metric(metric, course_of(metric, day), [target.row for target in targets_of(metric)], day)


def foretold_of_metric(metric: Metric, course: Course, targets: Iterable[PeriodTarget], day: date) -> Foretold:
    """The forecast of a metric: for the end of the period that has a target, else thirteen readings ahead.

    The chance is that of the target of the period or, without one, of lying in the healthy range. No query.
    """
    every = metric.read_every_days or EVERY_DAYS
    values = [(on, float(value)) for on, value in course]
    examined = examine(_one_a_day(values), day, every)
    target = next((row for row in targets if _is_aimed_at(metric, row, day)), None)
    if target is not None and target.value is not None:
        end = float(target.value)
        low, high = (end, None) if metric.better == Better.HIGHER else (None, end)
        due_on, aim = target.ends_on, "period"
    else:
        low, high = (None if end is None else float(end) for end in (metric.healthy_at_least, metric.healthy_at_most))
        due_on = day + timedelta(days=max(AHEAD_DAYS, READINGS_AHEAD * every) if every > EVERY_DAYS else AHEAD_DAYS)
        aim = "healthy"
    outlook = forecast_series(values, day, due_on, at_least=low, at_most=high, unit=metric.unit, every_days=every)
    return Foretold(outlook, examined, metric.unit, aim)


def difficulty_of(
    measure: Measure, objective: Objective, metric: Metric | None, period: Period, day: date, words: Words
) -> Difficulty | None:
    """How hard a target would be, by what was read of the metric and by closed key results; two queries at most.

    None where there is nothing to say: the time is over, or what is to be held was never read.
    """
    kind = Kind(objective.kind)
    course = [] if metric is None else course_of(metric, day)
    readings = [Reading(on, value) for on, value in course]
    history = history_of(measure.type, day)
    outlook = forecast(measure, kind, readings, period, day, history=history)
    if isinstance(outlook, Silence):
        return None
    return difficulty(measure, kind, outlook, _examined(measure, period, day, readings).usual, words)


def _foretold(
    key_result: KeyResult,
    measure: Measure,
    period: Period,
    day: date,
    read: Iterable[Reading],
    confidence: int | None,
    history: History,
    coming: Coming | None,
) -> Foretold:
    cycle = key_result.objective.cycle
    readings = [reading for reading in read if cycle.counts(reading.day)]
    examined = _examined(measure, period, day, readings)
    if cycle.closed_on is not None and day >= cycle.closed_on:
        return Foretold(Silence.OVER, examined, measure.unit)
    kind = Kind(key_result.objective.kind)
    outlook = forecast(measure, kind, readings, period, day, confidence=confidence, history=history, coming=coming)
    return Foretold(outlook, examined, measure.unit, levels=measure.levels)


def _is_aimed_at(metric: Metric, row: PeriodTarget, day: date) -> bool:
    return (
        not row.replaced
        and not row.categories
        and row.value is not None
        and row.starts_on <= day < row.ends_on
        and metric.better != Better.WITHIN
    )


def _examined(measure: Measure, period: Period, day: date, readings: Sequence[Reading]) -> Examined:
    """What the readings say; of sums, the parts; nothing where values are no quantities."""
    if measure.type in NO_QUANTITY or (measure.type is Type.CONTROL and measure.low is measure.high is None):
        return Examined((), None, 0)
    course = _one_a_day([(reading.day, float(reading.value)) for reading in readings])
    return examine(
        course,
        min(day, period.due_on),
        period.every_days,
        target=_target(measure),
        starts_on=period.starts_on,
        due_on=period.due_on,
    )


def _target(measure: Measure) -> float | None:
    if measure.type is not Type.METRIC or measure.values is Values.PER_PERIOD or measure.target is None:
        return None
    return float(measure.target)


def _one_a_day(values: Iterable[tuple[date, float]]) -> list[tuple[date, float]]:
    return sorted(dict(values).items())
