"""What an outcome's metrics should have done by what was delivered, drawn and told beside what was read."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.base.explanation import Explanation, Format, Number
from impactline.chain import explain
from impactline.chain.course import Lack, said
from impactline.chain.expecting import Expected, expected_for, expected_of
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, Link
from impactline.chain.visibility import chain_item_for, items_visible_to, may_edit_item
from impactline.metrics.queries import Course, metric_for
from impactline.okrs.visibility import key_result_for
from impactline.web.charts import LineChart, line_chart
from impactline.web.explaining import written
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page, today

LACKS = {
    Lack.METRIC: "No metric yet",
    Lack.LINKS: "Nothing leads here yet",
    Lack.EFFECT: "No effect is stated yet",
    Lack.DELIVERED: "Nothing was delivered yet",
    Lack.READING: "Nothing was read yet",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A metric of an outcome as the page shows it; `title` is empty where the expected path is drawn."""

    metric: str
    href: str
    unit: str
    outcome: ChainItem
    title: str
    words: str
    chart: LineChart | None
    readings: list[Course]
    change: str
    explained: Explanation
    silent: list[Link]


@require_GET
def of_item(request: HttpRequest, ref: str) -> HttpResponse:
    """What is expected of the metrics of an outcome."""
    item = chain_item_for(asking(request), ref)
    found = expected_of(asking(request), item, today().day) if item.level == Level.OUTCOME else []
    return _show(request, item.title, address("chain-item", ref), found, item)


@require_GET
def of_metric(request: HttpRequest, ref: str) -> HttpResponse:
    """What is expected of a metric, by each outcome that links claim to move it for."""
    metric = metric_for(asking(request), ref)
    return _show(request, metric.name, address("metric", ref), expected_for(asking(request), metric, today().day))


@require_GET
def of_key_result(request: HttpRequest, ref: str) -> HttpResponse:
    """What is expected of the metric of a key result, by the outcome that it measures."""
    person = asking(request)
    row = key_result_for(person, ref)
    outcome = items_visible_to(person).filter(pk=row.measures_id or 0, level=Level.OUTCOME).first()
    found = expected_of(person, outcome, today().day) if outcome is not None else []
    own = [one for one in found if one.metric.pk == row.metric_id]
    return _show(request, row.title, address("key-result", ref), own or found, outcome)


def _show(
    request: HttpRequest, title: str, back: str, found: list[Expected], outcome: ChainItem | None = None
) -> HttpResponse:
    template = "chain_expected_part.html" if is_fragment(request) else "chain_expected.html"
    return page(
        request,
        template,
        title=title,
        back=back,
        drawn=[_drawn(one) for one in found],
        outcome=outcome,
        may_edit=outcome is not None and may_edit_item(asking(request), outcome),
    )


def _drawn(one: Expected) -> Drawn:
    found, metric, write = one.course, one.metric, in_short()
    return Drawn(
        metric=metric.name,
        href=address("metric", metric.ref or ""),
        unit=metric.unit,
        outcome=one.outcome,
        title="" if found.lack is None else LACKS[found.lack],
        words=said(found, f"“{metric.name}”", metric.unit, write=write),
        chart=_chart(one),
        readings=_since(one),
        change=f"{write.number(found.now.likely)} {metric.unit}".strip(),
        explained=explain.expected(found.parts, one.titles, found.as_of, unit=metric.unit, write=written()),
        silent=one.silent,
    )


def in_short() -> Format:
    """How the reader writes figures that were computed, of which nobody reads more than three digits."""
    return replace(written(), number=_short)


def _short(value: Number) -> str:
    return written().number(value if isinstance(value, Decimal) else round(value, 1 if abs(value) >= 10 else 2))


def _since(one: Expected) -> list[Course]:
    """The readings from the one on from which the path sets out."""
    since = one.course.since
    return [(day, value) for day, value in one.readings if since is None or day >= since]


def _chart(one: Expected) -> LineChart | None:
    found = one.course
    if found.base is None or found.since is None:
        return None
    return line_chart(
        _since(one),
        starts_on=found.since,
        ends_on=max(found.points[-1][0], found.since + timedelta(days=1)),
        path=[(day, found.base + move.likely) for day, move in found.points],
        fan=[(day, found.base + move.low, found.base + move.high) for day, move in found.points],
        today=found.as_of,
    )


addresses = [
    path("chain/<str:ref>/expected", of_item, name="chain-expected"),
    path("metrics/<str:ref>/expected", of_metric, name="metric-expected"),
    path("key-results/<str:ref>/expected", of_key_result, name="key-result-expected"),
]
