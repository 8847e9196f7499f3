"""The worker: events to reactions, the clock to routines."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from impactline.base.leases import WORKER, hold, let_go
from impactline.base.models import Event
from impactline.reactions import REACTIONS
from impactline.routines import ROUTINES, Routine, due

PAUSE_SECONDS = 1.0
WAIT_SECONDS = 5.0
PAUSE_SECONDS_MAX = 30.0
AT_ONCE = 200
TRIES_FOR = timedelta(days=1)
AGAIN_AFTER_MAX = timedelta(minutes=10)
LEASE_LASTS = timedelta(seconds=60)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retry:
    """When something that failed is tried again."""

    at: datetime
    tries: int


Later = dict[str, Retry]


def main() -> None:
    """Work until told to stop (SIGTERM, SIGINT)."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    run(stopped)


def run(stopped: threading.Event) -> None:
    """Work until `stopped`; a fault is logged and the work goes on. Of several workers one works, the rest wait."""
    duty = Duty(f"{socket.gethostname()[:60]}:{os.getpid()}")
    later: Later = {}
    faults = 0
    while not stopped.is_set():
        try:
            close_old_connections()
            pause = _turn(duty, later, stopped)
            faults = 0
        except Exception:
            faults += 1
            pause = min(PAUSE_SECONDS * 2**faults, PAUSE_SECONDS_MAX)
            log.exception("the worker goes on in %s seconds", pause)
        stopped.wait(pause)
    with suppress(DatabaseError):
        let_go(WORKER, duty.me)


@dataclass(slots=True)
class Duty:
    """Whether this worker is the one that works: it holds the lease, and renews it when half of it is over."""

    me: str
    until: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def holds(self, now: datetime) -> bool:
        """Whether it is on duty at this moment."""
        if self.until - now < LEASE_LASTS / 2:
            self.until = now + LEASE_LASTS if hold(WORKER, self.me, now, LEASE_LASTS) else now
        return self.until > now


def _turn(duty: Duty, later: Later, stopped: threading.Event) -> float:
    """One round of work if it is ours; returns the seconds to pause."""
    now = timezone.now()
    if not duty.holds(now):
        return WAIT_SECONDS
    handled = step(now, later, lambda: not stopped.is_set() and duty.holds(timezone.now()))
    return 0 if handled else PAUSE_SECONDS


def step(now: datetime, later: Later, goes_on: Callable[[], bool] = lambda: True) -> int:
    """React to what happened, do what is due, as long as it `goes_on`; returns how many events were handled.

    What fails is put off in `later`.
    """
    handled = react(now, later, goes_on)
    for routine in due(ROUTINES, now):
        if goes_on() and not _waits(later, routine.name, now):
            _run(routine, now, later)
    return handled


def react(now: datetime, later: Later, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Handle a batch of events that have not been handled: those without reactions at once, the others in order."""
    fresh = Event.objects.filter(handled_at=None)
    put_off = [int(name) for name in later if name.isdigit() and _waits(later, name, now)]
    waiting = list(fresh.filter(verb__in=REACTIONS).exclude(pk__in=put_off).order_by("pk")[:AT_ONCE])
    return _note_quiet(now) + sum(_handle(event, now, later) for event in waiting if goes_on())


def _note_quiet(now: datetime) -> int:
    quiet = Event.objects.filter(handled_at=None).exclude(verb__in=REACTIONS)
    if not quiet.exists():
        return 0
    with transaction.atomic():
        return quiet.update(handled_at=now)


def _handle(event: Event, now: datetime, later: Later) -> int:
    """One event, outside of any transaction (mail servers are slow); returns 1 when it is done with.

    A reaction that fails is tried again after 2, 4, 8 … seconds, for a day.
    """
    name = str(event.pk)
    try:
        for reaction in REACTIONS[event.verb]:
            reaction(event)
    except Exception:
        _put_off(later, name, now)
        log.exception("the reaction to event %s failed (try %s)", event.pk, later[name].tries)
        if now - event.at < TRIES_FOR:
            return 0
        log.error("event %s is given up: %s %s", event.pk, event.verb, event.ref)  # noqa: TRY400 - told just above
    later.pop(name, None)
    with transaction.atomic():
        return Event.objects.filter(pk=event.pk).update(handled_at=now)


def _run(routine: Routine, now: datetime, later: Later) -> None:
    try:
        routine.run(now)
    except Exception:
        _put_off(later, routine.name, now)
        log.exception("the routine %s failed (try %s)", routine.name, later[routine.name].tries)
    else:
        later.pop(routine.name, None)


def _waits(later: Later, name: str, now: datetime) -> bool:
    return name in later and later[name].at > now


def _put_off(later: Later, name: str, now: datetime) -> None:
    tries = later[name].tries + 1 if name in later else 1
    later[name] = Retry(now + min(timedelta(seconds=2 ** min(tries, 10)), AGAIN_AFTER_MAX), tries)
