"""What one viewer may see, and the names by which documents tell it."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar, cast

from django.db.models import F

from impactline.base.numbers import PLACES_MAX
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.chain.visibility import items_visible_to
from impactline.checkins.models import CheckIn
from impactline.exchange.document_parts import Part
from impactline.metrics.models import Metric
from impactline.okrs.models import Cycle, KeyResult, Objective, Priority, TargetChange
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person, Team

P = TypeVar("P", bound=Part)
FINEST = Decimal(1).scaleb(-PLACES_MAX)


@dataclass(frozen=True, slots=True)
class Visible:
    """The rows that a viewer may see, and the names of all things by id: what is hidden has none.

    `own` gives for each metric without a ref the key result that it belongs to: the first that follows it. In
    `metrics` such a metric has that one's ref. `left` gives those that nobody follows any more: `wait-days/1` is
    the first that `wait-days` once followed.
    """

    viewer: Person | None
    people: dict[int, str]
    teams: dict[int, str]
    priorities: dict[int, str]
    cycles: dict[int, str]
    metrics: dict[int, str]
    items: dict[int, ChainItem] = field(repr=False)
    objectives: dict[int, Objective] = field(repr=False)
    key_results: dict[int, KeyResult] = field(repr=False)
    own: dict[int, int] = field(repr=False)
    left: dict[int, list[int]] = field(repr=False)


def visible(viewer: Person | None) -> Visible:
    """What a viewer may see; None is the operator, who sees everything. Ten queries."""
    objectives = visible_to(viewer).order_by("cycle__starts_on", "cycle", "position", "id")
    key_results = key_results_visible_to(viewer).order_by("position", "id")
    rows = {row.pk: row for row in key_results}
    metrics = {number: ref for number, ref in Metric.objects.values_list("pk", "ref") if ref is not None}
    own: dict[int, int] = {}
    for number in sorted(rows):
        followed = rows[number].metric_id
        if followed is not None and followed not in metrics:
            own.setdefault(followed, number)
    metrics |= {metric: rows[number].ref for metric, number in own.items()}
    left = _left(rows, set(metrics))
    for number, numbered in left.items():
        metrics |= {metric: f"{rows[number].ref}/{at}" for at, metric in enumerate(numbered, 1)}
    return Visible(
        viewer=viewer,
        people=dict(Person.objects.values_list("pk", "email")),
        teams=dict(Team.objects.values_list("pk", "ref")),
        priorities=dict(Priority.objects.values_list("pk", "ref")),
        cycles=dict(Cycle.objects.values_list("pk", "ref")),
        metrics=metrics,
        items=_items(viewer),
        objectives={row.pk: row for row in objectives},
        key_results=rows,
        own=own,
        left=left,
    )


def _items(viewer: Person | None) -> dict[int, ChainItem]:
    """The items of the chain from inputs to impact, in their order."""
    rows = items_visible_to(viewer).order_by("position", "id")
    return {row.pk: row for row in sorted(rows, key=lambda row: Level(row.level).order)}


def _left(rows: dict[int, KeyResult], named: set[int]) -> dict[int, list[int]]:
    """The metrics without a ref that nobody follows any more, by the first key result that did, in their order."""
    pairs = {
        (metric, change.key_result_id)
        for change in TargetChange.objects.filter(key_result__in=list(rows)).only("key_result_id", "before", "after")
        for metric in (change.before.get("metric"), change.after.get("metric"))
    }
    read = CheckIn.objects.filter(key_result__in=list(rows), reading__metric__ref=None)
    read = read.exclude(reading__metric=F("key_result__metric")).exclude(reading=None)
    pairs |= set(read.values_list("reading__metric", "key_result").distinct())
    found: dict[int, list[int]] = defaultdict(list)
    for metric, number in sorted(pair for pair in pairs if pair[0] is not None):
        if metric not in named:
            named.add(metric)
            found[number].append(metric)
    return found


def told(kind: type[P], /, **keys: Any) -> P:
    """A part of a document made from rows, which hold nothing that would have to be checked again."""
    return cast(P, kind.model_construct(**keys))


def exact(value: float | None) -> Decimal | None:
    """A binary number as a document holds it: with at most nine decimals."""
    return None if value is None else Decimal(repr(value)).quantize(FINEST)
