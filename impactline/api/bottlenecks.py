"""The API's bottlenecks: what holds back most of what key results still lack, and by which ways."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from impactline.api.access import REFUSALS
from impactline.insight.bottlenecks import queries
from impactline.insight.bottlenecks.queries import shape
from impactline.okrs.today import present
from impactline.people.models import Person

router = Router(tags=["bottlenecks"])
REF_MAX = 80


class Behind(Schema):
    """A key result, and what of it is held back; 1 is a whole objective."""

    ref: str
    value: float


class BottleneckShape(Schema):
    """What holds back: an item by ref, a person by owner, a team, or what `activity` waits for.

    `value` is what key results lose by what is missing of it, `hangs` what they lose if it never comes, `share` the
    part of all that is lacking. `alone` are the key results that have no other way.
    """

    kind: str
    ref: str | None
    title: str | None
    activity: str | None
    owner: str | None
    team: str | None
    due_on: date | None
    days_late: int
    missing: float
    value: float
    share: float
    hangs: float
    waiting: int
    behind: list[Behind]
    single_point: bool
    alone: list[str]
    items: list[str]


class BottlenecksShape(Schema):
    """The lists, each with what holds back most at its head; `adrift` is what is lacking with no work behind it."""

    as_of: date
    lacking: float
    adrift: float
    items: list[BottleneckShape]
    people: list[BottleneckShape]
    teams: list[BottleneckShape]
    dependencies: list[BottleneckShape]


class WayShape(Schema):
    """A way from the item to a key result, by refs, and the product of the confidences of its links."""

    items: list[str]
    strength: float


class HeldBackShape(Schema):
    """What one item holds back: what hangs on it × what is missing of it, with the strongest ways."""

    as_of: date
    ref: str
    title: str
    kind: str
    missing: float
    hangs: float
    value: float
    behind: list[Behind]
    ways: list[WayShape]


class WhoseKeyResults(Schema):
    """Whose key results: of a cycle (default: all that run), of a team."""

    cycle: str = Field("", max_length=REF_MAX)
    team: str = Field("", max_length=REF_MAX)


@router.get("/bottlenecks", response={200: BottlenecksShape, **REFUSALS}, summary="What holds back key results most")
def listed(request: HttpRequest, whose: Annotated[WhoseKeyResults, Query()]) -> BottlenecksShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    scope, day = queries.scope_named(whose.cycle, whose.team), present(timezone.now()).day
    return BottlenecksShape.model_validate(shape.as_data(queries.bottlenecks(person, scope, day)))


@router.get(
    "/chain/{ref}/held-back",
    response={200: HeldBackShape, **REFUSALS},
    summary="What an item holds back, by which ways",
)
def of_item(request: HttpRequest, ref: str, whose: Annotated[WhoseKeyResults, Query()]) -> HeldBackShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    scope, day = queries.scope_named(whose.cycle, whose.team), present(timezone.now()).day
    return HeldBackShape.model_validate(shape.held_back_as_data(queries.held_back(person, ref, scope, day)))
