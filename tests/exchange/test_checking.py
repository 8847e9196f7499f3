"""Checking: each fault across the parts of a document is found, told with its place and remedy, and only it."""

import typing
from datetime import date

import pytest

from impactline.chain.levels import LEVELS
from impactline.exchange import document_chain, document_okrs
from impactline.exchange.checking import check
from impactline.exchange.circles import circles
from impactline.exchange.document import Document, Team
from impactline.exchange.faults import Fault
from impactline.exchange.loading import load_text
from impactline.okrs.measure import Curve, Driver, Kind, Type, Values
from impactline.okrs.status import Status
from tests.exchange.samples import CONTRACT

TODAY = date(2026, 10, 12)
OUTCOMES = "chain: [{ref: a, level: outcome}, {ref: b, level: outcome}]\n"
ACTIVITIES = OUTCOMES.replace("outcome", "activity")
HEAD = "impactline: 1\ncycles: [{ref: q, starts_on: 2026-10-01, ends_on: 2026-12-31}]\n"


def faults(text: str, current: Document | None = None) -> list[Fault]:
    reading = load_text(text, today=TODAY, current=current, name="x.yaml")
    for fault in reading.faults:
        assert fault.remedy
        assert fault.place.line
    return reading.faults


def told(text: str, current: Document | None = None) -> list[str]:
    return [str(fault) for fault in faults(text, current)]


def objective(more: str = "", ref: str = "a") -> str:
    return f"  - {{ref: {ref}, title: t, cycle: q{', ' + more if more else ''}}}\n"


def key_result(keys: str, ref: str = "k") -> str:
    return f"objectives:\n{objective(f'key_results: [{{ref: {ref}, title: t, {keys}}}]')}"


def document(text: str) -> Document:
    found = load_text(text, today=TODAY).document
    assert found
    return found


