"""What is judged: a text, and as much of its item as is known."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a text is said to be; the levels of the chain are kinds of their own."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    METRIC = "metric"
    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Measure:
    """How a key result is measured: a type of the native document ("" is not known), numbers and unit."""

    type: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""

    @property
    def counts(self) -> bool:
        """Whether it can move by degrees and has something to reach."""
        bounds = self.target is not None or self.low is not None or self.high is not None
        return self.type in {"rubric", "milestones", "find_baseline"} or bounds


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, each None where it is not known."""

    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with what is known of its item; None always means "not known", and rules then keep silent.

    `days` are the item's own, `cycle` those of its cycle. `owned` says whether somebody answers for it,
    `serves` whether it contributes to anything or serves a priority, `measures` the level of the chain item
    that a key result measures. `parts` are the key results of an objective, `above` is the text of the
    objective of a key result, `beside` are the texts of its other key results that stand before it.
    """

    kind: Kind
    text: str
    ref: str = ""
    measure: Measure | None = None
    days: Span | None = None
    cycle: Span | None = None
    owned: bool | None = None
    serves: bool | None = None
    measures: str = ""
    above: str = ""
    beside: tuple[str, ...] = ()
    parts: tuple["Statement", ...] = ()
    language: str = ""
