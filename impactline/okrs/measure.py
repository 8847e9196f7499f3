"""How a key result is measured, and every fault such a measure can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from impactline.base.errors import Fault
from impactline.metrics.measure import is_percentage

DIGITS_MAX = 15
DECIMALS_MAX = 9
BOUNDS = ("baseline", "target", "low", "high", "warning")
MEASURE = ("type", *BOUNDS, "unit", "values", "levels", "planned")
"""The columns of a key result that say how it is measured; its milestones stand elsewhere."""


class Type(StrEnum):
    """The ten ways in which a key result can be measured."""

    METRIC = "metric"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"
    CONTROL = "control"
    MILESTONES = "milestones"
    BINARY = "binary"
    RUBRIC = "rubric"
    FIND_BASELINE = "find_baseline"
    OPEN = "open"

    @property
    def is_hold(self) -> bool:
        """Whether it is about keeping a value where it belongs, met or not met."""
        return self in HOLD

    @property
    def has_progress(self) -> bool:
        """Whether it can have progress at all; without, it is left out of roll-ups."""
        return self not in (Type.FIND_BASELINE, Type.OPEN)


HOLD = frozenset({Type.AT_LEAST, Type.AT_MOST, Type.RANGE})


class Values(StrEnum):
    """How the readings of the period make one value: the latest of them, or their sum."""

    LATEST = "latest"
    PER_PERIOD = "per_period"


class Kind(StrEnum):
    """What success means: all of it (committed), most of it (aspirational), an answer (learning)."""

    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"
    LEARNING = "learning"


class Curve(StrEnum):
    """How progress is expected to come over the period."""

    LINEAR = "linear"
    STEP = "step"
    MILESTONES = "milestones"
    BACK_LOADED = "back_loaded"
    PLANNED = "planned"


class Driver(StrEnum):
    """What moves the progress of an objective."""

    KEY_RESULTS = "key_results"
    OBJECTIVES = "objectives"
    BOTH = "both"
    METRIC = "metric"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of a `milestones` key result; `due_on` is planned, `reached_on` is what happened."""

    title: str
    weight: Decimal = Decimal(1)
    reached_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of a metric on a day. Of several on one day the one listed last counts."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Planned:
    """What is planned for a part of the period that ends on `day`.

    For `latest` the value to stand at on that day, for `per_period` the amount of the part alone.
    """

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """The definition against which readings are judged; fields that its type does not use are ignored."""

    type: Type
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    warning: Decimal | None = None
    strict: bool = False
    values: Values = Values.LATEST
    unit: str = ""
    levels: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    planned: tuple[Planned, ...] = ()


def faults(measure: Measure) -> list[Fault]:
    """Every fault of a measure at once, in the order of its fields; empty when it can be used."""
    numbers = [*_number_faults(measure), *_sum_faults(measure)]
    by_type = _FAULTS_BY_TYPE.get(measure.type)
    if by_type is None:
        return numbers
    told = {fault.field for fault in numbers}
    return [*numbers, *(fault for fault in by_type(_without_oddities(measure)) if fault.field not in told)]


def value_faults(measure: Measure, value: Decimal) -> list[Fault]:
    """Every fault of a value that someone wants to record for a measure."""
    found = list(_bounds_faults("value", value))
    if found:
        return found
    if measure.type is Type.BINARY and value not in (0, 1):
        found.append(Fault("value", f"{value} is neither 0 nor 1.", "Enter 1 for done, 0 for not done."))
    if measure.type is Type.RUBRIC and not _is_level(measure, value):
        last = len(measure.levels) - 1
        found.append(Fault("value", f"{value} is not a level.", f"Enter the number of a level, from 0 to {last}."))
    return found


def _without_oddities(measure: Measure) -> Measure:
    """The measure without numbers that cannot be compared, such as NaN; they are told already."""
    baseline, target, low, high, warning = (_finite(getattr(measure, name)) for name in BOUNDS)
    return replace(measure, baseline=baseline, target=target, low=low, high=high, warning=warning)


