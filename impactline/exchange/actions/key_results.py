"""Key results with their metrics and milestones, as an import writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from impactline.base.errors import Invalid
from impactline.base.inserting import insert
from impactline.exchange.actions.work import (
    Column,
    Work,
    before_and_after,
    changed,
    complete,
    early,
    last_positions,
    save,
    stored_step,
    told,
    values,
)
from impactline.exchange.plan import Add, Change
from impactline.metrics.models import Metric
from impactline.okrs import verbs
from impactline.okrs.actions.measuring import better
from impactline.okrs.actions.revisions import revised
from impactline.okrs.measure import MEASURE, Type
from impactline.okrs.models import Cycle, CycleState, KeyResult, Milestone, Objective, TargetChange
from impactline.okrs.records import WITHOUT_METRIC

KEY_RESULT = {
    **{name: Column(name) for name in ("title", "description", "baseline", "target", "low", "high", "warning")},
    **{name: Column(name) for name in ("unit", "values", "curve", "starts_on", "due_on", "frozen_at", "archived_at")},
    "owner": Column("owner_id", "person"),
    "weight": Column("weight"),
    "type": Column("type"),
    "measures": Column("measures_id", "chain item"),
    "levels": Column("levels"),
    "planned": Column("planned"),
    "carried_from": Column("carried_from_id", "key result", late=True),
}
LOGGED = (*MEASURE, "curve")
REASON = "Changed by an import."


def add_key_results(work: Work, adds: Sequence[Add]) -> list[tuple[KeyResult, Any]]:
    """Write new key results behind those of their objectives, each with the metric that it follows."""
    work.claim("key result", (add.ref for add in adds))
    rows = [_row(work, add) for add in adds]
    last = last_positions(KeyResult, "objective_id", {row.objective_id for row in rows})
    running = _running(row.objective_id for row in rows)
    for row in rows:
        last[row.objective_id] = row.position = last.get(row.objective_id, 0) + 1
        if row.frozen_at is None and row.type != Type.OPEN and row.objective_id in running:
            row.frozen_at = work.at
    pairs = [(row, add.part) for row, add in zip(rows, adds, strict=True)]
    _give_metrics(work, pairs)
    owners_first = [row for row, _ in sorted(pairs, key=lambda pair: pair[0].metric_id is None)]
    for row in work.created("key result", KeyResult, owners_first):
        work.tell(verbs.KEY_RESULT, row, objective=row.objective_id, title=row.title, type=row.type)
    _write_milestones(pairs)
    return pairs


def complete_key_results(work: Work, pairs: Sequence[tuple[KeyResult, Any]]) -> None:
    """Tie new key results to those that they continue, and those that follow another's own metric to it."""
    complete(work, KeyResult, KEY_RESULT, pairs)
    followers = [(row, part) for row, part in pairs if part.metric is not None and row.metric_id is None]
    _follow(work, followers)
    save(KeyResult, [row for row, _ in followers], ["metric_id"])


def change_key_results(work: Work, changes: Sequence[Change], logged: dict[str, list[Any]]) -> list[KeyResult]:
    """Change key results; what changes of a frozen measure is kept in its log, unless the file logs it itself.

    `logged` holds the target changes that the same import adds, by ref.
    """
    rows = KeyResult.objects.select_related("objective__cycle").in_bulk(
        [change.ref for change in changes], field_name="ref"
    )
    before = {change.ref: _measure(rows[change.ref], change.current) for change in changes}
    attributes: set[str] = {"metric_id", "frozen_at"}
    for change in changes:
        found = _values(work, change.wanted, {part.field for part in change.fields})
        changed(rows[change.ref], found)
        attributes |= set(found)
    _change_metrics(work, [(rows[change.ref], change) for change in changes])
    steps = [(rows[c.ref], c.wanted) for c in changes if _touches(c, "milestones")]
    Milestone.objects.filter(key_result__in=[row.pk for row, _ in steps]).delete()
    _write_milestones(steps)
    for change in changes:
        after = _measure(rows[change.ref], change.wanted if _touches(change, "milestones") else change.current)
        _log_or_freeze(work, rows[change.ref], change, before[change.ref], after, logged.get(change.ref, ()))
    save(KeyResult, rows.values(), sorted(attributes))
    return list(rows.values())


def _log_or_freeze(
    work: Work, row: KeyResult, change: Change, before: dict[str, Any], after: dict[str, Any], logged: Iterable[Any]
) -> None:
    """Log what was changed of a frozen measure; freeze a measure that an open key result just got."""
    frozen = row.frozen_at is not None and not _touches(change, "frozen_at")
    differing = {name: pair for name, pair in revised(before, after).items() if not _is_told(logged, name, pair[1])}
    if frozen and differing:
        TargetChange.objects.create(
            key_result=row,
            at=work.at,
            day=work.day,
            by=work.by,
            reason=REASON,
            before={name: pair[0] for name, pair in differing.items()},
            after={name: pair[1] for name, pair in differing.items()},
        )
    elif row.frozen_at is None and row.type != Type.OPEN and row.objective.cycle.state != CycleState.DRAFT:
        row.frozen_at = work.at
    verb = verbs.KEY_RESULT_REVISED if frozen and differing else _verb(change)
    work.tell(verb, row, objective=row.objective_id, **before_and_after(change))


