"""The chart of a key result: what was read against the course that was expected, with every change of the target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from impactline.checkins.queries import Known
from impactline.insight.forecast.queries import Foretold
from impactline.okrs.expected import curve_of, expected
from impactline.okrs.history import earlier, made_after
from impactline.okrs.measure import Curve, Measure, Type, Values
from impactline.okrs.models import KeyResult, TargetChange
from impactline.okrs.records import measure_of
from impactline.web.charts import LineChart, Number, line_chart
from impactline.web.forecasts import drawn

DAYS_MAX = 370
Course = list[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, the unit of its values, and the same as rows of a table."""

    chart: LineChart
    unit: str
    readings: Course


def chart_of(
    key_result: KeyResult,
    known: Known,
    readings: Course,
    changes: Sequence[TargetChange],
    today: date,
    foretold: Foretold | None = None,
) -> Drawn | None:
    """The chart by type; None where a line says nothing (yes or no, no measure yet).

    `readings` are those of the metric up to the day, `changes` all changes of the measure; the forecast is drawn as
    a fan where there is one.
    """
    measure, period = known.measure, known.period
    course, unit = _course(known, readings)
    if course is None:
        return None
    ends = _ends(measure)
    fan = None if foretold is None else drawn(foretold, course, ends)
    chart = line_chart(
        course,
        starts_on=period.starts_on,
        ends_on=period.due_on,
        path=_path(key_result, known, list(changes)),
        baseline=ends[0],
        target=ends[1],
        revisions=_revisions(measure, [change for change in changes if change.day <= known.day]),
        healthy=_healthy(measure),
        fan=fan.most if fan else (),
        fan_half=fan.half if fan else (),
        fan_middle=fan.middle if fan else (),
        today=min(known.day, today),
    )
    return Drawn(chart, unit, course)


def _course(known: Known, readings: Course) -> tuple[Course | None, str]:
    measure, period = known.measure, known.period
    match measure.type:
        case Type.OPEN | Type.BINARY:
            return None, ""
        case Type.MILESTONES:
            return _reached(known), "%"
        case Type.CONTROL if _healthy(measure) is None:
            return None, ""
        case Type.RUBRIC:
            return readings, ""
    if measure.values is not Values.PER_PERIOD:
        return readings, measure.unit
    inside = [(day, value) for day, value in readings if period.starts_on <= day <= period.due_on]
    return [
        (day, sum((value for _, value in inside[: place + 1]), Decimal(0))) for place, (day, _) in enumerate(inside)
    ], measure.unit


def _reached(known: Known) -> Course:
    """The share of the milestones, in per cent, on each day on which one was reached."""
    steps = known.measure.milestones
    total = sum((step.weight for step in steps), Decimal(0)) or Decimal(1)
    done, course = Decimal(0), []
    for step in sorted((step for step in steps if step.reached_on), key=lambda step: step.reached_on or date.max):
        if step.reached_on is not None and step.reached_on <= known.day:
            done += step.weight
            course.append((step.reached_on, round(done / total * 100, 1)))
    return course


def _ends(measure: Measure) -> tuple[Decimal | None, Decimal | None]:
    """Where it starts and where it is to come to, on the axis of the chart."""
    match measure.type:
        case Type.METRIC:
            return measure.baseline, measure.target
        case Type.AT_LEAST | Type.AT_MOST:
            return None, measure.target
        case Type.MILESTONES:
            return None, Decimal(100)
        case Type.RUBRIC:
            return None, Decimal(len(measure.levels) - 1)
    return None, None


def _healthy(measure: Measure) -> tuple[Number | None, Number | None] | None:
    """Where a value that is to be held belongs; None for a way to a target."""
    match measure.type:
        case Type.AT_LEAST:
            return measure.target, None
        case Type.AT_MOST:
            return None, measure.target
        case Type.RANGE | Type.CONTROL if measure.low is not None or measure.high is not None:
            return measure.low, measure.high
        case Type.CONTROL if measure.target is not None:
            return measure.target, None
    return None


def _path(key_result: KeyResult, known: Known, changes: list[TargetChange]) -> Course:
    """The expected value on each day of the period, against the measure that held on that day."""
    if known.measure.type not in (Type.METRIC, Type.MILESTONES, Type.RUBRIC):
        return []
    period, curve = known.period, Curve(key_result.curve)
    straight = curve_of(known.measure, curve) is Curve.LINEAR and not changes
    step = max(period.span, 1) if straight else max(1, period.span // DAYS_MAX)
    days = [period.starts_on + timedelta(days=ahead) for ahead in range(0, period.span + 1, step)]
    points = [(day, _expected_value(_measure_on(day, key_result, known, changes), curve, known, day)) for day in days]
    return [(day, value) for day, value in points if value is not None]


def _measure_on(day: date, key_result: KeyResult, known: Known, changes: list[TargetChange]) -> Measure:
    """The measure that held on a day: later changes of baseline and target are undone."""
    later = made_after(changes, day)
    if not later or known.measure.type is not Type.METRIC:
        return known.measure
    return measure_of(earlier(key_result, later))


def _expected_value(measure: Measure, curve: Curve, known: Known, day: date) -> Decimal | None:
    share = expected(measure, curve, known.period, day)
    start, end = (_ends(measure)[0] or Decimal(0)), _ends(measure)[1]
    if share is None or end is None:
        return None
    return start + (end - start) * Decimal(share)


def _revisions(measure: Measure, changes: Sequence[TargetChange]) -> list[tuple[date, Decimal, Decimal]]:
    """The changes of a target in numbers: day, before, after."""
    if measure.type not in (Type.METRIC, Type.AT_LEAST, Type.AT_MOST):
        return []
    found = []
    for change in sorted(changes, key=lambda change: (change.day, change.pk)):
        before, after = change.before.get("target"), change.after.get("target")
        if before is not None and after is not None:
            found.append((change.day, Decimal(str(before)), Decimal(str(after))))
    return found
