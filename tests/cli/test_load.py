"""`impactline load`: a table for people, JSON for programs."""

import json
from datetime import timedelta

from django.utils import timezone

from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


def test_it_tells_who_has_how_much_to_do(run: Run) -> None:
    imported(WAITING)
    assert "Nobody has hours to do." in run("load").stdout
    due = timezone.now().date() + timedelta(days=60)
    activity = f"{{ref: line, level: activity, title: Line, owner: bob@example.org, effort_hours: 900, due_on: {due}}}"
    imported(f"impactline: 1\nchain: [{activity}]\n")
    found = json.loads(run("load", "--json").stdout)
    assert [(row["person"], row["capacity_stated"]) for row in found["people"]] == [("bob@example.org", False)]
    assert any(week["overloaded"] for week in found["people"][0]["weeks"])
    assert "bob@example.org" in run("load").stdout
    assert run("load", "nowhere").exit_code == 2
