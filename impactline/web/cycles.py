"""Cycles: the page of one with its purpose, priorities and objectives; all of them; what moves a cycle on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path as address
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import Conflict, Faults, Refusal
from impactline.okrs import actions, queries
from impactline.okrs.actions.cycles import obstacles
from impactline.okrs.measure import Kind
from impactline.okrs.models import Cycle, CycleState, Objective
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person
from impactline.people.roles import require_administrator
from impactline.web.forms import Day, Form, Line, Prose
from impactline.web.lists import show, tally_of, wish_of
from impactline.web.merging import merge_page
from impactline.web.shell import asking, day_of, go, is_fragment, now, page, today

STATES = {"draft": "Draft", "active": "Active", "closing": "Closing", "closed": "Closed"}
TICKS_MAX = 60
QUARTER_DAYS_MAX = 100
DAYS_TOLD, MONTHS_TOLD, DAYS_OF_A_MONTH = 60, 24, 30.44


class CycleForm(Form):
    """When a cycle lasts, what it is for, and how often people check in."""

    name = Line("Name", required=False, most=200)
    starts_on = Day("First day", required=True)
    ends_on = Day("Last day", required=True)
    purpose = Prose("Purpose")
    check_in_every_days = forms.IntegerField(label="Days between check-ins", min_value=1, max_value=366)
    parent = forms.CharField(label="Part of", required=False)
    ref = Line("Ref", required=False, most=80)

    def values(self) -> dict[str, Any]:
        """What the actions take; `parent` as a cycle."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "ref"}}
        return given | {"parent": queries.cycle_named(given["parent"]) if given["parent"] else None}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where we are in a cycle. Places are in percent of its length; `words` say the same."""

    starts_on: date
    ends_on: date
    day: date
    at: float
    is_over: bool
    is_ahead: bool
    ticks: tuple[float, ...]
    words: str


def timeline(cycle: Cycle, day: date) -> Timeline:
    """The timeline of a cycle on a day, with its planned check-ins as ticks unless they would be too many."""
    span = max(1, (cycle.ends_on - cycle.starts_on).days)
    every = cycle.check_in_every_days
    count = span // every
    days = [cycle.starts_on + timedelta(days=every * number) for number in range(1, count + 1)]
    return Timeline(
        cycle.starts_on,
        cycle.ends_on,
        day,
        round(100 * min(max((day - cycle.starts_on).days, 0), span) / span, 2),
        day > cycle.ends_on,
        day < cycle.starts_on,
        tuple(round(100 * (tick - cycle.starts_on).days / span, 2) for tick in days) if count <= TICKS_MAX else (),
        _where(cycle, day),
    )


def _where(cycle: Cycle, day: date) -> str:
    if day < cycle.starts_on:
        return f"Begins in {_span((cycle.starts_on - day).days)}"
    if day > cycle.ends_on:
        return f"Ended {_span((day - cycle.ends_on).days)} ago"
    passed, left = (day - cycle.starts_on).days + 1, (cycle.ends_on - day).days
    rest = f"{_days(left)} left" if left else "last day"
    return f"Day {passed} of {passed + left} · {rest}"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _span(days: int) -> str:
    """A stretch of time as people say it: 12 days, 5 months, 6 years."""
    if days < DAYS_TOLD:
        return _days(days)
    months = round(days / DAYS_OF_A_MONTH)
    return f"{months} months" if months < MONTHS_TOLD else f"{round(months / 12)} years"


# --- the page of a cycle -----------------------------------------------------------------------------------


@require_GET
def current(request: HttpRequest) -> HttpResponse:
    """The cycle in which today falls; all of them when there is none."""
    cycle = queries.current_cycle(today().day)
    if cycle is None:
        return redirect("cycles")
    asked = request.META.get("QUERY_STRING", "")
    return redirect(reverse("cycle-page", args=[cycle.ref]) + (f"?{asked}" if asked else ""))


@require_GET
def cycle_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A cycle with its objectives, or the rows that follow those shown (for htmx)."""
    person, present = asking(request), today()
    cycle = queries.cycle_named(ref)
    wish = wish_of(request, day_of(request))
    priorities = list(queries.priorities())
    shown = show(person, objectives_in(cycle), wish, present, priorities)
    if is_fragment(request) and wish.first:
        return page(request, "cycle_rows.html", shown=shown, path=request.path)
    return page(
        request,
        "cycle.html",
        cycle=cycle,
        state=STATES[cycle.state],
        line=timeline(cycle, wish.as_of or present.day),
        shown=shown,
        priorities=priorities,
        priority_choices=[(priority.ref, priority.title) for priority in priorities],
        kinds=[(str(kind), str(kind).capitalize()) for kind in Kind],
        path=request.path,
        today=present.day,
        may_add=person.may_write and cycle.state != CycleState.CLOSED and cycle.archived_at is None,
        **_in_the_way(cycle, person),
    )


