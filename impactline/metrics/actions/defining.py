"""What a metric is: added, changed, archived, restored."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from impactline.base import refs
from impactline.base.errors import Faults, Forbidden, Invalid
from impactline.base.events import note, plain
from impactline.base.numbers import bounded
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.metrics import definition, verbs
from impactline.metrics.adding import Amount
from impactline.metrics.definition import BASELINES_MAX, Declared, Start
from impactline.metrics.measure import Aggregation, Kind, Measure, kind
from impactline.metrics.models import Baseline, Better, Dimension, Metric, PeriodTarget, Reading
from impactline.metrics.queries import declared, starts_of
from impactline.metrics.said import aim, categories_faults
from impactline.people.models import Person
from impactline.people.roles import require_writer

LINES = {"name": 500, "source": 500, "unit": 60, "numerator": 500, "denominator": 500}
TEXTS = ("definition", "method")
NUMBERS = ("healthy_at_least", "healthy_at_most")
CHOICES: dict[str, list[str]] = {
    "better": list(Better.values),
    "measure": [str(word) for word in Measure],
    "aggregation": [str(word) for word in Aggregation],
}
PARTS = ("dimensions", "baselines")
FIELDS = {
    *(*LINES, *TEXTS, *NUMBERS, *CHOICES, *PARTS),
    *("adds_up", "levels", "references", "owner", "team", "read_every_days"),
}


@action
def create_metric(*, by: Person, name: str, at: datetime, ref: str = "", **fields: Any) -> Metric:
    """Add a shared metric; `fields` are those of `Metric`: definition, unit, measure, better, source, owner ….

    Two of them are rows of their own: `dimensions` [(name, categories)] and `baselines` [Start].
    """
    require_writer(by)
    checked, parts = _apart(_checked({"name": name, **fields}))
    metric = Metric.objects.create(ref=refs.claim("metric", ref, checked["name"]), **checked)
    _write_parts(metric, parts)
    note(verbs.METRIC, metric, by=by, at=at, name=metric.name)
    return metric


@action
def change_metric(*, by: Person, metric: Metric, version: int | None, at: datetime, changes: dict[str, Any]) -> Metric:
    """Change a shared metric; its owner and administrators may, everybody when it has no owner."""
    fresh = locked(metric, version)
    require_steward(by, fresh)
    checked, parts = _apart(_checked(changes, fresh))
    _keep_kinds_apart(fresh, checked)
    of_parts = _write_parts(fresh, parts)
    differing = edit(fresh, checked)
    if of_parts and not differing:
        fresh.version += 1
        fresh.save(update_fields=["version"])
    if differing or of_parts:
        note(verbs.METRIC_EDITED, fresh, by=by, at=at, **differing, **of_parts)
    return fresh


@action
def archive_metric(*, by: Person, metric: Metric, at: datetime) -> Metric:
    """Put a metric into the archive; key results that follow it keep following."""
    fresh = locked(metric, None)
    require_steward(by, fresh)
    if fresh.archived_at is None:
        edit(fresh, {"archived_at": at})
        note(verbs.METRIC_ARCHIVED, fresh, by=by, at=at)
    return fresh


@action
def restore_metric(*, by: Person, metric: Metric, at: datetime) -> Metric:
    """Take a metric back from the archive."""
    fresh = locked(metric, None)
    require_steward(by, fresh)
    if fresh.archived_at is not None:
        edit(fresh, {"archived_at": None})
        note(verbs.METRIC_RESTORED, fresh, by=by, at=at)
    return fresh


def require_steward(person: Person, metric: Metric) -> None:
    """Raises Forbidden unless the person may change or read out the metric."""
    require_writer(person)
    if not (person.is_administrator or metric.owner_id in {None, person.pk}):
        raise Forbidden("Only its owner and administrators may change this metric.", remedy="Ask its owner.")


def _checked(changes: dict[str, Any], metric: Metric | None = None) -> dict[str, Any]:
    checked = known(changes, FIELDS)
    for field, most in LINES.items():
        if checked.get(field) or (field == "name" and field in checked):
            checked[field] = line(checked[field], field, most)
    for field in TEXTS:
        if field in checked:
            checked[field] = prose(checked[field], field)
    for field in NUMBERS:
        if checked.get(field) is not None:
            checked[field] = bounded(checked[field], field)
    every_days = checked.get("read_every_days")
    if every_days is not None and not 1 <= every_days <= 366:
        raise Invalid("A metric is read every 1 to 366 days.", field="read_every_days")
    for field, words in CHOICES.items():
        if field in checked and checked[field] not in words:
            raise Invalid(f"The choices are {', '.join(words)}.", field=field)
    for field, check in (("levels", definition.levels), ("references", definition.references)):
        if field in checked:
            checked[field] = check(checked[field])
    _check_range(checked, metric)
    return _checked_parts(checked, metric)


def _check_range(checked: dict[str, Any], metric: Metric | None) -> None:
    low = checked.get("healthy_at_least", metric.healthy_at_least if metric else None)
    high = checked.get("healthy_at_most", metric.healthy_at_most if metric else None)
    if low is not None and high is not None and low > high:
        raise Invalid("The healthy range ends below its start.", remedy="Exchange the two.", field="healthy_at_most")


def _checked_parts(checked: dict[str, Any], metric: Metric | None) -> dict[str, Any]:
    if "dimensions" in checked:
        checked["dimensions"] = definition.dimensions(checked["dimensions"])
    if "baselines" in checked:
        there = checked.get("dimensions", declared(metric) if metric else ())
        known = starts_of(metric) if metric else ()
        checked["baselines"] = _checked_baselines(checked["baselines"], there, _kind(checked, metric), known)
    return checked


def _kind(checked: dict[str, Any], metric: Metric | None) -> Kind:
    """The kind that a metric will have."""
    usual: Any = metric or Metric()
    names = ("measure", "aggregation", "adds_up", "unit")
    return kind(*(checked.get(name, getattr(usual, name)) for name in names))


def _checked_baselines(wanted: Iterable[Start], there: Declared, of: Kind, known: Sequence[Start]) -> list[Start]:
    """The baselines as they are kept; those that are `known` stay as they are."""
    found = [start if start in known else _checked_baseline(start, dict(there), of) for start in wanted]
    if len(found) > BASELINES_MAX:
        raise Invalid(f"There are {len(found)} baselines; {BASELINES_MAX} are the most.", field="baselines")
    return found


def _checked_baseline(start: Start, there: dict[str, tuple[str, ...]], of: Kind) -> Start:
    if start.categories and (faults := list(categories_faults(start.categories, there))):
        raise Faults(faults)
    amount = _bounded(aim(start.amount, of))
    if amount.value is None and not start.note.strip():
        raise Invalid("The baseline is missing.", remedy="Give a value, or say it in words.", field="value")
    inside = dict(start.categories)
    ordered = tuple((name, inside[name]) for name in there if name in inside)
    return Start(start.day, amount, ordered, prose(start.note, "note"))


def _bounded(amount: Amount) -> Amount:
    numbers = {name: getattr(amount, name) for name in ("value", "numerator", "denominator")}
    return Amount(**{name: None if n is None else bounded(n, name) for name, n in numbers.items()})


def _apart(checked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the metric, and what are rows of their own."""
    parts = {name: checked.pop(name) for name in PARTS if name in checked}
    return checked, parts


