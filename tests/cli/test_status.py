"""`impactline status`: tables for people, JSON for programs."""

import json
import re

import pytest

from impactline.people.models import Person
from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


def test_people_get_words_beside_every_colour(run: Run):
    imported(WAITING)
    told = run("status")
    assert told.exit_code == 0
    head, blank, cycle, *rows = told.stdout.splitlines()
    assert (head, blank, cycle) == ("Northwind Health, as of 2026-10-12", "", "2026-Q4")
    assert [re.split(r" {2,}", row.strip()) for row in rows] == [
        ["objective, key result", "value", "progress", "expected", "pace", "confidence", "status", "score"],
        ["waiting", "Nobody waits in pain", "21 %", "12 %", "● green", "6.0", "on track", "–"],
        [
            "wait-days",
            "Median wait falls from 21 to 7 days",
            "18 days",
            "21 %",
            "12 %",
            "● green",
            "6",
            "on track",
            "–",
        ],
    ]
    assert "\x1b" not in told.stdout, "no colours where nobody sees them"


def test_programs_get_json(run: Run):
    imported(WAITING)
    found = json.loads(run("status", "wait-days", "--as-of", "2026-10-06", "--json").stdout)
    assert found["as_of"] == "2026-10-06"
    assert found["objectives"][0]["key_results"][0]["value"] == 20.0


def test_an_empty_organisation_says_so(run: Run, ada: Person):
    assert "There are no objectives yet." in run("status").stdout


def test_an_installation_that_was_not_set_up_says_so(run: Run):
    told = run("status")
    assert told.exit_code == 2
    assert "has not been set up yet" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "There is no objective, key result, cycle or team “nothing”"),
        (["--as", "nobody@example.org"], "There is no person with the address nobody@example.org"),
        (["--as-of", "2026-02-30"], "“2026-02-30” is not a day"),
        (["--as-of", "tomorrow"], "“tomorrow” is not a day"),
    ],
)
def test_what_cannot_be_asked_is_told(run: Run, arguments: list[str], message: str):
    imported(WAITING)
    told = run("status", *arguments)
    assert (told.exit_code, told.stdout) == (2, "")
    assert message in told.stderr


def test_as_somebody_one_sees_what_they_see(run: Run):
    imported(WAITING.replace("kind: committed", "visibility: private"))
    assert "Nobody waits" in run("status").stdout
    assert "Nobody waits" in run("status", "--as", "alice@example.org").stdout
    assert "Nobody waits" not in run("status", "--as", "bob@example.org").stdout
    told = run("status", "waiting", "--as", "bob@example.org")
    assert told.exit_code == 2
    assert "no objective" in told.stderr


def test_somebody_who_left_cannot_act(run: Run):
    imported(WAITING.replace("{email: bob@example.org}", "{email: bob@example.org, archived_at: 2026-10-01}"))
    told = run("status", "--as", "bob@example.org")
    assert (told.exit_code, told.stderr) == (2, "impactline: bob@example.org has no access any more.\n")


def test_titles_of_any_script_line_up(run: Run):
    imported(
        WAITING.replace("Nobody waits in pain", "誰も痛みの中で待たない").replace("Median wait falls", "e\u0301tat")
    )
    lines = run("status").stdout.splitlines()[3:]
    from impactline.cli.tables import wide

    assert len({wide(line) for line in lines}) == 1