@require_GET
def figures(request: HttpRequest, ref: str) -> HttpResponse:
    """The counts of a cycle alone, which keep themselves up to date; tells when objectives have come or gone."""
    cycle, wish = queries.cycle_named(ref), wish_of(request, day_of(request))
    tally = tally_of(asking(request), objectives_in(cycle), wish, today())
    seen = request.GET.get("seen", "")
    return page(
        request, "cycle_tally.html", cycle=cycle, wish=wish, tally=tally, seen=int(seen) if seen.isdecimal() else None
    )


def objectives_in(cycle: Cycle) -> Any:
    """The objectives of a cycle in their order."""
    return Objective.objects.filter(cycle=cycle).order_by("position", "id")


def _in_the_way(cycle: Cycle, person: Person) -> dict[str, Any]:
    """What keeps a draft from being activated, for those who could: what they may see of it, and how much more."""
    if cycle.state != CycleState.DRAFT or not person.is_administrator:
        return {"obstacles": [], "further_obstacles": 0}
    found = obstacles(cycle)
    refs = [fault.field for fault in found]
    seen = set(key_results_visible_to(person).filter(ref__in=refs).values_list("ref", flat=True)) if refs else set()
    shown = [fault for fault in found if fault.field in seen]
    return {"obstacles": shown, "further_obstacles": len(found) - len(shown)}


# --- all cycles --------------------------------------------------------------------------------------------


@require_GET
def cycles(request: HttpRequest) -> HttpResponse:
    """All cycles, those inside another beneath it."""
    person = asking(request)
    archived = bool(request.GET.get("archived")) and person.is_administrator
    found = list(queries.cycles(archived=archived))
    day = today().day
    rows = [(depth, cycle, STATES[cycle.state], timeline(cycle, day)) for depth, cycle in _tree(found)]
    return page(request, "cycles.html", rows=rows, archived=archived)


def _tree(cycles: list[Cycle]) -> list[tuple[int, Cycle]]:
    """Cycles with their depth, each before those inside it; the latest first on each level."""
    known = {cycle.pk for cycle in cycles}
    inside: dict[int | None, list[Cycle]] = {}
    for cycle in cycles:
        inside.setdefault(cycle.parent_id if cycle.parent_id in known else None, []).append(cycle)
    waiting = [(0, cycle) for cycle in reversed(inside.get(None, []))]
    found = []
    while waiting:
        depth, cycle = waiting.pop()
        found.append((depth, cycle))
        waiting += [(depth + 1, below) for below in reversed(inside.get(cycle.pk, []))]
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a cycle."""
    person = asking(request)
    require_administrator(person)
    form = CycleForm(request.POST or None, initial=_next_quarter(today().day, queries.cycles()))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_cycle(by=person, at=now(), ref=form.cleaned_data["ref"], **form.values())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("cycle-page", args=[made.ref]), f"Added the cycle {made.title}.")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change name, dates, purpose, cadence or parent of a cycle."""
    person, cycle = asking(request), queries.cycle_named(ref)
    require_administrator(person)
    form = CycleForm(request.POST or None, initial=_initial(cycle))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_cycle(
                by=person, cycle=cycle, version=form.cleaned_data["version"], at=now(), changes=form.values()
            )
        except Conflict as conflict:
            theirs = _initial(queries.cycle_named(ref))
            back = reverse("cycle-page", args=[ref])
            return merge_page(request, form, theirs, conflict, title=cycle.title, back=back, section="cycle")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("cycle-page", args=[ref]), "Saved.")
    return _form(request, form, cycle)


def _form(request: HttpRequest, form: CycleForm, cycle: Cycle | None) -> HttpResponse:
    others = [(other.ref, other.title) for other in queries.cycles() if cycle is None or other.pk != cycle.pk]
    status = 422 if form.is_bound else 200
    return page(request, "cycle_form.html", status=status, form=form, cycle=cycle, parents=others)