def test_the_contract_has_no_fault() -> None:
    assert told(CONTRACT) == []


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        # refs and people
        ("teams: [{ref: a}, {ref: a}]\n", 3, "“a” is taken by a team (x.yaml:3:10)"),
        ("teams: [{ref: a}]\nobjectives:\n" + objective(), 5, "“a” is taken by a team"),
        (key_result("type: open", ref="a"), 4, "“a” is taken by an objective"),
        ("people: [{email: a@b.de}, {email: A@B.de}]\n", 3, "stands twice in people"),
        ("teams: [{ref: t, parent: u}]\n", 3, "no team “u”"),
        ("teams: [{ref: t, lead: a@b.de}]\n", 3, "a@b.de is nobody in people"),
        ("people: [{email: a@b.de, teams: [t]}]\n", 3, "no team “t”"),
        ("objectives:\n  - {ref: a, title: t, cycle: p}\n", 4, "no cycle “p”"),
        ("objectives:\n" + objective("team: t"), 4, "no team “t”"),
        ("objectives:\n" + objective("team: q"), 4, "“q” is a cycle, not a team"),
        ("objectives:\n" + objective("priorities: [p]"), 4, "no priority “p”"),
        ("objectives:\n" + objective("supports: [b]"), 4, "no objective “b”"),
        ("objectives:\n" + objective("contributes_to: [{objective: b}]"), 4, "no objective “b”"),
        ("objectives:\n" + objective("viewers: [a@b.de]"), 4, "nobody"),
        (key_result("metric: m, baseline: 1, target: 2"), 4, "no metric “m”"),
        (key_result("measures: o"), 4, "no chain item “o”"),
        (key_result("check_ins: [{at: 2026-10-01, by: a@b.de}]"), 4, "nobody"),
        ("roadblocks: [{ref: r, on: x}]\n", 3, "no item “x”"),
        ("links: [{from: x, to: y}]\n", 3, "no chain item “x”"),
        # trees
        ("teams: [{ref: a, parent: b}, {ref: b, parent: a}]\n", 3, "circle: a → b → a"),
        ("teams: [{ref: a, parent: a}]\n", 3, "circle: a → a"),
        ("cycles: [{ref: c, starts_on: 2026-01-01, ends_on: 2026-02-01, parent: c}]\n", 2, "circle: c → c"),
        # cycles
        ("cycles: [{ref: c, starts_on: 2026-02-01, ends_on: 2026-01-01}]\n", 2, "before it starts"),
        ("cycles: [{ref: c, ends_on: 2026-01-01}]\n", 2, "no starts_on"),
        # objectives
        ("objectives:\n" + objective("supports: [a]"), 4, "circle: a → a"),
        (
            "objectives:\n" + objective("contributes_to: [{objective: b}]") + objective("supports: [a]", "b"),
            4,
            "circle: a → b → a",
        ),
        (
            "objectives:\n" + objective("contributes_to: [{objective: b}], supports: [b]") + objective("", "b"),
            4,
            "twice",
        ),
        ("objectives:\n" + objective("driver: metric, baseline: 1, target: 2"), 4, "metric is missing"),
        # key results
        (key_result("type: metric, baseline: 7, target: 7"), 4, "target equals the baseline"),
        (key_result("type: metric, target: 7"), 4, "baseline is missing"),
        (key_result("baseline: 7"), 4, "target is missing"),
        (key_result("type: at_least"), 4, "target is missing"),
        (key_result("type: range, low: 3, high: 2"), 4, "below its start"),
        (key_result("type: milestones"), 4, "no milestone"),
        (key_result("type: rubric, levels: [one]"), 4, "at least two levels"),
        (key_result("starts_on: 2027-01-01"), 4, "before it starts"),
        (key_result("due_on: 2026-09-30"), 4, "before it starts"),
        (key_result("type: binary, check_ins: [{at: 2026-10-01, value: 3}]"), 4, "neither 0 nor 1"),
        (key_result("check_ins: [{at: 2026-10-14}]"), 4, "lies in the future"),
        ("metrics: [{ref: m, readings: [{at: 2036-10-12, value: 1}]}]\n", 3, "lies in the future"),
        ("metrics: [{ref: m, healthy: {at_least: 3, at_most: 2}}]\n", 3, "below its start"),
        # weights
        (
            "objectives:\n"
            + objective("key_results: [{ref: k, title: t, weight: 60}, {ref: l, title: t, weight: 30}]"),
            4,
            "sum to 90 %",
        ),
        (
            "objectives:\n"
            + objective(
                "key_results: [{ref: k, title: t, weight: 80}, {ref: l, title: t, weight: 30}, {ref: m, title: t}]"
            ),
            4,
            "sum to 110 %",
        ),
        (
            "objectives:\n"
            + objective("driver: objectives")
            + objective("contributes_to: [{objective: a, weight: 40}]", "b"),
            4,
            "sum to 40 %",
        ),
        # chain
        (
            "chain: [{ref: a, level: activity}, {ref: o, level: output}]\nlinks: [{from: o, to: a}]\n",
            4,
            "down the chain",
        ),
        ("chain: [{ref: a, level: activity}]\nlinks: [{from: a, to: a}]\n", 4, "leads to itself"),
        (
            ACTIVITIES + "links: [{from: a, to: b}]\n",
            4,
            "dependency",
        ),
        (
            OUTCOMES + "links: [{from: a, to: b}, {from: b, to: a}]\n",
            4,
            "circle: a → b → a",
        ),
        (
            ACTIVITIES + "dependencies: [{activity: a, after: b}, {activity: b, after: a}]\n",
            4,
            "wait for each other: a → b → a",
        ),
        ("chain: [{ref: a, level: input}]\ndependencies: [{activity: a, after: a}]\n", 4, "level input"),
        (
            OUTCOMES + "links: [{from: a, to: b, expected_effect: {metric: m, change: 1}}]\n",
            4,
            "no metric “m”",
        ),
        ("chain: [{ref: a, level: activity, starts_on: 2026-02-01, due_on: 2026-01-01}]\n", 3, "before it starts"),
        ("chain: [{ref: c, level: impact}]\n" + key_result("measures: c"), 5, "does not measure"),
        ("roadblocks: [{ref: r, raised_on: 2026-02-01, resolved_on: 2026-01-01}]\n", 3, "before it was raised"),
        (OUTCOMES + "links: [{from: a, to: b}, {from: a, to: b}]\n", 4, "stands twice"),
        ("metrics: [{ref: m}]\nforeign: [{on: m}, {on: m, content: a}]\n", 4, "“iati of m” stands twice in foreign"),
        (
            ACTIVITIES + "dependencies: [{activity: a, after: b}, {activity: a, after: b}]\n",
            4,
            "“a after b” stands twice in dependencies",
        ),
        (OUTCOMES.replace("outcome", "impact") + "links: [{from: a, to: b}]\n", 4, "ultimate outcome"),
        ("chain: [{ref: a, level: activity}, {ref: b, level: outcome}]\nlinks: [{from: a, to: b}]\n", 4, "skips the"),
        # policies
        ("organisation: {policies: {pase: viva}}\n", 3, "Did you mean “pace”?"),
        ("organisation: {policies: {pace: fast}}\n", 3, "Choose one of"),
        ("organisation: {policies: {strict_holds: 1}}\n", 3, "does not fit"),
    ],
)
def test_a_fault_across_the_parts_is_found(text: str, line: int, why: str) -> None:
    head = "impactline: 1\n" if text.startswith("cycles") else HEAD
    lines = told(head + text)
    assert any(found.startswith(f"x.yaml:{line}:") and why in found for found in lines), lines
    assert not load_text(head + text, today=TODAY).document


def test_a_warning_does_not_stop() -> None:
    text = "cycles: [{ref: p, starts_on: 2026-12-01, ends_on: 2027-01-31, parent: q}]\n"
    reading = load_text(HEAD.replace("]\n", ", ") + text.replace("cycles: [", ""), today=TODAY)
    assert [fault.severity for fault in reading.faults] == ["warning"]
    assert "does not lie within q" in str(reading.faults[0])
    assert reading.document


