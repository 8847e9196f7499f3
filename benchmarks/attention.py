"""How long the rules take over 10,000 objectives, 30,000 key results, 10,000 chain items and 500,000 check-ins.

`python -m benchmarks.attention --database sqlite` measures and prints its figures as JSON; `--profile` tells instead
where a full examination spends its time. Times are of the CPU of this process and of what it waited for; memory is of
a process that does nothing else, at a quarter, a half and the whole of the size.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.databases import DATABASES, throw_away
from benchmarks.figures import Figure, hand_over, tell

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from benchmarks.organisation import Shape

OBJECTIVES, KEY_RESULTS, ITEMS, LINKS, CHECK_INS = 10_000, 30_000, 10_000, 30_000, 17
FULL_MS, ONE_MS, MEMORY_MB, GROWTH_MB = 60_000.0, 100.0, 250.0, 5.0
PARTS = (4, 2)
CHAIN_PAGE_MS = 200.0
TIMES = 15


def measure(shape: Shape, database: str, at: datetime) -> list[Figure]:
    """Measure on a database that holds a shape and its chain."""
    from django.db.models import Count

    from impactline.base import statistics as tables
    from impactline.insight.examining import examine_all, examine_check_ins, examine_settings
    from impactline.insight.models import Found
    from impactline.okrs.models import Objective

    where = (shape, database)
    first = _timed("All rules over everything, nothing kept yet", lambda: examine_all(at), FULL_MS, where, times=1)
    tables.refresh()
    most = _most_memory()
    kept = Found.objects.filter(gone_at=None).aggregate(count=Count("pk"))["count"]
    tell(f"{kept:,} findings")
    numbers = iter(list(Objective.objects.order_by("-pk").values_list("pk", flat=True)[: TIMES + 5]))
    return [
        first,
        _timed(
            "All rules over everything, again",
            lambda: examine_all(at),
            FULL_MS,
            where,
            times=2,
            peers=_rule_by_rule(at),
        ),
        _timed("Rules that read no histories", lambda: examine_settings(at), FULL_MS, where, times=2),
        _timed("After a check-in", lambda: examine_check_ins([next(numbers)], at), ONE_MS, where, times=TIMES),
        _of_single_queries(where, at),
        Figure(
            _subject(shape),
            "Memory of the process in a full run",
            _place(where),
            round(most),
            "MB",
            MEMORY_MB,
        ),
        *([_growth(where, most)] if shape.objectives == OBJECTIVES else []),
        _chain_page(where),
    ]


def _growth(where: tuple[Shape, str], most: float) -> Figure:
    """By how much memory grows with the organisation, from a quarter of it to the whole."""
    found = {
        OBJECTIVES // divide: float(_run("--database", where[1], "--divide", str(divide), "--memory"))
        for divide in PARTS
    }
    smallest, least = next(iter(found.items()))
    told = "; ".join(f"{megabytes:,.0f} MB at {count:,} objectives" for count, megabytes in found.items())
    return Figure(
        _subject(where[0]),
        "Memory for each 1,000 objectives more",
        _place(where),
        round((most - least) / (OBJECTIVES - smallest) * 1_000, 2),
        "MB",
        GROWTH_MB,
        spread=told,
    )


def _chain_page(where: tuple[Shape, str]) -> Figure:
    """The picture of what stands behind an objective, as its page: server time without the network."""
    from django.test import Client

    from impactline.okrs.models import Objective
    from impactline.people.models import Person

    client = Client()
    client.force_login(Person.objects.order_by("pk")[0], backend="impactline.people.signing_in.Backend")
    refs = iter(Objective.objects.filter(visibility="open").order_by("-pk").values_list("ref", flat=True)[: TIMES + 1])

    def look() -> None:
        answer = client.get(f"/objectives/{next(refs)}/chain")
        assert answer.status_code == 200, answer.content[:500]

    look()
    return _timed("Chain page of an objective", look, CHAIN_PAGE_MS, where, times=TIMES)


def _rule_by_rule(at: datetime) -> str:
    """What it would take if each rule asked for its rows itself, by what it takes once."""
    from impactline.insight.loading import load
    from impactline.insight.rules import RULES, judge_rows
    from impactline.okrs.today import present

    begun = time.perf_counter()
    snapshot = load(present(at))
    loaded = time.perf_counter() - begun
    begun = time.perf_counter()
    for _ in judge_rows(snapshot, RULES.values()):
        pass
    judged = time.perf_counter() - begun
    return (
        f"loading takes {loaded:.1f} s in this run, judging rows by all {len(RULES)} rules {judged:.1f} s; with "
        f"queries of its own for each rule {loaded * len(RULES) + judged:,.0f} s, without the histories"
    )


def _of_single_queries(where: tuple[Shape, str], at: datetime) -> Figure:
    """Some rules by judging what is loaded, beside one query for each of them, without reasons and stakes."""
    from impactline.insight.loading import load
    from impactline.insight.rules import RULES, judge_rows
    from impactline.okrs.today import present

    single = _queries(at)
    rules = [RULES[rule] for rule in single]
    snapshot = load(present(at))
    tell("; ".join(f"{rule}: {rows.count():,} by one query" for rule, rows in single.items()))
    begun = time.perf_counter()
    for rows in single.values():
        list(rows.values_list("pk"))
    peer = (time.perf_counter() - begun) * 1_000
    peers = f"one query for each, in this run: {peer:,.0f} ms, without reasons, stakes and who may see it"
    what = f"{len(rules)} of the rules on what is loaded"
    return _timed(what, lambda: list(judge_rows(snapshot, rules)), FULL_MS, where, times=3, peers=peers)


def _queries(at: datetime) -> dict[str, QuerySet[Any]]:
    """Rules that can be asked in one query each."""
    from django.db.models import Exists, OuterRef, Q

    from impactline.chain.models import Assumption, ChainItem, Link
    from impactline.okrs.models import KeyResult, Objective

    objectives = Objective.objects.filter(archived_at=None, cycle__state="active")
    parts = KeyResult.objects.filter(archived_at=None, objective__in=objectives)
    items = ChainItem.objects.filter(archived_at=None, state__in=("draft", "active"))
    out, back = Link.objects.filter(source=OuterRef("pk")), Link.objects.filter(target=OuterRef("pk"))
    measured = KeyResult.objects.filter(measures=OuterRef("pk"), archived_at=None)
    return {
        "C1": items.filter(~Exists(out), level="activity"),
        "C2": items.filter(~Exists(out), ~Exists(measured), level="output"),
        "C3": items.filter(~Exists(back), level__in=("outcome", "impact"), intended=True),
        "C7": items.filter(~Exists(back), level="activity", effort_hours=None, cost=None),
        "C14": Link.objects.filter(~Exists(Assumption.objects.filter(link=OuterRef("pk"))), kind="contributes_to"),
        "R1": objectives.filter(owner=None),
        "R2": parts.filter(Q(checked_in_on=None) | Q(checked_in_on__lte=at.date() - timedelta(days=11))),
        "R9": parts.filter(type="open"),
    }


def add_chain(shape: Shape) -> None:
    """A chain beside the objectives of a shape: each key result measures one of its outputs and outcomes."""
    from benchmarks.chain import a_chain
    from benchmarks.organisation import save
    from impactline.chain.graph import Kind
    from impactline.chain.models import Assumption, ChainItem, Link
    from impactline.okrs.models import KeyResult
    from impactline.people.models import Person

    nodes, edges = a_chain(min(ITEMS, shape.objectives), min(LINKS, shape.key_results))
    owners = list(Person.objects.order_by("pk")[:100])
    rows = save(
        ChainItem(
            ref=node.key,
            level=str(node.kind),
            title=f"{node.key} of the chain",
            owner=owners[at % len(owners)] if at % 10 else None,
            state="active" if node.kind is Kind.ACTIVITY else "draft",
            visibility="private" if at % 50 == 49 else "open",
            effort_hours=8 if node.kind is Kind.ACTIVITY and at % 3 else None,
            planned=100 if node.kind is Kind.OUTPUT and at % 5 else None,
            position=at,
        )
        for at, node in enumerate(nodes)
    )
    found = dict(zip((node.key for node in nodes), rows, strict=True))
    kinds = {Kind.INPUT: "uses", Kind.ACTIVITY: "produces"}
    links = save(
        Link(
            source=found[edge.source],
            target=found[edge.target],
            kind=kinds.get(Kind(found[edge.source].level), "contributes_to"),
            evidence="weak" if at % 2 else "untested",
            position=at,
        )
        for at, edge in enumerate(edges)
    )
    save(
        Assumption(link=link, text="It holds", importance="high" if at % 9 else "")
        for at, link in enumerate(links[::2])
    )
    places = [row for row in rows if row.level in ("output", "outcome")]
    parts = list(KeyResult.objects.order_by("pk"))
    for at, part in enumerate(parts):
        part.measures = places[at % len(places)]
    KeyResult.objects.bulk_update(parts, ["measures"], batch_size=2_000)


def _timed(
    what: str, act: Callable[[], object], most_ms: float, where: tuple[Shape, str], *, times: int, peers: str = ""
) -> Figure:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    tell(f"{where[1]}: {what}")
    took, worked, queries = [], [], 0
    for _ in range(times):
        gc.collect()
        with CaptureQueriesContext(connection) as asked:
            begun, working = time.perf_counter(), time.process_time()
            act()
            took.append((time.perf_counter() - begun) * 1_000)
            worked.append((time.process_time() - working) * 1_000)
        queries = len(asked)
    return Figure(
        subject=_subject(where[0]),
        what=what,
        place=_place(where),
        value=round(statistics.median(took), 1),
        unit="ms",
        most=most_ms,
        spread=f"longest {max(took):,.0f} ms, of the median {statistics.median(worked):,.0f} ms on its CPU",
        queries=queries,
        peers=peers,
    )


def _subject(shape: Shape) -> str:
    return f"The rules: {shape.title.partition(': ')[2]}, {min(ITEMS, shape.objectives):,} chain items"


def _place(where: tuple[Shape, str]) -> str:
    return f"rules {where[1]}"


def _most_memory() -> float:
    """The MB that a process has at most which does nothing but examine everything, on the database of this one."""
    return float(_run("--examine"))


def _run(*options: str) -> str:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.attention", *options], stdout=subprocess.PIPE, text=True, check=True
    )
    return told.stdout


def _examine(at: datetime) -> float:
    """Examine everything; the MB that this process has had at most, or 0 where the system does not tell."""
    from impactline.insight.examining import examine_all

    examine_all(at)
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _profile(at: datetime) -> None:
    from impactline.insight.examining import examine_all

    with cProfile.Profile() as profile:
        examine_all(at)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(35)


def main() -> int:
    """Write the shape, examine it, and print as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=DATABASES, default="sqlite")
    options.add_argument("--divide", type=int, default=1, help="make everything so many times smaller")
    options.add_argument("--profile", action="store_true", help="tell where the time goes, and measure nothing")
    options.add_argument("--memory", action="store_true", help="tell the MB of a full run only")
    options.add_argument("--examine", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    import django

    if chosen.examine:
        django.setup()
        print(_examine(at))
        return 0
    with throw_away(chosen.database):
        django.setup()
        from benchmarks.organisation import Shape

        shape = Shape("R", OBJECTIVES // chosen.divide, KEY_RESULTS // chosen.divide, CHECK_INS, every_days=3)
        tell(f"{chosen.database}: writing {shape.title}")
        _write(shape, at)
        if chosen.profile:
            _profile(at)
        elif chosen.memory:
            print(_most_memory())
        else:
            hand_over(measure(shape, chosen.database, at))
    return 0


def _write(shape: Shape, at: datetime) -> None:
    from django.core.management import call_command

    from benchmarks.organisation import write
    from impactline.base import statistics as tables
    from impactline.checkins.recomputing import recompute
    from impactline.insight.keeping import keep_all_forecasts

    call_command("migrate", verbosity=0)
    write(shape, at)
    add_chain(shape)
    recompute(at)
    tables.refresh()
    keep_all_forecasts(at)


if __name__ == "__main__":
    sys.exit(main())
