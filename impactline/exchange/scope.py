"""A part of a document that stands by itself: of one cycle, one team, one priority, or one objective.

What is chosen brings along what it cannot be imported or computed without: people, teams, cycles, priorities, metrics,
the objectives above it, and the chain that leads to what its key results measure, and from there on. What refers to
something else is cut, and told.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from impactline.base.errors import NotFound
from impactline.exchange.checking import REFERENCES
from impactline.exchange.document import Document
from impactline.exchange.document_chain import ChainItem
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.document_parts import Part
from impactline.exchange.document_planning import Request
from impactline.exchange.outlook import SECTIONS, with_refs
from impactline.exchange.plan_words import counted

BROUGHT = {"person", "team", "cycle", "priority", "metric", "metric or key result", "objective"}
"""What is brought along where it is referred to, by the kinds of REFERENCES; what continues something is not."""

CUT: dict[type[Part], dict[str, str]] = {
    Objective: {"carried_from": "objective"},
    KeyResult: {"carried_from": "key result", "measures": "chain item"},
    Request: {"key_result": "key result", "waiting": "chain item", "promise": "chain item"},
}
OTHERS = {"people": "person", "links": "link", "dependencies": "dependency", "muted": "mute"}
LEFT_MAX = 50


@dataclass(frozen=True, slots=True)
class Scope:
    """What is wanted, by refs; several together narrow each other, none is everything."""

    cycle: str = ""
    team: str = ""
    priority: str = ""
    objective: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is narrowed."""
        return not any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Scoped:
    """The document of a scope, and what it left out, in sentences."""

    document: Document
    left: list[str]


def within(document: Document, scope: Scope) -> Scoped:
    """The part of the document that belongs to a scope. Raises NotFound for a ref that names nothing of its kind."""
    if scope.is_all:
        return Scoped(document, [])
    whole = _Whole(document)
    for field in fields(scope):
        ref = getattr(scope, field.name)
        if ref and whole.kinds.get(ref) != field.name:
            raise NotFound(f"There is no {field.name} “{ref[:80]}”.")
    kept = _closed(whole, _chosen(whole, scope))
    cuts: list[str] = []
    found = _only(whole, kept, cuts)
    return Scoped(found, [*_counts(document, found), *cuts[:LEFT_MAX], *_more(cuts)])


def holds(document: Document) -> dict[str, int]:
    """How many of each kind a document holds."""
    found = {kind: len(getattr(document, section)) for section, kind in {**SECTIONS, **OTHERS}.items()}
    return {kind: count for kind, count in found.items() if count}


