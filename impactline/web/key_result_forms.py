"""Writing key results: a new one in a line or in full, and changes to one, frozen or not."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Conflict, Faults, Invalid
from impactline.insight.wording import Finding
from impactline.metrics.models import Metric
from impactline.okrs import actions
from impactline.okrs.facts import milestones_of
from impactline.okrs.measure import Curve, Milestone, Type, Values
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.models import Milestone as Row
from impactline.okrs.records import milestone_of
from impactline.okrs.visibility import key_result_for, objective_for, require_edit
from impactline.people.models import Person
from impactline.web import reader, wording
from impactline.web.chain_measures import chosen, measurable, seen_ref
from impactline.web.forms import Choice, Day, Form, Line, Number, PersonField, Prose
from impactline.web.key_result_pages import TYPES
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page
from impactline.web.suggestions import metric_choices, metric_named

LINES_MAX = 100
USED = {
    Type.METRIC: {"baseline", "target", "unit", "values", "curve", "planned", "metric"},
    Type.AT_LEAST: {"target", "warning", "unit", "values", "metric"},
    Type.AT_MOST: {"target", "warning", "unit", "values", "metric"},
    Type.RANGE: {"low", "high", "unit", "metric"},
    Type.CONTROL: {"target", "low", "high", "unit", "metric"},
    Type.MILESTONES: {"milestones", "curve"},
    Type.BINARY: set(),
    Type.RUBRIC: {"levels", "curve"},
    Type.FIND_BASELINE: {"unit", "metric"},
    Type.OPEN: set(),
}
EMPTY: dict[str, Any] = {
    "baseline": None,
    "target": None,
    "low": None,
    "high": None,
    "warning": None,
    "unit": "",
    "values": str(Values.LATEST),
    "curve": str(Curve.LINEAR),
    "planned": [],
    "levels": [],
    "metric": None,
}
HINTS = {
    "metric": "A number that is to move, up or down.",
    "at_least": "A number that is not to fall below a bound.",
    "at_most": "A number that is not to rise above a bound.",
    "range": "A number that is to stay between two bounds.",
    "control": "Something kept at every check-in; a missed one is no success.",
    "milestones": "Steps to be reached, with weights if they differ.",
    "binary": "Done or not.",
    "rubric": "Levels in words, from worst to best.",
    "find_baseline": "Nobody knows the number yet; it is done when it is known.",
    "open": "Not defined yet; it counts nowhere until it is.",
}
CURVES = {
    "linear": "Evenly over the days",
    "step": "In steps, at each check-in",
    "back_loaded": "Late: a quarter by half-time",
    "milestones": "By the days of the milestones",
    "planned": "By the planned values below",
}
VALUES = {"latest": "The latest value counts", "per_period": "The values are summed"}


class KeyResultForm(Form):
    """What a key result says, how it is measured, who answers for it and until when."""

    title = Line("Title")
    description = Prose("Description")
    type = Choice("How it is measured", list(TYPES.items()), required=False)
    baseline = Number("From")
    target = Number("To")
    low = Number("Lowest")
    high = Number("Highest")
    warning = Number("Warning")
    unit = Line("Unit", required=False, most=60)
    milestones = Prose("Milestones")
    levels = Prose("Levels")
    metric = Line("Metric", required=False, most=80)
    values = Choice("Readings", list(VALUES.items()), required=False)
    curve = Choice("Expected course", list(CURVES.items()), required=False)
    planned = Prose("Planned values")
    owner = PersonField("Owner")
    weight = Number("Weight")
    starts_on = Day("First day")
    due_on = Day("Due")
    measures = Line("Output or outcome", required=False, most=80)
    reason = Line("Why it changes", required=False, most=1000)

    @property
    def kind(self) -> Type:
        """The type that was chosen; without one, two numbers are a way from one to the other, and none is open."""
        chosen = self.cleaned_data["type"]
        if chosen:
            return Type(chosen)
        numbers = [self.cleaned_data[name] for name in ("baseline", "target")]
        return Type.OPEN if numbers == [None, None] else Type.METRIC

    def changes(self, person: Person, before: KeyResult | None) -> dict[str, Any]:
        """What the actions take: texts, and of the measure only what its type uses. Raises Faults."""
        given, used = self.cleaned_data, USED[self.kind]
        texts = {name: given[name] for name in ("title", "description", "owner", "starts_on", "due_on")}
        weight = None if given["weight"] is None else float(given["weight"])
        written = given | {
            "levels": lines_of(given["levels"]),
            "planned": _planned(given["planned"], before),
            "values": given["values"] or str(Values.LATEST),
            "curve": given["curve"] or str(Curve.LINEAR),
        }
        measure = {name: written[name] if name in used else empty for name, empty in EMPTY.items()}
        metric = _metric(person, given["metric"] if "metric" in used else "", before)
        measures = chosen(person, given["measures"], before.measures if before else None)
        return texts | measure | {"type": str(self.kind), "weight": weight, "metric": metric, "measures": measures}

    def steps(self, before: Sequence[Row]) -> list[Milestone] | None:
        """The milestones as they were written, with the days on which they were reached; None when unchanged."""
        if self.kind is not Type.MILESTONES:
            return None
        reached = {row.title: row.reached_on for row in before}
        steps = [_step(text, reached) for text in lines_of(self.cleaned_data["milestones"])]
        return None if before and steps == [milestone_of(row) for row in before] else steps


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, ref: str) -> HttpResponse:
    """Add a key result to an objective."""
    person = asking(request)
    objective = objective_for(person, ref)
    require_edit(person, objective)
    form = KeyResultForm(request.POST or None, initial={"type": "metric", "owner": person.email})
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(person, objective, form)
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(
                request,
                address("objective", ref),
                f"Added “{made.title}”.{wording.told(_hints(form, objective, made))}",
            )
    return _form(request, form, objective, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change texts, owner, dates, weight or measure; once it is frozen, a change of the measure says why."""
    person = asking(request)
    key_result = key_result_for(person, ref)
    require_edit(person, key_result.objective)
    form = KeyResultForm(request.POST or None, initial=_initial(person, key_result))
    if request.method == "POST" and form.is_valid():
        try:
            _change(person, key_result, form)
        except Conflict as conflict:
            theirs = _initial(person, key_result_for(person, ref))
            back = address("key-result", ref)
            return merge_page(request, form, theirs, conflict, title=key_result.title, back=back, section="cycle")
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(
                request,
                address("key-result", ref),
                f"Saved.{wording.told(_hints(form, key_result.objective, key_result))}",
            )
    return _form(request, form, key_result.objective, key_result)


