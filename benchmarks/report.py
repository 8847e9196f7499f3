"""The page of figures that `make bench` writes: docs/reference/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"
BUSY = """
**The machine was busy with other things.** Times of the clock then tell of them as well; those on the CPU are nearer
to what an idle machine takes, and still longer."""
TEXT = """\
<!-- Written by `make bench`. The figures are of one machine and one day: `make check` does not compare this page. -->

# Performance

Measured on {day} by `make bench`, in one run, on throw-away databases: SQLite {sqlite} and PostgreSQL {postgresql}.
The machine: {cores} × {processor}, {memory}; its load before anything was measured: {load}.{busy}
To repeat it: `make bench` (all, and this page), or `.venv/bin/python -m benchmarks S live` for some, printed only.

Times are medians of server time, middleware and all, without the network. What others take is what the issue that set
these limits gives for comparable open products on shape S; it was not measured in this run unless it says so.
Both databases work as they are installed, so that what was committed is on the disk.

{verdict}

{tables}
"""


def write(figures: Sequence[Figure], failed: Sequence[str], versions: dict[str, str], day: str, load: str) -> None:
    """Write the page; `failed` are the runs that gave no figures."""
    missed = [figure for figure in figures if not figure.is_reached]
    names = "; ".join(f"{figure.what} ({figure.place})" for figure in missed)
    verdict = f"Not reached: {names}." if missed else "All limits are reached."
    verdict += f"\n\nCould not be measured: {'; '.join(failed)}." if failed else ""
    subjects = list(dict.fromkeys(figure.subject for figure in figures))
    tables = "\n\n".join(_table(subject, [one for one in figures if one.subject == subject]) for subject in subjects)
    text = TEXT.format(
        day=day,
        sqlite=versions.get("sqlite", "(not run)"),
        postgresql=versions.get("postgresql", "(not run)"),
        cores=os.cpu_count(),
        processor=_processor(),
        memory=_memory(),
        load=load,
        busy=BUSY if float(load) > (os.cpu_count() or 1) / 2 else "",
        verdict=verdict,
        tables=tables,
    )
    PAGE.write_text(text, encoding="utf-8")


def _table(subject: str, figures: Sequence[Figure]) -> str:
    rows = ["| what | database | takes | limit | queries | limit | |", "|---|---|--:|--:|--:|--:|---|"]
    rows += [_row(figure) for figure in figures]
    peers = {figure.what: figure.peers for figure in figures if figure.peers}
    others = "\n".join(f"- {what}: {words}" for what, words in peers.items())
    return f"## {subject}\n\n" + "\n".join(rows) + (f"\n\nWhat others take:\n\n{others}" if others else "")


def _row(figure: Figure) -> str:
    most = "" if figure.most is None else f"{figure.most:,.6g} {figure.unit}"
    asked = "" if figure.queries is None else str(figure.queries)
    most_asked = "" if figure.most_queries is None else str(figure.most_queries)
    database = figure.place.split()[-1]
    told = "; ".join(filter(None, ("" if figure.is_reached else "**missed**", figure.spread)))
    value = f"{figure.value:,.6g} {figure.unit}"
    return f"| {figure.what} | {database} | {value} | {most} | {asked} | {most_asked} | {told} |"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
