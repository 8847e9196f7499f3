"""What several rules ask of the whole organisation: worked out once, and kept as ids and numbers only."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import compress, groupby

from impactline.insight.rules.day import ACTIVE, Day, shares_of
from impactline.insight.rules.packing import Ways
from impactline.insight.rules.rows import KeyResultRow, ObjectiveRow, RoadblockRow
from impactline.insight.rules.stakes import Stakes

UPWARD = ("uses", "produces", "contributes_to")


class Whole:
    """The ways between the rows of a snapshot, and sums over them."""

    def __init__(self, rows: Day) -> None:
        self._rows = rows

    # --- objectives and key results ------------------------------------------------------------------------

    @cached_property
    def private(self) -> frozenset[int]:
        """The private objectives."""
        return frozenset(row.pk for row in self._rows.objectives.values() if row.is_private)

    @cached_property
    def parents_of(self) -> Ways:
        """The objectives that each serves."""
        return Ways(*self._aligned)

    @cached_property
    def children_of(self) -> Ways:
        """The objectives that serve each."""
        return Ways(*reversed(self._aligned))

    @cached_property
    def _aligned(self) -> tuple["array[int]", "array[int]"]:
        children, parents = _numbers(), _numbers()
        for row in self._rows.alignments:
            children.append(row.child_id)
            parents.append(row.parent_id)
        return children, parents

    @cached_property
    def at_hand(self) -> "_AtHand":
        """The key results at hand in groups, all of them met in one go."""
        found = _AtHand()
        for _, pairs in groupby(self._rows.key_results_at_hand(), lambda pair: pair[1].pk):
            rows, (objective, *_) = zip(*pairs, strict=True)
            found.measured.append(objective.pk)
            shares = shares_of(rows) if self._rows.cycles[objective.cycle_id].state == ACTIVE else {}
            for row in rows:
                found.of_type[row.type].append(row.pk)
                if row.metric_id in self._rows.metrics:
                    found.followers.append(row.pk)
                if not objective.is_private:
                    found.open_in[objective.cycle_id].append(row.pk)
                if row.pk in shares and row.measures_id in self._rows.items:
                    found.place(row, objective, shares[row.pk])
        return found

    def of_type(self, kind: str) -> Sequence[int]:
        """The key results at hand that are measured in one way."""
        return self.at_hand.of_type.get(kind, ())

    @cached_property
    def following(self) -> Mapping[int, float]:
        """What open key results of active cycles are worth together that follow each shared metric."""
        found: dict[int, float] = defaultdict(float)
        for row in map(self._rows.key_results.__getitem__, self.at_hand.followers):
            if row.metric_id is not None and self._rows.is_running(row) and row.objective_id not in self.private:
                found[row.metric_id] += self._rows.shares[row.pk]
        return dict(found)

    @cached_property
    def pursued(self) -> Mapping[int, int]:
        """How many open objectives of active cycles each team has."""
        return Counter(row.team_id for row in self._rows.running if row.team_id is not None and not row.is_private)

    @cached_property
    def blocked_key_results(self) -> Mapping[int, RoadblockRow]:
        """The key results that something is in the way of, each with the oldest."""
        return {row.key_result_id: row for row in reversed(self._rows.roadblocks) if row.key_result_id is not None}

    @cached_property
    def blocked_items(self) -> Mapping[int, RoadblockRow]:
        """The items that something is in the way of, each with the oldest."""
        return {row.item_id: row for row in reversed(self._rows.roadblocks) if row.item_id is not None}

    # --- the chain -----------------------------------------------------------------------------------------

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The private items."""
        return frozenset(row.pk for row in self._rows.items.values() if row.is_private)

    @cached_property
    def outputs(self) -> frozenset[int]:
        """The outputs."""
        return frozenset(row.pk for row in self._rows.items.values() if row.level == "output")

    @cached_property
    def above(self) -> Ways:
        """The items that each leads to; feedback is left out."""
        sources, targets, _ = self._upward
        return Ways(sources, targets)

    @cached_property
    def below(self) -> Ways:
        """The items that lead to each; feedback is left out."""
        sources, targets, _ = self._upward
        return Ways(targets, sources)

    @cached_property
    def links_to(self) -> Ways:
        """The links from below to each item, in the same order."""
        _, targets, numbers = self._upward
        return Ways(targets, numbers)

    @cached_property
    def _upward(self) -> tuple["array[int]", "array[int]", "array[int]"]:
        sources, targets, numbers = _numbers(), _numbers(), _numbers()
        for link in self._rows.links.values():
            if link.kind in UPWARD:
                sources.append(link.source_id)
                targets.append(link.target_id)
                numbers.append(link.pk)
        return sources, targets, numbers

    @cached_property
    def measuring(self) -> Ways:
        """The key results of active cycles that measure each item."""
        return Ways(self.at_hand.placed, self.at_hand.placing)

    @cached_property
    def measured_in(self) -> Ways:
        """The cycles of open ones among these, one for each."""
        return Ways(self.at_hand.openly_placed, self.at_hand.cycles)

    @cached_property
    def measured_under(self) -> Ways:
        """The objectives of private ones among these, one for each."""
        return Ways(self.at_hand.privately_placed, self.at_hand.objectives)

    @cached_property
    def resting(self) -> frozenset[int]:
        """The links that rest on an assumption."""
        return frozenset(row.link_id for row in self._rows.assumptions if row.link_id is not None)

    @cached_property
    def has_work(self) -> bool:
        """Whether there is an open activity."""
        return any(row.level == "activity" and not row.is_private for row in self._rows.items.values())

    @cached_property
    def worked_on(self) -> frozenset[int]:
        """The open items to which an open activity leads by open ways, these activities among them."""
        work = (row.pk for row in self._rows.items.values() if row.level == "activity" and not row.is_private)
        return frozenset(self.met(work, self.above)[0])

    @cached_property
    def counted_on(self) -> frozenset[int]:
        """The open items that lead by open ways to what an open key result measures, the latter among them."""
        ends = (number for number in self.measured_in if number not in self.hidden)
        return frozenset(self.met(ends, self.below)[0])

    def met(self, starts: Iterable[int], ways: Ways) -> tuple[set[int], set[int]]:
        """The items that some lead to by open ways, themselves among them, and the private ones beside the way."""
        waiting = list(starts)
        met, beside = set(waiting), set[int]()
        while waiting:
            for number in ways.get(waiting.pop(), ()):
                if number in self.hidden:
                    beside.add(number)
                elif number not in met:
                    met.add(number)
                    waiting.append(number)
        return met, beside

    @cached_property
    def stakes(self) -> Stakes:
        """What key results of running cycles that everybody may see are worth, by what leads to them."""
        sources, targets, _ = self._upward
        seen = [number not in self.hidden for number in targets]
        return Stakes(self.at_hand.worth, self._rows.items, compress(sources, seen), compress(targets, seen))


