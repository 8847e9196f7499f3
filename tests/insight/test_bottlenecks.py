"""What is held back, by what and by whom: worked out on paper."""

import random

import pytest

from benchmarks.in_memory import a_ranking
from impactline.chain.graph import Edge, Graph, Node
from impactline.chain.graph import Kind as Level
from impactline.insight.bottlenecks import Aim, Flow, Held, Kind, Part, Ranking, Wait, rank, without_circles
from tests.effort import growth

IVO, EVA = 1, 2
CARE, IT = 1, 2


def node(name: str) -> Node:
    """A node by its name: in… an input, a… an activity, p… an output, o… an outcome, k… a key result."""
    kinds = {"i": Level.INPUT, "a": Level.ACTIVITY, "p": Level.OUTPUT, "o": Level.OUTCOME, "k": Level.KEY_RESULT}
    return Node(name, kinds[name[0]])


def graph(links: str, waits: str = "") -> Graph:
    """`a1>p1 p1>o1:.5` with the confidence where it is not 1; `a2>a1`: a1 waits for a2."""
    edges = [edge(word) for word in links.split()]
    awaited = [edge(word) for word in waits.split()]
    names = dict.fromkeys(name for one in (*edges, *awaited) for name in (one.source, one.target))
    return without_circles([node(str(name)) for name in names], edges, awaited)


def edge(word: str) -> Edge:
    ends, _, sure = word.partition(":")
    source, _, target = ends.partition(">")
    return Edge(source, target, float(sure or 1))


def ranking(
    links: str,
    parts: dict[str, tuple[float, int, int]],
    aims: dict[str, float],
    waits: str = "",
    *,
    apart: bool = True,
) -> Ranking:
    """The ranking for key results of an objective each, or all of one."""
    tied = [Wait(one.target, one.source) for one in map(edge, waits.split())]
    rows = [Part(key, *rest) for key, rest in parts.items()]
    return rank(graph(links, waits), rows, [Aim(key, worth, key if apart else 1) for key, worth in aims.items()], tied)


def told(rows: tuple[Held, ...]) -> dict[object, float]:
    return {row.key: pytest.approx(row.value) for row in rows}


@pytest.mark.parametrize(
    ("links", "missing", "aims", "expected"),
    [
        # One way: 0.4 is lacking, the link is borne with .5, half of the activity is missing: .4 × .5 × .5 = .1
        ("a1>p1 p1>o1:.5 o1>k1", {"a1": 0.5, "p1": 1}, {"k1": 0.4}, {"p1": 0.2, "a1": 0.1}),
        # Two outputs of .8 share the outcome: each carries .5 of it
        ("p1>o1:.8 p2>o1:.8 o1>k1", {"p1": 1, "p2": 0.5}, {"k1": 1}, {"p1": 0.5, "p2": 0.25}),
        # An output needs both its activities: each holds back all of it
        ("a1>p1 a2>p1 p1>k1", {"a1": 1, "a2": 0.25, "p1": 1}, {"k1": 1}, {"a1": 1, "p1": 1, "a2": 0.25}),
        # Two ways that meet again count once, not twice: a1 needs i1 directly and through a2
        ("i1>a1 i1>a2 a1>p1 a2>p1 p1>k1", {"i1": 1, "a1": 0, "a2": 1, "p1": 1}, {"k1": 1}, {"i1": 1, "a2": 1, "p1": 1}),
        # What is complete holds nothing back, and what stands before it neither
        ("a1>p1 p1>k1 a2>k1", {"a1": 1, "p1": 0, "a2": 1}, {"k1": 1}, {"a2": 0.5}),
        # A reached key result lacks nothing; two key results add up
        ("p1>k1 p1>k2 p1>k3", {"p1": 0.5}, {"k1": 0, "k2": 0.5, "k3": 0.25}, {"p1": 0.375}),
        # What leads to no key result holds nothing back
        ("a1>p1 p1>o1", {"a1": 1, "p1": 1}, {}, {}),
    ],
)
def test_an_item_holds_back_what_key_results_lose_by_it_times_what_it_lacks(links, missing, aims, expected):
    parts = {key: (share, IVO, CARE) for key, share in missing.items()}
    assert told(ranking(links, parts, aims).of[Kind.ITEM]) == expected


SHARED = "a1>p1 a2>p2 a3>p3 p1>k1 p2>k2 p2>k3 p3>k3"


