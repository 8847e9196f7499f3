"""Asking another team for a contribution, and changing what is asked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Conflict, Faults, Invalid, NotFound
from impactline.chain.levels import Level
from impactline.chain.visibility import chain_item_for
from impactline.okrs.visibility import key_result_for
from impactline.people.models import Person
from impactline.people.queries import teams_of
from impactline.people.roles import require_writer
from impactline.planning import actions
from impactline.planning.models import ContributionRequest
from impactline.planning.visibility import request_for, require_asking
from impactline.web.forms import Day, Form, Line, Number, Prose, TeamField
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page, today
from impactline.web.suggestions import items, key_results

ENDS = {"key_result": key_result_for, "waiting": chain_item_for}


class RequestForm(Form):
    """What is asked, by when, and how much work it is thought to be."""

    title = Line("What do you need?")
    description = Prose("More about it")
    due_on = Day("By when", required=True)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["effort_hours"] = Number("Work")

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NewRequestForm(RequestForm):
    """Also of whom, by whom and for what."""

    asked = TeamField("Team that is asked", required=True)
    asking = TeamField("Team that asks")
    key_result = Line("Key result", required=False, most=80)
    waiting = Line("Activity that waits", required=False, most=80)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask a team; ?key_result= and ?waiting= say what for."""
    person = asking(request)
    require_writer(person)
    form = NewRequestForm(request.POST or None, initial=_prefilled(request, person))
    if request.method == "POST" and form.is_valid():
        values = _with_ends(person, form)
        try:
            if form.is_valid():
                made = actions.ask_for_contribution(by=person, at=now(), **values)
                return go(request, address("request", made.ref), f"Asked {made.asked.name}.")
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change what is asked, while it is open."""
    person = asking(request)
    wanted = request_for(person, ref)
    require_asking(person, wanted)
    form = RequestForm(request.POST or None, initial=_initial(wanted))
    if request.method == "POST" and form.is_valid():
        version, changes = form.cleaned_data["version"], form.values()
        try:
            actions.change_request(by=person, request=wanted, version=version, at=now(), changes=changes)
        except Conflict as conflict:
            theirs, back = _initial(request_for(person, ref)), address("request", ref)
            return merge_page(request, form, theirs, conflict, title=wanted.title, back=back, section="requests")
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("request", ref), "Saved.")
    return _form(request, form, wanted)


def _form(request: HttpRequest, form: RequestForm, wanted: ContributionRequest | None) -> HttpResponse:
    status, teams = 422 if form.is_bound else 200, TeamField.options()[1:]
    day, person = today().day, asking(request)
    named = {} if wanted else {"key_result": key_results(person), "waiting": items(person, Level.ACTIVITY)}
    return page(
        request, "request_form.html", status=status, form=form, wanted=wanted, teams=teams, named=named, today=day
    )


def _prefilled(request: HttpRequest, person: Person) -> dict[str, Any]:
    own = teams_of(person).first()
    given = {name: request.GET.get(name, "")[:80] for name in ENDS}
    return given | {"asking": own.ref if own else ""}


def _with_ends(person: Person, form: NewRequestForm) -> dict[str, Any]:
    """The values with the key result and the activity that their refs name; what is not there becomes a fault."""
    values = form.values()
    for name, find in ENDS.items():
        ref = values[name]
        try:
            values[name] = find(person, ref) if ref else None
        except NotFound as absent:
            form.add_error(name, str(absent))
    return values


def _initial(wanted: ContributionRequest) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in ("version", "title", "description", "due_on", "effort_hours")}


addresses: list[URLPattern] = [
    path("requests/new", new, name="request-new"),
    path("requests/<str:ref>/edit", edit, name="request-edit"),
]
