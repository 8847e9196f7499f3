"""How hard a target is, shown in the form while it is being chosen."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from impactline.base.errors import Invalid
from impactline.insight.forecast.difficulty import Difficulty
from impactline.insight.forecast.queries import difficulty_of
from impactline.metrics.models import Metric
from impactline.metrics.queries import visible_to as metrics_visible_to
from impactline.okrs.measure import Measure, Milestone, Type, Values, faults
from impactline.okrs.models import Objective
from impactline.okrs.period import Period
from impactline.okrs.visibility import key_result_for, objective_for
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.forecasts import spoken
from impactline.web.shell import asking, page, today

NUMBERS = ("baseline", "target", "low", "high", "warning")
LINES_MAX = 100


@require_POST
def typed(request: HttpRequest, ref: str) -> HttpResponse:
    """How hard what stands in the form is; nothing while the measure is not whole."""
    person = asking(request)
    objective = objective_for(person, ref)
    return page(request, "difficulty.html", difficulty=_found(person, objective, request.POST))


def _found(person: Person, objective: Objective, given: QueryDict) -> Difficulty | None:
    measure, period = _measure(given), _period(objective, given)
    if measure is None or period is None or faults(measure):
        return None
    metric = _metric(person, given)
    return difficulty_of(measure, objective, metric, period, today().day, spoken())


def _measure(given: QueryDict) -> Measure | None:
    """The measure as far as it was typed; None with a type that there is not, or a number that is none."""
    try:
        numbers: dict[str, Any] = {name: _number(given.get(name, "")) for name in NUMBERS}
        return Measure(
            Type(given.get("type") or "metric"),
            **numbers,
            unit=given.get("unit", "")[:60],
            values=Values(given.get("values") or "latest"),
            levels=tuple(_lines(given.get("levels", ""))),
            milestones=tuple(Milestone(line.partition("|")[0]) for line in _lines(given.get("milestones", ""))),
        )
    except (ValueError, Invalid):
        return None


def _period(objective: Objective, given: QueryDict) -> Period | None:
    cycle = objective.cycle
    try:
        starts_on = _day(given.get("starts_on", "")) or cycle.starts_on
        due_on = _day(given.get("due_on", "")) or cycle.ends_on
        return Period(starts_on, due_on, cycle.check_in_every_days)
    except ValueError:
        return None


def _metric(person: Person, given: QueryDict) -> Metric | None:
    """The metric that is followed: the chosen one, else the item's own."""
    if ref := given.get("metric", ""):
        return metrics_visible_to(person, archived=True).filter(ref=ref).first()
    if item := given.get("item", ""):
        own = key_result_for(person, item).metric
        return None if own is None or own.is_shared else own
    return None


def _number(text: str) -> Decimal | None:
    return reader.read_number(text) if text.strip() else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text.strip() else None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][:LINES_MAX]


addresses: list[URLPattern] = [path("objectives/<str:ref>/difficulty", typed, name="difficulty")]
