"""How soon a check-in is announced to all open pages, of one server process, on each database.

`python -m benchmarks.live --database sqlite --streams 1000` starts `impactline serve` on a throw-away database,
opens that many event streams, each of a person of its own, records check-ins through the API one after the other
and prints as JSON how long each stream waited for its message, counted from sending the check-in.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.databases import DATABASES, throw_away
from benchmarks.figures import Figure, hand_over, tell

if TYPE_CHECKING:
    from tests.servers import Server

STREAMS, CHECK_INS = 1_000, 20
EACH_SECONDS = 0.5
WITHIN_SECONDS = 30.0
MOST_MS = 1_000.0
MOST_TO_CLOSE_MS = 5_000.0
CONNECT_AT_ONCE = 50
LAST_CHUNK = b"0\r\n"


@dataclass(frozen=True, slots=True)
class Announced:
    """How long the announcements of check-ins took to reach all streams, in milliseconds, and what they cost."""

    database: str
    streams: int
    check_ins: int
    opened_ms: float
    answered_ms: float
    median_ms: float
    p99_ms: float
    longest_ms: float
    server_cpu_ms: float
    server_mb: float
    closed_ms: float
    most_ms: float = MOST_MS

    def figures(self) -> list[Figure]:
        """What counts of it: how soon all but one in a hundred were told, and what the server used."""
        subject = f"{self.streams:,} open pages of one server process, {self.check_ins} check-ins, one after the other"
        spread = f"median {self.median_ms:,.0f} ms, longest {self.longest_ms:,.0f} ms"
        told = Figure(subject, "Announced to all, p99", self.database, self.p99_ms, "ms", self.most_ms, spread)
        answered = Figure(subject, "Check-in answered meanwhile", self.database, self.answered_ms, "ms", None)
        memory = Figure(subject, "Memory of the server", self.database, self.server_mb, "MB", None)
        closed = Figure(
            subject, "Closed after its session ended", self.database, self.closed_ms, "ms", MOST_TO_CLOSE_MS
        )
        return [told, answered, memory, closed]


class Stream:
    """One open page; notes when it was told of each change."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session
        self.told: dict[str, float] = {}

    async def open(self) -> None:
        """Open it, and read until it is closed."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        request = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: impactline_session={self._session}\r\n\r\n"
        self._writer.write(request.encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n", 1)[0], head
        self.ended = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while (line := await self._reader.readline()) not in {b"", LAST_CHUNK}:
            if line.startswith(b"data:"):
                self.told[json.loads(line[5:])["ref"]] = time.perf_counter()
        self.closed_at = time.perf_counter()

    def close(self) -> None:
        """Leave the page."""
        self.ended.cancel()
        self._writer.close()


async def measure(server: Server, database: str, sessions: list[str], refs: list[str], token: str) -> Announced:
    """Open a stream for each session, record one check-in for each ref, and time the announcements."""
    streams = [Stream(server.port, session) for session in sessions]
    began = time.perf_counter()
    for start in range(0, len(streams), CONNECT_AT_ONCE):
        await asyncio.gather(*(stream.open() for stream in streams[start : start + CONNECT_AT_ONCE]))
    opened = time.perf_counter() - began
    await asyncio.sleep(1)
    cpu, waited, answered = _cpu(server), [], []
    for ref in refs:
        sent = time.perf_counter()
        await _check_in(server.port, ref, token)
        answered.append(time.perf_counter() - sent)
        await _until_told(streams, ref)
        waited += [stream.told[ref] - sent for stream in streams]
        await asyncio.sleep(max(0.0, EACH_SECONDS - (time.perf_counter() - sent)))
    spent, megabytes = _cpu(server) - cpu, round(_resident(server) / 2**20)
    closed = await _closed_after_its_session(streams[0], sessions[0])
    found = Announced(
        database=database,
        streams=len(streams),
        check_ins=len(refs),
        opened_ms=round(opened * 1_000),
        answered_ms=round(statistics.median(answered) * 1_000, 1),
        median_ms=round(statistics.median(waited) * 1_000, 1),
        p99_ms=round(statistics.quantiles(waited, n=100)[-1] * 1_000, 1),
        longest_ms=round(max(waited) * 1_000, 1),
        server_cpu_ms=round(spent / len(refs) * 1_000, 1),
        server_mb=megabytes,
        closed_ms=round(closed * 1_000),
    )
    for stream in streams:
        stream.close()
    return found


async def _check_in(port: int, ref: str, token: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"value": 14, "confidence": 6})
    writer.write(
        f"POST /api/v1/key-results/{ref}/check-ins HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
    )
    status = await reader.readline()
    assert b" 201 " in status, status + await reader.read()
    writer.close()


async def _until_told(streams: list[Stream], ref: str) -> None:
    until = time.perf_counter() + WITHIN_SECONDS
    while missing := sum(ref not in stream.told for stream in streams):
        if time.perf_counter() > until:
            raise AssertionError(f"{missing} of {len(streams)} streams were not told within {WITHIN_SECONDS} s")
        await asyncio.sleep(0.01)


async def _closed_after_its_session(stream: Stream, session: str) -> float:
    """How many seconds after its session was ended the server closes a stream."""
    from django.contrib.sessions.models import Session
    from django.db import connections

    def end() -> None:
        Session.objects.filter(session_key=session).delete()
        connections.close_all()

    await asyncio.to_thread(end)
    began = time.perf_counter()
    await asyncio.wait_for(stream.ended, WITHIN_SECONDS)
    return stream.closed_at - began


def _cpu(server: Server) -> float:
    """Seconds of CPU that the server's processes have used."""
    ticks = 0
    for number in server.processes():
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident(server: Server) -> int:
    """Bytes of memory of the largest of the server's processes, the one that serves."""
    pages = [int(Path(f"/proc/{number}/statm").read_text().split()[1]) for number in server.processes()]
    return max(pages) * os.sysconf("SC_PAGE_SIZE")


