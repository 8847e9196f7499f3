"""Whether an objective would be reached if all its key results were, as people say."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from impactline.api.access import REFUSALS
from impactline.api.shapes import Wanted
from impactline.okrs import actions
from impactline.okrs.answers import Said, answers_of
from impactline.okrs.sufficiency import Answer
from impactline.okrs.visibility import objective_for
from impactline.people.models import Person

router = Router(tags=["objectives"])


class NewAnswer(Wanted):
    """What is said of whether the key results suffice, and why."""

    answer: Answer
    reason: str = ""


class AnswerShape(Schema):
    """What was said; `current` says that it was said last, of the key results that there are now."""

    answer: Answer
    reason: str
    by: str | None
    on: date
    at: datetime
    current: bool


@router.get(
    "/{ref}/sufficiency",
    response={200: list[AnswerShape], **REFUSALS},
    summary="Whether it would be reached if all its key results were, as people said, the last first",
)
def listed(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    objective = objective_for(request.auth, ref)  # type: ignore[attr-defined]
    return [said.as_data() for said in answers_of(objective)]


@router.post(
    "/{ref}/sufficiency",
    response={201: AnswerShape, **REFUSALS},
    summary="Say whether it would be reached if all its key results were",
)
def answer(request: HttpRequest, ref: str, wanted: NewAnswer) -> Status[dict[str, Any]]:
    person: Person = request.auth  # type: ignore[attr-defined]
    made = actions.answer_sufficiency(
        by=person,
        objective=objective_for(person, ref),
        answer=wanted.answer,
        reason=wanted.reason,
        at=timezone.now(),
    )
    return Status(201, Said(made, is_current=True).as_data())
