"""Check-ins: answered in place where they are due, on the page of a key result, and corrected later."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from impactline.base.errors import Faults, Invalid
from impactline.checkins import actions
from impactline.checkins.models import CheckIn
from impactline.checkins.queries import check_in_numbered, known_of, number_of
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_result_for, require_check_in
from impactline.web import home, key_result_pages, reader
from impactline.web.check_in_forms import CheckInForm, due_row, said_text
from impactline.web.rows import address
from impactline.web.shell import asking, go, is_fragment, now, page, today


@require_POST
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Record a check-in; for htmx the answer is the item done, or the item again with what is wrong."""
    key_result = key_result_for(asking(request), ref)
    form = CheckInForm(request.POST)
    if form.is_valid():
        try:
            made = actions.record(by=asking(request), key_result=key_result, at=now(), **form.said())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return _done(request, ref, made)
    require_check_in(asking(request), key_result)
    return _again(request, key_result, form)


def correct(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The form that corrects a check-in, named by its place in the order of writing; and the correction."""
    key_result = key_result_for(asking(request), ref)
    require_check_in(asking(request), key_result)
    check_in = check_in_numbered(key_result, number)
    form = CheckInForm(request.POST or None, initial=key_result_pages.said_at(check_in))
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(by=asking(request), check_in=check_in, at=now(), **form.said())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("key-result", ref), "Corrected. The earlier version stays in the history.")
    return key_result_pages.correction(request, key_result, check_in, number, form)


def _done(request: HttpRequest, ref: str, made: CheckIn) -> HttpResponse:
    """What was recorded, in the place of the form or as a message on the page from which it came."""
    key_result = key_result_for(asking(request), ref)
    known = known_of(key_result, today())
    words = said_text(made, known.measure) or "noted"
    if known.judged.progress is not None:
        words = f"{words} · progress {reader.percent(known.judged.progress)}"
    href = address("key-result", ref)
    if is_fragment(request):
        correction = f"{href}/check-ins/{number_of(made)}"
        return page(request, "check_in_done.html", row=key_result, href=href, words=words, correction=correction)
    back = "/" if request.GET.get("from") == "home" else href
    return go(request, back, f"Checked in: {words}.")


def _again(request: HttpRequest, key_result: KeyResult, form: CheckInForm) -> HttpResponse:
    """The form where it was filled in, with what is wrong and all that was typed."""
    if is_fragment(request):
        known = known_of(key_result, today())
        figures, _ = key_result_pages.figures_of_one(asking(request), key_result, known, today(), None)
        row = due_row(figures, key_result.objective.title, None, today().day, back="home")
        errors = form.faults_by_field()
        return page(request, "check_in_due.html", status=422, row=form.again(row), errors=errors)
    if request.GET.get("from") == "home":
        return home.page_with(request, key_result.ref, form)
    return key_result_pages.page_of(request, key_result, form)


addresses: list[URLPattern] = [
    path("key-results/<str:ref>/check-ins", record, name="check-ins"),
    path("key-results/<str:ref>/check-ins/<int:number>", correct, name="check-in"),
]
