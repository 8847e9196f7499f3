"""What goes on in another cycle: an objective with what is left of its key results."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from impactline.base import refs
from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.transactions import action
from impactline.base.versions import locked
from impactline.metrics.models import Metric
from impactline.okrs import verbs
from impactline.okrs.actions.measuring import freeze, give_metric, write_milestones
from impactline.okrs.actions.objectives import next_position, not_closed
from impactline.okrs.carry_over import CarriedOver, Restart
from impactline.okrs.carry_over import carry_over as carried_measure
from impactline.okrs.facts import metric_progress
from impactline.okrs.measure import Curve, Driver, Type
from impactline.okrs.models import Cycle, KeyResult, Milestone, Objective, Viewer
from impactline.okrs.readings import own_values
from impactline.okrs.records import measure_of
from impactline.okrs.rolling import lock_key_results, lock_metrics, measure_again, refresh
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import require_edit
from impactline.people.models import Person


@action
def carry_over(*, by: Person, objective: Objective, cycle: Cycle, at: datetime) -> Objective:
    """Go on with an objective in another cycle: a new one, linked to the old, with what is left to do.

    A metric restarts from its present value, a percentage of completion at 0; key results that reached their
    target, and those whose target has to be set anew, come along as `open`. What was carried over to that cycle
    already is returned as it is.
    """
    require_edit(by, objective)
    not_closed(cycle)
    if objective.cycle_id == cycle.pk:
        raise Invalid("It stands in that cycle already.", remedy="Choose another cycle.", field="cycle")
    rows = KeyResult.objects.filter(objective=objective, archived_at=None)
    lock_metrics(rows.values_list("metric_id", flat=True))
    key_results = lock_key_results(rows)
    source = locked(objective, None)
    if made := Objective.objects.filter(carried_from=source, cycle=cycle, archived_at=None).first():
        return made
    now = present(at)
    fresh = _copy(source, cycle)
    for key_result in key_results:
        _carry(key_result, fresh, now, at)
    measure_again(lock_key_results(KeyResult.objects.filter(objective=fresh)), now)
    rolled = refresh([fresh.pk], now)
    said = {"to": fresh.ref, "cycle": cycle.ref}
    note(verbs.OBJECTIVE_CARRIED, source, by=by, at=at, objective_id=source.pk, rolled=[*rolled, fresh.pk], **said)
    fresh.refresh_from_db()
    return fresh


@action
def carry_all_over(*, by: Person, objectives: Iterable[Objective], cycle: Cycle, at: datetime) -> list[Objective]:
    """Go on with several objectives in another cycle: all of them or none."""
    return [carry_over(by=by, objective=objective, cycle=cycle, at=at) for objective in objectives]


def _copy(objective: Objective, cycle: Cycle) -> Objective:
    fresh = Objective.objects.create(
        ref=refs.claim("objective", "", objective.title),
        title=objective.title,
        description=objective.description,
        cycle=cycle,
        owner=objective.owner,
        team=objective.team,
        kind=objective.kind,
        visibility=objective.visibility,
        position=next_position(cycle),
        carried_from=objective,
        **_driver(objective),
    )
    fresh.priorities.set(objective.priorities.all())
    viewers = Viewer.objects.filter(objective=objective)
    Viewer.objects.bulk_create([Viewer(objective=fresh, person_id=row.person_id) for row in viewers])
    return fresh


def _driver(objective: Objective) -> dict[str, Any]:
    """The driver of the new objective; its own metric goes on from its present value, unless it is there."""
    if objective.driver != Driver.METRIC:
        return {"driver": objective.driver}
    value = own_values([objective]).get(objective.pk, objective.baseline)
    if (metric_progress(objective, value) or 0.0) >= 1:
        return {"driver": Driver.KEY_RESULTS}
    return {"driver": Driver.METRIC, "metric": objective.metric, "baseline": value, "target": objective.target}


def _carry(key_result: KeyResult, objective: Objective, now: Present, at: datetime) -> None:
    rows = Milestone.objects.filter(key_result=key_result)
    carried = carried_measure(measure_of(key_result, rows), key_result.value, now.day)
    measure = carried.measure
    kind = Type.OPEN if carried.target_wanted else measure.type
    made = KeyResult(
        ref=refs.claim("key_result", "", key_result.title),
        objective=objective,
        title=key_result.title,
        description=key_result.description,
        type=kind,
        metric=_followed(key_result, kind, carried),
        baseline=measure.baseline,
        target=measure.target,
        low=measure.low,
        high=measure.high,
        warning=measure.warning,
        unit=measure.unit,
        values=measure.values,
        levels=list(measure.levels),
        curve=Curve.LINEAR if key_result.curve == Curve.PLANNED else key_result.curve,
        weight=key_result.weight,
        owner=key_result.owner,
        position=key_result.position,
        carried_from=key_result,
    )
    give_metric(made)
    freeze(made, objective, at)
    made.save()
    write_milestones(made, measure.milestones)


def _followed(key_result: KeyResult, kind: Type, carried: CarriedOver) -> Metric | None:
    """The metric that goes on being followed; one of its own does not, where the new one starts without a value."""
    metric = key_result.metric
    if kind is Type.MILESTONES or metric is None:
        return None
    anew = carried.restart is Restart.FROM_ZERO or kind is Type.BINARY
    return metric if metric.is_shared or not anew else None
