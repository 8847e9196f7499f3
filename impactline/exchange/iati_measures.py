"""A series of figures of an indicator as a metric of the native document: definition, baselines, targets, readings."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from impactline.exchange import scalars
from impactline.exchange.document_metrics import Baseline, Dimension, PeriodTarget, Reference
from impactline.exchange.document_okrs import Reading, ReadingPart
from impactline.exchange.iati_fields import line, line_of, note, visible
from impactline.exchange.iati_figures import Entry, Series
from impactline.exchange.iati_records import Indicator, first_text

MEASURES = {"1": "unit", "2": "percentage", "3": "unit", "4": "ordinal", "5": "qualitative"}


def metric_fields(record: Indicator, series: Series, *, split: bool, today: date) -> dict[str, Any]:
    """What a metric says; `split` where the indicator became several, so that the name tells which this is."""
    of = ", ".join(category for _, category in series.of)
    name = line_of(record.title)
    definition = [first_text(record.description), *(f"{name}: {category}" for name, category in series.of)]
    stated = {
        "name": line(f"{name} ({of})") if split and of else name,
        "definition": note("\n".join(part for part in definition if part)),
        "unit": "%" if record.measure == "2" else None,
        "measure": MEASURES.get(record.measure, "unit"),
        "better": "lower" if record.ascending is False else "higher",
        "adds_up": bool(record.aggregates),
        "references": tuple(_references(record)),
        "dimensions": tuple(
            Dimension(name=visible(name), categories=tuple(categories))
            for name, categories in series.dimensions.items()
        ),
        "baselines": tuple(_baselines(series)),
        "targets": tuple(_targets(series)),
        "readings": tuple(_readings(series, today)),
    }
    return {key: value for key, value in stated.items() if value not in (None, "", ())}


def read_on(entry: Entry, today: date) -> date:
    """The day of the reading that an actual becomes: the last of its period, or today while that goes on."""
    return min(entry.ends_on, today)


def _references(record: Indicator) -> Iterator[Reference]:
    for part in record.references:
        try:
            yield Reference(vocabulary=part.vocabulary or "99", code=part.code, uri=part.uri)
        except ValidationError:
            continue


def _baselines(series: Series) -> Iterator[Baseline]:
    for entry in series.entries:
        if entry.what == "baseline":
            yield Baseline(at=entry.ends_on, **_value(entry))


def _targets(series: Series) -> Iterator[PeriodTarget]:
    for entry in series.entries:
        if entry.what == "target":
            yield PeriodTarget(starts_on=entry.starts_on, ends_on=entry.ends_on, **_value(entry))


def _value(entry: Entry) -> dict[str, Any]:
    stated = {"value": entry.value, "of": dict(entry.of), "note": note(entry.note)}
    return {key: value for key, value in stated.items() if value not in (None, "", {})}


def _readings(series: Series, today: date) -> Iterator[Reading]:
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in series.entries:
        if entry.what == "actual" and entry.starts_on <= today:
            days[read_on(entry, today)].append(entry)
    for day, entries in sorted(days.items()):
        whole = next((entry for entry in entries if not entry.of), None)
        parts = tuple(
            ReadingPart(of=dict(entry.of), value=entry.value)
            for entry in entries
            if entry.of and entry.value is not None
        )
        stated = {
            "value": whole.value if whole is not None else _sum(entries),
            "parts": parts,
            "note": note("\n".join(entry.note for entry in entries if entry.note)),
        }
        yield Reading(at=day, **{key: value for key, value in stated.items() if value not in (None, "", ())})


def _sum(entries: list[Entry]) -> Decimal:
    total = sum((entry.value for entry in entries if entry.value is not None), Decimal(0))
    return total if total.adjusted() < scalars.DIGITS_MAX else Decimal(0)
