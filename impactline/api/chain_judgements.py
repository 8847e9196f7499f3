"""Judgements of outcomes in the API, beside the numbers."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status

from impactline.api.access import REFUSALS
from impactline.api.chain_grounds import FILE_IN, FILE_OUT, FileShape, content_of
from impactline.api.metrics import ProofShape
from impactline.api.shapes import Wanted
from impactline.chain import actions, rubric
from impactline.chain.downloads import download
from impactline.chain.judgements import file_of, judgement_numbered
from impactline.chain.models import Judgement
from impactline.chain.visibility import chain_item_for
from impactline.checkins.outcomes import side_by_side
from impactline.metrics.said import Link
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.queries import person_named

router = Router(tags=["chain"])


class ShownShape(Schema):
    """What bears a judgement out: a page, or a file."""

    title: str
    url: str
    file: FileShape | None


class JudgementShape(Schema):
    """How far an outcome has come about in the eyes of a person, or of a group on whose behalf it is told.

    `rating` is the place of the level from 0, `of` the number of levels; both null where it is told in words alone.
    """

    number: int
    day: date
    person: str | None
    on_behalf_of: str
    level: str
    rating: int | None
    of: int | None
    narrative: str
    evidence: list[ShownShape]
    by: str | None
    recorded_at: datetime


class NewJudgement(Wanted):
    """A judgement, of today by default: a level of the rubric, words, or both; one's own unless it says whose."""

    level: str = ""
    narrative: str = ""
    day: date | None = None
    person: str | None = None
    on_behalf_of: str = ""
    evidence: list[ProofShape] = []


class NumberShape(Schema):
    """A number of an outcome, by the ref of its metric or key result; `moved`: as expected, null where unknown."""

    kind: str
    ref: str | None
    title: str
    moved: bool | None


class SideBySideShape(Schema):
    """Numbers and judgements of an outcome: the levels of its rubric, and how both compare, in a word and a sentence.

    `numbers_say`: moved, not_moved, divided or silent; `voices_say`: high, low, middle, divided or silent.
    """

    rubric: list[str]
    numbers: list[NumberShape]
    judgements: list[JudgementShape]
    numbers_say: str
    voices_say: str
    agreement: str
    disagrees: bool
    sentence: str


@router.get(
    "/{ref}/judgements", response={200: SideBySideShape, **REFUSALS}, summary="Numbers and judgements side by side"
)
def judgements(request: HttpRequest, ref: str) -> SideBySideShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    outcome = chain_item_for(person, ref)
    found = side_by_side(person, outcome, present(timezone.now()))
    metrics = [
        NumberShape(kind="metric", ref=one.metric.ref, title=one.metric.name, moved=one.moved) for one in found.metrics
    ]
    rows = [(one.key_result, one.moved) for one in found.key_results]
    key_results = [NumberShape(kind="key_result", ref=row.ref, title=row.title, moved=moved) for row, moved in rows]
    return SideBySideShape(
        rubric=list(rubric.levels(outcome.rubric)),
        numbers=[*metrics, *key_results],
        judgements=[_judgement(row) for row in found.judgements],
        numbers_say=str(found.beside.numbers),
        voices_say=str(found.beside.voices),
        agreement=str(found.beside.agreement),
        disagrees=found.beside.agreement.is_disagreement,
        sentence=found.beside.sentence,
    )


@router.post("/{ref}/judgements", response={201: JudgementShape, **REFUSALS}, summary="Judge an outcome")
def judge(request: HttpRequest, ref: str, wanted: NewJudgement) -> Status[JudgementShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    said = wanted.model_dump(exclude={"person", "evidence"})
    made = actions.judge(
        by=person,
        outcome=chain_item_for(person, ref),
        at=timezone.now(),
        person=person_named(wanted.person) if wanted.person else None,
        evidence=[Link(link.title, link.url) for link in wanted.evidence],
        **said,
    )
    return Status(201, _judgement(made))


@router.post(
    "/{ref}/judgements/{number}/files",
    response={201: JudgementShape, **REFUSALS},
    summary="Hand in a file that bears a judgement out; the body is what the file holds",
    openapi_extra=FILE_IN,
)
def add_file(request: HttpRequest, ref: str, number: int, name: str, title: str = "") -> Status[JudgementShape]:
    person: Person = request.auth  # type: ignore[attr-defined]
    row = judgement_numbered(chain_item_for(person, ref), number)
    file = actions.HandedIn(name, content_of(request), title)
    return Status(201, _judgement(actions.add_judgement_file(by=person, judgement=row, file=file, at=timezone.now())))


@router.get(
    "/{ref}/judgements/{number}/files/{digest}",
    response=REFUSALS,
    summary="A file that bears a judgement out",
    openapi_extra=FILE_OUT,
)
def read_file(request: HttpRequest, ref: str, number: int, digest: str) -> HttpResponse:
    row = judgement_numbered(chain_item_for(request.auth, ref), number)  # type: ignore[attr-defined]
    return download(*file_of(row, digest))


@router.delete("/{ref}/judgements/{number}", response={204: None, **REFUSALS}, summary="Take a judgement back")
def withdraw(request: HttpRequest, ref: str, number: int) -> Status[None]:
    person: Person = request.auth  # type: ignore[attr-defined]
    row = judgement_numbered(chain_item_for(person, ref), number)
    actions.withdraw_judgement(by=person, judgement=row, at=timezone.now())
    return Status(204, None)


def _judgement(row: Judgement) -> JudgementShape:
    return JudgementShape(
        number=row.position,
        day=row.day,
        person=row.person.email if row.person else None,
        on_behalf_of=row.on_behalf_of,
        level=row.level,
        rating=row.rating,
        of=row.of,
        narrative=row.narrative,
        evidence=[_shown(**entry) for entry in row.evidence],
        by=row.by.email if row.by else None,
        recorded_at=row.recorded_at,
    )


def _shown(title: str, url: str = "", file_name: str = "", digest: str = "", size: int = 0) -> ShownShape:
    file = FileShape(name=file_name, size=size, sha256=digest) if digest else None
    return ShownShape(title=title, url=url, file=file)
