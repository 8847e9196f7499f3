"""Raising a roadblock in one line, and changing it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Conflict, Faults, Invalid, NotFound
from impactline.insight import actions
from impactline.insight.models import Roadblock, RoadblockKind
from impactline.insight.visibility import Blocked, blocked_for, found_for, require_change, roadblock_for
from impactline.people.roles import require_writer
from impactline.web.forms import Choice, Day, Form, Line, PersonField
from impactline.web.merging import merge_page
from impactline.web.remedies import roadblock_of
from impactline.web.roadblocks import board, on_href
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page
from impactline.web.suggestions import blockable

KINDS = [(str(kind), str(label)) for kind, label in RoadblockKind.choices]


class RaiseForm(Form):
    """What is in the way, in one line; what kind, and of what, if anything."""

    title = Line("What is in the way?")
    kind = Choice("What is missing?", KINDS, required=False)
    on = Line("What it blocks", required=False, most=80)


class RoadblockForm(Form):
    """The words, the kind, who clears it and by which next step until when, and who is asked otherwise."""

    title = Line("What is in the way?")
    kind = Choice("What is missing?", KINDS)
    owner = PersonField("Owner")
    next_step = Line("Next step", required=False)
    due_on = Day("Until")
    escalate_to = PersonField("Escalated to")

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


@require_http_methods(["GET", "HEAD", "POST"])
def roadblocks(request: HttpRequest) -> HttpResponse:
    """The board; a post raises a roadblock."""
    return new(request) if request.method == "POST" else board(request)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Raise a roadblock; ?on= names what it blocks, ?finding= the finding that it is taken over from."""
    person = asking(request)
    require_writer(person)
    key, taken = request.GET.get("finding", ""), {"on": request.GET.get("on", "")[:80], "kind": "other"}
    found = found_for(person, key) if key else None
    form = RaiseForm(request.POST or None, initial=roadblock_of(found) if found is not None else taken)
    on: Blocked = None
    try:
        on = blocked_for(person, str(form.value("on")).strip())
    except NotFound as absent:
        if form.is_bound:
            form.add_error("on", str(absent))
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"] or RoadblockKind.OTHER
        try:
            made = actions.raise_roadblock(by=person, title=form.cleaned_data["title"], kind=kind, on=on, at=now())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, _back(request, made), f"Raised “{made.title}”.")
    status = 422 if form.is_bound else 200
    shown = {"form": form, "on": on, "kinds": KINDS, "named": [] if on else blockable(person), "found": found}
    return page(request, "roadblock_new.html", status=status, **shown)


def _back(request: HttpRequest, made: Roadblock) -> str:
    """Where it was said: the board, the page of what it blocks; or its own page, for its owner and next step."""
    if request.POST.get("back") == "board":
        return reverse("roadblocks")
    if request.POST.get("back") == "on" and made.on is not None:
        return on_href(made)
    return address("roadblock", made.ref)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a roadblock."""
    person = asking(request)
    roadblock = roadblock_for(person, ref)
    require_change(person, roadblock)
    form = RoadblockForm(request.POST or None, initial=_initial(roadblock))
    if request.method == "POST" and form.is_valid():
        version, changes = form.cleaned_data["version"], form.values()
        try:
            actions.change_roadblock(by=person, roadblock=roadblock, version=version, at=now(), changes=changes)
        except Conflict as conflict:
            theirs, back = _initial(roadblock_for(person, ref)), address("roadblock", ref)
            return merge_page(request, form, theirs, conflict, title=roadblock.title, back=back, section="roadblocks")
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("roadblock", ref), "Saved.")
    status, people = 422 if form.is_bound else 200, PersonField.options()[1:]
    return page(
        request, "roadblock_form.html", status=status, form=form, roadblock=roadblock, kinds=KINDS, people=people
    )


def _initial(roadblock: Roadblock) -> dict[str, Any]:
    found = {name: getattr(roadblock, name) for name in ("version", "title", "kind", "next_step", "due_on")}
    owner, above = roadblock.owner, roadblock.escalate_to
    return found | {"owner": owner.email if owner else "", "escalate_to": above.email if above else ""}


addresses: list[URLPattern] = [
    path("roadblocks", roadblocks, name="roadblocks"),
    path("roadblocks/new", new, name="roadblock-new"),
    path("roadblocks/<str:ref>/edit", edit, name="roadblock-edit"),
]
