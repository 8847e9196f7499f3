"""Examining: the rules over a snapshot, and what they find kept with its identity over time.

The whole is examined every night, after an import and after what changes how things are set; after a check-in
only what check-ins move, of its objective. Reading and judging take no lock; what differs is written at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

from impactline.base.bulk import write
from impactline.base.leases import WORKER, held_by
from impactline.base.models import Event
from impactline.base.transactions import action
from impactline.chain.visibility import items_hidden_from
from impactline.insight.loading import histories, load
from impactline.insight.models import Found, FoundGuard, Muted, SwitchedOff
from impactline.insight.rules import RULES, Finding, Guard, Rule, Snapshot, judge_histories, judge_rows
from impactline.insight.rules.naming import ITEM, OBJECTIVE
from impactline.insight.rules.snapshot import ACTIVE
from impactline.insight.wording import Finding as Weakness
from impactline.okrs.models import CycleState
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
AT_ONCE = 1_000
PAIR = ("key", "pk")


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
    snapshot = load(present(at))
    rows = {row.key: row for row in _rows(snapshot, _with_histories(snapshot, _wanted(RULES)))}
    return _keep(rows, Found.objects.filter(gone_at=None).values_list(*PAIR), at)


def catch_up(at: datetime) -> Examined | None:
    """Examine everything where something has happened since, and no worker is on duty that would."""
    if held_by(WORKER, at) or not Event.objects.filter(handled_at=None).exists():
        return None
    return examine_all(at)


def examine_settings(at: datetime) -> Examined:
    """Examine everything by the rules that read no histories of check-ins."""
    rules = [rule for rule in RULES.values() if not rule.of_history]
    snapshot = load(present(at))
    rows = {row.key: row for row in _rows(snapshot, judge_rows(snapshot, _wanted(rule.id for rule in rules)))}
    examined = Found.objects.filter(gone_at=None, rule__in=[rule.id for rule in rules])
    return _keep(rows, examined.values_list(*PAIR), at)


def examine_check_ins(objective_ids: Iterable[int], at: datetime) -> Examined:
    """Examine some objectives by the rules that check-ins move."""
    numbers = sorted(set(objective_ids))
    snapshot = load(present(at), numbers)
    found = _with_histories(snapshot, _wanted(BY_CHECK_INS))
    rows = {row.key: row for row in _rows(snapshot, found)}
    guards = FoundGuard.objects.filter(objective__in=numbers, unless=False)
    examined = guards.filter(found__rule__in=BY_CHECK_INS, found__gone_at=None)
    return _keep(rows, examined.values_list("found__key", "found_id"), at)


def weak_for(viewer: Person | None, at: datetime) -> Iterator[tuple[Weakness, str]]:
    """What the rules find now in what the viewer may see and nobody has muted, with the title of what it is about.

    Worked out anew, without histories and not kept; cycles in draft are judged as if they ran, so that what is weak
    can be mended while one plans. None is the operator, who sees all.
    """
    loaded = load(present(at))
    cycles = {
        pk: row._replace(state=ACTIVE) if row.state == CycleState.DRAFT else row for pk, row in loaded.cycles.items()
    }
    snapshot = replace(loaded, cycles=cycles)
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


def _with_histories(snapshot: Snapshot, rules: Iterable[Rule]) -> Iterator[Finding]:
    """The findings of the rules; those of histories a batch of key results at a time."""
    listed = list(rules)
    yield from judge_rows(snapshot, listed)
    for batch in histories(snapshot):
        yield from judge_histories(batch, listed)


def _rows(snapshot: Snapshot, found: Iterable[Finding]) -> Iterator[_Row]:
    """Findings as rows that are not saved."""
    for finding in found:
        owner, team, cycle = _concerns(snapshot, finding)
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


def _concerns(snapshot: Snapshot, finding: Finding) -> tuple[int | None, int | None, int | None]:
    """The person, team and cycle that a finding is for: those of the first thing that it names."""
    first = finding.about[0]
    match first.kind:
        case "objective" | "key_result":
            own = snapshot.key_results[first.pk].owner_id if first.kind == "key_result" else None
            objective = snapshot.objectives[first.guard.pk if first.guard is not None else first.pk]
            return own or objective.owner_id, objective.team_id, objective.cycle_id
        case "chain_item":
            item = snapshot.items[first.pk]
            return item.owner_id, item.team_id, None
        case "metric":
            return snapshot.metrics[first.pk].owner_id, None, None
        case "person":
            return first.pk, None, _cycle_of(finding)
        case "team":
            return None, first.pk, _cycle_of(finding)
        case _:
            return None, None, first.pk if first.kind == "cycle" else None


def _cycle_of(finding: Finding) -> int | None:
    return next((one.pk for one in finding.about if one.kind == "cycle"), None)


@action
def _keep(rows: dict[str, _Row], examined: "QuerySet[Any, tuple[Any, ...]]", at: datetime) -> Examined:
    """Keep what was found in the place of what was there among what was `examined`: pairs of key and id."""
    known = _known(rows)
    before = dict(examined)
    fresh = [row.made(at) for key, row in rows.items() if key not in known]
    moved, back = [], 0
    for key, (pk, state, appeared_at, gone_at) in known.items():
        if state != rows[key].state or gone_at is not None:
            moved.append(rows[key].made(at if gone_at is not None else appeared_at, pk))
            back += gone_at is not None
    gone = [pk for key, pk in before.items() if key not in rows]
    Found.objects.bulk_create(fresh, batch_size=AT_ONCE)
    write(Found, moved, WRITTEN)
    for start in range(0, len(moved), AT_ONCE):
        FoundGuard.objects.filter(found__in=[row.pk for row in moved[start : start + AT_ONCE]]).delete()
    for start in range(0, len(gone), AT_ONCE):
        there = Found.objects.filter(pk__in=gone[start : start + AT_ONCE])
        there.update(gone_at=Greatest("appeared_at", Value(at)))  # the clocks of two machines may differ
    for start in range(0, len(fresh), AT_ONCE):
        FoundGuard.objects.bulk_create(_guards(rows, fresh[start : start + AT_ONCE]))
    for start in range(0, len(moved), AT_ONCE):
        FoundGuard.objects.bulk_create(_guards(rows, moved[start : start + AT_ONCE]))
    return Examined(len(rows), len(fresh) + back, len(gone))


def _known(rows: dict[str, _Row]) -> dict[str, tuple[Any, ...]]:
    """Of these keys what is kept: id, state, when it appeared and went."""
    columns = ("key", "pk", "state", "appeared_at", "gone_at")
    if len(rows) > AT_ONCE:
        kept = Found.objects.values_list(*columns)
    else:
        kept = Found.objects.filter(key__in=list(rows)).values_list(*columns)
    return {key: tuple(rest) for key, *rest in kept.iterator(chunk_size=AT_ONCE) if key in rows}


def _guards(rows: dict[str, _Row], kept: Iterable[Found]) -> list[FoundGuard]:
    made = []
    for row in kept:
        for kind, number, unless in rows[row.key].named:
            which = {OBJECTIVE: "objective_id", ITEM: "item_id"}[kind]
            made.append(FoundGuard(found_id=row.pk, unless=unless, **{which: number}))
    return made