def _next_quarter(day: date, cycles: Iterable[Cycle]) -> dict[str, Any]:
    """What the form of a new cycle begins with: the quarter we are in, or the first after it that is no cycle yet."""
    known = list(cycles)
    taken = {cycle.starts_on for cycle in known if (cycle.ends_on - cycle.starts_on).days < QUARTER_DAYS_MAX}
    starts_on = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    while starts_on in taken:
        starts_on = _after_three_months(starts_on)
    ends_on = _after_three_months(starts_on) - timedelta(days=1)
    around = [cycle.ref for cycle in known if cycle.starts_on <= starts_on and cycle.ends_on >= ends_on]
    return {
        "name": f"{starts_on.year} Q{(starts_on.month + 2) // 3}",
        "starts_on": starts_on,
        "ends_on": ends_on,
        "check_in_every_days": known[0].check_in_every_days if known else 7,
        "parent": around[0] if around else "",
    }


def _after_three_months(day: date) -> date:
    return date(day.year + (day.month > 9), (day.month + 2) % 12 + 1, 1)


def _initial(cycle: Cycle) -> dict[str, Any]:
    return {
        "version": cycle.version,
        "name": cycle.name,
        "starts_on": cycle.starts_on,
        "ends_on": cycle.ends_on,
        "purpose": cycle.purpose,
        "check_in_every_days": cycle.check_in_every_days,
        "parent": cycle.parent.ref if cycle.parent else "",
    }


# --- from draft to closed ----------------------------------------------------------------------------------


@require_POST
def act(request: HttpRequest, ref: str, what: str) -> HttpResponse:
    """Move a cycle on, or into the archive and back."""
    person, cycle = asking(request), queries.cycle_named(ref)
    here = reverse("cycle-page", args=[ref])
    try:
        done, undo = ACTS[what](person, cycle)
    except Faults:  # the page of a draft lists what stands in the way, as far as the person may see it
        messages.error(request, "The cycle cannot begin yet.")
        return go(request, here)
    return go(request, reverse("cycles") if what == "archiving" else here, done, undo)


def _activate(person: Person, cycle: Cycle) -> tuple[str, str]:
    actions.activate_cycle(by=person, cycle=cycle, version=None, at=now())
    return "The cycle has begun. Baselines and targets are frozen.", ""


def _begin_closing(person: Person, cycle: Cycle) -> tuple[str, str]:
    actions.begin_closing(by=person, cycle=cycle, at=now())
    return "The cycle is being closed. Scores can be given now.", ""


def _close(person: Person, cycle: Cycle) -> tuple[str, str]:
    actions.close_cycle(by=person, cycle=cycle, at=now())
    return "The cycle is closed. What nobody scored has its suggested score.", ""


def _reopen(person: Person, cycle: Cycle) -> tuple[str, str]:
    actions.reopen_cycle(by=person, cycle=cycle, at=now())
    return "The cycle runs again. Scores that were given stay.", ""


def _archive(person: Person, cycle: Cycle) -> tuple[str, str]:
    actions.archive_cycle(by=person, cycle=cycle, at=now())
    return f"Archived {cycle.title}.", reverse("cycle-restoration", args=[cycle.ref])


def _restore(person: Person, cycle: Cycle) -> tuple[str, str]:
    actions.restore_cycle(by=person, cycle=cycle, at=now())
    return f"Restored {cycle.title}.", ""


ACTS: dict[str, Callable[[Person, Cycle], tuple[str, str]]] = {
    "activation": _activate,
    "closing": _begin_closing,
    "closure": _close,
    "reopening": _reopen,
    "archiving": _archive,
    "restoration": _restore,
}


addresses = [
    address("cycle", current, name="cycle"),
    address("cycles", cycles, name="cycles"),
    address("cycles/new", new, name="cycle-new"),
    address("cycles/<str:ref>", cycle_page, name="cycle-page"),
    address("cycles/<str:ref>/figures", figures, name="cycle-figures"),
    address("cycles/<str:ref>/edit", edit, name="cycle-edit"),
    *[address(f"cycles/<str:ref>/{what}", act, {"what": what}, name=f"cycle-{what}") for what in ACTS],
]
