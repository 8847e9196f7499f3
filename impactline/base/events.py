"""Every change leaves one event; each kind of event is named here once."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django.db import connection

from impactline.base.models import Event

CHANNEL = "impactline_events"
ANNOUNCED = "SELECT pg_notify(%s, CAST(id AS text)) FROM unnest(CAST(%s AS bigint[])) id"

VERBS: dict[str, str] = {}
QUIET: set[str] = set()


class Item(Protocol):
    """Anything that has events: it has an id, a ref and the name of its kind."""

    kind_name: ClassVar[Any]

    @property
    def pk(self) -> Any: ...

    @property
    def ref(self) -> Any: ...


def verb(name: str, meaning: str, *, quiet: bool = False) -> str:
    """Declare a verb of the log, with what it means; the reference of events is made from these.

    What is quiet moves open pages, and is left out where people read the log.
    """
    VERBS[name] = meaning
    if quiet:
        QUIET.add(name)
    return name


def note(
    verb: str,
    item: Item,
    *,
    by: Any,
    at: datetime,
    objective_id: int | None = None,
    chain_item_id: Any = None,
    linked_item_id: Any = None,
    **data: Any,
) -> Event:
    """Write one event in the present transaction.

    `objective_id` names the objective whose visibility rules the event, `chain_item_id` the item of the chain,
    `linked_item_id` the other end of a link, which has to be visible as well; without any it is open to all members.
    `data` is JSON: for a change, field → [before, after].
    """
    if verb not in VERBS:
        raise KeyError(f"undeclared verb {verb}")
    event = Event.objects.create(
        at=at,
        actor=by,
        verb=verb,
        kind=item.kind_name,
        ref=item.ref,
        item_id=item.pk,
        objective_id=objective_id,
        chain_item_id=chain_item_id,
        linked_item_id=linked_item_id,
        data=data,
    )
    announce([event.pk])
    return event


def announce(ids: Iterable[int]) -> None:
    """Tell the other processes about new events, on commit (PostgreSQL; SQLite's readers watch the file)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(ANNOUNCED, [CHANNEL, list(ids)])


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The fields that differ, each with what it was and what it is, ready for an event's data."""
    return {field: [plain(before[field]), plain(value)] for field, value in after.items() if before[field] != value}


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dates and decimals (in shortest form) as text, items by their ref."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    return str(getattr(value, "ref", value))
