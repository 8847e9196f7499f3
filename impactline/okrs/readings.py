"""What was read of the metrics that key results and objectives follow.

Once a cycle is closed, its key results no longer move with their metrics: what was read for later days belongs to
the cycles that came after.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import DateField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from impactline.base.bulk import Rows, Written, exact, given
from impactline.metrics.models import Reading as Row
from impactline.okrs.measure import Driver, Reading, Type, Values
from impactline.okrs.models import KeyResult, Objective

LATEST = """
SELECT item.id, r.day, r.value FROM {items} JOIN metrics_reading r ON r.id = (
  SELECT n.id FROM metrics_reading n
  WHERE n.metric_id = item.metric_id AND NOT n.replaced AND n.value IS NOT NULL
    AND n.day <= COALESCE(c.closed_on, %s)
  ORDER BY n.day DESC, n.id DESC LIMIT 1
)"""
# Key results that are known by all their readings, as `needs_all` says.
NEEDS_ALL = Q(values=Values.PER_PERIOD) | Q(type=Type.CONTROL)
LATEST_VALUE = """(
  SELECT r.value FROM metrics_reading r
  WHERE r.metric_id = {} AND NOT r.replaced AND r.value IS NOT NULL AND r.day <= {} AND r.day <= {}
  ORDER BY r.day DESC, r.id DESC LIMIT 1
)"""
OBJECTIVES = "okrs_objective item JOIN okrs_cycle c ON c.id = item.cycle_id"
KEY_RESULTS = (
    "okrs_keyresult item JOIN okrs_objective o ON o.id = item.objective_id JOIN okrs_cycle c ON c.id = o.cycle_id"
)


def readings_of(key_results: Sequence[KeyResult], *, refollowed: Collection[int] = ()) -> dict[int, list[Reading]]:
    """What each key result (with objective and cycle loaded) is known by, by its id.

    That is the latest reading of its metric or, where readings are summed or counted, all of them in order of day
    and entry. Corrected ones are left out. `refollowed` are ids of those that follow another metric by now. Two
    queries at most.
    """
    followers = [row for row in key_results if row.metric_id is not None]
    fully = [row for row in followers if needs_all(row.type, row.values) or row.pk in refollowed]
    found: dict[int, list[Reading]] = defaultdict(list)
    if len(fully) < len(followers):
        ids = {row.pk for row in followers}.difference(row.pk for row in fully)
        found |= {number: [Reading(*latest)] for number, latest in _latest(KEY_RESULTS, ids).items()}
    if fully:
        known = all_readings({row.metric_id for row in fully})
        for row in fully:
            cycle = row.objective.cycle
            found[row.pk] = [reading for reading in known[row.metric_id or 0] if cycle.counts(reading.day)]
    return found


def latest_value(until: date, closed_on: F) -> Written:
    """A column: the latest value of the metric of an objective or key result, up to and including a day.

    `closed_on` is where its cycle says on which day it was closed.
    """
    return Written(
        LATEST_VALUE, F("metric"), Value(until), _last_day(closed_on), output_field=Row._meta.get_field("value")
    )


def every_reading(metric: Any, until: date, closed_on: F) -> Subquery:
    """A column: all readings of a metric that count, up to and including a day, for `readings_along`."""
    outer = OuterRef(closed_on if isinstance(closed_on, OuterRef) else closed_on.name)  # type: ignore[attr-defined]
    rows = Row.objects.filter(metric=metric, replaced=False, value__isnull=False, day__lte=until)
    counting = rows.filter(day__lte=_last_day(outer)).order_by().values("metric")
    return Subquery(counting.annotate(every=Rows("day", "pk", "value")).values("every"))


def readings_along(rows: Iterable[Sequence[Any]]) -> list[Reading]:
    """What `every_reading` loaded, in order of day and entry."""
    found = []
    for day, _, value in sorted(rows, key=itemgetter(0, 1)):
        number = exact(value)
        assert number is not None, "readings without a value are left out"
        found.append(Reading(date.fromisoformat(day), number))
    return found


def own_values(objectives: Iterable[Objective]) -> dict[int, Decimal]:
    """The latest value of the own metric of those objectives that it drives, by their id; what was read at all.

    No query when there are none.
    """
    ids = [row.pk for row in objectives if row.driver == Driver.METRIC]
    return {number: value for number, (_, value) in _latest(OBJECTIVES, ids).items()} if ids else {}


def needs_all(kind: str, values: str) -> bool:
    """Whether a key result of this type is known by all its readings and not by the latest alone."""
    return values == Values.PER_PERIOD or kind == Type.CONTROL


def latest_of_all_key_results() -> dict[int, tuple[date, Decimal]]:
    """Day and value of the latest reading that counts for each key result that has one; one query."""
    return _latest(KEY_RESULTS)


def all_readings(metric_ids: Iterable[int | None], until: date = date.max) -> dict[int, list[Reading]]:
    """All readings of metrics, in order of day and entry, corrected ones left out; one query."""
    found: dict[int, list[Reading]] = defaultdict(list)
    rows = Row.objects.filter(metric__in=metric_ids, replaced=False, day__lte=until, value__isnull=False)
    for metric, day, value in rows.order_by("day", "id").values_list("metric_id", "day", "value"):
        assert value is not None, "readings without a value are left out"
        found[metric].append(Reading(day, value))
    return found


def _latest(items: str, ids: Iterable[int] | None = None) -> dict[int, tuple[date, Decimal]]:
    chosen, listed = ("", []) if ids is None else given(ids)
    with connection.cursor() as cursor:
        cursor.execute(LATEST.format(items=items) + (chosen and f" WHERE item.id IN ({chosen})"), [date.max, *listed])
        return {number: (day, value) for number, day, value in cursor.fetchall()}


def _last_day(closed_on: F) -> Coalesce:
    """The last day of which readings count."""
    return Coalesce(closed_on, Value(date.max, output_field=DateField()))
