"""Roadblocks through the API: raised, changed, resolved, in the way again; and who sees them."""

from collections.abc import Callable
from typing import Any

import pytest

from impactline.people.models import Person
from tests.scenes import a_key_result, a_running_cycle, an_objective

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]


@pytest.fixture
def alices(api: Client, alice: Person, ada: Person) -> Any:
    """Alice's client, with an objective and a key result of hers."""
    a_key_result(alice, an_objective(alice, a_running_cycle(ada), ref="waiting"), ref="wait")
    return api(alice)


def block(client: Any, ref: str = "licence", **fields: Any) -> Any:
    return client.post("/roadblocks", {"ref": ref, "title": "The licence is late"} | fields)


def test_it_is_raised_changed_resolved_and_in_the_way_again(alices: Any, alice: Person, bob: Person) -> None:
    made = block(alices, on="wait", kind="resources").json()
    assert (made["on"], made["on_kind"], made["kind"], made["owner"]) == (
        "wait",
        "key_result",
        "resources",
        alice.email,
    )
    changes = {"owner": bob.email, "next_step": "Call the vendor", "due_on": "2035-01-01"}
    assert alices.patch("/roadblocks/licence", changes).status_code == 428
    changed = alices.patch("/roadblocks/licence", changes, If_Match='"1"').json()
    assert (changed["owner"], changed["next_step"], changed["version"]) == (bob.email, "Call the vendor", 2)
    assert alices.patch("/roadblocks/licence", {"title": "Old"}, If_Match='"1"').status_code == 412
    done = alices.post("/roadblocks/licence/resolution", {"resolution": "It came"}).json()
    assert (done["resolution"], done["resolved_on"] is not None) == ("It came", True)
    assert alices.post("/roadblocks/licence/reopening").json()["resolved_on"] is None


@pytest.mark.parametrize(
    "changes", [{"raised_on": None}, {"raised_on": "2199-01-01"}, {"kind": "weather"}, {"title": ""}, {"mood": 1}]
)
def test_what_cannot_be_is_refused_and_changes_nothing(alices: Any, changes: dict[str, Any]) -> None:
    block(alices)
    assert alices.patch("/roadblocks/licence", changes, If_Match='"1"').status_code == 422
    assert alices.get("/roadblocks/licence").json()["version"] == 1


def test_what_was_resolved_was_not_raised_later(alices: Any) -> None:
    block(alices, raised_on="2026-01-05")
    alices.post("/roadblocks/licence/resolution", {"resolution": "It came", "resolved_on": "2026-01-09"})
    assert alices.patch("/roadblocks/licence", {"raised_on": "2026-01-10"}, If_Match='"2"').status_code == 422


def test_they_are_listed_by_what_they_block_and_whose_they_are(
    alices: Any, alice: Person, bob: Person, django_assert_num_queries: Any
) -> None:
    block(alices, "one", on="waiting", raised_on="2026-01-01")
    with django_assert_num_queries(8):
        alices.get("/roadblocks")
    block(alices, "two", on="wait", owner=bob.email, raised_on="2026-01-02")
    block(alices, "three", raised_on="2026-01-03")
    alices.post("/roadblocks/three/resolution", {"resolution": "Gone"})
    with django_assert_num_queries(8):
        assert alices.get("/roadblocks").json()["total"] == 2
    for params, refs in (
        ({}, ["one", "two"]),
        ({"resolved": "true"}, ["three"]),
        ({"owner": bob.email}, ["two"]),
        ({"on": "waiting"}, ["one", "two"]),
        ({"on": "wait"}, ["two"]),
    ):
        assert [row["ref"] for row in alices.get("/roadblocks", **params).json()["items"]] == refs
    assert alices.get("/roadblocks", on="nothing").status_code == 404


def test_what_blocks_something_hidden_is_not_there(api: Client, alices: Any, alice: Person, charlie: Person) -> None:
    alices.post("/chain", {"ref": "triage", "level": "activity", "title": "Run triage", "owner": alice.email})
    block(alices, on="triage")
    assert api(charlie).get("/roadblocks/licence").status_code == 200
    assert api(charlie).post("/roadblocks/licence/resolution", {"resolution": "No"}).status_code == 403
    alices.patch("/chain/triage", {"visibility": "private"}, If_Match=alices.get("/chain/triage")["ETag"])
    client = api(charlie)
    assert client.get("/roadblocks").json()["total"] == 0
    assert client.get("/roadblocks/licence").status_code == 404
    assert client.get("/roadblocks", on="triage").status_code == 404
    assert block(client, "mine", on="triage").status_code == 404


def test_a_guest_raises_nothing(api: Client, alices: Any, gil: Person) -> None:
    assert block(api(gil)).status_code == 403
