"""The API's log: what happened, newest first, as far as the person of the token may know."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from impactline.api.access import REFUSALS
from impactline.api.shapes import Moment, Paging, slice_of
from impactline.okrs.log import log_for, said_of
from impactline.people.models import Person

router = Router(tags=["events"])


class EventShape(Schema):
    """One change. `said` is what was said and what differs: a value, or what was and what is."""

    at: datetime
    by: str | None
    verb: str
    kind: str
    ref: str
    said: dict[str, Any]


class EventsPage(Schema):
    """A page of events."""

    total: int
    items: list[EventShape]


class EventFilters(Schema):
    """Which events a list holds: from `since` on, before `until`."""

    kind: str = ""
    ref: str = ""
    verb: str = ""
    by: str = ""
    since: Moment | None = None
    until: Moment | None = None


@router.get("", response={200: EventsPage, **REFUSALS}, summary="What happened, newest first")
def listed(
    request: HttpRequest,
    filters: Annotated[EventFilters, Query()],
    paging: Annotated[Paging, Query()],
) -> EventsPage:
    person: Person = request.auth  # type: ignore[attr-defined]
    named = {
        "kind": filters.kind,
        "ref": filters.ref,
        "verb": filters.verb,
        "actor__email__iexact": filters.by,
        "at__gte": filters.since,
        "at__lt": filters.until,
    }
    found = log_for(person).filter(**{field: value for field, value in named.items() if value})
    shown = slice_of(found, paging)
    items = [
        EventShape(
            at=event.at,
            by=event.actor.email if event.actor else None,
            verb=event.verb,
            kind=event.kind,
            ref=event.ref,
            said=said,
        )
        for event, said in zip(shown, said_of(person, shown), strict=True)
    ]
    return EventsPage(total=found.count(), items=items)
