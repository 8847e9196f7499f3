"""Writing metrics: a new one, changes to one, into the archive and back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Conflict, Faults, Invalid
from impactline.metrics import actions
from impactline.metrics.models import Metric
from impactline.metrics.queries import declared, metric_for
from impactline.people.roles import require_writer
from impactline.web import wording
from impactline.web.forms import Choice, Form, Line, Number, PersonField, Prose, TeamField
from impactline.web.merging import merge_page
from impactline.web.metrics import BETTER, MEASURES, READINGS
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page

LISTS = ("levels", "dimensions", "references")


class MetricForm(Form):
    """What is measured, in which unit, which way is good, and who answers for it."""

    name = Line("Name")
    definition = Prose("Definition")
    unit = Line("Unit", required=False, most=60)
    better = Choice("Direction", list(BETTER.items()))
    healthy_at_least = Number("Healthy from")
    healthy_at_most = Number("Healthy up to")
    measure = Choice("Measure", list(MEASURES.items()), required=False)
    aggregation = Choice("A reading is", list(READINGS.items()), required=False)
    adds_up = forms.BooleanField(label="Adds up", required=False)
    numerator = Line("Numerator", required=False)
    denominator = Line("Denominator", required=False)
    levels = Prose("Levels")
    dimensions = Prose("Broken down by")
    references = Prose("Known elsewhere as")
    source = Line("Source", required=False)
    method = Prose("Method")
    team = TeamField("Team")
    owner = PersonField("Owner")
    read_every_days = forms.IntegerField(label="Days between readings", required=False, min_value=1, max_value=366)
    ref = Line("Ref", required=False, most=80)

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        found = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "ref"}}
        found["measure"] = found["measure"] or "unit"
        found["aggregation"] = found["aggregation"] or "latest"
        found["levels"] = [level for level in found["levels"].splitlines() if level.strip()]
        found["dimensions"] = [dimension(written) for written in found["dimensions"].splitlines() if written.strip()]
        found["references"] = [reference(written) for written in found["references"].splitlines() if written.strip()]
        return found

    def changes(self, metric: Metric) -> dict[str, Any]:
        """What the form changes; lists that still read as they did are left alone, whatever they are made of."""
        there = _initial(metric)
        same = {name for name in LISTS if _lines(self.cleaned_data[name]) == _lines(there[name])}
        return {name: value for name, value in self.values().items() if name not in same}


def dimension(written: str) -> tuple[str, list[str]]:
    """A dimension as it is typed, its categories behind a colon: sex: women, men."""
    name, _, inside = written.partition(":")
    return name.strip(), [category.strip() for category in inside.split(",") if category.strip()]


def reference(written: str) -> dict[str, str]:
    """A reference as it is typed, its code behind a colon, then its address: 9: 3.8.1 https://example.org/3-8-1."""
    vocabulary, _, rest = written.partition(":")
    code, _, uri = rest.strip().rpartition(" ") if "://" in rest else (rest, "", "")
    return {"vocabulary": vocabulary.strip(), "code": code.strip(), "uri": uri}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a shared metric."""
    person = asking(request)
    require_writer(person)
    form = MetricForm(request.POST or None, initial={"better": "higher", "adds_up": True, "owner": person.email})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_metric(by=person, at=now(), ref=form.cleaned_data["ref"], **form.values())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", made.ref or ""), f"Added “{made.name}”. Record its first value.")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a shared metric."""
    person = asking(request)
    metric = metric_for(person, ref)
    actions.require_steward(person, metric)
    form = MetricForm(request.POST or None, initial=_initial(metric))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            changes = form.changes(metric)
            actions.change_metric(by=person, metric=metric, version=version, at=now(), changes=changes)
        except Conflict as conflict:
            theirs, back = _initial(metric_for(person, ref)), address("metric", ref)
            return merge_page(request, form, theirs, conflict, title=metric.name, back=back, section="metrics")
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("metric", ref), "Saved.")
    return _form(request, form, metric)


@require_POST
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """Put it into the archive; it can be taken back."""
    metric = metric_for(asking(request), ref)
    actions.archive_metric(by=asking(request), metric=metric, at=now())
    return go(request, "/metrics", f"Archived “{metric.name}”.", undo=address("metric", ref) + "/restoration")


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it back from the archive."""
    metric = metric_for(asking(request), ref)
    actions.restore_metric(by=asking(request), metric=metric, at=now())
    return go(request, address("metric", ref), "Restored.")


def _form(request: HttpRequest, form: MetricForm, metric: Metric | None) -> HttpResponse:
    return page(
        request,
        "metric_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        hints=wording.hints("metric", str(form.value("name")), {}, None, metric),
        metric=metric,
        directions=list(BETTER.items()),
        people=PersonField.options()[1:],
        measures=list(MEASURES.items()),
        readings=list(READINGS.items()),
        teams=TeamField.options()[1:],
    )


def _initial(metric: Metric) -> dict[str, Any]:
    names = (
        *("version", "name", "definition", "unit", "better", "healthy_at_least", "healthy_at_most", "source", "ref"),
        *("measure", "aggregation", "adds_up", "numerator", "denominator", "method", "read_every_days"),
    )
    return {name: getattr(metric, name) for name in names} | {
        "owner": metric.owner.email if metric.owner else "",
        "team": metric.team.ref if metric.team else "",
        "levels": "\n".join(metric.levels),
        "dimensions": "\n".join(f"{name}: {', '.join(inside)}" for name, inside in declared(metric)),
        "references": "\n".join(_reference(entry) for entry in metric.references),
    }


def _reference(entry: dict[str, str]) -> str:
    return f"{entry['vocabulary']}: {entry['code']} {entry['uri']}".strip()


addresses: list[URLPattern] = [
    path("metrics/new", new, name="metric-new"),
    path("metrics/<str:ref>/edit", edit, name="metric-edit"),
    path("metrics/<str:ref>/archiving", archive, name="metric-archiving"),
    path("metrics/<str:ref>/restoration", restore, name="metric-restoration"),
]
