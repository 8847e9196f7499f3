"""What is kept of other formats, of items that a viewer may see."""

from collections.abc import Iterator

from impactline.exchange.document_foreign import Foreign
from impactline.exchange.models import ForeignElement
from impactline.exchange.queries.visible import Visible, told


def foreign_of(seen: Visible) -> Iterator[Foreign]:
    """In the order in which it was kept; one query. What stood in the element of a hidden item does not name it."""
    named = {row.ref for row in seen.items.values()} | set(seen.metrics.values())
    for row in ForeignElement.objects.order_by("id"):
        if row.item_id is not None:
            on = seen.items[row.item_id].ref if row.item_id in seen.items else None
        else:
            on = seen.metrics.get(row.metric_id or 0)
        if on is not None:
            within = row.within if row.within in named else None
            yield told(Foreign, on=on, format=row.format, within=within, content=row.content)
