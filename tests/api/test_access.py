"""Tokens, versions, repeats and refusals of the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from impactline.api import root
from impactline.api.known import parameters
from impactline.base.models import Reply
from impactline.okrs.models import Objective, Priority
from impactline.people import actions
from impactline.people.models import Person

pytestmark = pytest.mark.django_db


def test_without_a_token_nothing_is_told(ada: Person) -> None:
    answer = Client().get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "no_token"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_token(ada: Person) -> None:
    client = Client()
    client.force_login(ada, backend="impactline.people.signing_in.Backend")
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_acts_for_its_person(api: Callable[..., Any], alice: Person) -> None:
    assert api(alice).get("/me").json()["email"] == alice.email


def test_a_token_that_may_only_read_changes_nothing(api: Callable[..., Any], ada: Person) -> None:
    client = api(ada, read_only=True)
    assert client.get("/priorities").status_code == 200
    assert client.post("/priorities", {"title": "Access"}).status_code == 403
    assert not Priority.objects.exists()


def test_a_revoked_an_expired_and_a_leavers_token_are_refused_at_once(alice: Person, ada: Person) -> None:
    now = timezone.now()
    revoked, first = actions.create_token(by=alice, name="one", at=now)
    _, second = actions.create_token(by=alice, name="two", at=now - timedelta(days=3), days=2)
    _, third = actions.create_token(by=alice, name="three", at=now)
    actions.revoke_token(by=alice, token=revoked, at=now)
    for secret in (first, second):
        answer = Client(HTTP_AUTHORIZATION=f"Bearer {secret}").get("/api/v1/me")
        assert answer.status_code == 401
        assert answer.json()["message"] == "This token is not known, or no longer."
    client = Client(HTTP_AUTHORIZATION=f"Bearer {third}")
    assert client.get("/api/v1/me").status_code == 200
    actions.deactivate(by=ada, person=alice, at=now)
    assert client.get("/api/v1/me").status_code == 401


def test_a_change_says_which_version_was_read(api: Callable[..., Any], ada: Person) -> None:
    client = api(ada)
    client.post("/priorities", {"title": "Access", "ref": "access"})
    tag = client.get("/priorities/access")["ETag"]
    assert client.patch("/priorities/access", {"title": "Care"}).status_code == 428
    assert client.patch("/priorities/access", {"title": "Care"}, If_Match=tag).status_code == 200
    late = client.patch("/priorities/access", {"title": "Cure"}, If_Match=tag)
    assert late.status_code == 412
    assert late.json()["version"] == 2
    assert client.patch("/priorities/access", {"title": "Cure"}, If_Match='"x"').status_code == 412
    assert Priority.objects.get().title == "Care"


def test_a_repeated_post_is_done_once_and_answered_alike(api: Callable[..., Any], ada: Person) -> None:
    client = api(ada)
    first = client.post("/priorities", {"title": "Access"}, Idempotency_Key="one")
    again = client.post("/priorities", {"title": "Access"}, Idempotency_Key="one")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotent-Replayed"] == "true"
    assert Priority.objects.count() == 1


def test_a_key_is_not_used_for_another_request(api: Callable[..., Any], ada: Person) -> None:
    client = api(ada)
    client.post("/priorities", {"title": "Access"}, Idempotency_Key="one")
    assert client.post("/priorities", {"title": "Other"}, Idempotency_Key="one").status_code == 422
    assert Priority.objects.count() == 1


def test_while_the_first_is_being_done_its_repetition_waits(api: Callable[..., Any], ada: Person) -> None:
    client = api(ada)
    client.post("/priorities", {"title": "Access"}, Idempotency_Key="one")
    Reply.objects.update(status=None)
    assert client.post("/priorities", {"title": "Access"}, Idempotency_Key="one").status_code == 409


def test_a_refusal_is_repeated_too(api: Callable[..., Any], gil: Person) -> None:
    client = api(gil)
    first = client.post("/priorities", {"title": "Access"}, Idempotency_Key="one")
    again = client.post("/priorities", {"title": "Access"}, Idempotency_Key="one")
    assert first.status_code == again.status_code == 403
    assert first.content == again.content


def test_a_body_that_is_no_json_is_refused_in_the_shape_of_every_refusal(api: Callable[..., Any], ada: Person) -> None:
    for body in ("{", b"\xff\xfe", ""):
        answer = api(ada).send("post", "/api/v1/priorities", {}, body, {})
        assert answer.status_code in {400, 422}
        assert set(answer.json()) == {"code", "message", "remedy", "faults"}


def test_an_unknown_field_is_named(api: Callable[..., Any], ada: Person) -> None:
    answer = api(ada).post("/priorities", {"title": "Access", "colour": "red"})
    assert answer.status_code == 422
    assert answer.json()["faults"] == [
        {
            "field": "colour",
            "message": "This field is not known here.",
            "remedy": "Leave it out, or mend its spelling.",
        }
    ]
    assert api(ada).post("/priorities", {}).json()["faults"][0]["field"] == "title"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("starts_on", "2026-02-30", "There is no such day."),
        ("ends_on", "soon", "There is no such day."),
        ("check_in_every_days", "often", "This is not a whole number."),
        ("purpose", 7, "This is no text."),
    ],
)
def test_what_is_of_another_kind_is_said_plainly_with_a_remedy(
    api: Callable[..., Any], ada: Person, field: str, value: object, message: str
) -> None:
    asked = {"starts_on": "2027-01-01", "ends_on": "2027-03-31"} | {field: value}
    answer = api(ada).post("/cycles", asked)
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert (fault["field"], fault["message"]) == (field, message)
    assert fault["remedy"]


def test_a_body_that_is_too_large_is_said_to_be(api: Callable[..., Any], ada: Person, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    answer = api(ada).post("/priorities", {"title": "x" * 2_000})
    assert (answer.status_code, answer.json()["message"]) == (413, "This is too large.")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "-1e400", "1" * 40, "0.0000000000001"])
def test_numbers_that_cannot_be_kept_are_refused(api: Callable[..., Any], ada: Person, text: str) -> None:
    client = api(ada)
    client.post("/metrics", {"name": "Wait", "ref": "wait"})
    answer = client.post("/metrics/wait/readings", {"value": text})
    assert answer.status_code == 422, answer.content
    assert client.get("/metrics/wait/readings").json()["total"] == 0


def test_all_routes_share_one_model_of_a_refusal() -> None:
    operations = [
        operation
        for _, router in root.api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]
    assert len(operations) > 100
    assert len({operation.response_models[404] for operation in operations}) == 1


def test_two_models_of_one_name_are_no_description() -> None:
    found = root.Description()
    with pytest.raises(ValueError, match="two models of the API are called LinkShape"):
        found.add_schema_definitions({"LinkShape": {"description": "Something else.", "properties": {}}})


def test_the_description_is_open_and_of_openapi_3_1(ada: Person) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json()["openapi"].startswith("3.1")


def test_nothing_is_made_by_a_guest(api: Callable[..., Any], gil: Person, ada: Person) -> None:
    api(ada).post("/cycles", {"ref": "q", "starts_on": "2026-10-01", "ends_on": "2026-12-31"})
    assert api(gil).post("/objectives", {"title": "x", "cycle": "q"}).status_code == 403
    assert not Objective.objects.exists()


@pytest.mark.parametrize(("path", "params"), [("/objectives/%00", {}), ("/links", {"source": "\0"})])
def test_an_address_with_a_character_that_is_none_is_refused(
    api: Callable[..., Any], alice: Person, path: str, params: dict[str, str]
) -> None:
    answer = api(alice).get(path, **params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("source", ["\0", "\ud800", ["a\0"], {"a\0": 1}])
def test_a_body_with_a_character_that_is_none_is_refused(
    api: Callable[..., Any], alice: Person, source: object
) -> None:
    answer = api(alice).post("/links", {"source": source, "target": "a"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_misspelt_parameter_is_refused_instead_of_answering_with_everything(
    api: Callable[..., Any], ada: Person
) -> None:
    answer = api(ada).get("/objectives?teem=care")
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"] == "teem"
    assert "team" in answer.json()["faults"][0]["remedy"]
    assert api(ada).get("/objectives?team=care").status_code != 422


def test_the_parameters_of_every_route_are_known() -> None:
    from django.urls import get_resolver

    rooms = [entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", None) == "api-1"]
    routes = {f"{room.pattern}{route.pattern}" for room in rooms for route in room.url_patterns}
    told = {route for _, route in parameters()}
    assert routes - told <= {"api/v1/"}
    assert told <= routes
