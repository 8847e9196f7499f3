"""`impactline forecast`: tables for people, JSON for programs, and the back-test."""

import json

import pytest

from impactline.people.models import Person
from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


def test_people_get_a_row_for_each_key_result(run: Run) -> None:
    imported(WAITING)
    told = run("forecast")
    assert told.exit_code == 0
    as_of, head, row = told.stdout.splitlines()
    assert as_of == "As of 2026-10-12"
    assert head.split()[:2] == ["key", "result"]
    assert row.startswith("wait-days  Median wait falls from 21 to 7 days")
    assert "2026-12-31" in row
    assert " %" in row


def test_where_nothing_runs_it_says_so(run: Run, ada: Person) -> None:
    assert run("forecast").stdout.startswith("There is nothing to forecast on ")
    assert json.loads(run("forecast", "--json").stdout)["forecasts"] == []


def test_of_one_all_reasons_are_told(run: Run) -> None:
    imported(WAITING)
    lines = run("forecast", "wait-days", "--as-of", "2026-10-06").stdout.splitlines()
    assert any(line.startswith("Reaches the target with a chance of") for line in lines)
    assert any("closed" in line or "reading" in line for line in lines[3:])
    assert not any(line.startswith("Reaches the target") for line in run("forecast").stdout.splitlines())


def test_programs_get_json(run: Run) -> None:
    imported(WAITING)
    found = json.loads(run("forecast", "wait-days", "--as-of", "2026-10-06", "--json").stdout)
    assert found["as_of"] == "2026-10-06"
    (told,) = found["forecasts"]
    assert (told["ref"], told["due_on"], told["silence"]) == ("wait-days", "2026-12-31", None)
    assert 0 < told["reach"] < 1


def test_the_back_test_of_nothing_says_so(run: Run, ada: Person) -> None:
    assert "There is nothing to test" in run("forecast", "--backtest").stdout
    found = json.loads(run("forecast", "--backtest", "--json").stdout)
    assert found["all"]["count"] == 0
    assert found["all"]["brier"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "There is no key result and no metric “nothing”."),
        (("--as-of", "2030-01-01"), "That day is still to come"),
        (("wait-days", "--backtest"), "leave out REF"),
        (("--as-of", "2026-10-06", "--backtest"), "leave out REF"),
    ],
)
def test_bad_input_is_told_with_its_remedy(run: Run, arguments: tuple[str, ...], words: str) -> None:
    imported(WAITING)
    told = run("forecast", *arguments)
    assert told.exit_code == 2
    assert words in told.stderr
