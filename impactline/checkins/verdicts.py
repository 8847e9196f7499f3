"""Delivery, effect and quadrant of objectives, from the chain behind their key results, as a person sees it.

Behind a key result stands what leads to the output or outcome that it measures; what the person may not see, what is
archived, and what was dropped by that day carries no path. Reports count from their day on, ends from theirs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.db.models.expressions import RawSQL

from impactline.chain.completion import Window, Work
from impactline.chain.delivery import THRESHOLD, Behind, Change, Verdict, delivery, effect, verdict
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import ChainItem, Report, State
from impactline.chain.queries import leading_to
from impactline.chain.visibility import items_visible_to, links_visible_to
from impactline.checkins.figures import KeyResultFigures, ObjectiveFigures
from impactline.okrs.rollup import WeightsDoNotSum, shares
from impactline.people.models import Person

WORK = (Level.ACTIVITY, Level.OUTPUT)
OF_ITEMS = ("ref", "level", "title", "state", "starts_on", "due_on", "ended_on", "planned")


def verdicts_of(
    person: Person | None, found: Iterable[ObjectiveFigures], day: date, *, threshold: float = THRESHOLD
) -> dict[int, Verdict]:
    """The verdicts on objectives that the person may see, as of the end of a day, by id of the objective.

    `threshold` is the share of what was expected by now that is enough, a policy of the organisation.

    The objectives come with their cycles. Three queries, whatever the rows; none where no key result measures anything.
    """
    figures = list(found)
    chain = _load(person, day, (entry for one in figures for entry in one.key_results))
    return {one.objective.pk: _judge(one, chain, threshold) for one in figures}


def verdict_of(
    person: Person | None, entry: KeyResultFigures, whole: ObjectiveFigures, day: date, *, threshold: float = THRESHOLD
) -> Verdict:
    """The verdict on one key result of an objective, as if it were the only one; three queries."""
    chain = _load(person, day, [entry])
    return _judge(replace(whole, key_results=(entry,)), chain, threshold)


class _Chain:
    """What a person sees of the chain on a day: items by id, and what leads to each of them, with its lag."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.items: dict[int, ChainItem] = {}
        self.leading: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.reports: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
        self._behind: dict[int, dict[int, int]] = {}

    def measured_by(self, entry: KeyResultFigures) -> ChainItem | None:
        """What a key result measures, so far as the person may see it."""
        return self.items.get(entry.key_result.measures_id or 0)

    def behind(self, item: ChainItem) -> dict[int, int]:
        """The ids of all that leads to an item, itself included, each with the fewest days until it shows there."""
        if item.pk not in self._behind:
            self._behind[item.pk] = self._walk(item)
        return self._behind[item.pk]

    def work(self, number: int) -> Work:
        """An activity or output as it stood on the day."""
        row = self.items[number]
        said = self.reports[number][-1][1] if self.reports[number] else None
        is_output = row.level == Level.OUTPUT
        return Work(
            key=row.ref,
            level=Level(row.level),
            title=row.title,
            state=row.state,
            starts_on=row.starts_on,
            due_on=row.due_on,
            ended_on=row.ended_on,
            progress=None if is_output or said is None else float(said),
            planned=row.planned,
            delivered=said if is_output else None,
        )

    def there_on(self, number: int) -> date | None:
        """The day on which an output was there in full: it was done, or all that was planned was delivered."""
        row = self.items[number]
        if row.state == State.DONE and row.ended_on is not None and row.ended_on <= self.day:
            return row.ended_on
        return next((day for day, value in self.reports[number] if row.planned and value >= row.planned), None)

    def _walk(self, item: ChainItem) -> dict[int, int]:
        found = {item.pk: 0}
        waiting = [item.pk]
        while waiting:
            here = waiting.pop()
            for source, lag in self.leading[here]:
                if source in self.items and found[here] + lag < found.get(source, found[here] + lag + 1):
                    found[source] = found[here] + lag
                    waiting.append(source)
        return found