def _measure(row: KeyResult, part: Any) -> dict[str, Any]:
    """What a key result measures, as its log tells it; the milestones are those of the part."""
    steps = [stored_step(step) for step in part.milestones]
    return {**{name: told(getattr(row, name)) for name in LOGGED}, "metric": row.metric_id, "milestones": steps}


def _row(work: Work, add: Add) -> KeyResult:
    objective = work.known("objective")[add.owner]
    return KeyResult(ref=add.ref, objective_id=objective, **_values(work, add.part, early(KEY_RESULT)))


def _values(work: Work, part: Any, names: Iterable[str]) -> dict[str, Any]:
    found = values(work, KEY_RESULT, part, names)
    if "type" in found:
        found["type"] = part.measured_as
    if found.get("weight") is not None:
        found["weight"] = float(found["weight"])
    if "levels" in found:
        found["levels"] = list(part.levels)
    if "planned" in found:
        found["planned"] = [{"until": str(entry.until), "value": told(entry.value)} for entry in part.planned]
    return found


def _running(objective_ids: Iterable[int]) -> set[int]:
    """Those of some objectives whose cycles have left the draft."""
    begun = set(Cycle.objects.exclude(state=CycleState.DRAFT).values_list("pk", flat=True))
    wanted = set(objective_ids)
    rows = Objective.objects.filter(cycle__in=begun).values_list("pk", flat=True)
    return wanted & set(rows)


def _give_metrics(work: Work, pairs: Iterable[tuple[KeyResult, Any]]) -> None:
    """Let key results follow shared metrics, and give those without a metric one of their own."""
    shared = work.known("metric")
    alone = []
    for row, part in pairs:
        if part.metric in shared:
            row.metric_id = shared[part.metric]
        elif part.metric is None and (row.type not in WITHOUT_METRIC or part.readings or part.source):
            alone.append((row, part.source or ""))
    metrics = insert(Metric, [_own_metric(row, source) for row, source in alone])
    for (row, _), metric in zip(alone, metrics, strict=True):
        row.metric_id = metric.pk


def _own_metric(row: KeyResult, source: str) -> Metric:
    return Metric(name=row.title, unit=row.unit, better=better(row), owner_id=row.owner_id, source=source)


def _follow(work: Work, pairs: Iterable[tuple[KeyResult, Any]]) -> None:
    """Let key results follow the own metrics of others, which have theirs by now."""
    for row, part in pairs:
        row.metric_id = work.metric_named(part.metric)
        if work.known("key result").get(part.metric, 0) > row.pk:
            raise Invalid(
                f"{row.ref} was there before {part.metric}, and cannot follow its metric.",
                remedy=f"Let {part.metric} follow {row.ref}, or both a shared metric.",
            )


def _change_metrics(work: Work, pairs: Sequence[tuple[KeyResult, Change]]) -> None:
    """The metrics of changed key results: another one, one of their own, or another unit or source of that."""
    moved: list[tuple[KeyResult, Any]] = [(row, change.wanted) for row, change in pairs if _touches(change, "metric")]
    for row, _ in moved:
        row.metric_id = None
    numeric = [(row, change.wanted) for row, change in pairs if row.metric_id is None]
    _give_metrics(work, numeric)
    _follow(work, [(row, part) for row, part in moved if part.metric is not None and row.metric_id is None])
    own = Metric.objects.filter(ref=None).in_bulk([row.metric_id for row, _ in pairs if row.metric_id is not None])
    touched = []
    for row, change in pairs:
        metric = own.get(row.metric_id or 0)
        if metric is not None and (_touches(change, "unit") or _touches(change, "source")):
            metric.unit = row.unit
            wanted: Any = change.wanted
            metric.source = (wanted.source or "") if _touches(change, "source") else metric.source
            touched.append(metric)
    save(Metric, touched, ["unit", "source"])


def _touches(change: Change, field: str) -> bool:
    return any(part.field == field for part in change.fields)


def _is_told(entries: Iterable[Any], name: str, value: Any) -> bool:
    """Whether a target change of the same file tells of this new value."""
    if name in {"metric", "milestones", "planned"}:
        return any(getattr(entry.after, name) for entry in entries)
    return any(told(getattr(entry.after, name)) == value for entry in entries)


def _verb(change: Change) -> str:
    if [part.field for part in change.fields] == ["archived_at"]:
        return verbs.KEY_RESULT_RESTORED if change.fields[0].after is None else verbs.KEY_RESULT_ARCHIVED
    return verbs.KEY_RESULT_EDITED


def _write_milestones(pairs: Iterable[tuple[KeyResult, Any]]) -> None:
    insert(
        Milestone,
        [
            Milestone(
                key_result=row,
                title=step.title,
                weight=float(step.weight),
                due_on=step.due_on,
                reached_on=step.reached_on,
                position=position,
            )
            for row, part in pairs
            for position, step in enumerate(part.milestones, 1)
        ],
    )
