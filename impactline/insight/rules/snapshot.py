"""The organisation on one day as rules see it, with the questions that several of them ask, whole or in parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any

from impactline.insight.rules.day import Day, shares_of
from impactline.insight.rules.packing import PackedById, Part, Row
from impactline.insight.rules.rows import (
    AssumptionRow,
    Before,
    ItemRow,
    KeyResultRow,
    RoadblockRow,
    Said,
)
from impactline.insight.rules.whole import Whole

PART = 500
STEPS_NEAR = 2


@dataclass(frozen=True)
class Snapshot(Day):
    """The rows of a day with what is known of the whole of them. It may be a part of a larger one.

    Going through the rows of a part, one meets those of the part; looking one up, all that the whole has.
    """

    def with_histories(self, said: Mapping[int, Sequence[Said]], before: Mapping[int, Before]) -> "Snapshot":
        """The same with the histories of key results; what was worked out once is kept."""
        fresh = replace(self, said=said, before=before)
        fresh.__dict__.update(self.__dict__ | {"said": said, "before": before})
        return fresh

    # --- the whole and its parts ---------------------------------------------------------------------------

    @cached_property
    def whole(self) -> Whole:
        """What is known of the whole."""
        return Whole(self)

    def parts(self) -> Iterator["Snapshot"]:
        """All rows, and where they are packed so many of a kind at a time, each objective with its key results.

        Packed key results stand in the order of their objectives.
        """
        tables = (self.objectives, self.items, self.links, self.assumptions)
        count = -(-max(len(self.key_results), *map(len, tables)) // PART)
        if count <= 1 or not isinstance(self.key_results, PackedById):
            yield self
            return
        parts = groupby(self.key_results.values(), attrgetter("objective_id"))
        ahead = next(parts, None)
        for objectives, items, links, assumptions in zip(*(_cut(table, count) for table in tables), strict=True):
            rows = {}
            for row in objectives:
                if ahead is not None and ahead[0] == row.pk:
                    rows[row.pk] = list(ahead[1])
                    ahead = next(parts, None)
            yield self._part(
                objectives=_by_id(objectives),
                key_results=_by_id(chain.from_iterable(rows.values())),
                key_results_of=rows,
                shares={number: share for listed in rows.values() for number, share in shares_of(listed).items()},
                items=_by_id(items),
                links=_by_id(links),
                assumptions=assumptions,
            )

    def _part(self, *, assumptions: Sequence[AssumptionRow], **own: Mapping[int, Any]) -> "Snapshot":
        tables: dict[str, Any] = {name: Part(rows, getattr(self, name)) for name, rows in own.items()}
        known = {name: tables.pop(name) for name in ("key_results_of", "shares")}
        part = replace(self, assumptions=assumptions, **tables)
        part.__dict__.update(known, whole=self.whole)
        return part

    def is_hidden(self, row: KeyResultRow) -> bool:
        """Whether the objective of a key result is private."""
        return row.objective_id in self.whole.private

    # --- the chain -----------------------------------------------------------------------------------------

    def measuring(self, number: int) -> list[KeyResultRow]:
        """The key results of active cycles that measure an item."""
        return [self.key_results[one] for one in self.whole.measuring.get(number, ())]

    def blocked_near(self, measured: int | None) -> Iterator[tuple[ItemRow, RoadblockRow]]:
        """What is blocked of an item that is measured, of what leads to it, and of what leads to that, by open ways."""
        blocked = self.whole.blocked_items
        if not blocked or measured is None or measured not in self.items:
            return
        near = {measured: None}
        for _ in range(STEPS_NEAR):
            opened = [number for number in near if number not in self.whole.hidden]
            near |= {other: None for number in opened for other in self.whole.below.get(number, ())}
        for number in near:
            if number in blocked:
                yield self.items[number], blocked[number]

    def led_from(self, start: int) -> tuple[set[int], set[int]]:
        """The items that lead to one by open ways, itself among them, and the private ones beside the way."""
        met, beside = self.whole.met([start], self.whole.below)
        return met, beside - {start}

    def leading_to(self, start: int) -> tuple[set[int], set[int]]:
        """The items that one leads to by open ways, itself among them, and the private ones beside the way."""
        met, beside = self.whole.met([start], self.whole.above)
        return met, beside - {start}

    def stake(self, item: ItemRow) -> float:
        """What key results that everybody may see are worth together that an item leads to by open ways."""
        return self.whole.stakes.of(item.pk)


def _by_id(rows: Iterable[Row]) -> dict[int, Row]:
    return {row[0]: row for row in rows}


def _cut(rows: Mapping[int, Any] | Sequence[Any], count: int) -> Iterator[list[Any]]:
    """In so many parts."""
    left, each = iter(rows.values() if isinstance(rows, Mapping) else rows), -(-len(rows) // count)
    return (list(islice(left, each)) for _ in range(count))
