"""Imports through the API: a file is given, planned in the background, agreed to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from impactline.exchange.actions.import_work import apply_import, plan_import
from impactline.okrs.models import Objective
from impactline.people.models import Person
from tests.exchange.test_imports import NATIVE

pytestmark = pytest.mark.django_db
PATH = "/api/v1/imports"


def test_a_file_is_given_planned_and_carried_out(api: Callable[..., Any], ada: Person, alice: Person):
    client = api(ada)
    first, again = (client.send("post", PATH, {"name": "a.yaml"}, NATIVE, {"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, again.json()) == (202, first.json())
    (found,) = first.json()["items"]
    assert (found["state"], found["format"], found["account"]) == ("reading", "native", {})
    number = found["number"]
    plan_import(number, timezone.now())
    told = client.get(f"/imports/{number}").json()
    assert (told["state"], told["account"]["counts"]["adds"]) == ("planned", {"cycle": 1, "objective": 1})
    assert client.post(f"/imports/{number}/application").json()["state"] == "applying"
    apply_import(number, timezone.now())
    assert client.get("/imports").json()["items"][0]["state"] == "applied"
    assert Objective.objects.get().ref == "rest"
    assert client.post(f"/imports/{number}/dismissal").status_code == 422


def test_who_may_not_is_refused_and_what_is_no_file_told(api: Callable[..., Any], ada: Person, alice: Person):
    assert api(alice).send("post", PATH, {"name": "a.yaml"}, NATIVE, {}).status_code == 403
    assert api(alice).get("/imports").status_code == 403
    assert api(ada, read_only=True).send("post", PATH, {"name": "a.yaml"}, NATIVE, {}).status_code == 403
    assert api(ada).get("/imports/7").status_code == 404
    assert api(ada).get(f"/imports/{2**70}").status_code == 404
    refused = api(ada).send("post", PATH, {"name": "a.yaml"}, b"%PDF", {})
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "file")
