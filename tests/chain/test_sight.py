"""Line of sight: what an item serves, and what is done for it."""

import pytest

from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.sight import Lines, Sight
from tests.chain.graphs import triage


def sight(*keys: str, graph: Graph | None = None, k: int = 5) -> Sight:
    return Lines(graph or triage()).of(keys, k)


def ways(paths) -> list[str]:
    return [" ".join(map(str, path.keys)) for path in paths]


def test_an_activity_sees_the_priorities_and_impacts_that_it_serves():
    seen = sight("line")
    # By the key result: 1 × .6 × 1 × 1 × 1 = .6; by trust 1 × .4 × .9 = .36; by sooner 1 × .6 × .5 = .3
    assert ways(seen.up) == [
        "line calls sooner days waiting access",
        "line calls trust pain",
        "line calls sooner pain",
    ]
    assert [path.strength for path in seen.up] == pytest.approx([0.6, 0.36, 0.3])
    assert [(far.key, far.strength) for far in seen.serves] == [("access", 0.6), ("pain", pytest.approx(0.36))]
    assert seen.arrives


def test_a_key_result_sees_what_is_being_done_for_it():
    seen = sight("days")
    assert ways(seen.down) == ["line calls sooner days"]
    assert [(far.key, far.strength) for far in seen.work] == [("line", 0.6)]


def test_an_activity_sees_below_it_what_it_uses():
    assert ways(sight("line").down) == ["nurses line"]


def test_what_leads_to_no_priority_is_seen_as_far_as_it_leads():
    seen = sight("days", graph=triage(without=("waiting", "access")))
    assert not seen.arrives
    assert ways(seen.up) == ["days waiting"]
    assert seen.serves == ()


def test_a_priority_has_nothing_above_it():
    seen = sight("access")
    assert seen.up == ()
    assert seen.arrives
    assert [far.key for far in seen.serves] == ["access"]


def test_a_person_sees_from_all_that_they_have_a_part_in():
    seen = sight("line", "calls", "trust")
    # What the line leads to is seen on its paths, not once more from each item in between.
    assert ways(seen.up) == ways(sight("line").up)
    assert ways(seen.down) == ["line calls trust"]


def test_several_items_that_do_not_lead_to_each_other_are_all_seen_from():
    assert ways(sight("trust", "days").up) == ["days waiting access", "trust pain"]


def test_what_is_not_there_sees_nothing():
    assert sight("gone") == Sight((), (), (), (), arrives=False)


def test_no_more_paths_are_listed_than_were_asked_for():
    assert ways(sight("line", k=1).up) == ["line calls sooner days waiting access"]


def test_the_line_of_sight_of_everything_is_each_ones_strongest_path():
    lines = Lines(triage())
    everything = lines.everything()
    assert set(everything) == set(lines.graph.place)
    assert everything["trust"].path.keys == ("trust", "pain")
    assert everything["line"].path.strength == pytest.approx(0.6)
    assert (everything["line"].serves, everything["trust"].serves, everything["days"].serves) == (2, 1, 1)
    assert lines.without() == []


def test_what_serves_nothing_is_listed():
    nodes = [Node("a", Kind.ACTIVITY), Node("o", Kind.OUTPUT), Node("p", Kind.PRIORITY), Node("x", Kind.OUTPUT, True)]
    lines = Lines(Graph(nodes, [Edge("a", "o")]))
    assert lines.without() == ["a", "o"]
    assert set(lines.everything()) == {"p"}
