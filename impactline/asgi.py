"""The server's entry: the event stream as plain ASGI, everything else Django, on one port."""

import asyncio
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "impactline.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from impactline.base import memory  # noqa: E402
from impactline.web import live  # noqa: E402

pages = WSGIMiddleware(get_wsgi_application(), workers=settings.THREADS)  # type: ignore[arg-type]
get_resolver().check()  # loads every page and route now instead of with the first request
memory.set_aside()
answering: set[asyncio.Future[None]] = set()
ANSWERED_WITHIN_SECONDS = 10.0


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == live.PATH:
        await live.stream(scope, receive, send)
    elif scope["type"] == "http":
        answered = asyncio.get_running_loop().create_future()
        answering.add(answered)
        try:
            await pages(scope, _coroutines(receive), send)
        finally:
            answering.discard(answered)
            answered.set_result(None)


def _coroutines(receive: Any) -> Any:
    """The same, as a coroutine function: granian's returns a future, and a2wsgi reads bodies by coroutines only."""

    async def one() -> Any:
        return await receive()

    return one


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await live.hub.stop()
            await _all_answered()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _all_answered() -> None:
    """Wait for the threads that still answer: one that hands its last bytes to a loop that has ended never returns."""
    if answering:
        await asyncio.wait(answering, timeout=ANSWERED_WITHIN_SECONDS)
