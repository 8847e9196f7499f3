"""The strongest paths: products of confidences, in order, never all of them."""

from itertools import pairwise
from math import isclose, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.paths import Path, Ways, strengths_from
from tests.chain.graphs import graphs, triage, ways


def strongest(graph: Graph, key: str, end: str, k: int = 5, *, back: bool = False) -> list[tuple[str, float]]:
    found = Ways(graph, graph.marked([end]), back=back).strongest([key], k)
    return [(" ".join(map(str, path.keys)), path.strength) for path in found]


def test_the_strength_of_a_path_is_the_product_of_its_confidences():
    # line → calls 1 × calls → trust .4 × trust → pain .9 = .36;  1 × .6 × .5 = .3
    assert strongest(triage(), "line", "pain") == [
        ("line calls trust pain", pytest.approx(0.36)),
        ("line calls sooner pain", pytest.approx(0.3)),
    ]


def test_no_more_paths_are_listed_than_were_asked_for():
    assert len(strongest(triage(), "line", "pain", k=1)) == 1
    assert strongest(triage(), "line", "pain", k=0) == []


def test_a_path_reads_upwards_also_when_it_is_looked_for_downwards():
    found = strongest(triage(), "pain", "line", back=True)
    assert [way for way, _ in found] == ["line calls trust pain", "line calls sooner pain"]


def test_the_effect_of_a_path_is_the_product_of_those_of_its_contributions():
    graph = triage()
    by_way = {path.keys[2]: path for path in Ways(graph, graph.marked(["pain"])).strongest(["line"], 5)}
    # −6 days for 400 calls = −.015 a call, times 2 for each day: −.03; the link from calls to trust states none.
    assert by_way["sooner"].effect == pytest.approx(-0.03)
    assert by_way["trust"].effect is None


def test_a_path_knows_its_weakest_link_and_how_many_strengths_were_only_assumed():
    weak, strong = Edge("a", "b", 0.5, assumed=True), Edge("b", "c", 0.9)
    path = Path(("a", "b", "c"), (strong, weak), 0.45, None)
    assert path.weakest == weak
    assert path.assumed == 1
    assert Path(("a",), (), 1.0, None).weakest is None


def test_what_is_an_end_itself_has_a_path_without_links():
    assert strongest(triage(), "pain", "pain") == [("pain", 1.0)]


def test_what_leads_to_no_end_has_no_path():
    assert strongest(triage(), "access", "pain") == []


def test_of_paths_that_are_equally_strong_the_shorter_comes_first():
    nodes = [Node(key, Kind.OUTCOME) for key in "abcd"]
    graph = Graph(nodes, [Edge("a", "b"), Edge("b", "c"), Edge("c", "d"), Edge("a", "d"), Edge("b", "d")])
    assert [way for way, _ in strongest(graph, "a", "d")] == ["a d", "a b d", "a b c d"]


def test_a_graph_with_more_paths_than_could_be_listed_is_searched_at_once():
    # 40 layers of 5 nodes, each linked to all of the next: 5³⁹ paths, all equally strong.
    nodes = [Node((layer, at), Kind.OUTCOME) for layer in range(40) for at in range(5)]
    edges = [Edge((layer, at), (layer + 1, to), 0.9) for layer in range(39) for at in range(5) for to in range(5)]
    graph = Graph(nodes, edges)
    found = Ways(graph, graph.marked([(39, 4)])).strongest([(0, 0)], 7)
    assert len({path.keys for path in found}) == 7
    assert all(isclose(path.strength, 0.9**39) for path in found)


@given(graphs(), st.data())
def test_the_quick_search_finds_what_listing_all_paths_finds(graph: Graph, data: st.DataObject):
    start = data.draw(st.integers(0, len(graph) - 1))
    ends = data.draw(st.sets(st.integers(0, len(graph) - 1)))
    k = data.draw(st.integers(1, 4))
    found = Ways(graph, graph.marked(ends)).strongest([start], k)
    strength = {(edge.source, edge.target): edge.strength for edge in graph.edges}
    every = {way: prod(strength[pair] for pair in pairwise(way)) for way in ways(graph, start, ends)}
    assert all(isclose(path.strength, every[path.keys]) for path in found)
    assert len({path.keys for path in found}) == len(found) == min(k, len(every))
    best = sorted(every.values(), reverse=True)[:k]
    assert all(isclose(path.strength, there) for path, there in zip(found, best, strict=True))


@given(graphs(), st.data())
def test_looked_for_from_the_end_the_same_paths_are_found(graph: Graph, data: st.DataObject):
    start, end = (data.draw(st.integers(0, len(graph) - 1)) for _ in "se")
    up = Ways(graph, graph.marked([end])).strongest([start], 3)
    down = Ways(graph, graph.marked([start]), back=True).strongest([end], 3)
    assert [path.strength for path in up] == pytest.approx([path.strength for path in down])


@given(graphs(), st.data())
def test_the_best_path_of_each_is_the_first_of_its_strongest(graph: Graph, data: st.DataObject):
    ends = graph.marked(data.draw(st.sets(st.integers(0, len(graph) - 1))))
    search = Ways(graph, ends)
    best = search.best_paths()
    assert set(best) == {node.key for node in graph.nodes if search.arrives(node.key)}
    for key, path in best.items():
        assert path.strength == pytest.approx(search.strongest([key], 1)[0].strength)


@given(graphs(), st.data())
def test_the_strengths_from_a_node_are_those_of_the_best_paths(graph: Graph, data: st.DataObject):
    start = data.draw(st.integers(0, len(graph) - 1))
    strengths = strengths_from(graph, graph.marked([start]))
    for end in range(len(graph)):
        best = Ways(graph, graph.marked([end])).strongest([start], 1)
        assert strengths[end] == pytest.approx(best[0].strength if best else 0.0)
    back = strengths_from(graph, graph.marked([start]), back=True)
    assert back[0] == pytest.approx(strengths_from(graph, graph.marked([0]))[start])
