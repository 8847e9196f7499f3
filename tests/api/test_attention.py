"""What needs attention, through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from impactline.insight.examining import examine_all
from impactline.okrs import actions as okrs
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_running_cycle, an_objective

pytestmark = pytest.mark.django_db


def test_it_is_told_muted_and_told_again(api: Callable[..., Any], ada: Person, alice: Person, charlie: Person) -> None:
    okrs.create_priority(by=ada, title="Access", at=NOON)
    secret = an_objective(alice, a_running_cycle(ada), "Secret", ref="secret", visibility="private")
    examine_all(timezone.now())
    client, other = api(alice), api(charlie)
    told = client.get(f"/attention?mine=true&cycle={secret.cycle.ref}").json()
    found = {row["rule"]: row for cause in told["causes"] for row in cause["findings"]}
    assert found["R4"]["about"] == [{"kind": "objective", "ref": "secret", "title": "Secret"}]
    assert other.get("/attention").json()["count"] == 0
    key = found["R4"]["key"]
    said = {"reason": "It is small", "until": (timezone.now().date() + timedelta(days=9)).isoformat()}
    assert other.post(f"/attention/{key}/mute", said).status_code == 404
    assert client.post(f"/attention/{key}/mute", said).status_code == 204
    after = client.get("/attention").json()
    assert (after["count"], after["muted"]) == (told["count"] - 1, 1)
    assert client.post(f"/attention/{key}/hearing", {}).status_code == 204
    assert client.get("/attention").json()["count"] == told["count"]
    assert client.get("/attention?team=nowhere").status_code == 404
    assert (after["silent"][0]["reason"], after["since"]) == ("It is small", None)
    assert client.post("/attention/looks", {}).status_code == 204
    assert client.get("/attention?since=2020-01-01T00:00:00Z&person=alice@example.org").json()["causes"][0]["is_new"]


def test_rules_are_set(api: Callable[..., Any], ada: Person, alice: Person) -> None:
    client = api(ada)
    answer = client.patch("/rules/R5", {"thresholds": {"R5-team": 4}, "switched_off": "We are few"})
    assert answer.json()["switched_off"] == "We are few"
    assert [one["value"] for one in api(alice).get("/rules/R5").json()["thresholds"]] == [4, 3, 5]
    refused = client.patch("/rules/R5", {"thresholds": {"R5-team": 0, "R5-person": 51}})
    assert refused.status_code == 422
    assert "lies between 1 and 50" in refused.content.decode()
    assert api(alice).patch("/rules/R5", {"switched_off": ""}).status_code == 403
    assert (
        client.patch("/rules/R5", {"switched_off": "", "thresholds": {"R5-team": None}}).json()["switched_off"] is None
    )
