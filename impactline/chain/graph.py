"""The chain as a compact graph: items in a row, links as arrays, one sweep from layer to layer answers for all.

Nodes may also be key results, objectives and priorities, so that a path leads on to what it is for.
Feedback (`enables`) is kept out: without it the chain has no circle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from impactline.base.errors import Invalid
from impactline.chain.levels import LinkKind

UNSTATED = 0.5

Key = Hashable
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


class Kind(StrEnum):
    """What a node is: an item of the chain by its level, or what the chain serves."""

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"
    KEY_RESULT = "key_result"
    OBJECTIVE = "objective"
    PRIORITY = "priority"


class CircleFound(Invalid):
    """Links that lead in a circle; `path` names its nodes and ends where it began."""

    code = "circle"

    def __init__(self, path: Sequence[Key]) -> None:
        super().__init__(
            f"These lead in a circle: {' → '.join(str(key) for key in path)}.",
            remedy="Take one of the links away, or let an outcome enable an activity instead.",
            field="target",
        )
        self.path = tuple(path)


@dataclass(frozen=True, slots=True)
class Node:
    """One item, key result, objective or priority; what is dropped carries no path."""

    key: Key
    kind: Kind
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One link from a node to one that it leads to.

    `strength` is the confidence in it, 0 to 1; 1 for what is a fact, such as a key result of an objective.
    `effect` is change ÷ per: how much the target's metric moves for one unit of the source; None where it is not
    stated. `key` is whatever the caller finds the link again by. `assumed` says that nobody stated the strength.
    Feedback is an `enables` link.
    """

    source: Key
    target: Key
    strength: float = 1.0
    effect: float | None = None
    feedback: bool = False
    key: Key = None
    assumed: bool = False

    @classmethod
    def of_link(
        cls,
        source: Key,
        target: Key,
        kind: LinkKind,
        *,
        confidence: float | None = None,
        change: float | None = None,
        per: float | None = None,
        key: Key = None,
    ) -> Edge:
        """The edge of a link of the chain: `change` of the target's metric for `per` of the source.

        Where no confidence is stated, what uses and produces counts as a fact, and a contribution as even odds.
        """
        hypothesis = kind in (LinkKind.CONTRIBUTES_TO, LinkKind.ENABLES)
        strength = (UNSTATED if hypothesis else 1.0) if confidence is None else confidence
        effect = None if change is None else change / (per or 1.0)
        return cls(
            source, target, strength, effect, kind.closes_circles, key, assumed=hypothesis and confidence is None
        )


