"""Where a chain is broken: every gap of it, by what is missing, a page at a time."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from impactline.checkins.scopes import SCOPES
from impactline.web.chain_pictures import frame
from impactline.web.chain_scopes import chain_of, views
from impactline.web.shell import asking, page, page_number

A_PAGE = 100


@dataclass(frozen=True, slots=True)
class KindShown:
    """One kind of gap that there is: its code, in words, and how many."""

    code: str
    words: str
    count: int


@require_GET
def gaps(request: HttpRequest, kind: str = "organisation", ref: str = "") -> HttpResponse:
    """All gaps of a chain, or those of one kind with ?missing=."""
    shown = chain_of(asking(request), SCOPES[kind](asking(request), ref))
    kinds = [KindShown(*found) for found in shown.kinds]
    asked = request.GET.get("missing", "")
    wanted = asked if any(one.code == asked for one in kinds) else ""
    count = len(shown.of_kind(wanted)) if wanted else len(shown.missing) + len(shown.broken)
    pages = max(1, -(-count // A_PAGE))
    at = page_number(request, pages)
    return page(
        request,
        "chain_gaps.html",
        **frame(shown, "gaps"),
        kinds=kinds,
        wanted=wanted,
        page_of=shown.looks((at - 1) * A_PAGE, A_PAGE, wanted),
        number=at,
        pages=pages,
    )


addresses = views("chain-gaps", gaps, "/gaps")
