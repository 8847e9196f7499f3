"""What follows from what: for each kind of event, what the worker does after it was committed.

A reaction may run twice (when the worker is stopped between doing and noting), and has to do no harm then.
"""

from collections.abc import Callable

from django.utils import timezone

from impactline.base import statistics
from impactline.base.models import Event
from impactline.chain import actions as chain
from impactline.chain import verbs
from impactline.chain.models import ChainItem
from impactline.checkins import verbs as checkins
from impactline.exchange import verbs as exchange
from impactline.exchange.actions.import_work import apply_import, plan_import
from impactline.insight import verbs as insight
from impactline.insight.examining import examine_all, examine_check_ins, examine_settings
from impactline.insight.judging import judge_closed, judge_cycle
from impactline.insight.keeping import keep_all_forecasts, keep_forecasts
from impactline.insight.queries import objectives_above, objectives_reading
from impactline.metrics import verbs as metrics
from impactline.notify import mail
from impactline.okrs import verbs as okrs
from impactline.okrs.models import Cycle, CycleState
from impactline.people import verbs as people
from impactline.planning import verbs as planning

Table = dict[str, tuple[Callable[[Event], None], ...]]


def _count_again(event: Event) -> None:
    """All figures were computed anew, each day and after an import: tables may have other sizes now."""
    statistics.refresh()


def _predict(event: Event) -> None:
    """What was expected of an item that an import says has ended is written down, as an action does it at once."""
    if event.data.get("imported") and event.chain_item_id is not None:
        chain.predict_again(items=ChainItem.objects.filter(pk=event.chain_item_id), at=event.at)


def _compare(event: Event) -> None:
    """A metric was read: what was expected of it, and is due, is compared."""
    chain.compare_due(at=event.at)


def _examine(event: Event) -> None:
    """How something is set was changed. Of several such changes that wait, the last is enough."""
    if event.objective_id is not None:
        keep_forecasts([event.objective_id], timezone.now())
        examine_check_ins([event.objective_id], timezone.now())
    if not Event.objects.filter(handled_at=None, verb__in=SETTINGS, pk__gt=event.pk).exists():
        examine_settings(timezone.now())


def _examine_all(event: Event) -> None:
    """What every rule reads may be another: the day, a policy, a threshold, an import."""
    keep_all_forecasts(timezone.now())
    examine_all(timezone.now())


def _judge(event: Event) -> None:
    """A cycle was closed, or another day has come, maybe with an import: forecasts are held against what came."""
    cycle = Cycle.objects.filter(pk=event.item_id, state=CycleState.CLOSED).first() if event.kind == "cycle" else None
    if cycle is not None:
        judge_cycle(cycle, timezone.now())
    judge_closed(timezone.now())


def _examine_check_in(event: Event) -> None:
    """Somebody said something of a key result, or a metric was read that key results follow."""
    if event.objective_id is not None:
        objectives = [event.objective_id]
    elif event.kind == "metric":
        objectives = objectives_reading(event.item_id)
    else:
        return
    keep_forecasts(objectives, timezone.now())
    examine_check_ins(objectives, timezone.now())


def _plan_import(event: Event) -> None:
    """Somebody uploaded files."""
    plan_import(event.item_id, timezone.now())


def _apply_import(event: Event) -> None:
    """Somebody agreed to a plan."""
    apply_import(event.item_id, timezone.now())


def _together(*tables: Table) -> Table:
    """One table: what follows by the first comes first."""
    found: Table = {}
    for table in tables:
        for verb, reactions in table.items():
            found[verb] = (*found.get(verb, ()), *reactions)
    return found


def _examine_above(event: Event) -> None:
    """Something came into the way or went out of it, or an outcome was judged: what stands above is looked at."""
    near = [event.objective_id] if event.objective_id is not None else objectives_above(event.chain_item_id)
    if near:
        examine_check_ins(near, timezone.now())
    examine_settings(timezone.now())


SETTINGS = (
    okrs.PRIORITY,
    okrs.PRIORITY_ARCHIVED,
    okrs.PRIORITY_RESTORED,
    okrs.OBJECTIVE,
    okrs.OBJECTIVE_EDITED,
    okrs.OBJECTIVE_ARCHIVED,
    okrs.OBJECTIVE_RESTORED,
    okrs.OBJECTIVE_SCORED,
    okrs.SUFFICIENCY,
    okrs.OBJECTIVE_CARRIED,
    okrs.ALIGNED,
    okrs.UNALIGNED,
    okrs.KEY_RESULT,
    okrs.KEY_RESULT_EDITED,
    okrs.KEY_RESULT_REVISED,
    okrs.KEY_RESULT_ARCHIVED,
    okrs.KEY_RESULT_RESTORED,
    okrs.KEY_RESULT_MOVED,
    verbs.ITEM,
    verbs.ITEM_EDITED,
    verbs.ITEM_REPORTED,
    verbs.ITEM_ARCHIVED,
    verbs.ITEM_RESTORED,
    verbs.LINKED,
    verbs.LINK_EDITED,
    verbs.UNLINKED,
    verbs.ASSUMED,
    verbs.EVIDENCE,
    verbs.WAITS,
    verbs.WAITS_NO_MORE,
    metrics.METRIC,
    metrics.METRIC_EDITED,
    metrics.METRIC_ARCHIVED,
    metrics.METRIC_RESTORED,
    okrs.OBJECTIVE_OVERRIDDEN,
    okrs.OBJECTIVE_RESUMED,
    okrs.KEY_RESULT_SCORED,
    planning.ASKED,
    planning.EDITED,
    planning.PROPOSED,
    planning.ACCEPTED,
    planning.DECLINED,
    planning.WITHDRAWN,
    people.TEAM_EDITED,
    people.TEAM_ARCHIVED,
)
WHOLE = (
    okrs.FIGURES,
    insight.RULE,
    okrs.CYCLE_EDITED,
    okrs.CYCLE_ACTIVATED,
    okrs.CYCLE_CLOSING,
    okrs.CYCLE_CLOSED,
    okrs.CYCLE_REOPENED,
    okrs.CYCLE_ARCHIVED,
    okrs.CYCLE_RESTORED,
)
BELOW = (
    insight.RAISED,
    insight.EDITED,
    insight.RESOLVED,
    insight.REOPENED,
    verbs.JUDGED,
    verbs.JUDGEMENT_WITHDRAWN,
)
CHECK_INS = (checkins.CHECKED_IN, checkins.CORRECTED, metrics.READ, metrics.CORRECTED, metrics.READ_MANY)

OWN: Table = {
    people.INVITED: (mail.send_invitation,),
    people.RESET: (mail.send_reset,),
    people.PASSWORD: (mail.tell_of_new_password,),
    okrs.OBJECTIVE_GLASS: (mail.tell_of_broken_glass,),
    okrs.FIGURES: (_count_again, _judge),
    okrs.CYCLE_CLOSED: (_judge,),
    verbs.ITEM: (_predict,),
    verbs.ITEM_EDITED: (_predict,),
    metrics.READ: (_compare,),
    metrics.READ_MANY: (_compare,),
    checkins.CHECKED_IN: (_compare,),
    exchange.IMPORTED: (_count_again, _compare, _examine_all),
    exchange.UPLOADED: (_plan_import,),
    exchange.AGREED: (_apply_import,),
}
REACTIONS: Table = _together(
    OWN,
    dict.fromkeys(WHOLE, (_examine_all,)),
    dict.fromkeys(SETTINGS, (_examine,)),
    dict.fromkeys(BELOW, (_examine_above,)),
    dict.fromkeys(CHECK_INS, (_examine_check_in,)),
)