def _create(person: Person, objective: Objective, form: KeyResultForm) -> KeyResult:
    fields = form.changes(person, None)
    return actions.create_key_result(
        by=person,
        objective=objective,
        title=fields.pop("title"),
        at=now(),
        milestones=form.steps(()) or (),
        **fields,
    )


def _change(person: Person, key_result: KeyResult, form: KeyResultForm) -> None:
    steps = milestones_of([key_result]).get(key_result.pk, [])
    actions.change_key_result(
        by=person,
        key_result=key_result,
        version=form.cleaned_data["version"],
        at=now(),
        changes=form.changes(person, key_result),
        milestones=form.steps(steps),
        reason=form.cleaned_data["reason"],
    )


def _form(
    request: HttpRequest, form: KeyResultForm, objective: Objective, key_result: KeyResult | None
) -> HttpResponse:
    return page(
        request,
        "key_result_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        hints=_hints(form, objective, key_result),
        objective=objective,
        key_result=key_result,
        types=[(kind, label, HINTS[kind]) for kind, label in TYPES.items()],
        used={str(kind): sorted(names) for kind, names in USED.items()},
        metrics=metric_choices(asking(request)),
        measurable=measurable(asking(request)),
        people=PersonField.options()[1:],
        curves=list(CURVES.items()),
        values=list(VALUES.items()),
    )


