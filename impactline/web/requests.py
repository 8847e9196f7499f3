"""Contribution requests: what is asked of one's teams, answered in place, and what they asked of others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from impactline.base.errors import Faults, Invalid
from impactline.checkins.queries import events_of
from impactline.people.models import Person
from impactline.planning import actions
from impactline.planning.models import ContributionRequest
from impactline.planning.queries import Asked, answered_requests, open_requests, rights
from impactline.planning.visibility import request_for
from impactline.web.check_in_forms import due_text
from impactline.web.forms import Day, Form, PersonField, Prose
from impactline.web.moves import event_lines
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page, today

SHOWN_MAX = 200
ANSWERED_MAX = 30
BACK = {"list": "requests", "home": "home"}


@dataclass(frozen=True, slots=True)
class Line:
    """A request in a list: what, from whom to whom, by when, for what; and what the reader may do with it."""

    request: ContributionRequest
    href: str
    due: str
    is_late: bool
    key_result_href: str
    waiting_href: str
    promise_href: str
    asked: Asked | None = None


class AnswerForm(Form):
    """An answer: another day with the reason, a refusal with the reason, or who answers for the promise."""

    proposed_on = Day("Day")
    reason = Prose("Why", most=2_000)
    owner = PersonField("Who does it")


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All requests: to one's teams, by them, between others; those that were answered are folded."""
    person, day = asking(request), today().day
    to_them, by_them, others = open_requests(person, SHOWN_MAX)
    return page(
        request,
        "requests.html",
        to_them=lines(to_them, day),
        by_them=lines(by_them, day),
        others=lines(others, day),
        answered=[line(row, day) for row in answered_requests(person, ANSWERED_MAX)],
        may_ask=person.may_write,
        today=day,
    )


@require_GET
def show(request: HttpRequest, ref: str) -> HttpResponse:
    """One request, with its history."""
    return _page(request, request_for(asking(request), ref))


@require_POST
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    """Promise it."""

    def answer(person: Person, wanted: ContributionRequest, form: AnswerForm) -> None:
        actions.accept_request(by=person, request=wanted, owner=form.cleaned_data["owner"], at=now())

    return _answer(request, ref, answer, "Accepted. It is an activity of your team now.")


@require_POST
def propose(request: HttpRequest, ref: str) -> HttpResponse:
    """Offer another day."""

    def answer(person: Person, wanted: ContributionRequest, form: AnswerForm) -> None:
        day, reason = form.cleaned_data["proposed_on"], form.cleaned_data["reason"]
        if day is None:
            raise Invalid("Which day?", remedy="Choose one.", field="proposed_on")
        actions.propose_date(by=person, request=wanted, day=day, reason=reason, at=now())

    return _answer(request, ref, answer, "Proposed. Those who asked can accept the day.")


@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Say no, and why."""

    def answer(person: Person, wanted: ContributionRequest, form: AnswerForm) -> None:
        actions.decline_request(by=person, request=wanted, reason=form.cleaned_data["reason"], at=now())

    return _answer(request, ref, answer, "Declined.")


@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask no longer."""

    def answer(person: Person, wanted: ContributionRequest, form: AnswerForm) -> None:
        actions.withdraw_request(by=person, request=wanted, at=now())

    return _answer(request, ref, answer, "Withdrawn.")


def lines(asked: Sequence[Asked], day: date) -> list[Line]:
    """Requests as lists show them, with what the reader may do."""
    return [line(one.request, day, one) for one in asked]


def line(row: ContributionRequest, day: date, asked: Asked | None = None) -> Line:
    """One request as lists show it."""
    return Line(
        request=row,
        href=address("request", row.ref),
        due=due_text(row.due_on, day),
        is_late=row.is_open and row.due_on < day,
        key_result_href=address("key-result", row.key_result.ref) if row.key_result else "",
        waiting_href=address("chain-item", row.waiting.ref) if row.waiting else "",
        promise_href=address("chain-item", row.promise.ref) if row.promise else "",
        asked=asked,
    )


Answer = Callable[[Person, ContributionRequest, AnswerForm], None]


def _answer(request: HttpRequest, ref: str, answer: Answer, done: str) -> HttpResponse:
    person = asking(request)
    wanted, form = request_for(person, ref), AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer(person, wanted, form)
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            back = BACK.get(request.POST.get("back", ""))
            return go(request, reverse(back) if back else address("request", ref), done)
    return _page(request, request_for(person, ref), form, request.path.rpartition("/")[2])


def _page(
    request: HttpRequest, wanted: ContributionRequest, form: AnswerForm | None = None, refused: str = ""
) -> HttpResponse:
    person, day = asking(request), today().day
    context: dict[str, Any] = {
        "line": line(wanted, day, rights(person, wanted)),
        "form": form or AnswerForm(),
        "refused": refused,
        "people": PersonField.options()[1:],
        "log": event_lines(events_of("contribution_request", wanted.pk), wanted),
        "today": day,
    }
    return page(request, "request.html", status=200 if form is None else 422, **context)


addresses: list[URLPattern] = [
    path("requests", listed, name="requests"),
    path("requests/<str:ref>", show, name="request"),
    path("requests/<str:ref>/acceptance", accept, name="request-acceptance"),
    path("requests/<str:ref>/proposals", propose, name="request-proposals"),
    path("requests/<str:ref>/refusal", decline, name="request-refusal"),
    path("requests/<str:ref>/withdrawal", withdraw, name="request-withdrawal"),
]
