"""How value runs down a chain, from key results to the work behind them, and how failure runs up.

An activity needs all that it uses and waits for, and an output all activities that produce it: what one of them lacks,
the whole lacks. An outcome comes from its outputs together: each carries its part of it, the confidence in its link
(scaled where they sum to more than 1). What is complete holds nothing back any more, and what stands before it neither.

`marginal` is the derivative (reverse-mode differentiation: one sweep back for all nodes); where several ways from a
node meet again it counts each. `lost` lets nodes fail and sweeps forward: exact, for some at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from impactline.chain.graph import CircleFound, Edge, Graph, Key, Kind, Marks, Node, Numbers, Places

Table = npt.NDArray[np.float64]

GATES = (Kind.ACTIVITY, Kind.OUTPUT)
WHOLE = 1 - 1e-9
CIRCLES_MAX = 20


class Flow:
    """Value and failure on one graph, whose nodes are items of the chain and key results.

    `missing` is how much of each item is not there yet, 0 to 1, and 1 where it is not given; `worth` what each key
    result still lacks, in whatever unit the answers shall have.
    """

    def __init__(self, graph: Graph, missing: Mapping[Key, float], worth: Mapping[Key, float]) -> None:
        self.graph = graph
        self.missing: Numbers = np.array([missing.get(node.key, 1.0) for node in graph.nodes], dtype=np.float64)
        self.worth: Numbers = np.array([worth.get(node.key, 0.0) for node in graph.nodes], dtype=np.float64)
        self.passes: Marks = self.missing > 0
        self._gate: Marks = graph.of_kind(*GATES)

    def marginal(self) -> Numbers:
        """For each node what key results lack by it at most: never less than what is lost when it fails alone."""
        graph = self.graph
        value = self.worth.copy()
        factor = np.where(self.passes[graph.target], np.where(self._gate[graph.target], 1.0, self._parts), 0.0)
        for step in graph.steps_back:
            np.add.at(value, graph.source[step], factor[step] * value[graph.target[step]])
        return value

    def lost(self, failing: Table) -> Table:
        """How much of each node is lost, 0 to 1, when these fail: a row for each node, a column for each question.

        `failing` says how much of each node fails of itself.
        """
        return self._sweep(failing, self._parts)

    def cut_off(self, failing: Table) -> npt.NDArray[np.bool_]:
        """Which nodes lose every way that leads to them when these fail; shaped as in `lost`."""
        return self._sweep(failing, self._of_all) >= WHOLE

    def failing(self, columns: Sequence[Mapping[int, float]]) -> Table:
        """A table of what fails: for each question how much of the nodes at these places."""
        table = np.zeros((len(self.graph), len(columns)), dtype=np.float64)
        for at, column in enumerate(columns):
            table[list(column), at] = list(column.values())
        return table

    def _sweep(self, failing: Table, parts: Numbers) -> Table:
        lost, source = failing.copy(), self.graph.source
        for links, starts, targets, is_gate in self._layers:
            if is_gate:
                came = np.maximum.reduceat(lost[source[links]], starts, axis=0)
            else:
                came = np.add.reduceat(lost[source[links]] * parts[links, None], starts, axis=0)
            came *= self.passes[targets, None]
            lost[targets] = np.minimum(1.0, np.maximum(lost[targets], came))
        return lost

    @cached_property
    def _parts(self) -> Numbers:
        """The part of its target that each link carries: its strength, scaled where they sum to more than 1."""
        return self.graph.strength / np.maximum(1.0, self._sums)[self.graph.target]

    @cached_property
    def _of_all(self) -> Numbers:
        """The part of all that leads to its target: together 1."""
        return self.graph.strength / np.where(self._sums > 0, self._sums, 1.0)[self.graph.target]

    @cached_property
    def _sums(self) -> Numbers:
        sums = np.zeros(len(self.graph), dtype=np.float64)
        np.add.at(sums, self.graph.target, self.graph.strength)
        return sums

    @cached_property
    def _layers(self) -> list[tuple[Places, Places, Places, bool]]:
        """The links in the order in which failure runs up: by layer and target, where targets begin, targets."""
        graph = self.graph
        if not graph.edges:
            return []
        gate = self._gate[graph.target]
        order = np.lexsort((graph.target, gate, graph.layer[graph.target]))
        group = graph.layer[graph.target[order]] * 2 + gate[order]
        cuts = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(order)]
        found = []
        for begin, end in pairwise(cuts):
            links: Places = order[begin:end]
            targets = graph.target[links]
            starts: Places = np.concatenate(([0], np.flatnonzero(np.diff(targets)) + 1))
            found.append((links, starts, targets[starts], bool(gate[links[0]])))
        return found


def without_circles(nodes: Sequence[Node], links: Iterable[Edge], waits: Iterable[Edge]) -> Graph:
    """The graph of links and of who waits for what; of waiting that closes a circle with links nothing is counted.

    Links alone close none. After so many circles no waiting is counted at all.
    """
    firm, loose = list(links), list(waits)
    for _ in range(CIRCLES_MAX):
        try:
            return Graph(nodes, [*firm, *loose])
        except CircleFound as found:
            ring = set(pairwise(found.path))
            loose = [edge for edge in loose if (edge.source, edge.target) not in ring]
    return Graph(nodes, firm)
