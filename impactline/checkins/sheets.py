"""Readings of a shared metric from a table: planned, then taken all or none. The same table twice is as once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from impactline.base.errors import Faults
from impactline.base.events import note, plain
from impactline.base.inserting import insert, insert_values
from impactline.base.transactions import action
from impactline.metrics import actions as metrics
from impactline.metrics import verbs
from impactline.metrics.actions.entering import part_rows, stored_evidence, stored_quality
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.matching import CHANGED, NEW, SAME, Plan, Refused, Row, There, plan
from impactline.metrics.measure import Quality
from impactline.metrics.models import LockedPeriod, Metric, Part, Reading
from impactline.metrics.queries import declared, latest_value
from impactline.metrics.said import Link, Said
from impactline.metrics.sheet import Entry, ReadNumber, entries, shown
from impactline.okrs.rolling import driven_by, lock_followers, measure_again, refresh
from impactline.okrs.today import present
from impactline.people.models import Person

T = TypeVar("T")
FAULTS_MAX = 50
BATCH = 5_000
COLUMNS = (
    *("metric", "day", "value", "numerator", "denominator", "quality", "evidence"),
    *("note", "by", "recorded_at", "replaces", "replaced"),
)
FIELDS = ("pk", "day", "value", "numerator", "denominator", "quality", "evidence", "note")


def planned(*, by: Person, metric: Metric, text: str, read: ReadNumber, at: datetime) -> Plan:
    """What a table would do to the readings of a metric; nothing is changed. Five queries, more for many days."""
    metrics.require_steward(by, metric)
    return _planned(metric, text, read, present(at).day)


@action
def read_table(*, by: Person, metric: Metric, text: str, read: ReadNumber, at: datetime) -> Plan:
    """Take all readings of a table, or none: raises Faults with what is wrong, by line.

    A day that is there with another value is corrected; everything that follows the metric moves once.
    """
    metrics.require_steward(by, metric)
    now = present(at)
    followers = lock_followers(metric)
    found = _planned(metric, text, read, now.day)
    if found.faults:
        raise Faults(list(shown(found.faults, FAULTS_MAX)))
    taken = [row for row in found.rows if row.what != SAME]
    if not taken:
        return found
    before = latest_value(metric)
    _write(metric, taken, by, at)
    differing = measure_again(followers, now)
    rolled = refresh({row.objective_id for row in differing} | driven_by(metric), now)
    moved = [plain(before), plain(latest_value(metric))]
    days = [str(min(row.day for row in taken)), str(max(row.day for row in taken))]
    counts = {"read": found.count(NEW), "corrected": found.count(CHANGED)}
    note(verbs.READ_MANY, metric, by=by, at=at, **counts, days=days, moved=moved, rolled=rolled)
    return found


def _planned(metric: Metric, text: str, read: ReadNumber, today: date) -> Plan:
    there = declared(metric)
    found, faults = entries(text, [name for name, _ in there], read)
    locked = LockedPeriod.objects.filter(metric=metric, unlocked_at=None).values_list("starts_on", "ends_on")
    refused = Refused(today, list(locked))
    made = plan(found, _there(metric, found), metric.kind, dict(there), metric.levels, refused)
    return Plan(made.rows, sorted([*faults, *made.faults], key=lambda fault: _line(fault.field)))


def _line(field: str) -> int:
    return int(field.removeprefix("line "))


def _there(metric: Metric, found: Sequence[Entry]) -> dict[date, list[There]]:
    """The readings that hold, of the days of a table, in the order of entry."""
    if not found:
        return {}
    days = [entry.day for entry in found]
    wanted = set(days)
    rows = Reading.objects.filter(metric=metric, replaced=False, day__range=(min(days), max(days)))
    kept = [row for row in rows.order_by("id").values_list(*FIELDS) if row[1] in wanted]
    parts = _parts([row[0] for row in kept]) if kept and metric.dimensions.exists() else {}
    readings: dict[date, list[There]] = defaultdict(list)
    for pk, day, value, numerator, denominator, quality, evidence, words in kept:
        links = tuple(Link(link["title"], link["url"]) for link in evidence or ())
        amount = Amount(value, numerator, denominator)
        said = Said(amount, tuple(parts.get(pk, ())), quality or Quality.MEASURED, links)
        readings[day].append(There(pk, said, words))
    return readings


def _parts(numbers: Sequence[int]) -> dict[int, list[PartOf]]:
    found: dict[int, list[PartOf]] = defaultdict(list)
    for some in _batches(numbers):
        for part in Part.objects.filter(reading__in=some).order_by("id"):
            found[part.reading_id].append(PartOf(tuple(part.categories.items()), part.amount))
    return found


def _write(metric: Metric, taken: Sequence[Row], by: Person, at: datetime) -> None:
    for some in _batches(taken):
        before = [row.before.number for row in some if row.before is not None]
        Reading.objects.filter(pk__in=before, replaced=False).update(replaced=True)
        ids = insert_values(Reading, COLUMNS, [_values(metric, row, by, at) for row in some])
        parts = zip(ids, (row.said.parts for row in some), strict=True)
        insert(Part, [part for number, said in parts for part in part_rows(number, said)])


def _values(metric: Metric, row: Row, by: Person, at: datetime) -> tuple[Any, ...]:
    """What a reading keeps, in the order of COLUMNS."""
    amount, before = row.said.amount, None if row.before is None else row.before.number
    quality, evidence = stored_quality(row.said.quality), stored_evidence(row.said.evidence)
    whole = (amount.value, amount.numerator, amount.denominator)
    return (metric.pk, row.day, *whole, quality, evidence, row.note, by.pk, at, before, False)


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
