"""Questions about the chain: an item with what stands around it, whole pieces, and lists, as a person sees them.

Every answer takes a fixed number of queries, whatever the number of items. What is asked about one item or link takes
it as given: the caller has looked it up through its guard.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from impactline.base.bulk import among, given
from impactline.base.errors import NotFound
from impactline.base.models import Event
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import (
    Assumption,
    ChainItem,
    Dependency,
    Evidence,
    ItemViewer,
    ItemVisibility,
    Link,
    Report,
    State,
)
from impactline.chain.names import Names, read
from impactline.chain.visibility import dependencies_visible_to, items_visible_to, links_visible_to
from impactline.people.models import Person, Team
from impactline.people.queries import organisation_if_set_up

# What leads to some items, by whatever links but feedback. Hidden and archived items are passed through: whoever asks
# reads what they may see from among these, and walks there.
LEADING = """behind(id) AS (
  SELECT id FROM chain_chainitem WHERE id IN ({marks})
  UNION
  SELECT l.source_id FROM chain_link l JOIN behind ON l.target_id = behind.id WHERE l.kind <> 'enables'
)"""
BEHIND = "WITH RECURSIVE {leading} SELECT DISTINCT id FROM behind"  # DISTINCT for the reason given in okrs/queries
# The same with what they lead to, and all to which any of what leads to them leads in one step.
AROUND = """
WITH RECURSIVE {leading}, ahead(id) AS (
  SELECT id FROM chain_chainitem WHERE id IN ({marks})
  UNION
  SELECT l.target_id FROM chain_link l JOIN ahead ON l.source_id = ahead.id WHERE l.kind <> 'enables'
), around(id) AS (
  SELECT id FROM behind UNION SELECT id FROM ahead UNION
  SELECT l.target_id FROM chain_link l WHERE l.source_id IN (SELECT DISTINCT id FROM behind)
) SELECT DISTINCT id FROM around"""
# Both by their index, where a condition with OR would read every row.
GROUNDS = """SELECT id FROM chain_assumption WHERE item_id IN ({items})
UNION ALL SELECT id FROM chain_assumption WHERE link_id IN ({links})"""
MANY = 500  # from so many items on, the whole chain is read sooner than what is around them

Tie = tuple[int, int]
Ground = Link | ChainItem
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What links or items rest on, by their id."""

    of_links: dict[int, list[Assumption]] = field(default_factory=lambda: defaultdict(list))
    of_items: dict[int, list[Assumption]] = field(default_factory=lambda: defaultdict(list))

    def on_link(self, link: Link) -> list[Assumption]:
        """The assumptions on a link, in their order."""
        return self.of_links.get(link.pk, [])

    def on_item(self, item: ChainItem) -> list[Assumption]:
        """The assumptions on an item, in their order."""
        return self.of_items.get(item.pk, [])


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around one item: links that lead to it and from it, what they and it rest on, who waits for what."""

    leading: list[Link]
    following: list[Link]
    grounds: Grounds
    evidence: list[Evidence]
    evidence_of_links: dict[int, list[Evidence]]
    waits_for: list[ChainItem]
    awaited_by: list[ChainItem]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the chain: items by id in their order, the links among them, and what these rest on.

    The items come without owners and teams, which no picture and no path tells.
    """

    items: dict[int, ChainItem]
    links: list[Link]
    grounds: Grounds

    def at(self, level: Level) -> list[ChainItem]:
        """The items of a level, in their order."""
        return [item for item in self.items.values() if item.level == level]


def items_of(person: Person | None, *, archived: bool = False) -> "QuerySet[ChainItem]":
    """The items that a person sees, in their order; those of the archive only on demand."""
    found = items_visible_to(person).select_related("owner", "team").order_by("position", "id")
    return found if archived else found.filter(archived_at=None)


def surroundings(person: Person, item: ChainItem) -> Surroundings:
    """What stands around an item, as far as the person sees it; six queries."""
    links = links_visible_to(person).filter(Q(source=item) | Q(target=item))
    links = links.filter(source__archived_at=None, target__archived_at=None) if item.archived_at is None else links
    both = list(links.select_related("source", "target", "effect_metric").order_by("position", "id"))
    waits = dependencies_visible_to(person).filter(Q(activity=item) | Q(after=item)).select_related("activity", "after")
    waiting = list(waits.order_by("id"))
    evidence = list(Evidence.objects.filter(Q(item=item) | Q(link__in=[link.pk for link in both])))
    return Surroundings(
        leading=[link for link in both if link.target_id == item.pk],
        following=[link for link in both if link.source_id == item.pk],
        grounds=grounds_of([item.pk], [link.pk for link in both]),
        evidence=[entry for entry in evidence if entry.item_id is not None],
        evidence_of_links=_by_link(evidence),
        waits_for=[wait.after for wait in waiting if wait.activity_id == item.pk],
        awaited_by=[wait.activity for wait in waiting if wait.after_id == item.pk],
    )