class Graph:
    """Nodes and the links between them that are no feedback; without circles.

    Links to or from nodes that are dropped, or that are not there, are left out. Building raises CircleFound.
    Takes O(nodes + links) and about 100 bytes of arrays for each.
    """

    def __init__(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        self.nodes = tuple(nodes)
        self.place = {node.key: at for at, node in enumerate(self.nodes)}
        self.kinds = {node.key: node.kind for node in self.nodes}
        alive = {node.key for node in self.nodes if not node.dropped}
        self.edges = tuple(
            edge for edge in edges if not edge.feedback and edge.source in alive and edge.target in alive
        )
        place = self.place
        self.source: Places = np.array([place[edge.source] for edge in self.edges], dtype=np.int64)
        self.target: Places = np.array([place[edge.target] for edge in self.edges], dtype=np.int64)
        self.strength: Numbers = np.array([edge.strength for edge in self.edges], dtype=np.float64)
        self.layer = self._layers()

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, key: Key) -> bool:
        return key in self.place

    @cached_property
    def outgoing(self) -> Rows:
        """For each node the places of the links that lead from it."""
        return Rows.sorted_by(self.source, len(self))

    @cached_property
    def incoming(self) -> Rows:
        """For each node the places of the links that lead to it."""
        return Rows.sorted_by(self.target, len(self))

    @cached_property
    def steps(self) -> tuple[Places, ...]:
        """The links in groups by the layer they start from: what leads to a node comes before what leads on."""
        return _groups(self.layer[self.source]) if self.edges else ()

    @cached_property
    def steps_back(self) -> tuple[Places, ...]:
        """The links in groups by the layer that they end in, last layer first."""
        return _groups(-self.layer[self.target]) if self.edges else ()

    def of_kind(self, *kinds: Kind) -> Marks:
        """Which nodes are of these kinds and not dropped."""
        wanted = set(kinds)
        return np.array([node.kind in wanted and not node.dropped for node in self.nodes], dtype=np.bool_)

    def marked(self, keys: Iterable[Key]) -> Marks:
        """Which nodes have these keys; keys that are not there are left out."""
        marks = np.zeros(len(self), dtype=np.bool_)
        marks[[self.place[key] for key in keys if key in self.place]] = True
        return marks

    def following(self, key: Key) -> Iterator[Key]:
        """The nodes that one leads to directly."""
        return (self.nodes[at].key for at in self.target[self.outgoing[self.place[key]]].tolist())

    def leading(self, key: Key) -> Iterator[Key]:
        """The nodes that lead to one directly."""
        return (self.nodes[at].key for at in self.source[self.incoming[self.place[key]]].tolist())

    def reaching(self, ends: Marks) -> Marks:
        """Which nodes lead to any of these, themselves included."""
        found = ends.copy()
        for step in self.steps_back:
            found[self.source[step[found[self.target[step]]]]] = True
        return found

    def reached(self, starts: Marks) -> Marks:
        """Which nodes any of these lead to, themselves included."""
        found = starts.copy()
        for step in self.steps:
            found[self.target[step[found[self.source[step]]]]] = True
        return found

    def closure(self) -> list[int]:
        """For each node all that it leads to, itself included: bit *i* of an integer stands for the node at place *i*.

        O(nodes × links ÷ 64) words; 10,000 nodes take about 13 MB.
        """
        bits = [1 << at for at in range(len(self))]
        for step in self.steps_back:
            for source, target in zip(self.source[step].tolist(), self.target[step].tolist(), strict=True):
                bits[source] |= bits[target]
        return bits

    def circle_with(self, source: Key, target: Key) -> list[Key] | None:
        """The circle that a new link would close, from the source to the source; None where it closes none."""
        if source not in self or target not in self:
            return [source, source] if source == target else None
        highest = self.layer[self.place[source]]
        return circle_with(source, target, lambda key: self._following_below(key, highest))

    def _following_below(self, key: Key, highest: int) -> Iterator[Key]:
        """The nodes that one leads to and that can still lead to one of a layer."""
        following = self.target[self.outgoing[self.place[key]]]
        return (self.nodes[at].key for at in following[self.layer[following] <= highest].tolist())

    def _layers(self) -> Places:
        """For each node the length of the longest way to it; raises CircleFound where some never come to an end."""
        layer = np.zeros(len(self), dtype=np.int64)
        waiting = np.bincount(self.target, minlength=len(self)) if self.edges else layer.copy()
        front: Places = np.flatnonzero(waiting == 0)
        seen, depth = 0, 0
        while front.size:
            layer[front] = depth
            seen, depth = seen + front.size, depth + 1
            targets = self.target[self.outgoing.of_all(front)]
            np.subtract.at(waiting, targets, 1)
            front = np.unique(targets[waiting[targets] == 0])
        if seen < len(self):
            raise CircleFound(self._circle_among(np.flatnonzero(waiting > 0)))
        return layer

    def _circle_among(self, stuck: Places) -> list[Key]:
        """One circle among nodes that each have a predecessor among them: walk back until one comes again."""
        inside = set(stuck.tolist())
        at = int(stuck[0])
        path: list[int] = []
        seen: dict[int, int] = {}
        while at not in seen:
            seen[at] = len(path)
            path.append(at)
            at = next(source for source in self.source[self.incoming[at]].tolist() if source in inside)
        return [self.nodes[place].key for place in [*path[seen[at] :], at][::-1]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of numbers of differing length in two arrays (compressed sparse rows)."""

    begins: Places
    entries: Places

    @classmethod
    def sorted_by(cls, row_of: Places, rows: int) -> Rows:
        """The places 0, 1, … of an array, in rows by the numbers that stand there."""
        begins = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(row_of, minlength=rows), out=begins[1:])
        return cls(begins, np.argsort(row_of, kind="stable"))

    def __getitem__(self, row: int) -> Places:
        return self.entries[self.begins[row] : self.begins[row + 1]]

    def of_all(self, rows: Places) -> Places:
        """The entries of several rows, one after the other."""
        lengths = self.begins[rows + 1] - self.begins[rows]
        starts = np.repeat(self.begins[rows] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        entries: Places = self.entries[starts + np.arange(int(lengths.sum()))]
        return entries


def circle_with(source: Key, target: Key, following: Callable[[Key], Iterable[Key]]) -> list[Key] | None:
    """The circle that a new link from source to target would close, the shortest one; None where it closes none.

    `following` gives what a node leads to by links that are no feedback; it is asked once for each node that the
    target leads to. The circle begins and ends with the source, as it would be read.
    """
    came_from: dict[Key, Key] = {target: source}
    waiting = deque([target])
    while waiting and source not in came_from:
        here = waiting.popleft()
        for key in following(here):
            if key not in came_from:
                came_from[key] = here
                waiting.append(key)
    return _walk_back(source, target, came_from) if source in came_from or source == target else None


def _walk_back(source: Key, target: Key, came_from: dict[Key, Key]) -> list[Key]:
    path = [source]
    while path[-1] != target:
        path.append(came_from[path[-1]])
    return [source, *path[::-1]]


def _groups(numbers: Places) -> tuple[Places, ...]:
    """The places of an array in groups of equal numbers, smallest first."""
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    return tuple(np.split(order, cuts))
