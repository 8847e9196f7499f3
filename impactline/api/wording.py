"""The API's wording linter: findings of a text, and rules overruled for an item."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from impactline.api.access import REFUSALS
from impactline.api.shapes import Wanted
from impactline.chain.names import Names, read
from impactline.insight import actions
from impactline.insight.models import Overruled
from impactline.insight.queries import findings_for, overruled_of
from impactline.insight.stating import words
from impactline.insight.visibility import item_named
from impactline.insight.wording import Finding, Kind, Statement, lint
from impactline.people.models import Person
from impactline.people.queries import organisation

router = Router(tags=["wording"])
TEXT_MAX = 20_000
FINDINGS_MAX = 5_000
ItemKind = Literal["objective", "key_result", "metric", "chain_item", "assumption"]
REF_MAX = 170  # of both ends of a link


class FindingShape(Schema):
    """One thing that is weak: the rule, how bad and how sure, why, how to mend it, and the text mended or nothing."""

    rule: str
    ref: str
    kind: str
    severity: str
    confidence: float
    message: str
    suggestion: str
    rewrite: str
    source: str


class Text(Wanted):
    """A text to be judged."""

    text: str = Field(max_length=TEXT_MAX)
    kind: Kind = Kind.KEY_RESULT


class Named(Schema):
    """An item by its kind and ref; an assumption by the ref that its findings name, and its number there."""

    kind: ItemKind
    ref: str = Field(max_length=REF_MAX)
    number: int = 0


class NewOverruled(Wanted):
    """A rule that shall keep quiet for an item until its text changes, and why."""

    kind: ItemKind
    ref: str = Field(max_length=REF_MAX)
    number: int = 0
    rule: str = Field(max_length=40)
    note: str = Field(max_length=5_000)


class NoLonger(Wanted):
    """A rule that shall be heeded again."""

    kind: ItemKind
    ref: str = Field(max_length=REF_MAX)
    number: int = 0
    rule: str = Field(max_length=40)


class OverruledShape(Schema):
    """A rule that keeps quiet for an item."""

    rule: str
    note: str
    by: str | None
    at: datetime


@router.post("/lint", response={200: list[FindingShape], **REFUSALS}, summary="What is weak in the wording of a text")
def judge(request: HttpRequest, wanted: Text) -> list[FindingShape]:
    said = Statement(wanted.kind, wanted.text, language=organisation().locale[:2])
    return _shapes(lint(said, words()))


@router.get("/lint", response={200: list[FindingShape], **REFUSALS}, summary="What is weak in all wording")
def everything(request: HttpRequest) -> list[FindingShape]:
    judged = findings_for(request.auth, words())  # type: ignore[attr-defined]
    return _shapes(finding for _, finding in judged.findings[:FINDINGS_MAX])


@router.get("/overruled", response={200: list[OverruledShape], **REFUSALS}, summary="The rules overruled for an item")
def overruled(request: HttpRequest, named: Annotated[Named, Query()]) -> list[OverruledShape]:
    item = item_named(request.auth, named.kind, named.ref, named.number)  # type: ignore[attr-defined]
    return [_overruled(row) for row in overruled_of(item)]


@router.post("/overruled", response={201: OverruledShape, **REFUSALS}, summary="Overrule a rule for an item")
def overrule(request: HttpRequest, wanted: NewOverruled) -> Status[OverruledShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    item = item_named(person, wanted.kind, wanted.ref, wanted.number)
    made = actions.overrule(by=person, item=item, rule=wanted.rule, note=wanted.note, at=timezone.now())
    return Status(201, _overruled(made))


@router.post("/overruled/resume", response={204: None, **REFUSALS}, summary="Heed a rule again")
def resume(request: HttpRequest, wanted: NoLonger) -> Status[None]:
    person: Person = request.auth  # type: ignore[attr-defined]
    item = item_named(person, wanted.kind, wanted.ref, wanted.number)
    actions.heed_again(by=person, item=item, rule=wanted.rule, at=timezone.now())
    return Status(204, None)


def _shapes(findings: Iterable[Finding]) -> list[FindingShape]:
    """Findings in the organisation's names of levels; one query for all."""
    names = read(organisation().level_names)
    return [_shape(finding, names) for finding in findings]


def _shape(finding: Finding, names: Names) -> FindingShape:
    said = finding.as_json()
    told = {name: names.retell(str(said[name])) for name in ("message", "suggestion")}
    return FindingShape.model_validate(said | told)


def _overruled(row: Overruled) -> OverruledShape:
    return OverruledShape(rule=row.rule, note=row.note, by=row.by.email if row.by else None, at=row.at)