class _Whole:
    """The whole document with its items by ref, and what leads to what."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.kinds: dict[str, str] = {}
        self.parts: dict[str, Any] = {person.email: person for person in document.people}
        self.holders: dict[str, str] = {}
        for kind, ref, part, path in with_refs(document):
            self.kinds[ref] = kind
            self.parts[ref] = part
            if kind == "key result":
                self.holders[ref] = document.objectives[int(path[1])].ref
        self.below: dict[str, set[str]] = defaultdict(set)
        for objective in document.objectives:
            for above in objective.contributes_to:
                self.below[above.objective].add(objective.ref)
        self.leading: dict[str, set[str]] = defaultdict(set)
        self.led: dict[str, set[str]] = defaultdict(set)
        for link in document.links:
            self.leading[link.to].add(link.from_)
            self.led[link.from_].add(link.to)


def _chosen(whole: _Whole, scope: Scope) -> set[str]:
    """The objectives of the scope, the chain around what they measure and, of a team, what it does itself."""
    named = {getattr(scope, field.name) for field in fields(scope)} - {""}
    teams = _reached({scope.team}, lambda ref: (t.ref for t in whole.document.teams if t.parent == ref))
    found = {one.ref for one in whole.document.objectives}
    if scope.cycle:
        found &= {one.ref for one in whole.document.objectives if one.cycle == scope.cycle}
    if scope.team:
        found &= {one.ref for one in whole.document.objectives if one.team in teams}
    if scope.priority:
        serving = {one.ref for one in whole.document.objectives if scope.priority in one.priorities}
        found &= _reached(serving, lambda ref: whole.below[ref])
    if scope.objective:
        found &= _reached({scope.objective}, lambda ref: whole.below[ref])
    measured = {kr.measures for ref in found for kr in whole.parts[ref].key_results if kr.measures}
    if scope == Scope(team=scope.team):
        named |= teams
        measured |= {item.ref for item in whole.document.chain if item.team in teams}
    return found | named | _around(whole, measured)


def _around(whole: _Whole, items: set[str]) -> set[str]:
    """Items of the chain with all that leads to them, and what they lead to."""
    return _reached(items, lambda ref: whole.leading[ref]) | _reached(items, lambda ref: whole.led[ref])


def _reached(begin: Iterable[str], near: Callable[[str], Iterable[str]]) -> set[str]:
    found, waiting = set(begin), list(begin)
    while waiting:
        fresh = set(near(waiting.pop())) - found
        found |= fresh
        waiting += fresh
    return found


def _closed(whole: _Whole, chosen: set[str]) -> set[str]:
    """What was chosen with all that it brings along; roadblocks and requests of what is there belong to it."""
    kept = _reached(chosen, lambda ref: _brought(whole, whole.parts[ref]))
    while True:
        about = {
            *(one.ref for one in whole.document.roadblocks if one.on and _holder(whole, one.on) in kept),
            *(
                one.ref
                for one in whole.document.requests
                if any(ref and _holder(whole, ref) in kept for ref in (one.key_result, one.waiting, one.promise))
            ),
        }
        if about <= kept:
            return kept
        kept = _reached(kept | about, lambda ref: _brought(whole, whole.parts[ref]))


def _brought(whole: _Whole, part: Any) -> Iterator[str]:
    """The refs that a part brings along."""
    for field, kind, named in _references(part):
        if kind in BROUGHT and field != "carried_from" and (ref := _holder(whole, named)) in whole.parts:
            yield ref


def _references(part: Part) -> Iterator[tuple[str, str, str]]:
    """What a part names, and those within it: the field, of which kind, the ref."""
    kinds = REFERENCES.get(type(part), {})
    for field, value in part:
        entries = value if isinstance(value, tuple) else () if value is None else (value,)
        for entry in entries:
            if isinstance(entry, Part):
                yield from _references(entry)
            elif field in kinds:
                yield field, kinds[field], entry


def _holder(whole: _Whole, ref: str) -> str:
    """The item that a ref stands in: of a key result, or a metric of its own, the objective."""
    base = ref if ref in whole.parts else ref.partition("/")[0]
    return whole.holders.get(base, base)


def _only(whole: _Whole, kept: set[str], cuts: list[str]) -> Document:
    """The document of what is kept; what refers to something else is cut."""
    document = whole.document

    def has(ref: str | None) -> bool:
        return ref is not None and _holder(whole, ref) in kept

    sections: dict[str, Any] = {
        section: tuple(_cut(part, has, cuts) for part in getattr(document, section) if part.ref in kept)
        for section in SECTIONS
    }
    sections["people"] = tuple(person for person in document.people if person.email in kept)
    sections["links"] = tuple(link for link in document.links if has(link.from_) and has(link.to))
    sections["dependencies"] = tuple(one for one in document.dependencies if has(one.activity) and has(one.after))
    sections["muted"] = tuple(mute for mute in document.muted if all(map(has, mute.about)) and _by(mute, kept))
    sections["foreign"] = tuple(
        one for one in document.foreign if has(one.on) and (one.within is None or has(one.within))
    )
    return document.model_copy(update=sections)


def _by(mute: Any, kept: set[str]) -> bool:
    return mute.by is None or mute.by in kept


def _cut(part: Any, has: Callable[[str | None], bool], cuts: list[str]) -> Any:
    """The part without references to what is not kept."""
    gone: dict[str, Any] = {}
    for field, kind in CUT.get(type(part), {}).items():
        ref = getattr(part, field)
        if ref is not None and not has(ref):
            gone[field] = None
            cuts.append(f"{part.ref}: {field.replace('_', ' ')} the {kind} {ref}, which stays out.")
    if isinstance(part, Objective):
        gone["key_results"] = tuple(_cut(one, has, cuts) for one in part.key_results)
    if isinstance(part, ChainItem) and part.predictions:
        there = tuple(one for one in part.predictions if has(one.output) and has(one.outcome))
        if len(there) < len(part.predictions):
            cuts.append(f"{part.ref}: predictions about items that stay out.")
        gone["predictions"] = there
    return part.model_copy(update=gone) if gone else part


def _counts(document: Document, found: Document) -> list[str]:
    """How many of each kind stay out."""
    there = holds(found)
    missing = {kind: count - there.get(kind, 0) for kind, count in holds(document).items()}
    missing = {kind: count for kind, count in missing.items() if count}
    return [f"Left out: {counted(missing)}."] if missing else []


def _more(cuts: list[str]) -> list[str]:
    return [f"And {len(cuts) - LEFT_MAX:,} more references."] if len(cuts) > LEFT_MAX else []
