"""How long paths through a chain of 10,000 items and 30,000 links take, beside networkx on the same graph.

Both must find the same. Where networkx would take minutes it is asked for a sample, and its time is multiplied.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from itertools import islice, pairwise

import networkx as nx

from benchmarks.figures import Figure, hand_over
from impactline.chain.gaps import gaps
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.layout import Item, Line, layout
from impactline.chain.levels import Level
from impactline.chain.paths import Ways
from impactline.chain.sight import HIGHEST, Lines
from impactline.chain.similar import Similar

SUBJECT = "The chain: 10,000 items and 30,000 links"
ITEMS, LINKS = 10_000, 30_000
SHARES = {Kind.INPUT: 20, Kind.ACTIVITY: 30, Kind.OUTPUT: 25, Kind.OUTCOME: 22, Kind.IMPACT: 3}
CONFIDENCES = (0.3, 0.5, 0.6, 0.8, 1.0)
TIMES, SAMPLE = 7, 100


def a_chain(items: int = ITEMS, links: int = LINKS, seed: int = 1) -> tuple[list[Node], list[Edge]]:
    """A chain of that size: links between neighbouring levels, as many among outcomes, confidences of all sorts."""
    chance = random.Random(seed)
    names = {kind: [f"{kind}-{at}" for at in range(items * share // 100)] for kind, share in SHARES.items()}
    levels = list(SHARES)
    pairs = [*pairwise(levels), (Kind.OUTCOME, Kind.OUTCOME)]
    found: dict[tuple[str, str], float] = {}
    while len(found) < links:
        lower, upper = chance.choice(pairs)
        ends = chance.choice(names[lower]), chance.choice(names[upper])
        if lower is upper:
            first, last = sorted(chance.sample(range(len(names[lower])), 2))
            ends = names[lower][first], names[lower][last]
        found[ends] = chance.choice(CONFIDENCES)
    nodes = [Node(name, kind) for kind, of_kind in names.items() for name in of_kind]
    return nodes, [Edge(source, target, confidence) for (source, target), confidence in found.items()]


def measure(nodes: list[Node], edges: list[Edge]) -> list[Figure]:
    """All questions, each of both."""
    graph = Graph(nodes, edges)
    peer = nx.DiGraph()
    peer.add_nodes_from(node.key for node in nodes)
    peer.add_weighted_edges_from((edge.source, edge.target, -math.log(edge.strength)) for edge in edges)
    ends = [node.key for node in nodes if node.kind in HIGHEST]
    asked = random.Random(2).sample([node.key for node in nodes if node.kind is Kind.ACTIVITY], SAMPLE)
    _agree(graph, peer, ends, asked)
    lines = Lines(graph)
    lines.of(asked[:1])
    return [
        _compared("Build the graph", lambda: Graph(nodes, edges), 1_000, None),
        _compared("Reachability of everything", graph.closure, 1_000, lambda: _descendants(peer), ITEMS / SAMPLE),
        _compared("Gaps of everything", lambda: gaps(graph), 1_000, None),
        _compared(
            "Strongest path of everything",
            lambda: Ways(graph, graph.marked(ends)).best_paths(),
            1_000,
            lambda: nx.multi_source_dijkstra(peer.reverse(copy=False), ends),
        ),
        _compared("Line of sight of everything", lambda: Lines(graph).everything(), 1_000, None),
        _compared(
            "Five strongest paths of an item",
            lambda: lines.of([asked[0]]),
            20,
            lambda: _peer_paths(peer, asked[0], ends),
        ),
        _compared(
            "A new link: would it close a circle",
            lambda: graph.circle_with("outcome-2000", "outcome-5"),
            20,
            lambda: nx.has_path(peer, "outcome-5", "outcome-2000"),
        ),
        _compared("Picture of 2,000 items with 4,000 links", _picture(), 200, None),
        _compared("Three most alike of 10,000 texts", _alike(), 100, None),
    ]


def _picture() -> Callable[[], object]:
    nodes, edges = a_chain(2_000, 4_000)
    items = [Item(node.key, Level(node.kind)) for node in nodes]
    lines = [Line(at, edge.source, edge.target) for at, edge in enumerate(edges)]
    return lambda: layout(items, lines)


def _alike() -> Callable[[], object]:
    chance = random.Random(4)
    words = ["".join(chance.choices("abcdefghij", k=6)) for _ in range(5_000)]
    often = [1 / (at + 1) for at in range(len(words))]
    texts = [(at, " ".join(chance.choices(words, often, k=12))) for at in range(ITEMS)]
    similar = Similar(texts)
    return lambda: similar.nearest(texts[7][1])


def _agree(graph: Graph, peer: nx.DiGraph, ends: list[str], asked: list[str]) -> None:
    """The strengths that both find are the same; else the comparison says nothing."""
    ways = Ways(graph, graph.marked(ends))
    cost, _ = nx.multi_source_dijkstra(peer.reverse(copy=False), ends)
    for key in asked:
        best = ways.strongest([key], 1)
        assert bool(best) == (key in cost)
        assert not best or math.isclose(best[0].strength, math.exp(-cost[key]))
    closure = graph.closure()
    for key in asked:
        assert closure[graph.place[key]].bit_count() == len(nx.descendants(peer, key)) + 1


def _descendants(peer: nx.DiGraph) -> None:
    for key in random.Random(3).sample(list(peer), SAMPLE):
        nx.descendants(peer, key)


def _peer_paths(peer: nx.DiGraph, key: str, ends: list[str]) -> list[list[str]]:
    joined = nx.DiGraph(peer)
    joined.add_weighted_edges_from((end, "end", 0.0) for end in ends)
    return list(islice(nx.shortest_simple_paths(joined, key, "end", weight="weight"), 5))


def _compared(
    what: str, ours: Callable[[], object], most_ms: float, theirs: Callable[[], object] | None, scale: float = 1.0
) -> Figure:
    took = taken_ms(ours, TIMES)
    median = statistics.median(took)
    peer_ms = statistics.median(taken_ms(theirs, 3)) * scale if theirs else None
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    peers = "" if peer_ms is None else f"networkx {peer_ms:.3g} ms in this run, {peer_ms / median:.2g} times as long"
    return Figure(
        SUBJECT, what, "in memory", float(f"{median:.3g}"), "ms", most_ms, spread=f"p95 {p95:.3g} ms", peers=peers
    )


def taken_ms(act: Callable[[], object], times: int) -> list[float]:
    """How many milliseconds something takes, so many times, after a first time that is not counted."""
    act()
    took = []
    for _ in range(times):
        gc.collect()
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1_000)
    return took


def main() -> int:
    """Measure and print as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=ITEMS)
    options.add_argument("--links", type=int, default=LINKS)
    chosen = options.parse_args()
    hand_over(measure(*a_chain(chosen.items, chosen.links)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
