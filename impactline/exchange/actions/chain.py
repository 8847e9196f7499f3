"""Items of the chain with what was reported of them, as an import writes them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Max

from impactline.base.inserting import insert
from impactline.chain import verbs
from impactline.chain.actions.items import keep_latest
from impactline.chain.models import Assumption, ChainItem, Evidence, ItemViewer, Judgement, Prediction, Report
from impactline.exchange.actions.work import (
    BATCH,
    Column,
    Said,
    Work,
    before_and_after,
    changed,
    save,
    told,
    values,
)
from impactline.exchange.plan import Add, Change
from impactline.exchange.queries.chain import JUDGED, KEPT
from impactline.exchange.queries.readings import usual_moment
from impactline.exchange.settling_chain import REPORTED

ITEM = {
    **{name: Column(name) for name in ("level", "title", "description", "starts_on", "due_on", "state", "ended_on")},
    **{name: Column(name) for name in ("visibility", "intended", "amount", "unit", "effort_hours", "cost", "planned")},
    "acceptance": Column("acceptance"),
    "rubric": Column("rubric"),
    "archived_at": Column("archived_at"),
    "sublevel": Column("sublevel", empty=""),
    "kind": Column("kind", empty=""),
    "owner": Column("owner_id", "person"),
    "team": Column("team_id", "team"),
}
VERBS_OF = {"archived_at": (verbs.ITEM_ARCHIVED, verbs.ITEM_RESTORED), "viewers": (verbs.ITEM_VIEWERS,) * 2}
Pairs = Sequence[tuple[Any, Any]]


def add_items(work: Work, adds: Sequence[Add]) -> None:
    """Write new items behind those of their levels; what was reported of them comes on its own."""
    work.claim("chain item", (add.ref for add in adds))
    rows = [ChainItem(ref=add.ref, **_titled(values(work, ITEM, add.part, ITEM), add.ref)) for add in adds]
    last = dict(ChainItem.objects.order_by().values_list("level").annotate(last=Max("position")))
    for row in rows:
        last[row.level] = row.position = last.get(row.level, 0) + 1
    for row in work.created("chain item", ChainItem, rows):
        work.tell(verbs.ITEM, row, title=row.title, level=row.level)
    pairs = [(row, add.part) for row, add in zip(rows, adds, strict=True)]
    for write in LISTS.values():
        write(work, pairs)


def change_items(work: Work, changes: Sequence[Change]) -> None:
    """Change items; a list that the document states becomes as stated."""
    rows = ChainItem.objects.in_bulk([change.ref for change in changes], field_name="ref")
    attributes: set[str] = set()
    lists: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for change in changes:
        row = rows[change.ref]
        names = [part.field for part in change.fields]
        found = _titled(values(work, ITEM, change.wanted, names), row.ref)
        changed(row, found)
        attributes |= set(found)
        for name in LISTS.keys() & set(names):
            lists[name].append((row, change.wanted))
        work.tell(_verb(change), row, **before_and_after(change))
    save(ChainItem, rows.values(), sorted(attributes))
    for name, pairs in lists.items():
        LISTS[name](work, pairs)


def add_reports(work: Work, adds: Sequence[Add]) -> None:
    """Write reports behind those that are there, and keep the newest with each item."""
    items = ChainItem.objects.in_bulk(list({add.ref for add in adds}), field_name="ref")
    before: dict[str, Any] = {ref: getattr(item, REPORTED[item.level]) for ref, item in items.items()}
    rows = []
    for add in adds:
        part: Any = add.part
        item, recorded_at = items[add.ref], part.recorded_at or usual_moment(part.at)
        said = Said(work.id_of("person", part.by), min(work.at, recorded_at))
        rows.append(
            Report(item=item, day=part.at, value=part.value, note=part.note, by_id=said.by, recorded_at=recorded_at)
        )
        data: dict[str, Any] = {REPORTED[item.level]: [told(before[add.ref]), told(part.value)]}
        work.tell(verbs.ITEM_REPORTED, item, said=said, day=str(part.at), **data)
        before[add.ref] = part.value
    insert(Report, rows)
    found = list(items.values())
    for start in range(0, len(found), BATCH):
        keep_latest(found[start : start + BATCH])


def replace(model: Any, of: str, pairs: Pairs, made: Callable[[Any], Iterable[dict[str, Any]]]) -> None:
    """The entries of a list, anew and in its order."""
    model._default_manager.filter(**{f"{of}__in": [row.pk for row, _ in pairs]}).delete()
    insert(model, [model(**{of: row.pk}, **keys) for row, part in pairs for keys in made(part)])


def assumed(work: Work, part: Any) -> Iterable[dict[str, Any]]:
    """The assumptions of an item or a link, as rows."""
    for position, entry in enumerate(part.assumptions, 1):
        yield {
            **{name: getattr(entry, name) for name in ("text", "state", "influenceable", "review_on")},
            **{name: getattr(entry, name) for name in ("at_least", "at_most")},
            "importance": entry.importance or "",
            "likelihood": entry.likelihood or "",
            "owner_id": work.id_of("person", entry.owner),
            "metric_id": work.id_of("metric", entry.metric),
            "position": position,
        }


def shown_by(entries: Iterable[Any]) -> Iterable[dict[str, Any]]:
    """Evidence, as rows."""
    for at, entry in enumerate(entries, 1):
        yield {"title": entry.title, "position": at, **_place(entry)}


def _place(entry: Any) -> dict[str, Any]:
    """Where evidence is to be found: at an address, or as a kept file."""
    file = entry.file
    return {"file_name": file.name, "digest": file.sha256, "size": file.size} if file else {"url": entry.url}


def _set_teams(work: Work, pairs: Pairs) -> None:
    through = ChainItem.shared_with.through
    replace(through, "chainitem_id", pairs, lambda part: _ids(work, "team", part.shared_with))


def _set_metrics(work: Work, pairs: Pairs) -> None:
    replace(ChainItem.metrics.through, "chainitem_id", pairs, lambda part: _ids(work, "metric", part.metrics))


def _set_viewers(work: Work, pairs: Pairs) -> None:
    replace(ItemViewer, "item_id", pairs, lambda part: _ids(work, "person", part.viewers))


def _set_assumptions(work: Work, pairs: Pairs) -> None:
    replace(Assumption, "item_id", pairs, lambda part: assumed(work, part))


def _set_evidence(_: Work, pairs: Pairs) -> None:
    replace(Evidence, "item_id", pairs, lambda part: shown_by(part.evidence))


def _set_predictions(work: Work, pairs: Pairs) -> None:
    replace(Prediction, "item_id", pairs, lambda part: _predicted(work, part))


def _set_judgements(work: Work, pairs: Pairs) -> None:
    replace(Judgement, "item_id", pairs, lambda part: _judged(work, part))


def _judged(work: Work, part: Any) -> Iterable[dict[str, Any]]:
    for position, entry in enumerate(part.judgements, 1):
        yield {
            **{name: getattr(entry, name) for name in JUDGED},
            "day": entry.at,
            "person_id": work.id_of("person", entry.by),
            "by_id": work.id_of("person", entry.written_by or entry.by),
            "evidence": [{"title": one.title, **_place(one)} for one in entry.evidence],
            "recorded_at": entry.recorded_at or usual_moment(entry.at),
            "position": position,
        }


def _predicted(work: Work, part: Any) -> Iterable[dict[str, Any]]:
    for entry in part.predictions:
        yield {
            **{name: getattr(entry, name) for name in KEPT},
            "output_id": work.id_of("chain item", entry.output),
            "outcome_id": work.id_of("chain item", entry.outcome),
            "metric_id": work.id_of("metric", entry.metric),
            "came": entry.came or "",
        }


LISTS: dict[str, Callable[[Work, Pairs], None]] = {
    "shared_with": _set_teams,
    "metrics": _set_metrics,
    "viewers": _set_viewers,
    "assumptions": _set_assumptions,
    "evidence": _set_evidence,
    "judgements": _set_judgements,
    "predictions": _set_predictions,
}


def _ids(work: Work, kind: str, refs: Iterable[str]) -> list[dict[str, Any]]:
    return [{f"{kind}_id": work.id_of(kind, ref)} for ref in refs]


def _titled(attributes: dict[str, Any], ref: str) -> dict[str, Any]:
    """A title that is missing is the ref."""
    if attributes.get("title", "") is None:
        attributes["title"] = ref
    return attributes


def _verb(change: Change) -> str:
    fields = [part.field for part in change.fields]
    if len(fields) == 1 and fields[0] in VERBS_OF:
        away, back = VERBS_OF[fields[0]]
        return back if change.fields[0].after is None else away
    return verbs.ITEM_EDITED
