"""Lists of items and of what they and their links hold: reports, assumptions, evidence, viewers, what they wait for.

Items and links are checked by the caller; what is listed beside them goes through `visible_to`.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from impactline.base.errors import NotFound
from impactline.chain.models import (
    Assumption,
    ChainItem,
    Dependency,
    Evidence,
    ItemViewer,
    ItemVisibility,
    Link,
    Report,
)
from impactline.chain.visibility import dependencies_visible_to, items_visible_to, links_visible_to
from impactline.people.models import Person

Ground = Link | ChainItem
M = TypeVar("M", bound=Model)


def items(person: Person | None, *, archived: bool = False, **wanted: Any) -> "QuerySet[ChainItem]":
    """The items that a person may see, in their order, with owner, teams and metrics; `wanted` are columns."""
    rows = items_visible_to(person).filter(archived_at__isnull=not archived, **wanted)
    return rows.select_related("owner", "team").prefetch_related("shared_with", "metrics").order_by("position", "id")


def links(person: Person | None, *, source: str = "", target: str = "") -> "QuerySet[Link]":
    """The links with both ends visible to a person, those of one end where a ref is given."""
    ends = {"source__ref": source, "target__ref": target}
    rows = links_visible_to(person).filter(**{name: ref for name, ref in ends.items() if ref})
    return rows.select_related("source", "target", "effect_metric").order_by("target", "position", "id")


def reports(item: ChainItem) -> "QuerySet[Report]":
    """What was reported of an item, in the order of days."""
    return Report.objects.filter(item=item).select_related("by").order_by("day", "id")


def viewers(item: ChainItem) -> list[Person]:
    """Who was invited to see a private item, by name."""
    rows = ItemViewer.objects.filter(item=item).select_related("person").order_by("person__name", "pk")
    return [row.person for row in rows]


def waits_of(person: Person | None, item: ChainItem) -> "QuerySet[Dependency]":
    """What an activity waits for, so far as the person may see it."""
    return dependencies_visible_to(person).filter(activity=item).select_related("after").order_by("pk")


def assumptions(on: Ground) -> "QuerySet[Assumption]":
    """What must hold for a link or an item, in order."""
    return Assumption.objects.filter(**_on(on)).select_related("owner", "metric").order_by("position", "id")


def evidence(on: Ground) -> "QuerySet[Evidence]":
    """What shows that an item was delivered, or that a link holds, in order."""
    return Evidence.objects.filter(**_on(on)).order_by("position", "id")


def assumption_on(on: Ground, number: int) -> Assumption:
    """One assumption of a link or an item, by its number there; raises NotFound."""
    return _first(assumptions(on).filter(position=number), "There is no such assumption here.")


def evidence_on(on: Ground, number: int) -> Evidence:
    """One piece of evidence of a link or an item, by its number there; raises NotFound."""
    return _first(evidence(on).filter(position=number), "There is no such evidence here.")


def hidden_item(ref: str) -> ChainItem:
    """The private item with this ref, unseen, to be opened with a reason; raises NotFound."""
    rows = ChainItem.objects.filter(ref=ref, visibility=ItemVisibility.PRIVATE)
    return _first(rows, f"There is no item “{ref[:80]}” in the chain.")


def refs_of(person: Person | None, numbers: Iterable[int | None]) -> dict[int, str]:
    """The refs of those among some items that a person may see; no query where there are none."""
    wanted = {number for number in numbers if number is not None}
    return dict(items_visible_to(person).filter(pk__in=wanted).values_list("pk", "ref")) if wanted else {}


def _first(rows: "QuerySet[M]", otherwise: str) -> M:
    found = rows.first()
    if found is None:
        raise NotFound(otherwise)
    return found


def _on(on: Ground) -> dict[str, Ground]:
    return {"link": on} if isinstance(on, Link) else {"item": on}
