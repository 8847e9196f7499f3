"""Lost updates are refused: whoever edits says which version was read."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import models

from impactline.base.errors import Conflict, Invalid
from impactline.base.events import plain
from impactline.base.models import Event

M = TypeVar("M", bound=models.Model)
EVENTS_MAX = 100


def locked(item: M, version: int | None, told: "models.QuerySet[Event] | None" = None) -> M:
    """The item as it is now, locked for change in the present transaction.

    `version` is the one the person read; None skips the comparison (programs that just read it). `told` are the events
    of its changes, where these are not simply its own. Raises Conflict when somebody else changed the item since.
    """
    rows: Any = item.__class__._default_manager  # type() would not do: Django's request.user is a proxy
    fresh = rows.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if version is not None and fresh.version != version:
        raise Conflict(
            "Somebody else changed this since you opened it.",
            theirs=fresh.version,
            remedy="Compare both versions, then save again.",
            was=_was(item, fresh.version - version, told),
        )
    return fresh  # type: ignore[no-any-return]


def _was(item: Any, changes: int, told: "models.QuerySet[Event] | None") -> dict[str, list[Any]]:
    """What the fields held before each of the last changes of an item; nothing for what has no events of its own."""
    if told is None and not hasattr(item, "kind_name"):
        return {}
    rows = Event.objects.filter(kind=item.kind_name, item_id=item.pk) if told is None else told
    newest = rows.order_by("-id")[:EVENTS_MAX]
    edits = [event.data for event in newest if any(isinstance(said, list) for said in event.data.values())]
    found: dict[str, list[Any]] = {}
    for data in edits[: max(0, changes)]:
        for field, said in data.items():
            if isinstance(said, list) and len(said) == 2:
                found.setdefault(field, []).append(said[0])
    return found


def known(changes: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """A copy of the changes to these fields; raises Invalid when there are changes to others."""
    if unknown := sorted(set(changes) - set(fields)):
        raise Invalid(f"Unknown: {', '.join(unknown)}.", remedy=f"Use {', '.join(sorted(fields))}.", field=unknown[0])
    return dict(changes)


def edit(item: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """Set the fields that differ, raise the version by one and save; returns field → [before, after]."""
    differing = {
        field: [plain(getattr(item, field)), plain(value)]
        for field, value in changes.items()
        if getattr(item, field) != value
    }
    if differing:
        for field in differing:
            setattr(item, field, changes[field])
        item.version += 1
        item.save(update_fields=[*differing, "version"])
    return differing
