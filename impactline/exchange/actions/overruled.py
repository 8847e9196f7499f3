"""Overruled findings of wording, as an import writes them."""

from collections.abc import Sequence
from typing import Any

from impactline.chain.models import ChainItem
from impactline.exchange.actions.work import Work
from impactline.exchange.plan import Add, Change
from impactline.insight import verbs
from impactline.insight.models import Overruled
from impactline.insight.stating import text_of
from impactline.insight.wording import digest_of
from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult, Objective

TABLES: tuple[Any, ...] = (Objective, KeyResult, Metric, ChainItem)


def write_overruled(work: Work, adds: Sequence[Add], changes: Sequence[Change]) -> None:
    """Write what was overruled and what is heeded again. A new one ends the one in force for the same text."""
    steps: list[Add | Change] = [*adds, *changes]
    items = _items({step.ref for step in steps})
    for change in changes:
        _resume(work, items[change.ref], change)
    for add in adds:
        item: Any = items[add.ref]
        part: Any = add.part
        of = {item.kind_name: item}
        digest = part.digest or digest_of(text_of(item))
        if part.resumed_at is None:
            there = Overruled.objects.filter(**of, rule=part.rule, digest=digest, resumed_at=None)
            there.update(resumed_at=part.at, resumed_by=work.id_of("person", part.by))
        Overruled.objects.create(
            **of,
            rule=part.rule,
            digest=digest,
            note=part.note,
            by_id=work.id_of("person", part.by),
            at=part.at,
            resumed_at=part.resumed_at,
            resumed_by_id=work.id_of("person", part.resumed_by),
        )
        work.tell(verbs.OVERRULED, item, objective=_objective(item), rule=part.rule, note=part.note)


def _items(refs: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in TABLES:
        found |= model._default_manager.in_bulk(list(refs - set(found)), field_name="ref")
    return found


def _resume(work: Work, item: Any, change: Change) -> None:
    current: Any = change.current
    wanted: Any = change.wanted
    digest = current.digest or digest_of(text_of(item))
    rows = Overruled.objects.filter(**{item.kind_name: item}, rule=current.rule, digest=digest, at=current.at)
    Overruled.objects.filter(pk__in=rows.order_by("id").values("pk")[:1]).update(
        resumed_at=wanted.resumed_at, resumed_by=work.id_of("person", wanted.resumed_by)
    )
    work.tell(verbs.HEEDED, item, objective=_objective(item), rule=current.rule)


def _objective(item: Any) -> int | None:
    found: int | None = item.pk if isinstance(item, Objective) else getattr(item, "objective_id", None)
    return found