class _AtHand:
    """Key results at hand: their objectives; by type, those that follow a shared metric, the open ones of each cycle.

    Of those that run and measure an item: these items, and beside each of them what measures it; of open ones in which
    cycle, of private ones under which objective; and what open ones are worth together, by item.
    """

    def __init__(self) -> None:
        self.of_type: dict[str, array[int]] = defaultdict(_numbers)
        self.open_in: dict[int, array[int]] = defaultdict(_numbers)
        self.measured, self.followers, self.placed, self.placing = _numbers(), _numbers(), _numbers(), _numbers()
        self.openly_placed, self.cycles = _numbers(), _numbers()
        self.privately_placed, self.objectives = _numbers(), _numbers()
        self.worth: dict[int, float] = defaultdict(float)

    def place(self, row: KeyResultRow, objective: ObjectiveRow, share: float) -> None:
        """Note an item that a running key result measures."""
        assert row.measures_id is not None
        self.placed.append(row.measures_id)
        self.placing.append(row.pk)
        self.worth[row.measures_id] += 0.0 if objective.is_private else share
        if objective.is_private:
            self.privately_placed.append(row.measures_id)
            self.objectives.append(objective.pk)
        else:
            self.openly_placed.append(row.measures_id)
            self.cycles.append(objective.cycle_id)


def _numbers() -> "array[int]":
    return array("q")
