"""People, teams, tokens and the organisation through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from impactline.base.models import Reply
from impactline.people import actions
from impactline.people.models import Organisation, Person, Role, Team, Token

pytestmark = pytest.mark.django_db


def test_a_person_is_added_invited_changed_and_loses_access(api: Callable[..., Any], ada: Person, care: Team) -> None:
    client = api(ada)
    made = client.post("/people", {"email": "Dora@example.org", "name": "Dora", "teams": ["care"]})
    assert (made.status_code, made.json()["teams"]) == (201, ["care"])
    invited = client.post("/people/dora@example.org/invitation")
    assert invited.status_code == 201
    assert "/invitation/" in invited.json()["link"]
    changes = {"role": "guest", "capacity_hours_per_week": 20, "teams": []}
    changed = client.patch("/people/dora@example.org", changes, If_Match=made["ETag"])
    assert (changed.json()["role"], changed.json()["capacity_hours_per_week"], changed.json()["teams"]) == (
        "guest",
        20,
        [],
    )
    assert client.patch("/people/dora@example.org", changes, If_Match=made["ETag"]).status_code == 412
    assert client.post("/people/dora@example.org/deactivation").json()["active"] is False
    assert client.get("/people").json()["total"] == 3
    assert client.get("/people", archived=True).json()["total"] == 4
    assert client.post("/people/dora@example.org/reactivation").json()["active"] is True
    assert client.post("/people/dora@example.org/sessions-end").status_code == 200


def test_everybody_changes_their_own_name_and_only_administrators_the_rest(
    api: Callable[..., Any], alice: Person, bob: Person
) -> None:
    client = api(alice)
    tag = client.get("/me")["ETag"]
    assert client.patch("/people/bob@example.org", {"name": "B"}, If_Match='"1"').status_code == 403
    assert client.patch("/people/alice@example.org", {"role": "administrator"}, If_Match=tag).status_code == 403
    assert client.patch("/people/alice@example.org", {"name": "Al"}, If_Match=tag).json()["name"] == "Al"
    assert client.post("/people", {"email": "x@example.org", "name": "X"}).status_code == 403
    for act in ("invitation", "deactivation", "reactivation", "sessions-end"):
        assert client.post(f"/people/bob@example.org/{act}").status_code == 403, act
    alice.refresh_from_db()
    assert alice.role == Role.MEMBER


def test_nobody_gets_a_link_to_the_account_of_somebody_who_has_joined(
    api: Callable[..., Any], ada: Person, alice: Person
) -> None:
    answer = api(ada).post("/people/alice@example.org/invitation")
    assert answer.status_code == 422
    assert "link" not in answer.json()


def test_a_team_is_added_changed_archived_and_taken_back(
    api: Callable[..., Any], ada: Person, alice: Person, care: Team
) -> None:
    client = api(ada)
    made = client.post("/teams", {"name": "Night", "parent": "care", "lead": alice.email, "people": [alice.email]})
    assert (made.status_code, made.json()["parent"], made.json()["people"]) == (201, "care", [alice.email])
    changed = client.patch("/teams/night", {"purpose": "Nights", "people": []}, If_Match=made["ETag"])
    assert (changed.json()["purpose"], changed.json()["people"], changed.json()["lead"]) == ("Nights", [], alice.email)
    loop = client.patch("/teams/care", {"parent": "night"}, If_Match=client.get("/teams/care")["ETag"])
    assert (loop.status_code, loop.json()["faults"][0]["field"]) == (422, "parent")
    assert client.post("/teams/night/archiving").json()["archived"] is True
    assert client.get("/teams").json()["total"] == 1
    assert client.get("/teams", archived=True).json()["total"] == 2
    assert client.post("/teams/night/restoration").json()["archived"] is False


def test_a_team_is_not_added_by_a_member(api: Callable[..., Any], alice: Person) -> None:
    assert api(alice).post("/teams", {"name": "Mine"}).status_code == 403
    assert not Team.objects.exists()


def test_a_token_is_made_listed_and_revoked(api: Callable[..., Any], alice: Person, charlie: Person) -> None:
    client = api(alice)
    made = client.post("/tokens", {"name": "build", "read_only": True, "days": 3}).json()
    assert made["secret"].startswith(made["prefix"])
    listed = client.get("/tokens").json()
    assert [entry["name"] for entry in listed["items"]] == ["build", "test"]
    assert all("secret" not in entry for entry in listed["items"])
    assert api(charlie).delete(f"/tokens/{made['prefix']}").status_code == 404
    assert client.delete(f"/tokens/{made['prefix']}").status_code == 200
    assert Token.objects.get(name="build").revoked_at is not None
    assert client.delete(f"/tokens/{made['prefix']}").status_code == 404


def test_administrators_see_and_revoke_everybodys_tokens(api: Callable[..., Any], ada: Person, alice: Person) -> None:
    made, _ = actions.create_token(by=alice, name="hers", at=timezone.now())
    assert api(alice).get("/tokens", everybody=True).status_code == 403
    client = api(ada)
    assert {entry["person"] for entry in client.get("/tokens", everybody=True).json()["items"]} == {
        alice.email,
        ada.email,
    }
    assert client.delete(f"/tokens/{made.prefix}").status_code == 200


def test_a_token_made_by_a_token_does_not_outlive_it(api: Callable[..., Any], alice: Person) -> None:
    client = api(alice)
    until = timezone.now() + timedelta(days=2)
    Token.objects.update(expires_at=until)
    client.post("/tokens", {"name": "longer", "days": 300})
    assert Token.objects.get(name="longer").expires_at == until


def test_a_secret_is_told_once_even_when_the_request_is_repeated(api: Callable[..., Any], alice: Person) -> None:
    client = api(alice)
    first = client.post("/tokens", {"name": "build"}, Idempotency_Key="one")
    again = client.post("/tokens", {"name": "build"}, Idempotency_Key="one")
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "shown_once")
    assert Token.objects.filter(name="build").count() == 1
    assert first.json()["secret"] not in Reply.objects.get().body


def test_policies_change_one_by_one_and_by_administrators_only(
    api: Callable[..., Any], ada: Person, alice: Person
) -> None:
    client = api(ada)
    read = client.get("/organisation")
    assert (read.json()["name"], read.json()["roll_up"], read.json()["grace_days"]) == (
        "Northwind Health",
        "inclusive",
        3,
    )
    assert api(alice).patch("/organisation", {"grace_days": 5}, If_Match=read["ETag"]).status_code == 403
    assert client.patch("/organisation", {"grace_days": 5}).status_code == 428
    changed = client.patch("/organisation", {"grace_days": 5}, If_Match=read["ETag"])
    assert (changed.json()["grace_days"], changed.json()["name"]) == (5, "Northwind Health")
    assert client.patch("/organisation", {"grace_days": 6}, If_Match=read["ETag"]).status_code == 412
    wrong = client.patch("/organisation", {"pace": "none", "grace_days": 99}, If_Match=changed["ETag"])
    assert {fault["field"] for fault in wrong.json()["faults"]} == {"pace", "grace_days"}
    assert Organisation.objects.get().policies["grace_days"] == 5


def test_levels_are_named_by_administrators_and_codes_stay(api: Callable[..., Any], ada: Person, alice: Person) -> None:
    client = api(ada)
    before = client.get("/organisation/level-names")
    wanted = {"names": {"output": {"one": "result"}}}
    assert before.json()["names"]["output"] == {"one": "output", "many": "outputs"}
    assert api(alice).put("/organisation/level-names", wanted, If_Match=before["ETag"]).status_code == 403
    named = client.put("/organisation/level-names", wanted, If_Match=before["ETag"]).json()
    assert (named["names"]["output"], named["renamed"]) == ({"one": "result", "many": "results"}, ["output"])
    assert client.put("/organisation/level-names", wanted, If_Match=before["ETag"]).status_code == 412
    wrong = client.put("/organisation/level-names", {"names": {"result": {"one": "x"}}}, If_Match='"2"').json()
    assert [fault["field"] for fault in wrong["faults"]] == ["result"]
