"""How a key result comes to be measured: its faults, its milestones, the metric it follows, the freeze."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from impactline.base.errors import Fault, Faults
from impactline.base.texts import line
from impactline.metrics.models import Better, Metric
from impactline.okrs.measure import Curve, Milestone, Type, Values, faults
from impactline.okrs.models import CycleState, KeyResult, Objective
from impactline.okrs.models import Milestone as MilestoneRow
from impactline.okrs.records import WITHOUT_METRIC, measure_of, milestone_of


def check(key_result: KeyResult, milestones: Iterable[Milestone]) -> None:
    """Raises Faults with everything that is wrong with a key result that is to be saved."""
    steps = list(milestones)
    found = list(_word_faults(key_result)) or _measure_faults(key_result, steps)
    if len({step.title for step in steps}) < len(steps):
        found.append(Fault("milestones", "Two milestones have the same title.", "Give each a title of its own."))
    if key_result.starts_on and key_result.due_on and key_result.starts_on > key_result.due_on:
        found.append(Fault("due_on", "It is due before it starts.", "Exchange the two dates."))
    if key_result.weight is not None and not 0 <= key_result.weight <= 100:
        found.append(Fault("weight", "A weight is a share between 0 and 100 %.", "Enter 0 to 100, or leave it out."))
    if found:
        raise Faults(found)


def steps_of(key_result: KeyResult) -> list[Milestone]:
    """The milestones of a key result, in order."""
    return [milestone_of(row) for row in MilestoneRow.objects.filter(key_result=key_result)]


def write_milestones(key_result: KeyResult, steps: Iterable[Milestone]) -> None:
    """Let these be the milestones of a key result, in this order."""
    MilestoneRow.objects.filter(key_result=key_result).delete()
    MilestoneRow.objects.bulk_create(
        MilestoneRow(
            key_result=key_result,
            title=line(step.title, "milestones"),
            weight=float(step.weight),
            due_on=step.due_on,
            reached_on=step.reached_on,
            position=position,
        )
        for position, step in enumerate(steps, 1)
    )


def give_metric(key_result: KeyResult) -> None:
    """Give a numeric key result that follows no metric one of its own (the key result is not saved)."""
    if key_result.type not in WITHOUT_METRIC and key_result.metric_id is None:
        key_result.metric = Metric.objects.create(
            name=key_result.title, unit=key_result.unit, better=better(key_result), owner=key_result.owner
        )


def better(key_result: KeyResult) -> str:
    """Which way is good for a key result, by its type, baseline and target."""
    if key_result.type == Type.AT_MOST:
        return Better.LOWER
    if key_result.type == Type.RANGE:
        return Better.WITHIN
    baseline, target = key_result.baseline, key_result.target
    return Better.LOWER if baseline is not None and target is not None and target < baseline else Better.HIGHER


def freeze(key_result: KeyResult, objective: Objective, at: datetime) -> bool:
    """Freeze what a key result measures (not saved), if its cycle has begun and it has a measure; whether it did."""
    if key_result.frozen_at is not None or key_result.type == Type.OPEN or objective.cycle.state == CycleState.DRAFT:
        return False
    key_result.frozen_at = at
    return True


def _word_faults(key_result: KeyResult) -> Iterator[Fault]:
    for field, words in (("type", Type), ("values", Values), ("curve", Curve)):
        said, known = str(getattr(key_result, field)), [str(word) for word in words]
        if said not in known:
            yield Fault(field, f"“{said[:40]}” is not a choice here.", f"Use {', '.join(known)}.")


def _measure_faults(key_result: KeyResult, steps: list[Milestone]) -> list[Fault]:
    try:
        measure = replace(measure_of(key_result), milestones=tuple(steps))
    except (ValueError, ArithmeticError, KeyError, TypeError):
        return [Fault("planned", "A planned value needs a day and a number.", "Write the day as 2026-10-31.")]
    return faults(measure)
