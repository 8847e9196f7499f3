"""Questions about findings and roadblocks, each answered in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from impactline.base.errors import NotFound
from impactline.chain.models import Assumption, ChainItem, Link
from impactline.insight.models import ITEMS, Limit, Overruled, Roadblock, SwitchedOff
from impactline.insight.rules import RULES, Rule, Threshold
from impactline.insight.stating import (
    Item,
    Stated,
    holders_of,
    of_assumption,
    of_chain_item,
    of_metric,
    of_objectives,
    stated_for,
    text_of,
    words,
)
from impactline.insight.visibility import Blocked, roadblocks_visible_to
from impactline.insight.wording import Finding, Lists, Statement, digest_of, lint
from impactline.metrics.models import Metric
from impactline.okrs.models import CycleState, KeyResult, Objective
from impactline.people.models import Person
from impactline.people.queries import organisation

Quiet = Mapping[tuple[str, int], Collection[tuple[str, str]]]

RELATED = ("objective", "key_result__objective", "item", "owner", "escalate_to", "raised_by")


@dataclass(frozen=True, slots=True)
class Judged:
    """How many texts were judged, and each finding with its statement."""

    texts: int
    findings: list[tuple[Statement, Finding]]


def findings_for(viewer: Person | None, words: Lists) -> Judged:
    """The findings of everything that the viewer may see and nobody has overruled; None is the operator."""
    stated = list(stated_for(viewer))
    quiet = overruled_in_force()
    return Judged(len(stated), _judged(stated, quiet, words))


def findings_of_objectives(viewer: Person | None, rows: Iterable[Objective]) -> dict[tuple[str, int], list[Finding]]:
    """The findings of objectives that the viewer may see and of their key results, by kind and id of the item."""
    numbers = [row.pk for row in rows]
    language = organisation().locale[:2]
    stated = list(of_objectives(viewer, Objective.objects.filter(pk__in=numbers), language))
    quiet, known = overruled_in_force(numbers), words()
    found: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for said, item in stated:
        found[str(item.kind_name), item.pk] = lint(said, known, overruled=rules_quiet(quiet, item))
    return found


def overruled_in_force(objective_ids: Collection[int] | None = None) -> Quiet:
    """Which rules are overruled for which texts, by kind and id of the item; of some objectives, or of all items."""
    rows = Overruled.objects.filter(resumed_at=None)
    if objective_ids is not None:
        rows = rows.filter(objective__in=objective_ids) | rows.filter(key_result__objective__in=objective_ids)
    found: dict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    for rule, digest, *numbers in rows.values_list("rule", "digest", *(f"{name}_id" for name in ITEMS)):
        kind, number = next((name, pk) for name, pk in zip(ITEMS, numbers, strict=True) if pk is not None)
        found[kind, number].add((rule, digest))
    return found


def findings_of_item(viewer: Person | None, item: Item) -> list[Finding]:
    """The findings of one item that the viewer may see, without those that are overruled."""
    quiet = {row.rule for row in overruled_of(item)}
    language = organisation().locale[:2]
    if isinstance(item, Metric):
        return lint(of_metric(item, language), words(), overruled=quiet)
    if isinstance(item, ChainItem):
        return lint(of_chain_item(item, language), words(), overruled=quiet)
    if isinstance(item, Assumption):
        return lint(of_assumption(item, language), words(), overruled=quiet)
    number = item.objective_id if isinstance(item, KeyResult) else item.pk
    stated = of_objectives(viewer, Objective.objects.filter(pk=number), language)
    return next((lint(said, words(), overruled=quiet) for said, row in stated if row == item), [])


def overruled_of(item: Item, text: str | None = None) -> list[Overruled]:
    """What is overruled for an item and a text, by default its present one."""
    digest = digest_of(text_of(item) if text is None else text)
    mine = reduce(or_, (Q(**{str(one.kind_name): one}) for one in holders_of(item)))
    return list(Overruled.objects.filter(mine, resumed_at=None, digest=digest).select_related("by"))


def rules_quiet(quiet: Quiet, item: Item) -> set[str]:
    """The rules that are overruled for an item and its present text."""
    digests = [pair for one in holders_of(item) for pair in quiet.get((str(one.kind_name), one.pk), ())]
    now = digest_of(text_of(item)) if digests else ""
    return {rule for rule, digest in digests if digest == now}


def _judged(stated: Iterable[Stated], quiet: Quiet, words: Lists) -> list[tuple[Statement, Finding]]:
    found: list[tuple[Statement, Any]] = []
    for said, item in stated:
        found += [(said, finding) for finding in lint(said, words, overruled=rules_quiet(quiet, item))]
    return found


def open_roadblocks(person: Person | None, owner: Person | None = None) -> "QuerySet[Roadblock]":
    """What is in the way, the oldest first; with an owner: what this person clears."""
    rows = roadblocks_visible_to(person).filter(resolved_on=None).select_related(*RELATED)
    return (rows if owner is None else rows.filter(owner=owner)).order_by("raised_on", "id")


def resolved_roadblocks(person: Person | None) -> "QuerySet[Roadblock]":
    """What was in the way, the newest first."""
    rows = roadblocks_visible_to(person).exclude(resolved_on=None).select_related(*RELATED)
    return rows.order_by("-resolved_on", "-id")


def roadblocks_on(rows: "QuerySet[Roadblock]", on: Blocked) -> "QuerySet[Roadblock]":
    """Those of the roadblocks that are in the way of one thing; of an objective, those of its key results too."""
    if isinstance(on, Objective):
        return rows.filter(Q(objective=on) | Q(key_result__objective=on))
    if isinstance(on, KeyResult):
        return rows.filter(key_result=on)
    return rows.filter(item=on)


# --- thresholds, and what is read again ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetThreshold:
    """A threshold with the value that holds, and who set it when, where it is not the default."""

    threshold: Threshold
    value: float
    chosen: Limit | None


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule as this organisation has it: its thresholds, and why it is switched off if it is."""

    rule: Rule
    thresholds: tuple[SetThreshold, ...]
    off: SwitchedOff | None


