"""What items and links rest on: assumptions and their state, evidence; and what an activity waits for.

An assumption or a piece of evidence is addressed by its number on its item or link, and named by its words, so
that a list that changed meanwhile never hits another.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import Conflict, Invalid, NotFound, Refusal
from impactline.chain import actions, queries
from impactline.chain.downloads import download
from impactline.chain.file_kinds import SIZE_MAX
from impactline.chain.levels import Level
from impactline.chain.models import Assumption, ChainItem, Holding, Importance, Likelihood, Link
from impactline.chain.visibility import chain_item_for, link_for, require_edit_item, require_edit_link
from impactline.people.models import Person
from impactline.web import wording
from impactline.web.chain_forms import AssumptionForm, EvidenceForm
from impactline.web.chain_naming import meant
from impactline.web.chain_words import HOLDING, named, options
from impactline.web.forms import PersonField
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page
from impactline.web.suggestions import metric_choices

Ground = Link | ChainItem


@require_POST
def assume(request: HttpRequest, ref: str, target: str = "") -> HttpResponse:
    """Say what must hold, in one line."""
    person = asking(request)
    on = _ground(person, ref, target)
    actions.assume(by=person, on=on, text=request.POST.get("text", ""), at=now())
    return _back(request, ref, "Assumption added.")


@require_http_methods(["GET", "POST"])
def assumption(request: HttpRequest, ref: str, number: int, target: str = "") -> HttpResponse:
    """All that is said of an assumption."""
    person = asking(request)
    on = _ground(person, ref, target)
    _require_edit(person, on)
    row = queries.assumption_on(on, number)
    form = AssumptionForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            _require_same(row, request)
            version = form.cleaned_data["version"]
            actions.change_assumption(
                by=person, assumption=row, version=version, at=now(), changes=form.changes(person)
            )
        except Conflict as conflict:
            theirs = _initial(queries.assumption_on(on, number))
            return merge_page(
                request, form, theirs, conflict, title=row.text, back=address("chain-item", ref), section="chain"
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _back(request, ref, "Saved.")
    return page(
        request,
        "chain_assumption.html",
        status=422 if form.is_bound else 200,
        form=form,
        hints=wording.hints("assumption", str(form.value("text") or ""), {}, item=row),
        place="/".join(part for part in (ref, target, str(number)) if part),
        words=f"{request.path}/wording",
        row=row,
        ref=ref,
        item=on if isinstance(on, ChainItem) else on.source,
        people=PersonField.options()[1:],
        metrics=metric_choices(person),
        states=options(HOLDING),
        importances=Importance.choices,
        likelihoods=Likelihood.choices,
    )


@require_POST
def set_state(request: HttpRequest, ref: str, number: int, target: str = "") -> HttpResponse:
    """Say what is known of an assumption, in place."""
    person = asking(request)
    row = queries.assumption_on(_ground(person, ref, target), number)
    _require_same(row, request)
    changes = {"state": request.POST.get("state", "")}
    row = actions.change_assumption(by=person, assumption=row, version=None, at=now(), changes=changes)
    return _back(request, ref, f"{HOLDING[Holding(row.state)]}: “{row.text}”.")


@require_POST
def drop(request: HttpRequest, ref: str, number: int, target: str = "") -> HttpResponse:
    """Take an assumption away."""
    person = asking(request)
    row = queries.assumption_on(_ground(person, ref, target), number)
    _require_same(row, request)
    actions.remove_assumption(by=person, assumption=row, at=now())
    return _back(request, ref, "Assumption removed.")


@require_POST
def show(request: HttpRequest, ref: str, target: str = "") -> HttpResponse:
    """Name what shows that it was delivered, or that the link holds."""
    person = asking(request)
    on = _ground(person, ref, target)
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        raise Invalid("Evidence has an address.", remedy="Write one that begins with https://.", field="url")
    given = form.cleaned_data
    actions.add_evidence(by=person, on=on, title=given["title"], url=given["url"], at=now())
    return _back(request, ref, "Evidence added.")


@require_POST
def hand_in(request: HttpRequest, ref: str, target: str = "") -> HttpResponse:
    """Hand in a file that shows it."""
    person = asking(request)
    on, given = _ground(person, ref, target), request.FILES.get("file")
    if not isinstance(given, UploadedFile) or given.size is None:
        raise Invalid("No file was chosen.", remedy="Choose one, then add it.", field="file")
    content = given.read(SIZE_MAX + 1)
    title = request.POST.get("title", "")
    actions.add_file(by=person, on=on, name=given.name or "", content=content, title=title, at=now())
    return _back(request, ref, "File added.")


@require_GET
def file(request: HttpRequest, ref: str, digest: str, target: str = "") -> HttpResponse:
    """A file that is evidence, to be saved; never shown by the browser as a page of ours."""
    return download(*queries.file_on(_ground(asking(request), ref, target), digest))


@require_POST
def withdraw(request: HttpRequest, ref: str, number: int, target: str = "") -> HttpResponse:
    """Take evidence away."""
    person = asking(request)
    row = queries.evidence_on(_ground(person, ref, target), number)
    if request.POST.get("same") not in (None, row.url or row.digest):
        raise _moved()
    actions.remove_evidence(by=person, evidence=row, at=now())
    return _back(request, ref, "Evidence removed.")


@require_POST
def wait(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that an activity waits for another activity or for an output, by its title or ref."""
    person = asking(request)
    item, words = chain_item_for(person, ref), request.POST.get("title", "").strip()
    rows = queries.items_of(person).filter(level__in=[str(Level.ACTIVITY), str(Level.OUTPUT)])
    after = meant(rows, words)
    if after is None:
        raise NotFound(
            f"{named().say('There is no {activity} or {output}')} “{words[:80]}”.", remedy="Choose one that is there."
        )
    actions.wait(by=person, activity=item, after=after, at=now())
    return _back(request, ref, f"It waits for “{after.title}”.")


