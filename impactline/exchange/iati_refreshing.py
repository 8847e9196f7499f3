"""An indicator as it was kept, with the figures that its metrics have now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from impactline.exchange.document_metrics import Metric, PeriodTarget
from impactline.exchange.document_okrs import Reading
from impactline.exchange.iati_figures import LOCATION, Entry, Of, Series, series_of
from impactline.exchange.iati_measures import MEASURES, metric_fields, read_on
from impactline.exchange.iati_records import (
    Baseline,
    Coded,
    Dimension,
    Figure,
    Indicator,
    Narrative,
    Period,
    Where,
)
from impactline.exchange.scalars import shortest

CODES = {"unit": "1", "percentage": "2", "ratio": "1", "ordinal": "4", "qualitative": "5"}


def indicator_with(record: Indicator, metrics: Sequence[Metric], today: date, *, made: bool) -> Indicator:
    """The indicator of one metric, or of several that are its breakdowns; `made` where none was kept."""
    series = series_of(record)
    editing = _Editing(record, today)
    for one, metric in zip(series, metrics, strict=False):
        editing.follow(one, metric)
    found = replace(
        record,
        baselines=tuple(editing.baselines),
        periods=tuple(replace(period, targets=tuple(t), actuals=tuple(a)) for period, t, a in editing.periods),
    )
    return _defined(found, series[0], metrics[0], len(series) > 1, today, made)


def _defined(record: Indicator, series: Series, metric: Metric, split: bool, today: date, made: bool) -> Indicator:
    """The definition, where it has changed."""
    said = metric_fields(record, series, split=split, today=today)
    changes: dict[str, Any] = {}
    if metric.name is not None and metric.name != said.get("name") and not split:
        changes["title"] = (Narrative(metric.name),)
    if metric.definition != said.get("definition", "") and not split:
        changes["description"] = (Narrative(metric.definition),) if metric.definition else ()
    if made or metric.measure != MEASURES.get(record.measure, "unit"):
        changes["measure"] = CODES[metric.measure]
    if made or (metric.better == "lower") != (said["better"] == "lower"):
        changes["ascending"] = metric.better != "lower"
    if made or metric.adds_up != said["adds_up"]:
        changes["aggregates"] = metric.adds_up
    if made:
        changes["references"] = tuple(
            Coded(vocabulary=part.vocabulary, code=part.code, uri=part.uri) for part in metric.references
        )
    return replace(record, **changes)


class _Editing:
    """The baselines and periods of an indicator, with what has changed in them and what has come."""

    def __init__(self, record: Indicator, today: date) -> None:
        self.today = today
        self.baselines = list(record.baselines)
        self.periods = [(period, list(period.targets), list(period.actuals)) for period in record.periods]

    def follow(self, series: Series, metric: Metric) -> None:
        """Bring in what one metric says now."""
        known = [entry for entry in series.entries if entry.what != "actual" or entry.starts_on <= self.today]
        for entry in known:
            now = self._now(entry, metric)
            if now is not None and now != (entry.value, entry.note):
                self._set(entry, *now)
        self._new_baselines(series, metric)
        self._new_targets(series, metric)
        self._new_readings(series, metric)

    def _now(self, entry: Entry, metric: Metric) -> tuple[Decimal | None, str] | None:
        """The value and note that hold now; None where the metric does not know the figure any more."""
        of = dict(entry.of)
        found: Any
        if entry.what == "baseline":
            found = next((b for b in metric.baselines if b.at == entry.ends_on and b.of == of), None)
        elif entry.what == "target":
            days = (entry.starts_on, entry.ends_on)
            found = next((t for t in metric.targets if (t.starts_on, t.ends_on) == days and t.of == of), None)
        else:
            within = [r for r in metric.readings if entry.starts_on <= r.at <= read_on(entry, self.today)]
            if not within:
                return None
            if of:
                part = next((part.value for part in within[-1].parts if part.of == of), None)
                return (entry.value if part is None else part), entry.note
            split = bool(within[-1].parts)
            return within[-1].value, entry.note if split else within[-1].note
        return None if found is None else (found.value, found.note)

    def _set(self, entry: Entry, value: Decimal | None, note: str) -> None:
        at, inner = entry.at
        if entry.what == "baseline":
            figures: list[Any] = self.baselines
        else:
            figures = self.periods[at][1] if entry.what == "target" else self.periods[at][2]
        place = at if entry.what == "baseline" else inner
        changes: dict[str, Any] = {}
        if value != entry.value:
            changes["value"] = None if value is None else shortest(value)
        if note != entry.note:
            if entry.value is None and value is None:
                changes["value"] = note
            else:
                changes["comment"] = (Narrative(note),) if note else ()
        figures[place] = replace(figures[place], **changes)

    def _new_baselines(self, series: Series, metric: Metric) -> None:
        known = {(entry.ends_on, tuple(sorted(entry.of))) for entry in series.entries if entry.what == "baseline"}
        for part in metric.baselines:
            if (part.at, tuple(sorted(part.of.items()))) not in known:
                made = _figure(series.of, part.of, part.value, part.note)
                self.baselines.append(
                    Baseline(
                        year=str(part.at.year),
                        on=part.at,
                        value=made.value,
                        dimensions=made.dimensions,
                        locations=made.locations,
                        comment=made.comment,
                    )
                )

    def _new_targets(self, series: Series, metric: Metric) -> None:
        known = {
            (entry.starts_on, entry.ends_on, tuple(sorted(entry.of)))
            for entry in series.entries
            if entry.what == "target"
        }
        for part in metric.targets:
            if (part.starts_on, part.ends_on, tuple(sorted(part.of.items()))) in known or _is_taken_back(part):
                continue
            period = self._period(part.starts_on, part.ends_on)
            period[1].append(_figure(series.of, part.of, part.value, part.note))

    def _new_readings(self, series: Series, metric: Metric) -> None:
        spans = [(entry.starts_on, entry.ends_on) for entry in series.entries if entry.what == "actual"]
        aims = [(part.starts_on, part.ends_on) for part in metric.targets]
        last: dict[tuple[date, date], Reading] = {}
        for reading in metric.readings:
            if any(first <= reading.at <= until for first, until in spans):
                continue
            span = next((aim for aim in aims if aim[0] <= reading.at <= aim[1]), (reading.at, reading.at))
            last[span] = reading
        for (first, until), reading in last.items():
            actuals = self._period(first, until)[2]
            if reading.value is not None or reading.note:
                actuals.append(_figure(series.of, {}, reading.value, reading.note))
            actuals += [_figure(series.of, part.of, part.value, "") for part in reading.parts if part.value is not None]

    def _period(self, starts_on: date, ends_on: date) -> tuple[Period, list[Any], list[Any]]:
        for entry in self.periods:
            if (entry[0].starts_on, entry[0].ends_on) == (starts_on, ends_on):
                return entry
        made: tuple[Period, list[Any], list[Any]] = (Period(starts_on=starts_on, ends_on=ends_on), [], [])
        self.periods.append(made)
        return made


def _figure(whole: Of, of: dict[str, str], value: Decimal | None, note: str) -> Figure:
    pairs = {**dict(whole), **of}
    return Figure(
        value=shortest(value) if value is not None else note or None,
        dimensions=tuple(Dimension(name=name, value=text) for name, text in pairs.items() if name != LOCATION),
        locations=tuple(Where(ref=ref) for ref in pairs[LOCATION].split(", ")) if LOCATION in pairs else (),
        comment=(Narrative(note),) if note and value is not None else (),
    )


def _is_taken_back(part: PeriodTarget) -> bool:
    return part.value is None and part.numerator is None and not part.note
