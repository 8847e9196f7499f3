"""What was expected of an activity or output is written down when it ends, and compared once its lag has passed.

Only what a link says of an output directly is predicted; what outcomes move in turn is left to their own paths.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from impactline.base.events import note
from impactline.base.numbers import PLACES_MAX
from impactline.base.transactions import action
from impactline.chain import verbs
from impactline.chain.expectation import Move
from impactline.chain.expecting import quantity_of
from impactline.chain.graph import UNSTATED
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import ChainItem, Link, Prediction, Report, State
from impactline.chain.prediction import NOTHING, Came, came
from impactline.chain.predictions import kept_move
from impactline.metrics.models import Metric, Reading

FINEST = Decimal(1).scaleb(-PLACES_MAX)
ENDED = (State.DONE, State.DROPPED)
PREDICTED = (Level.ACTIVITY, Level.OUTPUT)


def predict(item: ChainItem, at: datetime) -> list[Prediction]:
    """Write down what was expected of an item that has ended; of one that goes on, nothing is kept.

    Within the transaction of a change. What was written down for the same day stays as it is.
    """
    kept = Prediction.objects.filter(item=item)
    if item.level not in PREDICTED or item.state not in ENDED or item.ended_on is None:
        kept.delete()
        return []
    kept.exclude(ended_on=item.ended_on).delete()
    if kept.exists():
        return []
    made = Prediction.objects.bulk_create(_predicted(item, item.ended_on))
    for row in made:
        _compare(row, at)
    return made


@action
def predict_again(*, items: Iterable[ChainItem], at: datetime) -> None:
    """Predictions for items that ended without any being written down, such as those of an import."""
    for item in items:
        predict(item, at)


@action
def compare_due(*, at: datetime, metrics: Iterable[int] | None = None) -> int:
    """Hold what was expected against what was read, for all or the metrics given.

    Each is compared with the first reading from `seen_by` on, once there is one, and stays as it is. Returns how many
    were compared.
    """
    waiting = Prediction.objects.filter(came="").select_related("item").order_by("pk")
    waiting = waiting if metrics is None else waiting.filter(metric__in=set(metrics))
    return sum(_compare(row, at) for row in waiting.select_for_update(of=("self",)))


def _predicted(item: ChainItem, ended_on: date) -> list[Prediction]:
    outputs = _outputs(item)
    links = Link.objects.filter(source__in=outputs, kind=LinkKind.CONTRIBUTES_TO, target__archived_at=None)
    found = []
    for link in links.exclude(effect_metric=None).select_related("effect_metric").order_by("position", "pk"):
        amount, began_on = _amount(item, outputs[link.source_id], ended_on)
        if abs(amount) > NOTHING and link.effect_metric is not None:
            found.append(_prediction(item, link, link.effect_metric, amount, began_on, ended_on))
    return found


def _outputs(item: ChainItem) -> dict[int, ChainItem]:
    if item.level == Level.OUTPUT:
        return {item.pk: item}
    links = Link.objects.filter(source=item, kind=LinkKind.PRODUCES, target__archived_at=None)
    return {link.target_id: link.target for link in links.select_related("target").order_by("position", "pk")}


def _amount(item: ChainItem, output: ChainItem, ended_on: date) -> tuple[float, date]:
    """How much of an output came while the item was under way, and the day on which that began."""
    said = [
        (day, float(value or 0))
        for day, value in Report.objects.filter(item=output, day__lte=ended_on)
        .order_by("day", "id")
        .values_list("day", "value")
    ]
    began_on = item.starts_on or output.starts_on or (said[0][0] if said else ended_on)
    began_on = min(began_on, ended_on)
    quantity = quantity_of(output, [began_on], said, ended_on)
    before = 0.0 if item.pk == output.pk else quantity.on(began_on)
    return quantity.on(ended_on) - before, began_on


def _prediction(
    item: ChainItem, link: Link, metric: Metric, amount: float, began_on: date, ended_on: date
) -> Prediction:
    odds = UNSTATED if link.confidence is None else link.confidence
    factor = float(link.effect_change or 0) / float(link.effect_per or 1)
    move = Move(amount, amount, 0.0, min(0.0, amount), max(0.0, amount)).through(factor, odds)
    lag = timedelta(days=link.lag_days or 0)
    read = _readings(metric.pk).filter(day__lte=began_on + lag).order_by("-day", "-id").first()
    return Prediction(
        item=item,
        output_id=link.source_id,
        outcome_id=link.target_id,
        metric=metric,
        ended_on=ended_on,
        seen_by=ended_on + lag,
        expected=_exact(move.likely),
        low=_exact(move.low),
        high=_exact(move.high),
        claimed=_exact(move.claimed),
        evidence=link.evidence,
        from_on=read.day if read else None,
        from_value=read.value if read else None,
    )


def _compare(row: Prediction, at: datetime) -> bool:
    read = _readings(row.metric_id).filter(day__gte=row.seen_by).order_by("day", "id").first()
    if read is None or read.value is None:
        return False
    row.came = Came.NOT_OBSERVED
    if row.from_value is not None:
        row.observed_on, row.observed = read.day, read.value - row.from_value
        row.came = came(kept_move(row), float(row.observed))
    row.save(update_fields=["came", "observed", "observed_on"])
    if row.item_id == row.output_id:
        ids = {"chain_item_id": row.item_id, "linked_item_id": row.outcome_id}
        note(verbs.COMPARED, row.item, by=None, at=at, came=str(row.came), **ids)
    return True


def _readings(metric: int) -> "QuerySet[Reading]":
    return Reading.objects.filter(metric=metric, replaced=False, value__isnull=False)


def _exact(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(FINEST)
