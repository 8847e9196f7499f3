"""Rows of the database as statements for the wording linter; what people may see is asked of each room."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from django.conf import settings
from django.db.models import QuerySet

from impactline.chain.models import Assumption, ChainItem, ItemVisibility
from impactline.chain.visibility import items_hidden_from, items_visible_to, links_visible_to
from impactline.insight.wording import BadWords, Kind, Lists, Measure, Span, Statement, lists
from impactline.metrics.models import Metric
from impactline.okrs.models import Alignment, KeyResult, Objective, Priority
from impactline.okrs.visibility import key_results_visible_to, visible_to
from impactline.people.models import Person
from impactline.people.queries import organisation

Holder: TypeAlias = Objective | KeyResult | Metric | ChainItem
Item: TypeAlias = Holder | Assumption
Stated: TypeAlias = tuple[Statement, Item]

_log = logging.getLogger(__name__)


def words() -> Lists:
    """The word lists of this installation: those of the package and what its folder adds.

    A fault of that folder is logged, and then those of the package are used; `impactline doctor` tells it too.
    """
    try:
        return lists(settings.WORDS_FOLDER)
    except BadWords as bad:
        _log.warning("The words of the team are not used: %s", bad)
        return lists()


def text_of(item: Item) -> str:
    """The text of an item that is judged."""
    if isinstance(item, Assumption):
        return item.text
    return item.name if isinstance(item, Metric) else item.title


def holders_of(item: Item) -> tuple[Holder, ...]:
    """Under which rows it is kept that a rule is overruled for an item: its own, or those of what an assumption is on.

    Of the two ends of a link the private one comes first, so that nothing of it is kept where others read.
    """
    if not isinstance(item, Assumption):
        return (item,)
    if item.link is None:
        assert item.item is not None
        return (item.item,)
    return tuple(sorted((item.link.source, item.link.target), key=lambda end: end.visibility == ItemVisibility.OPEN))


def stated_for(viewer: Person | None) -> Iterator[Stated]:
    """Everything that the viewer may see and that is not archived, with the item of each."""
    language = organisation().locale[:2]
    yield from of_objectives(viewer, visible_to(viewer).filter(archived_at=None), language)
    for metric in Metric.objects.filter(archived_at=None).exclude(ref=None).order_by("id"):
        yield of_metric(metric, language), metric
    items = items_visible_to(viewer).filter(archived_at=None)
    for item in items.order_by("position", "id"):
        yield of_chain_item(item, language), item
    yield from _assumptions(viewer, items, language)


def of_assumption(row: Assumption, language: str) -> Statement:
    """An assumption, by the ref of the item that it is on, or those of both ends of its link."""
    if row.link is not None:
        ref = f"{row.link.source.ref}→{row.link.target.ref}"
    else:
        assert row.item is not None
        ref = row.item.ref
    return Statement(Kind.ASSUMPTION, row.text, ref, language=language)


def of_objectives(viewer: Person | None, objectives: "QuerySet[Objective]", language: str) -> Iterator[Stated]:
    """Objectives that the viewer may see, each followed by its key results, in a fixed number of queries."""
    rows = list(objectives.select_related("cycle").order_by("cycle__starts_on", "cycle_id", "position", "id"))
    numbers = [row.pk for row in rows]
    parts: dict[int, list[KeyResult]] = {number: [] for number in numbers}
    for part in (
        key_results_visible_to(viewer)
        .filter(objective__in=numbers, archived_at=None)
        .select_related("measures")
        .order_by("position", "id")
    ):
        parts[part.objective_id].append(part)
    hidden = items_hidden_from(viewer)
    serving = _serving(viewer, numbers)
    for row in rows:
        key_results = parts[row.pk]
        said = tuple(
            of_key_result(part, row, key_results[:at], language, hidden) for at, part in enumerate(key_results)
        )
        owned = bool(row.owner_id or any(part.owner_id for part in key_results))
        yield _objective(row, said, None if serving is None else row.pk in serving, language, owned=owned), row
        yield from zip(said, key_results, strict=True)


def of_parts(
    objective: Objective, parts: Sequence[KeyResult], levels: Mapping[int, str], language: str
) -> Iterator[Stated]:
    """An objective and its key results without a query; `levels` are those of the items that the viewer may see."""
    said = tuple(
        _key_result(part, objective, parts[:at], language, levels.get(part.measures_id or 0, ""))
        for at, part in enumerate(parts)
    )
    yield _objective(objective, said, None, language, owned=True), objective
    yield from zip(said, parts, strict=True)


def of_key_result(
    row: KeyResult,
    objective: Objective,
    before: Iterable[KeyResult],
    language: str,
    hidden: Collection[int] = frozenset(),
) -> Statement:
    """A key result, with `before` it others of its objective; of the items `hidden` nothing is told."""
    measures = row.measures if row.measures_id not in hidden else None
    return _key_result(row, objective, before, language, measures.level if measures is not None else "")


def _key_result(
    row: KeyResult, objective: Objective, before: Iterable[KeyResult], language: str, level: str
) -> Statement:
    return Statement(
        Kind.KEY_RESULT,
        row.title,
        row.ref,
        measure=Measure(row.type, row.baseline, row.target, row.low, row.high, row.unit),
        days=Span(row.starts_on, row.due_on),
        cycle=Span(objective.cycle.starts_on, objective.cycle.ends_on),
        measures=level,
        above=objective.title,
        beside=tuple(other.title for other in before),
        language=language,
    )


def of_metric(row: Metric, language: str) -> Statement:
    """A shared metric."""
    return Statement(Kind.METRIC, row.name, row.ref or "", language=language)


def of_chain_item(row: ChainItem, language: str) -> Statement:
    """An item of the chain; its level is the kind."""
    return Statement(Kind(row.level), row.title, row.ref, days=Span(row.starts_on, row.due_on), language=language)


def _objective(
    row: Objective, parts: tuple[Statement, ...], serves: bool | None, language: str, *, owned: bool
) -> Statement:
    return Statement(
        Kind.OBJECTIVE,
        row.title,
        row.ref,
        cycle=Span(row.cycle.starts_on, row.cycle.ends_on),
        owned=owned,
        serves=serves,
        parts=parts,
        language=language,
    )


def _serving(viewer: Person | None, numbers: list[int]) -> set[int] | None:
    """The objectives that serve something or that others serve; None where the organisation has no priorities.

    Only what the viewer sees counts, so that a hidden objective does not show by a finding that is missing.
    """
    if not Priority.objects.filter(archived_at=None).exists():
        return None
    seen = visible_to(viewer).order_by().values("pk")
    pairs = Alignment.objects.filter(child__in=seen, parent__in=seen).values_list("child_id", "parent_id")
    aligned = {number for pair in pairs for number in pair}
    return aligned | set(
        Objective.priorities.through.objects.filter(objective__in=numbers).values_list("objective_id", flat=True)
    )


def _assumptions(viewer: Person | None, items: "QuerySet[ChainItem]", language: str) -> Iterator[Stated]:
    on_links = Assumption.objects.filter(link__in=links_visible_to(viewer)).select_related(
        "link__source", "link__target"
    )
    on_items = Assumption.objects.filter(item__in=items).select_related("item")
    for row in chain(on_links.order_by("id"), on_items.order_by("id")):
        yield of_assumption(row, language), row
