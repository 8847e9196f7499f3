"""What a key result measures: an output or outcome of the chain, chosen or written in one line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from impactline.base.errors import Invalid
from impactline.base.transactions import action
from impactline.chain import actions as chain
from impactline.chain import queries
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.chain.visibility import items_visible_to
from impactline.okrs import actions
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_result_for, require_edit
from impactline.people.models import Person
from impactline.web.chain_naming import called_apart, meant
from impactline.web.chain_words import named, words_of
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, own_path
from impactline.web.suggestions import MOST, Choices, item_choices, item_named, measurable_items

MEASURED = (Level.OUTCOME, Level.OUTPUT)


@require_POST
def measures(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what a key result measures, by title or ref; a new title makes an item of the chosen level."""
    person = asking(request)
    item = _set(person=person, key_result=key_result_for(person, ref), asked=request.POST)
    here = own_path(request.POST.get("back", ""), address("key-result", ref))
    return go(request, here, f"It measures “{item.title}”.")


def measurable(person: Person) -> Choices:
    """The outcomes and outputs that a key result could measure, as groups for a select; one query."""
    found: dict[str, list[tuple[str, str]]] = {str(level): [] for level in MEASURED}
    rows = measurable_items(person).values_list("level", "ref", "title")[: MOST + 1]
    for level, ref, title in rows:
        found[level].append((ref, title))
    groups = [(words_of(level).many, called_apart(entries)) for level, entries in found.items() if entries]
    return item_choices(groups, sum(map(len, found.values())))


def chosen(person: Person, ref: str, before: ChainItem | None) -> ChainItem | None:
    """The item with this ref; without one none, but what the person does not see stays."""
    if ref:
        return item_named(person, ref, "measures")
    return before if before is not None and not seen_ref(person, before) else None


def seen_ref(person: Person, item: ChainItem | None) -> str:
    """The ref of an item, empty where there is none that the person sees."""
    if item is None:
        return ""
    return item.ref if items_visible_to(person).filter(pk=item.pk).exists() else ""


@action
def _set(*, person: Person, key_result: KeyResult, asked: Any) -> ChainItem:
    require_edit(person, key_result.objective)
    words = asked.get("title", "").strip()
    if not words:
        raise Invalid(
            "Say what it measures.", remedy=named().say("Choose {an_outcome} or {output}, or write one."), field="title"
        )
    rows = queries.items_of(person).filter(level__in=[str(level) for level in MEASURED])
    item = meant(rows, words)
    if item is None:
        level = Level.OUTPUT if asked.get("level") == "output" else Level.OUTCOME
        team = key_result.objective.team
        item = chain.create_item(
            by=person, level=str(level), title=words, owner=person, team=team, state="active", at=now()
        )
    changes = {"measures": item}
    actions.change_key_result(by=person, key_result=key_result, version=None, at=now(), changes=changes)
    return item


addresses = [path("key-results/<str:ref>/measures", measures, name="key-result-measures")]
