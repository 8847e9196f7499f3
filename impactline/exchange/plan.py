"""What an import would do, item by item: the difference between what is there and what a file says.

An import adds and changes. What the file is silent about stays as it is: items that it does not name, and
keys that it does not state (a key stated as null is cleared). A list that it states (priorities, alignments,
milestones, levels, planned values, assumptions, evidence, teams, viewers) becomes as stated. Nothing is ever deleted:
to put an item away, the file states its `archived_at`. History only grows: check-ins and readings are matched
by day and by their order within the day; new ones are added, changed ones become corrections that keep what
was said before; scores, overrides, answers on sufficiency, locked periods and target changes are added when none like
them is there.
Carrying a plan out and planning the same file again gives an empty plan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_parts import Part
from impactline.exchange.writing import plain

# The sections in the order in which they can be carried out: what is referred to comes first.
SECTIONS: dict[str, str] = {
    "teams": "team",
    "people": "person",
    "priorities": "priority",
    "cycles": "cycle",
    "metrics": "metric",
    "chain": "chain item",
    "objectives": "objective",
    "links": "link",
    "dependencies": "dependency",
    "roadblocks": "roadblock",
    "requests": "contribution request",
    "muted": "mute",
    "foreign": "foreign element",
}
# The lists that are items of their own, with their kind.
_ITEMS = {"key_results": "key result"}
_HISTORY = {
    "check_ins": "check-in",
    "targets": "period target",
    "locked_periods": "locked period",
    "readings": "reading",
    "scores": "score",
    "overrides": "override",
    "sufficiency": "answer on sufficiency",
    "changes": "target change",
    "reports": "report",
    "overruled": "overruling",
}
# What the reports of an item say; where a file says otherwise, `settling` has made it one of them.
_REPORTED = ("progress", "delivered", "used")
_DATED = ("check_ins", "readings")
# What a correction may change; when it was recorded, and what it said earlier, is not rewritten.
_COUNTED = ("value", "numerator", "denominator")
_CORRECTED = ("by", *_COUNTED, "quality", "parts", "evidence", "confidence", "status", "note")
_AIMED = (*_COUNTED, "note")
_RESUMED = ("resumed_at", "resumed_on", "resumed_by", "unlocked_at", "unlocked_by", "unlock_reason")
_FROZEN = ("baseline", "target", "low", "high", "warning")


@dataclass(frozen=True, slots=True)
class Add:
    """Something new: `ref` names it, or for history the item that it is about; `owner` is the objective."""

    kind: str
    ref: str
    part: Part
    owner: str = ""

    def as_data(self) -> dict[str, Any]:
        """The addition for programs."""
        keys = {key: value for key, value in plain(self.part).items() if key not in _ITEMS and key not in _HISTORY}
        return {"kind": self.kind, "ref": self.ref, "fields": keys}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One key of an item: what it is and what it will be."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """An item that differs; `day` and `number` tell which check-in or reading of the day, from 0."""

    kind: str
    ref: str
    fields: tuple[FieldChange, ...]
    current: Part
    wanted: Part
    owner: str = ""
    day: date | None = None
    number: int = 0

    def as_data(self) -> dict[str, Any]:
        """The change for programs."""
        when = {"at": self.day, "number": self.number + 1} if self.day else {}
        fields = {part.field: [plain(part.before), plain(part.after)] for part in self.fields}
        return {"kind": self.kind, "ref": self.ref, **when, "fields": fields}


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry that leaves a list which the file states, or an item that is put into the archive."""

    kind: str
    ref: str
    field: str
    entry: Any

    def as_data(self) -> dict[str, Any]:
        """The removal for programs."""
        return {"kind": self.kind, "ref": self.ref, "field": self.field, "entry": plain(self.entry)}


