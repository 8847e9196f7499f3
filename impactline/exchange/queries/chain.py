"""The chain as documents tell it: items, reports, links and dependencies that a viewer may see."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from impactline.chain import models
from impactline.chain.visibility import dependencies_visible_to, links_visible_to
from impactline.exchange.document_chain import (
    Assumption,
    ChainItem,
    Dependency,
    Effect,
    Evidence,
    File,
    Judgement,
    Link,
    Prediction,
    Report,
)
from impactline.exchange.queries.overruled import Kept, overruled_parts
from impactline.exchange.queries.readings import usual_moment
from impactline.exchange.queries.visible import Visible, exact, told
from impactline.exchange.settling_chain import REPORTED

SAME = (
    *("ref", "level", "title", "description", "starts_on", "due_on", "state", "ended_on", "visibility", "intended"),
    *("amount", "unit", "effort_hours", "cost", "planned", "acceptance", "archived_at"),
)
JUDGED = ("on_behalf_of", "level", "rating", "of", "narrative")
KEPT = (
    *("ended_on", "seen_by", "expected", "low", "high", "claimed", "evidence"),
    *("from_on", "from_value", "observed_on", "observed"),
)
Lists = dict[Any, list[Any]]


def evidence_of() -> Lists:
    """All evidence, by ("item_id" or "link_id", the id of what it is on), in its order. One query."""
    found: Lists = defaultdict(list)
    for row in models.Evidence.objects.all():
        on = ("link_id", row.link_id) if row.item_id is None else ("item_id", row.item_id)
        found[on].append(_evidence(row.title, row.url, row.file_name, row.digest, row.size))
    return found


def _evidence(title: str, url: str = "", file_name: str = "", digest: str = "", size: int = 0) -> Evidence:
    file = told(File, name=file_name, sha256=digest, size=size) if digest else None
    return told(Evidence, title=title, url=url or None, file=file)


def assumptions_of(seen: Visible) -> Lists:
    """All assumptions, by ("item_id" or "link_id", the id of what they are on), in their order. One query."""
    found: Lists = defaultdict(list)
    for row in models.Assumption.objects.all():
        on = ("link_id", row.link_id) if row.item_id is None else ("item_id", row.item_id)
        found[on].append(_assumption(row, seen))
    return found


def items_of(seen: Visible, overruled: Kept, evidence: Lists, assumptions: Lists) -> Iterator[ChainItem]:
    """The visible items by level, in their order, with all that was reported and judged. Six queries."""
    teams = _named(models.ChainItem.shared_with.through, "chainitem_id", "team_id", seen.teams)
    metrics = _named(models.ChainItem.metrics.through, "chainitem_id", "metric_id", seen.metrics)
    viewers = _named(models.ItemViewer, "item_id", "person_id", seen.people)
    reports = _grouped(models.Report.objects.order_by("day", "id"), "item_id", lambda row: _report(row, seen))
    predictions = _predictions(seen)
    judgements = _judgements(seen)
    for row in seen.items.values():
        yield told(
            ChainItem,
            **{name: getattr(row, name) for name in SAME},
            **_reported(row, reports[row.pk]),
            sublevel=row.sublevel or None,
            kind=row.kind or None,
            owner=seen.people.get(row.owner_id or 0),
            team=seen.teams.get(row.team_id or 0),
            shared_with=tuple(teams[row.pk]),
            metrics=tuple(metrics[row.pk]),
            viewers=tuple(viewers[row.pk]),
            rubric=tuple(row.rubric),
            assumptions=tuple(assumptions["item_id", row.pk]),
            evidence=tuple(evidence["item_id", row.pk]),
            overruled=overruled_parts(overruled, row, seen),
            reports=tuple(reports[row.pk]),
            judgements=tuple(judgements[row.pk]),
            predictions=tuple(predictions[row.pk]),
        )


def links_of(seen: Visible, evidence: Lists, assumptions: Lists) -> Iterator[Link]:
    """The links between visible items, by what they lead to, in their order. One query."""
    place = {number: at for at, number in enumerate(seen.items)}
    rows = [row for row in links_visible_to(seen.viewer) if row.source_id in place and row.target_id in place]
    for row in sorted(rows, key=lambda row: (place[row.target_id], row.position, row.pk)):
        yield told(
            Link,
            from_=seen.items[row.source_id].ref,
            to=seen.items[row.target_id].ref,
            expected_effect=_effect(row, seen),
            lag_days=row.lag_days,
            confidence=exact(row.confidence),
            evidence=row.evidence,
            rationale=row.rationale,
            necessary=row.necessary,
            group=row.group,
            sources=tuple(evidence["link_id", row.pk]),
            assumptions=tuple(assumptions["link_id", row.pk]),
        )


def dependencies_of(seen: Visible) -> Iterator[Dependency]:
    """What waits for what, among visible items, in their order. One query."""
    place = {number: at for at, number in enumerate(seen.items)}
    waits = dependencies_visible_to(seen.viewer)
    rows = [row for row in waits if row.activity_id in place and row.after_id in place]
    for row in sorted(rows, key=lambda row: (place[row.activity_id], place[row.after_id])):
        yield told(Dependency, activity=seen.items[row.activity_id].ref, after=seen.items[row.after_id].ref)


def _reported(row: models.ChainItem, reports: list[Report]) -> dict[str, Any]:
    """What the newest report says; no other level has any of the three."""
    found: dict[str, Any] = dict.fromkeys(REPORTED.values())
    if reports:
        found[REPORTED[row.level]] = reports[-1].value
    return found


def _report(row: models.Report, seen: Visible) -> Report:
    return told(
        Report,
        at=row.day,
        value=row.value,
        by=seen.people.get(row.by_id or 0),
        note=row.note,
        recorded_at=None if row.recorded_at == usual_moment(row.day) else row.recorded_at,
    )


def _effect(row: models.Link, seen: Visible) -> Effect | None:
    if row.effect_metric_id is None:
        return None
    return told(Effect, metric=seen.metrics[row.effect_metric_id], change=row.effect_change, per=row.effect_per)


def _predictions(seen: Visible) -> Lists:
    """What was kept of items that ended, as far as the viewer sees what it was about."""
    rows = models.Prediction.objects.order_by("id")
    return _grouped(
        [row for row in rows if row.output_id in seen.items and row.outcome_id in seen.items],
        "item_id",
        lambda row: told(
            Prediction,
            output=seen.items[row.output_id].ref,
            outcome=seen.items[row.outcome_id].ref,
            metric=seen.metrics[row.metric_id],
            came=row.came or None,
            **{name: getattr(row, name) for name in KEPT},
        ),
    )


def _judgements(seen: Visible) -> Lists:
    """What people say of outcomes, in the order of days."""
    return _grouped(models.Judgement.objects.order_by("day", "position"), "item_id", lambda row: _judgement(row, seen))


def _judgement(row: models.Judgement, seen: Visible) -> Judgement:
    return told(
        Judgement,
        at=row.day,
        by=seen.people.get(row.person_id or 0),
        evidence=tuple(_evidence(**entry) for entry in row.evidence),
        written_by=seen.people.get(row.by_id or 0) if row.by_id != row.person_id else None,
        recorded_at=None if row.recorded_at == usual_moment(row.day) else row.recorded_at,
        **{name: getattr(row, name) for name in JUDGED},
    )


def _assumption(row: models.Assumption, seen: Visible) -> Assumption:
    return told(
        Assumption,
        text=row.text,
        state=row.state,
        importance=row.importance or None,
        likelihood=row.likelihood or None,
        influenceable=row.influenceable,
        owner=seen.people.get(row.owner_id or 0),
        review_on=row.review_on,
        metric=seen.metrics.get(row.metric_id or 0),
        at_least=row.at_least,
        at_most=row.at_most,
    )


def _grouped(rows: Any, of: str, made: Callable[[Any], Any]) -> Lists:
    found: Lists = defaultdict(list)
    for row in rows:
        found[getattr(row, of)].append(made(row))
    return found


def _named(model: Any, of: str, to: str, names: dict[int, str]) -> Lists:
    found: Lists = defaultdict(list)
    for one, other in model._default_manager.order_by("id").values_list(of, to):
        found[one].append(names[other])
    return found
