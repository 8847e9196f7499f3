"""Carry-over: the measure with which a key result goes on in the next cycle (Viva, closing-and-scoring).

* A metric restarts from its current value as baseline, with its target. Where the target was reached there is
  nothing left to cover, so the target is left open and has to be set anew.
* A percentage of completion (unit %, from 0 to 100) restarts at 0. A percentage that measures something, such
  as a retention rate from 80 to 90 %, is a metric like any other.
* A sum of the period restarts by itself: baseline and target stay.
* A hold type, range, control or binary key result stays as it is and is judged anew.
* Of milestones, those not yet reached go on, with their weights; their days belonged to the old cycle.
* A rubric keeps its levels, and a search for a baseline and an open one go on unchanged.

Values planned for parts of the old period are left behind in every case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from impactline.metrics.measure import is_percentage
from impactline.okrs.measure import Measure, Type, Values
from impactline.okrs.progress import progress_of_value


class Restart(StrEnum):
    """Where the new key result starts."""

    FROM_VALUE = "from_value"
    FROM_ZERO = "from_zero"
    FROM_BASELINE = "from_baseline"
    REMAINING = "remaining"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The new measure; `target_wanted` says that it is not complete until somebody sets a new target."""

    measure: Measure
    restart: Restart
    target_wanted: bool = False


def carry_over(measure: Measure, value: Decimal | None, as_of: date) -> CarriedOver:
    """The measure for the next cycle, from the value that the key result closed with.

    Without any value a metric goes on from its old baseline.
    """
    fresh = replace(measure, planned=())
    match measure.type:
        case Type.METRIC:
            return _metric(fresh, value)
        case Type.MILESTONES:
            return _milestones(fresh, as_of)
        case _:
            return CarriedOver(fresh, Restart.ANEW)


def is_completion(measure: Measure) -> bool:
    """Whether it is a percentage of completion: a metric in %, from 0 to 100."""
    return is_percentage(measure.unit) and measure.baseline == 0 and measure.target == 100


def _metric(measure: Measure, value: Decimal | None) -> CarriedOver:
    if is_completion(measure):
        return CarriedOver(measure, Restart.FROM_ZERO)
    if measure.values is Values.PER_PERIOD or value is None:
        return CarriedOver(measure, Restart.FROM_BASELINE)
    if progress_of_value(measure, value) >= 1:
        return CarriedOver(replace(measure, baseline=value, target=None), Restart.FROM_VALUE, target_wanted=True)
    return CarriedOver(replace(measure, baseline=value), Restart.FROM_VALUE)


def _milestones(measure: Measure, as_of: date) -> CarriedOver:
    left = tuple(
        replace(step, reached_on=None, due_on=None)
        for step in measure.milestones
        if step.reached_on is None or step.reached_on > as_of
    )
    return CarriedOver(replace(measure, milestones=left), Restart.REMAINING, target_wanted=not left)
