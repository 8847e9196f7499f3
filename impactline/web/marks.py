"""What is weak in one thing: behind the marks in lists and on pages, for the popover or as a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from impactline.chain.visibility import chain_item_for
from impactline.insight.marking import weak_in
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_result_for, objective_for
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page, today

GUARDS = {"objective": objective_for, "key-result": key_result_for, "chain-item": chain_item_for}


@require_GET
def show(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """The findings of the rules and of the wording of one thing, with what mends them."""
    person = asking(request)
    item: Any = GUARDS[kind](person, ref)
    weak = weak_in(person, item, today().day)
    near = item.objective.ref if isinstance(item, KeyResult) else ref
    return page(
        request,
        "marks_part.html" if is_fragment(request) else "marks.html",
        found=weak.found,
        wording=weak.wording,
        title=item.title,
        href=address(kind, ref),
        section="chain" if kind == "chain-item" else "cycle",
        all="" if kind == "chain-item" else f"{reverse('attention')}?objective={near}",
        words="" if kind == "chain-item" else address(kind, ref) + "/wording",
    )


addresses: list[URLPattern] = [
    path("objectives/<str:ref>/attention", show, {"kind": "objective"}, name="objective-attention"),
    path("key-results/<str:ref>/attention", show, {"kind": "key-result"}, name="key-result-attention"),
    path("chain/<str:ref>/attention", show, {"kind": "chain-item"}, name="chain-item-attention"),
]
