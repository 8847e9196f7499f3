"""What is still to come of metrics, by the part of the chain that everybody sees.

Whoever sees a key result sees its forecast; so nothing private enters here, whoever asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from impactline.chain.expectation import Claim, Quantity
from impactline.chain.expecting import quantity_of, reports_until
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import Assumption, ChainItem, ItemVisibility, Link
from impactline.chain.pipeline import HOLDS, Pipeline, pipelines, weighed
from impactline.chain.queries import reach

FIELDS = ("effect_metric_id", "effect_change", "effect_per", "lag_days", "confidence")
States = dict[tuple[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class _Row:
    link: int
    source: int
    target: int
    evidence: str
    claim: Claim


def pipeline_of(metric_id: int, day: date) -> Pipeline | None:
    """What is still to come of a metric by what is delivered up to a day; six queries, one where nothing is claimed."""
    if not _open_links().filter(effect_metric=metric_id).exists():
        return None
    return pipelines_of({metric_id}, day).get(metric_id)


def pipelines_of(metric_ids: Collection[int] | None, day: date) -> dict[int, Pipeline]:
    """The same of each of these metrics (None: of all) that something is claimed of; five queries.

    Links and assumptions count as they stand now: a day that has passed is not asked about.
    """
    rows = _rows(metric_ids)
    if not rows:
        return {}
    sources = {row.source for row in rows}
    outputs = _open_outputs().filter(pk__in=sources)
    states = _states()
    claims = [weighed(row.claim, row.evidence, _grounds(row, states)) for row in rows]
    found = pipelines(claims, _quantities(list(outputs), day))
    wanted = found if metric_ids is None else found.keys() & set(metric_ids)
    return {key: found[key] for key in wanted if isinstance(key, int)}


def _open_links() -> QuerySet[Link]:
    return Link.objects.filter(
        source__visibility=ItemVisibility.OPEN,
        target__visibility=ItemVisibility.OPEN,
        source__archived_at=None,
        target__archived_at=None,
    )


def _open_outputs() -> QuerySet[ChainItem]:
    return ChainItem.objects.filter(level=Level.OUTPUT, visibility=ItemVisibility.OPEN, archived_at=None)


def _rows(metric_ids: Collection[int] | None) -> list[_Row]:
    """The claims on some metrics, and those that lead to them."""
    rows = [
        _Row(
            link,
            source,
            target,
            evidence,
            Claim(source, target, metric, float(change or 0), float(per or 1), lag_days or 0, confidence),
        )
        for link, evidence, source, target, metric, change, per, lag_days, confidence in _open_links()
        .exclude(effect_metric=None)
        .order_by("position", "id")
        .values_list("pk", "evidence", "source_id", "target_id", *FIELDS)
    ]
    if metric_ids is None:
        return rows
    wanted = set(metric_ids)
    ends = {row.target for row in rows if row.claim.metric in wanted}
    behind = reach(ends, [(row.target, row.source) for row in rows])
    return [row for row in rows if row.target in behind]


def _states() -> States:
    """What fails of what links and items rest on."""
    found: States = {}
    for row in Assumption.objects.filter(state__in=HOLDS).only("link_id", "item_id", "state").order_by():
        key = ("link", row.link_id or 0) if row.item_id is None else ("item", row.item_id)
        found.setdefault(key, []).append(row.state)
    return found


def _grounds(row: _Row, states: States) -> list[str]:
    keys = (("link", row.link), ("item", row.source), ("item", row.target))
    return [state for key in keys for state in states.get(key, ())]


def _quantities(outputs: list[ChainItem], day: date) -> dict[Hashable, Quantity]:
    said = reports_until(outputs, day)
    starts: dict[int, list[date]] = defaultdict(list)
    producing = _open_links().filter(kind=LinkKind.PRODUCES, target__in=[item.pk for item in outputs])
    for number, begun in producing.order_by().values_list("target_id", "source__starts_on"):
        if begun is not None:
            starts[number].append(begun)
    return {item.pk: quantity_of(item, starts[item.pk], said.get(item.pk, []), day) for item in outputs}
