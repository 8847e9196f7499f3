"""What is weak in one thing: behind the marks in lists and on pages, for the popover or as a page of its own."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from impactline.chain.visibility import chain_item_for
from impactline.insight.marking import marks_of, weak_in
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_result_for, key_results_visible_to, objective_for, visible_to
from impactline.web.lists import PAGE
from impactline.web.rows import address, language
from impactline.web.shell import asking, is_fragment, page, today

PAGES = {"objective": "objective", "key_result": "key-result"}
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
        words=address(kind, ref) + "/wording",
    )


@require_GET
def late(request: HttpRequest) -> HttpResponse:
    """The marks of the objectives `ref` of a list and of their key results, which the list does not wait for."""
    person = asking(request)
    refs = request.GET.getlist("ref")[:PAGE]
    rows = list(visible_to(person).filter(ref__in=refs, archived_at=None).select_related("cycle"))
    parts: dict[int, list[KeyResult]] = defaultdict(list)
    seen = key_results_visible_to(person).filter(objective__in=rows, archived_at=None)
    for part in seen.order_by("position", "id"):
        parts[part.objective_id].append(part)
    found = marks_of(person, [(row, parts[row.pk]) for row in rows], today().day, language())
    listed = {row.ref for row in rows} | {part.ref for inside in parts.values() for part in inside}
    shown = [(ref, mark, address(PAGES[kind], ref)) for (kind, ref), mark in sorted(found.items()) if ref in listed]
    return page(request, "marks_late.html", shown=shown)


addresses: list[URLPattern] = [
    path("marks", late, name="marks"),
    path("objectives/<str:ref>/attention", show, {"kind": "objective"}, name="objective-attention"),
    path("key-results/<str:ref>/attention", show, {"kind": "key-result"}, name="key-result-attention"),
    path("chain/<str:ref>/attention", show, {"kind": "chain-item"}, name="chain-item-attention"),
]
