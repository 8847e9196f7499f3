"""The rules on a file: the same as in an installation into which it is imported, with the lines."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from impactline.exchange.reading import Reading, read_text
from impactline.exchange.snapshots import OF_CHECK_INS, rule_findings_of
from impactline.insight.examining import weak_for
from impactline.insight.rules import RULES
from impactline.okrs.sufficiency import Sought, digest_of
from impactline.people.models import Person
from tests.exchange.installations import imported
from tests.scenes import moment

INSIGHT = Path(__file__).parents[1] / "insight"
TODAY = date(2026, 11, 20)
# These read progress, pace or forecasts, which are of an installation only.
GOING = {"R11", "R12", "R16", "R17", "R18", "R38", "C26"}
HEAD = """\
impactline: 1
cycles: [{ref: q, starts_on: 2026-10-01, ends_on: 2026-12-31}]
"""


def document(name: str) -> Reading:
    return read_text((INSIGHT / name).read_bytes(), name)


def found(text: str) -> list[tuple[str, str, str, int | None]]:
    reading = read_text(text, "okrs.yaml")
    assert not reading.faults
    return [
        (said.finding.rule, said.finding.kind, said.finding.ref, said.place.line)
        for said in rule_findings_of(reading, TODAY)
    ]


def test_each_rule_of_what_is_set_finds_one_thing_in_a_file() -> None:
    rules = [said.finding.rule for said in rule_findings_of(document("every_rule.yaml"), TODAY)]
    wanted = {name for name, rule in RULES.items() if rule.judge is not None} - GOING - OF_CHECK_INS
    assert sorted(rules) == sorted({*wanted, *rules})


def test_where_nothing_is_weak_nothing_is_found_in_a_file() -> None:
    assert list(rule_findings_of(document("no_rule.yaml"), TODAY)) == []


@pytest.mark.django_db
def test_a_file_and_the_installation_that_takes_it_are_told_the_same() -> None:
    reading = document("every_rule.yaml")
    of_file = {(said.finding.rule, said.finding.kind, said.finding.ref) for said in rule_findings_of(reading, TODAY)}
    imported((INSIGHT / "every_rule.yaml").read_bytes(), at=moment(TODAY))
    there = {(weak.rule, weak.kind, weak.ref) for weak, _ in weak_for(None, moment(TODAY))}
    beside = GOING | OF_CHECK_INS
    assert {one for one in there if one[0] not in beside} == {one for one in of_file if one[0] not in beside}


@pytest.mark.django_db
def test_nobody_is_told_what_they_may_not_see(charlie: Person) -> None:
    private = HEAD + "objectives: [{ref: secret, title: Secret, cycle: q, visibility: private}]\n"
    imported(private)
    assert "secret" in {weak.ref for weak, _ in weak_for(None, moment(TODAY))}
    assert "secret" not in {weak.ref for weak, _ in weak_for(charlie, moment(TODAY))}


def test_what_is_found_stands_where_the_thing_stands() -> None:
    text = (
        HEAD + "objectives:\n  - ref: o\n    title: Nobody waits\n    cycle: q\nchain:\n  - {ref: a, level: activity}\n"
    )
    assert ("R1", "objective", "o", 5) in found(text)
    assert ("C1", "activity", "a", 8) in found(text)


def test_a_file_that_speaks_of_no_chain_is_not_asked_for_one() -> None:
    text = (
        HEAD + "objectives: [{ref: o, title: Nobody waits, cycle: q, key_results: [{ref: k, title: K, target: 3}]}]\n"
    )
    assert {rule for rule, *_ in found(text)} & {"R22", "R23", "C6", "C9"} == set()


def test_what_is_named_but_not_listed_is_there() -> None:
    text = (
        "impactline: 1\nobjectives: [{ref: o, title: O, cycle: later, owner: a@example.org, team: t, kind: learning}]\n"
    )
    assert not {rule for rule, *_ in found(text)} & {"R1", "C11"}


def test_thresholds_and_rules_that_are_switched_off_are_heeded() -> None:
    many = (
        "key_results: [" + ", ".join(f"{{ref: k{at}, title: K{at}, baseline: 0, target: 9}}" for at in range(6)) + "]"
    )
    whole = f"objectives: [{{ref: o, title: O, cycle: q, owner: a@example.org, {many}}}]\n"
    assert "R5" in {rule for rule, *_ in found(HEAD + whole)}
    told = "organisation: {name: N, thresholds: {R5-objective: 9}}\n"
    assert "R5" not in {rule for rule, *_ in found(HEAD + told + whole)}
    off = "organisation: {name: N, switched_off: {R5: We like many.}}\n"
    assert "R5" not in {rule for rule, *_ in found(HEAD + off + whole)}


def test_what_is_said_of_sufficiency_is_heeded_while_the_key_results_are_the_same() -> None:
    text = HEAD + (
        "objectives: [{ref: o, title: Nobody waits in pain, cycle: q, sufficiency: [{answer: %s, at: 2026-10-05%s}],\n"
        "  key_results: [{ref: wait, title: Wait falls from 21 to 7 days, baseline: 21, target: 7, unit: days}]}]\n"
    )
    wait = Sought("wait", "Wait falls from 21 to 7 days", "metric", Decimal(7), None, None, "days", "latest", ())
    same, others = digest_of([wait]), digest_of([wait._replace(target=Decimal(8))])
    for answer, digest, fires in (
        ("'no'", "", True),
        ("'yes'", "", False),
        ("'no'", same, True),
        ("'no'", others, False),
    ):
        told = found(text % (answer, f", digest: {digest}" if digest else ""))
        assert any(rule == "R16" for rule, *_ in told) is fires
