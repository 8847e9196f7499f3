"""The forecast of what is counted: check-ins kept, milestones reached, done or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from impactline.insight.forecast.counting import Counts, delivered, kept, still_done, tilted
from impactline.insight.forecast.outlook import Caveat, FanDay, History, Outlook, Span, Speed
from impactline.insight.methods import Method
from impactline.okrs.bands import reaches
from impactline.okrs.measure import Kind, Measure, Milestone, Reading
from impactline.okrs.period import Period
from impactline.okrs.progress import is_met
from impactline.okrs.score import GRADES

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
STILL = Speed(None, None, None)


def control(
    measure: Measure, known: Sequence[Reading], period: Period, day: date, confidence: int | None, history: History
) -> Outlook:
    """How many check-ins will be kept."""
    answers = {period.slot_of(reading.day): reading.value for reading in sorted(known, key=lambda row: row.day)}
    answers.pop(None, None)
    slots = period.slots()
    kept_ones = sum(1 for value in answers.values() if is_met(measure, value))
    settled = sum(1 for number, slot in enumerate(slots) if number in answers or slot.due_on < day)
    counts = tilted(kept(kept_ones, settled - kept_ones, len(slots) - settled), confidence, history.slope)
    shares = [100.0 * (kept_ones + more) / len(slots) for more in range(len(counts.shares))]
    return _counted(Method.CONTROL, counts, shares, day, period, len(answers), history)


def milestones(measure: Measure, period: Period, day: date, confidence: int | None, history: History) -> Outlook:
    """How many milestones will be reached."""
    steps = measure.milestones
    reached = [step for step in steps if step.reached_on is not None and step.reached_on <= day]
    waiting = [step for step in steps if step.reached_on is None or step.reached_on > day]
    waiting.sort(key=lambda step: step.due_on or period.due_on)
    planned = _planned(steps, period, day)
    coming = max(len(steps) - planned, len(steps) * (1 - period.elapsed(day)))
    counts = tilted(delivered(len(reached), planned, coming, len(waiting)), confidence, history.slope)
    total = float(sum((step.weight for step in steps), Decimal(0))) or 1.0
    shares = [100.0 * float(sum((step.weight for step in reached), Decimal(0))) / total]
    for step in waiting:
        shares.append(shares[-1] + 100.0 * float(step.weight) / total)
    return _counted(Method.MILESTONES, counts, shares, day, period, len(reached), history)


def _planned(steps: Sequence[Milestone], period: Period, day: date) -> float:
    """How many milestones were planned by now: by their days or, where none has one, in proportion to time."""
    if any(step.due_on for step in steps):
        return float(sum(1 for step in steps if (step.due_on or period.due_on) <= day))
    return len(steps) * period.elapsed(day)


def binary(known: Sequence[Reading], period: Period, day: date, confidence: int | None, history: History) -> Outlook:
    """Whether it will be done."""
    last = max(known, key=lambda reading: reading.day, default=None)
    done = last is not None and last.value >= 1
    counts = (
        Counts(still_done(1.0, 0.0).shares)
        if done
        else tilted(still_done(history.reached, period.elapsed(day)), confidence, history.slope)
    )
    return _counted(Method.BINARY, counts, [0.0, 100.0], day, period, len(known), history)


def _counted(
    method: Method, counts: Counts, shares: list[float], day: date, period: Period, count: int, history: History
) -> Outlook:
    """The outlook of counts: `shares` are the per cent that each count comes to."""
    low, lower, middle, higher, high = (shares[counts.quantile(share)] for share in SHARES)
    all_of_it = next((number for number, share in enumerate(shares) if share >= 100 - 1e-9), None)
    end = FanDay(period.due_on, middle, Span(lower, higher), Span(low, high))
    chance = 0.0 if all_of_it is None else counts.at_least(all_of_it)
    enough = next((number for number, share in enumerate(shares) if share >= 70 - 1e-9), None)
    return Outlook(
        method=method,
        day=day,
        due_on=period.due_on,
        middle=middle,
        half=end.half,
        most=end.most,
        reach=chance,
        enough=0.0 if enough is None else counts.at_least(enough),
        enough_at=0.7,
        count=count,
        fan=(end,),
        speed=STILL,
        caveats=(Caveat.NONE,) if count == 0 else (),
        history=history,
    )


def judged(found: Outlook, kind: Kind) -> Outlook:
    """Without the second probability where all of it is what counts as success, and for yes or no."""
    if found.method is Method.BINARY or reaches(GRADES[kind].green, 1.0):
        return replace(found, enough=None, enough_at=1.0)
    return found
