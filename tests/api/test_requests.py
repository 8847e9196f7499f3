"""Contribution requests through the API: asked, changed, accepted, moved, declined, taken back; and who sees them."""

from collections.abc import Callable
from typing import Any

import pytest

from impactline.people import actions as people
from impactline.people.models import Person, Team
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]


@pytest.fixture
def lines(ada: Person, charlie: Person) -> Team:
    """Charlie's team, which is asked."""
    return people.create_team(by=ada, name="Lines", ref="lines", members=[charlie], at=NOON)


@pytest.fixture
def alices(api: Client, alice: Person, ada: Person, lines: Team, care: Team) -> Any:
    """Alice's client, with a key result of hers and an activity that waits."""
    a_key_result(alice, an_objective(alice, a_running_cycle(ada)), ref="wait")
    client = api(alice)
    client.post("/chain", {"ref": "triage", "level": "activity", "title": "Run triage", "owner": alice.email})
    return client


def ask(client: Any, ref: str = "lines-4", **fields: Any) -> Any:
    body = {"ref": ref, "title": "Four lines", "asked": "lines", "due_on": "2035-12-04"}
    return client.post("/requests", body | fields)


def test_a_team_is_asked_and_its_promise_is_waited_for(api: Client, alices: Any, charlie: Person) -> None:
    made = ask(alices, asking="care", key_result="wait", waiting="triage", effort_hours="16.5")
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["effort_hours"], made["ETag"]) == ("asked", 16.5, '"1"')
    assert (made.json()["key_result"], made.json()["waiting"], made.json()["asking"]) == ("wait", "triage", "care")
    assert alices.post("/requests/lines-4/acceptance", {}).status_code == 403

    done = api(charlie).post("/requests/lines-4/acceptance", {}).json()

    assert (done["state"], done["answered_by"]) == ("accepted", charlie.email)
    assert alices.get(f"/chain/{done['promise']}").json()["team"] == "lines"
    assert api(charlie).post("/requests/lines-4/acceptance", {}).status_code == 422


def test_what_is_asked_is_changed_by_those_who_ask_and_have_read_it(api: Client, alices: Any, charlie: Person) -> None:
    ask(alices)
    assert alices.patch("/requests/lines-4", {"title": "Five lines"}).status_code == 428
    assert api(charlie).patch("/requests/lines-4", {"title": "None"}, If_Match='"1"').status_code == 403
    assert alices.patch("/requests/lines-4", {"title": "Five lines"}, If_Match='"1"').json()["title"] == "Five lines"
    assert alices.patch("/requests/lines-4", {"title": "Six"}, If_Match='"1"').status_code == 412
    assert alices.patch("/requests/lines-4", {"due_on": None}, If_Match='"2"').status_code == 422


def test_another_day_is_offered_and_agreed_to(api: Client, alices: Any, charlie: Person) -> None:
    ask(alices)
    sent = {"day": "2035-12-18", "reason": "Holidays"}
    assert api(charlie).post("/requests/lines-4/proposals", sent).json()["state"] == "proposed"
    done = alices.post("/requests/lines-4/acceptance", {}).json()
    assert (done["state"], done["due_on"]) == ("accepted", "2035-12-18")


def test_it_is_declined_with_a_reason_or_taken_back(api: Client, alices: Any, charlie: Person) -> None:
    for ref in ("one", "two"):
        ask(alices, ref)
    assert api(charlie).post("/requests/one/refusal", {"reason": ""}).status_code == 422
    assert api(charlie).post("/requests/one/refusal", {"reason": "No lines left"}).json()["state"] == "declined"
    assert api(charlie).post("/requests/two/withdrawal").status_code == 403
    assert alices.post("/requests/two/withdrawal").json()["state"] == "withdrawn"


def test_they_are_listed_by_state_and_team_in_as_many_queries_for_many_as_for_few(
    alices: Any, django_assert_num_queries: Any
) -> None:
    ask(alices, "one", asking="care", key_result="wait")
    with django_assert_num_queries(3):
        alices.get("/requests")
    for ref in ("two", "three"):
        ask(alices, ref, asking="care", key_result="wait", waiting="triage")
    alices.post("/requests/two/withdrawal")
    with django_assert_num_queries(3):
        assert alices.get("/requests").json()["total"] == 3
    for params, refs in (
        ({"open": "true"}, ["one", "three"]),
        ({"open": "false"}, ["two"]),
        ({"state": "withdrawn"}, ["two"]),
        ({"asked": "lines", "asking": "care", "per_page": "1"}, ["one"]),
        ({"asked": "care"}, []),
    ):
        assert [row["ref"] for row in alices.get("/requests", **params).json()["items"]] == refs


def test_what_is_for_something_hidden_is_not_there(api: Client, alices: Any, charlie: Person, alice: Person) -> None:
    ask(alices, waiting="triage")
    version = alices.get("/chain/triage")["ETag"]
    alices.patch("/chain/triage", {"visibility": "private"}, If_Match=version)
    client = api(charlie)
    assert client.get("/requests").json()["total"] == 0
    assert client.get("/requests/lines-4").status_code == 404
    assert client.post("/requests/lines-4/acceptance", {}).status_code == 404
    assert ask(client, "mine", waiting="triage", asked="care").status_code == 404


def test_a_guest_asks_nothing_and_a_key_repeated_asks_once(api: Client, alices: Any, gil: Person) -> None:
    assert ask(api(gil)).status_code == 403
    body = {"title": "Four lines", "asked": "lines", "due_on": "2035-12-04"}
    first, again = (alices.post("/requests", body, Idempotency_Key="once") for _ in range(2))
    assert first.json() == again.json()
    assert alices.get("/requests").json()["total"] == 1