def test_people_and_teams_hold_back_what_all_that_they_own_holds_back_together():
    parts = {
        "a1": (1.0, IVO, CARE),
        "p1": (1.0, IVO, CARE),  # behind a1: not counted twice
        "a2": (0.5, IVO, IT),
        "p2": (0.2, EVA, IT),
        "a3": (1.0, EVA, IT),
        "p3": (1.0, EVA, IT),
    }
    found = ranking(SHARED, parts, {"k1": 0.4, "k2": 0.6, "k3": 1.0})
    # k3 comes in equal parts from p2 and p3. Ivo: k1 .4 + k2 .5 × .6 + k3 .5 × .5 = .95; Eva: .2 × .6 + .5 + .1 = .72
    assert told(found.of[Kind.PERSON]) == {IVO: 0.95, EVA: 0.72}
    # Care: a1 .4; IT: a2 outweighs p2 on the same way: .3 + .25 + .5 = 1.05
    assert told(found.of[Kind.TEAM]) == {IT: 1.05, CARE: 0.4}
    assert found.lacking == pytest.approx(2.0)
    ivo = found.of[Kind.PERSON][0]
    assert ivo.behind == (("k1", 0.4), ("k2", 0.3), ("k3", 0.25))
    assert ivo.hangs == pytest.approx(0.4 + 0.6 + 0.5)


def test_who_is_on_every_way_to_two_objectives_is_a_single_point_of_failure():
    parts = dict.fromkeys(("a1", "p1", "a2"), (1.0, IVO, IT)) | dict.fromkeys(("p2", "a3", "p3"), (1.0, EVA, IT))
    found = ranking(SHARED, parts, {"k1": 0.4, "k2": 0.6, "k3": 1.0})
    alone = {(row.kind, row.key): row.alone for row in found.single_points()}
    # k3 has two ways; both are Eva's. p2 alone cuts off k2 only, which is one way among others to lose one key result.
    assert alone == {(Kind.PERSON, EVA): ("k3", "k2"), (Kind.PERSON, IVO): ("k2", "k1")}


def test_a_shared_output_is_one_too_and_a_second_way_ends_it():
    parts = {"p1": (1.0, IVO, IT), "p2": (1.0, EVA, IT)}
    both, aims = "p1>o1:.5 o1>k1 o1>k2", {"k1": 0.5, "k2": 0.5}
    assert [row.key for row in ranking(both, parts, aims).single_points()] == ["p1", IVO]
    assert ranking(both + " p2>o1:.1", parts, aims).single_points() == []
    assert ranking(both, parts, aims, apart=False).single_points() == []  # of one objective, this is its chain


def test_a_dependency_holds_back_what_the_waiting_activity_carries_times_what_is_awaited():
    parts = {"a1": (1.0, IVO, CARE), "p1": (1.0, IVO, CARE), "a2": (0.5, EVA, IT), "a3": (0.0, EVA, IT)}
    found = ranking("a1>p1 p1>k1", parts, {"k1": 0.8}, waits="a2>a1 a3>a1")
    assert told(found.of[Kind.DEPENDENCY]) == {("a1", "a2"): 0.4}
    assert told(found.of[Kind.ITEM]) == {"a1": 0.8, "p1": 0.8, "a2": 0.4}


def test_waiting_that_closes_a_circle_with_links_is_not_counted():
    parts = dict.fromkeys(("a1", "p1", "a2"), (1.0, IVO, CARE))
    # a1 makes p1, and waits for a2, which waits for p1
    found = ranking("a1>p1 p1>k1", parts, {"k1": 1}, waits="p1>a2 a2>a1")
    assert told(found.of[Kind.ITEM]) == {"a1": 1, "p1": 1}


def test_what_is_marginal_is_never_less_than_what_is_lost():
    rng = random.Random(4)
    names = [f"a{at}" for at in range(20)] + [f"p{at}" for at in range(15)] + [f"o{at}" for at in range(10)]
    chosen = sorted({tuple(sorted(rng.sample(range(45), 2))) for _ in range(120)})
    links = [Edge(names[one], names[two], rng.random()) for one, two in chosen]
    links += [Edge(f"o{at}", f"k{at}") for at in range(10)]
    nodes = [node(name) for name in names] + [node(f"k{at}") for at in range(10)]
    flow = Flow(Graph(nodes, links), {name: rng.random() for name in names}, {f"k{at}": 1.0 for at in range(10)})
    lost = flow.lost(flow.failing([{at: 1.0} for at in range(45)])) * flow.worth[:, None]
    assert (flow.marginal()[:45] >= lost.sum(axis=0) - 1e-9).all()


def test_the_ranking_costs_no_more_for_each_of_ten_thousand_items_than_for_each_of_a_few():
    chains = {items: a_ranking(items) for items in (2_500, 10_000)}
    assert len(chains[10_000]().of[Kind.ITEM]) == 40
    assert growth(lambda items: chains[items](), 2_500) < 5