def grounds_of(item_ids: Collection[int], link_ids: Collection[int]) -> Grounds:
    """The assumptions on these items and links; one query."""
    found = Grounds()
    (items, listed), (links, more) = given(item_ids), given(link_ids)
    on = RawSQL(GROUNDS.format(items=items, links=links), [*listed, *more])  # noqa: S611 - ids are bound
    rows = Assumption.objects.filter(pk__in=on).select_related("owner", "metric")
    for row in rows.order_by("position", "id"):
        if row.link_id is not None:
            found.of_links[row.link_id].append(row)
        elif row.item_id is not None:
            found.of_items[row.item_id].append(row)
    return found


def piece_around(
    person: Person | None, seeds: Collection[int], ends: Callable[[Collection[int]], Collection[int]] = lambda _: ()
) -> Piece:
    """All that leads to these items and all that they lead to, without the ways round by feedback.

    What comes of these and leads nowhere yet belongs to it too, unless it is among the `ends`, which are measured:
    they are asked for among those that lead nowhere. Four queries beside that question.
    """
    ties = ties_of(person, _near(AROUND, seeds))
    wanted = reach(seeds, ties) | reach(seeds, [(target, source) for source, target in ties])
    leading = {source for source, _ in ties}
    loose = {target for source, target in ties if source in wanted and target not in wanted | leading}
    return _piece(person, wanted | loose.difference(ends(loose) if loose else ()))


def piece_behind(person: Person | None, seeds: Collection[int]) -> Piece:
    """These items and all that leads to them, without the ways round by feedback; four queries."""
    ties = ties_of(person, leading_to(seeds))
    return _piece(person, reach(seeds, [(target, source) for source, target in ties]))


def upstream(person: Person | None, seeds: Collection[int]) -> tuple[Piece, list[Tie]]:
    """These items with all that leads to them or that they wait for, and who waits for what among these, as ties.

    Five queries.
    """
    rows = dependencies_visible_to(person).filter(activity__archived_at=None, after__archived_at=None).order_by("pk")
    waits = list(rows.values_list("after_id", "activity_id"))
    piece = _piece(person, reach(seeds, [(target, source) for source, target in [*ties_of(person), *waits]]))
    return piece, [(after, activity) for after, activity in waits if {after, activity} <= piece.items.keys()]


def whole(person: Person | None) -> Piece:
    """The whole chain that a person sees; four queries: metrics are made once, not for each row."""
    items = {item.pk: item for item in items_of(person).select_related(None)}
    links = links_visible_to(person).prefetch_related("effect_metric").order_by("position", "id")
    shown = [link for link in links if link.source_id in items and link.target_id in items]
    return Piece(items, shown, all_grounds(items, shown))


def leading_to(seeds: Collection[int]) -> RawSQL | None:
    """A condition for ids: these items and all that leads to them, hidden ones too; None where that is hardly less."""
    return _near(BEHIND, seeds)


def _near(sql: str, seeds: Collection[int]) -> RawSQL | None:
    if len(seeds) > MANY:
        return None
    whole = sql.replace("{leading}", LEADING)
    marks = ", ".join(["%s"] * len(seeds)) or "NULL"
    return RawSQL(whole.replace("{marks}", marks), [*seeds] * whole.count("{marks}"))  # noqa: S611 - marks alone are put in


def ties_of(person: Person | None, near: RawSQL | None = None) -> list[Tie]:
    """Which item leads to which, without feedback and without the archive; one query.

    `near` is a condition that the ids of those that lead have to meet.
    """
    rows = links_visible_to(person).exclude(kind=LinkKind.ENABLES)
    rows = rows if near is None else rows.filter(source__in=near)
    rows = rows.filter(source__archived_at=None, target__archived_at=None).order_by()
    return list(rows.values_list("source_id", "target_id"))


def reach(seeds: Iterable[int], ties: Iterable[Tie]) -> set[int]:
    """The seeds and all that they lead to."""
    following: dict[int, list[int]] = defaultdict(list)
    for source, target in ties:
        following[source].append(target)
    found = set(seeds)
    waiting = list(found)
    while waiting:
        for target in following.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _piece(person: Person | None, wanted: set[int]) -> Piece:
    if not wanted:
        return Piece({}, [], Grounds())
    items = {item.pk: item for item in items_of(person).select_related(None).filter(pk__in=among(wanted))}
    links = links_visible_to(person).select_related("effect_metric").order_by("position", "id")
    links = links.filter(source__in=among(wanted), target__in=among(wanted))
    shown = [link for link in links if link.source_id in items and link.target_id in items]
    return Piece(items, shown, grounds_of(list(items), [link.pk for link in shown]))


def all_grounds(items: Collection[int], links: Iterable[Link]) -> Grounds:
    """The assumptions on many items and links: asked for all at once, and sorted here."""
    found, shown = Grounds(), {link.pk for link in links}
    for row in Assumption.objects.select_related("owner", "metric").order_by("position", "id"):
        if row.link_id is not None and row.link_id in shown:
            found.of_links[row.link_id].append(row)
        elif row.item_id is not None and row.item_id in items:
            found.of_items[row.item_id].append(row)
    return found


