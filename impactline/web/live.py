"""The event stream: every open page holds one, and is told which items changed, never what they say.

One hub in each server process learns of new events (LISTEN on PostgreSQL, the change counter of the file on
SQLite), asks once per event who may know of it, and hands the news to the pages it concerns. A page then fetches
its own fragment through its own access check. Whatever breaks ends the streams: pages return, and fetch everything.
"""

import asyncio
import contextlib
import json
import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from impactline.base.events import CHANNEL
from impactline.base.models import Event
from impactline.okrs.audience import EVERYTHING, News, news_of
from impactline.people.signing_in import person_of_session, sessions_alive

PATH = "/live"
POLL_SECONDS = 0.05
GATHER_SECONDS = 0.02
BEAT_SECONDS = 15.0
CHECK_SECONDS = 2.0
SLOW_SECONDS = 10.0
AT_ONCE = 200
WAITING_MAX = 64
ITEMS_MAX = 50
MISSED_MAX = timedelta(minutes=1)
MARGIN = timedelta(seconds=3)  # events bear the moment at which their transaction began
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
log = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Listener:
    """One open page: whose it is, by which session, and the messages it has not been sent yet."""

    person_id: int
    session: str
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING_MAX))
    sending_since: float | None = None
    task: "asyncio.Task[Any] | None" = field(default_factory=asyncio.current_task)

    def tell(self, message: bytes) -> None:
        """Queue a message; a page that does not keep up is closed."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.close()

    def close(self) -> None:
        """End the stream behind what is being sent; the page returns and fetches everything."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)

    def is_stuck(self, now: float) -> bool:
        """Whether the other side has not taken a message for long."""
        return self.sending_since is not None and now - self.sending_since > SLOW_SECONDS


class Hub:
    """All open pages of this process."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.is_ending = False
        self._tasks: list[asyncio.Task[None]] = []
        self._handlers: dict[int, Any] = {}

    def join(self, listener: Listener) -> None:
        """Add a page; the first one starts the watching."""
        self.listeners.add(listener)
        if not self._tasks:
            watch = _watch_postgresql if connection.vendor == "postgresql" else _watch_sqlite
            jobs: list[Callable[[], Awaitable[None]]] = [lambda: watch(self), self._check_sessions, self._beat]
            self._tasks = [asyncio.create_task(self._keep_on(job)) for job in jobs]
            self._end_with_the_server()

    def leave(self, listener: Listener) -> None:
        """Forget a page."""
        self.listeners.discard(listener)

    def publish(self, news: Sequence[News]) -> None:
        """Hand the news to the pages that they concern."""
        for_all = message_of([item for item in news if item.audience is None])
        private = any(item.audience is not None for item in news)
        for listener in self.listeners:
            if message := _for(listener.person_id, news) if private else for_all:
                listener.tell(message)

    async def stop(self) -> None:
        """End all streams and the watching."""
        self._close_all()
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}

    def _end_with_the_server(self) -> None:
        """End the streams when the process is told to end: the server waits for them before it says so itself."""
        loop = asyncio.get_running_loop()

        def end(number: int, frame: Any) -> None:
            self.is_ending = True
            loop.call_soon_threadsafe(self._close_all)
            if callable(before := self._handlers[number]):
                before(number, frame)

        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
            for number in self._handlers:
                signal.signal(number, end)

    def _close_all(self) -> None:
        for listener in self.listeners:
            listener.close()

    async def _keep_on(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the event streams end; they are watched again in a second")
                self._close_all()
            await asyncio.sleep(1)

    async def _check_sessions(self) -> None:
        """Close the streams of people who signed out or lost access, and those that are stuck, within seconds."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            present = list(self.listeners)
            keys = {listener.session for listener in present}
            alive = await _in_thread(_alive)(keys) if keys else set()
            now = time.monotonic()
            for listener in present:
                if listener.is_stuck(now) and listener.task is not None:
                    listener.task.cancel()
                elif listener.session not in alive:
                    listener.close()

    async def _beat(self) -> None:
        """Keep proxies from closing streams on which nothing happens; find out who has gone without a word."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            for listener in list(self.listeners):
                listener.tell(b": beat\n\n")


hub = Hub()


async def stream(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer GET /live with server-sent events for the person of the session.

    `?missed=350` asks also for what happened in the last 350 milliseconds, since the page was asked for.
    """
    if scope["method"] != "GET":
        await _refuse(send, 405, b"Listen with GET.")
        return
    session = _session_cookie(scope)
    try:
        person_id = await _in_thread(_person_of)(session) if session else None
    except DatabaseError:
        log.exception("the event stream cannot ask who somebody is")
        await _refuse(send, 503, b"Come back later.")
        return
    if person_id is None:
        await _refuse(send, 401, b"Sign in first.")
        return
    if hub.is_ending:
        await _refuse(send, 503, b"Come back later.")
        return
    listener = Listener(person_id, session)
    hub.join(listener)
    try:
        await _tell_missed(listener, _missed(scope))
        await _send_events(listener, receive, send)
    finally:
        hub.leave(listener)


