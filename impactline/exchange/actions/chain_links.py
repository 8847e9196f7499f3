"""Links of the chain with what they rest on, and dependencies, as an import writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from impactline.base.inserting import insert
from impactline.chain import verbs
from impactline.chain.levels import Level, kind_of
from impactline.chain.models import Assumption, ChainItem, Dependency, Evidence, Link
from impactline.exchange.actions.chain import assumed, replace, shown_by
from impactline.exchange.actions.work import (
    Work,
    before_and_after,
    changed,
    last_positions,
    number_of,
    save,
)
from impactline.exchange.plan import Add, Change

PLAIN = ("lag_days", "evidence", "rationale", "necessary", "group")
EFFECT = ("effect_metric_id", "effect_change", "effect_per")


def add_links(work: Work, adds: Sequence[Add]) -> None:
    """Write new links behind those to their targets; the levels give their kinds."""
    items = _items(adds)
    rows = [_link(work, add.part, items) for add in adds]
    last = last_positions(Link, "target_id", {row.target_id for row in rows})
    for row in rows:
        last[row.target_id] = row.position = last.get(row.target_id, 0) + 1
    insert(Link, rows)
    for row in rows:
        work.tell(verbs.LINKED, row.source, linked=row.target_id, to=row.target.ref)
    pairs = [(row, add.part) for row, add in zip(rows, adds, strict=True)]
    _set_assumptions(work, pairs)
    _set_sources(pairs)


def change_links(work: Work, changes: Sequence[Change]) -> None:
    """Change links; a list that the document states becomes as stated."""
    wanted: list[Any] = [change.wanted for change in changes]
    there = Link.objects.filter(source__ref__in={part.from_ for part in wanted}).select_related("source", "target")
    rows = {(row.source.ref, row.target.ref): row for row in there}
    pairs = [(rows[part.from_, part.to], part, change) for part, change in zip(wanted, changes, strict=True)]
    attributes: set[str] = set()
    for row, part, change in pairs:
        found = _values(work, part, {field.field for field in change.fields})
        changed(row, found)
        attributes |= set(found)
        work.tell(verbs.LINK_EDITED, row.source, linked=row.target_id, to=part.to, **before_and_after(change))
    save(Link, [row for row, _, _ in pairs], sorted(attributes))
    _set_assumptions(work, [(row, part) for row, part, change in pairs if _touches(change, "assumptions")])
    _set_sources([(row, part) for row, part, change in pairs if _touches(change, "sources")])


def add_dependencies(work: Work, adds: Sequence[Add]) -> None:
    """Write what waits for what."""
    items = _items(adds)
    rows = []
    for add in adds:
        part: Any = add.part
        activity, after = items[part.activity], items[part.after]
        rows.append(Dependency(activity=activity, after=after))
        work.tell(verbs.WAITS, activity, linked=after.pk, after=after.ref)
    insert(Dependency, rows)


def _items(adds: Iterable[Add]) -> dict[str, ChainItem]:
    """The items that links or dependencies name, by ref."""
    parts: list[Any] = [add.part for add in adds]
    ends = (("from_", "to") if hasattr(part, "from_") else ("activity", "after") for part in parts)
    refs = {getattr(part, name) for part, names in zip(parts, ends, strict=True) for name in names}
    return ChainItem.objects.in_bulk(list(refs), field_name="ref")


def _link(work: Work, part: Any, items: dict[str, ChainItem]) -> Link:
    source, target = items[part.from_], items[part.to]
    kind = kind_of(Level(source.level), Level(target.level))
    return Link(
        source=source, target=target, kind=kind, **_values(work, part, {*PLAIN, "confidence", "expected_effect"})
    )


def _values(work: Work, part: Any, names: Iterable[str]) -> dict[str, Any]:
    found = {name: getattr(part, name) for name in names if name in PLAIN}
    if "confidence" in names:
        found["confidence"] = number_of(part.confidence)
    if "expected_effect" in names:
        effect = part.expected_effect
        said = (work.id_of("metric", effect.metric), effect.change, effect.per) if effect else (None, None, None)
        found |= zip(EFFECT, said, strict=True)
    return found


def _set_assumptions(work: Work, pairs: Sequence[tuple[Link, Any]]) -> None:
    replace(Assumption, "link_id", pairs, lambda part: assumed(work, part))


def _set_sources(pairs: Sequence[tuple[Link, Any]]) -> None:
    replace(Evidence, "link_id", pairs, lambda part: shown_by(part.sources))


def _touches(change: Change, field: str) -> bool:
    return any(part.field == field for part in change.fields)
