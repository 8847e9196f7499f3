"""Objectives and key results as documents tell them, with their changes, overrides and scores."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from impactline.chain.models import ChainItem
from impactline.exchange.document_okrs import (
    Aim,
    Change,
    Contribution,
    KeyResult,
    Milestone,
    Objective,
    Override,
    Planned,
    Reading,
    Score,
    Sufficiency,
)
from impactline.exchange.queries.overruled import Kept, overruled_parts
from impactline.exchange.queries.readings import History
from impactline.exchange.queries.visible import Visible, exact, told
from impactline.metrics.models import Metric
from impactline.okrs import models

M = TypeVar("M", bound=Model)
NUMBERS = ("baseline", "target", "low", "high", "warning")


def objectives_of(visible: Visible, history: History, overruled: Kept) -> Iterator[Objective]:
    """The visible objectives by cycle, in their order. Nine queries."""
    scores = list(models.Score.objects.order_by("day", "id"))
    key_results = _key_results(visible, history, overruled, _grouped(scores, "key_result_id"))
    own_scores = _grouped(scores, "objective_id")
    aligned = _alignments(visible)
    viewers = _linked(models.Viewer.objects.order_by("id"), "objective_id", "person_id", visible.people)
    through = models.Objective.priorities.through._default_manager.order_by("id")
    priorities = _linked(through, "objective_id", "priority_id", visible.priorities)
    overrides = _grouped(models.Override.objects.order_by("day", "id"), "objective_id")
    said = _grouped(models.Sufficiency.objects.order_by("day", "id"), "objective_id")
    for row in visible.objectives.values():
        yield told(
            Objective,
            **_same(row, "ref", "title", "description", "kind", "visibility", "driver", "baseline", "target"),
            cycle=visible.cycles[row.cycle_id],
            owner=visible.people.get(row.owner_id or 0),
            team=visible.teams.get(row.team_id or 0),
            viewers=tuple(viewers[row.pk]),
            priorities=tuple(priorities[row.pk]),
            contributes_to=tuple(part for part in aligned[row.pk] if isinstance(part, Contribution)),
            supports=tuple(part for part in aligned[row.pk] if isinstance(part, str)),
            metric=visible.metrics.get(row.metric_id or 0),
            carried_from=_ref(visible.objectives.get(row.carried_from_id or 0)),
            archived_at=row.archived_at,
            overruled=overruled_parts(overruled, row, visible),
            overrides=tuple(_override(entry, visible) for entry in overrides[row.pk]),
            sufficiency=tuple(_sufficiency(entry, visible) for entry in said[row.pk]),
            scores=tuple(_score(entry, visible) for entry in own_scores[row.pk]),
            key_results=tuple(key_results[row.pk]),
        )


def _key_results(
    visible: Visible, history: History, overruled: Kept, scores: dict[int, list[models.Score]]
) -> dict[int, list[KeyResult]]:
    sources = dict(Metric.objects.filter(ref=None).exclude(source="").values_list("pk", "source"))
    milestones = _grouped(models.Milestone.objects.order_by("position", "id"), "key_result_id")
    changes = _grouped(models.TargetChange.objects.order_by("day", "id"), "key_result_id")
    found: dict[int, list[KeyResult]] = defaultdict(list)
    for row in visible.key_results.values():
        owns = visible.own.get(row.metric_id or 0) == row.pk
        found[row.objective_id].append(
            told(
                KeyResult,
                **_same(row, "ref", "title", "description", "type", "baseline", "target", "low", "high", "warning"),
                **_same(row, "unit", "values", "curve", "starts_on", "due_on", "frozen_at", "archived_at"),
                levels=tuple(row.levels),
                planned=_planned(row.planned),
                milestones=tuple(map(_milestone, milestones[row.pk])),
                weight=exact(row.weight),
                owner=visible.people.get(row.owner_id or 0),
                metric=None if owns else visible.metrics.get(row.metric_id or 0),
                source=sources.get(row.metric_id or 0) if owns else None,
                measures=_ref(visible.items.get(row.measures_id or 0)),
                carried_from=_ref(visible.key_results.get(row.carried_from_id or 0)),
                changes=tuple(_change(entry, visible) for entry in changes[row.pk]),
                overruled=overruled_parts(overruled, row, visible),
                scores=tuple(_score(entry, visible) for entry in scores[row.pk]),
                check_ins=tuple(history.check_ins.get(row.pk, ())),
                readings=tuple(_readings(row, visible, history)),
            )
        )
    return found


def _readings(row: models.KeyResult, visible: Visible, history: History) -> list[Reading]:
    """The readings without check-ins of the metric of its own, and of those that it left, in order of day."""
    mine = list(visible.left.get(row.pk, ()))
    if visible.own.get(row.metric_id or 0) == row.pk:
        mine.append(row.metric_id or 0)
    return sorted((entry for metric in mine for entry in history.readings.get(metric, ())), key=lambda entry: entry.at)


def _alignments(visible: Visible) -> dict[int, list[Contribution | str]]:
    found: dict[int, list[Contribution | str]] = defaultdict(list)
    for row in models.Alignment.objects.order_by("id"):
        parent = visible.objectives.get(row.parent_id)
        if parent is None:
            continue
        if row.kind == models.AlignmentKind.SUPPORTS:
            found[row.child_id].append(parent.ref)
        else:
            part = told(Contribution, objective=parent.ref, weight=exact(row.weight))
            found[row.child_id].append(part)
    return found


def _milestone(row: models.Milestone) -> Milestone:
    return told(Milestone, title=row.title, weight=exact(row.weight), due_on=row.due_on, reached_on=row.reached_on)


def _planned(stored: list[dict[str, Any]]) -> tuple[Planned, ...]:
    return tuple(
        told(Planned, until=date.fromisoformat(part["until"]), value=Decimal(str(part["value"]))) for part in stored
    )


def _change(row: models.TargetChange, visible: Visible) -> Change:
    return told(
        Change,
        at=row.at,
        on=row.day,
        by=visible.people.get(row.by_id or 0),
        reason=row.reason,
        before=_aim(row.before, visible),
        after=_aim(row.after, visible),
    )


def _aim(stored: dict[str, Any], visible: Visible) -> Aim:
    """What a log entry says of a measure; metrics are stored by id, and told by name."""
    keys: dict[str, Any] = {}
    for name, value in stored.items():
        if name in NUMBERS:
            keys[name] = None if value is None else Decimal(str(value))
        elif name == "metric":
            keys[name] = visible.metrics.get(value or 0)
        elif name == "levels":
            keys[name] = tuple(value)
        elif name == "planned":
            keys[name] = _planned(value)
        elif name == "milestones":
            keys[name] = tuple(map(_step, value))
        else:
            keys[name] = value
    return told(Aim, **keys)


def _step(stored: dict[str, Any]) -> Milestone:
    due_on, reached_on = (
        None if stored.get(name) is None else date.fromisoformat(stored[name]) for name in ("due_on", "reached_on")
    )
    return told(Milestone, title=stored["title"], weight=exact(stored["weight"]), due_on=due_on, reached_on=reached_on)


def _override(row: models.Override, visible: Visible) -> Override:
    return told(
        Override,
        progress=exact(row.progress),
        reason=row.reason,
        by=visible.people.get(row.by_id or 0),
        at=row.at,
        on=row.day,
        resumed_at=row.resumed_at,
        resumed_on=row.resumed_day,
        resumed_by=visible.people.get(row.resumed_by_id or 0),
    )


def _sufficiency(row: models.Sufficiency, visible: Visible) -> Sufficiency:
    return told(
        Sufficiency,
        **_same(row, "answer", "reason", "digest", "at"),
        by=visible.people.get(row.by_id or 0),
        on=row.day,
    )


def _score(row: models.Score, visible: Visible) -> Score:
    return told(
        Score,
        given=exact(row.given),
        suggested=exact(row.suggested),
        against_original=exact(row.against_original),
        dropped=row.dropped,
        reason=row.reason,
        by=visible.people.get(row.by_id or 0),
        at=row.at,
        on=row.day,
    )


def _same(row: Model, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _ref(row: models.Objective | models.KeyResult | ChainItem | None) -> str | None:
    return None if row is None else row.ref


def _linked(rows: QuerySet[Any], of: str, to: str, names: dict[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one, other in rows.values_list(of, to):
        found[one].append(names[other])
    return found


def _grouped(rows: Iterable[M], by: str) -> dict[int, list[M]]:
    found: dict[int, list[M]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found
