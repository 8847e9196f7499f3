"""Where a chain is broken: every gap of it, by what is missing, a page at a time."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from impactline.chain.gaps import GapKind
from impactline.web.chain_pictures import frame, views
from impactline.web.chain_scopes import SCOPES, chain_of
from impactline.web.chain_words import named
from impactline.web.shell import asking, page, page_number

A_PAGE = 100
LISTED = {
    GapKind.INPUT_UNUSED: "{inputs} that nothing uses",
    GapKind.ACTIVITY_SERVES_NOTHING: "{activities} that serve nothing",
    GapKind.OUTPUT_FROM_NOTHING: "{outputs} that nothing produces",
    GapKind.OUTPUT_LEADS_NOWHERE: "{outputs} that lead nowhere",
    GapKind.OUTCOME_FROM_NOWHERE: "{outcomes} from nowhere",
    GapKind.IMPACT_WITHOUT_OUTCOME: "{impacts} without {outcomes}",
    GapKind.KEY_RESULT_WITHOUT_WORK: "Key results with no work behind them",
}


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
    found, names = frame(shown, "gaps"), named()
    counts = Counter(line.kind for line in found["gaps"])
    wanted = request.GET.get("missing", "")
    lines = [line for line in found["gaps"] if wanted not in counts or line.kind == wanted]
    pages = max(1, -(-len(lines) // A_PAGE))
    at = page_number(request, pages)
    return page(
        request,
        "chain_gaps.html",
        **found,
        kinds=[KindShown(code, names.say(LISTED[code]), counts[code]) for code in LISTED if counts[code]],
        wanted=wanted if wanted in counts else "",
        lines=lines[(at - 1) * A_PAGE : at * A_PAGE],
        number=at,
        pages=pages,
    )


addresses = views("chain-gaps", gaps, "/gaps")
