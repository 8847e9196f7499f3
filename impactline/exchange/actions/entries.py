"""Single check-ins and readings on their way into the database, with what each takes the place of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.base.bulk import write
from impactline.base.inserting import insert
from impactline.checkins.models import CheckIn
from impactline.exchange.actions.work import Work
from impactline.exchange.metric_entries import said_of
from impactline.exchange.plan import Change
from impactline.exchange.queries.readings import usual_moment
from impactline.metrics.actions.entering import part_rows, stored_evidence, stored_quality
from impactline.metrics.adding import Amount
from impactline.metrics.models import Metric, Part, Reading
from impactline.metrics.queries import said_with
from impactline.metrics.said import Said as More
from impactline.okrs.models import KeyResult
from impactline.okrs.records import WITHOUT_METRIC

SAID = ("by", "value", "numerator", "denominator", "quality", "parts", "evidence", "confidence", "status", "note")


@dataclass(frozen=True, slots=True)
class Subject:
    """What entries are about: a key result or a shared metric, and the metric that is read, if any."""

    item: Any
    key_result: KeyResult | None
    metric_id: int | None
    shared: bool

    @classmethod
    def of_key_result(cls, row: KeyResult) -> "Subject":
        """A key result with the metric that it follows."""
        return cls(row, row, row.metric_id, shared=row.metric is not None and row.metric.is_shared)

    @classmethod
    def of_metric(cls, row: Metric) -> "Subject":
        """A shared metric."""
        return cls(row, None, row.pk, shared=True)


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says; `more` is what a reading says beside its value."""

    value: Decimal | None
    note: str
    by_id: int | None
    confidence: int | None = None
    status: str | None = None
    more: More | None = None


class Days:
    """Gives each entry a moment to sort by: when it was recorded, but never before those that stand before it."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, int, date], datetime] = {}

    def order(self, kind: str, subject: Subject, day: date, recorded_at: datetime) -> datetime:
        """The moment by which this entry of a list and a day is sorted."""
        key = (kind, subject.item.pk, day)
        self._latest[key] = max(self._latest.get(key, recorded_at), recorded_at)
        return self._latest[key]


@dataclass(slots=True)
class Entry:
    """One row to be written. It takes the place of an entry of the same import, or of a row that is there."""

    kind: str
    subject: Subject
    said: Said
    day: date
    recorded_at: datetime
    order: datetime
    metric_id: int | None = None
    replaced: bool = False
    before: "Entry | None" = None
    row: CheckIn | Reading | None = None
    reading: Reading | None = None
    check_in: CheckIn | None = None


def new(work: Work, kind: str, subject: Subject, part: Any, days: Days) -> Iterator[Entry]:
    """The entry of a new part, behind those for what it said before it was corrected."""
    metric_id = _metric(work, kind, subject, part)
    before: Entry | None = None
    for old in part.earlier:
        day = old.at or part.at
        moment = old.recorded_at or usual_moment(day)
        before = Entry(
            kind, subject, _said(work, kind, old), day, moment, moment, metric_id, replaced=True, before=before
        )
        yield before
    moment = part.recorded_at or usual_moment(part.at)
    order = days.order(kind, subject, part.at, moment)
    yield Entry(kind, subject, _said(work, kind, part), part.at, moment, order, metric_id, before=before)


def corrected(work: Work, kind: str, subject: Subject, change: Change, row: CheckIn | Reading, days: Days) -> Entry:
    """The entry that corrects a row; recorded now, unless the file says when."""
    current: Any = change.current
    wanted: Any = change.wanted
    kept = {name: getattr(current, name) for name in SAID if hasattr(wanted, name) and not wanted.states(name)}
    said = wanted.model_copy(update=kept)
    stated = wanted.recorded_at if wanted.recorded_at != current.recorded_at else None
    moment = stated or work.at
    order = days.order(kind, subject, row.day, moment)
    metric_id = _metric(work, kind, subject, current)
    return Entry(kind, subject, _said(work, kind, said), row.day, moment, order, metric_id, row=row)


def again(kind: str, subject: Subject, row: CheckIn | Reading, days: Days) -> Entry:
    """The entry that says the same as a row once more, to stay behind a correction."""
    confidence, status = (row.confidence, row.status) if isinstance(row, CheckIn) else (None, None)
    more = None if isinstance(row, CheckIn) else said_with(row)
    said = Said(row.value, row.note, row.by_id, confidence, status, more)
    order = days.order(kind, subject, row.day, row.recorded_at)
    old = row.reading if isinstance(row, CheckIn) else row
    metric_id = old.metric_id if old is not None and not old.replaced else None
    return Entry(kind, subject, said, row.day, row.recorded_at, order, metric_id, row=row)


def write_entries(entries: list[Entry]) -> None:
    """Write entries: those already corrected first, the others in the order of recording."""
    entries.sort(key=lambda entry: (not entry.replaced, entry.order))
    _write_readings([entry for entry in entries if _is_read(entry)])
    _replace_rows(entries)
    _write_check_ins([entry for entry in entries if entry.kind == "check-in"])


def _metric(work: Work, kind: str, subject: Subject, part: Any) -> int | None:
    """The metric that the value of a part is one of; None where it is none of a metric's."""
    if not getattr(part, "counts", True):
        return None
    if part.metric is not None:
        return work.metric_named(part.metric)
    if kind == "check-in" and subject.key_result is not None and subject.key_result.type in WITHOUT_METRIC:
        return None
    return subject.metric_id


