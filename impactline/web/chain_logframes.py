"""The logframe of a chain: narrative, metrics, means of verification and assumptions, level by level; also as XLSX."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from impactline.chain.levels import Level
from impactline.chain.models import Assumption, ChainItem, Evidence
from impactline.checkins.scopes import SCOPES, Chain
from impactline.exchange.spreadsheet import workbook
from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult
from impactline.web.chain_pictures import frame
from impactline.web.chain_scopes import chain_of, file_name, views
from impactline.web.chain_words import HOLDING, figure_of, level_name, words_of
from impactline.web.shell import asking, page, page_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 300
HEADS = ("Level", "Narrative", "Metrics", "Means of verification", "Assumptions")


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of the logframe."""

    item: ChainItem
    level: str
    figure: str
    metrics: list[Metric]
    key_results: list[KeyResult]
    sources: list[str]
    evidence: list[Evidence]
    assumptions: list[Assumption]


@require_GET
def logframe(request: HttpRequest, kind: str = "organisation", ref: str = "") -> HttpResponse:
    """The logframe as a page, which prints on A4; a very long one in several."""
    shown = chain_of(asking(request), SCOPES[kind](asking(request), ref))
    every = [item for level in reversed(Level) for item in shown.piece.at(level)]
    pages = max(1, -(-len(every) // A_PAGE))
    at = page_number(request, pages)
    levels = levels_of(shown, every[(at - 1) * A_PAGE : at * A_PAGE])
    return page(request, "chain_logframe.html", **frame(shown, "logframe"), levels=levels, number=at, pages=pages)


@require_GET
def sheet(request: HttpRequest, kind: str = "organisation", ref: str = "") -> HttpResponse:
    """The logframe as a workbook; every cell is text, so that none is taken for a formula."""
    shown = chain_of(asking(request), SCOPES[kind](asking(request), ref))
    rows = [_cells(row) for _, rows in levels_of(shown, list(shown.piece.items.values())) for row in rows]
    answer = HttpResponse(workbook("Logframe", HEADS, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="logframe-{file_name(shown)}.xlsx"'
    return answer


def levels_of(shown: Chain, items: Sequence[ChainItem]) -> list[tuple[str, list[LogRow]]]:
    """The rows of these items by level, from impact down to inputs; three queries."""
    ids = [item.pk for item in items]
    metrics: dict[int, list[Metric]] = {}
    through = ChainItem.metrics.through.objects.filter(chainitem__in=ids).select_related("metric")
    for tie in through.order_by("metric__name"):
        metrics.setdefault(tie.chainitem_id, []).append(tie.metric)
    evidence: dict[int, list[Evidence]] = {}
    for row in Evidence.objects.filter(item__in=ids):
        evidence.setdefault(row.item_id or 0, []).append(row)
    below: dict[int, list[Assumption]] = defaultdict(list)
    for link in shown.piece.links:
        below[link.source_id] += shown.piece.grounds.on_link(link)
    found: dict[Level, list[LogRow]] = {level: [] for level in reversed(Level)}
    for item in items:
        of_item = metrics.get(item.pk, []), evidence.get(item.pk, []), below.get(item.pk, [])
        found[Level(item.level)].append(_row(shown, item, *of_item))
    return [(words_of(level).many, rows) for level, rows in found.items() if rows]


def _row(
    shown: Chain, item: ChainItem, metrics: list[Metric], evidence: list[Evidence], below: list[Assumption]
) -> LogRow:
    return LogRow(
        item,
        level_name(item),
        figure_of(item),
        metrics,
        shown.measured.get(item.pk, []),
        [metric.source for metric in metrics if metric.source],
        evidence,
        [*shown.piece.grounds.on_item(item), *below],
    )


def _cells(row: LogRow) -> tuple[str, ...]:
    said = [row.item.title, *([row.figure] if row.figure else [])]
    measured = [*(str(metric) for metric in row.metrics), *(one.title for one in row.key_results)]
    shown = [*row.sources, *(f"{one.title} ({one.url or one.file_name})" for one in row.evidence)]
    if row.item.acceptance:
        shown.append(row.item.acceptance)
    held = [f"{one.text} ({HOLDING[one.state].lower()})" for one in row.assumptions]  # type: ignore[index]
    return (row.level, *("\n".join(part) for part in (said, measured, shown, held)))


addresses = [
    *views("chain-logframe", logframe, "/logframe"),
    *views("chain-logframe-sheet", sheet, "/logframe.xlsx"),
]
