"""What `make bench` runs: every benchmark on each database, in processes of their own, one after the other.

`python -m benchmarks` runs all and writes docs/reference/performance.md, after each part, so that what was measured is
kept; `python -m benchmarks S live` runs some and only prints. A benchmark is a module that prints its figures as
`benchmarks.figures.hand_over` does; it becomes part of the run by its line in `RUNS`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime

from benchmarks import report
from benchmarks.databases import DATABASES, versions
from benchmarks.figures import Figure, handed_over

RUNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "S": tuple(("pages", "--shape", "S", "--database", name) for name in DATABASES),
    "chain": (("chain",), ("in_memory",)),
    "exchange": tuple(("exchanging", "--database", name) for name in DATABASES),
    "live": tuple(("live", "--database", name) for name in DATABASES),
    "L": tuple(("pages", "--shape", "L", "--database", name) for name in DATABASES),
    "attention": tuple(("attention", "--database", name) for name in DATABASES),
    "forecast": (("forecasting",), *(("nightly", "--database", name) for name in DATABASES)),
}


def main(names: list[str]) -> int:
    """Measure and print; returns 1 when a limit is missed or a measurement fails, 2 when there is no such benchmark."""
    if unknown := set(names) - set(RUNS):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}.")
        return 2
    load = f"{os.getloadavg()[0]:.1f}"
    begun = time.monotonic()
    figures: list[Figure] = []
    failed = []
    for run in [run for name in names or RUNS for run in RUNS[name]]:
        print(f"{' '.join(run)} ({time.monotonic() - begun:.0f} s)", flush=True)
        found = _run(*run)
        failed += [] if found else [" ".join(run)]
        figures += found
        for figure in found:
            print(figure.line(), flush=True)
        if not names and figures:
            report.write(figures, failed, versions(), datetime.now(UTC).date().isoformat(), load)
    return _end(figures, failed, time.monotonic() - begun)


def _run(name: str, *options: str) -> list[Figure]:
    """The figures of one run; none when it fails, which tells why by itself."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return [] if done.returncode else handed_over(done.stdout)


def _end(figures: list[Figure], failed: list[str], seconds: float) -> int:
    missed = [f"{figure.what} ({figure.place})" for figure in figures if not figure.is_reached]
    print(f"{len(figures)} figures in {seconds:.0f} s, {len(missed)} beyond their limits.")
    for words in (*(f"missed: {one}" for one in missed), *(f"could not be measured: {one}" for one in failed)):
        print(f"  {words}")
    return 1 if missed or failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
