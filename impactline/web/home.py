"""Home: what I owe, how my objectives stand, and what moved since I was last here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.checkins.queries import (
    Begun,
    Due,
    begun,
    concerning,
    due_of,
    moved_around,
    objectives_of,
    unmeasured_of,
    unscored_of,
)
from impactline.insight.attention import Scope, causes_in
from impactline.insight.queries import open_roadblocks
from impactline.metrics.queries import courses
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.today import Present
from impactline.okrs.visibility import visible_to
from impactline.people.models import Person
from impactline.planning.queries import waiting_for
from impactline.web import reader
from impactline.web.attention import most_important
from impactline.web.check_in_forms import CheckInForm, DueRow, due_row
from impactline.web.moves import moved_lines
from impactline.web.requests import lines
from impactline.web.roadblocks import block
from impactline.web.rows import ObjectiveRow, address, objective_row
from impactline.web.shell import asking, now, page, today

DUE_MAX = 40
OBJECTIVES_MAX = 30
LIVE_MAX = 200
REQUESTS_MAX = 20
BLOCKS_MAX = 10
BLOCKS_COUNTED = 200
VISIT = timedelta(hours=1)
LOOK_BACK = timedelta(days=7)
LOOK_BACK_MAX = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Step:
    """A first step of a fresh installation, and where to take it."""

    done: bool
    words: str
    label: str
    href: str


def show(request: HttpRequest) -> HttpResponse:
    """The page that everybody starts from."""
    return page_with(request)


def show_moved(request: HttpRequest) -> HttpResponse:
    """What moved, alone: open pages fetch it again."""
    person, since = asking(request), _last_here(request)
    return page(request, "home_moved.html", since=since, **_moved(person, since))


def page_with(request: HttpRequest, answered: str = "", form: CheckInForm | None = None) -> HttpResponse:
    """The page; with the ref and form of a check-in that was refused, where it was filled in."""
    person, present, since = asking(request), today(), _last_here(request)
    due = due_of(person, present)
    owed = [entry for entry in due if entry.is_owed(present.day)]
    own = list(objectives_of(person)[:OBJECTIVES_MAX])
    figures = _figures(person, own, owed[:DUE_MAX], present)
    blocks = list(open_roadblocks(person, person)[:BLOCKS_COUNTED])
    there = begun(person)
    rows = [_due_row(entry, figures, present) for entry in owed[:DUE_MAX]]
    return page(
        request,
        "home.html",
        status=200 if form is None else 422,
        due=[form.again(row) if form is not None and row.ref == answered else row for row in rows],
        errors={answered: form.faults_by_field()} if form is not None else {},
        more_due=len(owed) - len(rows),
        coming=_coming([entry for entry in due if entry not in owed]),
        objectives=_objective_rows([figures[objective.pk] for objective in own]),
        unmeasured=_links(unmeasured_of(person)),
        unscored=_links(unscored_of(person)),
        **_moved(person, since),
        since=since,
        steps=_steps(person, there),
        importing=person.is_administrator and not there.objective,
        requests=lines(waiting_for(person, REQUESTS_MAX), present.day),
        blocks=[block(row, present.day) for row in blocks[:BLOCKS_MAX]],
        more_blocks=max(0, len(blocks) - BLOCKS_MAX),
        needs=most_important(person, present.day),
        needs_attention=causes_in(person, Scope(mine=True), present.day),
        today=present.day,
    )


# --- what is owed ------------------------------------------------------------------------------------------


def _figures(
    person: Person, own: Sequence[Objective], owed: Sequence[Due], now: Present
) -> dict[int, ObjectiveFigures]:
    wanted = {objective.pk: objective for objective in own}
    wanted |= {entry.key_result.objective_id: entry.key_result.objective for entry in owed}
    return figures_of(person, list(wanted.values()), now)


def _due_row(entry: Due, figures: Mapping[int, ObjectiveFigures], now: Present) -> DueRow:
    whole = figures[entry.key_result.objective_id]
    own = next(one for one in whole.key_results if one.key_result.pk == entry.key_result.pk)
    return due_row(own, whole.objective.title, entry.due_on, now.day, back="home")


def _coming(due: Sequence[Due]) -> tuple[str, str, str] | None:
    """The next check-in that is not due yet: title, address, day."""
    if not due:
        return None
    first = due[0].key_result
    return first.title, address("key-result", first.ref), reader.weekday(due[0].due_on)


def _links(key_results: Sequence[KeyResult]) -> list[tuple[str, str]]:
    return [(row.title, address("key-result", row.ref)) for row in key_results]


# --- what stands, and what moved ---------------------------------------------------------------------------


def _objective_rows(figures: Sequence[ObjectiveFigures]) -> list[ObjectiveRow]:
    metrics = [part.key_result.metric_id for one in figures for part in one.key_results if part.key_result.metric_id]
    found = courses(metrics) if metrics else {}
    return [objective_row(one, found) for one in figures]


def _moved(person: Person, since: datetime) -> dict[str, Any]:
    """What moved since the last visit, of at least a week and at most a month; and the refs of what can move."""
    at, around = now(), concerning(person)
    start = max(min(since, at - LOOK_BACK), at - LOOK_BACK_MAX)
    live = visible_to(person).filter(pk__in=around).order_by("-id").values_list("ref", flat=True)[:LIVE_MAX]
    return {"moved": moved_lines(moved_around(person, start, around), since), "live": list(live)}


def _last_here(request: HttpRequest) -> datetime:
    """When the person was here before this visit; a visit ends after an hour without looking."""
    at, session = now(), request.session
    seen, since = session.get("home_seen_at"), session.get("home_since")
    if seen is None or since is None:
        person = asking(request)
        known = person.seen_at is not None and at - person.seen_at > VISIT
        since = (person.seen_at if known and person.seen_at else at - LOOK_BACK).isoformat()
    elif at - datetime.fromisoformat(seen) > VISIT:
        since = seen
    if seen is None or at - datetime.fromisoformat(seen) > timedelta(minutes=5):
        session["home_seen_at"], session["home_since"] = at.isoformat(), since
    return datetime.fromisoformat(since)


def _steps(person: Person, there: Begun) -> list[Step]:
    """What to do first, each step where it can be taken; nothing once somebody checked in, nothing for guests."""
    if there.check_in or not person.may_write:
        return []
    cycle, new, invite = reverse("cycle"), reverse("cycle-new"), reverse("administration")
    if not person.is_administrator:
        new = invite = ""
    return [
        Step(there.cycle, "A cycle: the quarter, say, with a sentence on what it is for.", "Create a cycle", new),
        Step(
            there.objective,
            "An objective: what will be different at its end.",
            "Write an objective",
            reverse("objective-new") if there.cycle else "",
        ),
        Step(
            there.key_result,
            "Key results: how it will be seen.",
            "Open the cycle",
            cycle if there.objective else "",
        ),
        Step(
            there.active,
            "The start: baselines and targets are frozen from then on.",
            "Open the cycle",
            cycle if there.key_result and person.is_administrator else "",
        ),
        Step(there.people, "The others who take part.", "Invite people", invite),
        Step(there.check_in, "The first check-in, here on this page when it is due.", "", ""),
    ]


addresses: list[URLPattern] = [
    path("", show, name="home"),
    path("moved", show_moved, name="moved"),
]
