"""The strongest paths through the chain: products of the confidences along the links, found without listing all paths.

A graph of this size has more paths than could ever be listed. So one sweep finds for each node how strong its best
way to an end is, and the search follows the best ways only (A* with an exact bound): k paths of n links take k × n
steps. Among equally strong paths the shorter comes first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from impactline.chain.graph import Edge, Graph, Key, Kind, Marks, Numbers, Places

FLOOR = 1e-9
UNITS = 1e9
PER_LINK = 100
NEVER = 1 << 62
MOVED = frozenset({Kind.OUTCOME, Kind.IMPACT})
MOVING = frozenset({Kind.OUTPUT, Kind.OUTCOME})


@dataclass(frozen=True, slots=True)
class Path:
    """One way through the chain, as it reads: from what is done to what it is for.

    `strength` is the product of the confidences of its links, 1 for a path of a single node. `effect` is the product of
    the effects of its contributions: how much the last metric should move for one unit of the first output; None
    unless each of them states its effect.
    """

    keys: tuple[Key, ...]
    edges: tuple[Edge, ...]
    strength: float
    effect: float | None

    @property
    def weakest(self) -> Edge | None:
        """The link with the lowest confidence, the first of several; None where there is no link."""
        return min(self.edges, key=lambda edge: edge.strength, default=None)

    @property
    def assumed(self) -> int:
        """How many of its links have no stated confidence."""
        return sum(edge.assumed for edge in self.edges)


class Ways:
    """All best ways from each node to some ends, or, with `back`, from some ends to each node.

    The costs are −log of the confidences in whole numbers of 10⁻⁹, so that sums are exact and ties are ties.
    Building takes one sweep over the links.
    """

    def __init__(self, graph: Graph, ends: Marks, *, back: bool = False) -> None:
        self.graph = graph
        self.ends = ends
        self.back = back
        self._near: Places = graph.target if back else graph.source
        self._far: Places = graph.source if back else graph.target
        self._cost = _costs(graph.strength)
        self._left = self._costs_to_an_end()

    def arrives(self, key: Key) -> bool:
        """Whether any way leads from the node to an end."""
        return bool(self._left[self.graph.place[key]] < NEVER)

    def arriving(self) -> Marks:
        """Which nodes have a way to an end, the ends included."""
        return self._left < NEVER

    def strongest(self, keys: Iterable[Key], k: int) -> tuple[Path, ...]:
        """The k strongest paths from any of these nodes, strongest first; fewer where there are no more.

        A node that is itself an end has one path, without links.
        """
        starts = [self.graph.place[key] for key in keys]
        # Of equal estimates the longest comes first, so that ties are followed to their end one after the other.
        waiting: list[tuple[int, int, int, int, tuple[int, ...]]] = [
            (int(self._left[start]), 0, at, start, ()) for at, start in enumerate(starts) if self._left[start] < NEVER
        ]
        heapq.heapify(waiting)
        found: list[Path] = []
        ranked: dict[int, list[int]] = {}
        pushed = len(starts)
        while waiting and len(found) < k:
            estimate, _, _, here, links = heapq.heappop(waiting)
            if self.ends[here]:
                found.append(self._path(here, links))
                continue
            if here not in ranked:
                ranked[here] = self._best_links(here, k)
            spent = estimate - int(self._left[here])
            for link in ranked[here]:
                beyond = int(self._far[link])
                total = spent + int(self._cost[link]) + int(self._left[beyond])
                pushed += 1
                heapq.heappush(waiting, (total, -len(links) - 1, pushed, beyond, (*links, link)))
        return tuple(found)

    def best_links(self) -> Places:
        """For each node the place of the first link of its strongest path (back: the last); −1 for none."""
        usable = np.flatnonzero((self._left[self._far] < NEVER) & ~self.ends[self._near])
        total = self._cost[usable] + self._left[self._far[usable]]
        tight = usable[total == self._left[self._near[usable]]]
        best = np.full(len(self.graph), -1, dtype=np.int64)
        best[self._near[tight[::-1]]] = tight[::-1]
        return best

    def best_paths(self) -> dict[Key, Path]:
        """The strongest path of each node that has one."""
        best, far = self.best_links().tolist(), self._far.tolist()
        nodes, edges = self.graph.nodes, self.graph.edges
        # From the ends outwards: each path is one link and the path of the node beyond it.
        places = np.flatnonzero(self.arriving())
        layer = self.graph.layer[places]
        paths: dict[int, Path] = {}
        for at in places[np.argsort(layer if self.back else -layer, kind="stable")].tolist():
            link = best[at]
            if link < 0:
                paths[at] = Path((nodes[at].key,), (), 1.0, None)
            else:
                paths[at] = self._longer(edges[link], paths[far[link]], nodes[at].key)
        return {nodes[at].key: path for at, path in paths.items()}

    def _costs_to_an_end(self) -> Places:
        left = np.where(self.ends, 0, NEVER).astype(np.int64)
        for step in self.graph.steps if self.back else self.graph.steps_back:
            usable = step[left[self._far[step]] < NEVER]
            np.minimum.at(left, self._near[usable], self._cost[usable] + left[self._far[usable]])
        return left

    def _best_links(self, at: int, k: int) -> list[int]:
        """The k links that the best ways go on by; none of the k best paths can need another."""
        links = (self.graph.incoming if self.back else self.graph.outgoing)[at]
        links = links[self._left[self._far[links]] < NEVER]
        total = self._cost[links] + self._left[self._far[links]]
        chosen: list[int] = links[np.argsort(total, kind="stable")[:k]].tolist()
        return chosen

    def _longer(self, edge: Edge, rest: Path, key: Key) -> Path:
        """A path with one link more, at its beginning or, back, at its end."""
        if self.back:
            edges: tuple[Edge, ...] = (*rest.edges, edge)
            keys: tuple[Key, ...] = (*rest.keys, key)
        else:
            edges, keys = (edge, *rest.edges), (key, *rest.keys)
        return Path(keys, edges, edge.strength * rest.strength, self._effect(edges))

    def _path(self, end: int, links: tuple[int, ...]) -> Path:
        edges = tuple(self.graph.edges[link] for link in (links[::-1] if self.back else links))
        keys = (edges[0].source, *(edge.target for edge in edges)) if edges else (self.graph.nodes[end].key,)
        return Path(keys, edges, prod(edge.strength for edge in edges), self._effect(edges))

    def _effect(self, edges: tuple[Edge, ...]) -> float | None:
        kinds = self.graph.kinds
        product: float | None = None
        for edge in edges:
            if kinds[edge.target] in MOVED and kinds[edge.source] in MOVING:
                if edge.effect is None:
                    return None
                product = edge.effect if product is None else product * edge.effect
        return product


def strengths_from(graph: Graph, starts: Marks, *, back: bool = False) -> Numbers:
    """For each node the strength of the best path from any of the starts to it; 0 where there is none.

    With `back`: of the best path from it to any of the starts. One sweep over the links.
    """
    near, far = (graph.target, graph.source) if back else (graph.source, graph.target)
    found = starts.astype(np.float64)
    for step in graph.steps_back if back else graph.steps:
        np.maximum.at(found, far[step], graph.strength[step] * found[near[step]])
    return found


def _costs(strength: Numbers) -> Places:
    costs: Places = np.rint(-np.log(np.maximum(strength, FLOOR)) * UNITS).astype(np.int64) + PER_LINK
    return costs
