"""What is done to an objective: archive, progress by hand, invitations, scores, carry-over, breaking the glass."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import NotFound, Refusal
from impactline.checkins.figures import figures_of
from impactline.okrs import actions, queries
from impactline.okrs.models import Objective, Override, Visibility
from impactline.okrs.visibility import objective_for, require_edit
from impactline.people.models import Person
from impactline.people.queries import person_named
from impactline.web.forms import Form, Line, Number, PersonField
from impactline.web.shell import asking, go, now, page, today


class OverrideForm(Form):
    """Progress in percent, and why."""

    progress = Number("Progress", required=True)
    reason = Line("Why", most=1000)


class ScoreForm(Form):
    """A score from 0 to 1; without one, the suggested."""

    score = Number("Score")
    reason = Line("Why", required=False, most=1000)
    dropped = forms.BooleanField(label="Dropped", required=False)


class Invitation(Form):
    """One more person who may see a private objective."""

    person = PersonField("Person", required=True)


class CarryOverForm(Form):
    """The cycle in which an objective goes on."""

    cycle = forms.CharField(label="Cycle")


@require_POST
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """Put an objective into the archive."""
    objective = objective_for(asking(request), ref)
    actions.archive_objective(by=asking(request), objective=objective, at=now())
    back = reverse("cycle-page", args=[objective.cycle.ref])
    return go(request, back, f"Archived “{objective.title}”.", reverse("objective-restoration", args=[ref]))


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an objective back from the archive."""
    objective = objective_for(asking(request), ref)
    actions.restore_objective(by=asking(request), objective=objective, at=now())
    return go(request, _page(objective), f"Restored “{objective.title}”.")


@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, ref: str) -> HttpResponse:
    """Set progress by hand, with a reason; the computed one stays beside it."""
    person, objective = _editable(request, ref)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        share = float(form.cleaned_data["progress"]) / 100
        reason = form.cleaned_data["reason"]
        try:
            actions.override_progress(by=person, objective=objective, progress=share, reason=reason, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, _page(objective), "Set by hand. The computed progress stays beside it.")
    rolled = figures_of(person, [objective], today())[objective.pk].rolled
    standing = Override.objects.filter(objective=objective, resumed_at=None).select_related("by").first()
    return _form(request, "objective_override.html", form, objective, rolled=rolled, override=standing)


@require_POST
def resume(request: HttpRequest, ref: str) -> HttpResponse:
    """Return to the computed progress."""
    objective = objective_for(asking(request), ref)
    actions.resume_progress(by=asking(request), objective=objective, at=now())
    return go(request, _page(objective), "The computed progress is shown again.")


@require_http_methods(["GET", "POST"])
def viewers(request: HttpRequest, ref: str) -> HttpResponse:
    """Who, besides those concerned, may see a private objective."""
    person, objective = _editable(request, ref)
    if objective.visibility != Visibility.PRIVATE:
        return go(request, _page(objective), "Everybody sees this objective; make it private first.")
    form = Invitation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invited = form.cleaned_data["person"]
        actions.invite_viewer(by=person, objective=objective, person=invited, at=now())
        return go(request, reverse("objective-viewers", args=[ref]), f"{invited.name} may see it now.")
    options = PersonField.options()[1:]
    return _form(
        request, "objective_viewers.html", form, objective, viewers=queries.viewers_of(objective), people=options
    )


@require_POST
def uninvite(request: HttpRequest, ref: str, email: str) -> HttpResponse:
    """Take an invitation back."""
    person, objective = _editable(request, ref)
    actions.uninvite_viewer(by=person, objective=objective, person=person_named(email), at=now())
    return go(request, reverse("objective-viewers", args=[ref]), "The invitation has been taken back.")


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, ref: str) -> HttpResponse:
    """Score an objective: the suggested score, or another one with a reason."""
    person, objective = _editable(request, ref)
    form = ScoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["score"]
        try:
            actions.score_objective(
                by=person,
                objective=objective,
                given=None if given is None else float(given),
                reason=form.cleaned_data["reason"],
                dropped=form.cleaned_data["dropped"],
                at=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, f"{_page(objective)}#score", "Scored.")
    own = figures_of(person, [objective], today())[objective.pk]
    return _form(request, "objective_score.html", form, objective, own=own)


@require_http_methods(["GET", "POST"])
def carry_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on with an objective in another cycle."""
    person, objective = _editable(request, ref)
    form = CarryOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cycle = queries.cycle_named(form.cleaned_data["cycle"])
            made = actions.carry_over(by=person, objective=objective, cycle=cycle, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, _page(made), f"It goes on in {cycle.title}. Check its targets.")
    cycles = [(cycle.ref, cycle.title) for cycle in queries.open_cycles() if cycle.pk != objective.cycle_id]
    return _form(request, "objective_carry_over.html", form, objective, cycles=cycles)


@require_POST
def break_glass(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a private objective as administrator, for an hour and a reason that its owner will read."""
    person = asking(request)
    if not person.is_administrator:
        raise NotFound(f"There is no objective “{ref[:80]}”.")
    hidden = queries.hidden_objective(ref)
    try:
        actions.break_glass(by=person, objective=hidden, reason=request.POST.get("reason", ""), at=now())
    except Refusal as refusal:
        return page(request, "objective_glass.html", status=422, ref=ref, error=str(refusal))
    return go(request, _page(hidden), "Open for an hour. Your reason stands in its history.")


def _editable(request: HttpRequest, ref: str) -> tuple[Person, Objective]:
    person = asking(request)
    objective = objective_for(person, ref)
    require_edit(person, objective)
    return person, objective


def _page(objective: Objective) -> str:
    return reverse("objective", args=[objective.ref])


def _form(request: HttpRequest, template: str, form: Form, objective: Objective, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return page(request, template, status=status, form=form, objective=objective, **more)


addresses = [
    path("objectives/<str:ref>/archiving", archive, name="objective-archiving"),
    path("objectives/<str:ref>/restoration", restore, name="objective-restoration"),
    path("objectives/<str:ref>/override", override, name="objective-override"),
    path("objectives/<str:ref>/override/end", resume, name="objective-resumption"),
    path("objectives/<str:ref>/viewers", viewers, name="objective-viewers"),
    path("objectives/<str:ref>/viewers/<str:email>/removal", uninvite, name="objective-viewer-removal"),
    path("objectives/<str:ref>/scores", score, name="objective-scores"),
    path("objectives/<str:ref>/carry-over", carry_over, name="objective-carry-over"),
    path("objectives/<str:ref>/glass", break_glass, name="objective-glass"),
]
