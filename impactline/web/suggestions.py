"""What a field that names an item by its ref offers: refs with the titles that people know.

Where there are very many, a field offers what a word of the title finds, while one types.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from impactline.base.errors import Invalid
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.chain.visibility import items_visible_to
from impactline.metrics.models import Metric
from impactline.metrics.queries import visible_to as metrics_visible_to
from impactline.okrs.models import CycleState
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person
from impactline.web.chain_naming import meant
from impactline.web.shell import asking, page

MOST, FEW = 300, 30
WORDS_MAX = 200

Suggestions = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a field offers: all that there is in `pairs`; of very many some, and at `href` what words find."""

    pairs: Sequence[Any]
    href: str = ""


def metric_choices(person: Person) -> Choices:
    """The shared metrics that a field offers."""
    found = _pairs(metrics_visible_to(person)[: MOST + 1])
    return Choices(found) if len(found) <= MOST else Choices(found[:FEW], reverse("suggested-metrics"))


def metric_named(person: Person, words: str, field: str) -> Metric:
    """The metric that a field means, by its ref or its name. Raises Invalid, at the field."""
    rows = metrics_visible_to(person, archived=True)
    found = rows.filter(ref=words).first() or rows.filter(name__iexact=words).first()
    if found is None:
        message = f"There is no metric “{words[:80]}”."
        raise Invalid(message, remedy="Write a word of its name and choose.", field=field)
    return found


def item_named(person: Person, words: str, field: str) -> ChainItem:
    """The outcome or output that a field means, by its ref or its title. Raises Invalid, at the field."""
    found = items_visible_to(person).filter(ref=words).first() or meant(measurable_items(person), words, field)
    if found is None:
        message = f"There is no item “{words[:80]}” in the chain."
        raise Invalid(message, remedy="Write a word of its title and choose.", field=field)
    return found


def item_choices(pairs: Sequence[Any], count: int) -> Choices:
    """Items of the chain that a field offers, given as groups."""
    return Choices(pairs) if count <= MOST else Choices((), reverse("suggested-items"))


@require_GET
def suggested_metrics(request: HttpRequest) -> HttpResponse:
    """The metrics that the words of a field find, as its options."""
    found = metrics_visible_to(asking(request)).filter(_told(request, "name", "ref"))
    return page(request, "suggested.html", pairs=_pairs(found[:FEW]))


@require_GET
def suggested_items(request: HttpRequest) -> HttpResponse:
    """The outcomes and outputs that the words of a field find, as its options."""
    found = measurable_items(asking(request)).filter(_told(request, "title", "ref"))
    return page(request, "suggested.html", pairs=list(found.values_list("ref", "title")[:FEW]))


def measurable_items(person: Person) -> "QuerySet[ChainItem]":
    """The outcomes and outputs that a key result could measure, by their titles."""
    levels = [str(Level.OUTCOME), str(Level.OUTPUT)]
    return items_visible_to(person).filter(archived_at=None, level__in=levels).order_by("title", "ref")


def _told(request: HttpRequest, *fields: str) -> Q:
    """What has each word of the field, whatever the field is called."""
    found = Q()
    for word in str(next(iter(request.GET.values()), ""))[:WORDS_MAX].split():
        found &= Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)
    return found


def _pairs(metrics: Iterable[Metric]) -> Suggestions:
    return [(metric.ref or "", f"{metric.name}, {metric.unit}" if metric.unit else metric.name) for metric in metrics]


def objectives(person: Person) -> Suggestions:
    """Objectives of cycles that are not closed, the latest first."""
    found = visible_to(person).filter(archived_at=None, cycle__archived_at=None).exclude(cycle__state=CycleState.CLOSED)
    return list(found.order_by("-cycle__starts_on", "position", "id").values_list("ref", "title")[:MOST])


def key_results(person: Person) -> Suggestions:
    """Key results of cycles that are not closed, the latest first."""
    found = key_results_visible_to(person).filter(archived_at=None, objective__archived_at=None)
    running = found.exclude(objective__cycle__state=CycleState.CLOSED)
    return list(running.order_by("-objective__cycle__starts_on", "position", "id").values_list("ref", "title")[:MOST])


def items(person: Person, level: Level | None = None) -> Suggestions:
    """Items of the chain, the latest first; of one level where that is given."""
    found = items_visible_to(person).filter(archived_at=None)
    of_level = found if level is None else found.filter(level=level)
    return list(of_level.order_by("-id").values_list("ref", "title")[:MOST])


def blockable(person: Person) -> Suggestions:
    """What a roadblock may be in the way of."""
    return list(chain(objectives(person), key_results(person), items(person)))


addresses: list[URLPattern] = [
    path("suggestions/metrics", suggested_metrics, name="suggested-metrics"),
    path("suggestions/items", suggested_items, name="suggested-items"),
]
