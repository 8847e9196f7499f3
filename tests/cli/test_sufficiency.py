"""`impactline sufficiency`: whether an objective would be reached if all its key results were."""

import json

from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import HEAD

OBJECTIVE = (
    HEAD
    + """\
objectives:
  - {ref: o, title: O, cycle: 2026-Q4, key_results: [{ref: wait, title: Wait falls, baseline: 21, target: %s}]}
"""
)


def rules(run: Run) -> set[str]:
    return {found["rule"] for found in json.loads(run("lint", "--json").stdout)}


def test_it_is_said_and_read_until_the_key_results_are_others(run: Run) -> None:
    imported(OBJECTIVE % 7)
    assert "Nobody has said" in run("sufficiency", "o").stdout
    assert run("sufficiency", "o", "perhaps").exit_code == 2
    assert run("sufficiency", "o", "--reason", "x").exit_code == 2
    assert run("sufficiency", "nowhere", "no").exit_code == 2
    assert "no" in run("sufficiency", "o", "no", "--reason", "Nobody asks them.").stdout
    (said,) = json.loads(run("sufficiency", "o", "--json").stdout)
    assert (said["answer"], said["reason"], said["current"]) == ("no", "Nobody asks them.", True)
    assert "R16" in rules(run)
    imported(OBJECTIVE % 9)
    assert "R16" not in rules(run)
    assert run("sufficiency", "o").stdout.rstrip().endswith("(earlier)")
