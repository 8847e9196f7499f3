"""Questions about contribution requests, each answered in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from impactline.people.models import Person
from impactline.people.queries import team_ids_of
from impactline.planning.models import OPEN, ContributionRequest, RequestState
from impactline.planning.visibility import requests_visible_to

RELATED = ("asked", "asking", "key_result__objective", "waiting", "promise", "asked_by", "answered_by")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what the person who looks at it may do: answer it, accept the offered day, or take it back."""

    request: ContributionRequest
    may_answer: bool
    may_agree: bool
    may_withdraw: bool


def open_requests(person: Person, most: int) -> tuple[list[Asked], list[Asked], list[Asked]]:
    """The open requests: to the teams of a person, by them, and between others. Two queries."""
    teams = team_ids_of(person)
    to_them: list[Asked] = []
    by_them: list[Asked] = []
    others: list[Asked] = []
    for row in _open(person)[:most]:
        asked = _asked(person, row, teams)
        if row.asked_id in teams:
            to_them.append(asked)
        elif row.asking_id in teams or row.asked_by_id == person.pk:
            by_them.append(asked)
        else:
            others.append(asked)
    return to_them, by_them, others


def waiting_for(person: Person, most: int) -> list[Asked]:
    """The requests that wait for a person: asked of their teams, or with a day that is offered to them. Two queries."""
    teams = team_ids_of(person)
    mine = Q(asked__in=teams, state=RequestState.ASKED)
    offered = Q(state=RequestState.PROPOSED) & (Q(asking__in=teams) | Q(asked_by=person))
    return (
        [_asked(person, row, teams) for row in _open(person).filter(mine | offered)[:most]] if person.may_write else []
    )


def answered_requests(person: Person, most: int) -> list[ContributionRequest]:
    """What was accepted, declined or withdrawn, the newest first. One query."""
    rows = requests_visible_to(person).exclude(state__in=OPEN).select_related(*RELATED)
    return list(rows.order_by("-answered_on", "-id")[:most])


def requests_to_be_listed(
    person: Person, *, state: str | None = None, is_open: bool | None = None, asked: str = "", asking: str = ""
) -> "QuerySet[ContributionRequest]":
    """All requests that a person may see, or those in a state and of teams by their refs, by the day they are due."""
    found = requests_visible_to(person).select_related(*RELATED).order_by("due_on", "id")
    if state is not None:
        found = found.filter(state=state)
    if is_open is not None:
        found = found.filter(state__in=OPEN) if is_open else found.exclude(state__in=OPEN)
    if asked:
        found = found.filter(asked__ref=asked)
    return found.filter(asking__ref=asking) if asking else found


def rights(person: Person, request: ContributionRequest) -> Asked:
    """What a person may do with one request. One query."""
    return _asked(person, request, team_ids_of(person))


def _open(person: Person) -> "QuerySet[ContributionRequest]":
    return requests_visible_to(person).filter(state__in=OPEN).select_related(*RELATED).order_by("due_on", "id")


def _asked(person: Person, row: ContributionRequest, teams: set[int]) -> Asked:
    by_them = row.asking_id in teams or row.asked_by_id == person.pk
    may = person.may_write and row.is_open
    proposed = row.state == RequestState.PROPOSED
    return Asked(
        row,
        may_answer=may and (person.is_administrator or row.asked_id in teams),
        may_agree=may and proposed and (person.is_administrator or by_them),
        may_withdraw=may and (person.is_administrator or by_them),
    )
