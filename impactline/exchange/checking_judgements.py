"""Faults of judgements of outcomes, and of the rubrics by which they are given."""

from collections.abc import Iterator
from datetime import timedelta

from impactline.base.errors import Invalid
from impactline.chain import rubric
from impactline.exchange.document_chain import Judgement
from impactline.exchange.faults import Fault
from impactline.exchange.outlook import Item, Outlook


def judgement_faults(outlook: Outlook, item: Item) -> Iterator[Fault]:
    """All faults of the judgements and the rubric of an item of the chain."""
    try:
        rubric.checked(item.wanted.rubric)
    except Invalid as fault:
        yield outlook.fault(f"“{item.ref}”: {fault.message}", fault.remedy, (*item.path, "rubric"))
    if item.wanted.judgements and item.wanted.level != "outcome":
        message = f"“{item.ref}” is of the level {item.wanted.level}; only an outcome is judged."
        yield outlook.fault(message, "Judge the outcome that it contributes to.", (*item.path, "judgements"))
    for at, entry in enumerate(item.wanted.judgements):
        for key, message, remedy in _wrong(entry, item.value("rubric"), outlook):
            yield outlook.fault(message, remedy, (*item.path, "judgements", at, key))


def _wrong(entry: Judgement, levels: tuple[str, ...], outlook: Outlook) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a judgement: the key, the message, and the remedy."""
    if entry.at > outlook.today + timedelta(days=1):  # somewhere on earth it is tomorrow already
        yield "at", f"The day {entry.at} lies in the future.", "Give the day that it was about."
    if entry.by is not None and entry.on_behalf_of:
        yield "on_behalf_of", "A judgement has one voice.", "Name a person or a group."
    if not entry.level and not entry.narrative:
        yield "level", "The judgement says nothing.", "Give a level, or tell it in words."
    if not entry.level and (entry.rating is not None or entry.of is not None):
        yield "rating", "A rating needs the words of its level.", "Give the level."
    if (entry.rating is None) != (entry.of is None):
        yield "of", "A rating needs the number of levels.", "Give both, or leave both out."
    elif entry.rating is not None and entry.of is not None and entry.rating >= entry.of:
        yield "rating", f"There are {entry.of} levels, from 0 to {entry.of - 1}.", "Correct the rating."
    elif entry.level and entry.rating is None and rubric.place(entry.level, levels) is None:
        known = ", ".join(rubric.levels(levels))
        yield "level", f"“{entry.level}” is not a level of its rubric.", f"The levels: {known}; or give rating and of."
