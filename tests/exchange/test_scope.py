"""A part of a document: what belongs to it, what comes along, what stays out; and that it can be imported by itself."""

from typing import Any

import pytest

from impactline.base.errors import NotFound
from impactline.exchange.document import Document
from impactline.exchange.loading import load_text
from impactline.exchange.scope import Scope, holds, within
from impactline.exchange.writing import to_yaml
from tests.scenes import TODAY

TEXT = """\
impactline: 1
organisation: {name: Northwind}
teams: [{ref: all}, {ref: care, parent: all, lead: lea@example.org}, {ref: phone, parent: care}, {ref: it, parent: all}]
people: [{email: alice@example.org, teams: [care]}, {email: lea@example.org}, {email: bob@example.org, teams: [it]}]
priorities: [{ref: access, owner: bob@example.org}, {ref: calm}]
cycles:
- {ref: "2026", starts_on: 2026-01-01, ends_on: 2026-12-31}
- {ref: q3, starts_on: 2026-07-01, ends_on: 2026-09-30, parent: "2026"}
- {ref: q4, starts_on: 2026-10-01, ends_on: 2026-12-31, parent: "2026"}
metrics: [{ref: wait, unit: days, owner: alice@example.org}, {ref: idle}]
objectives:
- {ref: above, title: Above, cycle: "2026", priorities: [access], driver: both}
- ref: waiting
  title: Nobody waits
  cycle: q4
  owner: alice@example.org
  team: phone
  contributes_to: [{objective: above}]
  carried_from: earlier
  key_results:
  - {ref: days, title: Wait falls, baseline: 21, target: 7, metric: wait, measures: sooner, carried_from: days-3}
- {ref: earlier, title: Earlier, cycle: q3, key_results: [{ref: days-3, title: Wait, baseline: 30, target: 20}]}
- {ref: servers, title: Servers, cycle: q4, team: it, key_results: [{ref: up, title: Up, measures: uptime}]}
chain:
- {ref: line, level: activity, team: phone}
- {ref: calls, level: output}
- {ref: sooner, level: outcome}
- {ref: less-pain, level: impact}
- {ref: uptime, level: outcome}
links:
- {from: line, to: calls}
- {from: calls, to: sooner, expected_effect: {metric: wait, change: -6, per: 400}}
- {from: sooner, to: less-pain}
- {from: uptime, to: less-pain}
roadblocks: [{ref: licence, on: line, owner: bob@example.org}, {ref: power, on: servers}]
requests: [{ref: help, asked: it, asking: care, waiting: line, due_on: 2026-11-01}]
"""


@pytest.fixture(scope="module")
def whole() -> Document:
    reading = load_text(TEXT, today=TODAY)
    assert reading.document is not None, reading.faults
    return reading.document


def refs(parts: Any) -> list[str]:
    return [part.ref for part in parts]


@pytest.mark.parametrize(
    ("scope", "objectives", "chain"),
    [
        (Scope(cycle="q4"), ["above", "waiting", "servers"], ["line", "calls", "sooner", "less-pain", "uptime"]),
        (Scope(cycle="q3"), ["earlier"], []),
        (Scope(team="care"), ["above", "waiting"], ["line", "calls", "sooner", "less-pain"]),
        (Scope(cycle="q4", team="it"), ["servers"], ["less-pain", "uptime"]),
        (Scope(priority="access"), ["above", "waiting"], ["line", "calls", "sooner", "less-pain"]),
        (Scope(priority="calm"), [], []),
        (Scope(objective="above"), ["above", "waiting"], ["line", "calls", "sooner", "less-pain"]),
        (Scope(objective="servers"), ["servers"], ["less-pain", "uptime"]),
    ],
)
def test_a_part_holds_what_belongs_to_it_and_can_be_imported_by_itself(
    whole: Document, scope: Scope, objectives: list[str], chain: list[str]
):
    found = within(whole, scope)
    assert refs(found.document.objectives) == objectives
    assert refs(found.document.chain) == chain
    assert [str(fault) for fault in load_text(to_yaml(found.document), today=TODAY).faults] == []
    assert found.left


def test_what_it_needs_comes_along_and_what_stays_out_is_told(whole: Document):
    found = within(whole, Scope(team="phone"))
    document = found.document
    assert refs(document.teams) == ["all", "care", "phone", "it"]
    assert [person.email for person in document.people] == [
        *("alice@example.org", "lea@example.org", "bob@example.org")
    ], "the lead of the team above, who owns the roadblock, who is in a team with them"
    assert refs(document.metrics) == ["wait"]
    assert (refs(document.roadblocks), refs(document.requests)) == (["licence"], ["help"])
    assert len(document.links) == 3
    assert document.objectives[1].carried_from is None
    assert document.objectives[1].key_results[0].measures == "sooner"
    assert found.left == [
        "Left out: 1 priority, 1 cycle, 2 objectives, 1 metric, 1 chain item, 1 roadblock, 1 link.",
        "waiting: carried from the objective earlier, which stays out.",
        "days: carried from the key result days-3, which stays out.",
    ]


def test_everything_is_everything_and_what_is_not_there_is_told(whole: Document):
    assert within(whole, Scope()).document is whole
    assert holds(whole)["person"] == 3
    for scope in (Scope(cycle="q9"), Scope(team="q4"), Scope(priority="waiting"), Scope(objective="days")):
        with pytest.raises(NotFound):
            within(whole, scope)
