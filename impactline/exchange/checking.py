"""Whether a document holds together: every fault across its parts, each with its place and a remedy."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from impactline.base.errors import Faults
from impactline.chain.names import Name, checked
from impactline.exchange.checking_chain import chain_faults
from impactline.exchange.checking_metrics import metric_faults
from impactline.exchange.checking_okrs import okr_faults
from impactline.exchange.checking_planning import planning_faults
from impactline.exchange.checking_rules import rule_faults
from impactline.exchange.circles import circles
from impactline.exchange.document import Cycle, Document, Organisation, Person, Priority, Team
from impactline.exchange.document_chain import (
    Assumption,
    ChainItem,
    Dependency,
    Effect,
    Judgement,
    Link,
    Prediction,
    Report,
    Roadblock,
)
from impactline.exchange.document_foreign import Foreign
from impactline.exchange.document_metrics import EarlierTarget, LockedPeriod, Metric, PeriodTarget
from impactline.exchange.document_okrs import (
    Aim,
    Change,
    CheckIn,
    Contribution,
    Earlier,
    KeyResult,
    Objective,
    Override,
    Overruled,
    Reading,
    Score,
    Sufficiency,
)
from impactline.exchange.document_parts import Part
from impactline.exchange.document_planning import Request
from impactline.exchange.document_rules import Mute
from impactline.exchange.faults import Fault, Place, did_you_mean, shown
from impactline.exchange.mending import NOTHING_LOST, Lost
from impactline.exchange.outlook import Item, Outlook, Path, nowhere
from impactline.exchange.plan import key_of
from impactline.okrs import policy

# Which keys name something, and of which kind; "person" is named by e-mail address, "" is any item.
REFERENCES: dict[type[Part], dict[str, str]] = {
    Team: {"parent": "team", "lead": "person"},
    Person: {"teams": "team"},
    Priority: {"owner": "person"},
    Cycle: {"parent": "cycle"},
    Contribution: {"objective": "objective"},
    Earlier: {"by": "person"},
    CheckIn: {"by": "person", "metric": "metric or key result"},
    Reading: {"by": "person", "metric": "metric or key result"},
    Aim: {"metric": "metric or key result"},
    Change: {"by": "person"},
    Score: {"by": "person"},
    Sufficiency: {"by": "person"},
    Overruled: {"by": "person", "resumed_by": "person"},
    Override: {"by": "person", "resumed_by": "person"},
    KeyResult: {
        "owner": "person",
        "metric": "metric or key result",
        "measures": "chain item",
        "carried_from": "key result",
    },
    Objective: {
        "cycle": "cycle",
        "owner": "person",
        "team": "team",
        "viewers": "person",
        "priorities": "priority",
        "supports": "objective",
        "metric": "metric",
        "carried_from": "objective",
    },
    Metric: {"owner": "person", "team": "team"},
    PeriodTarget: {"by": "person"},
    EarlierTarget: {"by": "person"},
    LockedPeriod: {"by": "person", "unlocked_by": "person"},
    ChainItem: {
        "owner": "person",
        "team": "team",
        "shared_with": "team",
        "viewers": "person",
        "metrics": "metric",
    },
    Report: {"by": "person"},
    Prediction: {"output": "chain item", "outcome": "chain item", "metric": "metric"},
    Judgement: {"by": "person", "written_by": "person"},
    Effect: {"metric": "metric"},
    Assumption: {"owner": "person", "metric": "metric"},
    Link: {"from_": "chain item", "to": "chain item"},
    Dependency: {"activity": "chain item", "after": "chain item"},
    Roadblock: {"on": "", "owner": "person", "escalate_to": "person", "raised_by": "person"},
    Request: {
        "asked": "team",
        "asking": "team",
        "key_result": "key result",
        "waiting": "chain item",
        "promise": "chain item",
        "asked_by": "person",
        "answered_by": "person",
    },
    Mute: {"by": "person"},
    Foreign: {"on": "metric or chain item", "within": "metric or chain item"},
}


def check(
    document: Document,
    *,
    today: date,
    current: Document | None = None,
    place: Callable[[Path], Place] = nowhere,
    lost: Lost = NOTHING_LOST,
) -> list[Fault]:
    """Every fault of a document, in the order of its lines; warnings among them do not stop an import.

    `current` is what the installation holds: it may be referred to, and it counts where the file is silent.
    `place` tells where a value stands; `lost` names what could not be read, so that it is not called
    unknown or missing; `today` is the day in the organisation's time zone.
    """
    outlook = Outlook(document, current, today=today, place=place, lost=lost)
    found = chain(
        _duplicates(outlook),
        _repeated(outlook),
        _unknown(outlook),
        _trees(outlook),
        _policies(outlook),
        _level_names(outlook),
        okr_faults(outlook),
        metric_faults(outlook),
        chain_faults(outlook),
        planning_faults(outlook),
        rule_faults(outlook),
    )
    return sorted(found, key=lambda fault: (fault.place.file, fault.place.line or 0, fault.place.column or 0))


def _duplicates(outlook: Outlook) -> Iterator[Fault]:
    for first, second in outlook.duplicates:
        yield outlook.fault(
            f"The ref “{shown(second.ref)}” is taken {_by(first, outlook)}.",
            f"Give this {second.kind} another ref: a ref is unique in the organisation.",
            (*second.path, "ref"),
        )
    seen: dict[str, int] = {}
    for at, person in enumerate(outlook.wanted.people):
        if person.email in seen:
            where = outlook.place(("people", seen[person.email]))
            yield outlook.fault(
                f"{shown(person.email)} stands twice in people{_first(where)}.",
                "Keep one entry a person.",
                ("people", at, "email"),
            )
        seen.setdefault(person.email, at)


def _repeated(outlook: Outlook) -> Iterator[Fault]:
    """What has no ref, and stands twice."""
    for section in ("dependencies", "muted", "foreign"):
        seen: set[str] = set()
        for at, part in enumerate(getattr(outlook.wanted, section)):
            if (key := key_of(part)) in seen:
                yield outlook.fault(f"“{shown(key)}” stands twice in {section}.", "Keep one.", (section, at))
            seen.add(key)


def _by(item: Item, outlook: Outlook) -> str:
    article = "an" if item.kind[0] in "aeiou" else "a"
    where = _first(outlook.place((*item.path, "ref"))) if item.wanted is not None else ""
    there = "" if item.wanted is not None else " in this organisation"
    return f"by {article} {item.kind}{there}{where}"


def _first(place: Place) -> str:
    return f" ({place})" if place.line else ""


def _unknown(outlook: Outlook) -> Iterator[Fault]:
    waiting: list[tuple[Any, Path]] = [(outlook.wanted, ())]
    while waiting:
        part, path = waiting.pop()
        kinds = REFERENCES.get(type(part), {})
        for field, value in part:
            key = field.removesuffix("_")
            if field in kinds:
                yield from _unknown_here(outlook, value, kinds[field], (*path, key))
            elif isinstance(value, Part):
                waiting.append((value, (*path, key)))
            elif isinstance(value, tuple) and value and isinstance(value[0], Part):
                waiting.extend((entry, (*path, key, at)) for at, entry in enumerate(value))


def _unknown_here(outlook: Outlook, value: Any, kind: str, path: Path) -> Iterator[Fault]:
    if isinstance(value, tuple):
        for at, entry in enumerate(value):
            yield from _unknown_here(outlook, entry, kind, (*path, at))
    elif value is not None and value not in outlook.lost.refs and (fault := _missing(outlook, value, kind, path)):
        yield fault


def _missing(outlook: Outlook, value: str, kind: str, path: Path) -> Fault | None:
    if kind == "person":
        if value in outlook.people:
            return None
        otherwise = f"Add an entry with email: {shown(value)} to people, or correct the address."
        return outlook.fault(
            f"{shown(value)} is nobody in people.", did_you_mean(value, outlook.people, otherwise), path
        )
    there = outlook.items.get(value.partition("/")[0])  # wait-days/1 is a metric that wait-days left
    kinds = kind.split(" or ")
    if there is not None and (not kind or there.kind in kinds):
        return None
    if there is not None:
        return outlook.fault(f"“{shown(value)}” is a {there.kind}, not a {kind}.", f"Name a {kind} here.", path)
    known = [item.ref for item in outlook.items.values() if not kind or item.kind in kinds]
    word = kinds[0] or "item"
    otherwise = f"Add the {word} to the document, or correct the ref."
    return outlook.fault(f"There is no {word} “{shown(value)}”.", did_you_mean(value, known, otherwise), path)


def _trees(outlook: Outlook) -> Iterator[Fault]:
    for kind, what in (("team", "Teams"), ("cycle", "Cycles")):
        parents = {item.ref: [parent] for item in outlook.of_kind(kind) if (parent := item.value("parent"))}
        for path in circles(parents):
            yield outlook.fault(
                f"{what} stand above each other in a circle: {' → '.join(path)}.",
                "Take one parent away.",
                (*stated_by(outlook, path), "parent"),
            )


def stated_by(outlook: Outlook, refs: list[str]) -> Path:
    """The path of the first of these items that the file speaks of."""
    return next((item.path for ref in refs if (item := outlook.items[ref]).wanted is not None), ())


def _policies(outlook: Outlook) -> Iterator[Fault]:
    organisation: Organisation | None = outlook.wanted.organisation
    if organisation is None:
        return
    known = list(policy.Policy.__dataclass_fields__)
    for name, value in organisation.policies.items():
        path = ("organisation", "policies", name)
        if name not in known:
            remedy = did_you_mean(name, known, f"The policies are {', '.join(known)}.")
            yield outlook.fault(f"“{shown(name)}” is no policy.", remedy, path)
        elif isinstance(value, bool) != (name == "strict_holds") or (
            isinstance(value, str) != (name in ("roll_up", "pace"))
        ):
            yield outlook.fault(f"“{shown(value)}” does not fit the policy {name}.", "Write a value of its kind.", path)
        else:
            for field, message in policy.faults(policy.read({name: value})):
                yield outlook.fault(f"“{shown(value)}” is not possible.", message, ("organisation", "policies", field))


def _level_names(outlook: Outlook) -> Iterator[Fault]:
    organisation: Organisation | None = outlook.wanted.organisation
    there = outlook.current.organisation.level_names if outlook.current.organisation is not None else {}
    stated = organisation.level_names if organisation is not None else {}
    try:
        checked({code: Name(one.one, one.many) for code, one in {**there, **stated}.items()})
    except Faults as refusal:
        for fault in refusal.faults:
            yield outlook.fault(fault.message, fault.remedy, ("organisation", "level_names", fault.field))
