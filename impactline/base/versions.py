"""Lost updates are refused: whoever edits says which version was read."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import models

from impactline.base.errors import Conflict, Invalid
from impactline.base.events import plain

M = TypeVar("M", bound=models.Model)


def locked(item: M, version: int | None) -> M:
    """The item as it is now, locked for change in the present transaction.

    `version` is the one the person read; None skips the comparison (programs that just read it).
    Raises Conflict when somebody else changed the item since.
    """
    rows: Any = item.__class__._default_manager  # type() would not do: Django's request.user is a proxy
    fresh = rows.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if version is not None and fresh.version != version:
        raise Conflict(
            "Somebody else changed this since you opened it.",
            theirs=fresh.version,
            remedy="Compare both versions, then save again.",
        )
    return fresh  # type: ignore[no-any-return]


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
