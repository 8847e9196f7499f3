"""A native document as IATI activities: what was kept says the most, what has changed since replaces it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from impactline.exchange import iati_shapes as shapes
from impactline.exchange.document import Document
from impactline.exchange.document_chain import ChainItem, Link
from impactline.exchange.document_foreign import Foreign
from impactline.exchange.document_metrics import Metric
from impactline.exchange.iati_fields import activity_fields, result_fields
from impactline.exchange.iati_fragments import record_of
from impactline.exchange.iati_money import budget_of, transactions_of
from impactline.exchange.iati_own import OF, PROGRAMME, node_of
from impactline.exchange.iati_records import (
    Activity,
    ActivityDate,
    Budget,
    Description,
    Indicator,
    Narrative,
    Node,
    Organisation,
    Result,
)
from impactline.exchange.iati_refreshing import indicator_with

STATUSES = {"draft": "1", "active": "2", "done": "4", "dropped": "5"}
TYPES = {"output": "1", "outcome": "2", "impact": "3"}


@dataclass(slots=True)
class Leaving:
    """Takes a document apart into activities, each with the results and inputs that belong to it."""

    document: Document
    today: date
    plain: bool = False
    items: dict[str, ChainItem] = field(init=False)
    metrics: dict[str, Metric] = field(init=False)
    foreign: dict[str, Foreign] = field(init=False)
    within: dict[str, list[str]] = field(init=False)
    below: dict[str, list[str]] = field(init=False)
    links: dict[str, list[Link]] = field(init=False)

    def __post_init__(self) -> None:
        self.items = {part.ref: part for part in self.document.chain}
        self.metrics = {part.ref: part for part in self.document.metrics}
        self.foreign = {part.on: part for part in self.document.foreign}
        self.within, self.below, self.links = defaultdict(list), defaultdict(list), defaultdict(list)
        for part in self.document.foreign:
            if part.within is not None:
                self.within[part.within].append(part.on)
        for link in self.document.links:
            self.below[link.to].append(link.from_)
            self.links[link.from_].append(link)

    def activities(self) -> Iterator[Activity]:
        """One activity after the other; last, one for what belongs to none."""
        belongs = self._belongs()
        beside = () if self.plain else tuple(node_of("metric", self.metrics[ref]) for ref in self._beside())
        for item in self.document.chain:
            if item.level == "activity":
                yield _with_nodes(self._activity(item, belongs[item.ref]), beside)
                beside = ()
        if left := belongs[""]:
            yield _with_nodes(self._programme(left), beside)

    def _beside(self) -> list[str]:
        """The metrics of which the chain speaks, and that are no indicator of a result."""
        links = self.document.links
        grounds: list[ChainItem | Link] = [*self.document.chain, *links]
        spoken = [ref for item in self.document.chain for ref in item.metrics]
        spoken += [link.expected_effect.metric for link in links if link.expected_effect is not None]
        spoken += [told.metric for item in self.document.chain for told in item.predictions]
        spoken += [held.metric for ground in grounds for held in ground.assumptions if held.metric is not None]
        shown = {ref for item in self.document.chain if item.level in TYPES for ref in item.metrics}
        return [ref for ref in dict.fromkeys(spoken) if ref in self.metrics and ref not in shown]

    def _belongs(self) -> dict[str, list[str]]:
        """The results and inputs of each activity, in their order; under "" those of none."""
        found: dict[str, list[str]] = defaultdict(list)
        ordered = [ref for refs in self.within.values() for ref in refs if ref in self.items]
        for ref in dict.fromkeys([*ordered, *self.items]):
            if self.items[ref].level != "activity":
                found[self._activity_of(ref)].append(ref)
        return found

    def _activity_of(self, ref: str) -> str:
        """The activity in whose element it stood, else the first that leads to it or uses it; empty: none."""
        kept = self.foreign.get(ref)
        if kept is not None and kept.within in self.items:
            return kept.within
        if self.items[ref].level == "input":
            return next((link.to for link in self.links[ref]), "")
        waiting, seen = [ref], {ref}
        for one in waiting:
            for lower in self.below[one]:
                if lower in self.items and self.items[lower].level == "activity":
                    return lower
                if lower not in seen:
                    seen.add(lower)
                    waiting.append(lower)
        return ""

    def _activity(self, item: ChainItem, refs: list[str]) -> Activity:
        record: Activity = self._record(item.ref, shapes.ACTIVITY, Activity(identifier=item.ref))
        made = item.ref not in self.foreign
        said = activity_fields(record, self.today)
        changes: dict[str, Any] = {}
        if item.title is not None and item.title != said.get("title"):
            changes["title"] = (Narrative(item.title),)
        if item.description != said.get("description", ""):
            changes["descriptions"] = (Description(text=(Narrative(item.description),)),) if item.description else ()
        if item.state != said.get("state", "draft"):
            changes["status"] = STATUSES[item.state]
        changes["dates"] = _dates(record, item, said)
        changed = replace(record, **changes)
        return self._whole(
            self._complete(changed) if made or self.plain else changed, refs, self._nodes(item, made=made)
        )

    def _programme(self, refs: list[str]) -> Activity:
        days = [day for ref in refs for day in (self.items[ref].starts_on, self.items[ref].due_on) if day]
        days += [
            target.starts_on
            for ref in refs
            for name in self.items[ref].metrics
            if name in self.metrics
            for target in self.metrics[name].targets
        ]
        record = Activity(
            identifier=PROGRAMME,
            title=(Narrative(self._name()),),
            status="2",
            dates=(ActivityDate(type="1", on=min(days, default=self.today)),),
        )
        return self._whole(self._complete(record), refs, (Node(PROGRAMME),))

    def _whole(self, record: Activity, refs: list[str], nodes: tuple[Any, ...]) -> Activity:
        inputs = [self.items[ref] for ref in refs if self.items[ref].level == "input"]
        budgets: list[Budget] = []
        spent = list(record.transactions)
        for item in inputs:
            kept = self.foreign.get(item.ref)
            if kept is None:
                spent += [self._of(part, item, made=True) for part in transactions_of(item, self.today)]
            budget = budget_of(item, record, self._record(item.ref, shapes.BUDGET, None))
            if budget is not None:
                budgets.append(self._of(budget, item, made=kept is None))
            nodes += self._nodes(item, made=kept is None, told=kept is not None and not kept.content)
        results = tuple(self._result(self.items[ref]) for ref in refs if self.items[ref].level in TYPES)
        return replace(
            record,
            budgets=(*record.budgets, *budgets),
            transactions=tuple(spent),
            results=results,
            own=() if self.plain else nodes,
        )

    def _complete(self, record: Activity) -> Activity:
        """The activity with what the standard asks for and the organisation knows."""
        name = (Narrative(self._name()),)
        reporting = record.reporting or Organisation(ref="XX-" + _stem(self._name()), type="90", names=name)
        return replace(
            record,
            reporting=reporting,
            participating=record.participating or (Organisation(role="4", names=reporting.names),),
            descriptions=record.descriptions or (Description(text=record.title),),
        )

    def _result(self, item: ChainItem) -> Result:
        record: Result = self._record(item.ref, shapes.RESULT, Result(type=TYPES[item.level]))
        said = result_fields(record)
        changes: dict[str, Any] = {}
        if item.title is not None and item.title != said.get("title"):
            changes["title"] = (Narrative(item.title),)
        if item.description != said.get("description", ""):
            changes["description"] = (Narrative(item.description),) if item.description else ()
        if item.level != said["level"]:
            changes["type"] = TYPES[item.level]
        made = item.ref not in self.foreign
        changes["indicators"] = tuple(self._indicators(item))
        changes["own"] = () if self.plain else self._nodes(item, made=made)
        return replace(record, **changes)

    def _indicators(self, item: ChainItem) -> Iterator[Indicator]:
        order = {ref: at for at, ref in enumerate(self.within[item.ref])}
        refs = sorted(item.metrics, key=lambda ref: order.get(ref, len(order)))
        for ref in refs:
            kept = self.foreign.get(ref)
            if ref not in self.metrics or (kept is not None and not kept.content):
                continue  # that of which it is a breakdown says it
            record: Indicator = self._record(ref, shapes.INDICATOR, Indicator())
            metrics = [self.metrics[name] for name in (ref, *self.within[ref]) if name in self.metrics]
            found = indicator_with(record, metrics, self.today, made=kept is None)
            marks = {"made": "true"} if kept is None else {}
            own = () if self.plain else tuple(node_of("metric", metric, **marks) for metric in metrics)
            yield replace(found, own=own)

    def _record(self, ref: str, shape: Any, otherwise: Any) -> Any:
        kept = self.foreign.get(ref)
        return record_of(kept.content, shape) if kept is not None and kept.content else otherwise

    def _of(self, record: Any, item: ChainItem, *, made: bool) -> Any:
        """A budget or transaction, with the input that it is of."""
        marks = (("ref", item.ref), *((("made", "true"),) if made else ()))
        return record if self.plain else replace(record, own=(Node(OF, marks),))

    def _nodes(self, item: ChainItem, *, made: bool, told: bool = False) -> tuple[Any, ...]:
        """What our own namespace says of an item: itself, the links that lead from it, and what it waits for."""
        waits = [part for part in self.document.dependencies if part.activity == item.ref]
        return (
            node_of("chain-item", item, **({"made": "true"} if made else {}), **({"told": "true"} if told else {})),
            *(node_of("link", link) for link in self.links[item.ref]),
            *(node_of("dependency", part) for part in waits),
        )

    def _name(self) -> str:
        organisation = self.document.organisation
        return (organisation.name if organisation is not None else None) or "Organisation"


def _with_nodes(record: Activity, nodes: tuple[Node, ...]) -> Activity:
    return replace(record, own=(*record.own, *nodes)) if nodes else record


def _dates(record: Activity, item: ChainItem, said: dict[str, Any]) -> tuple[ActivityDate, ...]:
    """The dates of an activity, where they have changed in the type in which they stood."""
    dates = list(record.dates)
    types = {part.type for part in dates}
    for name, wanted in (("starts_on", "2" if "2" in types else "1"), ("due_on", "3"), ("ended_on", "4")):
        day = getattr(item, name)
        if day != said.get(name) and (day is not None or name in said):
            dates = [part for part in dates if part.type != wanted]
            dates += [ActivityDate(type=wanted, on=day)] if day is not None else []
    return tuple(dates)


def _stem(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name).strip("-") or "organisation"
