"""Contribution requests, as an import writes them."""

from collections.abc import Sequence
from typing import Any

from impactline.exchange.actions.work import Column, Work, before_and_after, changed, save, values
from impactline.exchange.plan import Add, Change
from impactline.planning import verbs
from impactline.planning.models import ContributionRequest, RequestState

REQUEST = {
    **{name: Column(name) for name in ("title", "description", "due_on", "effort_hours", "state", "reason")},
    **{name: Column(name) for name in ("proposed_on", "asked_on", "answered_on")},
    "asked": Column("asked_id", "team"),
    "asking": Column("asking_id", "team"),
    "key_result": Column("key_result_id", "key result"),
    "waiting": Column("waiting_id", "chain item"),
    "promise": Column("promise_id", "chain item"),
    "asked_by": Column("asked_by_id", "person"),
    "answered_by": Column("answered_by_id", "person"),
}
ANSWERS = {
    RequestState.ASKED: verbs.EDITED,
    RequestState.PROPOSED: verbs.PROPOSED,
    RequestState.ACCEPTED: verbs.ACCEPTED,
    RequestState.DECLINED: verbs.DECLINED,
    RequestState.WITHDRAWN: verbs.WITHDRAWN,
}


def add_requests(work: Work, adds: Sequence[Add]) -> None:
    """Write new requests; one that does not say when it was asked was asked today."""
    work.claim("contribution request", (add.ref for add in adds))
    rows = [ContributionRequest(ref=add.ref, **_values(work, add.ref, add.part, list(REQUEST))) for add in adds]
    for row in work.created("contribution request", ContributionRequest, rows):
        _tell(work, verbs.ASKED, row, title=row.title)


def change_requests(work: Work, changes: Sequence[Change]) -> None:
    """Change requests; one that gets another state is answered or withdrawn."""
    found = ContributionRequest.objects.select_related("key_result")
    rows = found.in_bulk([change.ref for change in changes], field_name="ref")
    attributes: set[str] = set()
    for change in changes:
        row, names = rows[change.ref], [part.field for part in change.fields]
        wanted = _values(work, row.ref, change.wanted, names)
        changed(row, wanted)
        attributes |= set(wanted)
        verb = ANSWERS[RequestState(row.state)] if "state" in names else verbs.EDITED
        _tell(work, verb, row, **before_and_after(change))
    save(ContributionRequest, rows.values(), sorted(attributes))


def _values(work: Work, ref: str, part: Any, names: Sequence[str]) -> dict[str, Any]:
    found = values(work, REQUEST, part, names)
    if "title" in found:
        found["title"] = found["title"] or ref
    if "asked_on" in found:
        found["asked_on"] = found["asked_on"] or min(work.day, part.answered_on or work.day)
    return found


def _tell(work: Work, verb: str, row: ContributionRequest, **said: Any) -> None:
    objective = row.key_result.objective_id if row.key_result is not None else None
    work.tell(verb, row, objective=objective, linked=row.promise_id, **said)
    work.events[-1].chain_item_id = row.waiting_id
