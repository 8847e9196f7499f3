"""Delivery, effect and quadrant of a strategic priority, as a person sees it: the mean of what serves it."""

from impactline.chain.delivery import Verdict, of_priority, verdict
from impactline.checkins.figures import figures_of
from impactline.checkins.verdicts import verdicts_of
from impactline.okrs.models import CycleState
from impactline.okrs.today import Present
from impactline.okrs.visibility import visible_to
from impactline.people.models import Person


def verdict_of_priority(person: Person | None, ref: str, now: Present) -> Verdict:
    """The verdict on the priority with this ref, by what serves it in cycles that have begun and are not closed.

    A fixed number of queries, whatever their number.
    """
    serving = visible_to(person).filter(priorities__ref=ref, archived_at=None, cycle__starts_on__lte=now.day)
    running = serving.exclude(cycle__state=CycleState.CLOSED).select_related("cycle")
    objectives = list(running.order_by("position", "id"))
    figures = figures_of(person, objectives, now)
    each = verdicts_of(person, figures.values(), now.day, threshold=now.policy.enough)
    titled = [(objective.title, each[objective.pk]) for objective in objectives]
    delivered = of_priority([(title, one.delivery) for title, one in titled], now.day)
    moved = of_priority([(title, one.effect) for title, one in titled], now.day)
    return verdict(delivered, moved, threshold=now.policy.enough)
