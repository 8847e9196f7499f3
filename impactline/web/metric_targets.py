"""Targets of a metric for periods, set and revised; periods locked and unlocked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Faults, Invalid
from impactline.metrics import actions
from impactline.metrics.definition import Declared
from impactline.metrics.models import Metric, PeriodTarget
from impactline.metrics.queries import declared, locked_period_numbered, metric_for, target_numbered
from impactline.web.forms import Day, Form, Line, Number, Prose
from impactline.web.metric_part_fields import PartForm
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page

SAID = {"starts_on", "ends_on", "value", "numerator", "denominator", "note"}


class TargetForm(PartForm):
    """The target of a period, whole or of a part; of a share by value, or by numerator and denominator."""

    starts_on = Day("From", required=True)
    ends_on = Day("To", required=True)
    note = Prose("Note")

    def __init__(self, there: Declared, data: Any = None, *, revises: bool = False, **more: Any) -> None:
        super().__init__(() if revises else there, data, **more)
        for name in ("value", "numerator", "denominator"):
            self.fields[name] = Number(name.capitalize())
        self.fields["reason"] = Line("Reason", required=revises)
        if revises:
            del self.fields["starts_on"], self.fields["ends_on"]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name in SAID}


class LockForm(Form):
    """A period to be locked, and why."""

    starts_on = Day("From", required=True)
    ends_on = Day("To", required=True)
    reason = Line("Reason", required=False)


class UnlockForm(Form):
    """Why a period is unlocked."""

    reason = Line("Reason")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, ref: str) -> HttpResponse:
    """Set the target of a period."""
    metric = _stewarded(request, ref)
    form = TargetForm(declared(metric), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            of = dict(form.of())
            actions.set_target(by=asking(request), metric=metric, at=now(), categories=of, **form.values())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", ref), "The target is set.")
    return _form(request, metric, form, None)


@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Revise a target, with a reason."""
    metric = _stewarded(request, ref)
    target = target_numbered(metric, number)
    names = ("value", "numerator", "denominator", "note")
    initial = {name: getattr(target, name) for name in names}
    form = TargetForm((), request.POST or None, revises=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            actions.revise_target(by=asking(request), target=target, reason=reason, at=now(), **form.values())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", ref), "Revised. The earlier target stays in the history.")
    return _form(request, metric, form, target)


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest, ref: str) -> HttpResponse:
    """Lock a period."""
    metric = _stewarded(request, ref)
    form = LockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        known = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on", "reason")}
        try:
            actions.lock_period(by=asking(request), metric=metric, at=now(), **known)
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", ref), "Locked. Its readings stay as they are.")
    return page(
        request,
        "metric_lock_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        metric=metric,
    )


@require_POST
def unlock(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Unlock a period, with a reason."""
    metric = _stewarded(request, ref)
    form = UnlockForm(request.POST)
    if not form.is_valid():
        raise Invalid("The reason is missing.", remedy="Say why the period is unlocked.", field="reason")
    period = locked_period_numbered(metric, number)
    actions.unlock_period(by=asking(request), period=period, reason=form.cleaned_data["reason"], at=now())
    return go(request, address("metric", ref), "Unlocked. The reason stays in the log.")


def _stewarded(request: HttpRequest, ref: str) -> Metric:
    metric = metric_for(asking(request), ref)
    actions.require_steward(asking(request), metric)
    return metric


def _form(request: HttpRequest, metric: Metric, form: TargetForm, target: PeriodTarget | None) -> HttpResponse:
    return page(
        request,
        "metric_target_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        metric=metric,
        target=target,
        is_share=metric.kind.measure.is_share,
        in_words=metric.measure == "qualitative",
    )


addresses: list[URLPattern] = [
    path("metrics/<str:ref>/targets", new, name="metric-targets"),
    path("metrics/<str:ref>/targets/<int:number>", revise, name="metric-target"),
    path("metrics/<str:ref>/locked-periods", lock, name="metric-locked-periods"),
    path("metrics/<str:ref>/locked-periods/<int:number>/unlocking", unlock, name="metric-unlocking"),
]
