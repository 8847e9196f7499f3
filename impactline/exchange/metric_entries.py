"""Readings, targets and baselines of a document, as the metrics room speaks of them."""

from typing import Any

from impactline.exchange.document_okrs import Earlier, Reading
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.said import Link, Said


def amount_of(entry: Any) -> Amount:
    """The amount of a reading, part, target or baseline, as it stands in the document."""
    return Amount(entry.value, entry.numerator, entry.denominator)


def said_of(entry: Reading | Earlier) -> Said:
    """What a reading says beside its day and note."""
    parts = tuple(PartOf(tuple(part.of.items()), amount_of(part)) for part in entry.parts)
    return Said(amount_of(entry), parts, entry.quality, tuple(Link(link.title, link.url) for link in entry.evidence))
