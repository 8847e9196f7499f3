"""`impactline sight` and `impactline gaps`: tables for people, JSON for programs."""

import json

import pytest

from impactline.chain import actions
from impactline.okrs import actions as okrs
from impactline.people.models import Person
from tests.cast import NOON
from tests.cli.conftest import Run
from tests.scenes import an_objective
from tests.web.chain_scene import Scene, a_chain, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    return a_chain(alice, ada)


def test_a_line_of_sight_is_printed_up_and_down(run: Run, scene: Scene) -> None:
    text = run("sight", "calls").stdout

    assert "What it serves" in text
    assert "30 %  calls → sooner → pain" in text
    assert "line → calls" in text
    found = json.loads(run("sight", "calls", "--json").stdout)
    assert [one["ref"] for one in found["serves"]] == ["pain"]


@pytest.mark.parametrize("ref", ["wait", "waiting", "access", "alice@example.org"])
def test_whatever_is_worked_for_has_one_too(run: Run, alice: Person, ada: Person, scene: Scene, ref: str) -> None:
    access = okrs.create_priority(by=ada, ref="access", title="Care for everyone", at=NOON)
    okrs.change_objective(by=alice, objective=scene.objective, version=None, at=NOON, changes={}, priorities=[access])
    assert [one["ref"] for one in json.loads(run("sight", ref, "--json").stdout)["work"]] == ["line"]


def test_without_a_ref_stands_what_has_no_path(run: Run, alice: Person, scene: Scene) -> None:
    assert "Everything has a path." in run("sight").stdout
    an_item(alice, "activity", "Triage calls at night", ref="night")
    assert "night  Triage calls at night  calls" in run("sight").stdout
    found = json.loads(run("sight", "--json").stdout)
    assert (found["total"], found["items"][0]["nearest"][0]["ref"]) == (1, "calls")


def test_gaps_are_printed_by_what_is_missing(run: Run, alice: Person, scene: Scene) -> None:
    assert "No gaps" in run("gaps").stdout
    an_item(alice, "output", "Leaflets", ref="leaflets")
    assert "Outputs that lead nowhere (1):" in run("gaps").stdout
    found = json.loads(run("gaps", "--json").stdout)
    assert [(one["kind"], one["ref"]) for one in found["items"]] == [
        ("output_from_nothing", "leaflets"),
        ("output_leads_nowhere", "leaflets"),
    ]
    assert (found["scope"], found["ref"]) == ("organisation", None)
    assert json.loads(run("gaps", "waiting", "--json").stdout)["items"] == []


def test_with_the_gaps_stand_links_that_rest_on_what_failed(run: Run, alice: Person, scene: Scene) -> None:
    actions.change_assumption(by=alice, assumption=scene.assumption, version=None, at=NOON, changes={"state": "failed"})

    text = run("gaps", "waiting").stdout
    assert "calls → sooner  Callers follow the advice  failed" in text
    assert "No gaps" not in text


def test_what_is_not_there_or_not_to_be_seen_is_bad_input(run: Run, alice: Person, bob: Person, scene: Scene) -> None:
    an_item(alice, "output", "A secret", ref="secret", visibility="private")
    an_objective(alice, scene.objective.cycle, "Another secret", ref="hidden", visibility="private")

    for command in (("sight", "nowhere"), ("sight", "none@example.org"), ("gaps", "nowhere"), ("gaps", "wait")):
        assert run(*command).exit_code == 2
    for ref in ("secret", "hidden"):
        assert run("sight", ref).exit_code == 0
        assert run("sight", ref, "--as", "bob@example.org").exit_code == 2
    assert "secret" in run("gaps").stdout
    assert "secret" not in run("gaps", "--as", "bob@example.org").stdout
