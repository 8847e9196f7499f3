"""Rules of what is put into key results."""

from collections.abc import Iterator, Sequence

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import limit, percent
from impactline.insight.rules.rows import KeyResultRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

WEIGHTY = Threshold("R26", "Share of an objective, in per cent, from which a key result matters much", 40, 10, 100)
LITTLE = Threshold("R26-work", "Share of the work, in per cent of that weight, which is little for it", 50, 5, 100)


def little_work(snapshot: Snapshot) -> Iterator[Told]:
    """R26: a key result with a great weight of its own, to which little of its objective's work leads.

    Only where the effort of every activity behind the objective is known; what is behind several key results counts
    for each of them. Private activities are left out: it holds for those who see none of them.
    """
    for objective in snapshot.running:
        parts = snapshot.key_results_of.get(objective.pk, ())
        if not any(part.weight is not None and part.weight >= limit(snapshot, WEIGHTY) for part in parts):
            continue
        hours, hidden = _hours(snapshot, parts)
        whole = sum(hours.values())
        if len(hours) < len(parts) or len(parts) < 2 or not whole:
            continue
        for part in parts:
            share = hours[part.pk] / whole
            weight = part.weight or 0.0
            if weight >= limit(snapshot, WEIGHTY) and share * 100 < weight * limit(snapshot, LITTLE) / 100:
                yield Told(
                    (naming.key_result(part),),
                    f"It counts for {weight:g} % of its objective, and {percent(share)} of the hours lead to it.",
                    "Move work to what matters most, or say with the weights what does.",
                    Act.LOOK,
                    value=snapshot.shares[part.pk],
                    unless=naming.items(sorted(hidden)),
                )


def _hours(snapshot: Snapshot, parts: Sequence[KeyResultRow]) -> tuple[dict[int, float], set[int]]:
    """The hours that lead to each key result by open ways, of those where all is known; and what is hidden beside."""
    found: dict[int, float] = {}
    hidden: set[int] = set()
    for part in parts:
        place = snapshot.items.get(part.measures_id or 0)
        if place is None or place.is_private:
            continue
        met, beside = snapshot.led_from(place.pk)
        hidden |= beside
        work = [snapshot.items[number] for number in met if snapshot.items[number].level == "activity"]
        if all(row.effort_hours is not None for row in work):
            found[part.pk] = float(sum(row.effort_hours or 0 for row in work))
    return found, hidden


RULES = (
    Rule(
        "R26",
        "A key result that matters much, to which little of the work leads.",
        "weights of key results, effort of the activities that lead to them",
        "The book (resources)",
        Severity.WARNING,
        little_work,
        (WEIGHTY, LITTLE),
    ),
)
