"""People: the list of them, and one with what their work serves, line by line up to the strategy."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.checkins.figures import figures_of
from impactline.checkins.queries import due_of
from impactline.insight.attention import Scope, causes_in
from impactline.metrics.queries import courses
from impactline.okrs import queries
from impactline.okrs.models import CycleState, KeyResult, Objective, Priority
from impactline.okrs.queries import Ways, contains
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Membership, Person, Team
from impactline.people.queries import people as everybody
from impactline.people.queries import person_named, teams_of
from impactline.web.check_in_forms import due_text
from impactline.web.rows import ObjectiveRow, address, objective_row, person_href
from impactline.web.shell import asking, page, page_number, today

A_PAGE = 100
OBJECTIVES_MAX, KEY_RESULTS_MAX = 20, 60
ROLES = {"administrator": "Administrator", "member": "Member", "guest": "Guest"}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list."""

    person: Person
    role: str
    teams: list[Team]


@dataclass(frozen=True, slots=True)
class Trail:
    """From something a person works for up to a priority, as far as it leads: (title, address) from the bottom up."""

    steps: tuple[tuple[str, str], ...]
    priorities: tuple[tuple[str, str], ...]


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name."""
    words = request.GET.get("q", "").strip()[:200]
    found = everybody()
    for word in words.split()[:8]:
        found = found.filter(contains("name", word) | contains("email", word))
    count = found.count()
    pages = max(1, ceil(count / A_PAGE))
    number = page_number(request, pages)
    shown = list(found[(number - 1) * A_PAGE : number * A_PAGE])
    teams = _teams_of(shown)
    rows = [PersonRow(person, ROLES[person.role], teams[person.pk]) for person in shown]
    return page(request, "people.html", rows=rows, count=count, number=number, pages=pages, q=words)


@require_GET
def person_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A person: objectives, key results, and what they serve."""
    viewer, person, present = asking(request), person_named(ref), today()
    open_ones = visible_to(viewer).filter(archived_at=None, cycle__archived_at=None)
    open_ones = open_ones.exclude(cycle__state=CycleState.CLOSED).order_by("cycle__starts_on", "position", "id")
    key_results = list(
        key_results_visible_to(viewer)
        .filter(owner=person, archived_at=None, objective__in=open_ones.order_by())
        .select_related("objective")
        .order_by("objective__position", "objective_id", "position", "id")[:KEY_RESULTS_MAX]
    )
    own = list(open_ones.filter(owner=person)[: OBJECTIVES_MAX + 1])
    own, more = own[:OBJECTIVES_MAX], len(own) > OBJECTIVES_MAX
    parts = list(open_ones.filter(pk__in={row.objective_id for row in key_results}).exclude(owner=person))
    figures = figures_of(viewer, [*own, *parts], present)
    drawn = courses(_metrics(entry.key_result for one in figures.values() for entry in one.key_results))
    ways = queries.ways_up(viewer, [*(one.pk for one in own), *(row.objective_id for row in key_results)])
    due = due_of(person, present) if viewer.pk == person.pk else []
    return page(
        request,
        "person.html",
        shown=person,
        role=ROLES[person.role],
        teams=list(teams_of(person)),
        needs=causes_in(viewer, Scope(person=person), present.day),
        rows=[objective_row(figures[objective.pk], drawn) for objective in own],
        parts=[_part(objective_row(figures[objective.pk], drawn), person) for objective in parts],
        more=more,
        trails=_trails(own, key_results, ways),
        due=[
            (entry.key_result.title, address("key-result", entry.key_result.ref), due_text(entry.due_on, present.day))
            for entry in due
            if entry.is_owed(present.day)
        ],
        is_self=viewer.pk == person.pk,
    )


def _part(row: ObjectiveRow, person: Person) -> ObjectiveRow:
    """Somebody else's objective with what this person owns of it."""
    own = tuple(one for one in row.key_results if one.owner_href == person_href(person))
    return replace(row, key_results=own, fragment="")


def _metrics(key_results: Iterable[KeyResult]) -> set[int]:
    return {row.metric_id for row in key_results if row.metric_id is not None}


def _trails(own: list[Objective], key_results: list[KeyResult], ways: Ways) -> list[Trail]:
    """One line for each key result, and for each objective in which the person has none."""
    titles = {priority.pk: priority for priority in queries.priorities()}
    covered = {row.objective_id for row in key_results}
    lines = [_trail(row.objective_id, ways, titles, row) for row in key_results]
    return lines + [_trail(objective.pk, ways, titles) for objective in own if objective.pk not in covered]


def _trail(start: int, ways: Ways, titles: dict[int, Priority], key_result: KeyResult | None = None) -> Trail:
    way = ways.up(start)
    steps = [(ways.objectives[key].title, address("objective", ways.objectives[key].ref)) for key in way]
    if key_result is not None:
        steps.insert(0, (key_result.title, address("key-result", key_result.ref)))
    served = [titles[key] for key in ways.priorities.get(way[-1], ()) if key in titles]
    return Trail(tuple(steps), tuple((one.title, address("priority", one.ref)) for one in served))


def _teams_of(people: list[Person]) -> dict[int, list[Team]]:
    found: dict[int, list[Team]] = defaultdict(list)
    rows = Membership.objects.filter(person__in=people, team__archived_at=None).select_related("team")
    for row in rows.order_by("team__name", "team_id"):
        found[row.person_id].append(row.team)
    return found


addresses = [
    path("people", people, name="people"),
    path("people/<str:ref>", person_page, name="person"),
]
