"""The three voices of a status on the page of an item; of a key result also its delivery and effect."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain import queries
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.chain.status import disagreement_words, reason
from impactline.chain.visibility import chain_item_for, items_visible_to
from impactline.checkins.queries import known_of
from impactline.checkins.scopes import priority_scope
from impactline.checkins.verdicts import verdict_of
from impactline.checkins.voices import Heard, of_item, of_key_result
from impactline.okrs.visibility import key_result_for
from impactline.web.chain_scopes import chain_of
from impactline.web.chain_told import Judged, judged_as, judged_of
from impactline.web.explaining import written
from impactline.web.key_result_pages import figures_of_one
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page, today

FROM_WHERE = {
    "stated": "what people say",
    "computed": "what the figures say",
    "inherited": "what comes from upstream",
}


@dataclass(frozen=True, slots=True)
class Said:
    """The voices as the page shows them: (name, from where, status or empty).

    How they disagree, and the reasons as (words, address).
    """

    voices: list[tuple[str, str, str]]
    disagreement: str
    reasons: list[tuple[str, str]]


@require_GET
def of_chain_item(request: HttpRequest, ref: str) -> HttpResponse:
    """The three voices of an item of the chain."""
    item = chain_item_for(asking(request), ref)
    said = voices_said(of_item(asking(request), item, today()))
    template = "chain_voices_part.html" if is_fragment(request) else "chain_voices.html"
    return page(request, template, title=item.title, back=address("chain-item", ref), said=said, judged=None)


@require_GET
def behind_key_result(request: HttpRequest, ref: str) -> HttpResponse:
    """The three voices of a key result, and its delivery and effect."""
    person, now = asking(request), today()
    row = key_result_for(person, ref)
    figures, whole = figures_of_one(person, row, known_of(row, now), now, None)
    measured = items_visible_to(person).filter(pk=row.measures_id or 0, archived_at=None).first()
    judged: Judged | None = None
    if measured is not None:
        found = verdict_of(person, figures, whole, now.day, threshold=now.policy.enough)
        judged = judged_as(found, queries.piece_behind(person, [measured.pk]))
    return page(
        request,
        "chain_voices_part.html" if is_fragment(request) else "chain_voices.html",
        title=row.title,
        back=address("key-result", ref),
        said=voices_said(of_key_result(person, figures, measured, now)),
        judged=judged,
        measured=measured,
        is_output=measured is not None and measured.level == Level.OUTPUT,
    )


@require_GET
def behind_priority(request: HttpRequest, ref: str) -> HttpResponse:
    """Delivery and effect of a priority."""
    person = asking(request)
    scope = priority_scope(person, ref)
    return page(
        request,
        "priority_behind_part.html" if is_fragment(request) else "priority_behind.html",
        title=scope.title,
        back=address("priority", ref),
        judged=judged_of(person, chain_of(person, scope)),
    )


def voices_said(heard: Heard) -> Said:
    """The voices in words, each trouble with the page of the item at which it stands."""
    voices = heard.voices
    said = {"stated": voices.stated, "computed": voices.computed, "inherited": voices.inherited}
    return Said(
        [(name.capitalize(), FROM_WHERE[name], str(voice or "")) for name, voice in said.items()],
        disagreement_words(voices),
        [(reason(one, write=written()), _href(heard.at.get(one.source.at))) for one in voices.troubles],
    )


def _href(item: ChainItem | None) -> str:
    return "" if item is None else address("chain-item", item.ref)


addresses = [
    path("chain/<str:ref>/voices", of_chain_item, name="chain-voices"),
    path("key-results/<str:ref>/behind", behind_key_result, name="key-result-behind"),
    path("priorities/<str:ref>/behind", behind_priority, name="priority-behind"),
]
