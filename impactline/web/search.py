"""Search: everything that people look for, by its words, as far as they may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain.queries import items_of
from impactline.metrics.queries import visible_to as metrics_visible_to
from impactline.okrs.queries import cycles, matching, priorities
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person
from impactline.people.queries import people, teams
from impactline.web.chain_words import level_name
from impactline.web.rows import address
from impactline.web.shell import asking, page

FEW, MANY = 8, 100
WORDS_MAX = 200


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of thing that can be found: where to look, by which fields, and how to show what was found."""

    name: str
    label: str
    icon: str
    rows: Callable[[Person], "QuerySet[Any]"]
    fields: tuple[str, ...]
    page: str
    under: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found."""

    title: str
    href: str
    under: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one sort; `more` says that there is more of it."""

    sort: Sort
    hits: list[Hit]
    more: bool


def _objectives(person: Person) -> "QuerySet[Any]":
    rows = visible_to(person).filter(archived_at=None, cycle__archived_at=None)
    return rows.select_related("cycle", "team")


def _key_results(person: Person) -> "QuerySet[Any]":
    rows = key_results_visible_to(person).filter(archived_at=None, objective__archived_at=None)
    return rows.filter(objective__cycle__archived_at=None).select_related("objective")


def _of_cycle(objective: Any) -> str:
    return " · ".join([objective.cycle.title, *([objective.team.name] if objective.team else [])])


SORTS = (
    Sort("objective", "Objectives", "target", _objectives, ("title", "ref"), "objective", _of_cycle),
    Sort(
        "key-result",
        "Key results",
        "flag",
        _key_results,
        ("title", "ref"),
        "key-result",
        lambda row: row.objective.title,
    ),
    Sort("chain", "Chain", "link", items_of, ("title", "ref"), "chain-item", level_name),
    Sort("metric", "Metrics", "chart-line", metrics_visible_to, ("name", "ref"), "metric", lambda row: row.unit),
    Sort("priority", "Priorities", "compass", lambda _: priorities(), ("title", "ref"), "priority", lambda _: ""),
    Sort("team", "Teams", "users", lambda _: teams(), ("name", "ref"), "team", lambda _: ""),
    Sort("person", "People", "user", lambda _: people(), ("name", "email"), "person", lambda row: row.email),
    Sort("cycle", "Cycles", "calendar-days", lambda _: cycles(), ("name", "ref"), "cycle-page", lambda row: row.ref),
)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What fits the words: a few of each sort, or many of one."""
    person = asking(request)
    words = " ".join(request.GET.get("q", "").split())[:WORDS_MAX]
    only = request.GET.get("sort", "")
    sorts = [sort for sort in SORTS if sort.name == only] or list(SORTS)
    most = MANY if len(sorts) == 1 else FEW
    found = [_found(sort, person, words, most) for sort in sorts] if words else []
    return page(request, "search.html", q=words, only=only, found=[one for one in found if one.hits])


def _found(sort: Sort, person: Person, words: str, most: int) -> Found:
    rows = list(matching(sort.rows(person), words, sort.fields)[: most + 1])
    hits = [Hit(_title(row), address(sort.page, row.ref), sort.under(row)) for row in rows[:most]]
    return Found(sort, hits, len(rows) > most)


def _title(row: Any) -> str:
    return str(row)


addresses = [path("search", search, name="search")]
