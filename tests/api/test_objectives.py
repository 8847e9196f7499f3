"""Objectives, key results and check-ins through the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(api: Callable[..., Any], ada: Person) -> str:
    """A long cycle around today."""
    body = {"ref": "long", "starts_on": "2020-01-01", "ends_on": "2035-12-31"}
    assert api(ada).post("/cycles", body).status_code == 201
    return "long"


def wait(client: Any, cycle: str, **fields: Any) -> Any:
    """An objective with a falling key result."""
    client.post("/objectives", {"title": "Nobody waits", "ref": "waiting", "cycle": cycle, **fields})
    body = {"title": "Wait", "ref": "wait", "type": "metric", "baseline": 21, "target": 7, "unit": "days"}
    return client.post("/objectives/waiting/key-results", body)


def test_a_check_in_moves_the_key_result_and_its_objective(api: Callable[..., Any], alice: Person, cycle: str) -> None:
    client = api(alice)
    assert wait(client, cycle, owner=alice.email).status_code == 201
    made = client.post("/key-results/wait/check-ins", {"value": 14, "confidence": 6, "note": "Going."})
    assert made.status_code == 201, made.content
    assert client.get("/key-results/wait").json()["progress"] == 0.5
    objective = client.get("/objectives/waiting").json()
    assert (objective["progress"], objective["confidence"]) == (0.5, 6)
    assert objective["key_results"][0]["counted"] == 0.5


def test_a_check_in_is_corrected_and_both_stay(api: Callable[..., Any], alice: Person, cycle: str) -> None:
    client = api(alice)
    wait(client, cycle, owner=alice.email)
    client.post("/key-results/wait/check-ins", {"value": 140})
    assert client.post("/key-results/wait/check-ins/1/corrections", {"value": 14}).status_code == 201
    listed = client.get("/key-results/wait/check-ins").json()
    assert [(entry["value"], entry["replaced"]) for entry in listed["items"]] == [(14, False), (140, True)]
    assert client.get("/key-results/wait").json()["progress"] == 0.5


def test_target_equal_to_baseline_is_refused_with_the_remedy(
    api: Callable[..., Any], alice: Person, cycle: str
) -> None:
    client = api(alice)
    wait(client, cycle, owner=alice.email)
    body = {"title": "Flat", "type": "metric", "baseline": 7, "target": 7}
    answer = client.post("/objectives/waiting/key-results", body)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"] == "target"
    assert "at least" in answer.json()["faults"][0]["remedy"]


def test_a_loop_of_alignments_is_refused(api: Callable[..., Any], alice: Person, cycle: str) -> None:
    client = api(alice)
    for ref in ("a", "b"):
        client.post("/objectives", {"title": ref, "ref": ref, "cycle": cycle, "owner": alice.email})
    assert client.post("/objectives/a/alignments", {"objective": "b"}).status_code == 201
    assert client.post("/objectives/b/alignments", {"objective": "a"}).status_code == 422
    assert client.get("/objectives/a").json()["parents"] == [{"objective": "b", "kind": "contributes", "weight": None}]


def test_what_is_private_looks_absent_to_others(
    api: Callable[..., Any], alice: Person, charlie: Person, cycle: str
) -> None:
    wait(api(alice), cycle, owner=alice.email, visibility="private")
    client = api(charlie)
    paths = ("/objectives/waiting", "/key-results/wait", "/key-results/wait/check-ins")
    for path in paths:
        hidden, absent = client.get(path), client.get(path.replace("wait", "none"))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content.replace(b"waiting", b"").replace(b"wait", b"") == absent.content.replace(
            b"noneing", b""
        ).replace(b"none", b"")
    assert client.get("/objectives").json() == {"total": 0, "items": []}
    assert client.post("/key-results/wait/check-ins", {"value": 1}).status_code == 404


def test_an_outsider_may_read_but_not_check_in(
    api: Callable[..., Any], alice: Person, charlie: Person, cycle: str
) -> None:
    wait(api(alice), cycle, owner=alice.email)
    client = api(charlie)
    assert client.get("/key-results/wait").status_code == 200
    assert client.post("/key-results/wait/check-ins", {"value": 1}).status_code == 403


def test_a_list_takes_the_same_queries_for_many_rows_as_for_few(
    api: Callable[..., Any], alice: Person, cycle: str
) -> None:
    client = api(alice)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/objectives", cycle=cycle, per_page=200).status_code == 200
        return len(captured)

    for number in range(3):
        client.post("/objectives", {"title": f"o {number}", "cycle": cycle, "owner": alice.email})
    few = queries()
    for number in range(25):
        made = client.post("/objectives", {"title": f"p {number}", "cycle": cycle, "owner": alice.email}).json()
        client.post(f"/objectives/{made['ref']}/key-results", {"title": "done", "type": "binary"})
    assert queries() <= few + 1
    assert few <= 12


@pytest.mark.parametrize("sort", ["owner__password", "id", "-cycle__purpose", "title; drop"])
def test_a_list_is_sorted_by_known_words_only(api: Callable[..., Any], alice: Person, sort: str) -> None:
    assert api(alice).get("/objectives", sort=sort).status_code == 422
