"""Whose chain is shown: of an objective, a priority, a team, a cycle, or of the whole organisation.

A scope names the key results it is about and the items that these measure; the piece of the chain around them follows.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse

from impactline.chain import queries as chain
from impactline.chain.gaps import Gap, GapKind, gaps
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.levels import LinkKind
from impactline.chain.models import ChainItem, State
from impactline.okrs import queries
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.visibility import key_results_visible_to, objective_for
from impactline.people.models import Person
from impactline.people.queries import team_named
from impactline.web.chain_words import named

WORDS = {
    GapKind.INPUT_UNUSED: "not used",
    GapKind.ACTIVITY_SERVES_NOTHING: "serves nothing",
    GapKind.OUTPUT_FROM_NOTHING: "from nowhere",
    GapKind.OUTPUT_LEADS_NOWHERE: "leads nowhere",
    GapKind.OUTCOME_FROM_NOWHERE: "from nowhere",
    GapKind.IMPACT_WITHOUT_OUTCOME: "from nowhere",
    GapKind.KEY_RESULT_WITHOUT_WORK: "no work behind it",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A place where the chain is broken: what it is called, in a word for the picture, and how it is mended."""

    word: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap in a list: of which kind, at what, what is missing and how it is mended."""

    kind: GapKind
    title: str
    href: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page of the chain is about: its title, its address, its crumbs, and its key results."""

    kind: str
    ref: str
    title: str
    href: str
    crumbs: tuple[tuple[str, str], ...]
    key_results: tuple[KeyResult, ...]
    own_items: frozenset[int] = frozenset()
    objective: Objective | None = None

    def at(self, view: str = "") -> str:
        """The address of a view of this chain."""
        return f"{self.href}/{view}" if view else self.href


@dataclass(frozen=True)
class Chain:
    """A scope with its piece of the chain, and what is missing in it."""

    scope: Scope
    piece: chain.Piece
    measured: dict[int, list[KeyResult]] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """Items and key results, with every link but feedback."""
        return graph_of(self.piece, self.scope.key_results)

    @cached_property
    def broken_at(self) -> list[Gap]:
        """All places where it is broken."""
        return gaps(self.graph)

    @cached_property
    def gaps(self) -> dict[int, Missing]:
        """What is missing at items, by their id."""
        names = named()
        return {
            gap.key[1]: Missing(WORDS[gap.kind], gap.message(names), gap.remedy(names))
            for gap in self.broken_at
            if isinstance(gap.key, tuple) and gap.key[0] == "item"
        }


def objective_scope(person: Person, ref: str) -> Scope:
    """The chain of an objective: around what its key results measure."""
    objective = objective_for(person, ref)
    rows = _key_results(person).filter(objective=objective)
    crumbs = (
        (objective.cycle.title, reverse("cycle-page", args=[objective.cycle.ref])),
        (objective.title, reverse("objective", args=[ref])),
    )
    href = reverse("objective-chain", args=[ref])
    return Scope("objective", ref, objective.title, href, crumbs, tuple(rows), objective=objective)


def priority_scope(person: Person, ref: str) -> Scope:
    """The chain of a priority: that of the objectives that serve it in cycles that are not closed."""
    priority = queries.priority_named(ref)
    rows = _key_results(person).filter(objective__priorities=priority).exclude(objective__cycle__state="closed")
    crumbs = (("Priorities", reverse("priorities")), (priority.title, reverse("priority", args=[ref])))
    return Scope("priority", ref, priority.title, reverse("priority-chain", args=[ref]), crumbs, tuple(rows))


def team_scope(person: Person, ref: str) -> Scope:
    """The chain of a team: its own items, and what the key results of its objectives measure."""
    team = team_named(ref)
    rows = _key_results(person).filter(objective__team=team).exclude(objective__cycle__state="closed")
    items = chain.items_of(person).order_by()
    own = {*items.filter(team=team).values_list("pk", flat=True)}
    own |= {*items.filter(shared_with=team).values_list("pk", flat=True)}
    crumbs = (("Teams", reverse("teams")), (team.name, reverse("team", args=[ref])))
    return Scope("team", ref, team.name, reverse("team-chain", args=[ref]), crumbs, tuple(rows), frozenset(own))