def _keep_kinds_apart(metric: Metric, checked: dict[str, Any]) -> None:
    """Readings in words and in values do not mix, nor do counts of one kind of share with those of another."""
    was, will = metric.kind.measure, _kind(checked, metric).measure
    if was is will:
        return
    counted = any(
        rows.objects.filter(metric=metric, numerator__isnull=False).exists()
        for rows in (Reading, PeriodTarget, Baseline)
    )
    to_words = Measure.QUALITATIVE in (was, will)
    if counted or (to_words and any(rows.objects.filter(metric=metric).exists() for rows in (Reading, PeriodTarget))):
        raise Invalid(
            f"It has been read as {was}; its readings would no longer mean what they say.",
            remedy="Add another metric.",
            field="measure",
        )


def _write_parts(metric: Metric, parts: dict[str, Any]) -> dict[str, Any]:
    """Let these be the dimensions and baselines, as far as they are named; what differs, for the event."""
    differing: dict[str, Any] = {}
    if "dimensions" in parts and (was := declared(metric)) != parts["dimensions"]:
        metric.dimensions.all().delete()
        Dimension.objects.bulk_create(
            Dimension(metric=metric, name=name, categories=list(inside), position=at)
            for at, (name, inside) in enumerate(parts["dimensions"], 1)
        )
        differing["dimensions"] = [plain(dict(was)), plain(dict(parts["dimensions"]))]
    if "baselines" in parts and (starts := starts_of(metric)) != parts["baselines"]:
        metric.baselines.all().delete()
        Baseline.objects.bulk_create(baseline_rows(metric, parts["baselines"]))
        differing["baselines"] = [_told(starts), _told(parts["baselines"])]
    return differing


def baseline_rows(metric: Metric, starts: Iterable[Start]) -> list[Baseline]:
    """The rows of baselines, not saved."""
    return [
        Baseline(
            metric=metric,
            day=start.day,
            value=start.amount.value,
            numerator=start.amount.numerator,
            denominator=start.amount.denominator,
            categories=dict(start.categories),
            note=start.note,
            position=position,
        )
        for position, start in enumerate(starts, 1)
    ]


def _told(starts: Iterable[Start]) -> list[Any]:
    return [[str(start.day), plain(start.amount.value), start.note, *start.categories] for start in starts]
