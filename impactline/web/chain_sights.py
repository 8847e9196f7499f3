"""Lines of sight: what an item, key result, person or team serves, up to the top, and what is being done for it.

And what serves nothing: each with the places most like it, to be attached there with one click.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain import explain
from impactline.chain.graph import Kind
from impactline.chain.paths import Path
from impactline.chain.sight import Far
from impactline.chain.visibility import chain_item_for
from impactline.checkins import unattached as loose
from impactline.checkins.sights import (
    ITEM,
    KEY_RESULT,
    OBJECTIVE,
    PRIORITY,
    Key,
    Place,
    World,
    work_of_person,
    work_of_team,
)
from impactline.okrs.queries import priority_named
from impactline.okrs.visibility import key_result_for, objective_for
from impactline.people.queries import person_named, team_named
from impactline.web import reader
from impactline.web.chain_alike import CameOfIt, came_of
from impactline.web.explaining import written
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page, page_number, today

A_PAGE = 20
FAR_MAX = 12
BESIDE = (Kind.KEY_RESULT, Kind.OBJECTIVE, Kind.PRIORITY)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on a way: its title, its address, and which kind of place it is."""

    title: str
    href: str
    kind: str


@dataclass(frozen=True, slots=True)
class Way:
    """A path with its strength, and how that comes about."""

    stops: list[Stop]
    strength: str
    explained: Any


@dataclass(frozen=True, slots=True)
class Near:
    """An item that is near another, why, and what came of it."""

    place: Place
    why: str
    came: list[CameOfIt]


@dataclass(frozen=True, slots=True)
class Loose:
    """An item without a path, the places to which it could be attached, and what like it was done before."""

    place: Place
    near: list[Near]
    before: list[Near]


@require_GET
def of_item(request: HttpRequest, ref: str) -> HttpResponse:
    """What an item of the chain serves."""
    item = chain_item_for(asking(request), ref)
    return _show(request, item.title, address("chain-item", ref), [(ITEM, item.pk)])


@require_GET
def of_key_result(request: HttpRequest, ref: str) -> HttpResponse:
    """What a key result serves, and what is done for it."""
    row = key_result_for(asking(request), ref)
    return _show(request, row.title, address("key-result", ref), [(KEY_RESULT, row.pk)])


@require_GET
def of_objective(request: HttpRequest, ref: str) -> HttpResponse:
    """What an objective serves, and what is done for it."""
    objective = objective_for(asking(request), ref)
    return _show(request, objective.title, address("objective", ref), [(OBJECTIVE, objective.pk)])


@require_GET
def of_priority(request: HttpRequest, ref: str) -> HttpResponse:
    """What is done for a priority."""
    priority = priority_named(ref)
    return _show(request, priority.title, address("priority", ref), [(PRIORITY, priority.pk)])


@require_GET
def of_person(request: HttpRequest, ref: str) -> HttpResponse:
    """What the work of a person serves."""
    viewer, person = asking(request), person_named(ref)
    mine = viewer.pk == person.pk
    heading = "What my work serves" if mine else f"What the work of {person.name} serves"
    own = work_of_person(viewer, person)
    return _show(request, person.name, address("person", person.email), own, heading)


@require_GET
def of_team(request: HttpRequest, ref: str) -> HttpResponse:
    """What the work of a team serves."""
    team = team_named(ref)
    own, heading = work_of_team(asking(request), team), f"What the work of {team.name} serves"
    return _show(request, team.name, address("team", ref), own, heading)


@require_GET
def unattached(request: HttpRequest) -> HttpResponse:
    """What has no path to a priority or an impact, with the places most like it."""
    found = loose.Unattached(asking(request))
    pages = max(1, -(-len(found.keys) // A_PAGE))
    at = page_number(request, pages)
    rows = [
        Loose(row.place, _nears(row.near), _nears(row.before)) for row in found.items((at - 1) * A_PAGE, at * A_PAGE)
    ]
    return page(request, "chain_unattached.html", rows=rows, count=len(found.keys), number=at, pages=pages)


def _nears(found: list[loose.Near]) -> list[Near]:
    return [Near(one.place, _why(one.why), came_of(one.came) if one.came else []) for one in found]


def _why(why: loose.Why) -> str:
    return f"same {why}" if isinstance(why, str) else f"{reader.percent(why)} alike"


def _show(
    request: HttpRequest, title: str, back: str, own: Collection[Key], heading: str = "Line of sight"
) -> HttpResponse:
    world = World(asking(request))
    sight = world.sight(own)
    template = "chain_sight_part.html" if is_fragment(request) else "chain_sight.html"
    return page(
        request,
        template,
        heading=heading,
        title=title,
        back=back,
        arrives=sight.arrives,
        up=[_way(world, found) for found in sight.up],
        down=[_way(world, found) for found in sight.down],
        serves=_far(world, sight.serves),
        work=_far(world, sight.work),
        has_any=bool(own),
    )


def _way(world: World, found: Path) -> Way:
    titles = {key: world.places[key].called for key in found.keys}
    explained = explain.strength(found, titles, today().day, write=written())
    return Way([_stop(world.places[key]) for key in found.keys], reader.percent(found.strength), explained)


def _far(world: World, found: tuple[Far, ...]) -> list[tuple[Stop, str]]:
    return [(_stop(world.places[one.key]), reader.percent(one.strength)) for one in found[:FAR_MAX]]


def _stop(place: Place) -> Stop:
    page = place.kind.replace("_", "-") if place.kind in BESIDE else "chain-item"
    return Stop(place.called, address(page, place.ref), place.kind.replace("_", " "))


addresses = [
    path("chain/unattached", unattached, name="chain-unattached"),
    path("chain/<str:ref>/sight", of_item, name="chain-sight"),
    path("key-results/<str:ref>/sight", of_key_result, name="key-result-sight"),
    path("objectives/<str:ref>/sight", of_objective, name="objective-sight"),
    path("priorities/<str:ref>/sight", of_priority, name="priority-sight"),
    path("people/<str:ref>/serves", of_person, name="person-serves"),
    path("teams/<str:ref>/serves", of_team, name="team-serves"),
]