@require_POST
def end_wait(request: HttpRequest, ref: str, after: str) -> HttpResponse:
    """End a dependency."""
    person = asking(request)
    item, other = chain_item_for(person, ref), chain_item_for(person, after)
    actions.end_wait(by=person, activity=item, after=other, at=now())
    return _back(request, ref, "It no longer waits.")


def _ground(person: Person, ref: str, target: str) -> Ground:
    return link_for(person, ref, target) if target else chain_item_for(person, ref)


def _require_edit(person: Person, on: Ground) -> None:
    if isinstance(on, Link):
        require_edit_link(person, on.source, on.target)
    else:
        require_edit_item(person, on)


def _require_same(row: Assumption, request: HttpRequest) -> None:
    """The words by which the page named it; another stands in its place when somebody removed one meanwhile."""
    if request.POST.get("same") not in (None, row.text):
        raise _moved()


def _moved() -> Invalid:
    return Invalid("Somebody changed this list meanwhile.", remedy="Look at it again, then repeat what you did.")


def _back(request: HttpRequest, ref: str, done: str) -> HttpResponse:
    """To the page of the item from which it was done: an end of the link, or the item itself."""
    return go(request, address("chain-item", request.POST.get("from") or ref), done)


def _initial(row: Assumption) -> dict[str, Any]:
    names = ("version", "text", "state", "importance", "likelihood", "owner", "review_on", "at_least", "at_most")
    more = {
        "metric": row.metric.ref if row.metric else "",
        "influenceable": "" if row.influenceable is None else "yes" if row.influenceable else "no",
    }
    return {name: getattr(row, name) for name in names} | more


_ITEM, _LINK = "chain/<str:ref>", "chain/<str:ref>/links/<str:target>"
addresses = [
    path(f"{_ITEM}/assumptions", assume, name="chain-assumptions"),
    path(f"{_ITEM}/assumptions/<int:number>", assumption, name="chain-assumption"),
    path(f"{_ITEM}/assumptions/<int:number>/state", set_state, name="chain-assumption-state"),
    path(f"{_ITEM}/assumptions/<int:number>/removal", drop, name="chain-assumption-removal"),
    path(f"{_ITEM}/evidence", show, name="chain-evidence"),
    path(f"{_ITEM}/evidence/files", hand_in, name="chain-files"),
    path(f"{_ITEM}/evidence/files/<str:digest>", file, name="chain-file"),
    path(f"{_ITEM}/evidence/<int:number>/removal", withdraw, name="chain-evidence-removal"),
    path(f"{_ITEM}/waits", wait, name="chain-waits"),
    path(f"{_ITEM}/waits/<str:after>/removal", end_wait, name="chain-wait-removal"),
    path(f"{_LINK}/assumptions", assume, name="chain-link-assumptions"),
    path(f"{_LINK}/assumptions/<int:number>", assumption, name="chain-link-assumption"),
    path(f"{_LINK}/assumptions/<int:number>/state", set_state, name="chain-link-assumption-state"),
    path(f"{_LINK}/assumptions/<int:number>/removal", drop, name="chain-link-assumption-removal"),
    path(f"{_LINK}/evidence", show, name="chain-link-evidence"),
    path(f"{_LINK}/evidence/files", hand_in, name="chain-link-files"),
    path(f"{_LINK}/evidence/files/<str:digest>", file, name="chain-link-file"),
    path(f"{_LINK}/evidence/<int:number>/removal", withdraw, name="chain-link-evidence-removal"),
]
