"""Overruled findings of wording, as documents tell them."""

from collections import defaultdict

from impactline.exchange.document_okrs import Overruled
from impactline.exchange.queries.visible import Visible, told
from impactline.insight import models
from impactline.insight.stating import Item, text_of
from impactline.insight.wording import digest_of

Kept = dict[tuple[str, int], list[models.Overruled]]


def overruled_rows() -> Kept:
    """All rows by kind and id of their item, oldest first; one query."""
    found: Kept = defaultdict(list)
    for row in models.Overruled.objects.order_by("at", "id"):
        name = next(name for name in models.ITEMS if getattr(row, f"{name}_id") is not None)
        found[name, getattr(row, f"{name}_id")].append(row)
    return found


def overruled_parts(rows: Kept, item: Item, seen: Visible) -> tuple[Overruled, ...]:
    """What is overruled for an item; the digest is told only where it is not that of the present text."""
    mine = rows.get((str(item.kind_name), item.pk), [])
    now = digest_of(text_of(item)) if mine else ""
    return tuple(
        told(
            Overruled,
            rule=row.rule,
            note=row.note,
            digest="" if row.digest == now else row.digest,
            by=seen.people.get(row.by_id or 0),
            at=row.at,
            resumed_at=row.resumed_at,
            resumed_by=seen.people.get(row.resumed_by_id or 0),
        )
        for row in mine
    )
