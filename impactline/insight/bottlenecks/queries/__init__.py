"""What holds back key results, as one person sees the chain.

Only what the person sees is loaded, so nothing hidden enters a figure, a rank or a path.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from impactline.base.errors import NotFound
from impactline.chain.completion import DONE, Work, completion
from impactline.chain.graph import Edge, Graph, Node
from impactline.chain.graph import Kind as Sort
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import State
from impactline.chain.paths import Path, Ways
from impactline.chain.visibility import dependencies_visible_to, items_visible_to, links_visible_to
from impactline.insight.bottlenecks import Aim, Flow, Held, Kind, Part, Ranking, Wait, rank, without_circles
from impactline.okrs.measure import Type
from impactline.okrs.models import Cycle, CycleState
from impactline.okrs.queries import cycle_named
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person, Team
from impactline.people.queries import team_named

WORK = (Level.INPUT, Level.ACTIVITY, Level.OUTPUT)
PATHS = 6
ITEM, KEY_RESULT = "item", "key_result"
Seed = Mapping[Hashable, float]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose key results are asked about: those of a cycle, else of all that run; those of a team, else of all."""

    cycle: Cycle | None = None
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An item or a key result by its ref, title and kind: a level, or `key_result`."""

    ref: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What holds back, with its names. `due_on` and `days_late` are of an item, or of what a dependency waits for.

    `named` is the item, what is waited for, or None of a person or team; `waiting_for` the activity of a dependency.
    """

    held: Held
    named: Named | None
    activity: Named | None
    owner: Person | None
    team: Team | None
    due_on: date | None
    days_late: int
    missing: float
    share: float
    behind: tuple[tuple[Named, float], ...]
    alone: tuple[Named, ...]
    items: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """The lists of a scope; `lacking` is what its key results lack together, `adrift` the part with no work behind.

    `counted` is how many key results lack anything.
    """

    day: date
    lacking: float
    counted: int
    adrift: float
    items: tuple[Bottleneck, ...]
    people: tuple[Bottleneck, ...]
    teams: tuple[Bottleneck, ...]
    dependencies: tuple[Bottleneck, ...]

    def single_points(self) -> list[Bottleneck]:
        """The single points of failure, those on which most hangs first."""
        found = [row for row in (*self.items, *self.people) if row.held.is_single_point]
        return sorted(found, key=lambda row: -row.held.hangs)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What one item holds back: what hangs on it × what is missing of it, by key result, with the strongest ways."""

    day: date
    named: Named
    missing: float
    hangs: float
    behind: tuple[tuple[Named, float], ...]
    ways: tuple[tuple[tuple[Named, ...], float], ...]

    @property
    def value(self) -> float:
        """What is held back; 1 is a whole objective."""
        return self.hangs * self.missing


def scope_named(cycle: str = "", team: str = "") -> Scope:
    """A scope by the refs of its cycle and team; raises NotFound where there is none."""
    return Scope(cycle_named(cycle) if cycle else None, team_named(team) if team else None)


def scope_called(ref: str) -> Scope | None:
    """The scope of the cycle or team with this ref, of all without one; None where the ref is of neither."""
    if not ref:
        return Scope()
    try:
        return Scope(cycle=cycle_named(ref))
    except NotFound:
        pass
    try:
        return Scope(team=team_named(ref))
    except NotFound:
        return None


class Ground:
    """All that a person sees of the chain and of the key results of a scope; five queries."""

    def __init__(self, viewer: Person | None, scope: Scope, day: date) -> None:
        self.day = day
        self.names: dict[Hashable, Named] = {}
        self.owners: dict[Hashable, tuple[int | None, int | None, date | None]] = {}
        self.parts: list[Part] = []
        self.aims: list[Aim] = []
        self.objectives: dict[int, list[Hashable]] = defaultdict(list)
        nodes = [*self._items(viewer), *self._key_results(viewer, scope)]
        links = [*self._placed, *_links(viewer)]
        rows = dependencies_visible_to(viewer).order_by("pk").values_list("activity_id", "after_id")
        self.waits = [Wait((ITEM, activity), (ITEM, after)) for activity, after in rows]
        ends = {node.key for node in nodes}
        self.waits = [row for row in self.waits if {row.activity, row.after} <= ends]
        self.graph: Graph = without_circles(nodes, links, [Edge(row.after, row.activity) for row in self.waits])

    @cached_property
    def missing(self) -> dict[Hashable, float]:
        """How much of each piece of work is not there yet."""
        return {part.key: part.missing for part in self.parts}

    @cached_property
    def flow(self) -> Flow:
        """Value and failure on what is seen."""
        return Flow(self.graph, self.missing, {aim.key: aim.worth for aim in self.aims})

    def ranking(self) -> Ranking:
        """What holds back most."""
        return rank(self.graph, self.parts, self.aims, self.waits)

    def adrift(self) -> float:
        """What key results lack that have no work behind them."""
        worked = self.graph.reached(self.graph.marked(part.key for part in self.parts))
        return float(self.flow.worth[~worked].sum())

    def behind(self, seeds: Sequence[Seed]) -> list[dict[Hashable, float]]:
        """For each of some failures what the key results lose by it: those that lose anything, most first."""
        place, nodes, flow = self.graph.place, self.graph.nodes, self.flow
        columns = [{place[key]: share for key, share in seed.items() if key in place} for seed in seeds]
        lost = flow.lost(flow.failing(columns)) * flow.worth[:, None]
        found = []
        for at in range(len(seeds)):
            order = np.argsort(-lost[:, at], kind="stable")
            order = order[: int((lost[:, at] > 0).sum())]
            found.append({nodes[place].key: float(lost[place, at]) for place in order.tolist()})
        return found

    def paths(self, keys: Iterable[Hashable], most: int = PATHS) -> tuple[Path, ...]:
        """The strongest ways from some items to the key results that still lack something."""
        ends = self.graph.marked(aim.key for aim in self.aims if aim.worth > 0)
        return Ways(self.graph, ends).strongest([key for key in keys if key in self.graph], most)

    def _items(self, viewer: Person | None) -> Iterable[Node]:
        rows = items_visible_to(viewer).filter(archived_at=None).exclude(state=State.DROPPED).order_by("position", "pk")
        columns = ("pk", "ref", "title", "level", "state", "owner_id", "team_id", "due_on")
        for row in rows.values_list(*columns, "progress", "planned", "delivered", "ended_on", named=True):
            key, level = (ITEM, row.pk), Level(row.level)
            self.names[key] = Named(row.ref, row.title, row.level)
            self.owners[key] = (row.owner_id, row.team_id, row.due_on)
            if level in WORK:
                self.parts.append(Part(key, _missing(row, level, self.day), row.owner_id, row.team_id))
            yield Node(key, Sort(row.level))

    def _key_results(self, viewer: Person | None, scope: Scope) -> Iterable[Node]:
        rows = key_results_visible_to(viewer).filter(archived_at=None, objective__archived_at=None)
        if scope.cycle is None:
            rows = rows.filter(objective__cycle__state=CycleState.ACTIVE)
        else:
            rows = rows.filter(objective__cycle=scope.cycle)
        if scope.team is not None:
            rows = rows.filter(objective__team=scope.team)
        columns = ("pk", "ref", "title", "type", "objective_id", "measures_id", "weight", "progress")
        found = list(rows.order_by("objective_id", "position", "pk").values_list(*columns, named=True))
        shares = _shares([(row.pk, row.objective_id, row.weight) for row in found])
        self._placed: list[Edge] = []
        for row in found:
            key = (KEY_RESULT, row.pk)
            self.names[key] = Named(row.ref, row.title, KEY_RESULT)
            lacking = 1 - min(1.0, max(0.0, row.progress or 0.0)) if Type(row.type).has_progress else 0.0
            self.aims.append(Aim(key, shares[row.pk] * lacking, row.objective_id))
            self.objectives[row.objective_id].append(key)
            if row.measures_id is not None:
                self._placed.append(Edge((ITEM, row.measures_id), key))
            yield Node(key, Sort.KEY_RESULT)


def bottlenecks(viewer: Person | None, scope: Scope, day: date) -> Bottlenecks:
    """What holds back the key results of a scope, as far as this person sees it; None is the operator. Nine queries."""
    ground = Ground(viewer, scope, day)
    ranking = ground.ranking()
    people = Person.objects.in_bulk(_numbers(ranking, ground, Kind.PERSON, 0))
    teams = Team.objects.in_bulk(_numbers(ranking, ground, Kind.TEAM, 1))
    lists = {
        kind: tuple(_bottleneck(row, ground, ranking.lacking, people, teams) for row in rows)
        for kind, rows in ranking.of.items()
    }
    return Bottlenecks(
        day=day,
        lacking=ranking.lacking,
        counted=sum(1 for aim in ground.aims if aim.worth > 0),
        adrift=ground.adrift(),
        items=lists[Kind.ITEM],
        people=lists[Kind.PERSON],
        teams=lists[Kind.TEAM],
        dependencies=lists[Kind.DEPENDENCY],
    )


def held_back(viewer: Person | None, ref: str, scope: Scope, day: date) -> HeldBack:
    """What one item holds back, with the ways by which it does; five queries. Raises NotFound where it is not seen."""
    ground = Ground(viewer, scope, day)
    key = next((key for key, named in ground.names.items() if named.ref == ref and named.kind != KEY_RESULT), None)
    if key is None:
        raise NotFound(f"There is no item “{ref[:80]}” in the chain.")
    missing = ground.missing.get(key, 1.0)
    lost = ground.behind([{key: 1.0}])[0]
    ways = ground.paths([key]) if missing > 0 else ()
    return HeldBack(
        day=day,
        named=ground.names[key],
        missing=missing,
        hangs=sum(lost.values()) if missing > 0 else 0.0,
        behind=tuple((ground.names[one], value * missing) for one, value in lost.items() if missing > 0),
        ways=tuple((tuple(ground.names[one] for one in way.keys), way.strength) for way in ways),
    )


def _bottleneck(
    held: Held, ground: Ground, lacking: float, people: Mapping[int, Person], teams: Mapping[int, Team]
) -> Bottleneck:
    named: dict[str, Any] = {"named": None, "activity": None, "due_on": None, "days_late": 0, "missing": 0.0}
    owner: Any = held.key if held.kind is Kind.PERSON else None
    team: Any = held.key if held.kind is Kind.TEAM else None
    if held.kind in (Kind.ITEM, Kind.DEPENDENCY):
        key = held.key[1] if held.kind is Kind.DEPENDENCY else held.key  # type: ignore[index]
        owner, team, due_on = ground.owners[key]
        late = (ground.day - due_on).days if due_on is not None else 0
        named = {
            "named": ground.names[key],
            "activity": ground.names[held.key[0]] if held.kind is Kind.DEPENDENCY else None,  # type: ignore[index]
            "due_on": due_on,
            "days_late": max(0, late),
            "missing": ground.missing[key],
        }
    return Bottleneck(
        held=held,
        owner=people.get(owner),
        team=teams.get(team),
        share=held.value / lacking if lacking else 0.0,
        behind=tuple((ground.names[key], value) for key, value in held.behind),
        alone=tuple(ground.names[key] for key in held.alone),
        items=tuple(ground.names[key] for key in held.items),
        **named,
    )


def _numbers(ranking: Ranking, ground: Ground, kind: Kind, at: int) -> set[int]:
    """The ids of the people or teams that the lists name."""
    found: set[Any] = {row.key for row in ranking.of[kind]}
    for row in ranking.of[Kind.ITEM]:
        found.add(ground.owners[row.key][at])
    for row in ranking.of[Kind.DEPENDENCY]:
        found.add(ground.owners[row.key[1]][at])  # type: ignore[index]
    return found - {None}


def _links(viewer: Person | None) -> Iterable[Edge]:
    rows = links_visible_to(viewer).exclude(kind=LinkKind.ENABLES).order_by("pk")
    for source, target, kind, sure in rows.values_list("source_id", "target_id", "kind", "confidence"):
        yield Edge.of_link((ITEM, source), (ITEM, target), LinkKind(kind), confidence=sure)


def _missing(row: Any, level: Level, day: date) -> float:
    """How much of an item is not there: of an input all while it is a draft, else nothing."""
    if level is Level.INPUT:
        return 1.0 if row.state == State.DRAFT else 0.0
    work = Work(
        key=row.pk,
        level=level,
        title=row.title,
        state=row.state,
        ended_on=row.ended_on,
        progress=row.progress,
        planned=row.planned,
        delivered=row.delivered,
    )
    done = completion(work, day)
    return 0.0 if row.state == DONE or done is None else 1 - done


def _shares(rows: Iterable[tuple[int, int, float | None]]) -> dict[int, float]:
    """What each key result (id, objective, fixed weight in per cent) is worth in its objective."""
    of_objective: dict[int, list[tuple[int, float | None]]] = defaultdict(list)
    for number, objective, weight in rows:
        of_objective[objective].append((number, weight))
    found = {}
    for parts in of_objective.values():
        free = sum(1 for _, weight in parts if weight is None)
        rest = max(0.0, 1 - sum(float(weight) for _, weight in parts if weight is not None) / 100)
        for number, weight in parts:
            found[number] = rest / free if weight is None else float(weight) / 100
    return found
