"""Metrics: the board of all, the page of one, and its readings, which move every key result that follows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Faults, Invalid, NotFound
from impactline.chain.expecting import is_claimed
from impactline.checkins import actions as check_ins
from impactline.checkins.boards import BoardWish, owners, teams, wished_for
from impactline.checkins.queries import events_of, followers_of
from impactline.insight.forecast.queries import Foretold, foretold_of_metric
from impactline.metrics import actions
from impactline.metrics.health import State, days_unread, health
from impactline.metrics.models import Metric, PeriodTarget
from impactline.metrics.queries import (
    Course,
    Target,
    course_of,
    courses,
    declared,
    history,
    locked_periods,
    may_steward,
    metric_for,
    reading_numbered,
    readings,
    said_with,
    targets_of,
)
from impactline.okrs.explain import Explanation
from impactline.okrs.queries import priorities
from impactline.people.models import Person
from impactline.web import explaining, reader
from impactline.web.charts import LineChart, line_chart
from impactline.web.forecasts import drawn, shown
from impactline.web.key_result_pages import followers_shown
from impactline.web.metric_baselines import baseline_rows
from impactline.web.metric_references import references
from impactline.web.metric_sections import breakdowns, locked_words, target_rows
from impactline.web.moves import event_lines
from impactline.web.reading_forms import ReadingForm
from impactline.web.rows import address, end_of, on_day, person_href, with_unit
from impactline.web.shell import asking, day_of, go, is_fragment, now, page, page_number, today

METRICS_A_PAGE = 100
READINGS_A_PAGE = 20
DRAWN_MAX = 400
FOLLOWERS_MAX = 100
MEASURES = {
    "unit": "A quantity",
    "percentage": "A percentage",
    "ratio": "A ratio",
    "ordinal": "A level of a scale",
    "qualitative": "Told in words",
}
READINGS = {
    "latest": "The state on its day",
    "cumulative": "A running total",
    "per_period": "What came since the reading before",
}
FORETOLD = {
    "forecast": explaining.forecast_explained,
    "variation": explaining.variation_explained,
}
STATES = [
    (State.UNHEALTHY, "Outside their healthy range"),
    (State.HEALTHY, "Healthy"),
    (State.LATE, "Late to be read"),
    (State.UNREAD, "Never read"),
]
BETTER = {"higher": "Higher is better", "lower": "Lower is better", "within": "Within a range is better"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """A metric on the board: its last value, whether that is healthy, its trend, and how many follow it."""

    ref: str
    name: str
    href: str
    explain: str
    unit: str
    value: str
    day: date | None
    days_late: int
    health: str
    course: list[Course]
    owner_name: str
    owner_key: str
    owner_href: str
    followers: int
    is_archived: bool


# --- the board ---------------------------------------------------------------------------------------------


def board(request: HttpRequest) -> HttpResponse:
    """All metrics, each with its last value and trend."""
    person, present = asking(request), today()
    wish = _wish_of(request)
    found = wished_for(person, wish, present.day)
    pages = max(1, ceil(found.count() / METRICS_A_PAGE))
    number = page_number(request, pages)
    metrics = list(found[(number - 1) * METRICS_A_PAGE : number * METRICS_A_PAGE])
    return page(
        request,
        "metrics.html",
        rows=_rows(person, metrics, present.day),
        wish=wish,
        asked=urlencode(_asked(wish)),
        owners=[(one.email, one.name) for one in owners(person)],
        teams=[(one.ref, one.name) for one in teams(person)],
        priorities=[(one.ref, one.title) for one in priorities()],
        states=STATES,
        number=number,
        pages=pages,
        may_add=person.may_write,
    )


def _wish_of(request: HttpRequest) -> BoardWish:
    """What the address asks of the board; a state that there is not is as if it had not been asked."""
    asked = {name: request.GET.get(name, "").strip()[:254] for name in ("q", "owner", "team", "priority")}
    state = request.GET.get("state", "")
    return BoardWish(**asked, state=State(state) if state in list(State) else None, archived="archived" in request.GET)


def _asked(wish: BoardWish) -> dict[str, str]:
    """The wish as it stands in an address."""
    said = {name: str(getattr(wish, name) or "") for name in ("q", "owner", "team", "priority", "state")}
    return {name: value for name, value in said.items() if value} | ({"archived": "1"} if wish.archived else {})


def _rows(person: Person, metrics: list[Metric], day: date) -> list[MetricRow]:
    ids = [metric.pk for metric in metrics]
    drawn = courses(ids, day)
    followers = Counter(followers_of(person, ids).order_by().values_list("metric_id", flat=True))
    return [_row(metric, drawn.get(metric.pk, []), followers[metric.pk], day) for metric in metrics]


def _row(metric: Metric, course: list[Course], followers: int, day: date, as_of: date | None = None) -> MetricRow:
    last = course[-1] if course else None
    ref = metric.ref or ""
    return MetricRow(
        ref=ref,
        name=metric.name,
        href=on_day(address("metric", ref), as_of),
        explain=address("metric", ref) + (f"/days/{as_of.isoformat()}" if as_of else "") + "/explanations",
        unit=metric.unit,
        value="" if last is None else with_unit(last[1], metric.unit),
        day=last[0] if last else None,
        days_late=days_unread(last[0] if last else None, metric.read_every_days, day),
        health=str(health(last[1] if last else None, metric.healthy_at_least, metric.healthy_at_most) or ""),
        course=course,
        owner_name=metric.owner.name if metric.owner else "",
        owner_key=metric.owner.email if metric.owner else "",
        owner_href=person_href(metric.owner),
        followers=followers,
        is_archived=metric.archived_at is not None,
    )


# --- the page of one ---------------------------------------------------------------------------------------


def show(request: HttpRequest, ref: str) -> HttpResponse:
    """A metric with its readings, today or with ?as_of= as it was known on an earlier day."""
    return _page(request, metric_for(asking(request), ref))


def _page(request: HttpRequest, metric: Metric, form: ReadingForm | None = None) -> HttpResponse:
    person, present, as_of = asking(request), today(), day_of(request)
    day = as_of or present.day
    course, targets = course_of(metric, day), targets_of(metric)
    ahead = foretold_of_metric(metric, course, [target.row for target in targets], day)
    rows = list(followers_of(person, [metric.pk])[:FOLLOWERS_MAX])
    may_change = as_of is None and may_steward(person, metric)
    count = readings(metric, day).count()
    pages = max(1, ceil(count / READINGS_A_PAGE))
    number = page_number(request, pages)
    last = readings(metric, day).prefetch_related("parts").last()
    told = history(metric, day, (number - 1) * READINGS_A_PAGE, READINGS_A_PAGE)
    return page(
        request,
        "metric.html",
        status=200 if form is None else 422,
        metric=metric,
        row=_row(metric, course, len(rows), day, as_of),
        chart=_chart(metric, course[-DRAWN_MAX:], targets, day, ahead),
        forecast=shown(ahead) if course else None,
        readings=course[-DRAWN_MAX:],
        range=range_text(metric),
        better=BETTER[metric.better],
        followers=followers_shown(person, rows, present, as_of),
        told=told,
        count=count,
        number=number,
        pages=pages,
        form=form or ReadingForm(metric),
        targets=target_rows(metric, targets, day),
        baselines=baseline_rows(metric),
        references=references(metric),
        breakdowns=breakdowns(metric, last),
        last=last,
        said=said_with(last) if last is not None else None,
        locked=[(number, row, locked_words(row)) for number, row in locked_periods(metric)],
        words=_words(metric),
        may_change=may_change,
        may_read=may_change and metric.archived_at is None,
        as_of=as_of,
        is_claimed=as_of is None and is_claimed(person, metric),
        today=present.day,
        log=event_lines(events_of("metric", metric.pk, end_of(as_of)), metric),
    )


def _words(metric: Metric) -> dict[str, str]:
    """What the metric is, in words; only what it says."""
    found = {
        "Measure": MEASURES[metric.kind.measure],
        "A reading is": READINGS[metric.aggregation],
        "Numerator": metric.numerator,
        "Denominator": metric.denominator,
        "Levels": ", ".join(f"{at} {level}" for at, level in enumerate(metric.levels)),
        "Broken down by": "; ".join(f"{name}: {', '.join(inside)}" for name, inside in declared(metric)),
        "Method": metric.method,
        "Team": metric.team.name if metric.team else "",
    }
    return {name: words for name, words in found.items() if words}


def range_text(metric: Metric) -> str:
    """The healthy range in words; nothing without one."""
    low, high = metric.healthy_at_least, metric.healthy_at_most
    if low is not None and high is not None:
        return f"{reader.number(low)} to {with_unit(high, metric.unit)}"
    if low is not None:
        return f"at least {with_unit(low, metric.unit)}"
    return "" if high is None else f"at most {with_unit(high, metric.unit)}"


def _chart(metric: Metric, course: list[Course], targets: list[Target], day: date, ahead: Foretold) -> LineChart | None:
    if not course:
        return None
    low, high = metric.healthy_at_least, metric.healthy_at_most
    fan = drawn(ahead, course, (low, high))
    return line_chart(
        course,
        starts_on=min(course[0][0], day - timedelta(days=28)),
        ends_on=day,
        healthy=None if low is None and high is None else (low, high),
        periods=_aims(metric, [target.row for target in targets]),
        fan=fan.most,
        fan_half=fan.half,
        fan_middle=fan.middle,
        today=day if fan.most else None,
    )


def _aims(metric: Metric, targets: list[PeriodTarget]) -> list[tuple[date, date, Decimal]]:
    """The targets that stand beside single readings; what comes in a period is read in parts, of which none is it."""
    if metric.aggregation == "per_period":
        return []
    whole = [row for row in targets if not row.categories]
    return [(row.starts_on, row.ends_on, row.value) for row in whole if row.value is not None]


# --- readings ----------------------------------------------------------------------------------------------


@require_POST
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """Record a value; every key result that follows moves with it."""
    metric = metric_for(asking(request), ref)
    form = ReadingForm(metric, request.POST)
    if form.is_valid():
        try:
            check_ins.read_metric(by=asking(request), metric=metric, at=now(), **form.values())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", ref), "Recorded. Everything that follows it has moved.")
    actions.require_steward(asking(request), metric)
    return _page(request, metric, form)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The form that corrects a reading, named by its place in the order of writing; and the correction."""
    metric = metric_for(asking(request), ref)
    actions.require_steward(asking(request), metric)
    reading = reading_numbered(metric, number)
    form = ReadingForm(metric, request.POST or None, reading)
    if request.method == "POST" and form.is_valid():
        try:
            check_ins.read_metric(by=asking(request), metric=metric, at=now(), replaces=reading, **form.values())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", ref), "Corrected. The earlier value stays in the history.")
    status = 422 if form.is_bound else 200
    fragment, action = is_fragment(request), f"{address('metric', ref)}/readings/{number}"
    context = {"metric": metric, "reading": reading, "form": form, "today": today().day}
    return page(request, "metric_correction.html", status=status, fragment=fragment, action=action, **context)