@dataclass(slots=True)
class Plan:
    """Additions, then changes, each in the order in which they can be carried out.

    The removals are shown apart but are part of the changes.
    """

    adds: list[Add] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def removals(self) -> list[Removal]:
        """What the changes take away."""
        return [removal for change in self.changes for removal in _removals(change)]

    @property
    def is_empty(self) -> bool:
        """Whether everything is already as the file says."""
        return not self.adds and not self.changes

    def does_as(self, other: "Plan") -> bool:
        """Whether it adds and changes the same."""
        mine, theirs = (
            [(one.kind, one.ref, one.day, one.number, one.fields) for one in plan.changes] for plan in (self, other)
        )
        return self.adds == other.adds and mine == theirs

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind are added, changed and removed."""
        return {
            "adds": dict(Counter(entry.kind for entry in self.adds)),
            "changes": dict(Counter(entry.kind for entry in self.changes)),
            "removals": dict(Counter(entry.kind for entry in self.removals)),
        }

    def as_data(self) -> dict[str, Any]:
        """The plan for programs; numbers are Decimal, see `writing.json_text`."""
        return {
            "adds": [entry.as_data() for entry in self.adds],
            "changes": [entry.as_data() for entry in self.changes],
            "removals": [entry.as_data() for entry in self.removals],
            "notes": self.notes,
        }


def plan(current: Document, wanted: Document) -> Plan:
    """What would have to be added and changed, so that `current` says what `wanted` says."""
    planned = Plan()
    if wanted.organisation is not None:
        _compare(planned, "organisation", "", current.organisation, wanted.organisation)
    for section, kind in SECTIONS.items():
        there = {key_of(part): part for part in getattr(current, section)}
        for part in getattr(wanted, section):
            _compare(planned, kind, key_of(part), there.get(key_of(part)), part)
    return planned


def key_of(part: Any) -> str:
    """By what an item is known again: its ref, the address of a person, the two ends of a link."""
    if hasattr(part, "from_"):
        return f"{part.from_} → {part.to}"
    if hasattr(part, "about"):
        return f"{part.rule} about {', '.join(part.about)}, muted {part.at.isoformat()} {part.finding}".rstrip()
    if hasattr(part, "within"):
        return f"{part.format} of {part.on}"
    if hasattr(part, "after"):
        return f"{part.activity} after {part.after}"
    return str(getattr(part, "email", None) or part.ref)


def like(entry: Any, waiting: Iterable[Any]) -> Any:
    """The first record that says what the entry states; None where none does."""
    names = [name for name in type(entry).model_fields if name not in _RESUMED]
    return next((part for part in waiting if not any(_differing(part, entry, names))), None)


def _compare(planned: Plan, kind: str, ref: str, current: Any, wanted: Any, owner: str = "") -> None:
    if current is None:
        planned.adds.append(Add(kind, ref, wanted, owner))
    else:
        fields = tuple(_field_changes(ref, current, wanted))
        if fields:
            planned.changes.append(Change(kind, ref, fields, current, wanted, owner))
            _note_frozen(planned, ref, current, fields)
    _compare_items(planned, ref, current, wanted)
    _compare_history(planned, ref, current, wanted, owner)


def _field_changes(ref: str, current: Any, wanted: Any) -> Iterator[FieldChange]:
    for name in type(wanted).model_fields:
        if name in _ITEMS or name in _HISTORY or name in _REPORTED or not wanted.states(name):
            continue
        before, after = getattr(current, name), getattr(wanted, name)
        if isinstance(after, dict):
            after = {**before, **after}
        if before != after and not _is_default_name(name, ref, before, after):
            yield FieldChange(type(wanted).model_fields[name].alias or name, before, after)


def _is_default_name(name: str, ref: str, before: Any, after: Any) -> bool:
    """A name or title that is cleared falls back to the ref; for people to the part before the @."""
    return name in ("name", "title") and after is None and before in (ref, ref.split("@", maxsplit=1)[0])


def _note_frozen(planned: Plan, ref: str, current: Any, fields: tuple[FieldChange, ...]) -> None:
    changed = [part.field for part in fields if part.field in _FROZEN]
    if changed and getattr(current, "frozen_at", None) is not None:
        planned.notes.append(
            f"{ref}: {', '.join(changed)} was frozen on {current.frozen_at:%Y-%m-%d}; the change is kept in its log."
        )


def _compare_items(planned: Plan, ref: str, current: Any, wanted: Any) -> None:
    for name, kind in _ITEMS.items():
        if name not in type(wanted).model_fields or not wanted.states(name):
            continue
        there = {part.ref: part for part in getattr(current, name)} if current is not None else {}
        for part in getattr(wanted, name):
            _compare(planned, kind, part.ref, there.pop(part.ref, None), part, ref)
        kept = [key for key, part in there.items() if part.archived_at is None]
        if kept:
            planned.notes.append(f"{ref}: the file does not name {', '.join(kept)}; that stays as it is.")


def _compare_history(planned: Plan, ref: str, current: Any, wanted: Any, owner: str) -> None:
    for name, kind in _HISTORY.items():
        if name not in type(wanted).model_fields:
            continue
        there = getattr(current, name) if current is not None else ()
        if name == "targets":
            _compare_targets(planned, kind, ref, there, getattr(wanted, name))
        elif name in _DATED:
            _compare_days(planned, kind, ref, there, getattr(wanted, name), owner)
        else:
            _compare_records(planned, kind, ref, there, getattr(wanted, name), owner)


def _compare_days(planned: Plan, kind: str, ref: str, current: Any, wanted: Any, owner: str) -> None:
    there: dict[date, list[Any]] = defaultdict(list)
    for entry in current:
        there[entry.at].append(entry)
    seen: Counter[date] = Counter()
    for entry in wanted:
        number = seen[entry.at]
        seen[entry.at] += 1
        if number >= len(there[entry.at]):
            planned.adds.append(Add(kind, ref, entry, owner))
            continue
        before = there[entry.at][number]
        fields = tuple(_differing(before, entry, _CORRECTED))
        if fields:
            planned.changes.append(Change(kind, ref, fields, before, entry, owner, entry.at, number))


def _compare_targets(planned: Plan, kind: str, ref: str, current: Any, wanted: Any) -> None:
    """Targets are known again by their period and part; one that differs is revised."""
    there: dict[Any, list[Any]] = defaultdict(list)
    for entry in current:
        there[target_key(entry)].append(entry)
    seen: Counter[Any] = Counter()
    for entry in wanted:
        key = target_key(entry)
        number = seen[key]
        seen[key] += 1
        if number >= len(there[key]):
            planned.adds.append(Add(kind, ref, entry))
        elif fields := tuple(_differing(before := there[key][number], entry, _AIMED)):
            planned.changes.append(Change(kind, ref, fields, before, entry, day=entry.starts_on, number=number))


def target_key(entry: Any) -> tuple[date, date, frozenset[tuple[str, str]]]:
    """By what a target of a metric is known again: its period and its part."""
    return entry.starts_on, entry.ends_on, frozenset(entry.of.items())


def _compare_records(planned: Plan, kind: str, ref: str, current: Any, wanted: Any, owner: str) -> None:
    waiting = list(current)
    for entry in wanted:
        match = like(entry, waiting)
        if match is None:
            planned.adds.append(Add(kind, ref, entry, owner))
            continue
        waiting.remove(match)
        fields = tuple(_differing(match, entry, _RESUMED))
        if fields:
            planned.changes.append(Change(kind, ref, fields, match, entry, owner))


def _differing(before: Any, after: Any, names: Any) -> Iterator[FieldChange]:
    for name in names:
        if name in type(after).model_fields and after.states(name) and getattr(before, name) != getattr(after, name):
            yield FieldChange(name, getattr(before, name), getattr(after, name))


def _removals(change: Change) -> Iterator[Removal]:
    for part in change.fields:
        if isinstance(part.before, tuple) and isinstance(part.after, tuple):
            left = [_name_of(entry) for entry in part.after]
            for entry in part.before:
                if _name_of(entry) not in left:
                    yield Removal(change.kind, change.ref, part.field, entry)
        elif part.field == "archived_at" and part.after is not None and part.before is None:
            yield Removal(change.kind, change.ref, part.field, part.after)


def _name_of(entry: Any) -> Any:
    """By what an entry of a list is known again: an alignment by its objective, a milestone by its title."""
    for name in ("objective", "title", "text", "until"):
        if hasattr(entry, "model_fields_set") and name in type(entry).model_fields:
            return getattr(entry, name)
    return entry
