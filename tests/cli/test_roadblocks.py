"""`impactline roadblock`: raised, ranked by what clearing it frees, closed with what was done."""

import json

from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


def test_it_is_raised_listed_and_resolved(run: Run) -> None:
    imported(WAITING)
    assert "Nothing is in the way." in run("roadblock", "list").stdout
    assert run("roadblock", "raise", "Somebody is ill").stdout == "somebody-is-ill\n"
    run("roadblock", "raise", "The licence is late", "--on", "wait-days", "--kind", "resources", "--next-step", "Call")
    found = json.loads(run("roadblock", "list", "--json").stdout)
    assert [(one["ref"], one["on"], one["value"] > 0) for one in found] == [
        ("the-licence-is-late", "wait-days", True),
        ("somebody-is-ill", None, False),
    ]
    assert "The licence is late" in run("roadblock", "list").stdout
    assert run("roadblock", "resolve", "the-licence-is-late", " ").exit_code == 2
    assert "is resolved since" in run("roadblock", "resolve", "the-licence-is-late", "Bought elsewhere").stdout
    assert [one["ref"] for one in json.loads(run("roadblock", "list", "--json").stdout)] == ["somebody-is-ill"]
    assert run("roadblock", "raise", "No budget", "--on", "nowhere").exit_code == 2
