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


def test_it_is_handed_on_escalated_and_there_again(run: Run) -> None:
    imported(WAITING)
    run("roadblock", "raise", "The licence is late", "--until", "2026-01-05")
    before = json.loads(run("roadblock", "list", "--json").stdout)[0]
    given = ("--owner", "", "--next-step", "Ask again", "--escalate-to", before["owner"], "--kind", "resources")
    assert run("roadblock", "change", "the-licence-is-late", *given).stdout == "the-licence-is-late is changed.\n"
    (after,) = json.loads(run("roadblock", "list", "--json").stdout)
    assert (after["owner"], after["escalate_to"], after["kind"]) == (None, before["owner"], "resources")
    assert (after["next_step"], after["title"]) == ("Ask again", "The licence is late")
    assert "2026-01-05, late" in run("roadblock", "list").stdout
    run("roadblock", "resolve", "the-licence-is-late", "Bought elsewhere")
    told = run("roadblock", "list", "--resolved").stdout
    assert "the-licence-is-late" in told
    assert "Bought elsewhere" in told
    assert json.loads(run("roadblock", "list", "--resolved", "--json").stdout)[0]["resolution"] == "Bought elsewhere"
    assert run("roadblock", "reopen", "the-licence-is-late").stdout == "the-licence-is-late is in the way again.\n"
    assert "Nothing was in the way." in run("roadblock", "list", "--resolved").stdout


def test_a_change_of_nothing_of_what_is_absent_or_to_nobody_is_told(run: Run) -> None:
    imported(WAITING)
    run("roadblock", "raise", "The licence is late")
    assert "Say what is to be changed" in run("roadblock", "change", "the-licence-is-late").stderr
    assert run("roadblock", "change", "nothing", "--title", "More").exit_code == 2
    assert run("roadblock", "change", "the-licence-is-late", "--owner", "nobody@example.org").exit_code == 2
    assert run("roadblock", "reopen", "nothing").exit_code == 2
