"""Check-ins and readings: each is written once, moves every key result that follows, and rolls up at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from impactline.base.bulk import write
from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note as note_event
from impactline.base.events import plain
from impactline.base.numbers import bounded
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.checkins import verbs
from impactline.checkins.models import CheckIn
from impactline.checkins.stated import UNSTATED, keep, keep_stated, stated
from impactline.metrics import actions as metrics
from impactline.metrics import verbs as metric_verbs
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.measure import Measure
from impactline.metrics.models import Metric, Reading
from impactline.metrics.queries import declared, latest_value, newest_correction
from impactline.metrics.said import Link, settled
from impactline.metrics.said import Said as NewReading
from impactline.okrs.measure import Type, value_faults
from impactline.okrs.models import CycleState, KeyResult, Milestone
from impactline.okrs.records import WITHOUT_METRIC, measure_of
from impactline.okrs.rolling import driven_by, lock_followers, lock_key_results, measure_again, refresh
from impactline.okrs.status import CONFIDENCE_MAX, Status
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import require_check_in
from impactline.people.models import Person

NOTHING = Fault("value", "Nothing to record.", "Give a value, a confidence, a status or a note.")
STILL_TO_COME = Fault("day", "That day is still to come.", "Choose today or an earlier day.")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says for a day; `value` is None where only confidence, status or a note is given.

    `reached` are the places, from 1, of the milestones that had been reached by the day.
    """

    by: Person
    at: datetime
    day: date
    value: Decimal | None
    confidence: int | None
    status: str | None
    note: str
    reached: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Moving:
    """A key result that is checked in, and all that move with it; locked."""

    own: KeyResult
    followers: list[KeyResult]
    metric: Metric | None
    steps: list[Milestone]


@action
def record(
    *,
    by: Person,
    key_result: KeyResult,
    at: datetime,
    day: date | None = None,
    value: Decimal | None = None,
    confidence: int | None = None,
    status: str | None = None,
    note: str = "",
    reached: Collection[int] | None = None,
) -> CheckIn:
    """Record a check-in for a day (default: today, never later) and roll it up.

    `key_result` is loaded with objective and metric. For milestones `reached` are the places, from 1, of those
    reached by the day; or `value` is how many of them, in order. Raises Faults with everything that is wrong,
    before anything is written.
    """
    require_check_in(by, key_result)
    now = present(at)
    moving = _lock(key_result)
    places = None if reached is None else frozenset(reached)
    said = Said(by, at, day or now.day, value, confidence, status, prose(note, "note"), places)
    said = _checked(moving, said, now)
    before = moving.own.value
    made = _write(moving, said)
    keep_stated(moving.own, made)
    rolled = _roll(moving, now)
    _tell(verbs.CHECKED_IN, made, moving.own, before, rolled)
    return made


@action
def correct(
    *,
    by: Person,
    check_in: CheckIn,
    at: datetime,
    day: date | None = None,
    value: Decimal | None = None,
    confidence: int | None = None,
    status: str | None = None,
    note: str = "",
    reached: Collection[int] | None = None,
) -> CheckIn:
    """Correct a check-in: a new one takes its place, the earlier one stays in the history."""
    key_result = KeyResult.objects.select_related("objective", "metric").get(pk=check_in.key_result_id)
    require_check_in(by, key_result)
    now = present(at)
    moving = _lock(key_result)
    places = None if reached is None else frozenset(reached)
    said = Said(by, at, day or check_in.day, value, confidence, status, prose(note, "note"), places)
    said = _checked(moving, said, now)
    if not CheckIn.objects.filter(pk=check_in.pk, replaced=False).update(replaced=True):
        raise Invalid("This check-in has been corrected already.", remedy="Correct the newest one.")
    before = moving.own.value
    made = _write(moving, said, replaces=check_in)
    keep(moving.own, stated(KeyResult.objects.filter(pk=key_result.pk)).get(key_result.pk, UNSTATED))
    rolled = _roll(moving, now)
    _tell(verbs.CORRECTED, made, moving.own, before, rolled, before=plain(check_in.value))
    return made


@action
def read_metric(
    *,
    by: Person,
    metric: Metric,
    at: datetime,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    parts: Sequence[PartOf] = (),
    quality: str = "measured",
    evidence: Sequence[Link] = (),
    day: date | None = None,
    note: str = "",
    replaces: Reading | None = None,
) -> Reading:
    """Record (or correct) a value of a shared metric; every key result and objective that follows it moves.

    A share may be given by numerator and denominator, a whole that adds up by its `parts` alone; `evidence` are
    links. Raises Faults with everything that is wrong, Invalid for a day in a locked period.
    """
    metrics.require_steward(by, metric)
    now = present(at)
    followers = lock_followers(metric)
    on = day or (replaces.day if replaces else now.day)
    if on > now.day:
        raise Faults([STILL_TO_COME])
    entered = NewReading(Amount(value, numerator, denominator), tuple(parts), quality, tuple(evidence))
    said = settled(entered, metric.kind, dict(declared(metric)), metric.levels, note)
    before = latest_value(metric)
    made = metrics.enter(
        by=by, metric_id=metric.pk, value=said.amount.value, day=on, at=at, text=note, replaces=replaces, said=said
    )
    differing = measure_again(followers, now)
    rolled = refresh({row.objective_id for row in differing} | driven_by(metric), now)
    note_event(
        metric_verbs.CORRECTED if replaces else metric_verbs.READ,
        metric,
        by=by,
        at=at,
        value=plain(made.value),
        day=str(on),
        moved=[plain(before), plain(latest_value(metric))],
        rolled=rolled,
    )
    return made


