"""Contribution requests as documents tell them."""

from collections.abc import Iterator

from impactline.exchange.document_planning import Request
from impactline.exchange.queries.visible import Visible, told
from impactline.planning.visibility import requests_visible_to


def requests_of(seen: Visible) -> Iterator[Request]:
    """The visible requests in the order in which they were made. One query."""
    for row in requests_visible_to(seen.viewer).order_by("asked_on", "id"):
        key_result = seen.key_results.get(row.key_result_id or 0)
        waiting, promise = (seen.items.get(number or 0) for number in (row.waiting_id, row.promise_id))
        yield told(
            Request,
            ref=row.ref,
            title=row.title,
            description=row.description,
            asked=seen.teams[row.asked_id],
            asking=seen.teams.get(row.asking_id or 0),
            key_result=key_result.ref if key_result else None,
            waiting=waiting.ref if waiting else None,
            due_on=row.due_on,
            effort_hours=row.effort_hours,
            state=row.state,
            proposed_on=row.proposed_on,
            reason=row.reason,
            promise=promise.ref if promise else None,
            asked_by=seen.people.get(row.asked_by_id or 0),
            asked_on=row.asked_on,
            answered_by=seen.people.get(row.answered_by_id or 0),
            answered_on=row.answered_on,
        )
