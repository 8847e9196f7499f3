"""Check-ins and readings as documents tell them: each once, with what it said before it was corrected."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from impactline.checkins.models import CheckIn as CheckInRow
from impactline.exchange.document_okrs import CheckIn, Earlier, EvidenceLink, Reading, ReadingPart
from impactline.exchange.queries.visible import Visible, told
from impactline.metrics.models import Part as PartRow
from impactline.metrics.models import Reading as ReadingRow
from impactline.okrs.records import WITHOUT_METRIC
from impactline.okrs.visibility import key_results_visible_to


@dataclass(frozen=True, slots=True)
class History:
    """Check-ins by key result, and the readings that came without one by metric, in order of day and entry."""

    check_ins: dict[int, list[CheckIn]] = field(repr=False)
    readings: dict[int, list[Reading]] = field(repr=False)


class _Said(NamedTuple):
    """One row of either table; `item` is the key result or the metric."""

    pk: int
    item: int
    day: date
    value: Decimal | None
    note: str
    by: int | None
    recorded_at: datetime
    replaces: int | None
    replaced: bool
    confidence: int | None = None
    status: str | None = None
    reading: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    quality: str | None = None
    evidence: list[dict[str, str]] | None = None


Parts = dict[int, tuple[ReadingPart, ...]]
COLUMNS = ("pk", "item", "day", "value", "note", "by_id", "recorded_at", "replaces_id", "replaced")
SAID = (*COLUMNS, "confidence", "status", "reading_id")
READ = (*COLUMNS, "numerator", "denominator", "quality", "evidence")


def usual_moment(day: date) -> datetime:
    """When something is taken to have been recorded where a document does not say: at noon of its day, in UTC."""
    return datetime.combine(day, time(12), UTC)


def history_of(visible: Visible) -> History:
    """Everything that was said of the visible key results, and all values of the metrics. Three queries.

    A value that a check-in on something hidden gave to a shared metric is told as a reading without one: on
    the metric's page everybody sees it.
    """
    seen = key_results_visible_to(visible.viewer).order_by().values("pk")
    said = [_Said(*row) for row in _rows(CheckInRow.objects.filter(key_result__in=seen), "key_result_id", SAID)]
    rows = (_read(*row) for row in _rows(ReadingRow.objects.all(), "metric_id", READ))
    read = {row.pk: row for row in rows if row.item in visible.metrics}
    with_check_in = {row.reading for row in said}
    check_ins: dict[int, list[CheckIn]] = defaultdict(list)
    for row, before in _chains(said):
        check_ins[row.item].append(_check_in(row, before, visible, read))
    readings: dict[int, list[Reading]] = defaultdict(list)
    parts = _parts()
    for row, before in _chains(read.values()):
        if row.pk not in with_check_in:
            readings[row.item].append(_reading(row, before, visible, parts))
    return History(check_ins, readings)


def _read(*row: Any) -> _Said:
    """A row of readings, which have no confidence and no status."""
    said, more = row[: len(COLUMNS)], row[len(COLUMNS) :]
    return _Said(*said, **dict(zip(READ[len(COLUMNS) :], more, strict=True)))


def _parts() -> Parts:
    found: dict[int, list[ReadingPart]] = defaultdict(list)
    rows = PartRow.objects.order_by("reading", "id")
    for row in rows.values_list("reading_id", "categories", "value", "numerator", "denominator").iterator(5_000):
        number, of, value, numerator, denominator = row
        found[number].append(told(ReadingPart, of=of, value=value, numerator=numerator, denominator=denominator))
    return {number: tuple(listed) for number, listed in found.items()}


def _rows(query: Any, item: str, columns: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
    names = [item if column == "item" else column for column in columns]
    found: Iterable[tuple[Any, ...]] = query.order_by("day", "id").values_list(*names).iterator(5_000)
    return found


def _chains(rows: Iterable[_Said]) -> Iterator[tuple[_Said, list[_Said]]]:
    """The rows that hold, each with those that it corrects, oldest first."""
    known = {row.pk: row for row in rows}
    for row in known.values():
        if row.replaced:
            continue
        before: list[_Said] = []
        above = row
        while above.replaces in known:
            above = known[above.replaces]
            before.append(above)
        yield row, before[::-1]


def _check_in(row: _Said, before: list[_Said], visible: Visible, read: dict[int, _Said]) -> CheckIn:
    key_result = visible.key_results[row.item]
    own = read.get(row.reading or 0)
    elsewhere = own is not None and own.item != key_result.metric_id
    lost = row.value is not None and key_result.type not in WITHOUT_METRIC and (own is None or own.replaced)
    return told(
        CheckIn,
        **_keys(row, visible),
        confidence=row.confidence,
        status=row.status,
        counts=not lost,
        metric=visible.metrics[own.item] if own is not None and elsewhere else None,
        earlier=tuple(_earlier(old, visible, {}) for old in before),
    )


def _reading(row: _Said, before: list[_Said], visible: Visible, parts: Parts) -> Reading:
    name = visible.metrics[row.item]
    return told(
        Reading,
        **_keys(row, visible),
        **_more(row, parts),
        metric=name if "/" in name else None,
        earlier=tuple(_earlier(old, visible, parts) for old in before),
    )


def _earlier(row: _Said, visible: Visible, parts: Parts) -> Earlier:
    more = _more(row, parts)
    return told(Earlier, **_keys(row, visible), **more, confidence=row.confidence, status=row.status)


def _more(row: _Said, parts: Parts) -> dict[str, Any]:
    """What a reading says beside its value."""
    return {
        "numerator": row.numerator,
        "denominator": row.denominator,
        "quality": row.quality or "measured",
        "parts": parts.get(row.pk, ()),
        "evidence": tuple(told(EvidenceLink, **link) for link in row.evidence or ()),
    }


def _keys(row: _Said, visible: Visible) -> dict[str, Any]:
    return {
        "at": row.day,
        "by": visible.people.get(row.by or 0),
        "value": row.value,
        "note": row.note,
        "recorded_at": None if row.recorded_at == usual_moment(row.day) else row.recorded_at,
    }