def _is_read(entry: Entry) -> bool:
    return entry.metric_id is not None and (entry.said.value is not None or entry.kind == "reading")


def _write_readings(entries: Sequence[Entry]) -> None:
    for entry in entries:
        number: Any = entry.metric_id
        more = entry.said.more or More(Amount(entry.said.value))
        entry.reading = Reading(
            metric_id=number,
            day=entry.day,
            value=entry.said.value,
            numerator=more.amount.numerator,
            denominator=more.amount.denominator,
            quality=stored_quality(more.quality),
            evidence=stored_evidence(more.evidence),
            note=entry.said.note if entry.kind == "reading" else "",
            by_id=entry.said.by_id,
            recorded_at=entry.recorded_at,
            replaced=entry.replaced,
        )
    insert(Reading, [entry.reading for entry in entries if entry.reading])
    insert(Part, [row for entry in entries for row in _parts(entry)])
    linked = []
    for entry in entries:
        old = _reading_before(entry)
        if entry.reading is not None and old is not None:
            entry.reading.replaces_id = old.pk
            linked.append(entry.reading)
    write(Reading, linked, ["replaces_id"])


def _parts(entry: Entry) -> list[Part]:
    more = entry.said.more
    return part_rows(entry.reading.pk, more.parts) if entry.reading is not None and more is not None else []


def _reading_before(entry: Entry) -> Reading | None:
    """The reading that the entry's reading takes the place of."""
    if entry.before is not None:
        return entry.before.reading
    old = entry.row.reading if isinstance(entry.row, CheckIn) else entry.row
    usable = old is not None and not old.replaced and old.metric_id == entry.metric_id
    return old if usable else None


def _replace_rows(entries: Sequence[Entry]) -> None:
    """Mark what is there already as replaced."""
    check_ins = [entry.row.pk for entry in entries if isinstance(entry.row, CheckIn)]
    readings = [
        old.pk
        for entry in entries
        if (old := entry.row.reading if isinstance(entry.row, CheckIn) else entry.row) is not None
    ]
    CheckIn.objects.filter(pk__in=check_ins).update(replaced=True)
    Reading.objects.filter(pk__in=readings).update(replaced=True)


def _write_check_ins(entries: Sequence[Entry]) -> None:
    for entry in entries:
        entry.check_in = CheckIn(
            key_result=entry.subject.key_result,
            day=entry.day,
            value=entry.said.value,
            reading=entry.reading,
            confidence=entry.said.confidence,
            status=entry.said.status,
            note=entry.said.note,
            by_id=entry.said.by_id,
            recorded_at=entry.recorded_at,
            replaced=entry.replaced,
        )
    insert(CheckIn, [entry.check_in for entry in entries if entry.check_in])
    linked = []
    for entry in entries:
        old = entry.before.check_in if entry.before is not None else entry.row
        if entry.check_in is not None and old is not None:
            entry.check_in.replaces_id = old.pk
            linked.append(entry.check_in)
    write(CheckIn, linked, ["replaces_id"])


def _said(work: Work, kind: str, part: Any) -> Said:
    return Said(
        value=part.value,
        note=part.note,
        by_id=work.id_of("person", part.by),
        confidence=getattr(part, "confidence", None),
        status=getattr(part, "status", None),
        more=said_of(part) if kind == "reading" else None,
    )
