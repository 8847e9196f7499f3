"""What is muted, as an import writes it."""

from collections.abc import Iterable, Sequence
from typing import Any

from impactline.base.models import Ref
from impactline.exchange.actions.work import TABLES, Work
from impactline.exchange.plan import Add, Change
from impactline.insight import verbs
from impactline.insight.actions.muting import ruled_by
from impactline.insight.models import Found, FoundGuard, Muted
from impactline.insight.rules import RULES, Act, key_of
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person

PERSON, UNKNOWN_RULE = "person", "hint"
Named = dict[str, tuple[str, Any]]


def write_mutes(work: Work, adds: Sequence[Add], changes: Sequence[Change]) -> None:
    """Write what was muted and what was told again; a new one ends the one in force of the same finding.

    A finding that has not been found here yet waits, as one that is gone, until it is.
    """
    steps: list[Any] = [*(add.part for add in adds), *(change.current for change in changes)]
    named = _named({ref for part in steps for ref in part.about})
    for change in changes:
        _change(work, change, named)
    for add in adds:
        part: Any = add.part
        found = _found(work, part, named)
        if part.ended_at is None:
            Muted.objects.filter(found=found, ended_at=None).update(ended_at=max(part.at, work.at))
        Muted.objects.create(
            found=found,
            reason=part.reason,
            until=part.until,
            by_id=work.id_of("person", part.by),
            at=part.at,
            ended_at=part.ended_at,
        )
        _tell(work, verbs.MUTED, found, reason=part.reason, until=part.until.isoformat())


def _change(work: Work, change: Change, named: Named) -> None:
    current: Any = change.current
    wanted: Any = change.wanted
    found = _found(work, current, named)
    row = Muted.objects.filter(found=found, at=current.at).order_by("pk")[0]
    names = {part.field for part in change.fields}
    for name in names & {"reason", "until", "ended_at"}:
        setattr(row, name, getattr(wanted, name))
    if "by" in names:
        row.by_id = work.id_of("person", wanted.by)
    if row.ended_at is None:
        others = Muted.objects.filter(found=found, ended_at=None).exclude(pk=row.pk)
        others.update(ended_at=work.at)
    row.save()
    verb = verbs.MUTED if row.ended_at is None else verbs.HEARD
    _tell(work, verb, found, reason=row.reason, until=row.until.isoformat())


def _found(work: Work, part: Any, named: Named) -> Found:
    """The finding, or a place for it."""
    key = part.finding or key_of(part.rule, [(named[ref][0], ref) for ref in part.about])
    there = Found.objects.filter(key=key).first()
    if there is not None:
        return there
    rule = RULES.get(part.rule)
    made = Found.objects.create(
        key=key,
        rule=part.rule,
        severity=str(rule.severity) if rule is not None else UNKNOWN_RULE,
        about=[[named[ref][0], ref, str(named[ref][1])] for ref in part.about],
        act=str(Act.LOOK),
        value=0,
        appeared_at=work.at,
        gone_at=work.at,
    )
    FoundGuard.objects.bulk_create(_guards(made, (named[ref] for ref in part.about)))
    return made


def _guards(found: Found, named: Iterable[tuple[str, Any]]) -> list[FoundGuard]:
    """What one has to see to be shown it."""
    objectives, items = set(), set()
    for kind, row in named:
        if isinstance(row, Objective | KeyResult):
            objectives.add(row.pk if isinstance(row, Objective) else row.objective_id)
        elif kind == "chain_item":
            items.add(row.pk)
    return [
        *(FoundGuard(found=found, objective_id=number) for number in sorted(objectives)),
        *(FoundGuard(found=found, item_id=number) for number in sorted(items)),
    ]


def _named(refs: set[str]) -> Named:
    """The kind and row behind each ref or address."""
    kinds = dict(Ref.objects.filter(ref__in=refs).values_list("ref", "kind"))
    found: Named = {}
    for kind in sorted(set(kinds.values())):
        wanted = [ref for ref in kinds if kinds[ref] == kind]
        rows = TABLES[kind.replace("_", " ")].objects.in_bulk(wanted, field_name="ref")
        found |= {ref: (kind, row) for ref, row in rows.items()}
    people = Person.objects.in_bulk(list(refs - set(found)), field_name="email")
    return found | {email: (PERSON, row) for email, row in people.items()}


def _tell(work: Work, verb: str, found: Found, **said: Any) -> None:
    ruled = ruled_by(found)
    work.tell(verb, found, objective=ruled["objective_id"], linked=ruled["linked_item_id"], rule=found.rule, **said)
    work.events[-1].chain_item_id = ruled["chain_item_id"]