def rules_as_set(*names: str) -> list[SetRule]:
    """The rules with these ids, or all, as they are set; two queries."""
    chosen = {row.name: row for row in Limit.objects.select_related("by")}
    off = {row.rule: row for row in SwitchedOff.objects.select_related("by")}
    return [
        SetRule(rule, tuple(_as_set(one, chosen.get(one.name)) for one in rule.thresholds), off.get(rule.id))
        for rule in RULES.values()
        if not names or rule.id in names
    ]


def rule_as_set(name: str) -> SetRule:
    """One rule as it is set. Raises NotFound."""
    found = rules_as_set(name) if name else []
    if not found:
        raise NotFound(f"There is no rule “{name[:40]}”.")
    return found[0]


def _as_set(threshold: Threshold, row: Limit | None) -> SetThreshold:
    return SetThreshold(threshold, threshold.default if row is None else row.value, row)


def objectives_reading(metric_id: int) -> list[int]:
    """The objectives of active cycles with a key result that follows a metric."""
    rows = Objective.objects.filter(cycle__state=CycleState.ACTIVE, archived_at=None)
    following = KeyResult.objects.filter(metric=metric_id, archived_at=None).order_by().values("objective")
    return list(rows.filter(pk__in=following).order_by("pk").values_list("pk", flat=True))


def objectives_above(item_id: int | None) -> list[int]:
    """The objectives of active cycles whose key results measure an item, or what it leads to in two steps."""
    near: Any = Link.objects.filter(source=item_id).order_by()
    above = Link.objects.filter(source__in=near.values("target")).order_by()
    rows = Objective.objects.filter(cycle__state=CycleState.ACTIVE, archived_at=None)
    measuring = KeyResult.objects.filter(archived_at=None).filter(
        Q(measures=item_id) | Q(measures__in=near.values("target")) | Q(measures__in=above.values("target"))
    )
    return list(
        rows.filter(pk__in=measuring.order_by().values("objective")).order_by("pk").values_list("pk", flat=True)
    )
