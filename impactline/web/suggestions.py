"""What a field that names an item by its ref offers: refs with the titles that people know."""

from itertools import chain

from impactline.chain.levels import Level
from impactline.chain.visibility import items_visible_to
from impactline.okrs.models import CycleState
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person

MOST = 300

Suggestions = list[tuple[str, str]]


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
