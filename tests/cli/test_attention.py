"""`impactline attention` and `impactline rules`: a table for people, JSON for programs."""

import json
from datetime import timedelta

from django.utils import timezone

from impactline.base.leases import WORKER, hold, let_go
from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import HEAD, WAITING

WEAK = HEAD + "objectives: [{ref: o, title: O, cycle: 2026-Q4}, {ref: p, title: P, cycle: 2026-Q4}]\n"


def test_it_says_what_why_and_how_to_mend_it(run: Run) -> None:
    imported(WEAK)
    people, programs = run("attention"), json.loads(run("attention", "--cycle", "2026-Q4", "--json").stdout)
    assert people.exit_code == 0
    for cause in programs["causes"]:
        for found in cause["findings"]:
            assert found["message"] in people.stdout
            assert found["remedy"] in people.stdout
    assert json.loads(run("attention", "--json").stdout)["count"] > 0
    assert run("attention", "--team", "nowhere").exit_code == 2


def test_refs_stand_there_in_full_so_that_they_can_be_typed(run: Run) -> None:
    long = [f"{number}-of-two-key-results-that-say-the-same-of-the-same-thing" for number in (1, 2)]
    parts = ", ".join(f"{{ref: {ref}, title: Patients of all clinics are seen within seven days}}" for ref in long)
    imported(HEAD + f"objectives: [{{ref: o, title: O, cycle: 2026-Q4, key_results: [{parts}]}}]\n")
    (line,) = (line for line in run("attention").stdout.splitlines() if " R27 " in line)
    assert line.startswith(long[0])
    assert f"With {long[1]}: Both say nearly the same, under the same objective" in line
    assert "Keep one, or say how they differ." in line


def test_while_a_worker_is_on_duty_it_is_as_that_examined_it(run: Run) -> None:
    imported(WEAK)
    assert hold(WORKER, "another process", timezone.now(), timedelta(minutes=1))
    assert "Nothing needs attention." in run("attention").stdout
    let_go(WORKER, "another process")
    assert "Nothing needs attention." not in run("attention").stdout


def test_what_is_new_is_marked_and_the_first_can_be_asked_for(run: Run) -> None:
    imported(WEAK)
    first = json.loads(run("attention", "--most", "1", "--since", "2026-01-01", "--json").stdout)
    assert (len(first["causes"]), first["causes"][0]["is_new"]) == (1, True)
    assert first["more"] > 0


def test_a_rule_is_set(run: Run) -> None:
    imported(WAITING)
    assert "R5-team = 5," in run("rules", "R5").stdout
    assert "R5-team = 4 (default 5)" in run("rules", "R5", "--set", "R5-team=4", "--off", "We are few").stdout
    (told,) = json.loads(run("rules", "R5", "--default", "R5-team", "--json").stdout)
    assert (told["thresholds"]["R5-team"], told["switched_off"]) == (5, "We are few")
    refused = run("rules", "R5", "--set", "R5-team=0")
    assert refused.exit_code == 2
    assert "between 1 and 50" in refused.stderr
    assert run("rules", "--on").exit_code == 2
