"""What a document may say but this version cannot keep: each is refused, so that nothing is lost silently."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_chain import ChainItem, Evidence
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.faults import Fault, Place, path_text, shown

Path = tuple[str | int, ...]
WITHOUT_METRIC = ("milestones", "open")
YEARS_MAX = 20
HOUR_PLACES = 2


def storable(document: Document, place: Callable[[Path], Place]) -> list[Fault]:
    """Every fault of a document that is right in itself but cannot be kept, each with its place and remedy."""
    told = [
        *_followed(document),
        *_people(document),
        *_cycles(document),
        *(fault for at, part in enumerate(document.chain) for fault in _chain_item(part, ("chain", at))),
        *(
            fault
            for at, part in enumerate(document.links)
            for fault in _addresses(part.sources, ("links", at, "sources"))
        ),
        *(fault for at, part in enumerate(document.objectives) for fault in _objective(part, ("objectives", at))),
    ]
    return [Fault(message, remedy, place(path), path_text(path)) for path, message, remedy in told]


Told = tuple[Path, str, str]


def _people(document: Document) -> Iterator[Told]:
    for at, person in enumerate(document.people):
        hours = person.capacity_hours_per_week
        if hours is not None and hours != round(hours, HOUR_PLACES):
            yield (
                ("people", at, "capacity_hours_per_week"),
                f"{hours} hours have more than two decimals.",
                "Write at most two decimals.",
            )
        yield from _twice(person.teams, ("people", at, "teams"))


def _cycles(document: Document) -> Iterator[Told]:
    for at, cycle in enumerate(document.cycles):
        first, last = cycle.starts_on, cycle.ends_on
        if first and last and (last - first).days > YEARS_MAX * 366:
            yield (
                ("cycles", at, "ends_on"),
                f"The cycle lasts more than {YEARS_MAX} years.",
                "Check the years of both days.",
            )


def _followed(document: Document) -> Iterator[Told]:
    """A key result may follow another's own metric, so that one has to have one."""
    known = {part.ref: part for objective in document.objectives for part in objective.key_results}
    for at, objective in enumerate(document.objectives):
        for inner, part in enumerate(objective.key_results):
            other = known.get(part.metric or "")
            if other is not None and (other.metric is not None or other.measured_as in WITHOUT_METRIC):
                yield (
                    ("objectives", at, "key_results", inner, "metric"),
                    f"The key result {shown(other.ref)} has no metric of its own.",
                    "Name a key result that has one, or a shared metric.",
                )


def _chain_item(part: ChainItem, path: Path) -> Iterator[Told]:
    for name in ("shared_with", "viewers", "metrics"):
        yield from _twice(getattr(part, name), (*path, name))
    yield from _addresses(part.evidence, (*path, "evidence"))


def _addresses(evidence: Iterable[Evidence], path: Path) -> Iterator[Told]:
    return _twice([entry.url or (entry.file.sha256 if entry.file else "") for entry in evidence], path)


def _objective(part: Objective, path: Path) -> Iterator[Told]:
    yield from _twice(part.viewers, (*path, "viewers"))
    yield from _twice(part.priorities, (*path, "priorities"))
    open_ones = [at for at, entry in enumerate(part.overrides) if entry.resumed_at is None]
    for at in open_ones[1:]:
        yield (
            (*path, "overrides", at),
            "An earlier override of this objective has not been resumed.",
            "Give the earlier one resumed_at, or take one of the two away.",
        )
    yield from _without_reason(part.overrides, (*path, "overrides"))
    for at, key_result in enumerate(part.key_results):
        yield from _key_result(key_result, (*path, "key_results", at))


def _key_result(part: KeyResult, path: Path) -> Iterator[Told]:
    yield from _without_reason(part.changes, (*path, "changes"))
    yield from _twice([step.title for step in part.milestones], (*path, "milestones"))
    if part.metric is not None and part.readings:
        yield (
            (*path, "readings"),
            f"This key result follows {shown(part.metric)} and has no metric of its own.",
            f"Move the readings to {shown(part.metric)}.",
        )
    if part.metric is not None and part.source is not None:
        yield (
            (*path, "source"),
            f"This key result follows {shown(part.metric)} and has no metric of its own.",
            f"Give the source with {shown(part.metric)}.",
        )


def _without_reason(entries: Iterable[Any], path: Path) -> Iterator[Told]:
    for at, entry in enumerate(entries):
        if not entry.reason:
            yield (*path, at, "reason"), "The reason is empty.", "Write why, in a sentence."


def _twice(names: Iterable[str], path: Path) -> Iterator[Told]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield (*path, at), f"“{shown(name)}” stands twice in {path[-1]}.", "Keep one of the two."
        seen.add(name)
