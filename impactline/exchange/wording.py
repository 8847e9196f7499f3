"""The texts of a document as statements for the wording linter, each with the place where it stands."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from impactline.exchange.document import Document
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.faults import Place
from impactline.exchange.reading import Reading
from impactline.insight.wording import Finding, Kind, Lists, Measure, Span, Statement, digest_of, lint

Path = tuple[str | int, ...]


class Found(NamedTuple):
    """A finding, and where the text stands."""

    finding: Finding
    place: Place
    text: str


def findings_of(reading: Reading, words: Lists | None = None, most: int | None = None) -> Iterator[Found]:
    """The findings of everything that a file states, or of its first texts, in the order of the document."""
    for said, path in islice(statements_of(reading.partial), most):
        quiet = _overruled(reading.partial, path, said)
        for finding in lint(said, words, overruled=quiet):
            yield Found(finding, reading.place((*path, "title")), said.text)


def statements_of(document: Document) -> Iterator[tuple[Statement, Path]]:
    """Each text of a document with its path: objectives, key results, metrics, the chain and its assumptions.

    What a document does not speak of at all, such as owners or priorities, is not known of its items.
    """
    whole = _Whole(document)
    for at, objective in enumerate(document.objectives):
        yield from whole.of_objective(objective, ("objectives", at))
    for at, metric in enumerate(document.metrics):
        if metric.name:
            yield Statement(Kind.METRIC, metric.name, metric.ref, language=whole.language), ("metrics", at)
    for at, item in enumerate(document.chain):
        if item.title:
            days = Span(item.starts_on, item.due_on)
            yield (
                Statement(Kind(item.level), item.title, item.ref, days=days, language=whole.language),
                ("chain", at),
            )
        for place, assumption in enumerate(item.assumptions):
            yield (
                Statement(Kind.ASSUMPTION, assumption.text, item.ref, language=whole.language),
                ("chain", at, "assumptions", place),
            )
    for at, link in enumerate(document.links):
        for place, assumption in enumerate(link.assumptions):
            yield (
                Statement(Kind.ASSUMPTION, assumption.text, f"{link.from_}→{link.to}", language=whole.language),
                ("links", at, "assumptions", place),
            )


class _Whole:
    """What the parts of a document are judged beside."""

    def __init__(self, document: Document) -> None:
        self.cycles = {cycle.ref: Span(cycle.starts_on, cycle.ends_on) for cycle in document.cycles}
        self.levels = {item.ref: item.level for item in document.chain}
        self.language = (document.organisation.locale if document.organisation else "")[:2]
        self.names_owners = any(
            objective.owner or any(part.owner for part in objective.key_results) for objective in document.objectives
        )
        self.names_aims = bool(document.priorities) or any(
            objective.priorities or objective.contributes_to or objective.supports for objective in document.objectives
        )
        self.served = {
            *(part.objective for objective in document.objectives for part in objective.contributes_to),
            *(ref for objective in document.objectives for ref in objective.supports),
        }

    def of_objective(self, objective: Objective, path: Path) -> Iterator[tuple[Statement, Path]]:
        """An objective, then its key results."""
        parts = tuple(self._key_result(objective, at) for at in range(len(objective.key_results)))
        owners = objective.owner or any(part.owner for part in objective.key_results)
        aims = objective.priorities or objective.contributes_to or objective.supports or objective.ref in self.served
        yield (
            Statement(
                Kind.OBJECTIVE,
                objective.title,
                objective.ref,
                cycle=self.cycles.get(objective.cycle),
                owned=bool(owners) if self.names_owners else None,
                serves=bool(aims) if self.names_aims else None,
                parts=parts,
                language=self.language,
            ),
            path,
        )
        for at, part in enumerate(parts):
            yield part, (*path, "key_results", at)

    def _key_result(self, objective: Objective, at: int) -> Statement:
        row = objective.key_results[at]
        return Statement(
            Kind.KEY_RESULT,
            row.title,
            row.ref,
            measure=_measure(row),
            days=Span(row.starts_on, row.due_on),
            cycle=self.cycles.get(objective.cycle),
            measures=self.levels.get(row.measures or "", ""),
            above=objective.title,
            beside=tuple(other.title for other in objective.key_results[:at]),
            language=self.language,
        )


def _measure(row: KeyResult) -> Measure:
    return Measure(row.measured_as, row.baseline, row.target, row.low, row.high, row.unit)


def _overruled(document: Document, path: Path, said: Statement) -> set[str]:
    """The rules that the file says are overruled for a text; of an assumption it is said of the items that it is on."""
    if said.kind is Kind.ASSUMPTION:
        named = set(said.ref.split("→"))
        entries = [entry for item in document.chain if item.ref in named for entry in item.overruled]
        meant = {digest_of(said.text)}
    else:
        entries = list(getattr(_part(document, path), "overruled", ()))
        meant = {"", digest_of(said.text)}
    return {entry.rule for entry in entries if entry.resumed_at is None and entry.digest in meant}


def _part(document: Document, path: Path) -> Any:
    """The part of a document at a path."""
    part: Any = document
    for step in path:
        part = part[step] if isinstance(step, int) else getattr(part, step)
    return part
