"""IATI activities to a native document: the chain, its metrics with their figures, and all the rest beside them.

An activity becomes an activity, a result of type 1, 2 or 3 an output, outcome or impact, an indicator a metric that
measures it, a budget an input of money. IATI knows no link between results, and none is made up: only activities
produce their outputs. The elements are kept with what became of them, so that an export says what they said.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from impactline.exchange.document import Document
from impactline.exchange.document_chain import ChainItem, Dependency, Link, Report
from impactline.exchange.document_foreign import Foreign
from impactline.exchange.document_metrics import Metric
from impactline.exchange.iati_fields import activity_fields, budgets_read, result_fields, spent
from impactline.exchange.iati_figures import series_of
from impactline.exchange.iati_fragments import fragment
from impactline.exchange.iati_measures import metric_fields
from impactline.exchange.iati_own import LISTED, OF, PROGRAMME, is_made, part_of
from impactline.exchange.iati_records import Activity, Budget, Indicator, Record, Result, first_text
from impactline.exchange.iati_refs import Refs
from impactline.exchange.iati_shapes import ACTIVITY, BUDGET, INDICATOR, RESULT
from impactline.exchange.iati_taking import Account


@dataclass(slots=True)
class Mapping:
    """Makes a document of activities, one after the other; what was left is in the account."""

    today: date
    account: Account
    refs: Refs = field(default_factory=Refs)
    parts: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in LISTED.values()})
    foreign: list[Foreign] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    unlinked: Counter[str] = field(default_factory=Counter)

    def take(self, activities: Iterable[Activity]) -> Document:
        """The document of all activities."""
        for activity in activities:
            self._activity(activity)
        return self.document()

    def document(self) -> Document:
        """What was taken so far."""
        found = {name: tuple(parts) for name, parts in self.parts.items()}
        return Document(**found, foreign=tuple(self.foreign))

    @property
    def notes(self) -> list[str]:
        """What is to be said of the whole."""
        return [
            f"{count:,} {level}{'' if count == 1 else 's'} without a link: the file does not say what leads to them."
            for level, count in sorted(self.unlinked.items())
        ]

    def _activity(self, record: Activity) -> None:
        owned = self._own(record)
        if any(node.name == PROGRAMME for node in record.own):
            for result in record.results:
                self._result(result, "")
            return
        ref = owned[0] if owned else self.refs.activity(record)
        if owned:
            kept = self._inputs_again(record, ref)
        else:
            self._add(ChainItem, record, ref=ref, level="activity", **activity_fields(record, self.today))
            kept = self._inputs(record, ref)
        if not is_made(record, ref):
            self._keep(ref, None, "iati-activity", replace(kept, results=(), own=()), ACTIVITY)
        for result in record.results:
            self._result(result, ref)

    def _result(self, record: Result, activity: str) -> None:
        owned = self._own(record)
        ref = owned[0] if owned else self.refs.of(activity, first_text(record.title), "result")
        fields = result_fields(record)
        metrics = [name for indicator in record.indicators for name in self._indicator(indicator, activity, ref)]
        if not owned:
            self._add(ChainItem, record, ref=ref, **fields, **({"metrics": tuple(metrics)} if metrics else {}))
            if fields["level"] == "output" and activity:
                self._add(Link, record, from_=activity, to=ref)
            else:
                self.unlinked[fields["level"]] += 1
        if not is_made(record, ref):
            self._keep(ref, activity or None, "result", replace(record, indicators=(), own=()), RESULT)

    def _indicator(self, record: Indicator, activity: str, result: str) -> list[str]:
        names = self._own(record)
        if names and is_made(record, names[0]):
            return names
        if not names:
            names = self._metrics(record, activity)
        if names:
            self._keep(names[0], result, "indicator", replace(record, own=()), INDICATOR)
            self.foreign += [Foreign(on=name, within=names[0]) for name in names[1:]]
        return names

    def _metrics(self, record: Indicator, activity: str) -> list[str]:
        title = first_text(record.title)
        where = f"indicator “{title[:60]}”"
        series = series_of(record, lambda line, why: self.account.leave(line, where, "", why))
        names = []
        for one in series:
            ref = self.refs.of(activity, title, "indicator")
            if self._add(
                Metric, record, ref=ref, **metric_fields(record, one, split=len(series) > 1, today=self.today)
            ):
                names.append(ref)
        return names

    def _inputs_again(self, record: Activity, activity: str) -> Activity:
        """What an export of ours wrote for inputs goes back to them."""
        for budget in record.budgets:
            for ref in (node.get("ref") for node in budget.own if node.name == OF and not node.get("made")):
                self._keep(ref, activity, "budget", replace(budget, own=()), BUDGET)
        told = (node.get("ref") for node in record.own if node.name == "chain-item" and node.get("told"))
        self.foreign += [Foreign(on=ref, within=activity) for ref in told]
        return replace(
            record,
            budgets=tuple(part for part in record.budgets if not any(node.name == OF for node in part.own)),
            transactions=tuple(part for part in record.transactions if not any(node.name == OF for node in part.own)),
        )

    def _inputs(self, record: Activity, activity: str) -> Activity:
        """Budgets and what was spent of them, as inputs; the activity keeps the others."""
        read = budgets_read(record)
        for at, budget in read.items():
            ref = self.refs.numbered(activity, "budget", at + 1)
            days = (budget.starts_on, budget.ends_on)
            value = budget.value
            assert value is not None
            currency = value.currency or record.currency
            title = f"Budget {days[0]} to {days[1]}"
            self._input(budget, activity, ref, title, currency, spent(record, currency, days), amount=value.amount)
            self._keep(ref, activity, "budget", replace(budget, own=()), BUDGET)
        if not read:
            for currency in sorted(
                {value.currency or record.currency for t in record.transactions if (value := t.value)}
            ):
                if (found := spent(record, currency, None)) is not None:
                    ref = self.refs.numbered(activity, f"spent-{currency}".rstrip("-").lower(), 1)
                    self._input(record, activity, ref, "Money spent", currency, found)
                    self.foreign.append(Foreign(on=ref, within=activity))
        left = tuple(budget for at, budget in enumerate(record.budgets) if at not in read)
        return replace(record, budgets=left)

    def _input(
        self,
        record: Activity | Budget,
        activity: str,
        ref: str,
        title: str,
        currency: str,
        used: tuple[date, Decimal] | None,
        **more: Any,
    ) -> None:
        if used is not None and used[0] <= self.today:
            more["reports"] = (Report(at=used[0], value=used[1]),)
        self._add(
            ChainItem,
            record,
            ref=ref,
            level="input",
            kind="money",
            title=title,
            state="active",
            unit=currency[:60],
            **more,
        )
        self._add(Link, record, from_=ref, to=activity)

    def _own(self, record: Record) -> list[str]:
        """Take what an export of ours said beside the record; returns the refs of items and metrics, its own first."""
        found: list[str] = []
        for node in record.own:
            if node.name not in LISTED:
                continue
            try:
                part = part_of(node)
            except ValidationError:
                self.account.leave(record.line, "impactline", node.name, "it was changed, and is not valid any more")
                continue
            if not isinstance(part, ChainItem | Metric):
                self.parts[LISTED[node.name]].append(part)
                continue
            if part.ref not in self.lines:  # a metric that measures several items stands with each
                self.parts[LISTED[node.name]].append(part)
                self.refs.take(part.ref)
                self.lines[part.ref] = record.line
            found.append(part.ref)
        return found

    def _add(self, part_type: type[Any], record: Any, /, **stated: Any) -> bool:
        """Add a part; one that the document cannot hold is told and left to the kept element."""
        try:
            part = part_type(**stated)
        except ValidationError as error:
            why = f"{error.errors()[0]['msg']} It is kept."
            self.account.leave(record.line, str(stated.get("ref", "")), "", why)
            return False
        self.parts[SECTION[part_type]].append(part)
        if "ref" in stated:
            self.lines[stated["ref"]] = record.line
        return True

    def _keep(self, ref: str, within: str | None, tag: str, record: Record, shape: Any) -> None:
        self.foreign.append(Foreign(on=ref, within=within, content=fragment(tag, record, shape)))


SECTION: dict[type[Any], str] = {ChainItem: "chain", Link: "links", Dependency: "dependencies", Metric: "metrics"}
