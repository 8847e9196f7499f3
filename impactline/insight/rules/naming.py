"""How rules name what they are about, and how they write numbers and days."""

from collections.abc import Iterable
from datetime import date

from impactline.insight.rules.finding import About, Guard, Threshold
from impactline.insight.rules.rows import CycleRow, ItemRow, KeyResultRow, MetricRow, ObjectiveRow, PersonRow, TeamRow
from impactline.insight.rules.snapshot import Snapshot

OBJECTIVE, ITEM = "objective", "chain_item"
TITLE_MAX = 60


def limit(snapshot: Snapshot, threshold: Threshold) -> float:
    """A threshold as the organisation set it, or its default."""
    return snapshot.limits.get(threshold.name, threshold.default)


def objective(row: ObjectiveRow) -> About:
    """An objective, seen by whoever sees it."""
    return About("objective", row.pk, row.ref, row.title, Guard(OBJECTIVE, row.pk))


def key_result(row: KeyResultRow) -> About:
    """A key result, seen by whoever sees its objective."""
    return About("key_result", row.pk, row.ref, row.title, Guard(OBJECTIVE, row.objective_id))


def item(row: ItemRow) -> About:
    """An item of the chain."""
    return About("chain_item", row.pk, row.ref, row.title, Guard(ITEM, row.pk))


def open_to_all(kind: str, row: PersonRow | TeamRow | CycleRow | MetricRow) -> About:
    """A person, team, cycle or shared metric, which everybody sees."""
    return About(kind, row.pk, row.ref, row.title)


def objectives(numbers: Iterable[int]) -> tuple[Guard, ...]:
    """Guards of objectives."""
    return tuple(Guard(OBJECTIVE, number) for number in numbers)


def items(numbers: Iterable[int]) -> tuple[Guard, ...]:
    """Guards of items of the chain."""
    return tuple(Guard(ITEM, number) for number in numbers)


def day(value: date) -> str:
    """12 October 2026."""
    return f"{value.day} {value:%B %Y}"


def short(title: str) -> str:
    """A title as it is quoted inside a sentence."""
    return title if len(title) <= TITLE_MAX else f"{title[: TITLE_MAX - 1].rstrip()}…"


def count(number: int, one: str, many: str = "") -> str:
    """3 key results; 1 key result."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share * 100:.0f} %"