def cycle_scope(person: Person, ref: str) -> Scope:
    """The chain of a cycle: that of all its objectives."""
    cycle = queries.cycle_named(ref)
    rows = _key_results(person).filter(objective__cycle=cycle)
    crumbs = (("Cycles", reverse("cycles")), (cycle.title, reverse("cycle-page", args=[ref])))
    return Scope("cycle", ref, cycle.title, reverse("cycle-chain", args=[ref]), crumbs, tuple(rows))


def organisation_scope(person: Person, ref: str = "") -> Scope:
    """The whole chain, with the key results of cycles that are not closed."""
    seen = chain.items_of(person).order_by().values("pk")
    rows = _key_results(person).exclude(objective__cycle__state="closed").filter(measures__in=seen)
    return Scope("organisation", "", "The chain", reverse("chain"), (), tuple(rows))


def chain_of(person: Person, scope: Scope) -> Chain:
    """The piece of the chain that a scope is about, as the person sees it."""
    if scope.kind == "organisation":
        piece = chain.whole(person)
    else:
        seeds = {row.measures_id for row in scope.key_results if row.measures_id is not None} | scope.own_items
        piece = chain.piece_around(person, seeds, lambda loose: _measured(person, loose))
    measured: dict[int, list[KeyResult]] = defaultdict(list)
    for row in scope.key_results:
        if row.measures_id in piece.items:
            measured[row.measures_id].append(row)
    return Chain(scope, piece, dict(measured))


def graph_of(piece: chain.Piece, key_results: tuple[KeyResult, ...] = ()) -> Graph:
    """Items as ("item", id), key results as ("key_result", id) with what they measure, and the links among them."""
    nodes = [Node(("item", key), Kind(item.level), _is_gone(item)) for key, item in piece.items.items()]
    nodes += [Node(("key_result", row.pk), Kind.KEY_RESULT) for row in key_results]
    edges = [
        Edge.of_link(
            ("item", link.source_id),
            ("item", link.target_id),
            LinkKind(link.kind),
            confidence=link.confidence,
            change=None if link.effect_change is None else float(link.effect_change),
            per=None if link.effect_per is None else float(link.effect_per),
            key=link.pk,
        )
        for link in piece.links
    ]
    edges += [
        Edge(("item", row.measures_id), ("key_result", row.pk)) for row in key_results if row.measures_id in piece.items
    ]
    return Graph(nodes, edges)


def gap_lines(shown: Chain) -> list[GapLine]:
    """What is missing, in the order of the levels, key results last."""
    names, rows = named(), {row.pk: row for row in shown.scope.key_results}
    found = []
    for gap in shown.broken_at:
        of, key = gap.key if isinstance(gap.key, tuple) else ("", 0)
        at: ChainItem | KeyResult = shown.piece.items[key] if of == "item" else rows[key]
        page = "chain-item" if of == "item" else "key-result"
        href = reverse(page, args=[at.ref])
        found.append(GapLine(gap.kind, at.title, href, gap.message(names), gap.remedy(names)))
    return found


def _key_results(person: Person) -> "QuerySet[KeyResult]":
    seen = key_results_visible_to(person).filter(archived_at=None, objective__archived_at=None)
    return seen.select_related("objective").order_by("objective__position", "objective_id", "position", "id")


def _measured(person: Person, items: Collection[int]) -> set[int]:
    """Those of some items that key results measure, whoever's they are: these lead somewhere, if nothing follows."""
    rows = key_results_visible_to(person).filter(archived_at=None, objective__archived_at=None)
    return set(rows.filter(measures__in=items).order_by().values_list("measures_id", flat=True))


def _is_gone(item: ChainItem) -> bool:
    return item.state == State.DROPPED


SCOPES: dict[str, Callable[[Person, str], Scope]] = {
    "objective": objective_scope,
    "priority": priority_scope,
    "team": team_scope,
    "cycle": cycle_scope,
    "organisation": organisation_scope,
}
