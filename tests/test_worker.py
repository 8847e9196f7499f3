"""The worker: what happened is reacted to once, what fails is tried again, one of several works."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from impactline import worker
from impactline.base.leases import hold
from impactline.base.models import Event, Lease, Run
from impactline.people import actions, verbs
from impactline.people.models import Person
from impactline.routines import ROUTINES
from impactline.worker import Duty, react, run, step
from tests.cast import NOON
from tests.processes import tied
from tests.scenes import not_joined_yet

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def reactions(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What was reacted to; each reset is, nothing else."""
    seen: list[Event] = []
    monkeypatch.setattr(worker, "REACTIONS", {verbs.RESET: (seen.append,)})
    return seen


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Each exception in this list is raised once by the reaction to a reset."""
    left: list[Exception] = []

    def reaction(event: Event) -> None:
        if left:
            raise left.pop(0)

    monkeypatch.setattr(worker, "REACTIONS", {verbs.RESET: (reaction,)})
    return left


def a_reset(person: Person, at: datetime = NOON) -> Event:
    Event.objects.filter(verb=verbs.RESET).update(at=NOON - timedelta(minutes=6))
    actions.ask_for_reset(email=person.email, at=at)
    return Event.objects.latest("pk")


def handled(event: Event) -> bool:
    event.refresh_from_db()
    return event.handled_at is not None


def test_each_event_is_reacted_to_once_in_order(alice: Person, bob: Person, reactions: list[Event]):
    events = [a_reset(alice), a_reset(bob)]
    assert react(NOON, {}) > 2
    assert react(NOON, {}) == 0
    assert reactions == events
    assert not Event.objects.filter(handled_at=None).exists()


def test_an_event_that_commits_late_is_not_lost(alice: Person, reactions: list[Event]):
    late, early = a_reset(alice), a_reset(alice)
    Event.objects.filter(pk=late.pk).update(handled_at=NOON)
    react(NOON, {})
    Event.objects.filter(pk=late.pk).update(handled_at=None)
    react(NOON, {})
    assert reactions == [early, late]


def test_a_reaction_that_fails_is_tried_again_after_two_four_eight_seconds(alice: Person, faults: list[Exception]):
    faults += [OSError("no server")] * 3
    event, later = a_reset(alice), {}
    tried = []
    for second in range(20):
        before = len(faults)
        react(NOON + second * SECOND, later)
        if len(faults) < before or (handled(event) and len(tried) == 3):
            tried.append(second)
        if handled(event):
            break
    assert tried == [0, 2, 6, 14]
    assert later == {}


def test_what_fails_does_not_hold_up_what_comes_after(alice: Person, bob: Person, faults: list[Exception]):
    first, second = a_reset(alice), a_reset(bob)
    faults.append(OSError())
    react(NOON, {})
    assert (handled(first), handled(second)) == (False, True)


def test_after_a_day_a_reaction_is_given_up(alice: Person, faults: list[Exception], caplog: Any):
    event, later = a_reset(alice, NOON), {}
    faults += [OSError()] * 2
    react(NOON + timedelta(hours=23), later)
    assert not handled(event)
    react(NOON + timedelta(hours=25), later)
    assert handled(event)
    assert "is given up" in caplog.text


def test_a_wait_is_never_longer_than_ten_minutes():
    later: worker.Later = {"x": worker.Retry(NOON, 900)}
    worker._put_off(later, "x", NOON)
    assert later["x"] == worker.Retry(NOON + timedelta(minutes=10), 901)


def test_when_it_is_told_to_stop_it_does_not_begin_another_event(alice: Person, bob: Person, reactions: list[Event]):
    first, second = a_reset(alice), a_reset(bob)
    react(NOON, {}, lambda: not reactions)
    assert (handled(first), handled(second)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_reactions_run_outside_of_transactions(ada: Person, alice: Person, monkeypatch: pytest.MonkeyPatch):
    inside: list[bool] = []

    def reaction(event: Event) -> None:
        inside.append(connection.in_atomic_block)

    monkeypatch.setattr(worker, "REACTIONS", dict.fromkeys(worker.REACTIONS, (reaction,)))
    a_reset(alice)
    actions.invite(by=ada, person=not_joined_yet(alice), at=NOON)
    react(NOON, {})
    assert inside == [False, False]


def test_nothing_is_written_while_nothing_happens(ada: Person):
    while step(NOON, {}):
        pass
    with CaptureQueriesContext(connection) as asked:
        assert step(NOON, {}) == 0
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert len(asked) <= 4


def test_one_of_several_works_and_another_takes_over_when_it_is_gone():
    one, two = Duty("one"), Duty("two")
    assert one.holds(NOON)
    assert not two.holds(NOON + 20 * SECOND)
    assert one.holds(NOON + 40 * SECOND), "it renews the lease"
    assert not two.holds(NOON + 70 * SECOND)
    assert two.holds(NOON + 101 * SECOND), "one has not renewed it"
    assert not one.holds(NOON + 102 * SECOND), "one learns that it lost it"


def test_a_lease_is_renewed_only_now_and_then(django_assert_num_queries: Any):
    duty = Duty("one")
    duty.holds(NOON)
    with django_assert_num_queries(0):
        assert duty.holds(NOON + 29 * SECOND)


def begun(stopped: threading.Event) -> threading.Thread:
    def work() -> None:
        try:
            run(stopped)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_it_works_until_it_is_stopped_and_gives_its_lease_back(alice: Person, reactions: list[Event]):
    event, stopped = a_reset(alice), threading.Event()
    thread = begun(stopped)
    until(lambda: handled(event) and Run.objects.count() == len(ROUTINES))
    stopped.set()
    thread.join(60)
    assert not thread.is_alive()
    assert reactions == [event]
    assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fault_does_not_end_it(alice: Person, reactions: list[Event], monkeypatch: pytest.MonkeyPatch):
    real, faults = worker.due, [RuntimeError("disk full")]

    def due(*args: Any) -> Any:
        if faults:
            raise faults.pop()
        return real(*args)

    monkeypatch.setattr(worker, "due", due)
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    stopped = threading.Event()
    thread = begun(stopped)
    until(lambda: Run.objects.count() == len(ROUTINES))
    stopped.set()
    thread.join(60)
    assert faults == []


@pytest.mark.django_db(transaction=True)
def test_while_another_works_it_waits(alice: Person, reactions: list[Event], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker, "WAIT_SECONDS", 0.02)
    hold("worker", "another", timezone.now(), timedelta(minutes=1))
    event, stopped = a_reset(alice), threading.Event()
    thread = begun(stopped)
    time.sleep(0.3)
    assert not handled(event)
    Lease.objects.all().delete()
    until(lambda: handled(event))
    stopped.set()
    thread.join(60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(ada: Person, name: signal.Signals):
    from tests.conftest import _url_of_test_database

    program = "import django; django.setup(); from impactline.worker import main; main()"
    process = subprocess.Popen(
        tied([sys.executable, "-c", program]),
        env={**os.environ, "IMPACTLINE_DATABASE_URL": _url_of_test_database()},
        stderr=subprocess.PIPE,
    )
    until(lambda: Run.objects.count() == len(ROUTINES) and Lease.objects.exists(), 90)
    assert Lease.objects.get().holder.endswith(f":{process.pid}")
    process.send_signal(name)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told.decode()) == (0, "")
    assert not Lease.objects.exists()
