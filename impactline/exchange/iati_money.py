"""Inputs of the chain as budgets and transactions of IATI."""

from dataclasses import replace
from datetime import date

from impactline.exchange.document_chain import ChainItem
from impactline.exchange.iati_records import Activity, Budget, Money, Narrative, Transaction


def budget_of(item: ChainItem, activity: Activity, kept: Budget | None) -> Budget | None:
    """The budget of an input of money: as it stood, with the amount that holds now; None where it is none."""
    if kept is not None and kept.value is not None:
        if item.amount is None or item.amount == kept.value.amount:
            return kept
        return replace(kept, value=replace(kept.value, amount=item.amount))
    days = _days(item, activity)
    if item.kind != "money" or item.amount is None or days is None:
        return None
    value = Money(item.amount, item.unit, days[0])
    return Budget(type="1", status="1", starts_on=days[0], ends_on=days[1], value=value)


def transactions_of(item: ChainItem, today: date) -> list[Transaction]:
    """What was spent of an input of money, as one expenditure on the day of its last report."""
    if item.kind != "money" or not item.used:
        return []
    on = item.reports[-1].at if item.reports else today
    title = (Narrative(item.title),) if item.title else ()
    return [Transaction(type="4", on=on, value=Money(item.used, item.unit, on), description=title)]


def _days(item: ChainItem, activity: Activity) -> tuple[date, date] | None:
    """The days of an input, else those of its activity."""
    known = {part.type: part.on for part in activity.dates}
    first = item.starts_on or known.get("2") or known.get("1")
    last = item.due_on or known.get("3") or known.get("4")
    return (first, last) if first is not None and last is not None and first <= last else None
