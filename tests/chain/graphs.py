"""Graphs for the tests of the chain: one that was worked out by hand, and any that Hypothesis comes up with."""

from hypothesis import strategies as st

from impactline.chain.graph import Edge, Graph, Kind, Node

# nurses ─ 1 ─▶ line ─ 1 ─▶ calls ─ .6 ─▶ sooner ─ .5 ─▶ pain          calls ─ .4 ─▶ trust ─ .9 ─▶ pain
#                           calls ─ 1 ─▶ 400 calls                    sooner ─ 1 ─▶ days ─ 1 ─▶ waiting ─ 1 ─▶ access
NODES = {
    "nurses": Kind.INPUT,
    "line": Kind.ACTIVITY,
    "calls": Kind.OUTPUT,
    "sooner": Kind.OUTCOME,
    "trust": Kind.OUTCOME,
    "pain": Kind.IMPACT,
    "days": Kind.KEY_RESULT,
    "waiting": Kind.OBJECTIVE,
    "access": Kind.PRIORITY,
}
EDGES = [
    ("nurses", "line", 1.0, None),
    ("line", "calls", 1.0, None),
    ("calls", "sooner", 0.6, -0.015),
    ("calls", "trust", 0.4, None),
    ("sooner", "pain", 0.5, 2.0),
    ("trust", "pain", 0.9, 3.0),
    ("sooner", "days", 1.0, None),
    ("days", "waiting", 1.0, None),
    ("waiting", "access", 1.0, None),
]
FEEDBACK = Edge("sooner", "line", 0.5, feedback=True)


def triage(*more: tuple[str, Kind], without: tuple[str, str] = ("", ""), dropped: str = "") -> Graph:
    """The triage line and what it serves, with further nodes, without one link, or with one node dropped."""
    nodes = [Node(key, kind, dropped=key == dropped) for key, kind in [*NODES.items(), *more]]
    edges = [Edge(a, b, strength, effect) for a, b, strength, effect in EDGES if (a, b) != without]
    return Graph(nodes, [*edges, FEEDBACK])


@st.composite
def graphs(draw: st.DrawFn, most: int = 9) -> Graph:
    """Any graph without circles: links lead from lower to higher numbers."""
    kinds = draw(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=most))
    pairs = [(a, b) for a in range(len(kinds)) for b in range(a + 1, len(kinds))]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    strengths = st.sampled_from([0.0, 0.25, 0.5, 0.5, 0.75, 1.0])
    return Graph(
        [Node(at, kind) for at, kind in enumerate(kinds)],
        [Edge(source, target, draw(strengths)) for source, target in chosen],
    )


def ways(graph: Graph, start: int, ends: set[int]) -> list[tuple[int, ...]]:
    """All ways from a node to the first end that comes, one by one: what the quick search is held against."""
    if start in ends:
        return [(start,)]
    return [
        (start, *way)
        for following in graph.following(start)
        if isinstance(following, int)
        for way in ways(graph, following, ends)
    ]
