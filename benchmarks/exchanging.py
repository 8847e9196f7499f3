"""What comes in by files: readings from a table, and IATI of a real publisher, by the way of the browser.

`python -m benchmarks.exchanging --database sqlite`. The IATI is that of UNHCR, in ../shared beside the working copy;
where it is not, this says so and measures the table alone.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.databases import DATABASES, throw_away
from benchmarks.figures import Figure, hand_over, tell

if TYPE_CHECKING:
    from impactline.people.models import Person

READINGS, READINGS_MS = 99_900, 10_000
TURNS_MAX = 1_000
FILES_MS, MEMORY_MB = 20_000, 512
FILES = Path(__file__).parents[2] / "shared/data/iati/unhcr"
TABLE = f"A table of {READINGS:,} readings of a metric"
IATI = "IATI of UNHCR: two files, 5,095 indicators, one after the other"


def main() -> None:
    """Measure and hand over."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    database = parser.parse_args().database
    with throw_away(database):
        administrator = _organisation()
        figures = [*_iati(administrator, database), *_table(administrator, database)]
    hand_over(figures)


def _organisation() -> Person:
    """An empty organisation; its administrator."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from benchmarks.organisation import PASSWORD
    from impactline.people import actions as people
    from impactline.worker import step

    call_command("migrate", verbosity=0)
    administrator = people.set_up(
        organisation="Bench",
        timezone="Europe/Berlin",
        locale="en",
        name="Ada Admin",
        email="ada@example.org",
        password=PASSWORD,
        at=timezone.now(),
    )
    while step(timezone.now(), {}):
        pass
    return administrator


def _iati(administrator: Person, database: str) -> list[Figure]:
    """Both files: uploaded, planned by the worker, agreed to, carried out; and what follows from them."""
    from django.utils import timezone

    from impactline.exchange.actions import imports
    from impactline.exchange.reading import Source

    files = sorted(FILES.glob("*.xml"))
    if not files:
        tell(f"NOT MEASURED: there is no {FILES.parent.name}/{FILES.name} in ../shared beside this working copy")
        return []

    def act() -> None:
        sources = [Source(file.name, file.read_bytes()) for file in files]
        rows = imports.upload(by=administrator, files=sources, at=timezone.now())
        for row in rows:
            _worked(row.pk, "planned")
            imports.agree(by=administrator, number=row.pk, at=timezone.now())
            _worked(row.pk, "applied")

    imported = _timed(IATI, "Uploaded, planned, carried out", database, FILES_MS, act)
    memory = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    follows = _timed(IATI, "What the worker does after that", database, None, _all_done)
    return [imported, Figure(IATI, "Memory of the process", database, memory, "MB", MEMORY_MB), follows]


def _worked(number: int, state: str) -> None:
    """Let the worker do what waits, until an import is in a state."""
    from django.utils import timezone

    from impactline.exchange.models import Import
    from impactline.worker import react

    for _ in range(TURNS_MAX):
        row = Import.objects.get(pk=number)
        if row.state == state:
            return
        react(timezone.now(), {})
    raise SystemExit(f"The import {row.name} is {row.state}, not {state}: {row.account.get('faults')}")


def _all_done() -> None:
    from django.utils import timezone

    from impactline.worker import react

    while react(timezone.now(), {}):
        pass


def _table(administrator: Person, database: str) -> list[Figure]:
    """New days, the same again, and a quarter of them corrected."""
    from django.utils import timezone

    from impactline.base.numbers import number
    from impactline.checkins.sheets import planned, read_table
    from impactline.metrics.actions import create_metric

    metric = create_metric(by=administrator, name="Wait", unit="days", at=timezone.now())
    last = date(2026, 10, 1)
    days = [(last - timedelta(days=at)).isoformat() for at in range(READINGS)]
    text = "day,value,note\n" + "".join(f"{day},{at % 97}.{at % 10},Note {at % 4}\n" for at, day in enumerate(days))
    given = {"by": administrator, "metric": metric, "read": number, "at": timezone.now()}
    acts: dict[str, Callable[[], object]] = {
        "Looked at": lambda: planned(text=text, **given),
        "Taken": lambda: read_table(text=text, **given),
        "Taken again: nothing changes": lambda: read_table(text=text, **given),
        "A quarter of them corrected": lambda: read_table(text=text.replace("Note 1", "Seen"), **given),
    }
    return [_timed(TABLE, what, database, READINGS_MS, act) for what, act in acts.items()]


def _timed(subject: str, what: str, place: str, most: float | None, act: Callable[[], object]) -> Figure:
    """What it takes, once."""
    tell(f"{place}: {what}")
    working, begun = time.process_time(), time.perf_counter()
    act()
    took, worked = time.perf_counter() - begun, time.process_time() - working
    return Figure(subject, what, place, round(took * 1_000), "ms", most, f"{worked * 1_000:,.0f} ms on its CPU")


if __name__ == "__main__":
    main()
