"""What was expected of activities and outputs that have ended, as it was kept, and as a person sees it."""

from datetime import date

from impactline.base.explanation import PLAIN, Format
from impactline.chain.expectation import Move
from impactline.chain.levels import LinkKind
from impactline.chain.models import ChainItem, Link, Prediction
from impactline.chain.prediction import Comparison, Ended, compare
from impactline.chain.visibility import items_visible_to
from impactline.people.models import Person


def predictions_of(person: Person | None, item: ChainItem) -> list[Prediction]:
    """What was kept of an item that the person may see, as far as they see what it was about; one query."""
    seen = items_visible_to(person).values("pk")
    rows = Prediction.objects.filter(item=item, output__in=seen, outcome__in=seen)
    return list(rows.select_related("item", "output", "outcome", "metric").order_by("pk"))


def predictable() -> set[int]:
    """The ids of items of which something was kept, or could be once they end; three queries."""
    outputs = set(Link.objects.exclude(effect_metric=None).values_list("source", flat=True))
    makers = Link.objects.filter(kind=LinkKind.PRODUCES, target__in=outputs).values_list("source", flat=True)
    return outputs | set(makers) | set(Prediction.objects.values_list("item", flat=True))


def compared(row: Prediction, as_of: date, *, write: Format = PLAIN) -> Comparison:
    """What was kept, in words of contribution; `as_of` tells what is still to be seen from what was not read."""
    title = row.item.title if row.item_id == row.output_id else f"{row.item.title} → {row.output.title}"
    observed, begun = row.observed, row.from_value
    return compare(
        Ended(
            title=title,
            metric=f"“{row.metric.name}”",
            unit=row.metric.unit,
            evidence=row.evidence,
            expected=kept_move(row),
            from_value=None if begun is None else float(begun),
            to_value=None if begun is None or observed is None else float(begun + observed),
            seen_by=row.seen_by,
        ),
        as_of,
        write=write,
    )


def kept_move(row: Prediction) -> Move:
    """The expected change that was kept."""
    return Move.kept(float(row.expected), float(row.claimed), float(row.low), float(row.high))
