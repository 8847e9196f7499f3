"""Teams: the tree of them, and one with its purpose, its people, its objectives and what is due."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain.models import ChainItem
from impactline.chain.queries import outputs_to_come
from impactline.checkins.listing import listed
from impactline.checkins.queries import due_among
from impactline.insight.attention import Scope, causes_in
from impactline.okrs import queries
from impactline.okrs.models import Objective
from impactline.okrs.queries import Line
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Membership, Person, Team
from impactline.people.queries import members, team_named, with_ancestors
from impactline.people.queries import teams as every_team
from impactline.web import lists
from impactline.web.chain_words import figure_of
from impactline.web.check_in_forms import due_text
from impactline.web.cycles import objectives_in
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page, today

DUE_MAX = 30
OUTPUTS_MAX = 30


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the tree, with how many belong to it and how its own objectives of the cycle stand."""

    team: Team
    depth: int
    people: int
    tally: lists.Tally


@dataclass(frozen=True, slots=True)
class DueLine:
    """A check-in that the team owes or will."""

    title: str
    href: str
    objective: str
    owner: Person | None
    words: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class OutputLine:
    """An output that the team has still to deliver: how far it is, by when, and with which other teams."""

    item: ChainItem
    figure: str
    teams: list[Team]
    words: str
    is_late: bool


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """All teams as a tree."""
    person, present = asking(request), today()
    cycle = queries.current_cycle(present.day)
    objectives = objectives_in(cycle) if cycle else Objective.objects.none()
    found = listed(person, objectives, present).lines
    every = list(every_team())
    belonging = Membership.objects.filter(person__is_active=True).values_list("team_id", flat=True)
    rows = _rows(every, found, Counter(belonging))
    return page(request, "teams.html", rows=rows, cycle=cycle)


@require_GET
def team_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A team: what it is for, who belongs to it, what it pursues now, and which check-ins are due."""
    person, team, present = asking(request), team_named(ref), today()
    cycle = queries.current_cycle(present.day)
    objectives = objectives_in(cycle).filter(team=team) if cycle else Objective.objects.none()
    wish = lists.wish_of(request)
    shown = lists.show(person, objectives, wish, present)
    if is_fragment(request) and wish.first:
        return page(request, "cycle_rows.html", shown=shown, path=request.path)
    every = {other.pk: other for other in every_team(archived=True)}
    above = list(with_ancestors({key: other.parent_id for key, other in every.items()}, team.pk))[1:]
    outputs = outputs_to_come(person, team)
    due = due_among(key_results_visible_to(person).filter(objective__team=team), present)
    return page(
        request,
        "team.html",
        team=team,
        needs=causes_in(person, Scope(team=team), present.day),
        above=[every[key] for key in reversed(above)],
        below=[other for other in every.values() if other.parent_id == team.pk and other.archived_at is None],
        people=list(members(team)),
        cycle=cycle,
        shown=shown,
        path=request.path,
        due=[
            DueLine(
                entry.key_result.title,
                address("key-result", entry.key_result.ref),
                entry.key_result.objective.title,
                entry.key_result.owner,
                due_text(entry.due_on, present.day),
                entry.days_late > 0,
            )
            for entry in due[:DUE_MAX]
        ],
        due_count=len(due),
        outputs=[_output(item, team, present.day) for item in outputs[:OUTPUTS_MAX]],
        outputs_count=outputs.count(),
    )


def _output(item: ChainItem, team: Team, day: date) -> OutputLine:
    sharing = [*([item.team] if item.team else []), *item.shared_with.all()]
    late = item.due_on is not None and item.due_on < day
    return OutputLine(
        item, figure_of(item), [one for one in sharing if one.pk != team.pk], due_text(item.due_on, day), late
    )


def _rows(teams: list[Team], lines: Iterable[Line], people: Counter[int]) -> list[TeamRow]:
    """Teams with their depth, each before those inside it, by name on each level."""
    own: dict[int | None, list[Line]] = {}
    for line in lines:
        own.setdefault(line.team_id, []).append(line)
    known = {team.pk for team in teams}
    inside: dict[int | None, list[Team]] = {}
    for team in teams:
        inside.setdefault(team.parent_id if team.parent_id in known else None, []).append(team)
    waiting = [(0, team) for team in reversed(inside.get(None, []))]
    found = []
    while waiting:
        depth, team = waiting.pop()
        found.append(TeamRow(team, depth, people[team.pk], lists.tally(own.get(team.pk, []))))
        waiting += [(depth + 1, below) for below in reversed(inside.get(team.pk, []))]
    return found


addresses = [
    path("teams", teams, name="teams"),
    path("teams/<str:ref>", team_page, name="team"),
]
