"""Writing objectives: a new one in a breath, and changes to one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Conflict, Invalid, NotFound, Refusal
from impactline.base.transactions import action
from impactline.insight.wording import Finding
from impactline.okrs import actions, queries
from impactline.okrs.measure import Driver, Kind, Type
from impactline.okrs.models import Cycle, KeyResult, Objective, Priority, Visibility
from impactline.okrs.typed_line import plain_measure
from impactline.okrs.visibility import objective_for, require_edit
from impactline.people.models import Person
from impactline.people.queries import teams_of
from impactline.people.roles import require_writer
from impactline.web import reader, wording
from impactline.web.forms import Choice, Form, Line, Number, PersonField, Prose, TeamField
from impactline.web.key_result_forms import lines_of
from impactline.web.merging import merge_page
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page, today
from impactline.web.suggestions import Choices, metric_choices, metric_named

KINDS = (
    ("committed", "Committed", "We will do what it takes; 1.0 is success."),
    ("aspirational", "Aspirational", "We aim beyond what we know how to do; 0.7 is success."),
    ("learning", "Learning", "We want to find out."),
)
DRIVERS = (
    ("key_results", "Its key results", ""),
    ("objectives", "The objectives that contribute to it", ""),
    ("both", "Both", ""),
    ("metric", "A metric of its own", ""),
    ("none", "Nothing", "No progress is computed; it can be set by hand."),
)


OWN_FIGURES = ("driver", "metric", "baseline", "target")


class Refs(forms.Field):
    """Several refs: as checkboxes send them, or with commas between."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        given = [value] if isinstance(value, str) else value or []
        return [ref.strip() for entry in given for ref in str(entry).split(",") if ref.strip()]


class ObjectiveForm(Form):
    """What an objective says, whose it is, what it serves, and where its progress comes from."""

    title = Line("Title")
    key_results = Prose("Key results")
    cycle = Line("Cycle", required=False, most=80)
    owner = PersonField("Owner")
    team = TeamField("Team")
    kind = Choice("Kind", [(value, label) for value, label, _ in KINDS], required=False)
    visibility = Choice("Seen by", Visibility.choices, required=False)
    description = Prose("Description")
    priorities = Refs(label="Priorities", required=False)
    driver = Choice("Progress comes from", [(value, label) for value, label, _ in DRIVERS], required=False)
    metric = Line("Metric", required=False, most=80)
    baseline = Number("From")
    target = Number("To")
    ref = Line("Ref", required=False, most=80)
    parent = forms.CharField(required=False, widget=forms.HiddenInput)

    def changes(self, person: Person) -> dict[str, Any]:
        """What the action changes; raises Invalid for what is not there."""
        given = self.cleaned_data
        metric = metric_named(person, given["metric"], "metric") if given["metric"] else None
        driver = given["driver"] or str(Driver.KEY_RESULTS)
        own = driver == Driver.METRIC
        return {
            "title": given["title"],
            "description": given["description"],
            "owner": given["owner"],
            "team": given["team"],
            "kind": given["kind"] or str(Kind.ASPIRATIONAL),
            "visibility": given["visibility"] or str(Visibility.OPEN),
            "driver": driver,
            "metric": metric if own else None,
            "baseline": given["baseline"] if own else None,
            "target": given["target"] if own else None,
        }


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an objective, with its key results one a line."""
    person = asking(request)
    require_writer(person)
    form = ObjectiveForm(request.POST or None, initial=_beginning(request, person))
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(person=person, form=form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("objective", made.ref), f"Added “{made.title}”.")
    return _form(request, person, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change an objective."""
    person = asking(request)
    objective = objective_for(person, ref)
    require_edit(person, objective)
    form = ObjectiveForm(request.POST or None, initial=_initial(objective))
    if request.method == "POST" and form.is_valid():
        try:
            _change(person, objective, form)
        except Conflict as conflict:
            theirs = _initial(objective_for(person, ref))
            back = address("objective", ref)
            return merge_page(request, form, theirs, conflict, title=objective.title, back=back, section="cycle")
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("objective", ref), f"Saved.{wording.told(_hints(form, objective))}")
    return _form(request, person, form, objective)


def add_typed(person: Person, objective: Objective, line: str, **more: Any) -> KeyResult:
    """Add a key result from a typed line; it has a measure only if the line says it plainly."""
    plain = plain_measure(line, reader.read_number)
    measure: dict[str, Any] = {} if plain is None else {"type": str(Type.METRIC), **plain._asdict()}
    return actions.create_key_result(by=person, objective=objective, title=line, at=now(), **measure, **more)


