"""What the forecasts of a night take with loading and keeping: 100,000 key results with ten readings each.

`python -m benchmarks.nightly --database sqlite` measures and prints its figures as JSON; `--profile` tells instead
where the time goes. About a fifth of the key results are of other types. Times are of the CPU of this process.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import sys
import time
from datetime import UTC, datetime

from benchmarks.databases import DATABASES, throw_away
from benchmarks.figures import Figure, hand_over, tell

OBJECTIVES, KEY_RESULTS, READINGS = 14_000, 100_000, 10
MOST_MS = 10_000.0
SUBJECT = "The forecast"


def figures(database: str, at: datetime, divide: int) -> list[Figure]:
    """A night in which all are written, and one in which none changed."""
    place = f"with loading and keeping, {database}"
    return [
        _timed("100,000 × 10 readings, all of them new", place, at, divide),
        _timed("100,000 × 10 readings, none of them changed", place, at, divide),
    ]


def _timed(what: str, place: str, at: datetime, divide: int) -> Figure:
    from impactline.insight.keeping import keep_all_forecasts

    tell(what)
    gc.collect()
    begun, working = time.perf_counter(), time.process_time()
    kept = keep_all_forecasts(at)
    worked, took = (time.process_time() - working) * divide, (time.perf_counter() - begun) * divide
    return Figure(
        SUBJECT, what, place, round(worked * 1_000), "ms", MOST_MS, spread=f"{kept:,} written, {took:.1f} s in all"
    )


def main() -> int:
    """Write the key results, forecast them twice, and print as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=DATABASES, default="sqlite")
    options.add_argument("--divide", type=int, default=1, help="make everything so many times smaller, times larger")
    options.add_argument("--profile", action="store_true", help="tell where the time goes, and measure nothing")
    chosen = options.parse_args()
    with throw_away(chosen.database):
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks.organisation import Shape, write
        from impactline.base import statistics as tables
        from impactline.insight.keeping import keep_all_forecasts

        at = datetime(2026, 12, 14, 12, tzinfo=UTC)
        shape = Shape("N", OBJECTIVES // chosen.divide, KEY_RESULTS // chosen.divide, READINGS)
        call_command("migrate", verbosity=0)
        tell(f"{chosen.database}: writing {shape.title}")
        write(shape, at)
        tables.refresh()
        if chosen.profile:
            with cProfile.Profile() as profile:
                keep_all_forecasts(at)
            pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(35)
        else:
            hand_over(figures(chosen.database, at, chosen.divide))
    return 0


if __name__ == "__main__":
    sys.exit(main())
