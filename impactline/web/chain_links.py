"""Links of the chain: made from an item in one line, with one that is there or a new one; changed, and ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Conflict, Invalid, NotFound, Refusal
from impactline.base.transactions import action
from impactline.chain import actions, queries
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, Link
from impactline.chain.visibility import chain_item_for, link_for, require_edit_link
from impactline.people.models import Person
from impactline.web.chain_forms import LinkForm
from impactline.web.chain_items import link_beside
from impactline.web.chain_naming import meant
from impactline.web.chain_words import EVIDENCE, WAYS, Way, level_name, options
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, own_path, page
from impactline.web.suggestions import metric_choices


@require_POST
def add(request: HttpRequest, ref: str) -> HttpResponse:
    """Link an item with one that is there (by title or ref), or with a new one of that title.

    `way` is the place of the kind of link among those of the level; `back` the page to return to, or "made" for
    that of the other item, to go on from there.
    """
    person = asking(request)
    item = chain_item_for(person, ref)
    made = _link_with(person=person, item=item, asked=request.POST)
    back = request.POST.get("back", "")
    there = address("chain-item", made.ref if back == "made" else ref)
    return go(request, own_path(back, there), f"Linked with “{made.title}”.")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str, target: str) -> HttpResponse:
    """What is expected and known of a link."""
    person = asking(request)
    link = link_for(person, ref, target)
    require_edit_link(person, link.source, link.target)
    form = LinkForm(request.POST or None, initial=_initial(link))
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            actions.change_link(by=person, link=link, version=version, at=now(), changes=form.changes(person))
        except Conflict as conflict:
            theirs, back = _initial(link_for(person, ref, target)), address("chain-item", ref)
            conflict.was = {name: [_typed(name, value) for value in values] for name, values in conflict.was.items()}
            return merge_page(request, form, theirs, conflict, title=link.source.title, back=back, section="chain")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("chain-item", ref), "Saved.")
    return page(
        request,
        "chain_link.html",
        status=422 if form.is_bound else 200,
        form=form,
        link=link,
        source_level=level_name(link.source),
        target_level=level_name(link.target),
        metrics=metric_choices(person),
        evidence=options(EVIDENCE),
    )


@require_POST
def end(request: HttpRequest, ref: str, target: str) -> HttpResponse:
    """End a link, with what is assumed and shown of it."""
    person = asking(request)
    link = link_for(person, ref, target)
    actions.unlink(by=person, source=link.source, target=link.target, at=now())
    here = request.POST.get("from", "")
    return go(request, address("chain-item", target if here == target else ref), "They are no longer linked.")


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Link two items of a picture, by their refs; in the order in which their levels lead."""
    person = asking(request)
    one, other = (chain_item_for(person, request.POST.get(name, "")) for name in ("source", "target"))
    if Level(one.level).order > Level(other.level).order and not request.POST.get("enables"):
        one, other = other, one
    actions.link(by=person, source=one, target=other, at=now())
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return go(request, reverse("chain-link", args=[one.ref, other.ref]), "Linked. What is expected of it?")


@action
def _link_with(*, person: Person, item: ChainItem, asked: Any) -> ChainItem:
    """The other item, linked; made when there is none of that title."""
    way = _way(item, asked.get("way", ""))
    level = next((level for level in way.levels if str(level) == asked.get("level")), way.levels[0])
    words = asked.get("title", "").strip()
    if not words:
        raise Invalid("Say which one: choose a title, or write a new one.", field="title")
    other = _named(person, way, words)
    if other is None:
        other = actions.create_item(
            by=person, level=str(level), title=words, owner=person, team=item.team, state="active", at=now()
        )
    link_beside(person, item, other, up=way.up)
    return other


def _way(item: ChainItem, number: str) -> Way:
    ways = WAYS[Level(item.level)]
    if number.isdecimal() and int(number) < len(ways):
        return ways[int(number)]
    raise NotFound("There is no such kind of link.")


def _named(person: Person, way: Way, words: str) -> ChainItem | None:
    """An item of the right level that is called so, or has this ref."""
    return meant(queries.items_of(person).filter(level__in=[str(level) for level in way.levels]), words)


def _typed(name: str, value: Any) -> Any:
    """A value as the log has it, as the form takes it."""
    if name == "confidence" and value is not None:
        return f"{value * 100:.6g}"
    return {True: "yes", False: "no"}[value] if name == "necessary" and value is not None else value


def _initial(link: Link) -> dict[str, Any]:
    metric = link.effect_metric
    return {
        "version": link.version,
        "effect_metric": metric.ref if metric else "",
        "effect_change": link.effect_change,
        "effect_per": link.effect_per,
        "lag_days": link.lag_days,
        "confidence": None if link.confidence is None else round(link.confidence * 100, 6),
        "evidence": link.evidence,
        "rationale": link.rationale,
        "necessary": "" if link.necessary is None else "yes" if link.necessary else "no",
        "group": link.group,
    }


addresses = [
    path("chain-links", join, name="chain-join"),
    path("chain/<str:ref>/links", add, name="chain-links"),
    path("chain/<str:ref>/links/<str:target>", edit, name="chain-link"),
    path("chain/<str:ref>/links/<str:target>/removal", end, name="chain-link-removal"),
]