def _load(person: Person | None, day: date, entries: Iterable[KeyResultFigures]) -> _Chain:
    """What stands behind what these key results measure."""
    chain = _Chain(day)
    measured = {entry.key_result.measures_id for entry in entries if entry.key_result.measures_id is not None}
    if not measured:
        return chain
    behind = leading_to(measured)
    items = items_visible_to(person).filter(_among("pk", behind), archived_at=None)
    for row in items.select_related(None).order_by().only(*OF_ITEMS):
        if not (row.state == State.DROPPED and (row.ended_on is None or row.ended_on <= day)):
            chain.items[row.pk] = row
    links = links_visible_to(person).filter(_among("target", behind)).exclude(kind=LinkKind.ENABLES).order_by()
    for source, target, lag in links.values_list("source_id", "target_id", "lag_days"):
        chain.leading[target].append((source, lag or 0))
    said = Report.objects.filter(_among("item", behind), day__lte=day, item__level__in=WORK)
    for number, on, value in said.order_by("day", "id").values_list("item_id", "day", "value"):
        assert value is not None, "the database holds no report without"
        chain.reports[number].append((on, value))
    return chain


def _among(column: str, ids: RawSQL | None) -> Q:
    """Among these ids; None narrows nothing."""
    return Q() if ids is None else Q(**{f"{column}__in": ids})


def _judge(found: ObjectiveFigures, chain: _Chain, threshold: float) -> Verdict:
    entries = found.key_results
    weights = _weights(entries)
    cycle = found.objective.cycle
    behind = [_behind(entry, weight, chain) for entry, weight in zip(entries, weights, strict=True)]
    changes = [_change(entry, weight, chain) for entry, weight in _of_outcomes(entries, weights, chain)]
    delivered = delivery(behind, chain.day, Window(cycle.starts_on, cycle.ends_on))
    return verdict(delivered, effect(changes, chain.day), changes, threshold=threshold)


def _weights(entries: Sequence[KeyResultFigures]) -> list[float]:
    """The share of each key result in its objective; equal ones where the fixed ones do not sum."""
    try:
        return shares([entry.key_result.weight for entry in entries])
    except WeightsDoNotSum:
        return [1 / len(entries)] * len(entries)


def _behind(entry: KeyResultFigures, weight: float, chain: _Chain) -> Behind:
    measured = chain.measured_by(entry)
    numbers = sorted(chain.behind(measured)) if measured is not None else []
    work = tuple(chain.work(number) for number in numbers if chain.items[number].level in WORK)
    return Behind(entry.key_result.ref, entry.key_result.title, work, weight)


def _of_outcomes(
    entries: Sequence[KeyResultFigures], weights: Sequence[float], chain: _Chain
) -> list[tuple[KeyResultFigures, float]]:
    """The key results that measure outcomes; all of them while none says what it measures."""
    pairs = list(zip(entries, weights, strict=True))
    levels = {entry.key_result.pk: item.level for entry, _ in pairs if (item := chain.measured_by(entry)) is not None}
    return [pair for pair in pairs if not levels or levels.get(pair[0].key_result.pk) == Level.OUTCOME]


def _change(entry: KeyResultFigures, weight: float, chain: _Chain) -> Change:
    return Change(
        key=entry.key_result.ref,
        title=entry.key_result.title,
        progress=entry.judged.progress,
        expected=entry.judged.expected,
        weight=weight,
        moves_from=_moves_from(chain.measured_by(entry), chain),
    )


def _moves_from(measured: ChainItem | None, chain: _Chain) -> date | None:
    """The first day on which an output behind could have shown: when it was there, and its lag had passed."""
    if measured is None:
        return None
    days = [
        there + timedelta(days=lag)
        for number, lag in chain.behind(measured).items()
        if chain.items[number].level == Level.OUTPUT and (there := chain.there_on(number)) is not None
    ]
    return min(days, default=None)