# --- explained ---------------------------------------------------------------------------------------------


def explain(request: HttpRequest, ref: str, what: str, day: str = "") -> HttpResponse:
    """Where the value of a metric comes from, and what is healthy."""
    metric = metric_for(asking(request), ref)
    if what != "value" and what not in FORETOLD:
        raise NotFound(f"There is nothing to explain under “{what[:40]}”.")
    as_of = explaining.day_in(day)
    on = as_of or today().day
    if what in FORETOLD:
        ahead = foretold_of_metric(metric, course_of(metric, on), [row.row for row in targets_of(metric)], on)
        explained = FORETOLD[what](ahead, on)
        return explaining.answer(request, explained, metric.name, on_day(address("metric", ref), as_of))
    last = readings(metric, on).select_related("by").last()
    value: Decimal | None = last.value if last else None
    words = with_unit(value, metric.unit) if value is not None else explaining.DASH
    facts = [("read for", reader.day(last.day)), ("by", last.by.name if last.by else reader.NONE)] if last else []
    facts += [("source", metric.source)] if metric.source else []
    facts += [("healthy", range_text(metric))] if range_text(metric) else []
    rule = "The value that was recorded for the latest day." if last else "Nothing has been recorded yet."
    explained = explaining.Explained(words, Explanation("Value", words, tuple(facts), rule, on))
    return explaining.answer(request, explained, metric.name, on_day(address("metric", ref), as_of))


addresses: list[URLPattern] = [
    path("metrics", board, name="metrics"),
    path("metrics/<str:ref>", show, name="metric"),
    path("metrics/<str:ref>/readings", read, name="metric-readings"),
    path("metrics/<str:ref>/readings/<int:number>", correct, name="metric-reading"),
    path("metrics/<str:ref>/explanations/<slug:what>", explain, name="metric-explanation"),
    path("metrics/<str:ref>/days/<str:day>/explanations/<slug:what>", explain),
]
