"""The event stream, on a real server: who listens, what is told, when it ends."""

import asyncio
import http.client
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from impactline.base.models import Run
from impactline.exchange.actions import imports
from impactline.exchange.actions.import_work import plan_import
from impactline.exchange.reading import Source
from impactline.okrs import actions as okrs
from impactline.okrs.audience import News
from impactline.people import actions
from impactline.people.models import Person, Team
from impactline.routines import each_day, tidy
from impactline.web import live
from tests.exchange.test_imports import NATIVE
from tests.scenes import a_key_result, an_objective, says
from tests.servers import Server
from tests.streams import Stream

Listen = Callable[..., Stream]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, "impactline.people.signing_in.Backend")
    return client


def session_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def renamed(by: Person, team: Team, name: str) -> None:
    actions.change_team(by=by, team=team, version=None, at=timezone.now(), changes={"name": name})


@pytest.fixture(scope="session")
def watching() -> set[str]:
    """The servers that are known to watch the database."""
    return set()


@pytest.fixture
def listen(server: Server, ada: Person, watching: set[str]) -> Any:
    """Opens streams for people; all are closed at the end. From the moment that one is open, it is told of everything.

    Only the first page of a server starts the watching, and is told of nothing before that is under way.
    """
    if server.url not in watching:
        team, names = actions.create_team(by=ada, ref="first", name="First", at=timezone.now()), count()
        with Stream(server.url, session_of(signed_in(ada))) as first:
            first.act_until_told(lambda: renamed(ada, team, f"Still first {next(names)}"), "team", "first")
        watching.add(server.url)
    with ExitStack() as opened:

        def open_stream(person: Person, query: str = "") -> Stream:
            return opened.enter_context(Stream(server.url, session_of(signed_in(person)), query))

        yield open_stream


@pytest.fixture
def cycle(ada: Person) -> Any:
    """A cycle around today, running; the worker has computed the figures of today."""
    now = timezone.now()
    Run.objects.update_or_create(name="figures", defaults={"occasion": each_day(now), "at": now})
    today = timezone.now().date()
    made = okrs.create_cycle(
        by=ada, starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=60), at=timezone.now()
    )
    return okrs.activate_cycle(by=ada, cycle=made, version=None, at=timezone.now())


# --- who listens ---


