"""The organisation as a snapshot: light rows, key results a batch at a time, without check-ins."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from impactline.base.bulk import among, raw
from impactline.chain.agreement import Opinion, beside
from impactline.chain.models import Assumption, ChainItem, Dependency, Judgement, Link, State
from impactline.chain.rubric import share
from impactline.checkins.models import CheckIn
from impactline.insight.columns import ASSUMPTION, ITEM, KEY_RESULT, ROADBLOCK
from impactline.insight.models import Forecast, Limit, Roadblock
from impactline.insight.rules import Snapshot
from impactline.insight.rules.packing import Packed, PackedById
from impactline.insight.rules.rows import (
    PACE_LEAST,
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
from impactline.insight.rules.stated import doubt
from impactline.metrics.models import Metric
from impactline.okrs.answers import days_denied
from impactline.okrs.expected import expected
from impactline.okrs.judge import judge_standing
from impactline.okrs.measure import Curve, Kind, Type, Values
from impactline.okrs.models import (
    Alignment,
    Cycle,
    CycleState,
    KeyResult,
    Milestone,
    Objective,
    Override,
    Priority,
    Score,
    TargetChange,
    Visibility,
)
from impactline.okrs.pace import moment_of
from impactline.okrs.period import Period
from impactline.okrs.progress import Standing, standing_at
from impactline.okrs.records import measure_of
from impactline.okrs.today import Present
from impactline.people.calendar import absences_in
from impactline.people.models import Person, Team
from impactline.people.queries import free_days_by_person
from impactline.planning.models import OPEN, ContributionRequest, RequestState

BATCH = 2_000
CHUNK = 5_000
REMEMBERED = timedelta(days=550)
NOTHING = (None, False)
FORECAST = ("pk", "reach", "enough", "beyond_best", "count")


def load(now: Present, objective_ids: Collection[int] | None = None) -> Snapshot:
    """The organisation on a day, held small; or of some objectives what rules of how they go read, and nothing else.

    Check-ins are not in it, see `insight.hearing`.
    """
    whole = objective_ids is None
    by_id: Callable[[Any, Iterable[Any]], Mapping[int, Any]] = PackedById if whole else _by_id
    listed: Callable[[Any, Iterable[Any]], Sequence[Any]] = Packed if whole else _listed
    mine = Q() if whole else _with_sources(objective_ids or ())
    cycles = {row.pk: row for row in map(_cycle, Cycle.objects.filter(archived_at=None).order_by("pk"))}
    limits = dict(Limit.objects.values_list("name", "value"))
    objectives = by_id(ObjectiveRow, (row for row in _objectives(mine) if row.cycle_id in cycles))
    key_results = by_id(KeyResultRow, _key_results(objectives, cycles, limits, now, whole=whole))
    items, links = _chain(
        None if whole else {row.measures_id for row in key_results.values() if row.measures_id}, by_id
    )
    return Snapshot(
        today=now.day,
        limits=limits,
        has_priorities=Priority.objects.filter(archived_at=None).exists(),
        people={row.pk: row for row in _people()} if whole else {},
        teams={row[0]: TeamRow(*row) for row in _named(Team, "ref", whole=whole)},
        cycles=cycles,
        objectives=objectives,
        key_results=key_results,
        metrics=_metrics() if whole else {},
        alignments=listed(AlignmentRow, _alignments(objectives)) if whole else (),
        moved=_moved(key_results),
        items=items,
        links=links,
        assumptions=listed(AssumptionRow, _assumptions(items, links, whole=whole)),
        waits=[
            WaitRow(*row)
            for row in Dependency.objects.order_by("pk").values_list("activity_id", "after_id")
            if row[0] in items and row[1] in items
        ]
        if whole
        else (),
        roadblocks=_roadblocks(None if whole else (set(objectives), set(key_results), set(items))),
        cleared=_cleared(now.day) if whole else (),
        requests=_requests() if whole else (),
    )


# --- objectives and key results ------------------------------------------------------------------------------


def _cycle(row: Cycle) -> CycleRow:
    return CycleRow(row.pk, row.ref, row.title, row.starts_on, row.ends_on, row.check_in_every_days, row.state)


def _objectives(mine: Q) -> Iterator[ObjectiveRow]:
    pairs = Objective.priorities.through.objects.filter(objective__in=Objective.objects.filter(mine).order_by())
    named = Counter(pairs.values_list("objective_id", flat=True).iterator(CHUNK))
    last = Score.objects.filter(objective=OuterRef("pk")).order_by("-day", "-id").values("reason")[:1]
    by_hand = Override.objects.filter(objective=OuterRef("pk"), resumed_at=None).values("progress")
    rows = Objective.objects.filter(mine, archived_at=None).order_by("pk")
    denied = days_denied(rows)
    rows = rows.annotate(why=Subquery(last), by_hand=Subquery(by_hand))
    columns = (
        "pk",
        "ref",
        "title",
        "cycle_id",
        "owner_id",
        "team_id",
        "kind",
        "visibility",
        "driver",
        "score",
        "why",
        "by_hand",
        "carried_from_id",
    )
    for *head, visibility, driver, score, why, by_hand, carried in rows.values_list(*columns).iterator(CHUNK):
        hidden = visibility == Visibility.PRIVATE
        since = denied.get(head[0])
        yield ObjectiveRow._make((*head, hidden, driver, score, named[head[0]], bool(why), by_hand, carried, since))


def _with_sources(objective_ids: Collection[int]) -> Q:
    """These objectives, and those that they were carried over from."""
    carried = Objective.objects.filter(pk__in=objective_ids).exclude(carried_from=None).order_by()
    return Q(pk__in=objective_ids) | Q(pk__in=carried.values("carried_from"))


def _key_results(
    objectives: Mapping[int, ObjectiveRow],
    cycles: dict[int, CycleRow],
    limits: dict[str, float],
    now: Present,
    *,
    whole: bool,
) -> Iterator[KeyResultRow]:
    """The key results of these objectives in their order; judged for the day where their cycle is active."""
    found = KeyResult.objects.filter(archived_at=None).order_by("objective_id", "position", "pk")
    if not whole:
        found = found.filter(objective__in=list(objectives))
    rows = found.values_list(*KEY_RESULT, named=True).iterator(BATCH)
    objective = None
    while batch := list(islice(rows, BATCH)):
        numbers = [row.pk for row in batch]
        steps, told = _steps(numbers), _told(numbers)
        read, doubted = {}, []
        for row in batch:
            if objective is None or objective.pk != row.objective_id:
                objective = objectives.get(row.objective_id)
            if objective is None:
                continue
            chance = told.get(row.pk, NOTHING)
            light = KeyResultRow._make(
                (*row[:18], None, "grey", row.carried_from_id, row.values, row.score, *chance, None)
            )
            cycle = cycles[objective.cycle_id]
            runs = cycle.state == CycleState.ACTIVE
            read[row.pk] = _judged(row, light, objective, cycle, steps[row.pk], now) if runs else light
            if row.type == Type.METRIC and doubt(read[row.pk], objective, limits):
                doubted.append(row.pk)
        yield from (read | _with_earlier(read, doubted)).values()


def _steps(numbers: Collection[int]) -> dict[int, list[Milestone]]:
    """The milestones of these key results."""
    found: dict[int, list[Milestone]] = defaultdict(list)
    rows = Milestone.objects.filter(key_result__in=among(numbers), key_result__type=Type.MILESTONES)
    for step in rows.order_by("position", "id"):
        found[step.key_result_id].append(step)
    return found


def _told(numbers: Collection[int]) -> dict[int, tuple[float | None, bool]]:
    """What is forecast of these key results: the chance of success, and whether it takes a pace never seen."""
    rows = Forecast.objects.filter(key_result__in=among(numbers)).values_list(*FORECAST)
    return {
        number: (reach if enough is None else enough, beyond and count >= PACE_LEAST)
        for number, reach, enough, beyond, count in rows
    }


def _judged(
    row: Any, light: KeyResultRow, objective: ObjectiveRow, cycle: CycleRow, steps: Sequence[Milestone], now: Present
) -> KeyResultRow:
    """With the expected progress and the pace of the day."""
    measure = measure_of(row, steps, strict=now.policy.strict_holds)
    starts_on, due_on = row.starts_on or cycle.starts_on, row.due_on or cycle.ends_on
    period = Period(min(starts_on, due_on), max(starts_on, due_on), cycle.every_days)
    due = expected(measure, Curve(row.curve), period, now.day)
    stands = (
        standing_at(measure, row.value) if measure.type.is_hold else Standing(row.value, row.progress, recorded=True)
    )
    moment = moment_of(period, now.day, score=row.score)
    judged = judge_standing(stands, due, measure.type, moment, kind=Kind(objective.kind), policy=now.policy.pace_rule)
    return light._replace(expected=due, pace=str(judged.pace.colour))


def _with_earlier(key_results: dict[int, KeyResultRow], doubted: Collection[int]) -> dict[int, KeyResultRow]:
    """Metrics whose status is in doubt, each with where it stood at the check-in before the last."""
    rows = CheckIn.objects.filter(key_result__in=among(doubted), replaced=False).order_by("key_result_id", "day", "pk")
    spoken = raw(rows.values_list("key_result_id", "day", "value", "reading__value"))
    found: dict[int, KeyResultRow] = {}
    for number, said in groupby(spoken, key=itemgetter(0)):
        course = [(on, read if value is None else value) for _, on, value, read in said]
        known = [(on, value) for on, value in course if value is not None][:-1]
        if known:
            row = key_results[number]
            found[number] = row._replace(earlier=(known[-1][0], _stood_at(row, known)))
    return found


def _stood_at(row: KeyResultRow, known: Sequence[tuple[date, Decimal]]) -> Decimal:
    """The last of these values; of sums all of them."""
    if row.values == Values.LATEST:
        return known[-1][1]
    return sum((value for _, value in known), Decimal(0))


def _alignments(objectives: Mapping[int, ObjectiveRow]) -> Iterator[AlignmentRow]:
    rows = Alignment.objects.order_by("pk").values_list("child_id", "parent_id", "kind").iterator(CHUNK)
    return (AlignmentRow(*row) for row in rows if row[0] in objectives and row[1] in objectives)


def _moved(key_results: Mapping[int, KeyResultRow]) -> dict[int, list[Moved]]:
    found: dict[int, list[Moved]] = defaultdict(list)
    rows = TargetChange.objects.order_by("day", "pk")
    if len(key_results) <= BATCH:
        rows = rows.filter(key_result__in=list(key_results))
    for number, on, earlier, after in rows.values_list("key_result_id", "day", "before", "after").iterator(CHUNK):
        old, new = earlier.get("target"), after.get("target")
        if number in key_results and old is not None and new is not None:
            found[number].append(Moved(on, Decimal(str(old)), Decimal(str(new))))
    return found


# --- the chain, metrics, people --------------------------------------------------------------------------------


def _chain(
    measured: set[int] | None, by_id: Callable[[Any, Iterable[Any]], Mapping[int, Any]]
) -> tuple[Mapping[int, ItemRow], Mapping[int, LinkRow]]:
    """All items and links; or the items that are measured, what leads to them, and what leads to that."""
    links = Link.objects.order_by("position", "pk")
    items = ChainItem.objects.filter(archived_at=None).exclude(state=State.DROPPED).order_by("position", "pk")
    if measured is not None:
        before = Link.objects.filter(target__in=measured).order_by().values("source")
        links = links.filter(Q(target__in=measured) | Q(target__in=before))
    columns = ("pk", "source_id", "target_id", "kind", "evidence", "lag_days", "necessary")
    rows: Iterable[LinkRow] = (LinkRow(*row) for row in links.values_list(*columns).iterator(CHUNK))
    if measured is not None:
        rows = list(rows)
        items = items.filter(pk__in=measured | {row.source_id for row in rows})
    metrics: dict[int, set[int]] = defaultdict(set)
    pairs = ChainItem.metrics.through.objects.filter(chainitem__in=items.order_by().values("pk"))
    for item, metric in pairs.values_list("chainitem_id", "metric_id"):
        metrics[item].add(metric)
    voices = _voices(items)
    found = by_id(ItemRow, (_item(row, metrics, voices) for row in items.values_list(*ITEM).iterator(CHUNK)))
    return found, by_id(LinkRow, (row for row in rows if row.source_id in found and row.target_id in found))


def _voices(items: "QuerySet[ChainItem]") -> dict[int, str]:
    """What those who judge each outcome say of it."""
    found: dict[int, list[Opinion]] = defaultdict(list)
    rows = Judgement.objects.filter(item__in=items.order_by().values("pk")).exclude(rating=None)
    columns = ("item_id", "person_id", "on_behalf_of", "day", "level", "rating", "of")
    for item, person, group, day, level, rating, of in rows.order_by("day", "position").values_list(*columns):
        found[item].append(Opinion(group or str(person), day, level, share(rating, of)))
    return {item: str(beside((), opinions).voices) for item, opinions in found.items()}


def _item(row: Sequence[Any], metrics: dict[int, set[int]], voices: dict[int, str]) -> ItemRow:
    numbers = frozenset(metrics.get(row[0], ()))
    return ItemRow._make((*row[:9], row[9] == "private", *row[10:16], numbers, *row[16:], voices.get(row[0], "")))


def _assumptions(items: Mapping[int, ItemRow], links: Mapping[int, LinkRow], *, whole: bool) -> Iterator[AssumptionRow]:
    rows = Assumption.objects.order_by("pk")
    if not whole:
        rows = rows.filter(Q(item__in=list(items)) | Q(link__in=list(links)))
    for row in rows.values_list(*ASSUMPTION).iterator(CHUNK):
        if row[2] in links or row[3] in items:
            is_watched = row[10] is not None and (row[11] is not None or row[12] is not None)
            yield AssumptionRow._make((*row[:10], is_watched))


def _roadblocks(near: tuple[set[int], set[int], set[int]] | None) -> list[RoadblockRow]:
    """What is in the way, the oldest first: of anything, or of these objectives, key results and items."""
    rows = Roadblock.objects.filter(resolved_on=None).order_by("raised_on", "pk")
    if near is not None:
        objectives, key_results, items = near
        rows = rows.filter(Q(objective__in=objectives) | Q(key_result__in=key_results) | Q(item__in=items))
    return [RoadblockRow(*row) for row in rows.values_list(*ROADBLOCK)]


def _cleared(day: date) -> list[RoadblockRow]:
    """What was in the way and was cleared of late, so that it can be seen to come back."""
    rows = Roadblock.objects.filter(resolved_on__gte=day - REMEMBERED).order_by("resolved_on", "pk")
    return [RoadblockRow(*row) for row in rows.values_list(*ROADBLOCK, "resolved_on")]


def _requests() -> list[RequestRow]:
    rows = ContributionRequest.objects.filter(state__in=(*OPEN, RequestState.DECLINED)).order_by("asked_on", "pk")
    columns = ("pk", "ref", "title", "asked_id", "key_result_id", "waiting_id", "state", "asked_on", "due_on")
    return [RequestRow(*row) for row in rows.values_list(*columns)]


def _metrics() -> dict[int, MetricRow]:
    rows = Metric.objects.filter(archived_at=None).exclude(ref=None).order_by("pk")
    columns = ("pk", "ref", "name", "unit", "better", "source", "read_every_days", "owner_id", "references")
    return {
        row[0]: MetricRow._make((*row[:8], tuple((str(one.get("vocabulary")), one.get("uri") or "") for one in row[8])))
        for row in rows.values_list(*columns)
    }


def _people() -> Iterator[PersonRow]:
    columns = ("pk", "email", "name", "capacity_hours_per_week", "absences", "is_active")
    free = free_days_by_person()
    for number, email, name, capacity, absences, is_active in Person.objects.order_by("pk").values_list(*columns):
        hours = None if capacity is None else float(capacity)
        away = tuple((one.starts_on, one.ends_on) for one in absences_in(absences))
        yield PersonRow(number, email, name, hours, away, not is_active, free(number))


def _by_id(_: type, rows: Iterable[Any]) -> dict[int, Any]:
    return {row.pk: row for row in rows}


def _listed(_: type, rows: Iterable[Any]) -> list[Any]:
    return list(rows)


def _named(model: Any, ref: str, *, whole: bool) -> Iterator[tuple[int, str, str]]:
    if whole:
        yield from model.objects.order_by("pk").values_list("pk", ref, "name")
