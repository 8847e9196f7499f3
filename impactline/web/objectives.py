"""The page of an objective: its figures with the arithmetic in full, what it serves, what serves it, its history."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.base.errors import NotFound
from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.checkins.scopes import objective_scope
from impactline.insight.attention import Scope, causes_in
from impactline.metrics.queries import courses
from impactline.okrs import queries
from impactline.okrs.answers import answers_of
from impactline.okrs.measure import Driver, Kind
from impactline.okrs.models import Alignment, CycleState, Objective, Override, Score, Visibility
from impactline.okrs.score import suggested, verdict
from impactline.okrs.visibility import may_edit, objective_for, visible_to
from impactline.people.models import Person
from impactline.web.chain_scopes import chain_of
from impactline.web.chain_told import Judged, judged
from impactline.web.explaining_objectives import OBJECTIVE, Subject
from impactline.web.objective_history import history_of
from impactline.web.roadblocks import blocking
from impactline.web.rows import ObjectiveRow, address, end_of, marks_on, objective_row, on_day
from impactline.web.shell import asking, day_of, page, today

HISTORY = 12
HISTORY_PAGE = 50
FROM_KEY_RESULTS = (Driver.KEY_RESULTS, Driver.BOTH)
FROM_OBJECTIVES = (Driver.OBJECTIVES, Driver.BOTH)


@dataclass(frozen=True, slots=True)
class PartLine:
    """How one part entered the figure; all of them shares of 1 but `fixed`, which is in percent."""

    title: str
    href: str
    weight: float
    fixed: float | None
    raw: float | None
    counted: float | None

    @property
    def product(self) -> float | None:
        """What it adds to the progress of the objective."""
        return None if self.counted is None else self.weight * self.counted


@dataclass(frozen=True, slots=True)
class Beneath:
    """An objective that contributes to this one or supports it; `share` is the weight with which it counts."""

    row: ObjectiveRow
    kind: str
    share: float | None


@require_GET
def objective_page(request: HttpRequest, ref: str) -> HttpResponse:
    """An objective as of today or an earlier day."""
    person, present, as_of = asking(request), today(), day_of(request)
    try:
        objective = objective_for(person, ref)
    except NotFound:
        if person.is_administrator and queries.exists_hidden(ref):
            return page(request, "objective_glass.html", status=403, ref=ref)
        raise
    ties = queries.children_of(person, objective)
    figures = figures_of(person, [objective, *(tie.child for tie in ties)], present, as_of)
    own = figures.pop(objective.pk)
    may = may_edit(person, objective) and as_of is None
    history, earlier = history_of(person, objective, 0, HISTORY, end_of(as_of))
    return page(
        request,
        "objective.html",
        objective=objective,
        row=objective_row(own, _drawn(own, as_of), as_of, None if as_of else marks_on(person, [own], present.day)),
        beneath=_beneath(ties, figures, own, as_of),
        lines=_part_lines(own, figures, as_of),
        arithmetic=OBJECTIVE["progress"](Subject(own, figures, as_of or present.day)).text,
        rolled=own.rolled,
        parents=queries.parents_of(person, objective),
        priorities=list(objective.priorities.filter(archived_at=None)),
        override=_by_hand(objective, as_of),
        said=next(iter(answers_of(objective, as_of)), None),
        viewers=[(viewer.name, viewer.email) for viewer in queries.viewers_of(objective)]
        if objective.visibility == Visibility.PRIVATE
        else [],
        history=history,
        earlier=earlier,
        may_edit=may,
        judged=_judged(person, own) if as_of is None else None,
        may_add=may and objective.cycle.state != CycleState.CLOSED and objective.archived_at is None,
        blocks=[] if as_of is not None else blocking(person, objective, present.day),
        needs=0 if as_of is not None else causes_in(person, Scope(objective=objective), present.day),
        as_of=as_of,
        today=present.day,
        **_scores(objective, own, as_of),
        **_carried(person, objective),
    )


@require_GET
def row(request: HttpRequest, ref: str) -> HttpResponse:
    """The row of an objective in a list, with its key results; a fragment."""
    person = asking(request)
    objective = objective_for(person, ref)
    if objective.archived_at is not None:
        raise NotFound(f"There is no objective “{ref[:80]}” in the lists.")
    present = today()
    own = figures_of(person, [objective], present)[objective.pk]
    shown = objective_row(own, _drawn(own, None), None, marks_on(person, [own], present.day))
    return page(request, "objective_row.html", row=shown)


@require_GET
def history(request: HttpRequest, ref: str) -> HttpResponse:
    """All that happened to an objective, a page at a time."""
    person = asking(request)
    objective = objective_for(person, ref)
    asked = request.GET.get("page", "")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
    lines, earlier = history_of(person, objective, (number - 1) * HISTORY_PAGE, HISTORY_PAGE)
    return page(request, "objective_history.html", objective=objective, history=lines, number=number, earlier=earlier)


def _judged(person: Person, own: ObjectiveFigures) -> Judged | None:
    """Delivery, effect and quadrant; None where no key result says what it measures, so far as can be seen."""
    if not any(entry.key_result.measures_id for entry in own.key_results):
        return None
    shown = chain_of(person, objective_scope(person, own.objective.ref))
    return judged(person, own, shown) if shown.measured else None


def _drawn(own: ObjectiveFigures, as_of: date | None) -> dict[int, list[Any]]:
    return courses({entry.key_result.metric_id for entry in own.key_results if entry.key_result.metric_id}, as_of)


def _beneath(
    ties: list[Alignment], figures: dict[int, ObjectiveFigures], own: ObjectiveFigures, as_of: date | None
) -> list[Beneath]:
    shares = {part.key: part.weight for part in own.children if part.counted is not None}
    return [
        Beneath(objective_row(figures[tie.child_id], None, as_of), tie.kind, shares.get(tie.child_id)) for tie in ties
    ]


def _part_lines(own: ObjectiveFigures, children: dict[int, ObjectiveFigures], as_of: date | None) -> list[PartLine]:
    """The parts that the driver counts, with progress or without, as far as they can be seen."""
    driver = Driver(own.objective.driver)
    named: dict[object, tuple[str, str]] = {}
    if driver in FROM_KEY_RESULTS:
        named |= {
            entry.key_result.ref: (entry.key_result.title, address("key-result", entry.key_result.ref))
            for entry in own.key_results
        }
    if driver in FROM_OBJECTIVES:
        named |= {
            number: (child.objective.title, address("objective", child.objective.ref))
            for number, child in children.items()
        }
    return [
        PartLine(
            named[part.key][0],
            on_day(named[part.key][1], as_of),
            part.weight,
            part.fixed,
            part.raw,
            part.counted,
        )
        for part in own.rolled.parts
        if part.key in named
    ]


def _by_hand(objective: Objective, as_of: date | None) -> Override | None:
    """The progress that is set by hand, or was on an earlier day."""
    made = Override.objects.filter(objective=objective).select_related("by")
    if as_of is None:
        return made.filter(resumed_at=None).first()
    return made.filter(day__lte=as_of).exclude(resumed_day__lte=as_of).order_by("day", "id").last()


def _scores(objective: Objective, own: ObjectiveFigures, as_of: date | None) -> dict[str, Any]:
    """The scores given up to a day, the newest first, and the one that progress suggests."""
    rows = Score.objects.filter(objective=objective).select_related("by").order_by("-day", "-id")
    given = list(rows if as_of is None else rows.filter(day__lte=as_of))
    last = given[0] if given else None
    return {
        "scores": given,
        "suggested": suggested(own.rolled.progress),
        "verdict": verdict(last.given, Kind(objective.kind), dropped=last.dropped) if last else None,
        "may_score": objective.cycle.state == CycleState.CLOSING,
    }


def _carried(person: Person, objective: Objective) -> dict[str, Any]:
    """Where it came from and where it goes on, as far as the person may see it."""
    seen = visible_to(person).select_related("cycle")
    source = seen.filter(pk=objective.carried_from_id).first() if objective.carried_from_id else None
    return {"carried_from": source, "carried_to": list(seen.filter(carried_from=objective, archived_at=None))}


addresses = [
    path("objectives/<str:ref>", objective_page, name="objective"),
    path("objectives/<str:ref>/row", row, name="objective-row"),
    path("objectives/<str:ref>/history", history, name="objective-history"),
]
