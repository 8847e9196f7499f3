"""Lines of sight: what an item, key result, person or team serves, up to the top, and what is being done for it."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from impactline.base.errors import NotFound
from impactline.chain import queries as chain
from impactline.chain.apart import apart, title_apart
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.levels import LinkKind
from impactline.chain.models import State
from impactline.chain.paths import Path
from impactline.chain.sight import Far, Lines, Sight
from impactline.chain.visibility import items_visible_to, links_visible_to
from impactline.okrs.models import Alignment, CycleState, Objective, Priority
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person, Team
from impactline.people.queries import person_named, team_named

Key = tuple[str, int]
ITEM, KEY_RESULT, OBJECTIVE, PRIORITY = "item", "key_result", "objective", "priority"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a line of sight: an item of the chain, a key result, an objective or a priority.

    `apart` tells items apart that have the same title.
    """

    kind: Kind
    ref: str
    title: str
    apart: str = ""

    @property
    def called(self) -> str:
        """Its title, with what tells it from others that are the same."""
        return title_apart(self.title, self.apart)

    def as_data(self) -> dict[str, str]:
        """The place for programs."""
        return {"kind": str(self.kind), "ref": self.ref, "title": self.title}


class World:
    """Everything that a person sees of the chain and of what it serves, as one graph; seven queries.

    `whose` has the team and the owner of each item.
    """

    def __init__(self, person: Person | None) -> None:
        self.places: dict[Hashable, Place] = {}
        self.whose: dict[Key, tuple[int | None, int | None]] = {}
        nodes, edges = self._items(person), self._links(person)
        self._okrs(person, nodes, edges)
        self.lines = Lines(Graph(nodes, edges))

    def sight(self, own: Collection[Key]) -> Sight:
        """The line of sight of one of these, or of all together; what is not seen is left out."""
        return self.lines.of([key for key in own if key in self.places])

    def _items(self, person: Person | None) -> list[Node]:
        rows = chain.items_of(person).order_by("position", "id")
        known = list(rows.values_list("pk", "ref", "level", "title", "state", "team_id", "owner_id"))
        alike = apart((ref, title) for _, ref, _, title, *_ in known)
        nodes = []
        for number, ref, level, title, state, team, owner in known:
            key = ITEM, number
            self.places[key] = Place(Kind(level), ref, title, alike.get(ref, ""))
            self.whose[key] = team, owner
            nodes.append(Node(key, Kind(level), state == State.DROPPED))
        return nodes

    def _links(self, person: Person | None) -> list[Edge]:
        links = links_visible_to(person).order_by("pk").exclude(kind=LinkKind.ENABLES)
        names = ("source_id", "target_id", "kind", "confidence", "effect_change", "effect_per")
        edges = []
        for source, target, kind, sure, change, per in links.values_list(*names):
            ends = (ITEM, source), (ITEM, target)
            moved = {"change": None if change is None else float(change), "per": None if per is None else float(per)}
            edges.append(Edge.of_link(*ends, LinkKind(kind), confidence=sure, **moved))
        return edges

    def _okrs(self, person: Person | None, nodes: list[Node], edges: list[Edge]) -> None:
        objectives = visible_to(person).filter(archived_at=None).exclude(cycle__state=CycleState.CLOSED).order_by()
        for number, ref, title in objectives.order_by("pk").values_list("pk", "ref", "title"):
            nodes.append(self._node((OBJECTIVE, number), Kind.OBJECTIVE, ref, title))
        key_results = key_results_visible_to(person).filter(archived_at=None, objective__in=objectives.values("pk"))
        names = ("pk", "ref", "title", "objective_id", "measures_id")
        for number, ref, title, objective, measured in key_results.order_by("pk").values_list(*names):
            nodes.append(self._node((KEY_RESULT, number), Kind.KEY_RESULT, ref, title))
            edges.append(Edge((KEY_RESULT, number), (OBJECTIVE, objective)))
            edges += [Edge((ITEM, measured), (KEY_RESULT, number))] if (ITEM, measured) in self.places else []
        priorities = Priority.objects.filter(archived_at=None).order_by("pk")
        for number, ref, title in priorities.values_list("pk", "ref", "title"):
            nodes.append(self._node((PRIORITY, number), Kind.PRIORITY, ref, title))
        ties = Alignment.objects.filter(child__in=objectives.values("pk"), parent__in=objectives.values("pk"))
        ends = ties.order_by("pk").values_list("child_id", "parent_id")
        edges += [Edge((OBJECTIVE, one), (OBJECTIVE, two)) for one, two in ends]
        served = Objective.priorities.through.objects.filter(objective__in=objectives.values("pk"))
        pairs = served.filter(priority__archived_at=None).order_by("pk").values_list("objective_id", "priority_id")
        edges += [Edge((OBJECTIVE, one), (PRIORITY, two)) for one, two in pairs]

    def _node(self, key: Key, kind: Kind, ref: str, title: str) -> Node:
        self.places[key] = Place(kind, ref, title)
        return Node(key, kind)

    def as_data(self, sight: Sight) -> dict[str, Any]:
        """A line of sight for programs, the same for the API and the command line."""
        return {
            "arrives": sight.arrives,
            "up": [self._path(found) for found in sight.up],
            "down": [self._path(found) for found in sight.down],
            "serves": [self._far(found) for found in sight.serves],
            "work": [self._far(found) for found in sight.work],
        }

    def _path(self, found: Path) -> dict[str, Any]:
        return {
            "places": [self.places[key].as_data() for key in found.keys],
            "links": [round(edge.strength, 4) for edge in found.edges],
            "strength": round(found.strength, 4),
            "not_stated": found.assumed,
        }

    def _far(self, found: Far) -> dict[str, Any]:
        return self.places[found.key].as_data() | {"strength": round(found.strength, 4)}


