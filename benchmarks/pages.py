"""How long migrations, recomputing, the cycle page, its list in the API and a check-in take, with how many queries.

The page as of an earlier day, for which nothing is kept, is that of the middle of the check-ins.

In one process through Django's test client: what is measured is the server's own work, middleware and all, without
the network; garbage is collected when Python does it, as in a server. `python -m benchmarks.pages --shape S
--database sqlite` measures one and prints its figures as JSON.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.databases import DATABASES, throw_away
from benchmarks.figures import Figure, hand_over, tell

if TYPE_CHECKING:
    from datetime import datetime

    from benchmarks.organisation import Shape
    from impactline.people.models import Person

TIMES, WARM_UP = 15, 3
PAGE_MS = {"S": 150.0, "L": 300.0}
PAGE_QUERIES = 10
PAST_MS = {"S": 150.0, "L": 5_000.0}
PAST = "/cycles/2026-Q4?as_of=2026-10-20"
CHECK_IN_MS, CHECK_IN_QUERIES = 15.0, 15
RECOMPUTE_MS = {"S": 500.0, "L": 3_000.0}
MIGRATE_MS = 5_000.0
PEERS = {
    "list": "500 to 1,250 ms (NestJS + Prisma); 300 to 600 ms, flat rows only (FastAPI); "
    "12 to 33 s of CPU, 1,018 to 10,008 queries (a Django peer)",
    "recompute": "47 to 75 s, 18,000 to 25,000 queries",
    "check-in": "30 queries",
    "migration": "293 s",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a measurement may take, and what others take on shape S."""

    most_ms: float
    most_queries: int | None = None
    peers: str = ""


def measure(shape: Shape, database: str, administrator: Person, at: datetime) -> list[Figure]:
    """Measure on a database that holds a shape; the database is changed by check-ins."""
    from django.test import Client

    from impactline.okrs.recomputing import recompute
    from impactline.people import actions

    client = Client()
    client.force_login(administrator, backend="impactline.people.signing_in.Backend")
    _, secret = actions.create_token(by=administrator, name="bench", at=at)
    api = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    peers = PEERS if shape.name == "S" else dict.fromkeys(PEERS, "")
    page = Limits(PAGE_MS[shape.name], PAGE_QUERIES, peers["list"])
    check_in = Limits(CHECK_IN_MS, CHECK_IN_QUERIES, peers["check-in"])
    past = Limits(PAST_MS[shape.name], PAGE_QUERIES)
    everything = Limits(RECOMPUTE_MS[shape.name], None, peers["recompute"])
    where = (shape, database)
    computed = _timed("Recompute everything", lambda: recompute(at), everything, where, times=3)
    _swept(database)
    return [
        computed,
        _timed("Cycle page", lambda: _length(client.get("/cycles/2026-Q4")), page, where),
        _timed("Cycle page by progress", lambda: _length(client.get("/cycles/2026-Q4?sort=-progress")), page, where),
        _timed("Cycle page as of an earlier day", lambda: _length(client.get(PAST)), past, where),
        _timed("API list", lambda: _length(Client().get("/api/v1/objectives?cycle=2026-Q4", **api)), page, where),
        _timed("Check-in, rolled up to the top", _check_ins(shape, administrator, at), check_in, where, times=40),
    ]


def _swept(database: str) -> None:
    """What PostgreSQL does by itself within minutes after so many rows have changed, done now."""
    from django.db import connection

    if database == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _check_ins(shape: Shape, by: Person, at: datetime) -> Callable[[], int]:
    """Check-ins at the key result of an objective of the lowest level, each a little further on its way.

    So every one of them moves all that stands above; one on the wrong side of the baseline would count as 0 each time.
    """
    from impactline.checkins import actions
    from impactline.okrs.models import KeyResult

    parts = KeyResult.objects.filter(type="metric", values="latest", metric__ref=None)
    lowest = parts.filter(objective__position=shape.objectives - 3) or parts.order_by("-objective__position")
    number = lowest[0].pk
    turns = iter(range(1, 1_000))

    def check_in() -> int:
        turn = next(turns)
        one = KeyResult.objects.select_related("objective__cycle", "metric").get(pk=number)
        assert one.baseline is not None
        assert one.target is not None
        value = one.baseline + (one.target - one.baseline) * turn / 1_000
        moment = at + timedelta(seconds=turn)
        actions.record(by=by, key_result=one, value=value, confidence=turn % 11, at=moment)
        return 0

    return check_in


def _timed(
    what: str, act: Callable[[], object], limits: Limits, where: tuple[Shape, str], *, times: int = TIMES
) -> Figure:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    shape, database = where
    tell(f"{shape.name} {database}: {what}")
    for _ in range(min(WARM_UP, times)):
        act()
    with CaptureQueriesContext(connection) as asked:
        act()
    queries = _count(asked)  # now: the next request empties the log
    took, worked = [], []
    gc.collect()
    for _ in range(times):
        begun, working = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - begun) * 1_000)
        worked.append((time.process_time() - working) * 1_000)
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    return Figure(
        subject=shape.title,
        what=what,
        place=f"{shape.name} {database}",
        value=round(statistics.median(took), 1),
        unit="ms",
        most=limits.most_ms,
        spread=f"p95 {p95:,.0f} ms, of the median {statistics.median(worked):,.0f} ms on its CPU",
        queries=queries,
        most_queries=limits.most_queries,
        peers=limits.peers,
    )


def _count(asked: Sequence[dict[str, str]]) -> int:
    """Statements that read or write; where a transaction begins and ends is not counted."""
    control = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(control) for query in asked)


def _length(answer: object) -> int:
    assert answer.status_code == 200, answer.content[:2_000]  # type: ignore[attr-defined]
    return len(answer.content)  # type: ignore[attr-defined]


# --- one database of its own -------------------------------------------------------------------------------


def main() -> None:
    """Measure one shape on one throw-away database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=("S", "L"), default="S")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    asked = parser.parse_args()
    with throw_away(asked.database):
        figures = _on_new_database(asked.shape, asked.database)
    hand_over(figures)


def _on_new_database(name: str, database: str) -> list[Figure]:
    import django

    migration = _migrated(database)
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from benchmarks import organisation
    from impactline.base.statistics import refresh

    shape: Shape = {"S": organisation.S, "L": organisation.L}[name]
    at = timezone.now()
    tell(f"{shape.name} {database}: writing {shape.title}")
    administrator = organisation.write(shape, at)
    refresh()
    import_module("impactline.asgi")  # the process is then as a server is when it begins
    figures = measure(shape, database, administrator, at)
    connection.close()
    return [*([migration] if name == "S" else []), *figures]


def _migrated(database: str) -> Figure:
    """What `impactline migrate` takes on an empty database, in a process of its own, as users run it."""
    tell(f"{database}: migrating")
    begun = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("impactline"), "migrate"], env=os.environ, stdout=sys.stderr, check=True
    )
    took = round((time.perf_counter() - begun) * 1_000)
    return Figure("An empty database", "Migrate", f"S {database}", took, "ms", MIGRATE_MS, peers=PEERS["migration"])


if __name__ == "__main__":
    main()
