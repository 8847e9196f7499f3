"""Lines of sight: what an item, key result, person or team serves, up to the top, and what is being done for it.

And what serves nothing: each with the places most like it, to be attached there with one click.
"""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain import explain
from impactline.chain import queries as chain
from impactline.chain.apart import apart
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.levels import Level, LinkKind, kind_or_none
from impactline.chain.models import State
from impactline.chain.paths import Path
from impactline.chain.sight import Far, Lines
from impactline.chain.similar import NEAREST, Similar
from impactline.chain.similar import Near as Alike
from impactline.chain.visibility import chain_item_for, links_visible_to
from impactline.checkins.achieved import Achieved, achieved
from impactline.okrs.models import Alignment, CycleState, Objective, Priority
from impactline.okrs.visibility import key_result_for, key_results_visible_to, visible_to
from impactline.people.models import Person
from impactline.people.queries import person_named, team_named
from impactline.web import reader
from impactline.web.chain_alike import CameOfIt, came_of
from impactline.web.chain_naming import title_apart
from impactline.web.explaining import written
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page, page_number, today

A_PAGE = 20
FAR_MAX = 12
PAGES = {"item": "chain-item", "key_result": "key-result", "objective": "objective", "priority": "priority"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on a way: its title, its address, and which kind of place it is."""

    title: str
    href: str
    kind: str


@dataclass(frozen=True, slots=True)
class Way:
    """A path with its strength, and how that comes about."""

    stops: list[Stop]
    strength: str
    explained: Any


@dataclass(frozen=True, slots=True)
class Near:
    """An item that is near another, why, and what came of it."""

    ref: str
    title: str
    level: str
    why: str
    came: list[CameOfIt]


@dataclass(frozen=True, slots=True)
class Loose:
    """An item without a path, the places to which it could be attached, and what like it was done before."""

    ref: str
    title: str
    level: str
    near: list[Near]
    before: list[Near]


class World:
    """Everything that a person sees of the chain and of what it serves, as one graph; seven queries."""

    def __init__(self, person: Person) -> None:
        self.stops: dict[Hashable, Stop] = {}
        self.items: dict[int, tuple[str, str, str]] = {}
        self.whose: dict[int, tuple[int | None, int | None]] = {}
        nodes, edges = [], []
        rows = chain.items_of(person).order_by("position", "id")
        wanted = ("pk", "ref", "level", "title", "state", "team_id", "owner_id")
        known = list(rows.values_list(*wanted))
        self.apart = apart((ref, title) for _, ref, _, title, *_ in known)
        for key, ref, level, title, state, team, owner in known:
            self.items[key] = (ref, level, title)
            self.whose[key] = (team, owner)
            said = title_apart(title, self.apart.get(ref))
            nodes.append(Node(self._place("item", key, said, ref, level), Kind(level), state == State.DROPPED))
        links = links_visible_to(person).order_by("pk").exclude(kind=LinkKind.ENABLES)
        names = ("source_id", "target_id", "kind", "confidence", "effect_change", "effect_per")
        for source, target, kind, sure, change, per in links.values_list(*names):
            ends = ("item", source), ("item", target)
            moved = {"change": None if change is None else float(change), "per": None if per is None else float(per)}
            edges.append(Edge.of_link(*ends, LinkKind(kind), confidence=sure, **moved))
        self._okrs(person, nodes, edges)
        self.lines = Lines(Graph(nodes, edges))

    def _okrs(self, person: Person, nodes: list[Node], edges: list[Edge]) -> None:
        objectives = visible_to(person).filter(archived_at=None).exclude(cycle__state=CycleState.CLOSED).order_by()
        for key, ref, title in objectives.order_by("pk").values_list("pk", "ref", "title"):
            nodes.append(Node(self._place("objective", key, title, ref, "objective"), Kind.OBJECTIVE))
        key_results = key_results_visible_to(person).filter(archived_at=None, objective__in=objectives.values("pk"))
        names = ("pk", "ref", "title", "objective_id", "measures_id")
        for key, ref, title, objective, measured in key_results.order_by("pk").values_list(*names):
            nodes.append(Node(self._place("key_result", key, title, ref, "key result"), Kind.KEY_RESULT))
            edges.append(Edge(("key_result", key), ("objective", objective)))
            edges += [Edge(("item", measured), ("key_result", key))] if measured in self.items else []
        for key, ref, title in (
            Priority.objects.filter(archived_at=None).order_by("pk").values_list("pk", "ref", "title")
        ):
            nodes.append(Node(self._place("priority", key, title, ref, "priority"), Kind.PRIORITY))
        ties = Alignment.objects.filter(child__in=objectives.values("pk"), parent__in=objectives.values("pk"))
        ends = ties.order_by("pk").values_list("child_id", "parent_id")
        edges += [Edge(("objective", one), ("objective", two)) for one, two in ends]
        served = Objective.priorities.through.objects.filter(objective__in=objectives.values("pk"))
        pairs = served.filter(priority__archived_at=None).order_by("pk").values_list("objective_id", "priority_id")
        edges += [Edge(("objective", one), ("priority", two)) for one, two in pairs]

    def _place(self, sort: str, key: int, title: str, ref: str, kind: str) -> tuple[str, int]:
        self.stops[sort, key] = Stop(title, address(PAGES[sort], ref), kind)
        return sort, key

    def way(self, found: Path) -> Way:
        """A path as the page shows it."""
        titles: dict[Hashable, str] = {key: self.stops[key].title for key in found.keys}
        explained = explain.strength(found, titles, today().day, write=written())
        return Way([self.stops[key] for key in found.keys], reader.percent(found.strength), explained)

    def far(self, found: tuple[Far, ...]) -> list[tuple[Stop, str]]:
        """Ends of lines of sight, with their strength."""
        return [(self.stops[one.key], reader.percent(one.strength)) for one in found[:FAR_MAX]]


@require_GET
def of_item(request: HttpRequest, ref: str) -> HttpResponse:
    """What an item of the chain serves."""
    item = chain_item_for(asking(request), ref)
    return _show(request, item.title, address("chain-item", ref), [("item", item.pk)])


@require_GET
def of_key_result(request: HttpRequest, ref: str) -> HttpResponse:
    """What a key result serves, and what is done for it."""
    row = key_result_for(asking(request), ref)
    return _show(request, row.title, address("key-result", ref), [("key_result", row.pk)])


@require_GET
def of_person(request: HttpRequest, ref: str) -> HttpResponse:
    """What the work of a person serves."""
    viewer, person = asking(request), person_named(ref)
    mine = viewer.pk == person.pk
    title = "What my work serves" if mine else f"What the work of {person.name} serves"
    return _show(request, title, address("person", person.email), _owned(viewer, Q(owner=person), Q(owner=person)))


@require_GET
def of_team(request: HttpRequest, ref: str) -> HttpResponse:
    """What the work of a team serves."""
    team = team_named(ref)
    own = _owned(asking(request), Q(team=team) | Q(shared_with=team), Q(objective__team=team))
    return _show(request, f"What the work of {team.name} serves", address("team", ref), own)


@require_GET
def unattached(request: HttpRequest) -> HttpResponse:
    """What has no path to a priority or an impact, with the places most like it."""
    person = asking(request)
    world = World(person)
    loose = [key[1] for key in world.lines.without() if isinstance(key, tuple) and key[0] == "item"]
    pages = max(1, -(-len(loose) // A_PAGE))
    at = page_number(request, pages)
    rows = _nearest(person, world, loose, loose[(at - 1) * A_PAGE : at * A_PAGE])
    return page(request, "chain_unattached.html", rows=rows, count=len(loose), number=at, pages=pages)


def _nearest(person: Person, world: World, loose: list[int], shown: list[int]) -> list[Loose]:
    """For each item the three nearest of those with a path that it can be linked with, and what is like it."""
    away, levels = set(loose), {Level(world.items[key][1]) for key in shown}
    places = {level: _index(world, [other for other in Level if _leads(level, other)], away) for level in levels}
    peers = {level: _index(world, [level], ()) for level in levels}
    found: list[tuple[int, dict[int, str], dict[int, str]]] = []
    for key in shown:
        _, level, title = world.items[key]
        place = places[Level(level)]
        near = _in_words(place.nearest(title))
        for other, why in _same_hands(world, key, place):
            if len(near) < NEAREST:
                near.setdefault(other, why)
        found.append((key, near, _in_words(peers[Level(level)].nearest(title, leave_out=[key]))))
    came = achieved(person, [other for _, near, before in found for other in (*near, *before)])
    return [
        Loose(*_named(world, key), _nears(world, near, came), _nears(world, before, came))
        for key, near, before in found
    ]


def _in_words(found: list[Alike]) -> dict[int, str]:
    """Items that are alike, with how much."""
    return {int(str(one.key)): f"{reader.percent(one.likeness)} alike" for one in found}


def _same_hands(world: World, key: int, places: Similar) -> Iterator[tuple[int, str]]:
    """Places of the same team, then of the same owner: where words tell little, these are the nearest."""
    for at, why in enumerate(("same team", "same owner")):
        whose = world.whose[key][at]
        for place in places.keys if whose is not None else ():
            other = int(str(place))
            if world.whose[other][at] == whose:
                yield other, why


def _index(world: World, levels: Collection[Level], leave_out: Collection[int]) -> Similar:
    """The items of some levels, to be asked for those most like a text."""
    rows = ((key, title, level) for key, (_, level, title) in world.items.items())
    return Similar((key, title) for key, title, level in rows if level in levels and key not in leave_out)


def _leads(level: Level, other: Level) -> bool:
    return kind_or_none(level, other) not in (None, LinkKind.ENABLES)


def _nears(world: World, found: dict[int, str], came: dict[int, Achieved]) -> list[Near]:
    return [Near(*_named(world, key), why, came_of(came[key]) if key in came else []) for key, why in found.items()]


def _named(world: World, key: int) -> tuple[str, str, str]:
    ref, level, title = world.items[key]
    return ref, title_apart(title, world.apart.get(ref)), level


def _owned(viewer: Person, of_items: Q, of_key_results: Q) -> list[Hashable]:
    items = chain.items_of(viewer).filter(of_items).order_by("pk").values_list("pk", flat=True)
    rows = key_results_visible_to(viewer).filter(of_key_results, archived_at=None).order_by("pk")
    keys = [*(("item", key) for key in items), *(("key_result", key) for key in rows.values_list("pk", flat=True))]
    return list(dict.fromkeys(keys))


def _show(request: HttpRequest, title: str, back: str, own: list[Hashable]) -> HttpResponse:
    world = World(asking(request))
    sight = world.lines.of([key for key in own if key in world.stops])
    template = "chain_sight_part.html" if is_fragment(request) else "chain_sight.html"
    return page(
        request,
        template,
        title=title,
        back=back,
        arrives=sight.arrives,
        up=[world.way(found) for found in sight.up],
        down=[world.way(found) for found in sight.down],
        serves=world.far(sight.serves),
        work=world.far(sight.work),
        has_any=bool(own),
    )


addresses = [
    path("chain/unattached", unattached, name="chain-unattached"),
    path("chain/<str:ref>/sight", of_item, name="chain-sight"),
    path("key-results/<str:ref>/sight", of_key_result, name="key-result-sight"),
    path("people/<str:ref>/serves", of_person, name="person-serves"),
    path("teams/<str:ref>/serves", of_team, name="team-serves"),
]