def outputs_to_come(person: Person | None, team: Team) -> "QuerySet[ChainItem]":
    """The outputs that a team still has to deliver, alone or with others that share it; the first that is due first."""
    shared = ChainItem.shared_with.through.objects.filter(team=team).values("chainitem")
    rows = items_of(person).filter(Q(team=team) | Q(pk__in=shared), level=Level.OUTPUT)
    rows = rows.exclude(state__in=(State.DONE, State.DROPPED)).prefetch_related("shared_with")
    return rows.order_by(F("due_on").asc(nulls_last=True), "position", "id")


def last_report(item: ChainItem) -> Report | None:
    """What was said last of how far an item is."""
    return Report.objects.filter(item=item).select_related("by").order_by("-day", "-id").first()


def viewers_of(item: ChainItem) -> list[Person]:
    """Who was invited to a private item, by name."""
    rows = ItemViewer.objects.filter(item=item).select_related("person").order_by("person__name", "person__email")
    return [row.person for row in rows]


def exists_hidden(ref: str) -> bool:
    """Whether there is a private item with this ref, for administrators who may open it for a reason."""
    return ChainItem.objects.filter(ref=ref, visibility=ItemVisibility.PRIVATE).exists()


def events_of(person: Person, item: ChainItem, most: int) -> tuple[list[Event], dict[int, ChainItem]]:
    """What happened to an item and to its links, newest first, with the items at the other ends.

    What concerns an item that the person does not see is left out. Two queries.
    """
    events = Event.objects.filter(Q(chain_item_id=item.pk) | Q(linked_item_id=item.pk))
    rows = list(events.select_related("actor").order_by("-id")[: most * 2])
    ends = {number for event in rows for number in (event.chain_item_id, event.linked_item_id) if number is not None}
    seen = items_visible_to(person).in_bulk(ends)
    shown = [
        event
        for event in rows
        if all(number is None or number in seen for number in (event.chain_item_id, event.linked_item_id))
    ]
    return shown[:most], seen


def items_in_full(person: Person | None, *, archived: bool = False, **wanted: Any) -> "QuerySet[ChainItem]":
    """The items of the archive, or the others, with their teams and metrics too; `wanted` are columns."""
    rows = items_visible_to(person).filter(archived_at__isnull=not archived, **wanted)
    return rows.select_related("owner", "team").prefetch_related("shared_with", "metrics").order_by("position", "id")


def links_between(person: Person | None, *, source: str = "", target: str = "") -> "QuerySet[Link]":
    """The links with both ends visible to a person, those of one end where a ref is given."""
    ends = {"source__ref": source, "target__ref": target}
    rows = links_visible_to(person).filter(**{name: ref for name, ref in ends.items() if ref})
    return rows.select_related("source", "target", "effect_metric").order_by("target", "position", "id")


def reports_of(item: ChainItem) -> "QuerySet[Report]":
    """What was reported of an item, in the order of days."""
    return Report.objects.filter(item=item).select_related("by").order_by("day", "id")


def waits_of(person: Person | None, item: ChainItem) -> "QuerySet[Dependency]":
    """What an activity waits for, so far as the person may see it."""
    return dependencies_visible_to(person).filter(activity=item).select_related("after").order_by("pk")


def assumptions_on(on: Ground) -> "QuerySet[Assumption]":
    """What must hold for a link or an item, in order."""
    rows = Assumption.objects.filter(**_on(on)).select_related(
        "owner", "metric", "item", "link__source", "link__target"
    )
    return rows.order_by("position", "id")


def evidence_of(on: Ground) -> "QuerySet[Evidence]":
    """What shows that an item was delivered, or that a link holds, in order."""
    rows = Evidence.objects.filter(**_on(on)).select_related("item", "link__source", "link__target")
    return rows.order_by("position", "id")


def assumption_on(on: Ground, number: int) -> Assumption:
    """One assumption of a link or an item, by its number there; raises NotFound."""
    return _first(assumptions_on(on).filter(position=number), "There is no such assumption here.")


def evidence_on(on: Ground, number: int) -> Evidence:
    """One piece of evidence of a link or an item, by its number there; raises NotFound."""
    return _first(evidence_of(on).filter(position=number), "There is no such evidence here.")


def file_on(on: Ground, digest: str) -> tuple[str, str]:
    """Name and digest of the file with this digest that is evidence of a link or an item; raises NotFound."""
    found = _first(evidence_of(on).filter(digest=digest).exclude(digest=""), "There is no such file here.")
    return found.file_name, found.digest


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


def _by_link(evidence: Iterable[Evidence]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = defaultdict(list)
    for entry in evidence:
        if entry.link_id is not None:
            found[entry.link_id].append(entry)
    return found


def own_names() -> Names:
    """What the organisation calls the levels; the usual names before set-up. One query."""
    found = organisation_if_set_up()
    return read(found.level_names if found else {})
