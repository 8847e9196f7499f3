"""How long the ranking of bottlenecks, the linter of wording and the reader of documents take, without a database."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.chain import taken_ms
from benchmarks.figures import Figure, hand_over
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.exchange.reading import read_text
from impactline.insight.bottlenecks import Aim, Part, rank, without_circles
from impactline.insight.wording import Kind as Sort
from impactline.insight.wording import Statement, lint

if TYPE_CHECKING:
    from impactline.insight.bottlenecks import Ranking

SUBJECT = "Worked out without a database"
SHARES = {Kind.INPUT: 10, Kind.ACTIVITY: 40, Kind.OUTPUT: 25, Kind.OUTCOME: 15, Kind.KEY_RESULT: 10}
TIMES = 7


def a_ranking(items: int) -> Callable[[], Ranking]:
    """What ranks the bottlenecks of so many items, a tenth of them key results, with three times as many links."""
    chance = random.Random(1)
    names = [(kind, at) for kind, share in SHARES.items() for at in range(items * share // 100)]
    above, below = items * 75 // 100, items * 90 // 100
    chosen = {tuple(sorted(chance.sample(range(below), 2))) for _ in range(items * 29 // 10)}
    ends = [*sorted(chosen), *((chance.randrange(above, below), at) for at in range(below, items))]
    nodes = [Node(name, name[0]) for name in names]
    links = [Edge(names[source], names[target], chance.random()) for source, target in ends]
    parts = [Part(name, chance.random(), chance.randrange(300), chance.randrange(40)) for name in names[:below]]
    aims = [Aim(name, chance.random(), name) for name in names[below:]]
    return lambda: rank(without_circles(nodes, links, []), parts, aims, [])


def measure() -> list[Figure]:
    """All figures."""
    from tests.exchange.samples import shape

    row = range(10_000)
    nodes, links = [Node(at, Kind.OUTCOME) for at in row], [Edge(at, at + 1) for at in row[:-1]]
    document = shape(objectives=1_000, key_results=3, check_ins=4)
    return [
        _timed("Bottlenecks of 10,000 items with 30,000 links, ranked", a_ranking(10_000), 200),
        _longest_lint(),
        _timed("A chain of 10,000 links in a row", lambda: Graph(nodes, links), 1_000),
        _timed("A document of 1,000 objectives, 3,000 key results and 12,000 check-ins, read", _reads(document), 3_000),
    ]


def _reads(document: str) -> Callable[[], object]:
    return lambda: read_text(document, "x.yaml")


def _longest_lint() -> Figure:
    """The text that takes longest of all that are made to hurt, as each kind."""
    from tests.insight.awkward import AWKWARD, PIECES

    texts = [*AWKWARD, *((piece * 1_000)[:1_000] for piece in PIECES)]
    told = [Statement(kind, text) for text in texts for kind in Sort]
    took = [statistics.median(taken_ms(_lints(one), 3)) for one in told]
    value, spread = float(f"{max(took):.3g}"), f"median {statistics.median(took):.2g} ms"
    return Figure(SUBJECT, f"The wording of the worst of {len(texts)} texts", "in memory", value, "ms", 50, spread)


def _lints(said: Statement) -> Callable[[], object]:
    return lambda: lint(said)


def _timed(what: str, act: Callable[[], object], most_ms: float) -> Figure:
    took = taken_ms(act, TIMES)
    value, spread = float(f"{statistics.median(took):.3g}"), f"longest {max(took):.3g} ms"
    return Figure(SUBJECT, what, "in memory", value, "ms", most_ms, spread)


def main() -> int:
    """Measure and print as JSON."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    hand_over(measure())
    return 0


if __name__ == "__main__":
    sys.exit(main())
