"""Examining: the rules over a snapshot, and what they find kept with its identity over time.

The whole is examined every night, after an import and after what changes how things are set; after a check-in
only what check-ins move, of its objective. Reading and judging take no lock; what differs is written as it is found.
"""

from array import array
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

from impactline.base.bulk import write
from impactline.base.file_pages import few_pages
from impactline.base.leases import WORKER, held_by
from impactline.base.memory import without_collector
from impactline.base.models import Event
from impactline.base.transactions import action
from impactline.chain.visibility import items_hidden_from
from impactline.insight.hearing import hearing
from impactline.insight.keys import Keys
from impactline.insight.loading import load
from impactline.insight.models import Found, FoundGuard, Muted, SwitchedOff
from impactline.insight.rules import RULES, Finding, Guard, Rule, Snapshot, judge_rows
from impactline.insight.rules.naming import ITEM, OBJECTIVE
from impactline.insight.wording import Finding as Weakness
from impactline.okrs.today import present
from impactline.okrs.visibility import hidden_from
from impactline.people.models import Person

BY_CHECK_INS = ("C17", "C26", "R2", "R3", "R11", "R12", "R14", "R16", "R17", "R18", "R19", "R20", "R21", "R35")
WRITTEN = (
    "severity",
    "about",
    "message",
    "remedy",
    "act",
    "value",
    "cause",
    "state",
    "owner",
    "team",
    "cycle",
    "appeared_at",
    "gone_at",
)
DIGEST_BYTES = 16
AT_ONCE, CHUNK = 1_000, 5_000
PAIR = ("key", "pk")
REMEMBERED = 5_000

Concerned: TypeAlias = tuple[int | None, int | None, int | None]


