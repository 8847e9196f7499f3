"""A document as a snapshot, so that the rules judge a file as they judge an installation.

What happens in an installation only is not in it: progress, pace, forecasts and histories, without which the rules of
how things go keep silent.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from impactline.chain.levels import Level, kind_or_none
from impactline.exchange.document import Cycle, Document
from impactline.exchange.document import Holiday as HolidayPart
from impactline.exchange.document_chain import ChainItem, Link
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.reading import Reading
from impactline.exchange.wording import Found
from impactline.insight.rules import RULES, Snapshot, judge_rows
from impactline.insight.rules.rows import (
    AlignmentRow,
    AssumptionRow,
    CycleRow,
    ItemRow,
    KeyResultRow,
    LinkRow,
    MetricRow,
    Moved,
    ObjectiveRow,
    PersonRow,
    RequestRow,
    RoadblockRow,
    TeamRow,
    WaitRow,
)
from impactline.okrs.sufficiency import digest_of
from impactline.people.calendar import Holiday, free_days

Path = tuple[str | int, ...]
UNSAID_CYCLE = timedelta(days=3650)  # one that the document only names: it has begun today, and is long
WANTED = ("asked", "proposed", "declined")
OF_CHECK_INS = frozenset({"R2"})  # these may stand in the installation only
OF_THE_CHAIN = frozenset({"R22", "R23"}) | {name for name in RULES if name.startswith("C")}


def rule_findings_of(reading: Reading, today: date) -> Iterator[Found]:
    """What the rules find in a document that can be judged for what it states, where that stands.

    The rules of the chain keep silent where it speaks of no chain; so do those that it switches off.
    """
    document = reading.partial
    drawn = _Drawn(document, today)
    off = set(document.organisation.switched_off) if document.organisation else set()
    silent = off | OF_CHECK_INS | (set() if document.chain else OF_THE_CHAIN)
    for finding in judge_rows(drawn.snapshot(), [rule for name, rule in RULES.items() if name not in silent]):
        first = finding.about[0]
        weakness = finding.as_weakness(drawn.kind(first.kind, first.ref))
        yield Found(weakness, reading.place((*drawn.path(first.kind, first.ref), "title")), first.title)


def snapshot_of(document: Document, today: date) -> Snapshot:
    """What a document states, on a day. A cycle without a state is judged as one that runs."""
    return _Drawn(document, today).snapshot()


class _Drawn:
    """A document with a number for each of its parts, and for whomever and whatever they name."""

    def __init__(self, document: Document, today: date) -> None:
        self.document, self.today = document, today
        self.objectives = [row for row in document.objectives if row.archived_at is None]
        self.items = [row for row in document.chain if row.archived_at is None and row.state != "dropped"]
        self.parts = [
            (objective, part)
            for objective in self.objectives
            for part in objective.key_results
            if part.archived_at is None
        ]
        self.objective_ids = _numbered(row.ref for row in self.objectives)
        self.part_ids = _numbered(part.ref for _, part in self.parts)
        self.item_ids = _numbered(row.ref for row in self.items)
        self.metric_ids = _numbered(row.ref for row in document.metrics if row.archived_at is None)

    def snapshot(self) -> Snapshot:
        """The whole of it as rows."""
        said = self.document.organisation
        return Snapshot(
            today=self.today,
            limits={name: float(value) for name, value in said.thresholds.items()} if said else {},
            has_priorities=any(row.archived_at is None for row in self.document.priorities),
            people=self._by_pk(self._people()),
            teams=self._by_pk(self._teams()),
            cycles=self._by_pk(self._cycles()),
            objectives=self._by_pk(map(self._objective, self.objectives)),
            key_results=self._by_pk(self._key_result(*pair) for pair in self.parts),
            metrics=self._by_pk(self._metrics()),
            alignments=list(self._alignments()),
            moved={self.part_ids[part.ref]: list(_moved(part)) for _, part in self.parts if part.changes},
            items=self._by_pk(map(self._item, self.items)),
            links=self._by_pk(row for _, row in self.links),
            assumptions=list(self._assumptions()),
            waits=[
                WaitRow(self.item_ids[row.activity], self.item_ids[row.after])
                for row in self.document.dependencies
                if row.activity in self.item_ids and row.after in self.item_ids
            ],
            roadblocks=list(self._roadblocks()),
            requests=list(self._requests()),
        )

    def path(self, kind: str, ref: str) -> Path:
        """Where a thing stands in the document; the document itself for what it only names."""
        return self._paths.get((kind, ref), ())

    def kind(self, kind: str, ref: str) -> str:
        """What a finding calls the thing: of an item of the chain, its level."""
        return self._levels[ref] if kind == "chain_item" else kind

    @cached_property
    def _paths(self) -> dict[tuple[str, str], Path]:
        whole = self.document
        found: dict[tuple[str, str], Path] = {}
        for kind, key in (("team", "teams"), ("cycle", "cycles"), ("metric", "metrics"), ("chain_item", "chain")):
            found |= {(kind, row.ref): (key, at) for at, row in enumerate(getattr(whole, key))}
        found |= {("person", row.email): ("people", at) for at, row in enumerate(whole.people)}
        for at, objective in enumerate(whole.objectives):
            found["objective", objective.ref] = ("objectives", at)
            for place, part in enumerate(objective.key_results):
                found["key_result", part.ref] = ("objectives", at, "key_results", place)
        return found

    @cached_property
    def _levels(self) -> dict[str, str]:
        return {row.ref: row.level for row in self.items}

    @staticmethod
    def _by_pk(rows: Iterable[Any]) -> dict[int, Any]:
        return {row.pk: row for row in rows}

    # --- people, teams, cycles, metrics: those that are listed, and those that are only named ---------------------

    @cached_property
    def person_ids(self) -> dict[str, int]:
        """A number for each address."""
        whole = self.document
        named = [
            *(row.email for row in whole.people),
            *(row.owner for row in self.objectives),
            *(part.owner for _, part in self.parts),
            *(row.owner for row in whole.metrics),
            *(row.owner for row in self.items),
            *(one.owner for row in self.items for one in row.assumptions),
            *(one.owner for row in whole.links for one in row.assumptions),
        ]
        return _numbered(filter(None, named))

    @cached_property
    def team_ids(self) -> dict[str, int]:
        """A number for each team."""
        named = [
            *(row.ref for row in self.document.teams),
            *(row.team for row in self.objectives),
            *(row.team for row in self.items),
            *(row.asked for row in self.document.requests),
        ]
        return _numbered(filter(None, named))

    @cached_property
    def cycle_ids(self) -> dict[str, int]:
        """A number for each cycle."""
        return _numbered([*(row.ref for row in self.document.cycles), *(row.cycle for row in self.objectives)])

    def _people(self) -> Iterator[PersonRow]:
        told = {row.email: row for row in self.document.people}
        for address, number in self.person_ids.items():
            row = told.get(address)
            if row is None:
                yield PersonRow(number, address, address)
                continue
            hours = None if row.capacity_hours_per_week is None else float(row.capacity_hours_per_week)
            away = tuple((one.starts_on, one.ends_on) for one in row.absences)
            free = tuple(one.on for one in self._free(row.teams))
            yield PersonRow(number, address, row.name or address, hours, away, row.archived_at is not None, free)

    def _free(self, teams: Iterable[str]) -> tuple[Holiday, ...]:
        """The holidays of somebody of these teams."""
        own, parents, everybody = self._holidays
        return free_days([self.team_ids[ref] for ref in teams if ref in self.team_ids], own, parents, everybody)

    @cached_property
    def _holidays(self) -> tuple[dict[int, tuple[Holiday, ...]], dict[int, int | None], tuple[Holiday, ...]]:
        """Those of each team that has its own, the teams above, and those of the organisation."""
        rows = [row for row in self.document.teams if row.archived_at is None]
        said = self.document.organisation
        return (
            {self.team_ids[row.ref]: _days(row.holidays) for row in rows if row.holidays},
            {self.team_ids[row.ref]: self.team_ids.get(row.parent or "") for row in rows},
            _days(said.holidays) if said else (),
        )

    def _teams(self) -> Iterator[TeamRow]:
        names = {row.ref: row.name for row in self.document.teams}
        return (TeamRow(number, ref, names.get(ref) or ref) for ref, number in self.team_ids.items())

    def _cycles(self) -> Iterator[CycleRow]:
        told = {row.ref: row for row in self.document.cycles}
        for ref, number in self.cycle_ids.items():
            row = told.get(ref) or Cycle(ref=ref)
            starts_on = row.starts_on or self.today
            ends_on = row.ends_on or max(starts_on, self.today) + UNSAID_CYCLE
            state = row.state if row.states("state") else "active"
            yield CycleRow(number, ref, row.name or ref, starts_on, ends_on, row.check_in_every_days, state)

    def _metrics(self) -> Iterator[MetricRow]:
        for row in self.document.metrics:
            if row.ref in self.metric_ids:
                yield MetricRow(
                    self.metric_ids[row.ref],
                    row.ref,
                    row.name or row.ref,
                    row.unit,
                    row.better,
                    row.source or "",
                    row.read_every_days,
                    self.person_ids.get(row.owner or ""),
                    tuple((one.vocabulary, one.uri) for one in row.references),
                )

    # --- objectives and key results --------------------------------------------------------------------------------

    def _objective(self, row: Objective) -> ObjectiveRow:
        by_hand = next((float(one.progress) for one in row.overrides if one.resumed_at is None), None)
        return ObjectiveRow(
            pk=self.objective_ids[row.ref],
            ref=row.ref,
            title=row.title,
            cycle_id=self.cycle_ids[row.cycle],
            owner_id=self.person_ids.get(row.owner or ""),
            team_id=self.team_ids.get(row.team or ""),
            kind=row.kind,
            is_private=False,  # whoever reads the file sees it
            driver=row.driver,
            score=float(row.scores[-1].given) if row.scores else None,
            priorities=len(row.priorities),
            explained=bool(row.scores and row.scores[-1].reason),
            by_hand=by_hand,
            denied_on=_denied_on(row),
        )

    def _key_result(self, objective: Objective, row: KeyResult) -> KeyResultRow:
        said = row.check_ins[-1] if row.check_ins else None
        return KeyResultRow(
            pk=self.part_ids[row.ref],
            ref=row.ref,
            title=row.title,
            objective_id=self.objective_ids[objective.ref],
            type=row.measured_as,
            metric_id=self._followed(row),
            measures_id=self.item_ids.get(row.measures or ""),
            baseline=row.baseline,
            target=row.target,
            unit=row.unit,
            weight=None if row.weight is None else float(row.weight),
            owner_id=self.person_ids.get(row.owner or ""),
            starts_on=row.starts_on,
            due_on=row.due_on,
            status=next((one.status for one in reversed(row.check_ins) if one.status), None),
            checked_in_on=said.at if said else None,
            carried_from_id=self.part_ids.get(row.carried_from or ""),
            values=row.values,
            score=float(row.scores[-1].given) if row.scores else None,
        )

    def _followed(self, row: KeyResult) -> int:
        """The shared metric that it follows, or one of its own, which others may follow by its ref."""
        shared = self.metric_ids.get(row.metric or "")
        return shared or len(self.metric_ids) + self.part_ids.get(row.metric or "", self.part_ids[row.ref])

    def _alignments(self) -> Iterator[AlignmentRow]:
        for row in self.objectives:
            above = [(one.objective, "contributes") for one in row.contributes_to]
            for parent, kind in (*above, *((ref, "supports") for ref in row.supports)):
                if parent in self.objective_ids:
                    yield AlignmentRow(self.objective_ids[row.ref], self.objective_ids[parent], kind)

    # --- the chain ---------------------------------------------------------------------------------------------------

    def _item(self, row: ChainItem) -> ItemRow:
        return ItemRow(
            pk=self.item_ids[row.ref],
            ref=row.ref,
            title=row.title or row.ref,
            level=row.level,
            owner_id=self.person_ids.get(row.owner or ""),
            team_id=self.team_ids.get(row.team or ""),
            starts_on=row.starts_on,
            due_on=row.due_on,
            state=row.state,
            intended=row.intended,
            effort_hours=row.effort_hours,
            cost=row.cost,
            planned=row.planned,
            delivered=_newest(row, row.delivered),
            ended_on=row.ended_on,
            metrics=frozenset(self.metric_ids[ref] for ref in row.metrics if ref in self.metric_ids),
            progress=None if (done := _newest(row, row.progress)) is None else float(done),
            kind=row.kind or "",
            amount=row.amount,
            used=_newest(row, row.used),
            unit=row.unit,
        )

    @cached_property
    def links(self) -> list[tuple[Link, LinkRow]]:
        """The links of which the document holds both ends, each with its row."""
        found = []
        for number, link in enumerate(self.document.links, 1):
            ends = self.item_ids.get(link.from_), self.item_ids.get(link.to)
            if ends[0] is None or ends[1] is None:
                continue
            kind = kind_or_none(Level(self._levels[link.from_]), Level(self._levels[link.to]))
            if kind is not None:
                row = LinkRow(number, ends[0], ends[1], str(kind), link.evidence, link.lag_days, link.necessary)
                found.append((link, row))
        return found

    def _assumptions(self) -> Iterator[AssumptionRow]:
        of_links = [(one, row.pk, None) for link, row in self.links for one in link.assumptions]
        of_items = [(one, None, self.item_ids[row.ref]) for row in self.items for one in row.assumptions]
        for number, (one, link_id, item_id) in enumerate((*of_links, *of_items), 1):
            yield AssumptionRow(
                number,
                one.text,
                link_id,
                item_id,
                one.state,
                one.importance or "",
                one.likelihood or "",
                one.influenceable,
                self.person_ids.get(one.owner or ""),
                one.review_on,
                one.metric is not None and (one.at_least is not None or one.at_most is not None),
            )

    def _roadblocks(self) -> Iterator[RoadblockRow]:
        for number, row in enumerate(self.document.roadblocks, 1):
            if row.resolved_on is None:
                on = row.on or ""
                ends = self.objective_ids.get(on), self.part_ids.get(on), self.item_ids.get(on)
                yield RoadblockRow(number, row.ref, row.title or row.ref, *ends, row.raised_on or self.today)

    def _requests(self) -> Iterator[RequestRow]:
        for number, row in enumerate(self.document.requests, 1):
            if row.state in WANTED and row.asked is not None and row.due_on is not None:
                yield RequestRow(
                    number,
                    row.ref,
                    row.title or row.ref,
                    self.team_ids[row.asked],
                    self.part_ids.get(row.key_result or ""),
                    self.item_ids.get(row.waiting or ""),
                    row.state,
                    row.asked_on or self.today,
                    row.due_on,
                )


def _numbered(names: Iterable[str]) -> dict[str, int]:
    """Each name once, with a number from 1."""
    return {name: at for at, name in enumerate(dict.fromkeys(names), 1)}


def _days(rows: Iterable[HolidayPart]) -> tuple[Holiday, ...]:
    return tuple(Holiday(row.on, row.name) for row in rows)


def _newest(row: ChainItem, stated: Any) -> Any:
    """How far an item is: what the document states, else what its newest report says."""
    if stated is not None or not row.reports:
        return stated
    return max(row.reports, key=lambda one: one.at).value


def _moved(row: KeyResult) -> Iterator[Moved]:
    for one in row.changes:
        if one.before.target is not None and one.after.target is not None:
            yield Moved(one.on or one.at.date(), one.before.target, one.after.target)


def _denied_on(row: Objective) -> date | None:
    """The day on which it was said last, of the key results as they stand here, that they do not suffice."""
    if not row.sufficiency or row.sufficiency[-1].answer != "no":
        return None
    last = row.sufficiency[-1]
    sought = digest_of(part.sought for part in row.key_results if part.archived_at is None) if last.digest else ""
    return (last.on or last.at.date()) if last.digest == sought else None
