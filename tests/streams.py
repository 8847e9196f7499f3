"""An open page's event stream, as a browser holds it."""

import contextlib
import http.client
import json
import socket
import threading
import time
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings


class Stream:
    """Listens at a server's /live while it is open; `told` holds (kind, ref, seconds of the monotonic clock)."""

    def __init__(self, url: str, session: str, query: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._connection.request(
            "GET", f"/live{query}", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        )
        self.answer = self._connection.getresponse()
        self.told: list[tuple[str, str, float]] = []
        self.closed_at: float | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection.sock is not None:
            with contextlib.suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._connection.close()

    def _read(self) -> None:
        try:
            while line := self.answer.readline():
                if line.startswith(b"data:"):
                    item = json.loads(line[5:])
                    self.told.append((item["kind"], item["ref"], time.monotonic()))
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.closed_at = time.monotonic()

    def items(self) -> set[tuple[str, str]]:
        """What it was told of so far."""
        return {(kind, ref) for kind, ref, _ in self.told}

    def wait_for(self, kind: str, ref: str, seconds: float = 15) -> float:
        """When it was told of an item; fails when it is not in time."""
        return self.wait_for_one_of((kind, ref), seconds=seconds)

    def wait_for_one_of(self, *wanted: tuple[str, str], seconds: float = 15) -> float:
        """When it was told of the first of some items; fails when of none in time."""
        until = time.monotonic() + seconds
        while not self.items() & set(wanted):
            assert time.monotonic() < until, f"not told of {wanted} within {seconds} s: {self.told}"
            time.sleep(0.005)
        return next(at for kind, ref, at in self.told if (kind, ref) in wanted)

    def wait_until_closed(self, seconds: float) -> float:
        """When the server ended it; fails when it does not in time."""
        self._thread.join(seconds)
        assert self.closed_at is not None, f"still open after {seconds} s"
        return self.closed_at
