"""Tables of readings through the API: planned, taken all or none, twice as once."""

from collections.abc import Callable
from typing import Any

import pytest

from impactline.metrics.models import Reading
from impactline.people.models import Person
from tests.scenes import a_metric

pytestmark = pytest.mark.django_db
PATH = "/api/v1/metrics/waits/readings.csv"
TABLE = "day,value\n2025-10-05,20\n2025-10-12,17.5\n"


@pytest.fixture
def client(api: Callable[..., Any], alice: Person) -> Any:
    a_metric(alice, ref="waits", owner=alice)
    return api(alice)


def test_it_is_planned_taken_and_taken_again(client: Any) -> None:
    planned = client.send("post", PATH, {"plan": "true"}, TABLE, {}).json()
    assert (planned["new"], planned["items"][1]) == (
        2,
        {"line": 3, "day": "2025-10-12", "what": "new", "value": 17.5, "before": None},
    )
    assert not Reading.objects.exists()
    assert client.send("post", PATH, None, TABLE, {}).json()["new"] == 2
    again = client.send("post", PATH, None, TABLE.replace(",20", ",21"), {}).json()
    assert (again["new"], again["changed"], again["same"], again["items"][0]["before"]) == (0, 1, 1, 20)


def test_a_key_repeated_takes_it_once(client: Any) -> None:
    first, second = (client.send("post", PATH, None, TABLE, {"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("query", [None, {"plan": "true"}])
def test_what_is_wrong_is_told_by_line_and_nothing_is_taken(client: Any, query: Any) -> None:
    answer = client.send("post", PATH, query, TABLE + "2025-10-19,=1\n,2\n", {})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["faults"]] == ["line 4", "line 5"]
    assert client.send("post", PATH, None, b"\xff\x00", {}).status_code == 422
    assert not Reading.objects.exists()


def test_others_do_not(api: Callable[..., Any], client: Any, charlie: Person, gil: Person) -> None:
    for person in (charlie, gil):
        assert api(person).send("post", PATH, None, TABLE, {}).status_code == 403
    assert client.send("post", PATH.replace("waits", "none"), None, TABLE, {}).status_code == 404


def test_the_list_of_metrics_is_narrowed(client: Any, alice: Person) -> None:
    a_metric(alice, name="Never read", ref="never", owner=alice)
    assert "never" in [row["ref"] for row in client.get("/metrics?state=unread").json()["items"]]
    assert client.get("/metrics?state=healthy").json()["items"] == []
    assert client.get("/metrics?state=ill").status_code == 422