# --- one database and server of its own --------------------------------------------------------------------


def main() -> None:
    """Measure on one throw-away database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--streams", type=int, default=STREAMS)
    parser.add_argument("--check-ins", type=int, default=CHECK_INS)
    asked = parser.parse_args()
    with throw_away(asked.database) as url:
        found = _on_new_database(asked.database, url, asked.streams, asked.check_ins)
    hand_over(found.figures())


def _on_new_database(database: str, url: str, count: int, check_ins: int) -> Announced:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tests.servers import Server

    tell(f"{database}: {count:,} open pages")
    call_command("migrate", verbosity=0)
    sessions, refs, token = _scene(count, check_ins)
    connections.close_all()
    with Server(database_url=url, IMPACTLINE_SECRET_KEY=settings.SECRET_KEY) as server:
        return asyncio.run(measure(server, database, sessions, refs, token))


def _scene(count: int, check_ins: int) -> tuple[list[str], list[str], str]:
    """People with a session each, key results of one objective, and a token of the administrator."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from impactline.okrs import actions as okrs
    from impactline.people import actions as people
    from impactline.people.models import Person

    now = timezone.now()
    day = now.date()
    ada = people.set_up(
        organisation="Bench", timezone="UTC", locale="en", name="Ada", email="ada@example.org",
        password="correct horse battery staple", at=now,
    )  # fmt: skip
    cycle = okrs.create_cycle(by=ada, starts_on=day - timedelta(days=9), ends_on=day + timedelta(days=80), at=now)
    objective = okrs.create_objective(by=ada, title="Objective", cycle=cycle, owner=ada, at=now)
    refs = [
        okrs.create_key_result(
            by=ada, objective=objective, title=f"Key result {n}", type="metric", baseline=_decimal(21),
            target=_decimal(7), at=now,
        ).ref
        for n in range(check_ins)
    ]  # fmt: skip
    staff = Person.objects.bulk_create(
        Person(email=f"p{n}@example.org", name=f"Person {n}", password="!") for n in range(count)
    )
    store = SessionStore()
    rows = [Session(session_key=f"bench{n:027}", expire_date=now + timedelta(days=1)) for n in range(count)]
    for row, person in zip(rows, staff, strict=True):
        row.session_data = store.encode(
            {
                "_auth_user_id": str(person.pk),
                "_auth_user_backend": "impactline.people.signing_in.Backend",
                "_auth_user_hash": person.get_session_auth_hash(),
            }
        )
    Session.objects.bulk_create(rows)
    _, token = people.create_token(by=ada, name="bench", at=now)
    return [row.session_key for row in rows], refs, token


def _decimal(value: int) -> Any:
    from decimal import Decimal

    return Decimal(value)


if __name__ == "__main__":
    main()
