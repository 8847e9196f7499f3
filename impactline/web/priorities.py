"""Strategic priorities: what the organisation wants above all, with the objectives that serve them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import Conflict, Invalid, Refusal
from impactline.checkins.listing import listed
from impactline.okrs import actions, queries
from impactline.okrs.models import CycleState, Objective, Priority
from impactline.okrs.queries import Line
from impactline.okrs.today import Present
from impactline.people.models import Person
from impactline.people.roles import require_administrator
from impactline.web import lists
from impactline.web.forms import Form, PersonField, Prose
from impactline.web.forms import Line as LineField
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, is_fragment, now, page, today

SHOWN = 5


class PriorityForm(Form):
    """What is wanted, why, and who answers for it."""

    title = LineField("Title")
    why = Prose("Why")
    owner = PersonField("Owner")
    ref = LineField("Ref", required=False, most=80)


@dataclass(frozen=True, slots=True)
class Standing:
    """A priority with what serves it: the mean of the progress that there is, and some of the objectives."""

    priority: Priority
    count: int
    mean: float | None
    with_figures: int
    tally: lists.Tally
    objectives: list[Line]


@require_GET
def priorities(request: HttpRequest) -> HttpResponse:
    """All priorities in their order, with the objectives of running cycles beneath."""
    person = asking(request)
    archived = bool(request.GET.get("archived")) and person.is_administrator
    shown = list(queries.priorities(archived=archived))
    return page(
        request, "priorities.html", standings=_standings(person, shown, today()), archived=archived, shown_most=SHOWN
    )


@require_GET
def priority_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A priority: why, who, and every objective that serves it in a cycle that is not closed."""
    person, priority, present = asking(request), queries.priority_named(ref), today()
    wish = lists.wish_of(request)
    shown = lists.show(person, _serving([priority]), wish, present)
    if is_fragment(request) and wish.first:
        return page(request, "cycle_rows.html", shown=shown, path=request.path)
    standing = _standings(person, [priority], present)[0]
    return page(request, "priority.html", priority=priority, standing=standing, shown=shown, path=request.path)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a priority at the end of the list."""
    person = asking(request)
    require_administrator(person)
    form = PriorityForm(request.POST or None, initial={"owner": person})
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            made = actions.create_priority(by=person, at=now(), **given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("priority", made.ref), f"Added “{made.title}”.")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a priority."""
    person, priority = asking(request), queries.priority_named(ref)
    require_administrator(person)
    form = PriorityForm(request.POST or None, initial=_initial(priority))
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in ("title", "why", "owner")}
        version = form.cleaned_data["version"]
        try:
            actions.change_priority(by=person, priority=priority, version=version, at=now(), changes=changes)
        except Conflict as conflict:
            theirs, back = _initial(queries.priority_named(ref)), address("priority", ref)
            return merge_page(request, form, theirs, conflict, title=priority.title, back=back, section="priorities")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("priority", ref), "Saved.")
    return _form(request, form, priority)


@require_POST
def place(request: HttpRequest, ref: str) -> HttpResponse:
    """Move a priority up or down the list."""
    priority = queries.priority_named(ref)
    _exchange(person=asking(request), priority=priority, steps=1 if request.POST.get("to") == "down" else -1)
    return go(request, reverse("priorities"))


@require_POST
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a priority into the archive."""
    priority = queries.priority_named(ref)
    actions.archive_priority(by=asking(request), priority=priority, at=now())
    undo = reverse("priority-restoration", args=[ref])
    return go(request, reverse("priorities"), f"Archived “{priority.title}”.", undo)


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a priority back from the archive."""
    priority = queries.priority_named(ref)
    actions.restore_priority(by=asking(request), priority=priority, at=now())
    return go(request, address("priority", ref), f"Restored “{priority.title}”.")


def _exchange(*, person: Person, priority: Priority, steps: int) -> None:
    """Exchange a priority with its neighbour; at either end nothing moves."""
    require_administrator(person)
    order = list(queries.priorities())
    here = next((at for at, other in enumerate(order) if other.pk == priority.pk), None)
    if here is None:
        raise Invalid("This priority is in the archive.", remedy="Restore it first.")
    there = here + steps
    if not 0 <= there < len(order):
        return
    others = [other for other in order if other.pk != priority.pk]
    after = others[there - 1] if there else None
    actions.move_priority(by=person, priority=priority, after=after, at=now())


def _serving(priorities: Sequence[Priority]) -> "QuerySet[Objective]":
    """The objectives of cycles that are not closed that serve one of these."""
    through = Objective.priorities.through.objects.filter(priority__in=priorities).values("objective")
    rows = Objective.objects.filter(pk__in=through, cycle__archived_at=None).exclude(cycle__state=CycleState.CLOSED)
    return rows.order_by("-cycle__starts_on", "position", "id")


def _standings(person: Person, priorities: list[Priority], present: Present) -> list[Standing]:
    """What serves each of these, by what the person sees; two queries where all figures are settled."""
    rows = _serving(priorities)
    found = listed(person, rows, present).lines
    tied = queries.priorities_of(rows)
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in found:
        for number in tied.get(line.id, ()):
            lines[number].append(line)
    return [_standing(priority, lines[priority.pk]) for priority in priorities]


def _standing(priority: Priority, lines: list[Line]) -> Standing:
    known = [line.progress for line in lines if line.progress is not None]
    mean = sum(known) / len(known) if known else None
    return Standing(priority, len(lines), mean, len(known), lists.tally(lines), lines[:SHOWN])


def _initial(priority: Priority) -> dict[str, Any]:
    return {
        "version": priority.version,
        "title": priority.title,
        "why": priority.why,
        "owner": priority.owner,
    }


def _form(request: HttpRequest, form: PriorityForm, priority: Priority | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    options = PersonField.options()[1:]
    return page(request, "priority_form.html", status=status, form=form, priority=priority, people=options)


addresses = [
    path("priorities", priorities, name="priorities"),
    path("priorities/new", new, name="priority-new"),
    path("priorities/<str:ref>", priority_page, name="priority"),
    path("priorities/<str:ref>/edit", edit, name="priority-edit"),
    path("priorities/<str:ref>/place", place, name="priority-place"),
    path("priorities/<str:ref>/archiving", archive, name="priority-archiving"),
    path("priorities/<str:ref>/restoration", restore, name="priority-restoration"),
]
