"""What is to come of key results and metrics, and what their readings say so far."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.api.shapes import earlier
from impactline.insight.forecast.queries import foretold_of, foretold_of_shared
from impactline.insight.forecast.shape import as_data
from impactline.metrics.queries import metric_for
from impactline.okrs.today import present
from impactline.okrs.visibility import key_result_for
from impactline.people.models import Person

router = Router(tags=["forecast"])


class SpanShape(Schema):
    """From a value to a value."""

    low: float
    high: float


class FanShape(Schema):
    """What a day ahead brings."""

    day: date
    middle: float
    half: SpanShape
    most: SpanShape


class SpeedShape(Schema):
    """Change of the value in a week: so far, needed from now on (0 where the target is reached), the best ever seen."""

    so_far: float | None
    needed: float | None
    best: float | None


class ChainShape(Schema):
    """By how much the chain expects the value to move still, the share that counts, and what that makes."""

    expects: float
    counted: float
    moves: float


class SignalShape(Schema):
    """Something beyond the usual variation."""

    kind: str
    day: date
    since: date
    amount: float
    usual: float | None
    upwards: bool | None
    words: str


class UsualShape(Schema):
    """The limits of the usual variation of the latest reading, and whether it lies within them."""

    low: float
    high: float
    of_moves: bool
    within: bool


class ForecastShape(Schema):
    """Where a value will stand on `due_on`.

    `reach` is the probability of the target (or of standing inside the bounds), `enough` that of `enough_at` of the
    way. `half` holds 50 %, `most` 80 % of all cases. `silence` says why there is no forecast; all else is null then.
    Control and milestones are told in per cent. `caveats`: none, few, gap, scale, constant, bound. `chain` is
    in the other figures already.
    """

    ref: str
    as_of: date
    silence: str | None
    method: str | None
    due_on: date | None
    unit: str
    middle: float | None
    half: SpanShape | None
    most: SpanShape | None
    reach: float | None
    enough: float | None
    enough_at: float | None
    readings: int
    speed: SpeedShape | None
    chain: ChainShape | None
    caveats: list[str]
    fan: list[FanShape]
    words: list[str]
    usual: UsualShape | None
    signals: list[SignalShape]


@router.get(
    "/key-results/{ref}/forecast",
    response={200: ForecastShape, **REFUSALS},
    summary="Where a key result will stand on its due date",
)
def of_key_result(request: HttpRequest, ref: str, as_of: date | None = None) -> dict[str, Any]:
    person: Person = request.auth  # type: ignore[attr-defined]
    now = present(timezone.now())
    day = earlier(as_of, now)
    found = foretold_of(key_result_for(person, ref), now, day)
    return as_data(ref, found.outlook, found.examined, found.unit, day or now.day, found.levels, found.aim)


@router.get(
    "/metrics/{ref}/forecast",
    response={200: ForecastShape, **REFUSALS},
    summary="Where a metric will stand at the end of its period, or thirteen readings ahead",
)
def of_metric(request: HttpRequest, ref: str, as_of: date | None = None) -> dict[str, Any]:
    person: Person = request.auth  # type: ignore[attr-defined]
    now = present(timezone.now())
    day = earlier(as_of, now) or now.day
    found = foretold_of_shared(metric_for(person, ref), day)
    return as_data(ref, found.outlook, found.examined, found.unit, day, found.levels, found.aim)
