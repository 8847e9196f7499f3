"""What was read of the metrics that key results and objectives follow.

Once a cycle is closed, its key results no longer move with their metrics: what was read for later days belongs to
the cycles that came after.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import DateField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from impactline.metrics.models import Reading as Row
from impactline.okrs.measure import Driver, Reading, Type, Values
from impactline.okrs.models import KeyResult, Objective

LATEST = """
SELECT item.id, r.day, r.value FROM {items} JOIN metrics_reading r ON r.id = (
  SELECT n.id FROM metrics_reading n
  WHERE n.metric_id = item.metric_id AND NOT n.replaced AND n.value IS NOT NULL
    AND n.day <= %s AND n.day <= COALESCE(c.closed_on, %s)
  ORDER BY n.day DESC, n.id DESC LIMIT 1
)"""
OBJECTIVES = "okrs_objective item JOIN okrs_cycle c ON c.id = item.cycle_id"
KEY_RESULTS = (
    "okrs_keyresult item JOIN okrs_objective o ON o.id = item.objective_id JOIN okrs_cycle c ON c.id = o.cycle_id"
)


def readings_of(
    key_results: Sequence[KeyResult], until: date = date.max, *, refollowed: Collection[int] = ()
) -> dict[int, list[Reading]]:
    """What each key result (with objective and cycle loaded) is known by, up to and including a day, by its id.

    That is the latest reading of its metric or, where readings are summed or counted, all of them in order of day
    and entry. Corrected ones are left out. `refollowed` are ids of those that follow another metric by now. Two
    queries at most.
    """
    followers = [row for row in key_results if row.metric_id is not None]
    fully = [row for row in followers if needs_all(row.type, row.values) or row.pk in refollowed]
    found: dict[int, list[Reading]] = defaultdict(list)
    if len(fully) < len(followers):
        ids = {row.pk for row in followers}.difference(row.pk for row in fully)
        found |= {number: [Reading(*latest)] for number, latest in _latest(KEY_RESULTS, ids, until).items()}
    if fully:
        known = all_readings({row.metric_id for row in fully}, until)
        for row in fully:
            cycle = row.objective.cycle
            found[row.pk] = [reading for reading in known[row.metric_id or 0] if cycle.counts(reading.day)]
    return found


def with_own_value(objectives: "QuerySet[Objective]") -> "QuerySet[Objective]":
    """Objectives with the latest value of their own metric in the same query, where `own_values` finds it."""
    until = Coalesce(OuterRef("cycle__closed_on"), Value(date.max, output_field=DateField()))
    counting = Row.objects.filter(metric=OuterRef("metric"), replaced=False, day__lte=until).order_by("-day", "-id")
    return objectives.annotate(own_value=Subquery(counting.values("value")[:1]))


def own_values(objectives: Iterable[Objective], until: date = date.max) -> dict[int, Decimal]:
    """The latest value of the own metric of those objectives that it drives, by their id; what was read at all.

    No query when there are none, or when they were loaded `with_own_value`.
    """
    driven = [row for row in objectives if row.driver == Driver.METRIC]
    if until == date.max and all(hasattr(row, "own_value") for row in driven):
        return {row.pk: row.own_value for row in driven if row.own_value is not None}  # type: ignore[attr-defined]
    ids = [row.pk for row in driven]
    if not ids:
        return {}
    return {number: value for number, (_, value) in _latest(OBJECTIVES, ids, until).items()}


def needs_all(kind: str, values: str) -> bool:
    """Whether a key result of this type is known by all its readings and not by the latest alone."""
    return values == Values.PER_PERIOD or kind == Type.CONTROL


def latest_of_all_key_results() -> dict[int, tuple[date, Decimal]]:
    """Day and value of the latest reading that counts for each key result that has one; one query."""
    return _latest(KEY_RESULTS, None, date.max)


def _latest(items: str, ids: Collection[int] | None, until: date) -> dict[int, tuple[date, Decimal]]:
    chosen = "" if ids is None else f" WHERE item.id IN ({', '.join(['%s'] * len(ids))})"
    with connection.cursor() as cursor:
        cursor.execute(LATEST.format(items=items) + chosen, [until, date.max, *(ids or ())])
        return {number: (day, value) for number, day, value in cursor.fetchall()}


def all_readings(metric_ids: Iterable[int | None], until: date = date.max) -> dict[int, list[Reading]]:
    """All readings of metrics, in order of day and entry, corrected ones left out; one query."""
    found: dict[int, list[Reading]] = defaultdict(list)
    rows = Row.objects.filter(metric__in=metric_ids, replaced=False, day__lte=until, value__isnull=False)
    for metric, day, value in rows.order_by("day", "id").values_list("metric_id", "day", "value"):
        assert value is not None, "readings without a value are left out"
        found[metric].append(Reading(day, value))
    return found
