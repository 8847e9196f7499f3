"""Changes to strategic priorities; administrators make them."""

from datetime import datetime
from typing import Any

from impactline.base import refs
from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.okrs import verbs
from impactline.okrs.models import Priority
from impactline.people.models import Person
from impactline.people.roles import require_administrator


@action
def create_priority(
    *, by: Person, title: str, at: datetime, ref: str = "", why: str = "", owner: Person | None = None
) -> Priority:
    """Add a strategic priority at the end of the list."""
    require_administrator(by)
    text = line(title, "title")
    last = Priority.objects.order_by("-position").values_list("position", flat=True).first()
    priority = Priority.objects.create(
        ref=refs.claim("priority", ref, text),
        title=text,
        why=prose(why, "why"),
        owner=owner,
        position=(last or 0) + 1,
    )
    note(verbs.PRIORITY, priority, by=by, at=at, title=text)
    return priority


@action
def change_priority(
    *, by: Person, priority: Priority, version: int | None, at: datetime, changes: dict[str, Any]
) -> Priority:
    """Change title, why, owner or position."""
    require_administrator(by)
    fresh = locked(priority, version)
    checked = known(changes, {"title", "why", "owner", "position"})
    if "title" in checked:
        checked["title"] = line(checked["title"], "title")
    if "why" in checked:
        checked["why"] = prose(checked["why"], "why")
    if differing := edit(fresh, checked):
        note(verbs.PRIORITY_EDITED, fresh, by=by, at=at, **differing)
    return fresh


@action
def move_priority(*, by: Person, priority: Priority, after: Priority | None, at: datetime) -> Priority:
    """Move a priority behind another, or to the front (`after` None)."""
    require_administrator(by)
    order = list(Priority.objects.select_for_update().filter(archived_at=None).order_by("position", "id"))
    others = [other for other in order if other.pk != priority.pk]
    if len(others) == len(order):
        raise Invalid("This priority is in the archive.", remedy="Restore it first.")
    places = {other.pk: place for place, other in enumerate(others, 1)}
    if after is not None and after.pk not in places:
        raise Invalid("There is no such priority to stand behind.", remedy="Choose another one.", field="after")
    others.insert(0 if after is None else places[after.pk], locked(priority, None))
    for position, row in enumerate(others, 1):
        if differing := edit(row, {"position": position}):
            note(verbs.PRIORITY_EDITED, row, by=by, at=at, **differing)
    return Priority.objects.select_related("owner").get(pk=priority.pk)


@action
def archive_priority(*, by: Person, priority: Priority, at: datetime) -> Priority:
    """Put a priority into the archive; objectives keep their tie to it."""
    require_administrator(by)
    fresh = locked(priority, None)
    if fresh.archived_at is None:
        edit(fresh, {"archived_at": at})
        note(verbs.PRIORITY_ARCHIVED, fresh, by=by, at=at)
    return fresh


@action
def restore_priority(*, by: Person, priority: Priority, at: datetime) -> Priority:
    """Take a priority back from the archive."""
    require_administrator(by)
    fresh = locked(priority, None)
    if fresh.archived_at is not None:
        edit(fresh, {"archived_at": None})
        note(verbs.PRIORITY_RESTORED, fresh, by=by, at=at)
    return fresh
