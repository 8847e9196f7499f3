"""Where a chain is broken."""

import pytest

from impactline.chain.gaps import Gap, GapKind, gaps
from impactline.chain.graph import Graph, Kind, Node
from tests.chain.graphs import triage


def told(graph: Graph) -> list[tuple[str, str]]:
    return [(gap.kind.value, str(gap.key)) for gap in gaps(graph)]


def test_a_whole_chain_has_no_gaps():
    assert told(triage()) == []


@pytest.mark.parametrize(
    ("kind", "gap"),
    [
        (Kind.INPUT, ["input_unused"]),
        (Kind.ACTIVITY, ["activity_serves_nothing"]),
        (Kind.OUTPUT, ["output_from_nothing", "output_leads_nowhere"]),
        (Kind.OUTCOME, ["outcome_from_nowhere"]),
        (Kind.IMPACT, ["impact_without_outcome"]),
        (Kind.KEY_RESULT, ["key_result_without_work"]),
        (Kind.OBJECTIVE, []),
        (Kind.PRIORITY, []),
    ],
)
def test_an_item_that_stands_alone_is_told(kind: Kind, gap: list[str]):
    assert told(triage(("lone", kind))) == [(name, "lone") for name in gap]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (("nurses", "line"), [("input_unused", "nurses")]),
        (("line", "calls"), [
            ("activity_serves_nothing", "line"),
            ("output_from_nothing", "calls"),
            ("key_result_without_work", "days"),
        ]),
        (("calls", "sooner"), [("outcome_from_nowhere", "sooner"), ("key_result_without_work", "days")]),
        (("calls", "trust"), [("outcome_from_nowhere", "trust")]),
        (("sooner", "pain"), []),
        (("sooner", "days"), [("key_result_without_work", "days")]),
    ],
)  # fmt: skip
def test_a_broken_link_is_seen_at_both_of_its_ends(link: tuple[str, str], expected: list[tuple[str, str]]):
    assert told(triage(without=link)) == expected


def test_work_that_was_dropped_stands_behind_nothing_and_is_not_told_itself():
    assert told(triage(dropped="line")) == [
        ("input_unused", "nurses"),
        ("output_from_nothing", "calls"),
        ("key_result_without_work", "days"),
    ]


def test_each_gap_says_what_is_missing_and_how_to_mend_it():
    assert all(Gap(kind, "x").message and Gap(kind, "x").remedy for kind in GapKind)


def test_an_empty_chain_has_no_gaps():
    assert gaps(Graph([], [])) == []
    assert len(gaps(Graph([Node(at, Kind.OUTPUT) for at in range(3)], []))) == 6
