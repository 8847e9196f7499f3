"""The API's findings: what needs attention, by cause, and muting it."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from impactline.api.access import REFUSALS
from impactline.api.shapes import Wanted
from impactline.insight import actions
from impactline.insight.queries import as_data, attention, scope_of
from impactline.insight.visibility import found_for
from impactline.okrs.today import present
from impactline.people.models import Person

router = Router(tags=["attention"])
KEY_MAX = 80


class About(Schema):
    """Something that a finding names."""

    kind: str
    ref: str
    title: str


class FoundShape(Schema):
    """A finding: which rule, how bad, about what, why, how to mend it, what is at stake (1: a whole objective)."""

    key: str
    rule: str
    severity: str
    about: list[About]
    message: str
    remedy: str
    act: str
    value: float
    appeared_at: datetime


class CauseShape(Schema):
    """Findings that one act mends, and what is at stake in all of them."""

    severity: str
    value: float
    findings: list[FoundShape]


class AttentionShape(Schema):
    """What needs attention, the weightiest first; `more` are not listed."""

    count: int
    more: int
    muted: int
    causes: list[CauseShape]


class Asked(Schema):
    """Of whom or what: of oneself and one's teams, of a team, of a cycle; of all without."""

    mine: bool = False
    team: str = Field("", max_length=KEY_MAX)
    cycle: str = Field("", max_length=KEY_MAX)


class NewMute(Wanted):
    """Until when a finding shall be silent, and why."""

    reason: str = Field(max_length=5_000)
    until: date


@router.get("", response={200: AttentionShape, **REFUSALS}, summary="What needs attention, by cause")
def needs(request: HttpRequest, asked: Annotated[Asked, Query()]) -> AttentionShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    scope = scope_of(mine=asked.mine, team=asked.team, cycle=asked.cycle)
    return AttentionShape.model_validate(as_data(attention(person, scope, present(timezone.now()).day)))


@router.post("/{key}/mute", response={204: None, **REFUSALS}, summary="Mute a finding until a day, for a reason")
def mute(request: HttpRequest, key: str, wanted: NewMute) -> Status[None]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.mute(by=person, found=found_for(person, key), reason=wanted.reason, until=wanted.until, at=timezone.now())
    return Status(204, None)


@router.post("/{key}/hearing", response={204: None, **REFUSALS}, summary="Tell a muted finding again")
def hear_again(request: HttpRequest, key: str) -> Status[None]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.hear_again(by=person, found=found_for(person, key), at=timezone.now())
    return Status(204, None)
