"""Shared metrics with their dimensions, baselines, targets and locked periods, as an import writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from impactline.base.inserting import insert
from impactline.exchange.actions.strategy import change_rows, titled
from impactline.exchange.actions.work import Column, Said, Work, save, told, values
from impactline.exchange.metric_entries import amount_of
from impactline.exchange.plan import Add, Change
from impactline.metrics import verbs
from impactline.metrics.actions.defining import baseline_rows
from impactline.metrics.definition import REFERENCE_KEYS, Start
from impactline.metrics.models import Baseline, Dimension, LockedPeriod, Metric, PeriodTarget

METRIC = {
    "name": Column("name"),
    "definition": Column("definition"),
    "unit": Column("unit"),
    "measure": Column("measure"),
    "better": Column("better"),
    "aggregation": Column("aggregation"),
    "adds_up": Column("adds_up"),
    "numerator": Column("numerator", empty=""),
    "denominator": Column("denominator", empty=""),
    "source": Column("source", empty=""),
    "method": Column("method"),
    "owner": Column("owner_id", "person"),
    "team": Column("team_id", "team"),
    "read_every_days": Column("read_every_days"),
    "archived_at": Column("archived_at"),
}
LISTS = ("healthy", "levels", "references")
LIST_COLUMNS = ("healthy_at_least", "healthy_at_most", "levels", "references")
METRIC_VERBS = (verbs.METRIC_ARCHIVED, verbs.METRIC_RESTORED, verbs.METRIC_EDITED)
REVISED = "Changed by an import."


def add_metrics(work: Work, adds: Sequence[Add]) -> None:
    """Write new shared metrics; their readings come with the rest of the history."""
    work.claim("metric", (add.ref for add in adds))
    rows = []
    for add in adds:
        row = Metric(ref=add.ref, **titled(values(work, METRIC, add.part, METRIC), add.ref, "name"))
        _set_lists(row, add.part, LISTS)
        rows.append(row)
    for row in work.created("metric", Metric, rows):
        work.tell(verbs.METRIC, row, name=row.name)
    parts: list[Any] = [add.part for add in adds]
    _write_dimensions(zip(rows, parts, strict=True))
    _write_baselines(zip(rows, parts, strict=True))


def change_metrics(work: Work, changes: Sequence[Change]) -> None:
    """Change shared metrics; dimensions and baselines become as stated."""
    rows = change_rows(work, Metric, METRIC, changes, METRIC_VERBS, "name")
    named = [(rows[change.ref], change.wanted, {part.field for part in change.fields}) for change in changes]
    for row, wanted, names in named:
        _set_lists(row, wanted, [name for name in LISTS if name in names])
    save(Metric, [row for row, _, names in named if names & set(LISTS)], LIST_COLUMNS)
    dimensions = [(row, wanted) for row, wanted, names in named if "dimensions" in names]
    Dimension.objects.filter(metric__in=[row.pk for row, _ in dimensions]).delete()
    _write_dimensions(dimensions)
    baselines = [(row, wanted) for row, wanted, names in named if "baselines" in names]
    Baseline.objects.filter(metric__in=[row.pk for row, _ in baselines]).delete()
    _write_baselines(baselines)


def write_targets(work: Work, adds: Sequence[Add], changes: Sequence[Change]) -> None:
    """Write new targets with what they were before, and revisions of those that differ."""
    metrics: dict[str, Metric] = Metric.objects.in_bulk(_refs(adds, changes), field_name="ref")
    made = [_new_targets(work, metrics[add.ref], add.part) for add in adds]
    for depth in range(max((len(chain) for chain in made), default=0)):
        rows = [chain[depth] for chain in made if depth < len(chain)]
        for chain in made:
            if 0 < depth < len(chain):
                chain[depth].replaces_id = chain[depth - 1].pk
        insert(PeriodTarget, rows)
    for add, chain in zip(adds, made, strict=True):
        last = chain[-1]
        said = Said(last.by_id, min(work.at, last.recorded_at))
        work.tell(verbs.TARGET_SET, metrics[add.ref], said=said, **_told(last))
    for change in changes:
        _revise(work, metrics[change.ref], change)


def write_locked_periods(work: Work, adds: Sequence[Add], changes: Sequence[Change]) -> None:
    """Write locked periods, and unlock those that the document unlocks."""
    metrics: dict[str, Metric] = Metric.objects.in_bulk(_refs(adds, changes), field_name="ref")
    rows = [_locked(work, metrics[add.ref], add.part) for add in adds]
    for add, row in zip(adds, insert(LockedPeriod, rows), strict=True):
        period: dict[str, Any] = {"starts_on": str(row.starts_on), "ends_on": str(row.ends_on)}
        said = Said(row.by_id, min(work.at, row.locked_at))
        work.tell(verbs.PERIOD_LOCKED, metrics[add.ref], said=said, **period, reason=row.reason)
    for change in changes:
        _unlock(work, metrics[change.ref], change)


def _refs(*steps: Iterable[Add | Change]) -> list[str]:
    return sorted({step.ref for listed in steps for step in listed})


def _set_lists(row: Metric, part: Any, names: Iterable[str]) -> None:
    if "healthy" in names:
        row.healthy_at_least = part.healthy.at_least if part.healthy else None
        row.healthy_at_most = part.healthy.at_most if part.healthy else None
    if "levels" in names:
        row.levels = list(part.levels)
    if "references" in names:
        row.references = [{name: getattr(entry, name) for name in REFERENCE_KEYS} for entry in part.references]


def _write_dimensions(pairs: Iterable[tuple[Metric, Any]]) -> None:
    insert(
        Dimension,
        [
            Dimension(metric_id=row.pk, name=entry.name, categories=list(entry.categories), position=at)
            for row, part in pairs
            for at, entry in enumerate(part.dimensions, 1)
        ],
    )


def _write_baselines(pairs: Iterable[tuple[Metric, Any]]) -> None:
    found: list[Baseline] = []
    for row, part in pairs:
        starts = [Start(entry.at, amount_of(entry), tuple(entry.of.items()), entry.note) for entry in part.baselines]
        found += baseline_rows(row, starts)
    insert(Baseline, found)


def _new_targets(work: Work, metric: Metric, part: Any) -> list[PeriodTarget]:
    """A target and, before it, what it was, oldest first."""
    found = []
    for entry in (*part.earlier, part):
        row = _target(work, metric, part, entry, replaced=entry is not part)
        found.append(row)
    return found


def _target(work: Work, metric: Metric, part: Any, entry: Any, *, replaced: bool) -> PeriodTarget:
    amount = amount_of(entry)
    return PeriodTarget(
        metric_id=metric.pk,
        starts_on=part.starts_on,
        ends_on=part.ends_on,
        value=amount.value,
        numerator=amount.numerator,
        denominator=amount.denominator,
        categories=dict(part.of),
        note=entry.note,
        reason=entry.reason,
        by_id=work.id_of("person", entry.by),
        recorded_at=entry.at or work.at,
        replaced=replaced,
    )


def _revise(work: Work, metric: Metric, change: Change) -> None:
    current: Any = change.current
    wanted: Any = change.wanted
    rows = PeriodTarget.objects.filter(metric=metric, starts_on=current.starts_on, ends_on=current.ends_on)
    old = next(row for row in rows.filter(replaced=False) if row.categories == current.of)
    names = ("value", "numerator", "denominator", "note")
    kept = {name: getattr(current, name) for name in names if not wanted.states(name)}
    said = wanted.model_copy(update=kept)
    row = _target(work, metric, current, said, replaced=False)
    row.by_id = work.id_of("person", wanted.by) if wanted.states("by") else work.by.pk if work.by else None
    row.reason = wanted.reason if wanted.reason and wanted.reason != current.reason else REVISED
    row.recorded_at = wanted.at if wanted.at is not None and wanted.at != current.at else work.at
    row.replaces_id = old.pk
    PeriodTarget.objects.filter(pk=old.pk).update(replaced=True)
    insert(PeriodTarget, [row])
    work.tell(verbs.TARGET_REVISED, metric, **_told(row, before=told(current.value)))


def _told(row: PeriodTarget, before: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {"starts_on": str(row.starts_on), "ends_on": str(row.ends_on)}
    found["value"] = [before, told(row.value)]
    found |= {"of": row.categories} if row.categories else {}
    return found | ({"reason": row.reason} if row.reason else {})


def _locked(work: Work, metric: Metric, part: Any) -> LockedPeriod:
    return LockedPeriod(
        metric_id=metric.pk,
        starts_on=part.starts_on,
        ends_on=part.ends_on,
        reason=part.reason,
        by_id=work.id_of("person", part.by),
        locked_at=part.at or work.at,
        unlocked_at=part.unlocked_at,
        unlocked_by_id=work.id_of("person", part.unlocked_by),
        unlock_reason=part.unlock_reason,
    )


def _unlock(work: Work, metric: Metric, change: Change) -> None:
    current: Any = change.current
    wanted: Any = change.wanted
    rows = LockedPeriod.objects.filter(metric=metric, starts_on=current.starts_on, ends_on=current.ends_on)
    row = rows.filter(unlocked_at=current.unlocked_at, reason=current.reason).order_by("id").first()
    if row is None:
        return
    for name in ("unlocked_at", "unlock_reason"):
        if wanted.states(name):
            setattr(row, name, getattr(wanted, name))
    if wanted.states("unlocked_by"):
        row.unlocked_by_id = work.id_of("person", wanted.unlocked_by)
    row.save()
    period: dict[str, Any] = {"starts_on": str(row.starts_on), "ends_on": str(row.ends_on)}
    verb = verbs.PERIOD_UNLOCKED if row.unlocked_at else verbs.PERIOD_LOCKED
    work.tell(verb, metric, **period, reason=row.unlock_reason)
