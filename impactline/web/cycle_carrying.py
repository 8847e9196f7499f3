"""What goes on in another cycle: many objectives at once."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Invalid, Refusal
from impactline.checkins.listing import listed
from impactline.okrs import actions, queries
from impactline.okrs.models import Cycle
from impactline.okrs.queries import Line
from impactline.okrs.visibility import visible_to
from impactline.people.models import Person
from impactline.people.roles import require_writer
from impactline.web.cycles import objectives_in
from impactline.web.forms import Form
from impactline.web.forms import Line as LineField
from impactline.web.objective_forms import Refs
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page, today


class CarryingForm(Form):
    """Which objectives go on, and where."""

    objectives = Refs(label="Objectives")
    cycle = LineField("Cycle", most=80)


@require_http_methods(["GET", "POST"])
def carry_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose objectives of a cycle and let them go on in another one."""
    person, cycle = asking(request), queries.cycle_named(ref)
    require_writer(person)
    lines = listed(person, objectives_in(cycle), today()).lines
    form = CarryingForm(
        request.POST or None, initial={"objectives": [line.ref for line in lines if _is_unfinished(line)]}
    )
    if request.method == "POST" and form.is_valid():
        try:
            count = _carry(person=person, refs=form.cleaned_data["objectives"], ref=form.cleaned_data["cycle"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            done = "One objective goes on there." if count == 1 else f"{count} objectives go on there."
            return go(request, address("cycle-page", form.cleaned_data["cycle"]), f"{done} Check their targets.")
    return page(
        request,
        "cycle_carry_over.html",
        status=422 if form.is_bound else 200,
        cycle=cycle,
        form=form,
        lines=lines,
        cycles=[(other.ref, other.title) for other in queries.open_cycles() if other.pk != cycle.pk],
    )


def _carry(*, person: Person, refs: list[str], ref: str) -> int:
    """Carry the objectives over, all of them or none; returns how many."""
    cycle: Cycle = queries.cycle_named(ref)
    chosen = list(visible_to(person).filter(ref__in=refs, archived_at=None).order_by("position", "id"))
    if len(chosen) < len(set(refs)):
        raise Invalid("Some of these objectives are no longer there.", remedy="Choose again.", field="objectives")
    return len(actions.carry_all_over(by=person, objectives=chosen, cycle=cycle, at=now()))


def _is_unfinished(line: Line) -> bool:
    return line.progress is None or line.progress < 1


addresses = [path("cycles/<str:ref>/carry-over", carry_over, name="cycle-carry-over")]