def test_faults_of_reading_and_of_checking_come_together_and_do_not_breed_others() -> None:
    text = HEAD + (
        "teams: [{ref: a b}, {ref: t}]\n"
        "people: [{email: nonsense, teams: [t]}]\n"
        "objectives:\n"
        "  - ref: a\n"
        "    title: t\n"
        "    cycle: q\n"
        "    team: a b\n"
        "    key_results:\n"
        "      - {ref: k, title: t, type: metric, baseline: x, target: 7, weight: 60}\n"
        "      - {ref: l, title: t, weight: 40}\n"
        "  - {ref: c, title: t, cycle: nowhere, supports: [d]}\n"
        "  - {ref: d, cycle: q}\n"
    )
    assert [fault.place.line for fault in faults(text)] == [3, 4, 9, 11, 13, 14]


def test_what_the_installation_holds_may_be_named() -> None:
    current = document(
        HEAD + "teams: [{ref: t}]\npeople: [{email: a@b.de}]\nobjectives:\n" + objective("team: t", "old")
    )
    text = "impactline: 1\nobjectives:\n" + objective("team: t, owner: a@b.de, supports: [old]")
    assert told(text, current) == []
    assert len(told(text)) == 4


def test_what_the_installation_holds_counts_where_the_file_is_silent() -> None:
    current = document(
        HEAD
        + "objectives:\n"
        + objective("supports: [b], key_results: [{ref: k, title: t, weight: 60}, {ref: l, title: t, weight: 40}]")
        + objective("", "b")
    )
    head = "impactline: 1\nobjectives:\n"
    assert "circle: a → b → a" in told(head + objective("contributes_to: [{objective: a}]", "b"), current)[0]
    assert told(head + objective("supports: []") + objective("supports: [a]", "b"), current) == []
    more = "key_results: [{ref: m, title: t, weight: 10}]"
    assert "sum to 110 %" in told(head + objective(more), current)[0]
    moved = "key_results: [{ref: k, title: t}]"
    assert any("belongs to the objective a" in line for line in told(head + objective(moved, "b"), current))


def test_an_item_of_the_chain_keeps_its_level() -> None:
    current = document("impactline: 1\nchain: [{ref: a, level: output}]\n")
    assert "of the level output" in told("impactline: 1\nchain: [{ref: a, level: outcome}]\n", current)[0]


def test_weights_towards_an_objective_that_the_file_does_not_hold_are_told_where_they_are_given() -> None:
    current = document(HEAD + "objectives:\n" + objective("driver: objectives", "top"))
    text = "impactline: 1\nobjectives:\n" + objective("contributes_to: [{objective: top, weight: 30}]")
    (line,) = told(text, current)
    assert line.startswith("x.yaml:3:")
    assert "sum to 30 %" in line


def test_an_objective_driven_by_a_metric_needs_a_change() -> None:
    text = HEAD + "metrics: [{ref: m}]\nobjectives:\n"
    assert "nothing would change" in told(text + objective("driver: metric, metric: m, baseline: 1, target: 1"))[0]
    assert told(text + objective("driver: metric, metric: m, baseline: 1, target: 2")) == []


def test_checks_also_work_on_documents_that_come_from_no_file() -> None:
    faults = check(Document(teams=(Team(ref="a", parent="b"),)), today=TODAY)
    assert [str(fault) for fault in faults] == [
        "teams[0].parent: There is no team “b”. Add the team to the document, or correct the ref."
    ]
    assert faults[0].as_json()["path"] == "teams[0].parent"


def test_a_ref_of_another_kind_in_the_installation_is_taken() -> None:
    current = document("impactline: 1\nteams: [{ref: a}]\n")
    assert "taken by a team in this organisation" in told(HEAD + "objectives:\n" + objective(), current)[0]


def test_an_open_key_result_cannot_be_promised() -> None:
    text = HEAD.replace("}", ", state: active}") + "objectives:\n"
    text += objective("kind: committed, key_results: [{ref: k, title: t}]")
    assert "open" in told(text)[0]
    assert told(text.replace("committed", "aspirational")) == []


def test_a_chain_of_a_hundred_thousand_is_walked_without_recursion() -> None:
    edges = {str(at): [str(at + 1)] for at in range(100_000)}
    assert circles(edges) == []
    edges["100000"] = ["0"]
    assert len(circles(edges)[0]) == 100_002


def test_each_of_several_circles_is_told() -> None:
    edges = {"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"], "e": ["e"]}
    assert circles(edges) == [["a", "b", "a"], ["c", "d", "c"], ["e", "e"]]


def test_the_words_of_the_document_are_those_of_the_arithmetic() -> None:
    def words(model: type, field: str) -> set[str]:
        hint = typing.get_type_hints(model)[field]
        inner = [entry for entry in typing.get_args(hint) if entry is not type(None)]
        return set(typing.get_args(inner[0]) or inner)

    assert words(document_okrs.KeyResult, "type") == set(Type)
    assert words(document_okrs.KeyResult, "values") == set(Values)
    assert words(document_okrs.KeyResult, "curve") == set(Curve)
    assert words(document_okrs.Objective, "kind") == set(Kind)
    assert words(document_okrs.Objective, "driver") == set(Driver)
    assert words(document_okrs.CheckIn, "status") == set(Status)
    assert set(typing.get_args(document_chain.Level)) == set(LEVELS)
