"""Line of sight: what an item, key result or person serves, up to priorities and impacts, and what is done for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from impactline.chain.graph import Graph, Key, Kind, Marks, Numbers
from impactline.chain.paths import Path, Ways, strengths_from

PATHS = 5
HIGHEST = (Kind.PRIORITY, Kind.IMPACT)
WORK = (Kind.ACTIVITY,)


@dataclass(frozen=True, slots=True)
class Far:
    """A node at the end of a line of sight, with the strength of the best path between."""

    key: Key
    kind: Kind
    strength: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What one sees from an item.

    `up` are the strongest paths to priorities and impacts; where there are none (`arrives` is False), the strongest as
    far as they lead. `down` are the strongest paths from what is being done. `serves` lists every priority and impact
    that is reached, `work` every activity behind, strongest first.
    """

    up: tuple[Path, ...]
    down: tuple[Path, ...]
    serves: tuple[Far, ...]
    work: tuple[Far, ...]
    arrives: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """The line of sight of one item among all: its strongest path, and how many priorities and impacts it reaches."""

    key: Key
    path: Path
    serves: int


class Lines:
    """Lines of sight through one graph; what several questions need is computed once, when it is first asked for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def of(self, keys: Collection[Key], k: int = PATHS) -> Sight:
        """The line of sight of one item or, with all that a person or team has a part in, of a person or team.

        Keys that are not there are left out. Of several items, one that another of them leads to is seen on that one's
        paths. `k` is how many paths are listed each way.
        """
        own = self.graph.marked(keys)
        alone = np.count_nonzero(own) < 2
        first = self._keys(own if alone else own & ~self._beyond(own))
        last = self._keys(own if alone else own & ~self._before(own))
        arrives = any(self._up.arrives(key) for key in first)
        return Sight(
            up=_with_links((self._up if arrives else self._up_to_anything).strongest(first, k + len(first)), k),
            down=_with_links(self._ways_down(last).strongest(last, k + len(last)), k),
            serves=self._far(strengths_from(self.graph, own), self.graph.reached(own) & self._highest),
            work=self._far(strengths_from(self.graph, own, back=True), self.graph.reaching(own) & self._doing),
            arrives=arrives,
        )

    def everything(self) -> dict[Key, Glance]:
        """The strongest path of everything that has a path to a priority or impact; the rest, see `without`."""
        counts, place = self._counts(), self.graph.place
        return {key: Glance(key, path, counts[place[key]]) for key, path in self._up.best_paths().items()}

    def without(self) -> list[Key]:
        """The items that have no path to a priority or impact, in the order of the nodes."""
        alive = np.array([not node.dropped for node in self.graph.nodes], dtype=np.bool_)
        return [self.graph.nodes[at].key for at in np.flatnonzero(alive & ~self._up.arriving()).tolist()]

    @cached_property
    def _highest(self) -> Marks:
        return self.graph.of_kind(*HIGHEST)

    @cached_property
    def _up(self) -> Ways:
        return Ways(self.graph, self._highest)

    @cached_property
    def _up_to_anything(self) -> Ways:
        return Ways(self.graph, np.diff(self.graph.outgoing.begins) == 0)

    @cached_property
    def _doing(self) -> Marks:
        return self.graph.of_kind(*WORK)

    @cached_property
    def _down(self) -> Ways:
        return Ways(self.graph, self._doing, back=True)

    @cached_property
    def _down_to_anything(self) -> Ways:
        return Ways(self.graph, np.diff(self.graph.incoming.begins) == 0, back=True)

    def _ways_down(self, keys: list[Key]) -> Ways:
        """To activities; from activities themselves, and from what has none behind it, to wherever it comes from."""
        nodes, place = self.graph.nodes, self.graph.place
        above = [key for key in keys if nodes[place[key]].kind not in WORK and self._down.arrives(key)]
        return self._down if above else self._down_to_anything

    def _beyond(self, marks: Marks) -> Marks:
        """What these lead to by at least one link."""
        following = np.zeros(len(self.graph), dtype=np.bool_)
        following[self.graph.target[marks[self.graph.source]]] = True
        return self.graph.reached(following)

    def _before(self, marks: Marks) -> Marks:
        """What leads to these by at least one link."""
        leading = np.zeros(len(self.graph), dtype=np.bool_)
        leading[self.graph.source[marks[self.graph.target]]] = True
        return self.graph.reaching(leading)

    def _keys(self, marks: Marks) -> list[Key]:
        return [self.graph.nodes[at].key for at in np.flatnonzero(marks).tolist()]

    def _far(self, strengths: Numbers, ends: Marks) -> tuple[Far, ...]:
        places = np.flatnonzero(ends)
        order = places[np.argsort(-strengths[places], kind="stable")].tolist()
        return tuple(Far(self.graph.nodes[at].key, self.graph.nodes[at].kind, float(strengths[at])) for at in order)

    def _counts(self) -> list[int]:
        """For each node how many priorities and impacts it reaches."""
        highest = sum(1 << at for at in np.flatnonzero(self._highest).tolist())
        return [(bits & highest).bit_count() for bits in self.graph.closure()]


def _with_links(paths: tuple[Path, ...], k: int) -> tuple[Path, ...]:
    return tuple(path for path in paths if path.edges)[:k]
