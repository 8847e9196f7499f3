"""Whose chain is asked for: of an objective, a priority, a team, a cycle, or of the whole organisation; and its gaps.

A scope names the key results it is about and the items that these measure; the piece of the chain around them follows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from impactline.base.errors import NotFound
from impactline.chain import queries as chain
from impactline.chain.apart import apart
from impactline.chain.gaps import Gap, GapKind, gaps
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.levels import LinkKind
from impactline.chain.models import Assumption, ChainItem, Holding, State
from impactline.chain.names import Names
from impactline.okrs import queries
from impactline.okrs.models import CycleState, KeyResult, Objective
from impactline.okrs.visibility import key_results_visible_to, objective_for
from impactline.people.models import Person
from impactline.people.queries import team_named

FAILING = (Holding.FAILED, Holding.FAILING)


@dataclass(frozen=True, slots=True)
class Missing:
    """A place where the chain is broken: at which item or key result, of which kind, in words, and how it is mended."""

    kind: GapKind
    at: ChainItem | KeyResult
    message: str
    remedy: str

    @property
    def of(self) -> str:
        """What it is at: `item` or `key_result`."""
        return "item" if isinstance(self.at, ChainItem) else "key_result"

    def as_data(self) -> dict[str, str]:
        """The gap for programs."""
        at = {"of": self.of, "ref": self.at.ref, "title": self.at.title}
        return {"kind": str(self.kind), **at, "message": self.message, "remedy": self.remedy}


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that rests on an assumption that failed or is failing."""

    source: ChainItem
    target: ChainItem
    assumption: Assumption

    def as_data(self) -> dict[str, str]:
        """The link for programs."""
        ends = {"source": self.source.ref, "target": self.target.ref}
        return {**ends, "assumption": self.assumption.text, "state": self.assumption.state}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a chain is of: its title, its key results, and items that belong to it without them."""

    kind: str
    ref: str
    title: str
    key_results: tuple[KeyResult, ...]
    own_items: frozenset[int] = frozenset()
    objective: Objective | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """Some of what deserves a look, in order: links that rest on what fails, then gaps; `more` follow."""

    broken: list[Broken]
    gaps: list[Missing]
    more: int


@dataclass(frozen=True)
class Chain:
    """A scope with its piece of the chain, and what is missing in it, in the names of the organisation."""

    scope: Scope
    piece: chain.Piece
    names: Names
    measured: dict[int, list[KeyResult]] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """Items and key results, with every link but feedback."""
        return _graph_of(self.piece, self.scope.key_results)

    @cached_property
    def missing(self) -> list[Missing]:
        """All places where it is broken, in the order of the levels, key results last."""
        rows = {row.pk: row for row in self.scope.key_results}
        return [self._missing(gap, rows) for gap in gaps(self.graph)]

    def looks(self, begin: int, count: int, kind: str = "") -> Looks:
        """So many of what deserves a look, from the one at `begin` on; of gaps of one kind alone where it is named."""
        broken, gaps = ([], self.of_kind(kind)) if kind else (self.broken, self.missing)
        end, ahead = begin + count, len(broken)
        more = max(0, ahead + len(gaps) - end)
        return Looks(broken[begin:end], gaps[max(0, begin - ahead) : max(0, end - ahead)], more)

    def of_kind(self, kind: str) -> list[Missing]:
        """The gaps of one kind."""
        return [found for found in self.missing if found.kind == kind]

    @cached_property
    def broken(self) -> list[Broken]:
        """The links that rest on what failed or is failing."""
        items, grounds = self.piece.items, self.piece.grounds
        return [
            Broken(items[link.source_id], items[link.target_id], row)
            for link in self.piece.links
            for row in grounds.on_link(link)
            if row.state in FAILING
        ]

    @property
    def kinds(self) -> list[tuple[GapKind, str, int]]:
        """The kinds of gap that there are, what each is called, and how many are of it."""
        counts = Counter(found.kind for found in self.missing)
        return [(kind, kind.heading(self.names), counts[kind]) for kind in GapKind if counts[kind]]

    @cached_property
    def gaps(self) -> dict[int, Missing]:
        """What is missing at items, by their id; of several the last."""
        return {found.at.pk: found for found in self.missing if found.of == "item"}

    @cached_property
    def apart(self) -> dict[str, str]:
        """What tells items apart that have the same title, by their refs."""
        return apart((item.ref, item.title) for item in self.piece.items.values())

    def as_data(self, kind: str = "") -> dict[str, Any]:
        """Its gaps for programs, the same for the API and the command line; those of one kind where it is named."""
        return {
            "scope": self.scope.kind,
            "ref": self.scope.ref or None,
            "kinds": [{"kind": str(one), "words": words, "count": count} for one, words, count in self.kinds],
            "items": [found.as_data() for found in self.missing if kind in ("", found.kind)],
            "broken": [found.as_data() for found in self.broken],
        }

    def _missing(self, gap: Gap, rows: dict[int, KeyResult]) -> Missing:
        of, key = gap.key if isinstance(gap.key, tuple) else ("", 0)
        at = self.piece.items[key] if of == "item" else rows[key]
        return Missing(gap.kind, at, gap.message(self.names), gap.remedy(self.names))


def objective_scope(person: Person | None, ref: str) -> Scope:
    """The chain of an objective: around what its key results measure."""
    objective = objective_for(person, ref)
    rows = _key_results(person).filter(objective=objective)
    return Scope("objective", ref, objective.title, tuple(rows), objective=objective)


def priority_scope(person: Person | None, ref: str) -> Scope:
    """The chain of a priority: that of the objectives that serve it in cycles that are not closed."""
    priority = queries.priority_named(ref)
    return Scope("priority", ref, priority.title, tuple(_running(person).filter(objective__priorities=priority)))


def team_scope(person: Person | None, ref: str) -> Scope:
    """The chain of a team: its own items, and what the key results of its objectives measure."""
    team = team_named(ref)
    items = chain.items_of(person).order_by()
    own = {*items.filter(team=team).values_list("pk", flat=True)}
    own |= {*items.filter(shared_with=team).values_list("pk", flat=True)}
    return Scope("team", ref, team.name, tuple(_running(person).filter(objective__team=team)), frozenset(own))


def cycle_scope(person: Person | None, ref: str) -> Scope:
    """The chain of a cycle: that of all its objectives."""
    cycle = queries.cycle_named(ref)
    return Scope("cycle", ref, cycle.title, tuple(_key_results(person).filter(objective__cycle=cycle)))


def organisation_scope(person: Person | None, ref: str = "") -> Scope:
    """The whole chain, with the key results of cycles that are not closed."""
    seen = chain.items_of(person).order_by().values("pk")
    return Scope("organisation", "", "The chain", tuple(_running(person).filter(measures__in=seen)))


SCOPES: dict[str, Callable[[Person | None, str], Scope]] = {
    "objective": objective_scope,
    "priority": priority_scope,
    "team": team_scope,
    "cycle": cycle_scope,
    "organisation": organisation_scope,
}


def scope_called(person: Person | None, ref: str) -> Scope:
    """The scope of the objective, priority, team or cycle with this ref, of all without; raises NotFound."""
    if not ref:
        return organisation_scope(person)
    for named in (objective_scope, priority_scope, team_scope, cycle_scope):
        with suppress(NotFound):
            return named(person, ref)
    raise NotFound(
        f"There is no objective, priority, team or cycle “{ref[:80]}”.",
        remedy="Leave the ref out for the whole chain.",
        field="ref",
    )


def chain_of(person: Person | None, scope: Scope, names: Names) -> Chain:
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
    return Chain(scope, piece, names, dict(measured))


def _key_results(person: Person | None) -> "QuerySet[KeyResult]":
    seen = key_results_visible_to(person).filter(archived_at=None, objective__archived_at=None)
    return seen.select_related("objective").order_by("objective__position", "objective_id", "position", "id")


def _running(person: Person | None) -> "QuerySet[KeyResult]":
    return _key_results(person).exclude(objective__cycle__state=CycleState.CLOSED)


def _measured(person: Person | None, items: Collection[int]) -> set[int]:
    """Those of some items that key results measure, whoever's they are: these lead somewhere, if nothing follows."""
    rows = key_results_visible_to(person).filter(archived_at=None, objective__archived_at=None)
    return set(rows.filter(measures__in=items).order_by().values_list("measures_id", flat=True))


def _graph_of(piece: chain.Piece, key_results: tuple[KeyResult, ...]) -> Graph:
    """Items as ("item", id), key results as ("key_result", id) with what they measure, and the links among them."""
    nodes = [Node(("item", key), Kind(item.level), item.state == State.DROPPED) for key, item in piece.items.items()]
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
