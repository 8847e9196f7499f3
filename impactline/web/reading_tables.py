"""Readings from a table, pasted or in a file: what it would change is shown first, then all is taken or nothing."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Faults, Invalid
from impactline.checkins.sheets import planned, read_table
from impactline.metrics import actions
from impactline.metrics.matching import CHANGED, NEW, SAME, Plan, Row
from impactline.metrics.models import Metric
from impactline.metrics.queries import declared, metric_for
from impactline.metrics.sheet import shown, text_of
from impactline.web import reader
from impactline.web.metric_sections import amount_words
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page

SHOWN_MAX = 200
FAULTS_MAX = 50
WORDS = {NEW: "New", CHANGED: "Corrects", SAME: "There already"}


@dataclass(frozen=True, slots=True)
class Taken:
    """One day of a table: what becomes of it, in a word, and its value before and after."""

    line: int
    day: date
    what: str
    words: str
    before: str
    value: str
    parts: int
    note: str


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, ref: str) -> HttpResponse:
    """The form; a post shows what its table would change, and takes it where `step` says so."""
    person = asking(request)
    metric = metric_for(person, ref)
    actions.require_steward(person, metric)
    if request.method != "POST":
        return _page(request, metric)
    try:
        text = _text(request)
    except Invalid as refusal:
        return _page(request, metric, error=str(refusal))
    if request.POST.get("step") == "record":
        with suppress(Faults):
            made = read_table(by=person, metric=metric, text=text, read=reader.read_number, at=now())
            return go(request, address("metric", ref), _done(made))
    made = planned(by=person, metric=metric, text=text, read=reader.read_number, at=now())
    return _page(request, metric, text, made)


def _text(request: HttpRequest) -> str:
    """The table: that of the file where there is one, else what was pasted."""
    file = request.FILES.get("file")
    if file is not None:
        return text_of(file.read())
    return text_of(request.POST.get("table", "").encode("utf-8", "replace"))


def _done(made: Plan) -> str:
    new, changed = made.count(NEW), made.count(CHANGED)
    if not new and not changed:
        return "All of it was there already."
    parts = [f"{reader.number(new)} recorded"] if new else []
    parts += [f"{reader.number(changed)} corrected"] if changed else []
    return f"{' and '.join(parts).capitalize()}. Everything that follows has moved."


def _page(
    request: HttpRequest, metric: Metric, text: str = "", made: Plan | None = None, error: str = ""
) -> HttpResponse:
    wrong = bool(error or (made and made.faults))
    rows = sorted(made.rows, key=lambda row: (row.what == SAME, row.line)) if made else []
    return page(
        request,
        "metric_table.html",
        status=422 if wrong else 200,
        metric=metric,
        columns=_columns(metric),
        text=text,
        error=error,
        made=made,
        counts=[(WORDS[what], made.count(what)) for what in WORDS] if made else [],
        rows=[_taken(metric, row) for row in rows[:SHOWN_MAX]],
        more=max(0, len(rows) - SHOWN_MAX),
        faults=list(shown(made.faults, FAULTS_MAX)) if made else [],
        useful=bool(made) and not wrong and any(row.what != SAME for row in rows),
    )


def _columns(metric: Metric) -> list[str]:
    """The names of the columns that a table of this metric may have."""
    numbers = [] if metric.kind.measure == "qualitative" else ["value"]
    numbers += ["numerator", "denominator"] if metric.kind.measure.is_share else []
    return ["day", *numbers, *(name for name, _ in declared(metric)), "quality", "note"]


def _taken(metric: Metric, row: Row) -> Taken:
    before = row.before.said.amount if row.before is not None and row.what == CHANGED else None
    return Taken(
        line=row.line,
        day=row.day,
        what=row.what,
        words=WORDS[row.what],
        before=amount_words(metric, before) if before is not None else "",
        value=amount_words(metric, row.said.amount),
        parts=len(row.said.parts),
        note=row.note[:200],
    )


addresses: list[URLPattern] = [
    path("metrics/<str:ref>/readings/table", table, name="metric-readings-table"),
]
