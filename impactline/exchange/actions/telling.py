"""The events of imported check-ins and readings."""

from typing import Any

from impactline.checkins import verbs
from impactline.exchange.actions.entries import Subject
from impactline.exchange.actions.work import Said, Work, before_and_after, told
from impactline.exchange.plan import Add, Change
from impactline.exchange.queries.readings import usual_moment
from impactline.metrics import verbs as metric_verbs


def tell(work: Work, step: Add | Change, subject: Subject) -> None:
    """One event for one check-in or reading, of the key result or metric concerned."""
    objective = subject.key_result.objective_id if subject.key_result is not None else None
    if isinstance(step, Change):
        verb = verbs.CORRECTED if step.kind == "check-in" else metric_verbs.CORRECTED
        work.tell(verb, subject.item, objective=objective, day=str(step.day), **before_and_after(step))
        return
    part: Any = step.part
    names = ("value", "confidence", "status", "note") if step.kind == "check-in" else ("value", "note")
    verb = verbs.CHECKED_IN if step.kind == "check-in" else metric_verbs.READ
    data = {name: told(getattr(part, name)) for name in names}
    said = Said(work.id_of("person", part.by), min(work.at, part.recorded_at or usual_moment(part.at)))
    work.tell(verb, subject.item, objective=objective, said=said, day=str(part.at), **data)
