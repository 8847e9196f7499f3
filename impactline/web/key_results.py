"""Key results: their page, and what is done there: archive and restore, move, score."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from impactline.base.errors import Faults, Invalid
from impactline.checkins.queries import homes_for, last_of
from impactline.okrs import actions
from impactline.okrs.visibility import key_result_for, objective_for, require_edit
from impactline.web.key_result_pages import ScoreForm, page_of
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page


def show(request: HttpRequest, ref: str) -> HttpResponse:
    """The page, today or with ?as_of= as it was known on an earlier day."""
    return page_of(request, key_result_for(asking(request), ref))


@require_POST
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """Put it into the archive; it can be taken back."""
    key_result = key_result_for(asking(request), ref)
    actions.archive_key_result(by=asking(request), key_result=key_result, at=now())
    href = address("objective", key_result.objective.ref)
    return go(request, href, f"Archived “{key_result.title}”.", undo=address("key-result", ref) + "/restoration")


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it back from the archive."""
    key_result = key_result_for(asking(request), ref)
    actions.restore_key_result(by=asking(request), key_result=key_result, at=now())
    return go(request, address("key-result", ref), "Restored.")


def place(request: HttpRequest, ref: str) -> HttpResponse:
    """Move it to another objective, behind the key results that are there."""
    person = asking(request)
    key_result = key_result_for(person, ref)
    require_edit(person, key_result.objective)
    fault = ""
    if request.method == "POST":
        try:
            return _move(request, ref)
        except (Invalid, Faults) as refusal:
            fault = str(refusal)
    homes = [(row.ref, f"{row.title} · {row.cycle.title}") for row in homes_for(person, key_result)]
    status = 422 if fault else 200
    return page(request, "key_result_place.html", status=status, key_result=key_result, homes=homes, fault=fault)


@require_POST
def score(request: HttpRequest, ref: str) -> HttpResponse:
    """Score it, at the end of its cycle."""
    key_result = key_result_for(asking(request), ref)
    form = ScoreForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data["score"]
        try:
            actions.score_key_result(
                by=asking(request),
                key_result=key_result,
                given=None if given is None else float(given),
                reason=form.cleaned_data["reason"],
                dropped="dropped" in request.POST,
                at=now(),
            )
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("key-result", ref) + "#score", "Scored.")
    require_edit(asking(request), key_result.objective)
    return page_of(request, key_result, scoring=form)


def _move(request: HttpRequest, ref: str) -> HttpResponse:
    person = asking(request)
    key_result = key_result_for(person, ref)
    wanted = request.POST.get("objective", "")
    if not wanted:
        raise Invalid("Choose an objective.", field="objective")
    objective = objective_for(person, wanted)
    actions.move_key_result(by=person, key_result=key_result, objective=objective, after=last_of(objective), at=now())
    return go(request, address("key-result", ref), f"Moved to “{objective.title}”.")


addresses: list[URLPattern] = [
    path("key-results/<str:ref>", show, name="key-result"),
    path("key-results/<str:ref>/archiving", archive, name="key-result-archiving"),
    path("key-results/<str:ref>/restoration", restore, name="key-result-restoration"),
    path("key-results/<str:ref>/place", place, name="key-result-place"),
    path("key-results/<str:ref>/scores", score, name="key-result-scores"),
]