def _lock(key_result: KeyResult) -> Moving:
    """The key result as it is now, with all that follow the same metric and its milestones."""
    metric = key_result.metric
    while True:
        rows = lock_followers(metric) if metric else lock_key_results(KeyResult.objects.filter(pk=key_result.pk))
        own = next((row for row in rows if row.pk == key_result.pk), None)
        if own is not None and own.metric_id == (metric.pk if metric else None):
            steps = Milestone.objects.filter(key_result=own) if own.type == Type.MILESTONES else ()
            return Moving(own, rows, metric, list(steps))
        metric = KeyResult.objects.select_related("metric").get(pk=key_result.pk).metric


def _checked(moving: Moving, said: Said, now: Present) -> Said:
    """What was said, in shortest form, the number of milestones told by their places; raises Faults."""
    if said.value is not None:
        said = replace(said, value=bounded(said.value))
    elif said.reached is not None:
        said = replace(said, value=Decimal(len(said.reached)))
    if faults := list(_faults(moving, said, now.day)):
        raise Faults(faults)
    return said


def _faults(moving: Moving, said: Said, today: date) -> Iterator[Fault]:
    if moving.own.objective.cycle.state == CycleState.CLOSED:
        yield Fault("cycle", "The cycle is closed.", "Reopen it to check in.")
    if moving.own.archived_at is not None:
        yield Fault("key_result", "This key result is archived.", "Restore it first.")
    if said.day > today:
        yield STILL_TO_COME
    if said.confidence is not None and not 0 <= said.confidence <= CONFIDENCE_MAX:
        yield Fault("confidence", "Confidence goes from 0 to 10.", "5 means: it could go either way.")
    if said.status is not None and said.status not in list(Status):
        yield Fault("status", "There is no such status.", f"Use {', '.join(Status)}.")
    if said.value is None and said.confidence is None and said.status is None and not said.note:
        yield NOTHING
    if said.value is not None:
        yield from _value_faults(moving, said.value, said.reached)


def _value_faults(moving: Moving, value: Decimal, reached: frozenset[int] | None) -> list[Fault]:
    kind = moving.own.type
    if kind == Type.OPEN:
        return [Fault("value", "This key result has no measure yet.", "Define how it is measured first.")]
    if kind == Type.MILESTONES:
        return list(_milestone_faults(len(moving.steps), value, reached))
    if reached is not None:
        return [Fault("reached", "This key result has no milestones.", "Give a value.")]
    if moving.metric is not None and moving.metric.kind.measure is Measure.QUALITATIVE:
        return [Fault("value", "Its metric is told in words.", "Leave the value out, and record it with the metric.")]
    return [Fault(fault.field, fault.message, fault.remedy) for fault in value_faults(measure_of(moving.own), value)]


def _milestone_faults(count: int, value: Decimal, reached: frozenset[int] | None) -> Iterator[Fault]:
    if value != value.to_integral_value() or not 0 <= value <= count:
        yield Fault("value", "Say how many milestones have been reached.", f"Write 0 to {count}.")
    elif reached is not None and not reached <= set(range(1, count + 1)):
        yield Fault("value", "There is no such milestone.", f"They are numbered 1 to {count}.")
    elif reached is not None and len(reached) != value:
        yield Fault("value", "The number and the list of milestones reached differ.", "Give one of the two.")


def _write(moving: Moving, said: Said, replaces: CheckIn | None = None) -> CheckIn:
    reading = _reading(moving.own, said, replaces)
    if said.value is not None and moving.own.type == Type.MILESTONES:
        _reach(moving.steps, said)
    return CheckIn.objects.create(
        key_result=moving.own,
        day=said.day,
        value=said.value,
        reading=reading,
        confidence=said.confidence,
        status=said.status,
        note=said.note,
        by=said.by,
        recorded_at=said.at,
        replaces=replaces,
    )


def _reading(key_result: KeyResult, said: Said, replaces: CheckIn | None) -> Reading | None:
    """The reading behind a check-in; that of the one which it replaces no longer counts."""
    old = replaces.reading if replaces is not None else None
    metric_id = None if said.value is None or key_result.type in WITHOUT_METRIC else key_result.metric_id
    if old is not None:
        old = newest_correction(old)
        if old.metric_id != metric_id:
            metrics.withdraw(old)
            old = None
    if said.value is None or metric_id is None:
        return None
    return metrics.enter(by=said.by, metric_id=metric_id, value=said.value, day=said.day, at=said.at, replaces=old)


def _reach(steps: Sequence[Milestone], said: Said) -> None:
    """By the day, the milestones at these places have been reached and no others; later ones stay as they are."""
    places = range(1, int(said.value or 0) + 1) if said.reached is None else said.reached
    moved = []
    for place, step in enumerate(steps, 1):
        was_reached = step.reached_on is not None and step.reached_on <= said.day
        if (place in places) != was_reached:
            step.reached_on = None if was_reached else said.day
            moved.append(step)
    write(Milestone, moved, ["reached_on"])


def _roll(moving: Moving, now: Present) -> list[int]:
    """The figures of all that follow; returns the objectives that moved."""
    differing = measure_again(moving.followers, now, stated=moving.own)
    driven = driven_by(moving.metric) if moving.metric is not None and moving.metric.is_shared else set()
    return refresh({moving.own.objective_id, *(row.objective_id for row in differing), *driven}, now)


def _tell(
    verb: str, made: CheckIn, key_result: KeyResult, was: Decimal | None, rolled: list[int], **more: object
) -> None:
    note_event(
        verb,
        key_result,
        by=made.by,
        at=made.recorded_at,
        objective_id=key_result.objective_id,
        value=plain(made.value),
        day=str(made.day),
        confidence=made.confidence,
        status=made.status,
        note=made.note,
        moved=[plain(was), plain(key_result.value)],
        rolled=rolled,
        **more,
    )
