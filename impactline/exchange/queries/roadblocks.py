"""Roadblocks as documents tell them."""

from collections.abc import Iterator

from impactline.exchange.document_chain import Roadblock
from impactline.exchange.queries.visible import Visible, told
from impactline.insight.models import Roadblock as Row
from impactline.insight.visibility import roadblocks_visible_to


def roadblocks_of(seen: Visible) -> Iterator[Roadblock]:
    """The visible roadblocks in the order in which they were raised. One query."""
    for row in roadblocks_visible_to(seen.viewer).order_by("raised_on", "id"):
        yield told(
            Roadblock,
            ref=row.ref,
            on=_on(row, seen),
            title=row.title,
            kind=row.kind,
            owner=seen.people.get(row.owner_id or 0),
            escalate_to=seen.people.get(row.escalate_to_id or 0),
            next_step=row.next_step or None,
            due_on=row.due_on,
            raised_by=seen.people.get(row.raised_by_id or 0),
            raised_on=row.raised_on,
            resolved_on=row.resolved_on,
            resolution=row.resolution,
        )


def _on(row: Row, seen: Visible) -> str | None:
    named = (
        seen.objectives.get(row.objective_id or 0),
        seen.key_results.get(row.key_result_id or 0),
        seen.items.get(row.item_id or 0),
    )
    return next((item.ref for item in named if item is not None), None)
