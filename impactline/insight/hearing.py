"""What was said and read of key results, for the rules that look at how they went."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from impactline.base.bulk import among, raw
from impactline.checkins.models import CheckIn
from impactline.insight.beforehand import before
from impactline.insight.forecast import History
from impactline.insight.forecast.queries import history_of
from impactline.insight.rules import Snapshot
from impactline.insight.rules.rows import Before, KeyResultRow, Said
from impactline.okrs.measure import Type, Values
from impactline.okrs.readings import all_readings


def hearing() -> Callable[[Snapshot], Snapshot]:
    """What gives a part of the organisation the histories of its running key results.

    Check-ins come in one query for each part, and readings: sorted as a whole, they would all stand in memory.
    """
    known = lru_cache(partial(history_of, Type.METRIC))

    def hear(part: Snapshot) -> Snapshot:
        rows = [row for row, _ in part.running_key_results()]
        return part.with_histories(_spoken([row.pk for row in rows]), _before(part, rows, known))

    return hear


def _spoken(numbers: Collection[int]) -> dict[int, Sequence[Said]]:
    """What was said of each of these key results, day by day."""
    rows = CheckIn.objects.filter(key_result__in=among(numbers), replaced=False).order_by("key_result_id", "day", "pk")
    columns = ("key_result_id", "day", "value", "confidence", "status", "reading__value", "by_id")
    found: dict[int, Sequence[Said]] = dict.fromkeys(numbers, ())
    for number, told in groupby(raw(rows.values_list(*columns)), key=itemgetter(0)):
        found[number] = [_said(row) for row in told]
    return found


def _before(snapshot: Snapshot, running: Sequence[KeyResultRow], known: Callable[[date], History]) -> dict[int, Before]:
    """What was read before the start of key results that go from a baseline to a target."""
    rows = [
        row for row in running if row.type == Type.METRIC and row.values == Values.LATEST and row.metric_id is not None
    ]
    if not rows:
        return {}
    last = max(snapshot.period(row).starts_on for row in rows) - timedelta(days=1)
    read = all_readings({row.metric_id for row in rows}, min(last, snapshot.today))
    kinds = {row.pk: snapshot.objectives[row.objective_id].kind for row in rows}
    found = (
        (row.pk, before(row, kinds[row.pk], snapshot.period(row), read[row.metric_id or 0], known))
        for row in rows
        if row.metric_id in read
    )
    return {number: told for number, told in found if told is not None}


def _said(row: Sequence[Any]) -> Said:
    _, on, value, sure, word, read, by = row
    return tuple.__new__(Said, (on, read if value is None else value, sure, word, by))  # all fields: no defaults