@pytest.mark.parametrize("cookie", ["", "impactline_session=nobody", "impactline_session", "a;b=;=c", "x" * 3000])
def test_nobody_listens_without_signing_in(server: Server, cookie: str):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request("GET", "/live", headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (401, b"Sign in first.")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    connection.close()


def test_nobody_writes_to_the_stream(server: Server, alice: Person):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request(
        "POST", "/live", body=b"x", headers={"Cookie": f"impactline_session={session_of(signed_in(alice))}"}
    )
    assert connection.getresponse().status == 405
    connection.close()


def test_a_stream_is_an_event_stream_that_nobody_keeps(listen: Listen, alice: Person):
    answer = listen(alice).answer
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"


# --- what is told ---


def test_a_check_in_is_told_on_every_stream(listen: Listen, alice: Person, bob: Person, gil: Person, cycle: Any):
    wait = a_key_result(alice, an_objective(alice, cycle, ref="waiting"), ref="wait")
    streams = [listen(person) for person in (alice, bob, gil)]
    says(alice, wait, 14, at=timezone.now())
    for stream in streams:
        stream.wait_for("key_result", "wait")
        stream.wait_for("objective", "waiting")


def test_what_is_private_is_told_only_to_those_who_see_it(
    listen: Listen, ada: Person, alice: Person, bob: Person, charlie: Person, gil: Person, cycle: Any
):
    secret = an_objective(alice, cycle, ref="merger", visibility="private")
    price = a_key_result(alice, secret, ref="price", owner=bob)
    okrs.invite_viewers(by=alice, objective=secret, people=[charlie], at=timezone.now())
    plain = a_key_result(alice, an_objective(alice, cycle, ref="open"), ref="plain")
    streams = {person.name: listen(person) for person in (ada, alice, bob, charlie, gil)}
    hidden = {("objective", "merger"), ("key_result", "price")}
    says(alice, price, 14, at=timezone.now())
    for item in hidden:
        streams["Charlie Clark"].wait_for(*item)
    says(alice, plain, 14, at=timezone.now())
    for stream in streams.values():
        stream.wait_for("key_result", "plain")  # so all that came before has been read
    told = {name for name, stream in streams.items() if stream.items() & hidden}
    assert told == {"Alice Adler", "Bob Brown", "Charlie Clark"}


def test_a_page_is_told_what_others_did_since_it_was_asked_for(
    listen: Listen, ada: Person, alice: Person, bob: Person, cycle: Any
):
    wait = a_key_result(alice, an_objective(alice, cycle), ref="wait")
    early = listen(bob)
    says(alice, wait, 14, at=timezone.now())
    actions.create_team(by=ada, ref="later", name="Later", at=timezone.now())
    early.wait_for("team", "later")  # whoever listened when all this happened has been told
    told = listen(bob, "?missed=500")
    told.wait_for_one_of(("key_result", "wait"), ("*", "*"))  # everything, when the worker has just begun
    own, past, odd = listen(alice, "?missed=500"), listen(bob), listen(bob, "?missed=-1e9")
    time.sleep(0.5)
    assert past.items() == odd.items() == set()
    assert ("key_result", "wait") not in own.items(), "who did it sees it on the page"


def test_a_page_is_told_what_the_worker_did_with_ones_own_import(ada: Person, cycle: Any):
    now = timezone.now()
    objective = an_objective(ada, cycle, at=now)
    (row,) = imports.upload(by=ada, files=[Source("a.yaml", NATIVE.encode())], at=now)
    plan_import(row.pk, now)
    told = {(news.kind, news.ref) for news in live._news_of_last(timedelta(seconds=60), ada.pk)}
    assert ("import", str(row.pk)) in told
    assert ("objective", objective.ref) not in told


def test_an_import_of_many_is_told_as_one(listen: Listen, alice: Person, bob: Person, cycle: Any):
    from django.db import transaction

    stream = listen(bob)
    with transaction.atomic():
        for number in range(80):
            an_objective(alice, cycle, f"Objective {number}")
    stream.wait_for("*", "*")
    assert len(stream.told) < 80


# --- when it ends ---


@pytest.mark.parametrize("way", ["sign out", "deactivation", "end of all sessions", "new password", "idle"])
def test_whoever_loses_access_soon_hears_nothing_more(
    server: Server, ada: Person, alice: Person, bob: Person, way: str
):
    client = signed_in(alice)
    client.get("/profile")
    now = timezone.now()
    with Stream(server.url, session_of(client)) as stream, Stream(server.url, session_of(signed_in(bob))) as other:
        match way:
            case "sign out":
                client.post("/sign-out")
            case "deactivation":
                actions.deactivate(by=ada, person=alice, at=now)
            case "end of all sessions":
                actions.sign_out_everywhere(by=ada, person=alice, at=now)
            case "new password":
                client.post(
                    "/profile/password", {"old": "correct horse battery staple", "password": "another good 1 here"}
                )
            case "idle":
                session = client.session
                session["used_at"] = (now - timedelta(hours=13)).isoformat()
                session.save()
                tidy(now)
        stream.wait_until_closed()
        assert not other.is_closed


def test_streams_that_are_left_leave_nothing_behind(server: Server, alice: Person):
    def open_files() -> int:
        return sum(len(list(Path(f"/proc/{number}/fd").iterdir())) for number in server.processes())

    session = session_of(signed_in(alice))
    with Stream(server.url, session):
        before = open_files()
    for _ in range(3):
        with ExitStack() as opened:
            for _ in range(20):
                opened.enter_context(Stream(server.url, session))
    until = time.monotonic() + 60
    while open_files() > before:
        assert time.monotonic() < until, f"{open_files()} open files instead of {before}"
        time.sleep(0.1)


def test_a_server_that_ends_ends_its_streams_and_returns(
    transactional_db: None, alice: Person, cycle: Any, smtp_sink: Any
):
    from tests.conftest import _url_of_test_database

    wait = a_key_result(alice, an_objective(alice, cycle), ref="wait")
    session = session_of(signed_in(alice))
    with Server(database_url=_url_of_test_database(), IMPACTLINE_SECRET_KEY=settings.SECRET_KEY) as own:
        with Stream(own.url, session) as stream:
            own.stop()
            stream.wait_until_closed()
        own.start()
        with Stream(own.url, session) as again:
            again.act_until_told(lambda: says(alice, wait, 14, at=timezone.now()), "key_result", "wait")


# --- the hub, in this process ---


async def open_page(received: list[bytes], session: str, *, takes: asyncio.Event | None = None) -> None:
    """A connection as the server makes it; once `takes` is given and not set, it takes nothing more."""

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: dict[str, Any]) -> None:
        if received and takes is not None:
            await takes.wait()
        received.append(message.get("body", b""))

    scope = {"method": "GET", "headers": [(b"cookie", f"impactline_session={session}".encode())], "query_string": b""}
    await live.stream(scope, receive, send)


