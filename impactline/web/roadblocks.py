"""Roadblocks: the board of what is in the way, by kind; one with its next step and how it was resolved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import Faults, Invalid
from impactline.checkins.queries import events_of
from impactline.insight import actions
from impactline.insight.bottlenecks.queries.freeing import Freed, freed_by
from impactline.insight.models import Roadblock, RoadblockKind
from impactline.insight.queries import open_roadblocks, resolved_roadblocks, roadblocks_on
from impactline.insight.visibility import Blocked, may_change, roadblock_for
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from impactline.web.bottlenecks import points, stop
from impactline.web.chain_sights import Stop
from impactline.web.forms import Day, Form, Prose
from impactline.web.moves import event_lines
from impactline.web.rows import address, person_href
from impactline.web.shell import asking, go, now, page, today

SHOWN_MAX = 300
RESOLVED_MAX = 30
ON_ITEM_MAX = 20
FIRST = 5
FREED_MAX = 8
LEAST = 0.0005
OLD_DAYS = 14


@dataclass(frozen=True, slots=True)
class Block:
    """A roadblock as it stands on a board: how long it has been there, what it blocks, what is done about it.

    `above` is who is asked where its owner gets no further. `points` are freed by clearing it, of these key results.
    """

    ref: str
    title: str
    href: str
    kind: str
    on_title: str
    on_href: str
    owner: Person | None
    owner_href: str
    next_step: str
    due_on: date | None
    is_late: bool
    age: str
    is_old: bool
    raised_on: date
    above: Person | None
    points: str = ""
    freed: tuple[tuple[Stop, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """The roadblocks of one kind."""

    kind: str
    title: str
    blocks: tuple[Block, ...]


class ResolveForm(Form):
    """What was done about it, and when."""

    resolution = Prose("What was done", required=True, most=2_000)
    resolved_on = Day("Day")


@require_http_methods(["GET", "HEAD"])
def board(request: HttpRequest) -> HttpResponse:
    """All that is in the way, in a column for each kind; ?mine=1 shows what the reader clears."""
    person, mine = asking(request), bool(request.GET.get("mine"))
    day = today().day
    found = list(open_roadblocks(person, person if mine else None)[: SHOWN_MAX + 1])
    freed = freed_by(person, found[:SHOWN_MAX], day)
    ranked = sorted(found[:SHOWN_MAX], key=lambda row: -freed[row.pk].value)
    blocks = [block(row, day, freed[row.pk]) for row in ranked]
    return page(
        request,
        "roadblocks.html",
        columns=_columns(blocks),
        day=day,
        first=[one for one in blocks[:FIRST] if one.points],
        count=min(len(found), SHOWN_MAX),
        more=len(found) > SHOWN_MAX,
        resolved=[
            (row, address("roadblock", row.ref), blocked_for_days(row, day))
            for row in resolved_roadblocks(person)[:RESOLVED_MAX]
        ],
        mine=mine,
    )


@require_GET
def show(request: HttpRequest, ref: str) -> HttpResponse:
    """One roadblock, with its history."""
    return _page(request, roadblock_for(asking(request), ref))


@require_POST
def resolve(request: HttpRequest, ref: str) -> HttpResponse:
    """Close it with what was done."""
    person = asking(request)
    roadblock, form = roadblock_for(person, ref), ResolveForm(request.POST)
    if form.is_valid():
        said = {"resolution": form.cleaned_data["resolution"], "day": form.cleaned_data["resolved_on"]}
        try:
            actions.resolve_roadblock(by=person, roadblock=roadblock, at=now(), **said)
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("roadblock", ref), "Resolved.", undo=address("roadblock", ref) + "/reopening")
    return _page(request, roadblock, form)


@require_POST
def reopen(request: HttpRequest, ref: str) -> HttpResponse:
    """It is in the way again."""
    roadblock = roadblock_for(asking(request), ref)
    actions.reopen_roadblock(by=asking(request), roadblock=roadblock, at=now())
    return go(request, address("roadblock", ref), "It is in the way again.")


def block(row: Roadblock, day: date, freed: Freed | None = None) -> Block:
    """A roadblock as boards and lists show it, with what clearing it frees where that was asked."""
    days = (day - row.raised_on).days
    return Block(
        ref=row.ref,
        title=row.title,
        href=address("roadblock", row.ref),
        kind=row.get_kind_display(),
        on_title=row.on.title if row.on is not None else "",
        on_href=on_href(row),
        owner=row.owner,
        owner_href=person_href(row.owner),
        next_step=row.next_step,
        due_on=row.due_on,
        is_late=row.due_on is not None and row.due_on < day,
        age=age_text(days),
        is_old=days >= OLD_DAYS,
        raised_on=row.raised_on,
        above=row.escalate_to,
        points=points(freed.value) if freed is not None and freed.value > LEAST else "",
        freed=tuple((stop(named), points(value)) for named, value in freed.behind[:FREED_MAX]) if freed else (),
    )


def blocking(person: Person, on: Blocked, day: date) -> list[Block]:
    """What is in the way of an item, so far as the person may see it. One query."""
    return [block(row, day) for row in roadblocks_on(open_roadblocks(person), on)[:ON_ITEM_MAX]]


def age_text(days: int) -> str:
    """For how long something has been there, in words."""
    if days <= 0:
        return "since today"
    if days == 1:
        return "for a day"
    return f"for {days} days" if days < 2 * OLD_DAYS else f"for {days // 7} weeks"


def blocked_for_days(row: Roadblock, day: date) -> str:
    """For how many days it blocked, or has blocked so far."""
    days = ((row.resolved_on or day) - row.raised_on).days
    if days < 1:
        return "less than a day"
    return f"{days} {'day' if days == 1 else 'days'}"


def _page(request: HttpRequest, roadblock: Roadblock, form: ResolveForm | None = None) -> HttpResponse:
    person, day = asking(request), today().day
    context: dict[str, Any] = {
        "roadblock": roadblock,
        "block": block(
            roadblock, day, None if roadblock.resolved_on else freed_by(person, [roadblock], day)[roadblock.pk]
        ),
        "blocked_days": blocked_for_days(roadblock, day),
        "form": form or ResolveForm(),
        "may_change": may_change(person, roadblock),
        "log": event_lines(events_of("roadblock", roadblock.pk), roadblock),
        "today": day,
    }
    return page(request, "roadblock.html", status=200 if form is None else 422, **context)


def _columns(blocks: Iterable[Block]) -> list[Column]:
    every = list(blocks)
    return [
        Column(str(kind), str(label), tuple(one for one in every if one.kind == label))
        for kind, label in RoadblockKind.choices
    ]


def on_href(row: Roadblock) -> str:
    """The page of what a roadblock is in the way of."""
    if isinstance(row.on, Objective):
        return address("objective", row.on.ref)
    if isinstance(row.on, KeyResult):
        return address("key-result", row.on.ref)
    return item_href(row.item.ref) if row.item is not None else ""


def item_href(ref: str) -> str:
    """The page of an item of the chain."""
    return address("chain-item", ref)


addresses: list[URLPattern] = [
    path("roadblocks/<str:ref>", show, name="roadblock"),
    path("roadblocks/<str:ref>/resolution", resolve, name="roadblock-resolution"),
    path("roadblocks/<str:ref>/reopening", reopen, name="roadblock-reopening"),
]
