"""The API's lines of sight, what has no path, and the gaps of a chain."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from impactline.api.access import REFUSALS
from impactline.api.shapes import Paging, slice_of
from impactline.chain.gaps import GapKind
from impactline.chain.queries import own_names
from impactline.chain.visibility import chain_item_for
from impactline.checkins.scopes import (
    Scope,
    chain_of,
    cycle_scope,
    objective_scope,
    organisation_scope,
    priority_scope,
    team_scope,
)
from impactline.checkins.sights import (
    ITEM,
    KEY_RESULT,
    OBJECTIVE,
    PRIORITY,
    Key,
    World,
    work_of_person,
    work_of_team,
)
from impactline.checkins.unattached import Unattached
from impactline.okrs.queries import priority_named
from impactline.okrs.visibility import key_result_for, objective_for
from impactline.people.models import Person
from impactline.people.queries import person_named, team_named

of_chain = Router(tags=["chain"])
of_key_results = Router(tags=["key results"])
of_objectives = Router(tags=["objectives"])
of_priorities = Router(tags=["strategic priorities"])
of_cycles = Router(tags=["cycles"])
of_teams = Router(tags=["teams"])
of_people = Router(tags=["people"])


class PlaceShape(Schema):
    """A place on a line of sight: an item of the chain by its level, a key result, an objective or a priority."""

    kind: str
    ref: str
    title: str


class SightPathShape(Schema):
    """A path as it reads, from what is done to what it is for.

    `links` are the confidences of its links, `strength` is their product; `not_stated` is how many of them nobody
    stated: a contribution counts as even odds then, what uses and produces as a fact.
    """

    places: list[PlaceShape]
    links: list[float]
    strength: float
    not_stated: int


class FarShape(PlaceShape):
    """A place at the end of a line of sight, with the strength of the best path there."""

    strength: float


class SightShape(Schema):
    """What something serves, and what is being done for it.

    `up` are the strongest paths to priorities and impacts; where there are none (`arrives` is false), the strongest as
    far as they lead. `down` are the strongest from what is being done. `serves` lists every priority and impact that is
    reached, `work` every activity behind, strongest first.
    """

    arrives: bool
    up: list[SightPathShape]
    down: list[SightPathShape]
    serves: list[FarShape]
    work: list[FarShape]


class ScoredShape(Schema):
    """A key result to which an item led, and its score; null before it is scored."""

    ref: str
    score: float | None


class NearShape(PlaceShape):
    """An item near another: by how much their titles are alike, or because both are of the `same` team or owner.

    What came of it: its state, how its predictions came out, and the key results that it led to.
    """

    likeness: float | None
    same: str | None
    state: str | None
    came: list[str]
    key_results: list[ScoredShape]


class LooseShape(PlaceShape):
    """An item without a path: the places nearest to it to which it could lead, and what like it there was before."""

    nearest: list[NearShape]
    before: list[NearShape]


class UnattachedPage(Schema):
    """A page of items without a path."""

    total: int
    items: list[LooseShape]


class GapShape(Schema):
    """A place where the chain is broken: of which kind, `of` an item or key result, what is missing, how to mend it."""

    kind: GapKind
    of: str
    ref: str
    title: str
    message: str
    remedy: str


class GapCount(Schema):
    """A kind of gap that there is, what it is called, and how many are of it."""

    kind: GapKind
    words: str
    count: int


class BrokenShape(Schema):
    """A link that rests on an assumption that failed or is failing."""

    source: str
    target: str
    assumption: str
    state: str


class GapsPage(Schema):
    """A page of gaps, in the order of the levels, key results last.

    `kinds` counts all gaps of the chain. `broken` is a page of its links that rest on what failed or is failing, by the
    same number; `broken_total` counts them.
    """

    total: int
    broken_total: int
    items: list[GapShape]
    kinds: list[GapCount]
    broken: list[BrokenShape]


class Wanted(Schema):
    """Gaps of one kind; without it, all."""

    kind: GapKind | None = None


@of_chain.get(
    "/unattached", response={200: UnattachedPage, **REFUSALS}, summary="Items without a path, and places near"
)
def unattached(request: HttpRequest, paging: Annotated[Paging, Query()]) -> UnattachedPage:
    found = Unattached(_asking(request))
    begin = (paging.page - 1) * paging.per_page
    rows = [row.as_data() for row in found.items(begin, begin + paging.per_page)]
    return UnattachedPage.model_validate({"total": len(found.keys), "items": rows})


@of_chain.get("/{ref}/sight", response={200: SightShape, **REFUSALS}, summary="What it serves, and what is done for it")
def of_item(request: HttpRequest, ref: str) -> SightShape:
    return _sight(request, [(ITEM, chain_item_for(_asking(request), ref).pk)])


@of_key_results.get(
    "/{ref}/sight", response={200: SightShape, **REFUSALS}, summary="What it serves, and what is done for it"
)
def of_key_result(request: HttpRequest, ref: str) -> SightShape:
    return _sight(request, [(KEY_RESULT, key_result_for(_asking(request), ref).pk)])


@of_people.get(
    "/people/{email}/serves", response={200: SightShape, **REFUSALS}, summary="What the work of a person serves"
)
def of_person(request: HttpRequest, email: str) -> SightShape:
    return _sight(request, work_of_person(_asking(request), person_named(email)))


@of_teams.get("/{ref}/serves", response={200: SightShape, **REFUSALS}, summary="What the work of a team serves")
def of_team(request: HttpRequest, ref: str) -> SightShape:
    return _sight(request, work_of_team(_asking(request), team_named(ref)))


@of_objectives.get(
    "/{ref}/sight", response={200: SightShape, **REFUSALS}, summary="What it serves, and what is done for it"
)
def sight_of_objective(request: HttpRequest, ref: str) -> SightShape:
    return _sight(request, [(OBJECTIVE, objective_for(_asking(request), ref).pk)])


@of_priorities.get(
    "/{ref}/sight", response={200: SightShape, **REFUSALS}, summary="What it serves, and what is done for it"
)
def sight_of_priority(request: HttpRequest, ref: str) -> SightShape:
    return _sight(request, [(PRIORITY, priority_named(ref).pk)])


@of_chain.get("/gaps", response={200: GapsPage, **REFUSALS}, summary="Where the chain is broken")
def gaps(request: HttpRequest, wanted: Annotated[Wanted, Query()], paging: Annotated[Paging, Query()]) -> GapsPage:
    return _gaps(request, organisation_scope(_asking(request)), wanted, paging)


@of_objectives.get("/{ref}/chain/gaps", response={200: GapsPage, **REFUSALS}, summary="Where its chain is broken")
def gaps_of_objective(
    request: HttpRequest, ref: str, wanted: Annotated[Wanted, Query()], paging: Annotated[Paging, Query()]
) -> GapsPage:
    return _gaps(request, objective_scope(_asking(request), ref), wanted, paging)


@of_priorities.get("/{ref}/chain/gaps", response={200: GapsPage, **REFUSALS}, summary="Where its chain is broken")
def gaps_of_priority(
    request: HttpRequest, ref: str, wanted: Annotated[Wanted, Query()], paging: Annotated[Paging, Query()]
) -> GapsPage:
    return _gaps(request, priority_scope(_asking(request), ref), wanted, paging)


@of_teams.get("/{ref}/chain/gaps", response={200: GapsPage, **REFUSALS}, summary="Where its chain is broken")
def gaps_of_team(
    request: HttpRequest, ref: str, wanted: Annotated[Wanted, Query()], paging: Annotated[Paging, Query()]
) -> GapsPage:
    return _gaps(request, team_scope(_asking(request), ref), wanted, paging)


@of_cycles.get("/{ref}/chain/gaps", response={200: GapsPage, **REFUSALS}, summary="Where its chain is broken")
def gaps_of_cycle(
    request: HttpRequest, ref: str, wanted: Annotated[Wanted, Query()], paging: Annotated[Paging, Query()]
) -> GapsPage:
    return _gaps(request, cycle_scope(_asking(request), ref), wanted, paging)


def _asking(request: HttpRequest) -> Person:
    return request.auth  # type: ignore[attr-defined, no-any-return]


def _sight(request: HttpRequest, own: list[Key]) -> SightShape:
    world = World(_asking(request))
    return SightShape.model_validate(world.as_data(world.sight(own)))


def _gaps(request: HttpRequest, scope: Scope, wanted: Wanted, paging: Paging) -> GapsPage:
    found: dict[str, Any] = chain_of(_asking(request), scope, own_names()).as_data(wanted.kind or "")
    for name, total in (("items", "total"), ("broken", "broken_total")):
        found |= {total: len(found[name]), name: slice_of(found[name], paging)}
    return GapsPage.model_validate(found)
