"""The chain as a graph: what leads where, and circles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.graph import CircleFound, Edge, Graph, Kind, Node, circle_with
from impactline.chain.levels import LinkKind
from tests.chain.graphs import graphs, triage, ways
from tests.effort import growth


def keys(graph: Graph, marks) -> set:
    return {node.key for node, marked in zip(graph.nodes, marks, strict=True) if marked}


def test_what_leads_to_something_and_what_it_leads_to():
    graph = triage()
    assert keys(graph, graph.reaching(graph.marked(["trust"]))) == {"nurses", "line", "calls", "trust"}
    assert keys(graph, graph.reached(graph.marked(["sooner"]))) == {"sooner", "pain", "days", "waiting", "access"}


def test_neighbours_are_those_of_one_link():
    graph = triage()
    assert list(graph.following("calls")) == ["sooner", "trust"]
    assert list(graph.leading("pain")) == ["sooner", "trust"]


def test_feedback_carries_no_path_and_closes_no_circle():
    graph = triage()
    assert len(graph.edges) == 9
    assert "line" not in keys(graph, graph.reached(graph.marked(["sooner"])))


def test_what_is_dropped_carries_no_path():
    graph = triage(dropped="calls")
    assert keys(graph, graph.reached(graph.marked(["line"]))) == {"line"}


def test_links_to_what_is_not_there_are_left_out():
    graph = Graph([Node("a", Kind.OUTCOME)], [Edge("a", "gone"), Edge("gone", "a")])
    assert graph.edges == ()
    assert "gone" not in graph
    assert list(graph.following("a")) == []


def test_an_empty_graph_has_no_answers_but_no_faults_either():
    graph = Graph([], [])
    assert len(graph) == 0
    assert graph.closure() == []
    assert graph.reaching(graph.marked([])).size == 0


def test_a_circle_is_refused_and_named():
    nodes = [Node(key, Kind.OUTCOME) for key in "abcd"]
    with pytest.raises(CircleFound) as refused:
        Graph(nodes, [Edge("a", "b"), Edge("b", "c"), Edge("c", "b"), Edge("c", "d")])
    assert set(refused.value.path) == {"b", "c"}
    assert refused.value.path[0] == refused.value.path[-1]
    assert refused.value.message in ("These lead in a circle: b → c → b.", "These lead in a circle: c → b → c.")


def test_a_link_that_would_close_a_circle_is_found_before_it_is_made():
    graph = triage()
    assert graph.circle_with("sooner", "calls") == ["sooner", "calls", "sooner"]
    assert graph.circle_with("pain", "line") == ["pain", "line", "calls", "sooner", "pain"]
    assert graph.circle_with("calls", "pain") is None
    assert graph.circle_with("new", "calls") is None
    assert graph.circle_with("calls", "calls") == ["calls", "calls"]


def test_a_link_of_the_chain_has_the_strength_that_was_stated_or_even_odds():
    stated = Edge.of_link(1, 2, LinkKind.CONTRIBUTES_TO, confidence=0.6, change=-6, per=400)
    assert (stated.strength, stated.effect, stated.assumed) == (0.6, -0.015, False)
    open_one = Edge.of_link(1, 2, LinkKind.CONTRIBUTES_TO)
    assert (open_one.strength, open_one.effect, open_one.assumed) == (0.5, None, True)
    fact = Edge.of_link(1, 2, LinkKind.PRODUCES)
    assert (fact.strength, fact.assumed) == (1.0, False)
    assert Edge.of_link(1, 2, LinkKind.ENABLES).feedback


@given(graphs())
def test_all_questions_of_what_leads_where_agree(graph: Graph):
    closure = graph.closure()
    for start in range(len(graph)):
        reached = graph.reached(graph.marked([start]))
        assert [bool(closure[start] >> at & 1) for at in range(len(graph))] == reached.tolist()
        for end in range(len(graph)):
            there = bool(graph.reaching(graph.marked([end]))[start])
            assert there == bool(reached[end]) == bool(ways(graph, start, {end}))


@given(graphs(), st.data())
def test_a_new_link_closes_a_circle_exactly_where_its_target_leads_to_its_source(graph: Graph, data: st.DataObject):
    source, target = (data.draw(st.integers(0, len(graph) - 1)) for _ in "st")
    circle = graph.circle_with(source, target)
    assert (circle is not None) == bool(graph.reached(graph.marked([target]))[source])
    if circle:
        assert circle[:2] == [source, target]
        assert circle[-1] == source
        assert all(there in graph.following(here) for here, there in pairwise(circle[1:]))


@given(graphs())
def test_what_leads_to_a_node_lies_in_a_layer_before_it(graph: Graph):
    assert all(graph.layer[graph.source] < graph.layer[graph.target])


def test_a_circle_is_looked_for_without_reading_what_the_target_does_not_lead_to():
    asked = []

    def following(key: int) -> list[int]:
        asked.append(key)
        return [key + 1] if key < 5 else []

    assert circle_with(9, 2, following) is None
    assert asked == [2, 3, 4, 5]


def test_a_chain_of_ten_thousand_links_in_a_row_is_walked_without_recursion():
    def walk(length: int) -> None:
        row = range(length)
        graph = Graph([Node(at, Kind.OUTCOME) for at in row], [Edge(at, at + 1) for at in row[:-1]])
        assert graph.reaching(graph.marked([length - 1])).all()
        assert graph.circle_with(length - 1, 0) == [length - 1, *row]

    walk(10_000)
    assert growth(walk, 500) < 5
