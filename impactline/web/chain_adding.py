"""The line that adds another item to one of the chain: what can stand there, and what can be chosen."""

from dataclasses import dataclass

from impactline.chain import queries
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.chain.visibility import may_edit_item
from impactline.people.models import Person
from impactline.web.chain_naming import Offered, offered_by_title
from impactline.web.chain_words import RARE, WAYS, Way, words_of

OFFERED = 200


@dataclass(frozen=True, slots=True)
class Adding:
    """A line that adds another item to one: the number of the way, what is asked, and what can be chosen."""

    number: int
    asks: str
    levels: list[tuple[str, str]]
    titles: Offered


def brought_about(person: Person, item: ChainItem) -> Adding | None:
    """How what an item comes from is added where the item is told of; None for whoever may not."""
    if not may_edit_item(person, item):
        return None
    ways = WAYS[Level(item.level)]
    number, way = next((number, way) for number, way in enumerate(ways) if not way.up and way.kind not in RARE)
    titles = offered(person, item, (way,))
    return Adding(number, way.add, level_words(way), [title for level in way.levels for title in titles[str(level)]])


def offered(person: Person, item: ChainItem, ways: tuple[Way, ...]) -> dict[str, Offered]:
    """Titles that could be chosen for each level, newest first, with refs where they are the same; one query."""
    wanted = {level for way in ways for level in way.levels}
    rows = queries.items_of(person).filter(level__in=wanted).exclude(pk=item.pk).order_by("-id")
    found: dict[str, list[tuple[str, str]]] = {str(level): [] for level in wanted}
    for level, ref, title in rows.values_list("level", "ref", "title")[:OFFERED]:
        found[level].append((ref, title))
    return {level: offered_by_title(pairs) for level, pairs in found.items()}


def level_words(way: Way) -> list[tuple[str, str]]:
    """The levels that can stand at the other end, for a select."""
    return [(str(level), words_of(level).one) for level in way.levels]
