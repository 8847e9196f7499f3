"""The graph of aligned objectives: circles, order, and every roll-up in one pass."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.okrs.alignment import AlignmentCycle, Link, Node, bottom_up, find_cycle, roll_up_graph
from impactline.okrs.bands import Colour
from impactline.okrs.measure import Driver
from impactline.okrs.rollup import Key, Origin, Own, Part, roll_up
from tests.effort import growth


def node(key: str, *progress: float | None, driver: Driver = Driver.BOTH) -> Node:
    return Node(key, tuple(Part(f"{key}.{n}", amount, 0.5) for n, amount in enumerate(progress)), driver)


def graph(*nodes: Node) -> dict[Key, Node]:
    return {each.key: each for each in nodes}


# --- circles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "new", "circle"),
    [
        ([], ("a", "b"), None),
        ([], ("a", "a"), ["a", "a"]),
        ([("b", "a")], ("a", "b"), ["a", "b", "a"]),
        ([("b", "c"), ("c", "a")], ("a", "b"), ["a", "b", "c", "a"]),
        ([("a", "b"), ("b", "d"), ("a", "c"), ("c", "d")], ("d", "e"), None),
        ([("a", "b"), ("b", "d"), ("a", "c"), ("c", "d")], ("d", "a"), ["d", "a", "c", "d"]),
        ([("a", "b")], ("a", "b"), None),
    ],
)
def test_a_new_link_that_closes_a_circle_is_found_with_its_path(
    links: list[tuple[Key, Key]], new: tuple[Key, Key], circle: list[Key] | None
) -> None:
    assert find_cycle(links, new) == circle


def test_a_circle_in_the_data_is_told_with_its_path() -> None:
    with pytest.raises(AlignmentCycle) as refused:
        bottom_up("abcde", [("a", "b"), ("b", "c"), ("c", "a"), ("a", "d"), ("e", "a")])
    path = refused.value.path
    assert path[0] == path[-1]
    assert sorted(path[1:]) == ["a", "b", "c"]
    assert set(pairwise(path)) == {("a", "b"), ("b", "c"), ("c", "a")}
    assert "→" in refused.value.message
    assert refused.value.remedy


def test_a_link_that_leaves_the_graph_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves the graph"):
        bottom_up("ab", [("a", "z")])


def test_a_circle_over_two_thousand_levels_is_found() -> None:
    links = [(number, number + 1) for number in range(2000)]
    circle = find_cycle(links, (2000, 0))
    assert circle is not None
    assert len(circle) == 2002


random_graphs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


@given(random_graphs)
def test_links_that_were_checked_one_by_one_have_an_order(proposed: list[tuple[int, int]]) -> None:
    links: list[tuple[int, int]] = []
    for new in proposed:
        circle = find_cycle(links, new)
        if circle is None:
            links.append(new)
        else:
            assert (circle[0], circle[1], circle[-1]) == (new[0], new[1], new[0])
            assert all(step in links for step in pairwise(circle[1:]))
    order = bottom_up(range(10), links)
    assert sorted(order) == list(range(10))
    assert all(order.index(child) < order.index(parent) for child, parent in links)


@given(random_graphs)
def test_a_graph_has_an_order_or_a_circle(links: list[tuple[int, int]]) -> None:
    circle: list[Key] = []
    order: list[Key] = []
    try:
        order = bottom_up(range(10), links)
    except AlignmentCycle as refused:
        circle = refused.path
    assert bool(order) is not bool(circle)
    assert all(step in links for step in pairwise(circle))
    assert not circle or circle[0] == circle[-1]
    assert not order or all(order.index(child) < order.index(parent) for child, parent in links)


# --- roll-ups ----------------------------------------------------------------------------------------------


def test_a_check_in_moves_the_objective_at_every_level_at_once() -> None:
    levels = [node(f"level {number}") for number in range(1, 6)]
    links = [Link(f"level {number}", f"level {number + 1}") for number in range(5)]

    def progress(of_key_result: float) -> list[float | None]:
        rolled = roll_up_graph(graph(node("level 0", of_key_result), *levels), links)
        return [rolled[f"level {number}"].progress for number in range(6)]

    assert progress(0.25) == [0.25] * 6
    assert progress(0.75) == [0.75] * 6


def test_a_child_counts_in_several_parents_with_its_share_in_each() -> None:
    nodes = graph(node("left", 0.0), node("right", 0.0), node("child", 1.0))
    rolled = roll_up_graph(nodes, [Link("child", "left", fixed=40.0), Link("child", "right")])
    assert (rolled["left"].progress, rolled["right"].progress) == (0.4, 0.5)


def test_a_supporting_child_is_drawn_and_not_counted() -> None:
    rolled = roll_up_graph(graph(node("top", 0.2), node("child", 1.0)), [Link("child", "top", contributes=False)])
    assert rolled["top"].progress == 0.2
    assert [(part.key, part.counted) for part in rolled["top"].parts] == [("top.0", 0.2), ("child", None)]


def test_a_child_without_progress_is_left_out() -> None:
    rolled = roll_up_graph(graph(node("top", 0.2), node("child", None)), [Link("child", "top")])
    assert rolled["top"].progress == 0.2


def test_a_child_enters_with_its_override_clamped() -> None:
    child = Node("child", (Part("kr", 0.1),), Driver.KEY_RESULTS, override=Own(1.5, 0.5, Colour.GREEN))
    rolled = roll_up_graph(graph(node("top", 0.0), child), [Link("child", "top")])
    assert rolled["top"].progress == 0.5
    assert rolled["child"].computed == 0.1


def test_the_worst_colour_rises_through_the_levels() -> None:
    child = Node("child", (Part("kr", 0.1, 0.5, colour=Colour.RED),))
    rolled = roll_up_graph(graph(Node("top", driver=Driver.OBJECTIVES), child), [Link("child", "top")])
    assert rolled["top"].colour is Colour.RED
    assert rolled["top"].expected == 0.5


def test_the_parts_of_a_graph_may_be_given_ready_where_only_a_piece_is_computed() -> None:
    ready = Part("elsewhere", 0.9, origin=Origin.OBJECTIVE)
    top = Node("top", (ready,), Driver.OBJECTIVES)
    rolled = roll_up_graph(graph(top, node("child", 0.1)), [Link("child", "top")])
    assert rolled["top"].progress == 0.5


def test_two_thousand_levels_are_no_limit() -> None:
    nodes = graph(node("0", 0.3), *(node(str(number)) for number in range(1, 2001)))
    links = [Link(str(number), str(number + 1)) for number in range(2000)]
    assert roll_up_graph(nodes, links)["2000"].progress == pytest.approx(0.3)


@given(random_graphs, st.lists(st.none() | st.floats(-1, 2), min_size=10, max_size=10))
def test_one_pass_gives_what_each_objective_gives_by_itself(
    proposed: list[tuple[int, int]], amounts: list[float | None]
) -> None:
    ordered = sorted({(min(pair), max(pair)) for pair in proposed if pair[0] != pair[1]})
    links = [Link(child, parent) for child, parent in ordered]
    nodes: dict[Key, Node] = {n: Node(n, (Part(f"kr {n}", amounts[n]),), Driver.BOTH) for n in range(10)}
    rolled = roll_up_graph(nodes, links)

    def alone(key: int) -> float | None:
        children = [Part(child, alone(child)) for child, parent in ordered if parent == key]
        return roll_up([*nodes[key].parts, *children]).progress

    for key in range(10):
        assert rolled[key].progress == (None if (slow := alone(key)) is None else pytest.approx(slow))


def test_rolling_up_costs_no_more_for_each_of_many_key_results_than_for_each_of_few() -> None:
    def rolled(size: int) -> int:
        chance = random.Random(7)
        nodes: dict[Key, Node] = {
            number: Node(number, tuple(Part((number, n), chance.random(), 0.5) for n in range(7)), Driver.BOTH)
            for number in range(size)
        }
        links = [Link(n, chance.randrange(max(0, n - 200), n), 20.0 if n % 9 == 0 else None) for n in range(1, size)]
        return len(roll_up_graph(nodes, links))

    assert rolled(14_300) == 14_300  # with 100,000 key results
    assert growth(rolled, 500) < 5