async def _tell_missed(listener: Listener, missed: timedelta | None) -> None:
    if missed is not None:
        news = await _in_thread(_news_of_last)(missed + MARGIN, listener.person_id)
        if message := _for(listener.person_id, news):
            listener.tell(message)


async def _send_events(listener: Listener, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"), *HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(_until_gone(receive))
    gone.add_done_callback(lambda _: listener.close())
    message: bytes | None = b"retry: 2000\n: hello\n\n"
    try:
        while message is not None:
            listener.sending_since = time.monotonic()
            await send({"type": "http.response.body", "body": message, "more_body": True})
            listener.sending_since = None
            message = await listener.waiting.get()
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, words: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words, "more_body": False})


def message_of(news: Sequence[News]) -> bytes:
    """The message that tells of some news, at most fifty; more is told as "everything". None is nothing."""
    told = news if len(news) <= ITEMS_MAX else [EVERYTHING]
    return b"".join(
        b"event: changed\ndata: %b\n\n" % json.dumps({"kind": item.kind, "ref": item.ref}, ensure_ascii=False).encode()
        for item in told
    )


def _for(person_id: int, news: Sequence[News]) -> bytes:
    return message_of([item for item in news if item.audience is None or person_id in item.audience])


def _session_cookie(scope: dict[str, Any]) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            with contextlib.suppress(Exception):
                found = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
                return found.value if found else ""
    return ""


def _missed(scope: dict[str, Any]) -> timedelta | None:
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("missed", [""])[0][:9]
    return min(timedelta(milliseconds=int(given)), MISSED_MAX) if given.isdecimal() else None


# --- in the one thread that asks the database --------------------------------------------------------------


def _in_thread(work: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    def run(*args: Any) -> Any:
        close_old_connections()
        return work(*args)

    return sync_to_async(run, thread_sensitive=True)


def _person_of(session: str) -> int | None:
    person = person_of_session(session, timezone.now())
    return person.pk if person else None


def _alive(keys: set[str]) -> set[str]:
    return sessions_alive(keys, timezone.now())


async def _watch_sqlite(hub: Hub) -> None:
    """Poll the change counter of the file; read new events when it moved. Ids commit in order here."""
    last = await _in_thread(_newest)()
    version = None
    while True:
        current = await _in_thread(_data_version)()
        if current != version:
            last, news, more = await _in_thread(_news_since)(last)
            hub.publish(news)
            version = None if more else current
        await asyncio.sleep(POLL_SECONDS)


async def _watch_postgresql(hub: Hub) -> None:
    """Listen for the ids of committed events; they may arrive in any order. Those that arrive together are read so."""
    import psycopg  # noqa: PLC0415 - installed with the extra `postgresql` only

    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    own = {key: value for key, value in connection.get_connection_params().items() if key in known}
    listening = await psycopg.AsyncConnection.connect(**own, autocommit=True)
    async with listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        while True:
            ids = [int(notice.payload) async for notice in listening.notifies(stop_after=1)]
            more = listening.notifies(timeout=GATHER_SECONDS, stop_after=AT_ONCE)
            ids += [int(notice.payload) async for notice in more]
            hub.publish(await _in_thread(_news_for)(ids))


def _newest() -> int:
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _data_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def _news_since(last: int) -> tuple[int, list[News], bool]:
    events = list(Event.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE])
    return (events[-1].pk if events else last), news_of(events), len(events) == AT_ONCE


def _news_for(ids: list[int]) -> list[News]:
    return news_of(list(Event.objects.filter(pk__in=ids)))


def _news_of_last(span: timedelta, person_id: int) -> list[News]:
    """What others did: a person's own page is made after what they did; of their imports the worker does most."""
    own = Q(actor=person_id) & ~Q(kind="import")
    events = Event.objects.filter(at__gt=timezone.now() - span).exclude(own)
    return news_of(list(events.order_by("-pk")[:AT_ONCE]))
