"""Progress of one key result: raw, signed and never clamped.

Missing is not zero, and zero is not missing. Without any reading
a metric stands at its baseline, a binary is not done and a control key result has had no success: progress 0;
a hold type or a rubric is unknown, because nobody has looked: no progress, and it is left out of the roll-up.
`Standing.recorded` tells the two zeros apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple, Protocol

from impactline.okrs.measure import Measure, Reading, Type, Values
from impactline.okrs.period import Period

# Enough digits that differences and sums of any storable numbers are exact; only a quotient is rounded.
EXACT = Context(prec=60)
ONE = Decimal(1)


class Standing(NamedTuple):
    """Where a key result stands on a day.

    `progress` is None when it does not apply or is unknown. `recorded` says whether anything was recorded at
    all; `behind` that a hold value lies between target and warning; `met` is for hold types; `done` of
    `planned` are successful check-ins (control) or weights of milestones.
    """

    value: Decimal | None
    progress: float | None
    recorded: bool
    met: bool | None = None
    behind: bool = False
    done: Decimal | None = None
    planned: Decimal | None = None


def progress(measure: Measure, readings: Iterable[Reading], as_of: date, period: Period) -> float | None:
    """Raw progress on a day: 0 at the baseline, 1 at the target, below and above where the value is.

    None when it does not apply (find a baseline, open) or is unknown (a hold type or rubric never looked at).
    """
    return standing(measure, readings, as_of, period).progress


def standing(measure: Measure, readings: Iterable[Reading], as_of: date, period: Period) -> Standing:
    """Where a key result stands at the end of a day, by what was recorded up to and including it.

    Formulas: conventions of the product, “Key result types”; Quantive 3849793 for the metric, Profit.co for
    control (successful ÷ planned check-ins of the whole period).
    """
    known = [reading for reading in readings if reading.day <= as_of]
    match measure.type:
        case Type.CONTROL:
            return _control_standing(measure, known, period)
        case Type.MILESTONES:
            return _milestones_standing(measure, as_of)
        case Type.METRIC | Type.AT_LEAST | Type.AT_MOST | Type.RANGE:
            return standing_at(measure, value_on(measure, known, as_of, period))
        case _:
            return standing_at(measure, _latest(known))


def standing_at(measure: Measure, value: Decimal | None) -> Standing:
    """Where a key result stands at a value, as `value_on` gives it; None means that nothing was recorded.

    Raises ValueError for control and milestones, which do not stand at one value.
    """
    match measure.type:
        case Type.METRIC:
            return metric_standing(measure, value)
        case Type.AT_LEAST | Type.AT_MOST | Type.RANGE:
            return _hold_standing(measure, value)
        case Type.BINARY:
            return _binary_standing(value)
        case Type.RUBRIC:
            return _rubric_standing(measure, value)
        case Type.FIND_BASELINE | Type.OPEN:
            return _no_standing(value)
        case _:
            raise ValueError(f"{measure.type} does not stand at one value")


def value_on(measure: Measure, readings: Iterable[Reading], as_of: date, period: Period) -> Decimal | None:
    """The value on a day: the latest reading, or the sum of those within the period so far.

    A recorded 0 is a value; None means that nothing was recorded. A latest value may be older than the
    period (the metric was watched before); a sum counts from the first day to the earlier of `as_of` and the
    last day.
    """
    known = (reading for reading in readings if reading.day <= as_of)
    if measure.values is Values.PER_PERIOD:
        return _sum_within(known, period)
    return _latest(known)


class Spanned(Protocol):
    """A measure, or a row as light as it, that goes from a baseline to a target."""

    @property
    def baseline(self) -> Decimal | None: ...
    @property
    def target(self) -> Decimal | None: ...


def metric_standing(measure: Spanned, value: Decimal | None) -> Standing:
    """Where a metric stands at a value; at its baseline while nothing was recorded."""
    if value is None:
        return Standing(value=None, progress=0.0, recorded=False)
    return Standing(value=value, progress=progress_of_value(measure, value), recorded=True)


def progress_of_value(measure: Spanned, value: Decimal) -> float:
    """(value − baseline) ÷ (target − baseline), for a metric with both.

    Raises ValueError when one is missing or the two are equal.
    """
    if measure.baseline is None or measure.target is None or measure.baseline == measure.target:
        raise ValueError("a metric needs a baseline and a target that differ")
    covered = EXACT.subtract(value, measure.baseline)
    whole = EXACT.subtract(measure.target, measure.baseline)
    return quotient(covered, whole)


def quotient(part: Decimal, whole: Decimal) -> float:
    """Part ÷ whole, rounded once: of whole numbers, for a decimal with many digits takes long to become binary."""
    over, under = part.as_integer_ratio()
    by, divided = whole.as_integer_ratio()
    return over * divided / (under * by)


def is_met(measure: Measure, value: Decimal) -> bool:
    """Whether a value satisfies a hold type or one check-in of a control key result.

    Equal counts as met, unless the measure is strict; the bounds of a range always count. A control key
    result is met from `low`, up to `high`, from `target`, or, when it has none of them, from 1 on.
    """
    if measure.type is Type.AT_LEAST:
        return _reaches(value, measure.target, measure)
    if measure.type is Type.AT_MOST:
        return _stays_under(value, measure.target, measure)
    if measure.type is Type.RANGE:
        return _inside(value, measure)
    return _is_success(value, measure)


def _latest(readings: Iterable[Reading]) -> Decimal | None:
    last: Reading | None = None
    for reading in readings:
        if last is None or reading.day >= last.day:
            last = reading
    return last.value if last else None


def _sum_within(readings: Iterable[Reading], period: Period) -> Decimal | None:
    parts = [r.value for r in readings if period.starts_on <= r.day <= period.due_on]
    if not parts:
        return None
    total = Decimal(0)
    for part in parts:
        total = EXACT.add(total, part)
    return total


def _hold_standing(measure: Measure, value: Decimal | None) -> Standing:
    if value is None:
        return Standing(value=None, progress=None, recorded=False)
    met = is_met(measure, value)
    return Standing(
        value=value,
        progress=1.0 if met else 0.0,
        recorded=True,
        met=met,
        behind=not met and _is_before_warning(measure, value),
    )


def _reaches(value: Decimal, bound: Decimal | None, measure: Measure) -> bool:
    if bound is None:
        return True
    return value > bound if measure.strict else value >= bound


def _stays_under(value: Decimal, bound: Decimal | None, measure: Measure) -> bool:
    if bound is None:
        return True
    return value < bound if measure.strict else value <= bound


def _inside(value: Decimal, measure: Measure) -> bool:
    above = measure.low is None or value >= measure.low
    return above and (measure.high is None or value <= measure.high)


def _is_success(value: Decimal, measure: Measure) -> bool:
    if measure.low is not None or measure.high is not None:
        return _inside(value, measure)
    return _reaches(value, measure.target if measure.target is not None else ONE, measure)


def _is_before_warning(measure: Measure, value: Decimal) -> bool:
    if measure.warning is None:
        return False
    if measure.type is Type.AT_LEAST:
        return value >= measure.warning
    return measure.type is Type.AT_MOST and value <= measure.warning


def _control_standing(measure: Measure, known: list[Reading], period: Period) -> Standing:
    by_slot = dict(_slots_of(sorted(known, key=_day), period))
    successes = sum(1 for value in by_slot.values() if is_met(measure, value))
    return Standing(
        value=_latest(known),
        progress=successes / period.planned,
        recorded=bool(by_slot),
        done=Decimal(successes),
        planned=Decimal(period.planned),
    )


def _day(reading: Reading) -> date:
    return reading.day


def _slots_of(readings: Iterable[Reading], period: Period) -> Iterator[tuple[int, Decimal]]:
    for reading in readings:
        slot = period.slot_of(reading.day)
        if slot is not None:
            yield slot, reading.value


def _milestones_standing(measure: Measure, as_of: date) -> Standing:
    total = sum((step.weight for step in measure.milestones), Decimal(0))
    reached = [step for step in measure.milestones if step.reached_on and step.reached_on <= as_of]
    done = sum((step.weight for step in reached), Decimal(0))
    if total <= 0:
        return Standing(value=None, progress=None, recorded=False)
    share = quotient(done, total)
    return Standing(value=done, progress=share, recorded=bool(reached), done=done, planned=total)


def _binary_standing(value: Decimal | None) -> Standing:
    done = value is not None and value >= ONE
    return Standing(value=value, progress=1.0 if done else 0.0, recorded=value is not None, met=done)


def _rubric_standing(measure: Measure, value: Decimal | None) -> Standing:
    steps = len(measure.levels) - 1
    if value is None or steps < 1:
        return Standing(value=value, progress=None, recorded=value is not None)
    return Standing(value=value, progress=quotient(value, Decimal(steps)), recorded=True)


def _no_standing(value: Decimal | None) -> Standing:
    return Standing(value=value, progress=None, recorded=value is not None)