def _finite(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value.is_finite() else None


def _is_level(measure: Measure, value: Decimal) -> bool:
    return value == value.to_integral_value() and 0 <= value < len(measure.levels)


def _number_faults(measure: Measure) -> Iterator[Fault]:
    for field in BOUNDS:
        yield from _bounds_faults(field, getattr(measure, field))
    for part in measure.planned:
        yield from _bounds_faults("planned", part.value)


def _sum_faults(measure: Measure) -> Iterator[Fault]:
    """Percentages are averaged or worked out from counts, never summed (conventions)."""
    if measure.values is Values.PER_PERIOD and is_percentage(measure.unit):
        yield Fault("values", "Percentages are not summed.", "Let the last value count, or measure the number itself.")


def _bounds_faults(field: str, value: Decimal | None) -> Iterator[Fault]:
    if value is None:
        return
    if not value.is_finite():
        yield Fault(field, f"{value} is not a number.", "Enter a finite number.")
    elif not fits(value):
        yield Fault(
            field,
            f"{_short(value)} is out of bounds.",
            f"Enter at most {DIGITS_MAX} digits, at most {DECIMALS_MAX} of them after the decimal point; "
            "choose a larger unit if the number is larger.",
        )


def fits(value: Decimal) -> bool:
    """Whether a number can be stored: finite, below 10¹⁵, ≤ 15 significant digits, ≤ 9 decimals."""
    if not value.is_finite() or value.adjusted() >= DIGITS_MAX:
        return False
    digits, exponent = value.as_tuple().digits, int(value.as_tuple().exponent)
    while len(digits) > 1 and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    return not any(digits) or (len(digits) <= DIGITS_MAX and exponent >= -DECIMALS_MAX)


def _short(value: Decimal) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{value:.3e}"


def _metric_faults(measure: Measure) -> Iterator[Fault]:
    if measure.baseline is None:
        yield Fault(
            "baseline",
            "The baseline is missing.",
            "Enter the value before the work starts, or choose “find a baseline” until it is known.",
        )
    if measure.target is None:
        yield Fault("target", "The target is missing.", "Enter the value to reach by the due date.")
    elif measure.target == measure.baseline:
        yield Fault(
            "target",
            "The target equals the baseline, so nothing would change.",
            "Enter another target, or choose “at least”, “at most” or “range” to keep a value where it is.",
        )


def _at_least_faults(measure: Measure) -> Iterator[Fault]:
    if measure.target is None:
        yield Fault("target", "The target is missing.", "Enter the lowest value that still counts as met.")
    elif measure.warning is not None and measure.warning >= measure.target:
        yield Fault(
            "warning",
            f"The warning value {measure.warning} is not below the target {measure.target}.",
            "Enter a value below the target: between it and the target the status is “behind”.",
        )


def _at_most_faults(measure: Measure) -> Iterator[Fault]:
    if measure.target is None:
        yield Fault("target", "The target is missing.", "Enter the highest value that still counts as met.")
    elif measure.warning is not None and measure.warning <= measure.target:
        yield Fault(
            "warning",
            f"The warning value {measure.warning} is not above the target {measure.target}.",
            "Enter a value above the target: between it and the target the status is “behind”.",
        )


def _range_faults(measure: Measure) -> Iterator[Fault]:
    for field, word in (("low", "lowest"), ("high", "highest")):
        if getattr(measure, field) is None:
            yield Fault(
                field,
                f"The {word} value of the range is missing.",
                f"Enter the {word} value that still counts as met; “at least” and “at most” need one only.",
            )
    yield from _crossed_bounds(measure)


def _crossed_bounds(measure: Measure) -> Iterator[Fault]:
    if measure.low is not None and measure.high is not None and measure.low > measure.high:
        yield Fault(
            "high",
            f"The range ends at {measure.high}, below its start {measure.low}.",
            "Exchange the two values.",
        )


def _milestones_faults(measure: Measure) -> Iterator[Fault]:
    if not measure.milestones:
        yield Fault("milestones", "There is no milestone.", "Add at least one milestone with a title.")
    for milestone in measure.milestones:
        if not milestone.title.strip():
            yield Fault("milestones", "A milestone has no title.", "Give each milestone a title.")
        if not milestone.weight.is_finite() or milestone.weight <= 0:
            yield Fault(
                "milestones",
                f"The weight {milestone.weight} of “{milestone.title}” is not above zero.",
                "Enter a weight above zero, or remove the milestone.",
            )
        elif not fits(milestone.weight):
            yield from _bounds_faults("milestones", milestone.weight)


def _rubric_faults(measure: Measure) -> Iterator[Fault]:
    if len(measure.levels) < 2:
        yield Fault(
            "levels",
            f"A rubric needs at least two levels; it has {len(measure.levels)}.",
            "Describe at least the worst and the best level.",
        )
    if any(not level.strip() for level in measure.levels):
        yield Fault("levels", "A level has no description.", "Describe each level in words.")


_FAULTS_BY_TYPE = {
    Type.METRIC: _metric_faults,
    Type.AT_LEAST: _at_least_faults,
    Type.AT_MOST: _at_most_faults,
    Type.RANGE: _range_faults,
    Type.CONTROL: _crossed_bounds,
    Type.MILESTONES: _milestones_faults,
    Type.RUBRIC: _rubric_faults,
}
