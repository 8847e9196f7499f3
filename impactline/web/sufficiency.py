"""Whether an objective would be reached if all its key results were: asked and answered on its page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Refusal
from impactline.okrs import actions
from impactline.okrs.answers import answers_of
from impactline.okrs.sufficiency import REASON_MAX, Answer
from impactline.okrs.visibility import objective_for, require_edit
from impactline.web.forms import Choice, Form, Prose
from impactline.web.shell import asking, go, now, page

ANSWERS = {Answer.YES: "Yes", Answer.NOT_SURE: "Not sure", Answer.NO: "No"}


class SufficiencyForm(Form):
    """An answer, and why."""

    answer = Choice("Answer", ANSWERS.items())
    reason = Prose("Why", most=REASON_MAX)


@require_http_methods(["GET", "POST"])
def sufficiency(request: HttpRequest, ref: str) -> HttpResponse:
    """What was said of sufficiency; a POST says it anew, with a reason or without."""
    person = asking(request)
    objective = objective_for(person, ref)
    require_edit(person, objective)
    form = SufficiencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("answer", "reason")}
        try:
            actions.answer_sufficiency(by=person, objective=objective, **said, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, f"{reverse('objective', args=[ref])}#sufficiency", "Noted.")
    return page(
        request,
        "objective_sufficiency.html",
        status=422 if form.is_bound else 200,
        form=form,
        objective=objective,
        options=[(str(answer), words, "") for answer, words in ANSWERS.items()],
        answers=answers_of(objective),
    )


addresses = [path("objectives/<str:ref>/sufficiency", sufficiency, name="objective-sufficiency")]
