"""The API's findings: what needs attention, by cause, what is new and gone since the last look, and muting."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from impactline.api.access import REFUSALS
from impactline.api.shapes import Moment, Wanted
from impactline.chain.names import read
from impactline.insight import actions
from impactline.insight.attention import as_data, attention, scope_of, visit_of
from impactline.insight.visibility import found_for
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.queries import organisation

router = Router(tags=["attention"])
KEY_MAX = 80


class About(Schema):
    """Something that a finding names."""

    kind: str
    ref: str
    title: str


class FoundShape(Schema):
    """A finding: which rule, how bad, about what, why, how to mend it, what is at stake (1: a whole objective).

    `act` says what mends it, `reads` from which data it was found.
    """

    key: str
    rule: str
    severity: str
    about: list[About]
    message: str
    remedy: str
    act: str
    reads: str
    value: float
    appeared_at: datetime


class SilentShape(FoundShape):
    """A finding that is muted: why, until when, by whom."""

    reason: str
    until: date
    by: str | None


class GoneShape(FoundShape):
    """A finding that is no longer there."""

    gone_at: datetime


class CauseShape(Schema):
    """Findings that one act mends, and what is at stake in all of them; new where one came since the last look."""

    severity: str
    value: float
    is_new: bool
    findings: list[FoundShape]


class AttentionShape(Schema):
    """What needs attention, the weightiest first; `more` are not listed.

    `since` is when the person looked before, or what was asked for: what came after it is new, and what was there
    then and is there no longer stands in `gone`. `silent` is what is muted.
    """

    count: int
    more: int
    muted: int
    since: datetime | None
    causes: list[CauseShape]
    silent: list[SilentShape]
    gone_count: int
    gone: list[GoneShape]


class Asked(Schema):
    """Of whom or what: of oneself and one's teams, a person, a team, a cycle, an objective; of all without."""

    mine: bool = False
    person: str = Field("", max_length=254, description="By e-mail address.")
    team: str = Field("", max_length=KEY_MAX)
    cycle: str = Field("", max_length=KEY_MAX)
    objective: str = Field("", max_length=KEY_MAX)
    since: Moment | None = Field(None, description="What is new and gone since then; by default your last look.")


class NewMute(Wanted):
    """Until when a finding shall be silent, and why."""

    reason: str = Field(max_length=5_000)
    until: date


@router.get("", response={200: AttentionShape, **REFUSALS}, summary="What needs attention, by cause")
def needs(request: HttpRequest, asked: Annotated[Asked, Query()]) -> AttentionShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    at = timezone.now()
    scope = scope_of(person, **asked.model_dump(exclude={"since"}))
    since = asked.since or visit_of(person, at).before
    names = read(organisation().level_names)
    return AttentionShape.model_validate(as_data(attention(person, scope, present(at).day, since), names))


@router.post("/looks", response={204: None, **REFUSALS}, summary="Say that you have looked: what comes next is new")
def look(request: HttpRequest) -> Status[None]:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.look(by=person, at=timezone.now())
    return Status(204, None)


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
