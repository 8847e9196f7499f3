"""`impactline attention`: a table for people, JSON for programs."""

import json
from datetime import timedelta

from impactline.insight.examining import examine_all
from tests.cast import NOON
from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


def test_it_says_what_why_and_how_to_mend_it(run: Run) -> None:
    imported(WAITING)
    assert "Nothing needs attention." in run("attention").stdout
    examine_all(NOON + timedelta(days=40))
    people, programs = run("attention"), json.loads(run("attention", "--cycle", "2026-Q4", "--json").stdout)
    assert people.exit_code == 0
    for cause in programs["causes"]:
        for found in cause["findings"]:
            assert found["message"] in people.stdout
            assert found["remedy"] in people.stdout
    assert json.loads(run("attention", "--json").stdout)["count"] > 0
    assert run("attention", "--team", "nowhere").exit_code == 2
