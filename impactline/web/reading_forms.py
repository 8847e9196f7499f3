"""The form of a reading of a metric: its value or what it counts, its parts, how sure one is, and what bears it out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.definition import Declared
from impactline.metrics.measure import Measure, Quality
from impactline.metrics.models import Metric, Reading
from impactline.metrics.queries import declared, said_with
from impactline.metrics.said import Link, Said
from impactline.web.forms import Choice, Day, Form, Line, Number, Prose

FIELDS_MAX = 60
QUALITIES = [(str(word), str(word).capitalize()) for word in Quality]


@dataclass(frozen=True, slots=True)
class PartField:
    """The fields of one category: the names of value, or of numerator and denominator."""

    category: str
    names: tuple[str, ...]


class ReadingForm(Form):
    """A value of a metric for a day, with all that can be said of it."""

    note = Prose("Note")
    day = Day("Day")
    quality = Choice("Quality", QUALITIES, required=False)
    evidence_title = Line("Evidence", required=False)
    evidence_url = Line("Address", required=False, most=2000)

    def __init__(self, metric: Metric, data: Any = None, reading: Reading | None = None) -> None:
        self.kind = metric.kind
        self.in_words = self.kind.measure is Measure.QUALITATIVE
        self.is_share = self.kind.measure.is_share
        self.there: Declared = () if self.in_words else declared(metric)
        self.said = said_with(reading) if reading is not None else Said(Amount(None))
        super().__init__(data, initial=self._initial(reading))
        shared = self.is_share or bool(self.there) or self.in_words
        self.fields["value"] = Number("Value", required=not shared)
        self.fields["numerator"], self.fields["denominator"] = Number("Numerator"), Number("Denominator")
        for _, part in self.parts():
            for name in part.names:
                self.fields[name] = Number(part.category)

    def parts(self) -> Iterator[tuple[str, PartField]]:
        """The fields of the categories, by dimension; none where there are too many to be typed."""
        if sum(len(categories) for _, categories in self.there) > FIELDS_MAX:
            return
        kinds = ("numerator", "denominator") if self.is_share else ("value",)
        for at, (dimension, categories) in enumerate(self.there):
            for inner, category in enumerate(categories):
                yield dimension, PartField(category, tuple(f"part-{at}-{inner}-{kind}" for kind in kinds))

    def dimensions(self) -> list[tuple[str, list[PartField]]]:
        """The fields of the categories, gathered by dimension."""
        found: dict[str, list[PartField]] = {}
        for dimension, part in self.parts():
            found.setdefault(dimension, []).append(part)
        return list(found.items())

    def values(self) -> dict[str, Any]:
        """What the action takes, beside person, metric and moment."""
        typed = self.cleaned_data
        known = {name: typed[name] for name in ("value", "numerator", "denominator", "day", "note")}
        if known["numerator"] is not None and known["value"] == self.said.amount.value:
            known["value"] = None
        evidence = [Link(typed["evidence_title"] or typed["evidence_url"], typed["evidence_url"])]
        return known | {
            "quality": typed["quality"] or str(Quality.MEASURED),
            "evidence": (*(evidence if typed["evidence_url"] else ()), *self.said.evidence[1:]),
            "parts": (*self._typed_parts(), *self._kept_parts()),
        }

    def _typed_parts(self) -> Iterator[PartOf]:
        for dimension, part in self.parts():
            numbers = [self.cleaned_data.get(name) for name in part.names]
            if any(number is not None for number in numbers):
                amount = Amount(None, *numbers) if self.is_share else Amount(*numbers)
                yield PartOf(((dimension, part.category),), amount)

    def _kept_parts(self) -> list[PartOf]:
        """What a correction leaves as it was: combinations of categories, which the form has no fields for."""
        there = dict(self.there)
        shown = {((dimension, part.category),) for dimension, part in self.parts()}
        declared_ones = [p for p in self.said.parts if all(c in there.get(d, ()) for d, c in p.categories)]
        return [part for part in declared_ones if part.categories not in shown]

    def _initial(self, reading: Reading | None) -> dict[str, Any]:
        if reading is None:
            return {}
        amount, link = self.said.amount, next(iter(self.said.evidence), None)
        found: dict[str, Any] = {"day": reading.day, "note": reading.note, "quality": self.said.quality}
        found |= {"value": amount.value, "numerator": amount.numerator, "denominator": amount.denominator}
        found |= {"evidence_title": link.title, "evidence_url": link.url} if link else {}
        amounts = {part.categories: part.amount for part in self.said.parts}
        for dimension, part in self.parts():
            if (there := amounts.get(((dimension, part.category),))) is not None:
                found |= {name: getattr(there, name.rpartition("-")[2]) for name in part.names}
        return found
