"""The server is killed while people check in: what was acknowledged is there, once, and the figures fit it."""

import http.client
import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.forked import Forked
from tests.servers import Server

KILLS = int(os.environ.get("IMPACTLINE_TEST_KILLS", "50"))
CLIENTS = 4


@pytest.mark.slow
def test_no_acknowledged_check_in_is_lost_when_the_server_is_killed(ada, url_of_the_database: str):
    from django.db import connection

    from impactline.checkins.models import CheckIn
    from impactline.okrs.recomputing import recompute
    from impactline.people import actions as people
    from tests.scenes import a_key_result, a_running_cycle, an_objective

    now = datetime.now(UTC)
    starts_on = date.today() - timedelta(days=30)
    cycle = a_running_cycle(ada, starts_on=starts_on, ends_on=starts_on + timedelta(days=90), at=now)
    objective = an_objective(ada, cycle, at=now)
    refs = [a_key_result(ada, objective, f"Wait {number} falls", at=now).ref for number in range(CLIENTS)]
    _, token = people.create_token(by=ada, name="crash", at=now)

    acknowledged: list[str] = []
    with Forked(database_url=url_of_the_database) as server:
        for kill in range(KILLS):
            _kill_amid_check_ins(server, refs, token, kill, acknowledged)
            server.start()

    kept = list(CheckIn.objects.values_list("note", flat=True))
    assert len(acknowledged) > KILLS, "hardly anything was acknowledged: the test tests nothing"
    assert set(acknowledged) - set(kept) == set()
    assert len(kept) == len(set(kept))
    assert recompute(datetime.now(UTC)) == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]


def _kill_amid_check_ins(server: Server, refs: list[str], token: str, kill: int, acknowledged: list[str]) -> None:
    """Each client checks in on a key result of its own, as fast as it can, until the server is gone."""
    gone = threading.Event()

    def client(ref: str) -> None:
        number = 0
        while not gone.is_set():
            note = f"{kill}-{ref}-{number}"
            number += 1
            if _check_in(server, ref, token, note):
                acknowledged.append(note)

    clients = [threading.Thread(target=client, args=(ref,)) for ref in refs]
    for thread in clients:
        thread.start()
    _wait_for(acknowledged, len(acknowledged) + random.randint(1, 2 * CLIENTS))
    time.sleep(random.uniform(0, 0.05))
    server.kill()
    gone.set()
    for thread in clients:
        thread.join()


def _wait_for(acknowledged: list[str], count: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while len(acknowledged) < count:
        assert time.monotonic() < until, f"{len(acknowledged)} of {count} check-ins were acknowledged"
        time.sleep(0.002)


def _check_in(server: Server, ref: str, token: str, note: str) -> bool:
    """Whether the check-in was acknowledged; a connection that breaks is no answer."""
    request = urllib.request.Request(
        f"{server.url}/api/v1/key-results/{ref}/check-ins",
        data=json.dumps({"value": str(random.randint(7, 21)), "confidence": 5, "note": note}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status == 201 and b"number" in answer.read()
    except urllib.error.HTTPError as refusal:
        raise AssertionError(f"{refusal.code}: {refusal.read()[:500]!r}") from None
    except (OSError, http.client.HTTPException):
        return False