async def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def run(scenario: Callable[[live.Hub], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario with a hub of its own, whose connections to the database are closed at the end."""

    async def main() -> None:
        hub = live.Hub()
        monkeypatch.setattr(live, "hub", hub)
        try:
            await scenario(hub)
        finally:
            await hub.stop()
            await sync_to_async(connections.close_all)()

    asyncio.run(main())


@pytest.mark.django_db(transaction=True)
def test_a_page_that_does_not_keep_up_is_dropped_and_the_others_hear_on(alice: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.1)
    session = session_of(signed_in(alice))

    async def scenario(hub: live.Hub) -> None:
        slow: list[bytes] = []
        quick: list[bytes] = []
        tasks = [
            asyncio.create_task(open_page(slow, session, takes=asyncio.Event())),
            asyncio.create_task(open_page(quick, session)),
        ]
        await until(lambda: len(hub.listeners) == 2 and bool(slow) and bool(quick))
        for number in range(500):
            hub.publish([News("objective", f"o{number}")])
            await asyncio.sleep(0)
        assert all(listener.waiting.qsize() <= live.WAITING_MAX for listener in hub.listeners)
        await until(lambda: len(hub.listeners) == 1)
        await until(lambda: b'"o499"' in b"".join(quick))
        assert len(slow) <= 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert hub.listeners == set()

    run(scenario, monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_when_the_watch_breaks_pages_are_sent_away_to_fetch_everything(
    alice: Person, monkeypatch: pytest.MonkeyPatch, caplog: Any
):
    broken: list[bool] = []

    async def watch(hub: live.Hub) -> None:
        await until(lambda: bool(hub.listeners))
        if not broken:
            broken.append(True)
            raise OSError("the database is gone")
        await asyncio.sleep(60)

    monkeypatch.setattr(live, "_watch_sqlite", watch)
    monkeypatch.setattr(live, "_watch_postgresql", watch)
    session = session_of(signed_in(alice))

    async def scenario(hub: live.Hub) -> None:
        await asyncio.wait_for(open_page([], session), 60)
        task = asyncio.create_task(open_page(received := [], session))
        await until(lambda: len(received) > 1)
        assert "the event streams end" in caplog.text
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(scenario, monkeypatch)


def test_while_the_database_is_away_pages_are_asked_to_return(monkeypatch: pytest.MonkeyPatch):
    from django.db import OperationalError

    def gone(session: str) -> None:
        raise OperationalError

    monkeypatch.setattr(live, "_person_of", gone)
    monkeypatch.setattr(live, "close_old_connections", lambda: None)
    answers: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    scope = {"method": "GET", "headers": [(b"cookie", b"impactline_session=x")], "query_string": b""}
    asyncio.run(live.stream(scope, None, send))
    assert answers[0]["status"] == 503


def test_a_message_tells_at_most_fifty_items():
    few = live.message_of([News("objective", "ä"), News("key_result", "x\n\ndata: y")])
    assert few.decode() == (
        'event: changed\ndata: {"kind": "objective", "ref": "ä"}\n\n'
        'event: changed\ndata: {"kind": "key_result", "ref": "x\\n\\ndata: y"}\n\n'
    )
    many = live.message_of([News("objective", str(number)) for number in range(51)])
    assert many == b'event: changed\ndata: {"kind": "*", "ref": "*"}\n\n'
    assert live.message_of([]) == b""