@action
def _create(*, person: Person, form: ObjectiveForm) -> Objective:
    """The objective, its key results, what it serves: all of it or nothing."""
    given, at = form.cleaned_data, now()
    parent = objective_for(person, given["parent"]) if given["parent"] else None
    wanted = {name: value for name, value in form.changes(person).items() if name not in OWN_FIGURES}
    made = actions.create_objective(
        by=person,
        at=at,
        cycle=_cycle(given["cycle"]),
        ref=given["ref"],
        priorities=_priorities(given["priorities"]),
        **wanted,
    )
    for line in lines_of(given["key_results"]):
        try:
            add_typed(person, made, line)
        except Invalid as fault:
            words = f"“{line[:40]}…”" if len(line) > 40 else f"“{line}”"
            raise Invalid(f"{words}: {fault.message}", remedy=fault.remedy, field="key_results") from fault
    if parent is not None:
        actions.align(by=person, child=made, parent=parent, at=at)
    return made


def _change(person: Person, objective: Objective, form: ObjectiveForm) -> None:
    given, changes = form.cleaned_data, form.changes(person)
    if given["cycle"] and given["cycle"] != objective.cycle.ref:
        changes["cycle"] = _cycle(given["cycle"])
    actions.change_objective(
        by=person,
        objective=objective,
        version=given["version"],
        at=now(),
        changes=changes,
        priorities=_priorities(given["priorities"]),
    )


def _cycle(ref: str) -> Cycle:
    """The cycle with this ref, the current one without; raises Invalid when there is none."""
    found = queries.cycle_named(ref) if ref else queries.current_cycle(today().day)
    if found is None:
        raise Invalid("There is no cycle yet.", remedy="Ask an administrator to add one.", field="cycle")
    return found


def _priorities(refs: list[str]) -> list[Priority]:
    known = {priority.ref: priority for priority in queries.priorities(archived=True)}
    if missing := [ref for ref in refs if ref not in known]:
        raise Invalid(f"There is no priority “{missing[0][:80]}”.", field="priorities")
    return [known[ref] for ref in refs]


def _beginning(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What stands in an empty form: what the address asks for, else the current cycle, oneself, one's only team."""
    asked = request.GET
    own = list(teams_of(person)[:2])
    current = queries.current_cycle(today().day)
    return {
        "cycle": asked.get("cycle", "") or (current.ref if current else ""),
        "owner": person,
        "team": asked.get("team", "") or (own[0] if len(own) == 1 else None),
        "kind": str(Kind.ASPIRATIONAL),
        "visibility": str(Visibility.OPEN),
        "priorities": [asked["priority"]] if asked.get("priority") else [],
        "parent": asked.get("parent", ""),
    }


def _initial(objective: Objective) -> dict[str, Any]:
    return {
        "version": objective.version,
        "title": objective.title,
        "cycle": objective.cycle.ref,
        "owner": objective.owner,
        "team": objective.team,
        "kind": objective.kind,
        "visibility": objective.visibility,
        "description": objective.description,
        "priorities": list(objective.priorities.values_list("ref", flat=True)),
        "driver": objective.driver,
        "metric": objective.metric.ref if objective.metric else "",
        "baseline": objective.baseline,
        "target": objective.target,
    }


def _form(request: HttpRequest, person: Person, form: ObjectiveForm, objective: Objective | None) -> HttpResponse:
    cycles = list(queries.open_cycles())
    if objective is not None and objective.cycle not in cycles:
        cycles.insert(0, objective.cycle)
    asked = str(form.value("parent")) if objective is None else ""
    return page(
        request,
        "objective_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        hints=_hints(form, objective),
        objective=objective,
        cycles=[(cycle.ref, cycle.title) for cycle in cycles],
        people=PersonField.options()[1:],
        teams=TeamField.options()[1:],
        priorities=[(priority.ref, priority.title) for priority in queries.priorities()],
        kinds=KINDS,
        drivers=DRIVERS,
        metrics=metric_choices(person) if objective else Choices(()),
        parent=_parent(person, asked),
    )


def _hints(form: ObjectiveForm, objective: Objective | None) -> list[Finding]:
    """What is weak in what stands in the form."""
    return wording.hints("objective", str(form.value("title")), {}, objective, objective)


def _parent(person: Person, ref: str) -> Objective | None:
    try:
        return objective_for(person, ref) if ref else None
    except NotFound:
        return None


addresses = [
    path("objectives/new", new, name="objective-new"),
    path("objectives/<str:ref>/edit", edit, name="objective-edit"),
]
