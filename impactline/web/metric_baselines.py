"""What a metric was before the work started, as a whole or in one part: baselines added, changed and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Conflict, Faults, Invalid, NotFound
from impactline.metrics import actions
from impactline.metrics.adding import Amount
from impactline.metrics.definition import Declared, Start
from impactline.metrics.models import Metric
from impactline.metrics.queries import declared, metric_for, starts_of
from impactline.web.forms import Day, Number, Prose
from impactline.web.metric_part_fields import PartForm, chosen
from impactline.web.metric_sections import amount_words
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page

NUMBERS = ("value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """A baseline as the page of its metric tells it; `number` is its place, from 1."""

    number: int
    day: date
    of: str
    value: str
    note: str


class BaselineForm(PartForm):
    """What a metric was on a day; of a share by value, or by numerator and denominator."""

    day = Day("Day", required=True)
    note = Prose("Note")

    def __init__(self, there: Declared, data: Any = None, **more: Any) -> None:
        super().__init__(there, data, **more)
        for name in NUMBERS:
            self.fields[name] = Number(name.capitalize())

    def start(self, before: Start | None) -> Start:
        """The baseline that was typed; a share whose counts were typed anew is worked out anew."""
        typed = self.cleaned_data
        amount = Amount(*(typed[name] for name in NUMBERS))
        if before is not None and amount.is_counted and amount.value == before.amount.value:
            amount = Amount(None, amount.numerator, amount.denominator)
        return Start(typed["day"], amount, self.of(), typed["note"])


def baseline_rows(metric: Metric) -> list[BaselineRow]:
    """The baselines of a metric in their order; one query."""
    return [_row(metric, number, start) for number, start in enumerate(starts_of(metric), 1)]


def _row(metric: Metric, number: int, start: Start) -> BaselineRow:
    of = ", ".join(category for _, category in start.categories)
    return BaselineRow(number, start.day, of, amount_words(metric, start.amount), start.note)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, ref: str) -> HttpResponse:
    """Add a baseline, behind those that are there."""
    metric = _stewarded(request, ref)
    form = BaselineForm(declared(metric), request.POST or None)
    if request.method == "POST" and form.is_valid():
        starts = [*starts_of(metric), form.start(None)]
        if _saved(request, metric, metric.version, form, starts):
            return go(request, address("metric", ref) + "#baselines", "The baseline is added.")
    return _form(request, metric, form, 0)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Change a baseline, named by its place."""
    metric = _stewarded(request, ref)
    starts = starts_of(metric)
    before, there = _numbered(starts, number), declared(metric)
    initial = {"day": before.day, "note": before.note, "version": metric.version}
    initial |= {name: getattr(before.amount, name) for name in NUMBERS}
    form = BaselineForm(there, request.POST or None, initial=initial | chosen(there, dict(before.categories)))
    if request.method == "POST" and form.is_valid():
        starts[number - 1] = form.start(before)
        if _saved(request, metric, form.cleaned_data["version"], form, starts):
            return go(request, address("metric", ref) + "#baselines", "Saved.")
    return _form(request, metric, form, number)


@require_POST
def remove(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Remove a baseline; the log keeps what it was."""
    metric = _stewarded(request, ref)
    starts = starts_of(metric)
    del starts[starts.index(_numbered(starts, number))]
    version = request.POST.get("version", "")
    _change(request, metric, int(version) if version.isdecimal() and len(version) < 10 else None, starts)
    return go(request, address("metric", ref) + "#baselines", "The baseline is removed. The log keeps it.")


def _saved(
    request: HttpRequest, metric: Metric, version: int | None, form: BaselineForm, starts: Sequence[Start]
) -> bool:
    """Whether the action took them; its refusal stands in the form. Places count only in the version they are of."""
    try:
        _change(request, metric, version, starts)
    except Conflict as conflict:
        form.add_error(None, f"{conflict.message} What you typed still stands here: open the baseline anew beside it.")
        return False
    except (Invalid, Faults) as refusal:
        form.refuse(refusal)
        return False
    return True


def _change(request: HttpRequest, metric: Metric, version: int | None, starts: Sequence[Start]) -> None:
    changes: dict[str, Any] = {"baselines": list(starts)}
    actions.change_metric(by=asking(request), metric=metric, version=version, at=now(), changes=changes)


def _numbered(starts: Sequence[Start], number: int) -> Start:
    if not 1 <= number <= len(starts):
        raise NotFound("There is no such baseline.")
    return starts[number - 1]


def _stewarded(request: HttpRequest, ref: str) -> Metric:
    metric = metric_for(asking(request), ref)
    actions.require_steward(asking(request), metric)
    return metric


def _form(request: HttpRequest, metric: Metric, form: BaselineForm, number: int) -> HttpResponse:
    return page(
        request,
        "metric_baseline_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        metric=metric,
        number=number,
        is_share=metric.kind.measure.is_share,
        in_words=metric.measure == "qualitative",
    )


addresses: list[URLPattern] = [
    path("metrics/<str:ref>/baselines", new, name="metric-baselines"),
    path("metrics/<str:ref>/baselines/<int:number>", change, name="metric-baseline"),
    path("metrics/<str:ref>/baselines/<int:number>/removal", remove, name="metric-baseline-removal"),
]
