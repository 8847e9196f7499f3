"""What the doctor looks at within the database: its version and journal, the figures, the worker."""

from collections.abc import Iterator
from typing import Any

from django.db import Error, connection
from django.utils import timezone

from impactline.base.leases import WORKER, held_by
from impactline.cli.faults import BadInput
from impactline.cli.migrations import Problem, problem, reason
from impactline.cli.seen import Seen, finding, hint, ok

POSTGRESQL_MIN = 15
FULL = 2
WAITS_SECONDS = 600
SHOWN_MAX = 5


def look() -> Iterator[Seen]:
    """All of it, in order; what needs the tables only where they are there."""
    try:
        found = problem()
    except BadInput as unreachable:
        yield finding("database", unreachable.message, "Start it, or correct IMPACTLINE_DATABASE_URL.")
        return
    if found is Problem.ABSENT:
        yield finding("database", "there is none yet", "Run: impactline migrate, or impactline serve")
        return
    try:
        yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
        if found is not None:
            yield finding("migrations", str(found), "Run: impactline migrate, or use the newer program.")
            return
        yield ok("migrations", "all have been applied")
        yield from _figures()
        yield _worker()
    except Error as error:
        yield finding("database", reason(error), "Restore a backup, or see what the disk says.")


def _sqlite() -> Iterator[Seen]:
    import pysqlite3

    yield ok("database", f"SQLite {pysqlite3.sqlite_version} at {connection.settings_dict['NAME']}")
    journal, synchronous = _one("PRAGMA journal_mode"), _one("PRAGMA synchronous")
    if journal != "wal" or synchronous != FULL:
        yield finding(
            "journal",
            f"journal_mode is {journal}, synchronous is {synchronous}",
            "Let no other program change the file; it has to be wal and 2 (FULL).",
        )
    else:
        yield ok("journal", "WAL, synchronous FULL: what was answered survives a power cut")
    told = _one("PRAGMA quick_check(1)")
    if told != "ok":
        yield finding("file", f"the database file is damaged: {told}", "Restore a backup.")


def _postgresql() -> Iterator[Seen]:
    version = int(_one("SHOW server_version_num"))
    said = f"PostgreSQL {_one('SHOW server_version')}"
    if version < POSTGRESQL_MIN * 10_000:
        yield finding("database", said, f"Update it to {POSTGRESQL_MIN} or later.")
    else:
        yield ok("database", said)
    synchronous = _one("SHOW synchronous_commit")
    if synchronous == "off" or _one("SHOW fsync") == "off":
        yield finding(
            "journal", "fsync or synchronous_commit is off", "Set both to on: else a power cut loses changes."
        )
    else:
        yield ok("journal", "fsync and synchronous_commit are on")


def _figures() -> Iterator[Seen]:
    from impactline.checkins.recomputing import doubtful

    wrong = doubtful(timezone.now())
    if not wrong:
        yield ok("figures", "all are what recomputation gives")
        return
    named = ", ".join(wrong[:SHOWN_MAX]) + (" …" if len(wrong) > SHOWN_MAX else "")
    yield finding(
        "figures",
        f"{len(wrong)} differ from what recomputation gives: {named}",
        "They are computed anew each night; please report this as a fault of the program.",
    )


def _worker() -> Seen:
    from impactline.base.models import Event

    now = timezone.now()
    waiting = Event.objects.filter(handled_at=None).order_by("at").values_list("at", flat=True).first()
    late = waiting is not None and (now - waiting).total_seconds() > WAITS_SECONDS
    holder = held_by(WORKER, now)
    if holder and not late:
        return ok("worker", f"runs as {holder}")
    if late:
        return finding("worker", f"an event waits since {waiting:%Y-%m-%d %H:%M} UTC", "Run: impactline serve")
    return hint("worker", "none is running", "`impactline serve` runs it.")


def _one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
