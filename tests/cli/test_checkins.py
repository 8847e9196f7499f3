"""`impactline check-in`."""

import json
from decimal import Decimal

import pytest

from impactline.checkins.models import CheckIn
from impactline.people.models import Person
from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import HEAD, WAITING

KINDS = HEAD + (
    "objectives: [{ref: o, title: O, cycle: 2026-Q4, key_results: ["
    "{ref: number, title: N, baseline: 10, target: -10}, {ref: done, title: D, type: binary},"
    "{ref: level, title: L, type: rubric, levels: [Bad, Middling, Good]},"
    "{ref: steps, title: S, type: milestones, milestones: [{title: One}, {title: Two}]}]}]\n"
)


def test_a_check_in_is_recorded_and_told(run: Run):
    imported(WAITING)
    told = run("check-in", "wait-days", "14", "--confidence", "7", "--note", "Half way", "--status", "on_track")
    assert told.exit_code == 0
    assert told.stdout == "wait-days: 14 days, 50 % (expected 12 %), green\nwaiting: 50 % (expected 12 %), green\n"
    made = CheckIn.objects.latest("pk")
    assert (made.value, made.confidence, made.note, made.status) == (14, 7, "Half way", "on_track")
    assert made.by is not None
    assert made.by.email == "alice@example.org", "the operator acts as the first administrator"


def test_programs_get_the_new_status(run: Run):
    imported(WAITING)
    found = json.loads(run("check-in", "wait-days", "14", "--json").stdout)
    assert found["objectives"][0]["key_results"][0]["progress"] == 0.5


def test_a_check_in_may_be_about_an_earlier_day(run: Run):
    imported(WAITING)
    run("check-in", "wait-days", "19", "--at", "2026-10-08")
    assert CheckIn.objects.latest("pk").day.isoformat() == "2026-10-08"


@pytest.mark.parametrize(
    ("ref", "value", "recorded"),
    [
        ("number", "-5", "-5"),
        ("number", "-0.5", "-0.5"),
        ("number", "1e1", "10"),
        ("number", "0", "0"),
        ("done", "yes", "1"),
        ("done", "No", "0"),
        ("level", "good", "2"),
        ("level", "1", "1"),
        ("steps", "1", "1"),
    ],
)
def test_a_value_is_written_as_people_write_it(run: Run, ref: str, value: str, recorded: str):
    imported(KINDS)
    assert run("check-in", ref, value).exit_code == 0
    assert CheckIn.objects.get().value == Decimal(recorded)


def test_a_check_in_without_a_value_needs_something_else(run: Run):
    imported(KINDS)
    assert run("check-in", "number", "-", "--confidence", "3").exit_code == 0
    assert CheckIn.objects.get().value is None
    told = run("check-in", "number", "-")
    assert told.exit_code == 2
    assert "Nothing to record" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none", "1"], "There is no key result “none”"),
        (["number", "many"], "“many” is not a number"),
        (["number", "NaN"], "finite number"),
        (["number", "Infinity"], "finite number"),
        (["number", "1e400"], "too large"),
        (["number", "1.0000000001"], "too many digits"),
        (["number", "1", "--at", "2026-12-01"], "still to come"),
        (["number", "1", "--confidence", "11"], "11 is not in the range"),
        (["number", "1", "--status", "fine"], "is not one of"),
        (["number", "1", "--unknown", "1"], "extra argument"),
        (["number", "--unknown"], "No such option: --unknown"),
        (["done", "2"], "neither 0 nor 1"),
        (["level", "3"], "not a level"),
        (["steps", "3"], "how many milestones"),
        (["number"], "Missing argument"),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(run: Run, arguments: list[str], message: str):
    imported(KINDS)
    told = run("check-in", *arguments)
    assert (told.exit_code, told.stdout) == (2, "")
    assert message in told.stderr
    assert not CheckIn.objects.exists()


def test_only_those_who_may_check_in(run: Run, ada: Person):
    imported(WAITING.replace("organisation: {name: Northwind Health, timezone: Europe/Berlin}\n", ""), by=ada)
    told = run("check-in", "wait-days", "14", "--as", "bob@example.org")
    assert told.exit_code == 2
    assert "may check in" in told.stderr


def test_where_nobody_administers_it_is_noted_as_of_the_owner(run: Run):
    imported(WAITING.replace(", role: administrator", ""))
    told = run("check-in", "wait-days", "14")
    assert told.exit_code == 0
    assert "noted as of" in told.stderr
    made = CheckIn.objects.select_related("by", "key_result__objective__owner").latest("pk")
    assert made.by in {made.key_result.owner, made.key_result.objective.owner}


def test_where_nobody_administers_and_nobody_owns_it_nobody_can_act(run: Run):
    parts = "[{ref: k, title: K, baseline: 1, target: 9}]"
    own = f"objectives: [{{ref: o, title: O, cycle: 2026-Q4, key_results: {parts}}}]\n"
    imported(HEAD.replace(", role: administrator", "") + own)
    told = run("check-in", "k", "4")
    assert told.exit_code == 2
    assert "impactline user create --administrator" in told.stderr
