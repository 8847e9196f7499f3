"""What an objective serves: to which others it contributes, with what share, and which it supports."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Invalid, Refusal
from impactline.okrs import actions, queries
from impactline.okrs.models import Alignment, AlignmentKind, Objective
from impactline.okrs.visibility import objective_for, require_edit, visible_to
from impactline.people.models import Person
from impactline.web.forms import Choice, Form, Line, Number
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page

OFFERED = 20
KINDS = (
    ("contributes", "Contributes", "Its progress counts in the other one, where that one counts objectives."),
    ("supports", "Supports", "It is drawn beneath the other one, but not counted."),
)


class AlignmentForm(Form):
    """The other objective, how this one serves it, and the share with which it counts."""

    parent = Line("Objective", most=80)
    kind = Choice("How", [(value, label) for value, label, _ in KINDS])
    weight = Number("Share")

    @property
    def share(self) -> float | None:
        """The fixed share in percent, None for an equal one."""
        given = self.cleaned_data["weight"]
        return None if given is None else float(given)


@require_http_methods(["GET", "POST"])
def alignments(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what an objective serves, and let it serve another; or change how."""
    person, child = _editable(request, ref)
    form = AlignmentForm(request.POST or None, initial=_initial(person, child, request.GET.get("parent", "")))
    if request.method == "POST" and form.is_valid():
        try:
            parent = objective_for(person, form.cleaned_data["parent"])
            actions.align(
                by=person, child=child, parent=parent, kind=form.cleaned_data["kind"], weight=form.share, at=now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, _here(ref), f"It serves “{parent.title}” now.")
    words = request.GET.get("q", "")[:200]
    return page(
        request,
        "objective_alignments.html",
        status=422 if form.is_bound else 200,
        objective=child,
        form=form,
        kinds=KINDS,
        parents=queries.parents_of(person, child),
        q=words,
        offered=_offered(person, child, words, str(form.value("parent"))),
    )


@require_POST
def remove(request: HttpRequest, ref: str, parent: str) -> HttpResponse:
    """End an alignment."""
    person, child = _editable(request, ref)
    upper = objective_for(person, parent)
    tie = Alignment.objects.filter(child=child, parent=upper).first()
    if tie is None:
        return go(request, _here(ref))
    actions.unalign(by=person, child=child, parent=upper, at=now())
    back = reverse("objective-alignment-restoration", args=[ref, parent])
    asked = urlencode({"kind": tie.kind, "weight": "" if tie.weight is None else str(tie.weight)})
    return go(request, _here(ref), f"It no longer serves “{upper.title}”.", f"{back}?{asked}")


@require_POST
def restore(request: HttpRequest, ref: str, parent: str) -> HttpResponse:
    """Take the end of an alignment back."""
    person, child = _editable(request, ref)
    upper = objective_for(person, parent)
    try:
        weight = float(request.GET["weight"]) if request.GET.get("weight") else None
    except ValueError:
        raise Invalid("That share is not a number.", field="weight") from None
    kind = request.GET.get("kind", str(AlignmentKind.CONTRIBUTES))
    actions.align(by=person, child=child, parent=upper, kind=kind, weight=weight, at=now())
    return go(request, _here(ref), f"It serves “{upper.title}” again.")


def _offered(person: Person, child: Objective, words: str, chosen: str) -> list[Objective]:
    """Objectives that it could serve: those that fit the words, else those of its cycle and the cycles around it."""
    rows: QuerySet[Any] = visible_to(person).filter(archived_at=None, cycle__archived_at=None).exclude(pk=child.pk)
    rows = rows.select_related("cycle", "team")
    if words:
        found = list(queries.matching(rows, words, ("title", "ref"))[:OFFERED])
    else:
        around = Q(cycle=child.cycle_id) | Q(cycle=child.cycle.parent_id)
        top = rows.filter(around).order_by("cycle__starts_on", "position", "id")
        found = list(top[:OFFERED])
    if chosen and all(objective.ref != chosen for objective in found):
        found = [*rows.filter(ref=chosen), *found]
    return found


def _initial(person: Person, child: Objective, parent: str) -> dict[str, Any]:
    """What there is already, when an alignment is to be changed."""
    tie = next((tie for tie in queries.parents_of(person, child) if tie.parent.ref == parent), None)
    if tie is None:
        return {"kind": str(AlignmentKind.CONTRIBUTES), "parent": ""}
    return {"kind": tie.kind, "parent": parent, "weight": tie.weight}


def _editable(request: HttpRequest, ref: str) -> tuple[Person, Objective]:
    person = asking(request)
    child = objective_for(person, ref)
    require_edit(person, child)
    return person, child


def _here(ref: str) -> str:
    return f"{address('objective', ref)}/alignments"


addresses = [
    path("objectives/<str:ref>/alignments", alignments, name="objective-alignments"),
    path("objectives/<str:ref>/alignments/<str:parent>/removal", remove, name="objective-alignment-removal"),
    path("objectives/<str:ref>/alignments/<str:parent>/restoration", restore, name="objective-alignment-restoration"),
]