def _hints(form: KeyResultForm, objective: Objective, key_result: KeyResult | None) -> list[Finding]:
    """What is weak in what stands in the form."""
    values = {name: form.value(name) for name in ("type", *wording.NUMBERS, "unit")}
    return wording.hints("key-result", str(form.value("title")), values, objective, key_result)


# --- what stands in the fields -----------------------------------------------------------------------------


def _initial(person: Person, key_result: KeyResult) -> dict[str, Any]:
    plain = ("version", "title", "description", "type", "baseline", "target", "low", "high", "warning", "unit")
    more = ("values", "curve", "weight", "starts_on", "due_on")
    metric, owner = key_result.metric, key_result.owner
    return {name: getattr(key_result, name) for name in (*plain, *more)} | {
        "owner": owner.email if owner else "",
        "measures": seen_ref(person, key_result.measures),
        "metric": metric.ref if metric is not None and metric.ref else "",
        "levels": "\n".join(key_result.levels),
        "planned": "\n".join(f"{part['until']} {_number(part['value'])}" for part in key_result.planned),
        "milestones": "\n".join(_step_text(row) for row in milestones_of([key_result]).get(key_result.pk, [])),
    }


def _step_text(row: Row) -> str:
    """A milestone in a line: its title; where they differ from the rule, its weight and the day it is due."""
    weight = "" if row.weight == 1 else reader.write_number(row.weight)
    parts = [row.title, weight, row.due_on.isoformat() if row.due_on else ""]
    return " | ".join(part for part in parts if part)


def _number(value: object) -> str:
    return reader.write_number(Decimal(str(value)))


# --- what was written --------------------------------------------------------------------------------------


def lines_of(text: str) -> list[str]:
    """The lines of a field with one entry a line, without empty ones; raises Invalid when they are too many."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > LINES_MAX:
        raise Invalid(f"These are {len(lines)} lines; {LINES_MAX} are the most.", remedy="Put some together.")
    return lines


def _step(text: str, reached: Mapping[str, date | None]) -> Milestone:
    """A milestone from a line: "Papers sent", "Papers sent | 2" or "Papers sent | 2 | 2026-11-15"."""
    title, *rest = (part.strip() for part in text.split("|"))
    weight, due_on = Decimal(1), None
    for part in rest[:2]:
        try:
            due_on = date.fromisoformat(part)
        except ValueError:
            weight = reader.read_number(part, "milestones")
    return Milestone(title, weight, reached.get(title), due_on)


def _planned(text: str, before: KeyResult | None) -> list[dict[str, str]]:
    """The planned values from lines of a day and a number; those that are kept when they say the same."""
    parts = [_part(line) for line in lines_of(text)]
    kept = before.planned if before else []
    same = [(part["until"], Decimal(str(part["value"]))) for part in kept] == parts
    return kept if same else [{"until": day, "value": str(value)} for day, value in parts]


def _part(text: str) -> tuple[str, Decimal]:
    day, _, number = text.replace("|", " ").partition(" ")
    try:
        return date.fromisoformat(day).isoformat(), reader.read_number(number, "planned")
    except ValueError:
        raise Invalid(f"“{day[:40]}” is not a day.", remedy="Write 2026-10-31 40.", field="planned") from None


def _metric(person: Person, ref: str, before: KeyResult | None) -> Metric | None:
    """The shared metric with this ref; without one, the key result's own as far as it has one."""
    if ref:
        return metric_named(person, ref, "metric")
    own = before.metric if before else None
    return None if own is None or own.is_shared else own


addresses: list[URLPattern] = [
    path("objectives/<str:ref>/key-results", new, name="key-result-add"),
    path("objectives/<str:ref>/key-results/new", new, name="key-result-new"),
    path("key-results/<str:ref>/edit", edit, name="key-result-edit"),
]