def work_of_person(viewer: Person | None, person: Person) -> list[Key]:
    """The items and key results that a person owns, so far as the viewer sees them; two queries."""
    return _owned(viewer, Q(owner=person), Q(owner=person))


def work_of_team(viewer: Person | None, team: Team) -> list[Key]:
    """The items of a team, those that it shares and the key results of its objectives, as the viewer sees them."""
    return _owned(viewer, Q(team=team) | Q(shared_with=team), Q(objective__team=team))


def work_called(viewer: Person | None, ref: str) -> list[Key]:
    """What anything with a ref, or a person by e-mail, is to a line of sight; raises NotFound."""
    if "@" in ref:
        return work_of_person(viewer, person_named(ref))
    known: list[tuple[str, QuerySet[Any]]] = [
        (ITEM, items_visible_to(viewer)),
        (KEY_RESULT, key_results_visible_to(viewer)),
        (OBJECTIVE, visible_to(viewer)),
        (PRIORITY, Priority.objects.all()),
    ]
    for kind, rows in known:
        number = rows.filter(ref=ref).values_list("pk", flat=True).first()
        if number is not None:
            return [(kind, number)]
    try:
        return work_of_team(viewer, team_named(ref))
    except NotFound:
        remedy = "Name an item of the chain, a key result, an objective, a priority, a team, or a person by e-mail."
        raise NotFound(f"Nothing with a line of sight is called “{ref[:80]}”.", remedy=remedy) from None


def _owned(viewer: Person | None, of_items: Q, of_key_results: Q) -> list[Key]:
    items = chain.items_of(viewer).filter(of_items).order_by("pk").values_list("pk", flat=True)
    rows = key_results_visible_to(viewer).filter(of_key_results, archived_at=None).order_by("pk")
    keys = [*((ITEM, key) for key in items), *((KEY_RESULT, key) for key in rows.values_list("pk", flat=True))]
    return list(dict.fromkeys(keys))
