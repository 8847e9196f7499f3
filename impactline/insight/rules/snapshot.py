"""The organisation on one day as rules see it, with the questions that several of them ask."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from impactline.insight.rules.rows import (
    AlignmentRow,
    AssumptionRow,
    Before,
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
    Said,
    TeamRow,
    WaitRow,
)
from impactline.insight.rules.stakes import Stakes
from impactline.okrs.period import Period

ACTIVE, DRAFT = "active", "draft"
DRAFTED = timedelta(days=14)
UPWARD = ("uses", "produces", "contributes_to")
STEPS_NEAR = 2


@dataclass(frozen=True)
class Snapshot:
    """Rows of one day by their ids; it may hold a part of the organisation, and histories of some key results.

    Links, dependencies and alignments stand here only with both ends. `cleared` are roadblocks of earlier cycles.
    """

    today: date
    limits: Mapping[str, float] = field(default_factory=dict)
    has_priorities: bool = True
    people: Mapping[int, PersonRow] = field(default_factory=dict)
    teams: Mapping[int, TeamRow] = field(default_factory=dict)
    cycles: Mapping[int, CycleRow] = field(default_factory=dict)
    objectives: Mapping[int, ObjectiveRow] = field(default_factory=dict)
    key_results: Mapping[int, KeyResultRow] = field(default_factory=dict)
    metrics: Mapping[int, MetricRow] = field(default_factory=dict)
    alignments: Sequence[AlignmentRow] = ()
    moved: Mapping[int, Sequence[Moved]] = field(default_factory=dict)
    items: Mapping[int, ItemRow] = field(default_factory=dict)
    links: Mapping[int, LinkRow] = field(default_factory=dict)
    assumptions: Sequence[AssumptionRow] = ()
    waits: Sequence[WaitRow] = ()
    roadblocks: Sequence[RoadblockRow] = ()
    cleared: Sequence[RoadblockRow] = ()
    requests: Sequence[RequestRow] = ()
    said: Mapping[int, Sequence[Said]] = field(default_factory=dict)
    before: Mapping[int, Before] = field(default_factory=dict)

    def with_histories(self, said: Mapping[int, Sequence[Said]], before: Mapping[int, Before]) -> "Snapshot":
        """The same with the histories of other key results; what was worked out once is kept."""
        fresh = replace(self, said=said, before=before)
        fresh.__dict__.update(self.__dict__ | {"said": said, "before": before})
        return fresh

    # --- objectives and key results ------------------------------------------------------------------------

    @cached_property
    def running(self) -> tuple[ObjectiveRow, ...]:
        """The objectives of active cycles."""
        return tuple(row for row in self.objectives.values() if self.cycles[row.cycle_id].state == ACTIVE)

    def running_key_results(self) -> Iterator[tuple[KeyResultRow, ObjectiveRow]]:
        """The key results of active cycles, each with its objective."""
        for objective in self.running:
            for row in self.key_results_of.get(objective.pk, ()):
                yield row, objective

    @cached_property
    def at_hand(self) -> tuple[ObjectiveRow, ...]:
        """The objectives of active cycles, and of drafts that have begun or soon will: how they are set is judged.

        Where there are none, of the drafts that ended last, such as an old page that was imported to try this out.
        """
        begun = [row for row in self.cycles.values() if row.state == DRAFT and row.starts_on <= self.today + DRAFTED]
        near = {row.pk for row in begun if row.ends_on >= self.today}
        near |= {row.pk for row in self.cycles.values() if row.state == ACTIVE}
        if begun and not near:
            last = max(row.ends_on for row in begun)
            near = {row.pk for row in begun if row.ends_on == last}
        return tuple(row for row in self.objectives.values() if row.cycle_id in near)

    def key_results_at_hand(self) -> Iterator[tuple[KeyResultRow, ObjectiveRow]]:
        """The key results of objectives at hand, each with its objective."""
        for objective in self.at_hand:
            for row in self.key_results_of.get(objective.pk, ()):
                yield row, objective

    @cached_property
    def key_results_of(self) -> Mapping[int, list[KeyResultRow]]:
        """The key results of each objective, in their order."""
        found: dict[int, list[KeyResultRow]] = defaultdict(list)
        for row in self.key_results.values():
            found[row.objective_id].append(row)
        return dict(found)

    @cached_property
    def parents_of(self) -> Mapping[int, list[int]]:
        """The objectives that each serves."""
        found: dict[int, list[int]] = defaultdict(list)
        for row in self.alignments:
            found[row.child_id].append(row.parent_id)
        return dict(found)

    @cached_property
    def children_of(self) -> Mapping[int, list[int]]:
        """The objectives that serve each."""
        found: dict[int, list[int]] = defaultdict(list)
        for row in self.alignments:
            found[row.parent_id].append(row.child_id)
        return dict(found)

    @cached_property
    def shares(self) -> Mapping[int, float]:
        """What each key result is worth in its objective: its fixed share, or an equal part of what is left."""
        found = {}
        for rows in self.key_results_of.values():
            fixed = sum(row.weight for row in rows if row.weight is not None) / 100
            free = sum(1 for row in rows if row.weight is None)
            for row in rows:
                found[row.pk] = row.weight / 100 if row.weight is not None else max(0.0, 1 - fixed) / free
        return found

    def period(self, row: KeyResultRow) -> Period:
        """The days of a key result: its own, or those of its cycle."""
        cycle = self.cycles[self.objectives[row.objective_id].cycle_id]
        starts_on, due_on = row.starts_on or cycle.starts_on, row.due_on or cycle.ends_on
        return Period(min(starts_on, due_on), max(starts_on, due_on), cycle.every_days)

    def elapsed(self, cycle_id: int) -> float:
        """The share of a cycle that has passed, 0 to 1."""
        cycle = self.cycles[cycle_id]
        return Period(cycle.starts_on, cycle.ends_on, cycle.every_days).elapsed(self.today)

    def is_hidden(self, row: KeyResultRow) -> bool:
        """Whether the objective of a key result is private."""
        return self.objectives[row.objective_id].is_private

    @cached_property
    def following(self) -> Mapping[int, float]:
        """What open key results of active cycles are worth together that follow each shared metric."""
        found: dict[int, float] = defaultdict(float)
        for row, objective in self.running_key_results():
            if row.metric_id in self.metrics and row.metric_id and not objective.is_private:
                found[row.metric_id] += self.shares[row.pk]
        return dict(found)

    @cached_property
    def pursued(self) -> Mapping[int, int]:
        """How many open objectives of active cycles each team has."""
        return Counter(row.team_id for row in self.running if row.team_id is not None and not row.is_private)

    @cached_property
    def blocked_key_results(self) -> Mapping[int, RoadblockRow]:
        """The key results that something is in the way of, each with the oldest."""
        return {row.key_result_id: row for row in reversed(self.roadblocks) if row.key_result_id is not None}

    @cached_property
    def _blocked_items(self) -> Mapping[int, RoadblockRow]:
        return {row.item_id: row for row in reversed(self.roadblocks) if row.item_id is not None}

    def blocked_near(self, measured: int | None) -> Iterator[tuple[ItemRow, RoadblockRow]]:
        """What is blocked of an item that is measured, of what leads to it, and of what leads to that, by open ways."""
        if not self._blocked_items or measured not in self.items:
            return
        near = {measured: None} if measured is not None else {}
        for _ in range(STEPS_NEAR):
            opened = [number for number in near if not self.items[number].is_private]
            near |= {link.source_id: None for number in opened for link in self.incoming.get(number, ())}
        for number in near:
            if number in self._blocked_items:
                yield self.items[number], self._blocked_items[number]

    # --- the chain -----------------------------------------------------------------------------------------

    @cached_property
    def outgoing(self) -> Mapping[int, list[LinkRow]]:
        """The links up from each item; feedback is left out."""
        return _by([link for link in self.links.values() if link.kind in UPWARD], "source_id")

    @cached_property
    def incoming(self) -> Mapping[int, list[LinkRow]]:
        """The links to each item from below; feedback is left out."""
        return _by([link for link in self.links.values() if link.kind in UPWARD], "target_id")

    @cached_property
    def measuring(self) -> Mapping[int, list[KeyResultRow]]:
        """The key results of active cycles that measure each item."""
        found: dict[int, list[KeyResultRow]] = defaultdict(list)
        for row, _ in self.running_key_results():
            if row.measures_id is not None and row.measures_id in self.items:
                found[row.measures_id].append(row)
        return dict(found)

    @cached_property
    def assumed_of_link(self) -> Mapping[int, list[AssumptionRow]]:
        """The assumptions of each link."""
        found: dict[int, list[AssumptionRow]] = defaultdict(list)
        for row in self.assumptions:
            if row.link_id is not None:
                found[row.link_id].append(row)
        return dict(found)

    def led_from(self, start: int) -> tuple[set[int], set[int]]:
        """The items that lead to one by open ways, itself among them, and the private ones beside the way."""
        return self._met(start, self.incoming, "source_id")

    def leading_to(self, start: int) -> tuple[set[int], set[int]]:
        """The items that one leads to by open ways, itself among them, and the private ones beside the way."""
        return self._met(start, self.outgoing, "target_id")

    def _met(self, start: int, links: Mapping[int, list[LinkRow]], end: str) -> tuple[set[int], set[int]]:
        waiting, met, hidden = [start], {start}, set[int]()
        while waiting:
            for link in links.get(waiting.pop(), ()):
                number: int = getattr(link, end)
                if self.items[number].is_private:
                    hidden.add(number)
                elif number not in met:
                    met.add(number)
                    waiting.append(number)
        return met, hidden - {start}

    @cached_property
    def worked_on(self) -> frozenset[int]:
        """The open items to which an open activity leads by open ways, these activities among them."""
        work = [number for number, row in self.items.items() if row.level == "activity" and not row.is_private]
        return self._open_from(work, self.outgoing, "target_id")

    @cached_property
    def counted_on(self) -> frozenset[int]:
        """The open items that lead by open ways to what an open key result measures, the latter among them."""
        ends = [number for number, rows in self.measuring.items() if any(not self.is_hidden(row) for row in rows)]
        return self._open_from(
            [number for number in ends if not self.items[number].is_private], self.incoming, "source_id"
        )

    def _open_from(self, starts: Sequence[int], links: Mapping[int, list[LinkRow]], end: str) -> frozenset[int]:
        waiting, met = list(starts), set(starts)
        while waiting:
            for link in links.get(waiting.pop(), ()):
                number: int = getattr(link, end)
                if number not in met and not self.items[number].is_private:
                    met.add(number)
                    waiting.append(number)
        return frozenset(met)

    def stake(self, item: ItemRow) -> float:
        """What key results that everybody may see are worth together that an item leads to by open ways."""
        return self.stakes.of(item.pk)

    @cached_property
    def stakes(self) -> Stakes:
        """What key results of running cycles that everybody may see are worth, by what leads to them."""
        return Stakes(
            {
                number: sum(self.shares[row.pk] for row in rows if not self.is_hidden(row))
                for number, rows in self.measuring.items()
            },
            {
                number: [link.target_id for link in links if not self.items[link.target_id].is_private]
                for number, links in self.outgoing.items()
            },
        )


def _by(links: Sequence[LinkRow], end: str) -> Mapping[int, list[LinkRow]]:
    found: dict[int, list[LinkRow]] = defaultdict(list)
    for link in links:
        found[getattr(link, end)].append(link)
    return dict(found)
