"""The API's load of people, by week."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from impactline.api.access import REFUSALS
from impactline.insight.loads import as_data, loads
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.queries import team_named

router = Router(tags=["bottlenecks"])


class Part(Schema):
    """An activity, and the hours of a week that it takes."""

    ref: str
    hours: float


class WeekShape(Schema):
    """A week: hours to do, hours that there are, and the one ÷ the other; null where there are none."""

    monday: date
    hours: float
    capacity: float
    load: float | None
    overloaded: bool
    activities: list[Part]


class LoadShape(Schema):
    """The weeks of a person, from the present one."""

    person: str
    capacity_stated: bool
    weeks: list[WeekShape]


class LoadsShape(Schema):
    """Everybody who has hours to do; `undated` are activities with hours and no last day: they are in no week."""

    as_of: date
    overloaded_from: float
    people: list[LoadShape]
    undated: list[str]


class WhosePeople(Schema):
    """Of the people of a team, else of all."""

    team: str = Field("", max_length=80)


@router.get("/load", response={200: LoadsShape, **REFUSALS}, summary="How loaded people are, by week")
def load(request: HttpRequest, whose: Annotated[WhosePeople, Query()]) -> LoadsShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    team = team_named(whose.team) if whose.team else None
    return LoadsShape.model_validate(as_data(loads(person, present(timezone.now()).day, team=team)))