class _Row(NamedTuple):
    """A finding as it would be kept: its values, their digest, and its guards as kind, id and whether `unless`."""

    key: str
    rule: str
    state: str
    values: dict[str, Any]
    named: list[tuple[str, int, bool]]

    def made(self, appeared_at: datetime, pk: int | None = None) -> Found:
        """The row to be written."""
        return Found(
            pk=pk, key=self.key, rule=self.rule, state=self.state, appeared_at=appeared_at, gone_at=None, **self.values
        )


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to: how many findings there are, appeared, and went."""

    there: int
    appeared: int
    gone: int


def examine_all(at: datetime) -> Examined:
    """Examine everything, by every rule."""
    with without_collector(), few_pages():
        snapshot = load(present(at))
        rows = _rows(snapshot, judge_rows(snapshot, _wanted(RULES), hearing()))
        return _keep(rows, Found.objects.filter(gone_at=None).values_list(*PAIR), at)


def catch_up(at: datetime) -> Examined | None:
    """Examine everything where something has happened since, and no worker is on duty that would."""
    if held_by(WORKER, at) or not Event.objects.filter(handled_at=None).exists():
        return None
    return examine_all(at)


def examine_settings(at: datetime) -> Examined:
    """Examine everything by the rules that read no histories of check-ins."""
    rules = [rule for rule in RULES.values() if not rule.of_history]
    with without_collector(), few_pages():
        snapshot = load(present(at))
        rows = _rows(snapshot, judge_rows(snapshot, _wanted(rule.id for rule in rules)))
        examined = Found.objects.filter(gone_at=None, rule__in=[rule.id for rule in rules])
        return _keep(rows, examined.values_list(*PAIR), at)


def examine_check_ins(objective_ids: Iterable[int], at: datetime) -> Examined:
    """Examine some objectives by the rules that check-ins move."""
    numbers = sorted(set(objective_ids))
    snapshot = load(present(at), numbers)
    rows = _rows(snapshot, judge_rows(snapshot, _wanted(BY_CHECK_INS), hearing()))
    guards = FoundGuard.objects.filter(objective__in=numbers, unless=False)
    examined = guards.filter(found__rule__in=BY_CHECK_INS, found__gone_at=None)
    return _keep(rows, examined.values_list("found__key", "found_id"), at)


def weak_for(viewer: Person | None, at: datetime) -> Iterator[tuple[Weakness, str]]:
    """What the rules find now in what the viewer may see and nobody has muted, with the title of what it is about.

    Worked out anew, without histories and not kept. None is the operator, who sees all.
    """
    snapshot = load(present(at))
    hidden = {Guard(OBJECTIVE, pk) for pk in hidden_from(viewer)} | {
        Guard(ITEM, pk) for pk in items_hidden_from(viewer)
    }
    muted = set(Muted.objects.filter(ended_at=None, until__gte=snapshot.today).values_list("found__key", flat=True))
    for finding in judge_rows(snapshot, _wanted(RULES)):
        if finding.guards & hidden or not hidden.issuperset(finding.unless) or finding.key in muted:
            continue
        first = finding.about[0]
        kind = snapshot.items[first.pk].level if first.kind == ITEM else first.kind
        yield finding.as_weakness(kind), first.title


def _wanted(rules: Iterable[str]) -> list[Rule]:
    """Those of the rules that are not switched off."""
    off = set(SwitchedOff.objects.values_list("rule", flat=True))
    return [RULES[rule] for rule in rules if rule not in off]


def _rows(snapshot: Snapshot, found: Iterable[Finding]) -> Iterator[_Row]:
    """Findings as rows that are not saved."""
    concerned = lru_cache(REMEMBERED)(partial(_concerned, snapshot))
    for finding in found:
        owner, team, cycle = _concerns(concerned, finding)
        values = {
            "severity": str(finding.severity),
            "about": [[one.kind, one.ref, one.title] for one in finding.about],
            "message": finding.message,
            "remedy": finding.remedy,
            "act": str(finding.act),
            "value": finding.value,
            "cause": finding.cause[:200],
            "owner_id": owner,
            "team_id": team,
            "cycle_id": cycle,
        }
        named = [(*guard, False) for guard in sorted(finding.guards)] + [(*guard, True) for guard in finding.unless]
        state = blake2b(repr((tuple(values.values()), named)).encode(), digest_size=DIGEST_BYTES).hexdigest()
        yield _Row(finding.key, finding.rule, state, values, named)


def _concerns(concerned: Callable[[str, int], Concerned], finding: Finding) -> Concerned:
    """The person, team and cycle that a finding is for: those of the first thing that it names."""
    first = finding.about[0]
    if first.kind == "person":
        return first.pk, None, _cycle_of(finding)
    if first.kind == "team":
        return None, first.pk, _cycle_of(finding)
    return concerned(first.kind, first.pk)


def _concerned(snapshot: Snapshot, kind: str, pk: int) -> Concerned:
    """The person, team and cycle to which something belongs."""
    match kind:
        case "objective":
            objective = snapshot.objectives[pk]
            return objective.owner_id, objective.team_id, objective.cycle_id
        case "key_result":
            row = snapshot.key_results[pk]
            objective = snapshot.objectives[row.objective_id]
            return row.owner_id or objective.owner_id, objective.team_id, objective.cycle_id
        case "chain_item":
            item = snapshot.items[pk]
            return item.owner_id, item.team_id, None
        case "metric":
            return snapshot.metrics[pk].owner_id, None, None
        case _:
            return None, None, pk if kind == "cycle" else None


def _cycle_of(finding: Finding) -> int | None:
    return next((one.pk for one in finding.about if one.kind == "cycle"), None)


def _keep(rows: Iterator[_Row], examined: "QuerySet[Any, tuple[Any, ...]]", at: datetime) -> Examined:
    """Keep what was found in the place of what was there among what was `examined`: pairs of key and id.

    Of many findings so many at a time, each lot in a transaction of its own, so that they never all stand in memory.
    """
    lot = list(islice(rows, AT_ONCE))
    if len(lot) < AT_ONCE:
        return _keep_few({row.key: row for row in lot}, examined, at)
    there, appeared = Keys(), 0
    while lot:
        several = {row.key: row for row in lot}
        there.add(several)
        appeared += _put(several, at)
        lot = list(islice(rows, AT_ONCE))
    return Examined(len(there), appeared, _let_go(examined, there, at))


@action
def _keep_few(rows: dict[str, _Row], examined: "QuerySet[Any, tuple[Any, ...]]", at: datetime) -> Examined:
    return Examined(len(rows), _put(rows, at), _let_go(examined, rows.keys(), at))


@action
def _put(rows: dict[str, _Row], at: datetime) -> int:
    """Write what is not kept yet, or otherwise; returns how many appeared."""
    _one_writer_at_a_time()
    known = _known(rows)
    fresh = [row.made(at) for key, row in rows.items() if key not in known]
    moved, back = [], 0
    for key, (pk, state, appeared_at, gone_at) in known.items():
        if state != rows[key].state or gone_at is not None:
            moved.append(rows[key].made(at if gone_at is not None else appeared_at, pk))
            back += gone_at is not None
    Found.objects.bulk_create(fresh, batch_size=AT_ONCE)
    write(Found, moved, WRITTEN)
    if moved:
        FoundGuard.objects.filter(found__in=[row.pk for row in moved]).delete()
    FoundGuard.objects.bulk_create(_guards(rows, [*fresh, *moved]))
    return len(fresh) + back


def _one_writer_at_a_time() -> None:
    """A worker and a command may look at once, and each would write what it does not see of the other yet."""
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Found._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@action
def _let_go(examined: "QuerySet[Any, tuple[Any, ...]]", there: Container[str], at: datetime) -> int:
    """What was examined and is not there any more is gone; returns how many that are."""
    gone = array("q", (pk for key, pk in examined.iterator(chunk_size=CHUNK) if key not in there))
    for start in range(0, len(gone), AT_ONCE):
        left = Found.objects.filter(pk__in=gone[start : start + AT_ONCE])
        left.update(gone_at=Greatest("appeared_at", Value(at)))  # the clocks of two machines may differ
    return len(gone)


def _known(rows: dict[str, _Row]) -> dict[str, tuple[Any, ...]]:
    """Of these keys what is kept: id, state, when it appeared and went."""
    kept = Found.objects.filter(key__in=list(rows)).values_list("key", "pk", "state", "appeared_at", "gone_at")
    return {key: tuple(rest) for key, *rest in kept}


def _guards(rows: dict[str, _Row], kept: Iterable[Found]) -> list[FoundGuard]:
    made = []
    for row in kept:
        for kind, number, unless in rows[row.key].named:
            which = {OBJECTIVE: "objective_id", ITEM: "item_id"}[kind]
            made.append(FoundGuard(found_id=row.pk, unless=unless, **{which: number}))
    return made
