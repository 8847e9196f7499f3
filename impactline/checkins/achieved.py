"""What came of items of the chain, as a person sees it: how far they were delivered, what moved, how that was scored.

For those who plan something alike: a fixed number of queries, whatever the number of items.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from impactline.chain.models import ChainItem, Prediction
from impactline.chain.queries import Tie, items_of, ties_of
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person

KEY_RESULTS_MAX = 2
FAR_MAX = 2


@dataclass(frozen=True, slots=True)
class Achieved:
    """An item with the predictions that were compared when it ended, and the key results that it led to.

    Of these the scored come first, the later cycle before the earlier, two at most.
    """

    item: ChainItem
    predictions: tuple[Prediction, ...]
    key_results: tuple[KeyResult, ...]


def achieved(person: Person | None, numbers: Collection[int]) -> dict[int, Achieved]:
    """What came of these items, by id; four queries."""
    items = items_of(person).in_bulk(set(numbers))
    following = _following(ties_of(person))
    reached = {number: _reached(number, following) for number in items}
    ends = {end for found in reached.values() for end in found}
    measuring: dict[int, list[KeyResult]] = defaultdict(list)
    for row in _measuring(person, ends):
        measuring[row.measures_id or 0].append(row)
    kept = _predictions(person, items)
    return {
        number: Achieved(
            item, tuple(kept[number]), _first(row for end in reached[number] for row in measuring.get(end, ()))
        )
        for number, item in items.items()
    }


def _following(ties: Iterable[Tie]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for source, target in ties:
        found[source].append(target)
    return found


def _reached(number: int, following: dict[int, list[int]]) -> list[int]:
    """The item and what it leads to in two steps: from an activity as far as the outcome."""
    found, edge = [number], [number]
    for _ in range(FAR_MAX):
        edge = [target for source in edge for target in following.get(source, ()) if target not in found]
        found += dict.fromkeys(edge)
    return found


def _measuring(person: Person | None, ends: Collection[int]) -> list[KeyResult]:
    rows = key_results_visible_to(person).filter(measures__in=ends, archived_at=None, objective__archived_at=None)
    return list(rows.select_related("objective__cycle").order_by("-objective__cycle__ends_on", "pk"))


def _predictions(person: Person | None, items: Collection[int]) -> dict[int, list[Prediction]]:
    found: dict[int, list[Prediction]] = defaultdict(list)
    seen = items_of(person).order_by().values("pk")
    rows = Prediction.objects.filter(item__in=items, output__in=seen, outcome__in=seen).exclude(came="")
    for row in rows.select_related("metric").order_by("pk"):
        found[row.item_id].append(row)
    return found


def _first(rows: Iterable[KeyResult]) -> tuple[KeyResult, ...]:
    found = list({row.pk: row for row in rows}.values())
    return tuple(sorted(found, key=lambda row: row.score is None)[:KEY_RESULTS_MAX])
