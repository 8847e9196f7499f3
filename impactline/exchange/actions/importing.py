"""An import: read what is there, check the document against it, plan, and carry the plan out, or change nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, connection

from impactline.base import statistics
from impactline.base.errors import Invalid, Refusal
from impactline.base.transactions import action
from impactline.chain.models import ChainItem, Link
from impactline.chain.visibility import items_hidden_from
from impactline.exchange import document as parts
from impactline.exchange.actions import (
    chain,
    chain_links,
    foreign,
    history,
    key_results,
    metrics,
    objectives,
    people,
    requests,
    roadblocks,
    strategy,
    verdicts,
)
from impactline.exchange.actions.muted import write_mutes
from impactline.exchange.actions.overruled import write_overruled
from impactline.exchange.actions.work import BATCH, Work
from impactline.exchange.document import Document
from impactline.exchange.faults import Fault, stopped
from impactline.exchange.loading import checked
from impactline.exchange.locked_readings import locked_readings
from impactline.exchange.plan import Add, Change, Plan, plan
from impactline.exchange.queries.document import document_for, whole_organisation
from impactline.exchange.reading import Reading
from impactline.exchange.settling import settled
from impactline.exchange.storable import storable
from impactline.exchange.working_out import with_shares
from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.rolling import measure_again, refresh
from impactline.okrs.today import present
from impactline.okrs.visibility import hidden_from
from impactline.people.models import Organisation, Person
from impactline.people.queries import zone


class Stage(StrEnum):
    """What an import is doing, in this order."""

    LOADING = "Reading what is there"
    CHECKING = "Checking"
    WRITING = "Writing"
    FIGURES = "Computing"


Told = Callable[[Stage], None]
HIDDEN = Fault(
    "Something in this file concerns what you may not see.",
    "Take out what is not yours, or ask the operator to import it.",
)


class Refused(Refusal):
    """The document has faults; nothing was changed. `faults` holds all of them, warnings too."""

    code = "document_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        errors = sum(1 for fault in faults if fault.severity == "error")
        super().__init__(f"{errors} {'fault' if errors == 1 else 'faults'}; nothing was changed.")
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do, and the warnings on the way."""

    plan: Plan
    warnings: list[Fault]


def preview(
    reading: Reading, *, at: datetime, there: bool = True, sees: Person | None = None, told: Told = lambda _: None
) -> Outcome:
    """What an import would do; changes nothing. Raises Refused with every fault.

    `there` is False where there is no database yet; `sees` is who reads the plan, None the operator.
    """
    told(Stage.LOADING)
    if not there:
        return _decided(reading, Document(), _today(reading, at, there=False), told)
    return _judged(reading, sees, at, told)


@action
def import_document(
    *,
    by: Person | None,
    reading: Reading,
    at: datetime,
    sees: Person | None = None,
    agreed: Callable[[Outcome], None] = lambda _: None,
    told: Told = lambda _: None,
) -> Outcome:
    """Carry a document that was read into the installation: all of it, or nothing.

    `by` is the person in whose name it happens, None the operator; `sees` who may be told what it does. `agreed`
    gets what is about to happen and may raise. Raises Refused with every fault.
    """
    _lock()
    told(Stage.LOADING)
    outcome = _judged(reading, sees, at, told)
    agreed(outcome)
    if outcome.plan.is_empty:
        return outcome
    told(Stage.WRITING)
    administered = people.has_administrator()
    try:
        _carry_out(Work(by, at, present(at).day), outcome.plan, told)
    except IntegrityError as error:
        raise Invalid(
            f"The database refused a row: {error}.".replace("\n", " "),
            remedy="If somebody changed the organisation meanwhile, import again; else this is a fault of the program.",
        ) from error
    people.keep_an_administrator(administered)
    statistics.refresh()
    return outcome


def _lock() -> None:
    """Nobody else changes figures or alignments meanwhile; in the order in which check-ins lock."""
    if connection.features.has_select_for_update:
        list(Organisation.objects.select_for_update().values_list("pk"))
        shared = Metric.objects.filter(ref__isnull=False)
        for rows in (shared, ChainItem.objects, Link.objects, KeyResult.objects, Objective.objects):
            list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _today(reading: Reading, at: datetime, there: bool) -> date:
    """The day, in the time zone that the document gives, else in that of the installation, else in UTC."""
    organisation = reading.partial.organisation
    if organisation is not None and organisation.states("timezone"):
        return at.astimezone(zone(organisation.timezone)).date()
    return present(at).day if there else at.astimezone(UTC).date()


def _judged(reading: Reading, sees: Person | None, at: datetime, told: Told) -> Outcome:
    """The plan, as far as its reader may know of it: one that would touch or rest on what is hidden is refused."""
    today = _today(reading, at, there=True)
    if sees is None or not (hidden_from(sees) or items_hidden_from(sees)):
        return _decided(reading, document_for(None), today, told)
    own = _decided(reading, document_for(sees), today, told)
    try:
        whole = _decided(reading, document_for(None), today, told)
    except Refused:
        raise Refused([*own.warnings, HIDDEN]) from None
    if not own.plan.does_as(whole.plan):
        raise Refused([*own.warnings, HIDDEN])
    whole.plan.notes = own.plan.notes
    return Outcome(whole.plan, own.warnings)


