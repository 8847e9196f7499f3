"""Getting in and out: set-up, sign-in, reset, invitation, and one's own profile and tokens."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from impactline.base.models import Event
from impactline.people import actions
from impactline.people.models import Organisation, Person, Role, Token
from impactline.worker import step
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

BETTER = "a much better password 99"
COOKIE = "impactline_session"
SET_UP = {
    "organisation": "Northwind Health",
    "timezone": "Europe/Berlin",
    "locale": "de",
    "name": "Ada Admin",
    "email": "Ada@Example.org",
    "password": PASSWORD,
}


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    headers = {key: more.pop(key) for key in [key for key in more if key.isupper()]}
    return client.post("/sign-in", {"username": email, "password": password, **more}, **headers)


def signed_in(person: Person) -> Client:
    client = Client()
    assert sign_in(client, person.email).status_code == 302
    return client


# --- set-up ---


def test_a_new_installation_leads_to_set_up_and_from_there_home(db: None):
    client = Client()
    assert client.get("/", follow=True).redirect_chain == [("/set-up", 302)]
    assert client.get("/sign-in").url == "/set-up"
    assert client.post("/set-up", SET_UP).url == "/"
    ada = Person.objects.get()
    assert (ada.email, ada.role, ada.check_password(PASSWORD)) == ("ada@example.org", Role.ADMINISTRATOR, True)
    assert Organisation.objects.get().timezone == "Europe/Berlin"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", ""),
        ("timezone", "Mars/Olympus"),
        ("email", "ada"),
        ("password", "short"),
        ("password", "password12345"[:8]),
        ("password", "ada@example.org"),
        ("locale", "xx"),
    ],
)
def test_a_set_up_that_cannot_be_is_refused_and_nothing_is_kept(db: None, field: str, value: str):
    answer = Client().post("/set-up", SET_UP | {field: value})
    assert answer.status_code == 422
    assert b"Northwind Health" in answer.content or field == "organisation"
    assert PASSWORD.encode() not in answer.content
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


def test_set_up_proposes_the_locale_that_the_browser_asks_for(db: None):
    def proposed(languages: str) -> list[str]:
        page = Client().get("/set-up", headers={"Accept-Language": languages}).content.decode()
        return re.findall(r'<option value="(\w+)" selected>', page)

    assert proposed("de-DE,de;q=0.9,en;q=0.8") == ["de"]
    assert proposed("en-GB") == ["en_GB"]
    assert proposed("xx;q=nonsense, tlh") == ["en"]


def test_an_installation_is_set_up_only_once(ada: Person):
    assert Client().get("/set-up").url == "/sign-in"
    assert Client().post("/set-up", SET_UP | {"email": "eve@example.org"}).url == "/sign-in"
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_who_set_up_at_once_one_does():
    barrier, codes = threading.Barrier(4), []

    def one(number: int) -> None:
        client = Client()
        try:
            client.get("/set-up")
            barrier.wait()
            codes.append(client.post("/set-up", SET_UP | {"email": f"p{number}@example.org"}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {302, 422}
    assert Person.objects.count() == Organisation.objects.count() == 1


# --- sign-in ---


def test_the_right_password_opens_the_page_that_was_wanted(alice: Person):
    client = Client()
    asked = client.get("/objectives/waiting?as_of=2026-10-01")
    assert asked.url == "/sign-in?next=/objectives/waiting%3Fas_of%3D2026-10-01"
    form = client.get(asked.url)
    back = re.search(r'name="next" value="([^"]*)"', form.content.decode())
    assert back
    assert sign_in(client, " ALICE@Example.org ", next=back[1]).url == "/objectives/waiting?as_of=2026-10-01"
    assert client.get("/sign-in").url == "/"


def test_wrong_unknown_left_and_not_yet_joined_are_told_the_same_at_the_same_cost(
    ada: Person, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
):
    actions.deactivate(by=ada, person=bob, at=timezone.now())
    actions.create(by=ada, name="Dora", email="dora@example.org", at=timezone.now())
    hashed: list[str] = []
    from tests.passwords import QuickArgon2

    for name in ("encode", "verify"):
        real = getattr(QuickArgon2, name)
        monkeypatch.setattr(
            QuickArgon2, name, lambda self, *args, _real=real, **kw: (hashed.append(""), _real(self, *args, **kw))[1]
        )
    tried = {alice.email: "wrong", "nobody@example.org": "wrong", bob.email: PASSWORD, "dora@example.org": PASSWORD}
    pages = set()
    for email, password in tried.items():
        hashed.clear()
        answer = sign_in(Client(), email, password)
        assert (answer.status_code, len(hashed)) == (422, 1)
        pages.add(re.sub(r'"[\w-]{64}"', "", answer.content.decode().replace(email, "SOMEBODY")))
    (page,) = pages
    assert "do not belong together" in page


def test_sign_in_gives_a_new_session_whatever_the_browser_held(alice: Person):
    client = Client()
    client.cookies[COOKIE] = "chosen-by-somebody-else"
    client.get("/sign-in")
    sign_in(client, alice.email)
    first = client.cookies[COOKIE].value
    assert first != "chosen-by-somebody-else"
    other = Client()
    other.cookies[COOKIE] = first
    assert other.get("/").status_code == 200
    client.post("/sign-out")
    assert other.get("/").url == "/sign-in"
    sign_in(client, alice.email)
    assert client.cookies[COOKIE].value != first


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "http://testserver/profile",
        " //evil.example",
        "/\t/evil.example",
        "profile",
        "",
    ],
)
def test_after_sign_in_nobody_is_led_elsewhere(alice: Person, address: str):
    assert sign_in(Client(), alice.email, next=address).url == "/"
    client = Client()
    client.force_login(alice, "impactline.people.signing_in.Backend")
    assert client.get("/sign-in", {"next": address}).url == "/"


# --- the throttle ---


def wrong(client: Client, times: int, **headers: str) -> list[int]:
    return [sign_in(client, "alice@example.org", f"wrong {n}", **headers).status_code for n in range(times)]


def test_after_five_wrong_passwords_an_account_rests_for_this_network_only(alice: Person):
    here = {"REMOTE_ADDR": "203.0.113.7"}
    assert wrong(Client(), 5, **here) == [422, 422, 422, 422, 429]
    locked = sign_in(Client(), alice.email, **here)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert b"alice@example.org" in locked.content
    assert sign_in(Client(), " Alice@EXAMPLE.org", **here).status_code == 429
    assert sign_in(Client(HTTP_USER_AGENT="another"), alice.email, **here).status_code == 429
    assert sign_in(Client(), alice.email, REMOTE_ADDR="203.0.113.8").status_code == 302
    assert sign_in(Client(), "bob@example.org", "wrong", **here).status_code == 422


def test_the_throttle_ends_after_a_quarter_of_an_hour_also_for_who_went_on_trying(alice: Person):
    from axes.models import AccessAttempt

    wrong(Client(), 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert set(wrong(Client(), 3)) == {429}
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(Client(), alice.email).status_code == 302


def test_a_right_password_forgives_the_wrong_ones_before(alice: Person):
    client = Client()
    wrong(client, 4)
    assert sign_in(client, alice.email).status_code == 302
    assert wrong(Client(), 4) == [422] * 4


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_FOR": "198.51.100.{n}"},
        {"HTTP_X_REAL_IP": "198.51.100.{n}"},
        {"HTTP_X_CLIENT_IP": "198.51.100.{n}"},
        {"HTTP_CLIENT_IP": "198.51.100.{n}"},
        {"HTTP_FORWARDED": "for=198.51.100.{n}"},
        {"HTTP_TRUE_CLIENT_IP": "198.51.100.{n}"},
        {"HTTP_CF_CONNECTING_IP": "198.51.100.{n}"},
        {"HTTP_USER_AGENT": "robot {n}"},
        {"HTTP_ACCEPT_LANGUAGE": "x{n}"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_that_anybody_can_write_do_not_open_the_throttle(alice: Person, headers: dict[str, str]):
    codes = [
        sign_in(
            Client(), alice.email, "wrong", **{name: value.format(n=n) for name, value in headers.items()}
        ).status_code
        for n in range(7)
    ]
    assert codes == [422] * 4 + [429] * 3


def test_of_an_ipv6_address_the_network_is_counted(alice: Person):
    codes = [
        sign_in(Client(), alice.email, "wrong", REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status_code for n in range(1, 7)
    ]
    assert codes[-1] == 429
    assert sign_in(Client(), alice.email, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_the_record_of_wrong_passwords_holds_no_password_and_no_token(alice: Person):
    from axes.models import AccessAttempt

    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in")
    token = client.cookies["impactline_csrf"].value
    sign_in(client, alice.email, "my secret guess", csrfmiddlewaretoken=token, next="/objectives/secret")
    kept = AccessAttempt.objects.get().post_data
    assert not [word for word in ("my secret guess", token, "/objectives/secret") if word in kept]


# --- sessions ---


def test_a_session_that_is_not_used_for_half_a_day_is_over(alice: Person):
    client = signed_in(alice)
    assert client.get("/").status_code == 200
    session = client.session
    session["used_at"] = (timezone.now() - timedelta(hours=12, minutes=1)).isoformat()
    session.save()
    assert client.get("/").url == "/sign-in"
    assert not Session.objects.exists()
    assert sign_in(client, alice.email).url == "/"
    assert client.get("/").status_code == 200


def test_a_page_that_only_brings_itself_up_to_date_does_not_keep_a_session_in_use(alice: Person):
    client = signed_in(alice)
    session = client.session
    session["used_at"] = long_ago = (timezone.now() - timedelta(hours=11)).isoformat()
    session.save()
    assert client.get("/", headers={"X-Live": "1"}).status_code == 200
    assert client.session["used_at"] == long_ago
    client.get("/")
    assert client.session["used_at"] > long_ago


def test_a_session_ends_for_good_after_a_week(alice: Person):
    client = signed_in(alice)
    began = client.session.get_expiry_date()
    session = client.session
    session["used_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()
    client.get("/")
    assert client.session.get_expiry_date() - began < timedelta(minutes=1)  # the clock goes on while this runs
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").url == "/sign-in"


def test_whoever_signs_out_is_out_here_only(alice: Person):
    here, there = signed_in(alice), signed_in(alice)
    assert here.get("/sign-out").status_code == 405
    assert here.post("/sign-out").url == "/sign-in"
    assert here.get("/").url == "/sign-in"
    assert there.get("/").status_code == 200
    there.post("/profile/sessions/end")
    assert there.get("/").url == "/sign-in"


def test_htmx_and_live_pages_are_told_that_the_session_is_over(alice: Person):
    asked = Client().post(
        "/key-results/wait/check-ins",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/objectives/waiting?x=1"},
    )
    assert (asked.status_code, asked["HX-Redirect"]) == (401, "/sign-in?next=/objectives/waiting%3Fx%3D1")
    assert Client().get("/", headers={"X-Live": "1"}).status_code == 401
    assert Client().post("/objectives/x/archive").url == "/sign-in"


def test_whoever_leaves_loses_pages_tokens_and_sessions_at_once(ada: Person, alice: Person):
    client = signed_in(alice)
    _, secret = actions.create_token(by=alice, name="x", at=timezone.now())
    program = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert (client.get("/").status_code, program.get("/api/v1/me").status_code) == (200, 200)
    actions.deactivate(by=ada, person=alice, at=timezone.now())
    assert client.get("/").url == "/sign-in"
    assert program.get("/api/v1/me").status_code == 401
    assert sign_in(Client(), alice.email).status_code == 422


def test_a_change_of_role_holds_at_the_next_request(ada: Person, alice: Person):
    client = signed_in(alice)
    assert client.get("/administration").status_code == 403
    alice = actions.change_person(
        by=ada, person=alice, version=None, at=timezone.now(), changes={"role": "administrator"}
    )
    assert client.get("/administration").status_code == 200
    actions.change_person(by=ada, person=alice, version=None, at=timezone.now(), changes={"role": "guest"})
    assert client.get("/administration").status_code == 403


# --- passwords ---


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(alice: Person):
    here, there = signed_in(alice), signed_in(alice)
    key = here.cookies[COOKIE].value
    assert here.post("/profile/password", {"old": PASSWORD, "password": BETTER}).url == "/profile"
    assert here.cookies[COOKIE].value != key
    assert here.get("/profile").status_code == 200
    assert there.get("/profile").url == "/sign-in?next=/profile"
    assert sign_in(Client(), alice.email).status_code == 422
    assert sign_in(Client(), alice.email, BETTER).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("wrong", BETTER, "not your present password"),
        (PASSWORD, "short", "at least 10 characters"),
        (PASSWORD, "alice adler", "too similar"),
        (PASSWORD, "x" * 5000, "at most 4096"),
        ("", BETTER, "required"),
    ],
)
def test_a_password_that_cannot_be_is_refused_with_the_reason(alice: Person, old: str, new: str, told: str):
    client = signed_in(alice)
    answer = client.post("/profile/password", {"old": old, "password": new})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_guesses_at_the_present_password_are_throttled_too(alice: Person):
    client = signed_in(alice)
    codes = [client.post("/profile/password", {"old": f"x{n}", "password": BETTER}).status_code for n in range(6)]
    assert codes == [422] * 4 + [429] * 2
    assert client.post("/profile/password", {"old": PASSWORD, "password": BETTER}).status_code == 429


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+?(/(?:password|invitation)/[^\s<]+)", text)
    assert found, text
    return found[1]


def test_a_reset_comes_by_mail_and_its_link_works_once(alice: Person, mailbox: Any):
    stolen = signed_in(alice)
    asked = Client().post("/password", {"email": "Alice@example.org "})
    assert asked.status_code == 200
    step(timezone.now(), {})
    (mail,) = mailbox.wait_for(1)
    assert mail["To"] == alice.email
    link = link_in(mail.get_content())
    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": "short"}).status_code == 422
    assert client.post(link, {"password": BETTER}).url == "/"
    assert client.get("/").status_code == 200
    assert stolen.get("/").url == "/sign-in"
    assert Client().get(link).status_code == Client().post(link, {"password": PASSWORD}).status_code == 404
    assert sign_in(Client(), alice.email, BETTER).status_code == 302


@pytest.mark.usefixtures("mailbox")
def test_asking_for_a_reset_is_answered_alike_for_known_and_unknown(ada: Person, alice: Person, bob: Person):
    actions.deactivate(by=ada, person=bob, at=timezone.now())
    answers = [Client().post("/password", {"email": email}) for email in (alice.email, bob.email, "no@example.org")]
    assert len({(answer.status_code, re.sub(rb'"[\w-]{64}"', b"", answer.content)) for answer in answers}) == 1
    assert Event.objects.filter(verb="person.password_reset_requested").count() == 1


@pytest.mark.usefixtures("mailbox")
def test_nobodys_mailbox_is_flooded_with_resets(alice: Person):
    for _ in range(5):
        Client().post("/password", {"email": alice.email})
    assert Event.objects.filter(verb="person.password_reset_requested").count() == 1


def test_where_no_mail_goes_out_a_reset_says_who_helps(alice: Person):
    for answer in (Client().get("/password"), Client().post("/password", {"email": alice.email})):
        assert "No mail goes out from here" in answer.content.decode()
    assert not Event.objects.filter(verb="person.password_reset_requested").exists()


def test_a_link_is_over_after_three_days(alice: Person, monkeypatch: pytest.MonkeyPatch):
    from impactline.people.signing_in import link_for, person_of_link

    link = link_for(alice)
    assert person_of_link(link) == alice
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    later = (timezone.now() + timedelta(days=3, minutes=1)).replace(tzinfo=None)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert Client().get(f"/password/{link}").status_code == 404


def test_an_invitation_leads_from_the_administrator_to_a_signed_in_person(ada: Person, mailbox: Any):
    office = signed_in(ada)
    added = office.post("/administration", {"name": "Dora Day", "email": "Dora@example.org", "role": "member"})
    assert added.url == "/administration/people/dora@example.org"
    step(timezone.now(), {})
    (mail,) = mailbox.wait_for(1)
    assert (mail["To"], mail["Subject"]) == ("dora@example.org", "Ada Admin invites you to Northwind Health")
    link = link_in(mail.get_content())
    assert Client().get(link_in(office.get(added.url).content.decode())).status_code == 200, "the page has one as well"
    dora = Client()
    assert b"Dora Day" in dora.get(link).content
    assert dora.post(link, {"password": BETTER}).url == "/"
    assert dora.get("/profile").status_code == 200
    assert Client().get(link).status_code == 404
    assert "/invitation/" not in office.get(added.url).content.decode()


# --- profile and tokens ---


def test_people_say_how_they_read(alice: Person):
    client = signed_in(alice)
    fields = {"name": "Alice A.", "timezone": "Asia/Tokyo", "locale": "de", "version": "1"}
    assert client.post("/profile", fields).url == "/profile"
    alice.refresh_from_db()
    assert (alice.name, alice.timezone, alice.locale) == ("Alice A.", "Asia/Tokyo", "de")
    assert b'lang="de"' in client.get("/profile").content
    again = client.post("/profile", fields | {"timezone": "Moon", "version": "2"})
    assert again.status_code == 422
    assert "not a time zone" in again.content.decode()


def test_what_an_administrator_changed_meanwhile_is_shown_beside_what_was_typed(ada: Person, alice: Person):
    client = signed_in(alice)
    actions.change_person(by=ada, person=alice, version=1, at=timezone.now(), changes={"name": "Alice B."})
    late = client.post("/profile", {"name": "Alice C.", "timezone": "", "locale": "", "version": "1"})
    assert late.status_code == 409
    text = late.content.decode()
    assert "Alice B." in text
    assert "Alice C." in text
    assert 'name="version" value="2"' in text
    alice.refresh_from_db()
    assert alice.name == "Alice B."


def test_nobody_makes_themselves_more_by_the_profile(alice: Person):
    client = signed_in(alice)
    client.post("/profile", {"name": "Alice", "version": "1", "role": "administrator", "email": "x@example.org"})
    alice.refresh_from_db()
    assert (alice.name, alice.role, alice.email) == ("Alice", "member", "alice@example.org")


def test_the_secret_of_a_token_is_shown_once(alice: Person):
    client = signed_in(alice)
    made = client.post("/profile/tokens", {"name": "Sheet", "days": "30", "read_only": "on"})
    secret = re.search(r"il_[\w-]{20,}", made.content.decode())
    assert made.status_code == 200
    assert secret
    assert secret[0] not in client.get("/profile").content.decode()
    token = Token.objects.get()
    assert (token.name, token.read_only, token.person) == ("Sheet", True, alice)
    assert secret[0] not in str(Event.objects.values_list("data", flat=True))
    program = Client(HTTP_AUTHORIZATION=f"Bearer {secret[0]}")
    assert program.get("/api/v1/me").status_code == 200
    assert client.post(f"/profile/tokens/{token.pk}/revocation").url == "/profile"
    assert program.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x", "days": "0"}, {"name": "x", "days": "many"}])
def test_a_token_that_cannot_be_is_refused(alice: Person, fields: dict[str, str]):
    assert signed_in(alice).post("/profile/tokens", fields).status_code == 422
    assert not Token.objects.exists()


def test_nobody_revokes_the_token_of_somebody_else_on_their_profile(alice: Person, bob: Person):
    token, _ = actions.create_token(by=alice, name="x", at=timezone.now())
    assert signed_in(bob).post(f"/profile/tokens/{token.pk}/revocation").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_guest_makes_tokens_that_read(gil: Person):
    signed_in(gil).post("/profile/tokens", {"name": "x"})
    assert Token.objects.get().read_only


@pytest.fixture(autouse=True)
def no_reader_stays() -> Iterator[None]:
    yield
    from impactline.web import reader

    reader.become(None, None)
