"""Paths and expected changes explain themselves; delivery, effect and quadrant do so in test_suspects.py."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from impactline.chain import explain
from impactline.chain.expectation import Claim, Expectation, Move, Quantity
from impactline.chain.graph import Edge
from impactline.chain.paths import Path, Ways
from tests.chain.graphs import triage

DAY = date(2026, 11, 14)
TITLES = {"line": "Run a phone triage line", "calls": "Triaged calls", "sooner": "Patients see a clinician sooner"}


def test_the_strength_of_a_path_explains_itself_link_by_link():
    graph = triage()
    path = Ways(graph, graph.marked(["sooner"])).strongest(["line"], 1)[0]
    told = explain.strength(path, TITLES, DAY)
    assert told.formula == "1 × 0.6 = 0.6"
    assert told.values == (
        ("strength", "0.6"),
        ("links", "2"),
        ("weakest link", "Triaged calls → Patients see a clinician sooner"),
        ("effect for one unit of the first output", "−0.015"),
    )
    assert told.steps == (
        "Run a phone triage line → Triaged calls: 1",
        "Triaged calls → Patients see a clinician sooner: 0.6",
    )


def test_a_strength_that_nobody_stated_is_said_to_be_so():
    path = Path(("a", "b"), (Edge("a", "b", 0.5, assumed=True),), 0.5, None)
    assert explain.strength(path, {}, DAY).steps == ("a → b: 0.5, not stated",)
    assert explain.strength(Path(("a",), (), 1.0, None), {}, DAY).formula == "1 = 1"


def test_an_expected_change_explains_itself_claim_by_claim():
    claims = [Claim("calls", "sooner", "wait", -6, 400, 14, 0.6), Claim("line", "sooner", "wait", 1, 1, 0, None)]
    there = {"calls": Quantity(((date(2026, 10, 31), 300.0),)), "line": Quantity(((date(2026, 10, 1), 1.0),))}
    told = explain.expected(Expectation(claims, there).parts("sooner", "wait", DAY), TITLES, DAY, unit="days")
    # −4.5 × .6 = −2.7; 1 × .5 = .5; together −2.2; variance 4.86 + .25 = 5.11, ± 2.897: within −4.5 … 1
    assert told.formula == "(−2.7) + 0.5 = −2.2 days"
    assert told.values == (
        ("expected", "−2.2 days"),
        ("band (4 of 5)", "−4.5 … 0.697 days"),
        ("if every link holds", "−3.5 days"),
    )
    assert told.steps == (
        "Triaged calls: −6 per 400, after 14 days: (−4.5) × 0.6 = −2.7",
        "Run a phone triage line: 1 per 1: 1 × 0.5 = 0.5",
    )


def test_where_nothing_is_claimed_that_is_said():
    assert explain.expected([], {}, DAY).formula == "nothing is claimed"


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 1)), max_size=5))
def test_the_parts_are_what_the_whole_is_made_of(claimed: list[tuple[float, float]]):
    claims = [Claim("o", "x", "m", change, 1, 0, confidence) for change, confidence in claimed]
    chain = Expectation(claims, {"o": Quantity(((DAY, 2.0),))})
    total = Move()
    for _, move in chain.parts("x", "m", DAY):
        total = total.plus(move)
    assert total == chain.move("x", "m", DAY)
