"""What does not hold together in the contribution requests of a document."""

from collections.abc import Iterator

from impactline.exchange.faults import Fault
from impactline.exchange.outlook import Item, Outlook

NEEDED = {"proposed": "proposed_on", "declined": "reason", "accepted": "promise"}


def planning_faults(outlook: Outlook) -> Iterator[Fault]:
    """All faults of the section requests."""
    for item in outlook.of_file("contribution request"):
        if item.ref in outlook.lost.incomplete:
            continue
        yield from _missing(outlook, item)
        yield from _teams(outlook, item)
        yield from _activities(outlook, item)
        yield from _days(outlook, item)


def _missing(outlook: Outlook, item: Item) -> Iterator[Fault]:
    for field, remedy in (("asked", "Name the team that is asked."), ("due_on", "Add due_on: year-month-day.")):
        if item.value(field) is None:
            yield outlook.fault(f"The request {item.ref} has no {field}.", remedy, item.path)
    needed = NEEDED.get(item.value("state"))
    if needed and not item.value(needed):
        yield outlook.fault(
            f"The request {item.ref} is {item.value('state')} and has no {needed}.",
            f"Add {needed}, or write another state.",
            item.path,
        )


def _teams(outlook: Outlook, item: Item) -> Iterator[Fault]:
    if item.value("asked") is not None and item.value("asked") == item.value("asking"):
        yield outlook.fault(
            f"In the request {item.ref} a team asks itself.", "Name another team.", (*item.path, "asked")
        )


def _activities(outlook: Outlook, item: Item) -> Iterator[Fault]:
    for field in ("waiting", "promise"):
        there = outlook.items.get(item.value(field) or "")
        if there is not None and there.kind == "chain item" and there.value("level") != "activity":
            yield outlook.fault(
                f"“{there.ref}” is of the level {there.value('level')}.", "Name an activity.", (*item.path, field)
            )


def _days(outlook: Outlook, item: Item) -> Iterator[Fault]:
    asked_on, answered_on = item.value("asked_on"), item.value("answered_on")
    if asked_on and answered_on and asked_on > answered_on:
        yield outlook.fault(
            f"The request {item.ref} was answered on {answered_on}, before it was asked on {asked_on}.",
            "Exchange or correct the two days.",
            (*item.path, "answered_on"),
        )
