"""Items of the chain: writing them, and what is done to one: report, state, archive, invitations, the glass."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Conflict, Invalid, NotFound, Refusal
from impactline.base.transactions import action
from impactline.chain import actions, queries
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, State
from impactline.chain.visibility import chain_item_for, require_edit_item
from impactline.insight.wording import Finding
from impactline.metrics.queries import visible_to as metrics_visible_to
from impactline.people.models import Person
from impactline.people.queries import person_named, teams_of
from impactline.people.roles import require_writer
from impactline.web import wording
from impactline.web.chain_forms import ItemForm, ReportForm, initial_of
from impactline.web.chain_words import KINDS, STATES, WAYS, every_level, options, retold, sublevels, words_of
from impactline.web.forms import PersonField, TeamField
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page
from impactline.web.suggestions import metric_choices

ARCHIVED = "Archived “{}”."


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an item: first its level, then what it says; linked at once where the address says with what."""
    person = asking(request)
    require_writer(person)
    level = _level(request.GET.get("level", ""))
    if level is None:
        return page(request, "chain_new.html", levels=every_level(), beside=_beside(request))
    form = ItemForm(request.POST or None, initial=_beginning(request, person))
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(person=person, form=form, level=level, beside=request.GET)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            said = wording.told(_hints(form, level, made))
            return go(request, address("chain-item", made.ref), f"Added “{made.title}”.{said}")
    return _form(request, form, level, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change an item."""
    person = asking(request)
    item = chain_item_for(person, ref)
    require_edit_item(person, item)
    form = ItemForm(request.POST or None, initial=initial_of(item))
    if request.method == "POST" and form.is_valid():
        try:
            _change(person, item, form)
        except Conflict as conflict:
            theirs, back = initial_of(chain_item_for(person, ref)), address("chain-item", ref)
            return merge_page(request, form, theirs, conflict, title=item.title, back=back, section="chain")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            said = wording.told(_hints(form, Level(item.level), item))
            return go(request, address("chain-item", ref), f"Saved.{said}")
    return _form(request, form, Level(item.level), item)


@require_POST
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """Say how far an item is: per cent of an activity, a quantity of an output, an amount of an input."""
    person = asking(request)
    item = chain_item_for(person, ref)
    form = ReportForm(request.POST)
    if not form.is_valid():
        raise Invalid(form.faults()[0][2], field=form.faults()[0][0])
    given = form.cleaned_data
    value = given["value"] / Decimal(100) if item.level == Level.ACTIVITY else given["value"]
    actions.report(by=person, item=item, value=value, day=given["day"], text=given["note"], at=now())
    return go(request, address("chain-item", ref), "Recorded.")


@require_POST
def set_state(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that it has begun, is done, or is dropped."""
    person = asking(request)
    item = chain_item_for(person, ref)
    changes = {"state": request.POST.get("state", "")}
    changed = actions.change_item(by=person, item=item, version=None, at=now(), changes=changes)
    return go(request, address("chain-item", ref), f"{STATES[State(changed.state)]}.")


@require_POST
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """Put an item into the archive; it can be taken back."""
    item = actions.archive_item(by=asking(request), item=chain_item_for(asking(request), ref), at=now())
    undo = reverse("chain-restoration", args=[ref])
    return go(request, reverse("chain"), ARCHIVED.format(item.title), undo)


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an item back from the archive."""
    actions.restore_item(by=asking(request), item=chain_item_for(asking(request), ref), at=now())
    return go(request, address("chain-item", ref), "Restored.")


@require_POST
def viewers(request: HttpRequest, ref: str) -> HttpResponse:
    """Invite one more person to a private item, or let one go."""
    person = asking(request)
    item = chain_item_for(person, ref)
    wanted = {one.pk: one for one in queries.viewers_of(item)}
    named = person_named(request.POST.get("viewer", ""))
    wanted = wanted | {named.pk: named} if "add" in request.POST else {k: v for k, v in wanted.items() if k != named.pk}
    actions.invite_item_viewers(by=person, item=item, people=wanted.values(), at=now())
    return go(request, address("chain-item", ref), "Saved.")


@require_POST
def glass(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a private item as administrator, for a written reason."""
    item = ChainItem.objects.filter(ref=ref).first()
    if item is None or not asking(request).is_administrator:
        raise NotFound(f"There is no item “{ref[:80]}” in the chain.")
    try:
        actions.break_item_glass(by=asking(request), item=item, reason=request.POST.get("reason", ""), at=now())
    except Invalid as refusal:
        return page(request, "chain_glass.html", status=422, ref=ref, error=str(retold(refusal)))
    return go(request, address("chain-item", ref), "Open for an hour.")


def link_beside(person: Person, item: ChainItem, other: ChainItem, *, up: bool) -> None:
    """Let an item lead to another (`up`), or the other to it."""
    source, target = (item, other) if up else (other, item)
    actions.link(by=person, source=source, target=target, at=now())


@action
def _create(*, person: Person, form: ItemForm, level: Level, beside: Any) -> ChainItem:
    """The item and its link, or neither."""
    given = form.cleaned_data
    made = actions.create_item(
        by=person,
        level=str(level),
        ref=given["ref"],
        shared_with=form.teams(),
        metrics=form.measured_by(person),
        at=now(),
        **form.changes(level),
    )
    if beside.get("to"):
        link_beside(person, made, chain_item_for(person, beside["to"]), up=True)
    if beside.get("from"):
        link_beside(person, made, chain_item_for(person, beside["from"]), up=False)
    return made


def _change(person: Person, item: ChainItem, form: ItemForm) -> None:
    actions.change_item(
        by=person,
        item=item,
        version=form.cleaned_data["version"],
        at=now(),
        changes=form.changes(Level(item.level)),
        shared_with=form.teams(),
        metrics=form.measured_by(person),
    )


def _level(text: str) -> Level | None:
    return Level(text) if text in list(Level) else None


def _beside(request: HttpRequest) -> str:
    """The end of the address that says what the new item is linked with."""
    asked = {name: request.GET[name] for name in ("to", "from") if request.GET.get(name)}
    return "".join(f"&{name}={value}" for name, value in asked.items())


def _beginning(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What stands in an empty form: oneself, one's only team, a draft that everybody sees."""
    own = list(teams_of(person)[:2])
    return {
        "owner": person,
        "team": request.GET.get("team", "") or (own[0] if len(own) == 1 else None),
        "title": request.GET.get("title", "")[:500],
        "state": "active",
        "visibility": "open",
        "intended": "yes",
        "metrics": [],
        "shared_with": [],
    }


def _hints(form: ItemForm, level: Level, item: ChainItem | None) -> list[Finding]:
    """What is weak in the title as it stands in the form."""
    return wording.hints(str(level), str(form.value("title") or ""), {}, item=item)


def _form(request: HttpRequest, form: ItemForm, level: Level, item: ChainItem | None) -> HttpResponse:
    metrics = metrics_visible_to(asking(request)).filter(ref__in=form.value("metrics") or ())
    return page(
        request,
        "chain_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        hints=_hints(form, level, item),
        item=item,
        words=words_of(level),
        people=PersonField.options()[1:],
        teams=TeamField.options()[1:],
        metrics=metric_choices(asking(request)),
        measured=[(metric.ref, str(metric)) for metric in metrics],
        states=options(STATES),
        sublevels=options(sublevels()),
        kinds=options(KINDS),
        leads=bool(WAYS[level]),
    )


addresses = [
    path("chain/new", new, name="chain-new"),
    path("chain/<str:ref>/edit", edit, name="chain-edit"),
    path("chain/<str:ref>/reports", report, name="chain-reports"),
    path("chain/<str:ref>/state", set_state, name="chain-state"),
    path("chain/<str:ref>/archiving", archive, name="chain-archiving"),
    path("chain/<str:ref>/restoration", restore, name="chain-restoration"),
    path("chain/<str:ref>/viewers", viewers, name="chain-viewers"),
    path("chain/<str:ref>/glass", glass, name="chain-glass"),
]
