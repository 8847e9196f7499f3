"""Readings: entered, corrected, taken out of account."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from impactline.base.errors import Invalid
from impactline.base.numbers import bounded
from impactline.base.texts import prose
from impactline.metrics.actions.locking import require_unlocked
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.measure import Quality
from impactline.metrics.models import Part, Reading
from impactline.metrics.said import Link, Said
from impactline.people.models import Person

MEASURED = str(Quality.MEASURED)


def enter(
    *,
    by: Person | None,
    metric_id: int,
    value: Decimal | None,
    day: date,
    at: datetime,
    text: str = "",
    replaces: Reading | None = None,
    said: Said | None = None,
) -> Reading:
    """Write one reading in the present transaction; a correction takes the place of the one that it replaces.

    `said` (settled) tells more than the value: counts, parts, quality, evidence. Raises Invalid for a day in a
    locked period.
    """
    require_unlocked(metric_id, [day, *([replaces.day] if replaces else [])])
    if replaces is not None and not Reading.objects.filter(pk=replaces.pk, replaced=False).update(replaced=True):
        raise Invalid("This value has been corrected already.", remedy="Correct the newest one.")
    more = said or Said(Amount(value))
    made = Reading.objects.create(
        metric_id=metric_id,
        value=bounded_or_none(value),
        numerator=bounded_or_none(more.amount.numerator, "numerator"),
        denominator=bounded_or_none(more.amount.denominator, "denominator"),
        quality=stored_quality(more.quality),
        evidence=stored_evidence(more.evidence),
        day=day,
        note=prose(text, "note"),
        by=by,
        recorded_at=at,
        replaces=replaces,
    )
    if more.parts:
        Part.objects.bulk_create(part_rows(made.pk, more.parts))
    return made


def withdraw(reading: Reading) -> None:
    """Take a reading out of account, in the present transaction, where what was said with it no longer holds."""
    require_unlocked(reading.metric_id, [reading.day])
    Reading.objects.filter(pk=reading.pk).update(replaced=True)


def part_rows(reading_id: int, parts: Iterable[PartOf]) -> list[Part]:
    """The rows of the parts of a reading, not saved."""
    return [
        Part(
            reading_id=reading_id,
            categories=dict(part.categories),
            value=bounded_or_none(part.amount.value, "parts"),
            numerator=bounded_or_none(part.amount.numerator, "parts"),
            denominator=bounded_or_none(part.amount.denominator, "parts"),
        )
        for part in parts
    ]


def stored_quality(quality: str) -> str | None:
    """The quality as a row keeps it: measured is what goes without saying."""
    return None if quality == MEASURED else quality


def stored_evidence(evidence: Iterable[Link]) -> list[dict[str, str]] | None:
    """The links as a row keeps them."""
    return [{"title": link.title, "url": link.url} for link in evidence] or None


def bounded_or_none(value: Decimal | None, field: str = "value") -> Decimal | None:
    """A number that may be missing, in shortest form; raises Invalid when it has too many digits."""
    return None if value is None else bounded(value, field)
