"""An open page's event stream, as a browser holds it. How soon it is told is measured in benchmarks/."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings


class Stream:
    """Listens at a server's /live while it is open; `told` holds (kind, ref)."""

    def __init__(self, url: str, session: str, query: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._connection.request(
            "GET", f"/live{query}", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        )
        self.answer = self._connection.getresponse()
        self.told: list[tuple[str, str]] = []
        self.is_closed = False
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
                    self.told.append((item["kind"], item["ref"]))
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.is_closed = True

    def items(self) -> set[tuple[str, str]]:
        """What it was told of so far."""
        return set(self.told)

    def wait_for(self, kind: str, ref: str, seconds: float = 60) -> None:
        """Until it was told of an item; fails when it is not in time."""
        self.wait_for_one_of((kind, ref), seconds=seconds)

    def wait_for_one_of(self, *wanted: tuple[str, str], seconds: float = 60) -> None:
        """Until it was told of the first of some items; fails when of none in time."""
        until = time.monotonic() + seconds
        while not self.items() & set(wanted):
            assert time.monotonic() < until, f"not told of {wanted} within {seconds} s: {self.told}"
            time.sleep(0.005)

    def act_until_told(self, act: Callable[[], object], kind: str, ref: str) -> None:
        """Do something until it was told of an item: a server that has just begun may miss the first time."""
        for _ in range(60):
            act()
            with contextlib.suppress(AssertionError):
                return self.wait_for(kind, ref, seconds=1)
        raise AssertionError(f"not told of {kind} {ref}")

    def wait_until_closed(self, seconds: float = 60) -> None:
        """Until the server ended it; fails when it does not in time."""
        self._thread.join(seconds)
        assert self.is_closed, f"still open after {seconds} s"
