"""Around every page: whom to believe, who may pass, what browsers are told to keep and to refuse."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from impactline.base.errors import Conflict, Fault, Faults, Forbidden, Invalid, NotFound, Refusal
from impactline.people.models import Person
from impactline.web import errors, middleware


def seen_through(trusted: list[str], **meta: str) -> HttpRequest:
    """The request as the pages see it behind `trusted_proxy`."""
    caught: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        caught.append(request)
        return HttpResponse()

    from django.test import override_settings

    with override_settings(TRUSTED_PROXIES=[ip_network(entry) for entry in trusted]):
        middleware.trusted_proxy(answer)(RequestFactory().get("/", **meta))
    return caught[0]


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ([], "203.0.113.9", "", "203.0.113.9"),
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.1"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.1"], "10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.7", "10.0.0.7"),
        (["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        (["10.0.0.1"], "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["::1"], "::1", "[2001:db8:1:2:3::4]:80", "2001:db8:1:2::"),
        ([], "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ([], "fe80::1%eth0", "", "fe80::"),
        ([], "::ffff:203.0.113.9", "", "203.0.113.9"),
    ],
)
def test_only_a_trusted_proxy_says_where_somebody_comes_from(
    trusted: list[str], peer: str, forwarded: str, client: str
):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = seen_through(trusted, REMOTE_ADDR=peer, **headers)
    assert middleware.client_address(request) == client


def test_without_an_address_there_is_none():
    assert middleware.client_address(seen_through([], REMOTE_ADDR="")) is None


@pytest.mark.parametrize(("peer", "secure"), [("10.0.0.1", True), ("203.0.113.9", False)])
def test_only_a_trusted_proxy_says_that_the_way_is_secure(peer: str, secure: bool):
    request = seen_through(["10.0.0.1"], REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    assert request.is_secure() is secure


@pytest.mark.parametrize("typed", ["alice@example.org", " ALICE@example.org ", "alice@\0example.org"])
def test_an_account_is_counted_however_its_address_is_typed(typed: str):
    assert middleware.account_name(HttpRequest(), {"username": typed}) == "alice@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("There is no such thing."), 404),
        (Forbidden("Not yours."), 403),
        (Conflict("Late.", theirs=2), 409),
        (Invalid("Wrong."), 422),
        (Faults([Fault("a", "Wrong.")]), 422),
        (Refusal("No."), 422),
    ],
)
def test_a_refusal_that_no_page_shows_has_a_page_of_its_own(ada: Person, refusal: Refusal, status: int):
    answer = errors.refused(RequestFactory().get("/x"), refusal)
    assert answer.status_code == status
    assert refusal.message in answer.content.decode()
    told = errors.refused(RequestFactory().get("/api/v1/x"), refusal)
    assert told.status_code == status
    assert told["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_the_error_pages_say_what_to_do(ada: Person):
    client = Client()
    client.force_login(ada, "impactline.people.signing_in.Backend")
    missing = client.get("/no/such/page")
    assert missing.status_code == 404
    assert "search for what you need" in missing.content.decode()
    assert client.get("/api/v1/nothing").json()["code"] == "not_found"
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/api/v1/me", headers={"Host": "evil.example"}).json()["code"] == "malformed"


@pytest.mark.django_db
def test_a_fault_of_ours_is_told_without_its_details(ada: Person, monkeypatch: pytest.MonkeyPatch):
    from impactline.web import account

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(account, "tokens_of", broken)
    client = Client(raise_request_exception=False)
    client.force_login(ada, "impactline.people.signing_in.Backend")
    answer = client.get("/profile")
    assert answer.status_code == 500
    assert b"secret detail" not in answer.content
    assert b"went wrong on our side" in answer.content
    assert answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_health_is_told_without_signing_in(db: None, django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        answer = Client().get("/livez")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    Client().get("/readyz")
    with django_assert_num_queries(2):
        assert Client().get("/readyz").content == b"ready\n"


@pytest.mark.django_db
def test_a_server_whose_database_is_older_or_gone_is_not_ready(monkeypatch: pytest.MonkeyPatch):
    from django.db import OperationalError
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="okrs").delete()
    older = Client().get("/readyz")
    assert (older.status_code, older.content) == (503, b"migrations are missing\n")

    def gone(self: Any) -> None:
        raise OperationalError("no such host")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", gone)
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/livez").status_code == 200


@pytest.mark.django_db
def test_a_page_costs_few_queries_before_it_begins(alice: Person, django_assert_max_num_queries: Any):
    client = Client()
    client.force_login(alice, "impactline.people.signing_in.Backend")
    client.get("/profile")
    alice.refresh_from_db()
    assert timezone.now() - alice.seen_at < timedelta(minutes=1)
    with django_assert_max_num_queries(4):
        client.get("/profile")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/objectives/%00", "/search?q=%00", "/people?q=a%00b"])
def test_an_address_with_a_character_that_is_none_is_refused(alice: Person, address: str) -> None:
    client = Client()
    client.force_login(alice, backend="impactline.people.signing_in.Backend")
    assert client.get(address).status_code == 422
    assert client.post("/roadblocks", {"title": "a", "on": "\0"}).status_code == 422


@pytest.mark.django_db
def test_a_page_that_brings_itself_up_to_date_leaves_what_is_said_to_the_next(alice: Person) -> None:
    client = Client()
    client.force_login(alice, backend="impactline.people.signing_in.Backend")
    client.post("/roadblocks", {"title": "No budget"})
    assert "Raised “No budget”" not in client.get("/", headers={"X-Live": "1"}).content.decode()
    assert "Raised “No budget”" in client.get("/").content.decode()
    assert "Raised “No budget”" not in client.get("/").content.decode()
