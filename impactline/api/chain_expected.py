"""The expected paths of an outcome's metrics: what these should have done by what was delivered, and what was read."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.chain.course import said
from impactline.chain.expectation import Move
from impactline.chain.expecting import Expected, expected_of
from impactline.chain.levels import Level
from impactline.chain.models import Prediction
from impactline.chain.predictions import compared, predictions_of
from impactline.chain.visibility import chain_item_for
from impactline.okrs.today import present

router = Router(tags=["chain"])


class PredictionShape(Schema):
    """What was expected of an item when it ended, as it was kept, and what was then observed of the metric.

    `came`: as_expected, more, less, not_at_all, opposite, nothing_expected or not_observed; too_early before `seen_by`
    or while the metric was not read since. `words` speak of contribution, never of proof.
    """

    output: str
    outcome: str
    metric: str
    unit: str
    ended_on: date
    seen_by: date
    expected: float
    low: float
    high: float
    claimed: float
    evidence: str
    from_on: date | None
    from_value: float | None
    observed_on: date | None
    observed: float | None
    came: str
    words: str


class PathPoint(Schema):
    """Where the metric should be at the end of a day: the likely value, and the band that holds in 4 of 5 cases."""

    day: date
    expected: float
    low: float
    high: float


class PathShape(Schema):
    """One metric of an outcome.

    `lack` says what is missing for a path: links, effect, delivered or reading; else null. `since` and `base` are the
    reading from which the path sets out. `change`, `low` and `high` are the expected change by `as_of`. `came` compares
    the last reading with the path: as_expected, more, less, not_at_all, opposite or nothing_expected; null without a
    later reading. `without_effect` are the refs of what leads to the outcome without an effect on any metric.
    """

    metric: str
    unit: str
    as_of: date
    lack: str | None
    since: date | None
    base: float | None
    change: float
    low: float
    high: float
    read_on: date | None
    value: float | None
    came: str | None
    words: str
    without_effect: list[str]
    path: list[PathPoint]


@router.get(
    "/{ref}/expected",
    response={200: list[PathShape], **REFUSALS},
    summary="What the metrics of an outcome should have done by what was delivered",
)
def expected(request: HttpRequest, ref: str) -> list[PathShape]:
    person = request.auth  # type: ignore[attr-defined]
    item = chain_item_for(person, ref)
    found = expected_of(person, item, present(timezone.now()).day) if item.level == Level.OUTCOME else []
    return [_shape(one) for one in found]


@router.get(
    "/{ref}/predictions",
    response={200: list[PredictionShape], **REFUSALS},
    summary="What was expected of an activity or output that has ended, and what was observed",
)
def predictions(request: HttpRequest, ref: str) -> list[PredictionShape]:
    person = request.auth  # type: ignore[attr-defined]
    day = present(timezone.now()).day
    return [_predicted(row, day) for row in predictions_of(person, chain_item_for(person, ref))]


def _predicted(row: Prediction, day: date) -> PredictionShape:
    return PredictionShape(
        output=row.output.ref,
        outcome=row.outcome.ref,
        metric=row.metric.ref or "",
        unit=row.metric.unit,
        ended_on=row.ended_on,
        seen_by=row.seen_by,
        expected=float(row.expected),
        low=float(row.low),
        high=float(row.high),
        claimed=float(row.claimed),
        evidence=row.evidence,
        from_on=row.from_on,
        from_value=None if row.from_value is None else float(row.from_value),
        observed_on=row.observed_on,
        observed=None if row.observed is None else float(row.observed),
        came=row.came or "too_early",
        words=compared(row, day).explanation.formula,
    )


def _shape(one: Expected) -> PathShape:
    found = one.course
    return PathShape(
        metric=one.metric.ref or "",
        unit=one.metric.unit,
        as_of=found.as_of,
        lack=None if found.lack is None else str(found.lack),
        since=found.since,
        base=found.base,
        change=found.now.likely,
        low=found.now.low,
        high=found.now.high,
        read_on=found.read_on,
        value=found.value,
        came=None if found.came is None else str(found.came),
        words=said(found, f"“{one.metric.name}”", one.metric.unit),
        without_effect=[link.source.ref for link in one.silent],
        path=[_point(day, move, found.base or 0.0) for day, move in found.points],
    )


def _point(day: date, move: Move, base: float) -> PathPoint:
    return PathPoint(day=day, expected=base + move.likely, low=base + move.low, high=base + move.high)
