"""Who may see and who may change items of the chain. Every page, route, export and stream asks here.

Open items are seen by everybody who signs in. A private one is seen by its owner, the lead of its team, people
invited to it, and administrators who opened it for a written reason (one hour, logged). A link, a dependency and
what stands on them are seen by whoever sees both ends.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from impactline.base.errors import Forbidden, NotFound
from impactline.base.prepared import Chosen
from impactline.chain.models import ChainItem, Dependency, ItemGlass, ItemViewer, ItemVisibility, Link
from impactline.people.models import Person
from impactline.people.queries import team_ids_of
from impactline.people.roles import require_writer


def _concerned(person: int) -> Q:
    """Items that a person sees also where they are private."""
    return (
        Q(owner=person)
        | Q(team__lead=person)
        | Q(pk__in=ItemViewer.objects.filter(person=person).values("item"))
        | Q(pk__in=ItemGlass.objects.filter(person=person, until__gt=Now()).values("item"))
    )


def _private() -> "QuerySet[ChainItem]":
    return ChainItem.objects.filter(visibility=ItemVisibility.PRIVATE).order_by()


_SEEN = Chosen(lambda person: _private().filter(_concerned(person)).values("pk"))
_ALL = Chosen(lambda _: _private().values("pk"))


def _private_seen_by(person: Person | None) -> RawSQL:
    """Ids of the private items that this person may see; None is the operator, who sees all."""
    return _ALL.of(0) if person is None else _SEEN.of(person.pk)


def items_visible_to(person: Person | None) -> "QuerySet[ChainItem]":
    """The items that this person may see."""
    seen = _private_seen_by(person)
    return ChainItem.objects.filter(Q(visibility=ItemVisibility.OPEN) | Q(pk__in=seen))


def items_hidden_from(person: Person | None) -> set[int]:
    """Ids of the items that this person may not see."""
    return set(_private().exclude(pk__in=_private_seen_by(person)).values_list("pk", flat=True))


def links_visible_to(person: Person | None) -> "QuerySet[Link]":
    """The links with both ends visible to this person."""
    seen = _private_seen_by(person)
    return Link.objects.filter(
        Q(source__visibility=ItemVisibility.OPEN) | Q(source__in=seen),
        Q(target__visibility=ItemVisibility.OPEN) | Q(target__in=seen),
    )


def dependencies_visible_to(person: Person | None) -> "QuerySet[Dependency]":
    """The dependencies with both ends visible to this person."""
    seen = _private_seen_by(person)
    return Dependency.objects.filter(
        Q(activity__visibility=ItemVisibility.OPEN) | Q(activity__in=seen),
        Q(after__visibility=ItemVisibility.OPEN) | Q(after__in=seen),
    )


def chain_item_for(person: Person | None, ref: str) -> ChainItem:
    """The item with this ref; raises NotFound when it is absent or hidden, which look alike."""
    found = items_visible_to(person).select_related("owner", "team").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no item “{ref[:80]}” in the chain.")
    return found


def link_for(person: Person | None, source: str, target: str) -> Link:
    """The link between two items, by their refs; raises NotFound when it is absent or an end is hidden."""
    rows = links_visible_to(person).select_related("source", "target", "effect_metric")
    found = rows.filter(source__ref=source, target__ref=target).first()
    if found is None:
        raise NotFound(f"“{source[:80]}” does not lead to “{target[:80]}”.")
    return found


def may_edit_item(person: Person, item: ChainItem) -> bool:
    """Owner, people of its teams, and administrators; every member when it has neither owner nor team."""
    if not person.may_write:
        return False
    if person.is_administrator or item.owner_id == person.pk:
        return True
    teams = {item.team_id, *item.shared_with.values_list("pk", flat=True)} - {None}
    if not teams:
        return item.owner_id is None
    return bool(teams & set(team_ids_of(person)))


def require_edit_item(person: Person, item: ChainItem) -> None:
    """Raises Forbidden unless the person may edit the item."""
    require_writer(person)
    if not may_edit_item(person, item):
        raise Forbidden(
            f"Only its owner, its teams and administrators may change “{item.title}”.",
            remedy="Ask its owner, or join its team.",
        )


def require_edit_link(person: Person, source: ChainItem, target: ChainItem) -> None:
    """Raises Forbidden unless the person may edit one of the two ends."""
    require_writer(person)
    if not (may_edit_item(person, source) or may_edit_item(person, target)):
        raise Forbidden(
            "Only whoever may change one of the two items may link them.",
            remedy="Ask the owner of one of them.",
        )


def item_audiences_of(item_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """For each private item among these, the people who may see it; open ones are left out."""
    private = ChainItem.objects.filter(pk__in=item_ids, visibility=ItemVisibility.PRIVATE)
    people = {
        number: {owner, lead} - {None} for number, owner, lead in private.values_list("pk", "owner_id", "team__lead_id")
    }
    if not people:
        return {}
    viewers = ItemViewer.objects.filter(item__in=people)
    glass = ItemGlass.objects.filter(item__in=people, until__gt=Now())
    for shown in (viewers, glass):
        for number, person in shown.values_list("item_id", "person_id"):
            people[number].add(person)
    return {number: frozenset(found) for number, found in people.items()}