def _decided(reading: Reading, current: Document, today: date, told: Told) -> Outcome:
    """The plan of what differs; raises Refused."""
    told(Stage.CHECKING)
    found = checked(settled(reading, current, today), today=today, current=current)
    faults = [*found.faults, *storable(reading.partial, reading.place)]
    if stopped(faults) or found.document is None:
        raise Refused(faults)
    wanted = with_shares(found.document, current)
    if current.organisation is None:
        stated = wanted.organisation or parts.Organisation()
        wanted = wanted.model_copy(update={"organisation": _with_name(stated)})
    else:
        current = current.model_copy(update={"organisation": whole_organisation(current.organisation)})
    planned = plan(current, wanted)
    if locked := locked_readings(current, wanted, planned, reading.place):
        raise Refused([*faults, *locked])
    return Outcome(planned, faults)


def _with_name(organisation: parts.Organisation) -> parts.Organisation:
    return organisation.model_copy(update={"name": organisation.name or people.ORGANISATION_NAME})


def _carry_out(work: Work, planned: Plan, told: Told) -> None:
    adds: dict[str, list[Add]] = defaultdict(list)
    changes: dict[str, list[Change]] = defaultdict(list)
    for add in planned.adds:
        adds[add.kind].append(add)
    for change in planned.changes:
        changes[change.kind].append(change)
    _organisation(work, adds, changes)
    _strategy(work, adds, changes)
    _chain(work, adds, changes)
    touched = _okrs(work, adds, changes)
    if changes["organisation"] or changes["cycle"]:
        touched = _Touched(
            set(KeyResult.objects.values_list("pk", flat=True)), set(Objective.objects.values_list("pk", flat=True))
        )
    roadblocks.add_roadblocks(work, adds["roadblock"])
    roadblocks.change_roadblocks(work, changes["roadblock"])
    requests.add_requests(work, adds["contribution request"])
    requests.change_requests(work, changes["contribution request"])
    write_mutes(work, adds["mute"], changes["mute"])
    told(Stage.FIGURES)
    work.write_events(_compute(work, touched))


@dataclass(slots=True)
class _Touched:
    """The ids of key results and objectives with figures that may have moved."""

    key_results: set[int]
    objectives: set[int]


def _organisation(work: Work, adds: dict[str, list[Any]], changes: dict[str, list[Any]]) -> None:
    for add in adds["organisation"]:
        people.add_organisation(work, add.part)
    for change in changes["organisation"]:
        people.change_organisation(work, change)
    work.day = present(work.at).day
    teams = people.add_teams(work, adds["team"])
    people.add_people(work, adds["person"])
    people.complete_teams(work, teams)
    people.change_teams(work, changes["team"])
    people.change_people(work, changes["person"])


def _strategy(work: Work, adds: dict[str, list[Any]], changes: dict[str, list[Any]]) -> None:
    strategy.add_priorities(work, adds["priority"])
    strategy.change_priorities(work, changes["priority"])
    cycles = strategy.add_cycles(work, adds["cycle"])
    strategy.complete_cycles(work, cycles)
    strategy.change_cycles(work, changes["cycle"])
    metrics.add_metrics(work, adds["metric"])
    metrics.change_metrics(work, changes["metric"])
    metrics.write_targets(work, adds["period target"], changes["period target"])
    metrics.write_locked_periods(work, adds["locked period"], changes["locked period"])


def _chain(work: Work, adds: dict[str, list[Any]], changes: dict[str, list[Any]]) -> None:
    chain.add_items(work, adds["chain item"])
    chain.change_items(work, changes["chain item"])
    chain.add_reports(work, adds["report"])
    chain_links.add_links(work, adds["link"])
    chain_links.change_links(work, changes["link"])
    chain_links.add_dependencies(work, adds["dependency"])
    foreign.keep(work, adds["foreign element"], changes["foreign element"])


def _okrs(work: Work, adds: dict[str, list[Any]], changes: dict[str, list[Any]]) -> _Touched:
    new_objectives = objectives.add_objectives(work, adds["objective"])
    objectives.complete_objectives(work, new_objectives)
    moved = objectives.change_objectives(work, changes["objective"])
    new_key_results = key_results.add_key_results(work, adds["key result"])
    key_results.complete_key_results(work, new_key_results)
    changed = key_results.change_key_results(work, changes["key result"], _logged(adds["target change"]))
    steps = [*adds["reading"], *adds["check-in"], *changes["reading"], *changes["check-in"]]
    said_of, read = history.write_history(work, sorted(steps, key=lambda step: step.ref))
    strategy.date_closings(work, (step.ref for step in (*adds["cycle"], *changes["cycle"])))
    verdicts.add_scores(work, adds["score"])
    overridden = verdicts.write_overrides(work, adds["override"], changes["override"])
    verdicts.add_sufficiency(work, adds["answer on sufficiency"])
    verdicts.add_target_changes(work, adds["target change"])
    write_overruled(work, adds["overruling"], changes["overruling"])
    followers = KeyResult.objects.filter(metric__in=list(read)).values_list("pk", flat=True)
    touched = said_of | set(followers) | {row.pk for row in changed} | {row.pk for row, _ in new_key_results}
    for portion in _portions(sorted(said_of)):
        verdicts.keep_stated(portion)
    return _Touched(touched, moved | overridden | {row.pk for row, _ in new_objectives})


def _logged(adds: Iterable[Add]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for add in adds:
        found[add.ref].append(add.part)
    return found


def _compute(work: Work, touched: _Touched) -> list[int]:
    """Figures of all that was touched; returns the ids of the objectives that moved."""
    now = present(work.at)
    for portion in _portions(sorted(touched.key_results)):
        rows = list(KeyResult.objects.filter(pk__in=portion).select_related("objective__cycle"))
        touched.objectives |= {row.objective_id for row in rows}
        measure_again(rows, now)
    driven = Objective.objects.filter(driver="metric").values_list("pk", flat=True)
    return refresh(touched.objectives | set(driven), now) if touched.objectives else []


def _portions(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
