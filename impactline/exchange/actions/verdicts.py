"""Scores, overrides, answers on sufficiency and target changes, and what was stated last, as an import writes them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from impactline.base.bulk import write
from impactline.base.inserting import insert
from impactline.checkins.stated import UNSTATED, keep, stated
from impactline.exchange.actions.work import Work, number_of, stored_step, told
from impactline.exchange.plan import Add, Change
from impactline.okrs import verbs
from impactline.okrs.answers import digests
from impactline.okrs.models import KeyResult, Objective, Override, Score, Sufficiency, TargetChange
from impactline.okrs.rolling import STATED

WORDS = ("type", "values", "curve", "metric")  # where nothing is said of these before, nothing is known


def add_scores(work: Work, adds: Sequence[Add]) -> None:
    """Write scores; the last one of each item, by day, is kept with it."""
    tables: tuple[tuple[Any, str], ...] = ((KeyResult, "key_result"), (Objective, "objective"))
    for model, name in tables:
        mine = [add for add in adds if (name == "key_result") == bool(add.owner)]
        items: dict[Any, Any] = model._default_manager.in_bulk(list({add.ref for add in mine}), field_name="ref")
        insert(Score, [_score(work, add.part, **{name: items[add.ref]}) for add in mine])
        verb = verbs.KEY_RESULT_SCORED if name == "key_result" else verbs.OBJECTIVE_SCORED
        for add in mine:
            item: Any = items[add.ref]
            objective = getattr(item, "objective_id", item.pk)
            work.tell(verb, item, objective=objective, score=told(_of(add).given), reason=_of(add).reason)
        _keep_last_score(model, name, items.values())


def write_overrides(work: Work, adds: Sequence[Add], changes: Sequence[Change]) -> set[int]:
    """Write overrides and resumptions; returns the ids of their objectives. A new one ends the one in force."""
    steps: list[Add | Change] = [*adds, *changes]
    items = Objective.objects.in_bulk(list({step.ref for step in steps}), field_name="ref")
    for change in changes:
        _resume(work, items[change.ref], change)
    for add in adds:
        part = _of(add)
        objective = items[add.ref]
        if part.resumed_at is None:
            Override.objects.filter(objective=objective, resumed_at=None).update(
                resumed_at=part.at, resumed_day=part.on or _day(part.at), resumed_by=work.id_of("person", part.by)
            )
        Override.objects.create(
            objective=objective,
            progress=float(part.progress),
            reason=part.reason,
            by_id=work.id_of("person", part.by),
            at=part.at,
            day=part.on or _day(part.at),
            **_resumed(work, part),
        )
        data = {"progress": float(part.progress), "reason": part.reason}
        work.tell(verbs.OBJECTIVE_OVERRIDDEN, objective, objective=objective.pk, **data)
    return {row.pk for row in items.values()}


def add_sufficiency(work: Work, adds: Sequence[Add]) -> None:
    """Write what was said of sufficiency; without a digest it is about the key results that there are by now."""
    items = Objective.objects.in_bulk(list({add.ref for add in adds}), field_name="ref")
    now = digests([items[add.ref].pk for add in adds if not _of(add).digest])
    rows = []
    for add in adds:
        part, objective = _of(add), items[add.ref]
        rows.append(
            Sufficiency(
                objective=objective,
                answer=part.answer,
                reason=part.reason,
                digest=part.digest or now[objective.pk],
                by_id=work.id_of("person", part.by),
                at=part.at,
                day=part.on or _day(part.at),
            )
        )
        work.tell(verbs.SUFFICIENCY, objective, objective=objective.pk, answer=part.answer, reason=part.reason)
    insert(Sufficiency, rows)


def add_target_changes(work: Work, adds: Sequence[Add]) -> None:
    """Write the log of what key results measured before."""
    items = KeyResult.objects.in_bulk(list({add.ref for add in adds}), field_name="ref")
    rows = []
    for add in adds:
        part = _of(add)
        names = [name for name in type(part.before).model_fields if _says(part.before, name) or _says(part.after, name)]
        before = {name: _kept(work, name, getattr(part.before, name)) for name in names}
        rows.append(
            TargetChange(
                key_result=items[add.ref],
                at=part.at,
                day=part.on or _day(part.at),
                by_id=work.id_of("person", part.by),
                reason=part.reason,
                before={name: value for name, value in before.items() if value is not None or name not in WORDS},
                after={name: _kept(work, name, getattr(part.after, name)) for name in names},
            )
        )
        item = items[add.ref]
        work.tell(verbs.KEY_RESULT_REVISED, item, objective=item.objective_id, reason=part.reason)
    insert(TargetChange, rows)


def keep_stated(key_result_ids: Sequence[int]) -> None:
    """Keep with key results what was stated last: the day of the last check-in, confidence and status."""
    rows = KeyResult.objects.filter(pk__in=key_result_ids)
    last = stated(rows)
    listed = list(rows)
    for row in listed:
        keep(row, last.get(row.pk, UNSTATED))
    write(KeyResult, listed, STATED)


def _of(add: Add) -> Any:
    return add.part


def _day(moment: datetime) -> Any:
    return moment.astimezone(UTC).date()


def _score(work: Work, part: Any, **item: Any) -> Score:
    return Score(
        given=float(part.given),
        suggested=number_of(part.suggested),
        against_original=number_of(part.against_original),
        dropped=part.dropped,
        reason=part.reason,
        by_id=work.id_of("person", part.by),
        at=part.at or work.at,
        day=part.on or (_day(part.at) if part.at else work.day),
        **item,
    )


def _keep_last_score(model: Any, name: str, rows: Iterable[Any]) -> None:
    found = {row.pk: row for row in rows}
    scores: QuerySet[Score] = Score.objects.filter(**{f"{name}__in": list(found)}).order_by("day", "id")
    for number, given in scores.values_list(f"{name}_id", "given"):
        found[number].score = given
    write(model, found.values(), ["score"])


def _resume(work: Work, objective: Objective, change: Change) -> None:
    current: Any = change.current
    wanted: Any = change.wanted
    rows = Override.objects.filter(objective=objective, at=current.at).order_by("id")
    rows.filter(pk__in=rows.values("pk")[:1]).update(**_resumed(work, wanted))
    work.tell(verbs.OBJECTIVE_RESUMED, objective, objective=objective.pk)


def _resumed(work: Work, part: Any) -> dict[str, Any]:
    ended = part.resumed_at is not None
    return {
        "resumed_at": part.resumed_at,
        "resumed_day": (part.resumed_on or _day(part.resumed_at)) if ended else None,
        "resumed_by_id": work.id_of("person", part.resumed_by),
    }


def _says(aim: Any, name: str) -> bool:
    return bool(getattr(aim, name) != type(aim).model_fields[name].get_default())


def _kept(work: Work, name: str, value: Any) -> Any:
    """A value of the log as it is stored: metrics by id, milestones with titles and weights."""
    if name == "metric":
        return None if value is None else work.metric_named(value)
    if name == "milestones":
        return [stored_step(step) for step in value or ()]
    if name == "planned":
        return [{"until": str(entry.until), "value": told(entry.value)} for entry in value or ()]
    return told(value)
