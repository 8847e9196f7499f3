"""What is alike: items like another, or like a key result, with what came of them, for those who plan."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain import queries as chain
from impactline.chain.levels import Level, LinkKind, kind_or_none
from impactline.chain.models import ChainItem, Prediction, State
from impactline.chain.prediction import Came
from impactline.chain.similar import Similar
from impactline.chain.visibility import items_visible_to, may_edit_item
from impactline.checkins.achieved import Achieved, achieved
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_result_for
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.chain_words import CAME, STATES, figure_of
from impactline.web.explaining import written
from impactline.web.rows import address
from impactline.web.shell import asking, is_fragment, page

ALIKE_MAX = 5
LEVELS = (Level.ACTIVITY, Level.OUTPUT)


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """One thing that came of an item, in words; with an address where it has a page."""

    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """An item that is like something, how much, whose it is, and what came of it; `joins` where it can be linked."""

    item: ChainItem
    likeness: str
    came: list[CameOfIt]
    joins: bool


@require_GET
def like_key_result(request: HttpRequest, ref: str) -> HttpResponse:
    """The activities and outputs most like a key result, of any team and cycle, with what they achieved."""
    person = asking(request)
    row = key_result_for(person, ref)
    measured = items_visible_to(person).filter(pk=row.measures_id or 0, archived_at=None).first()
    text = f"{row.title} {measured.title if measured else ''}"
    ties = chain.ties_of(person)
    behind = chain.reach([measured.pk], [(target, source) for source, target in ties]) if measured else set()
    found = _alike(person, text, ties, behind, measured)
    template = "chain_alike_part.html" if is_fragment(request) else "chain_alike.html"
    back = address("key-result", ref)
    return page(request, template, title=row.title, back=back, alike=found, measured=measured)


def came_of(found: Achieved) -> list[CameOfIt]:
    """What came of an item: how far it is, what was predicted and observed, and the scores that it led to."""
    item = found.item
    how_far = ", ".join(part for part in (STATES[State(item.state)], figure_of(item)) if part)
    told = [CameOfIt(how_far)] if item.level in (Level.ACTIVITY, Level.OUTPUT, Level.INPUT) else []
    told += [CameOfIt(_predicted(row)) for row in found.predictions[:1]]
    return [*told, *(CameOfIt(_scored(row), address("key-result", row.ref)) for row in found.key_results)]


def _predicted(row: Prediction) -> str:
    unit, amount = row.metric.unit, written().amount
    expected = f"“{row.metric.name}” was to change by {amount(float(row.expected), unit)}"
    observed = f", changed by {amount(float(row.observed), unit)}" if row.observed is not None else ""
    return f"{CAME[Came(row.came)]}: {expected}{observed}"


def _scored(row: KeyResult) -> str:
    if row.score is not None:
        return f"Scored {reader.number(round(row.score, 2))} in {row.objective.cycle}: {row.title}"
    reached = "nothing measured yet" if row.progress is None else f"{reader.percent(row.progress)} of the way"
    return f"{row.objective.cycle}, {reached}: {row.title}"


def _alike(
    person: Person, text: str, ties: Collection[chain.Tie], leave_out: Collection[int], measured: ChainItem | None
) -> list[Alike]:
    rows = dict(chain.items_of(person).order_by("pk").values_list("pk", "title"))
    wanted = chain.items_of(person).filter(level__in=[str(level) for level in LEVELS]).order_by("pk")
    similar = Similar(_texts(wanted.values_list("pk", flat=True), rows, ties))
    near = similar.nearest(text, ALIKE_MAX, leave_out=leave_out)
    came = achieved(person, [one.key for one in near])
    may_join = measured is not None and may_edit_item(person, measured)
    return [
        Alike(found.item, reader.percent(one.likeness), came_of(found), may_join and _leads(found.item, measured))
        for one in near
        if (found := came.get(one.key)) is not None
    ]


def _texts(keys: Iterable[int], titles: dict[int, str], ties: Iterable[chain.Tie]) -> Iterable[tuple[int, str]]:
    """Each item with the words of what it leads to in two steps: work is known by what it is for."""
    leads: dict[int, list[int]] = defaultdict(list)
    for source, target in ties:
        leads[source].append(target)
    for key in keys:
        next_ones = leads.get(key, ())
        after = (further for one in next_ones for further in leads.get(one, ()))
        named = dict.fromkeys([key, *next_ones, *after])
        yield key, " ".join(titles[one] for one in named if one in titles)


def _leads(item: ChainItem, measured: ChainItem | None) -> bool:
    if measured is None:
        return False
    return kind_or_none(Level(item.level), Level(measured.level)) not in (None, LinkKind.ENABLES)


addresses = [path("key-results/<str:ref>/alike", like_key_result, name="key-result-alike")]
