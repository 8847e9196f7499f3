"""Elements of other formats, as an import keeps them beside what came of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from impactline.base.bulk import write
from impactline.base.inserting import insert
from impactline.exchange.actions.work import Work
from impactline.exchange.models import ForeignElement
from impactline.exchange.plan import Add, Change


def keep(work: Work, adds: Sequence[Add], changes: Sequence[Change]) -> None:
    """Write new elements, and put changed ones in the place of those that are there."""
    insert(ForeignElement, [ForeignElement(**_on(work, add.part), **_said(add.part)) for add in adds])
    wanted: list[Any] = [change.wanted for change in changes]
    rows = list(_rows(work, wanted))
    by_item = {(row.item_id, row.metric_id): row for row in rows}
    for part in wanted:
        on = _on(work, part)
        row = by_item[on["item_id"], on["metric_id"]]
        row.within = (part.within or "") if part.states("within") else row.within
        row.content = part.content if part.states("content") else row.content
    write(ForeignElement, rows, ["within", "content"])


def _rows(work: Work, parts: Iterable[Any]) -> Iterable[ForeignElement]:
    named = [_on(work, part) for part in parts]
    yield from ForeignElement.objects.filter(item__in=[on["item_id"] for on in named if on["item_id"]])
    yield from ForeignElement.objects.filter(metric__in=[on["metric_id"] for on in named if on["metric_id"]])


def _on(work: Work, part: Any) -> dict[str, Any]:
    """The thing that it is about, by id."""
    item = work.known("chain item").get(part.on)
    return {"item_id": item, "metric_id": work.id_of("metric", part.on) if item is None else None}


def _said(part: Any) -> dict[str, str]:
    return {"format": part.format, "within": part.within or "", "content": part.content}
