"""The rows of one day: objectives and key results, the chain, and who works on them."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from impactline.insight.rules.packing import Looked, Ways
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
from impactline.okrs.period import Period

ACTIVE, DRAFT = "active", "draft"
DRAFTED = timedelta(days=14)


@dataclass(frozen=True)
class Day:
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

    @property
    def running(self) -> Iterator[ObjectiveRow]:
        """The objectives of active cycles."""
        return (row for row in self.objectives.values() if self.cycles[row.cycle_id].state == ACTIVE)

    def running_key_results(self) -> Iterator[tuple[KeyResultRow, ObjectiveRow]]:
        """The key results of active cycles, each with its objective."""
        return ((row, one) for row, one in self._with_objectives() if self.cycles[one.cycle_id].state == ACTIVE)

    @property
    def at_hand(self) -> Iterator[ObjectiveRow]:
        """The objectives of active cycles, and of drafts that have begun or soon will: how they are set is judged.

        Where there are none, of the drafts that ended last, such as an old page that was imported to try this out.
        """
        return (row for row in self.objectives.values() if row.cycle_id in self._near)

    @cached_property
    def _near(self) -> frozenset[int]:
        begun = [row for row in self.cycles.values() if row.state == DRAFT and row.starts_on <= self.today + DRAFTED]
        near = {row.pk for row in begun if row.ends_on >= self.today}
        near |= {row.pk for row in self.cycles.values() if row.state == ACTIVE}
        if begun and not near:
            last = max(row.ends_on for row in begun)
            near = {row.pk for row in begun if row.ends_on == last}
        return frozenset(near)

    def is_running(self, row: KeyResultRow) -> bool:
        """Whether a key result belongs to an active cycle."""
        return self.cycles[self.objectives[row.objective_id].cycle_id].state == ACTIVE

    def key_results_at_hand(self) -> Iterator[tuple[KeyResultRow, ObjectiveRow]]:
        """The key results of objectives at hand, each with its objective."""
        return ((row, one) for row, one in self._with_objectives() if one.cycle_id in self._near)

    def _with_objectives(self) -> Iterator[tuple[KeyResultRow, ObjectiveRow]]:
        for number, rows in groupby(self.key_results.values(), attrgetter("objective_id")):
            objective = self.objectives[number]
            for row in rows:
                yield row, objective

    @cached_property
    def key_results_of(self) -> Mapping[int, list[KeyResultRow]]:
        """The key results of each objective, in their order."""
        rows, objectives, numbers = self.key_results, array("q"), array("q")
        for row in rows.values():
            objectives.append(row.objective_id)
            numbers.append(row.pk)
        ways = Ways(objectives, numbers)
        return Looked(ways, lambda number: [rows[one] for one in ways[number]])

    @cached_property
    def shares(self) -> Mapping[int, float]:
        """What each key result is worth in its objective: its fixed share, or an equal part of what is left."""
        rows, of = self.key_results, self.key_results_of
        return Looked(rows, lambda number: shares_of(of[rows[number].objective_id])[number])

    def period(self, row: KeyResultRow) -> Period:
        """The days of a key result: its own, or those of its cycle."""
        cycle = self.cycles[self.objectives[row.objective_id].cycle_id]
        starts_on, due_on = row.starts_on or cycle.starts_on, row.due_on or cycle.ends_on
        return Period(min(starts_on, due_on), max(starts_on, due_on), cycle.every_days)

    def elapsed(self, cycle_id: int) -> float:
        """The share of a cycle that has passed, 0 to 1."""
        cycle = self.cycles[cycle_id]
        return Period(cycle.starts_on, cycle.ends_on, cycle.every_days).elapsed(self.today)


def shares_of(rows: Sequence[KeyResultRow]) -> dict[int, float]:
    """What each key result of an objective is worth in it: its fixed share, or an equal part of what is left."""
    fixed = sum(row.weight for row in rows if row.weight is not None) / 100
    free = sum(1 for row in rows if row.weight is None)
    return {row.pk: row.weight / 100 if row.weight is not None else max(0.0, 1 - fixed) / free for row in rows}
