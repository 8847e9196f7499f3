"""What kind of quantity a metric is, how its readings add up over time, and how sure one is of a reading."""

from dataclasses import dataclass
from enum import StrEnum

PERCENT = frozenset({"%", "percent", "per cent", "pct"})


class Measure(StrEnum):
    """What the values of a metric are (IATI 2.03: Unit, Percentage, Nominal, Ordinal, Qualitative)."""

    UNIT = "unit"
    PERCENTAGE = "percentage"
    RATIO = "ratio"
    ORDINAL = "ordinal"
    QUALITATIVE = "qualitative"

    @property
    def is_share(self) -> bool:
        """Whether a value is a numerator over a denominator."""
        return self in (Measure.PERCENTAGE, Measure.RATIO)


class Aggregation(StrEnum):
    """What a reading stands for: the state on its day, a running total, or what came since the reading before."""

    LATEST = "latest"
    CUMULATIVE = "cumulative"
    PER_PERIOD = "per_period"


class Quality(StrEnum):
    """How sure one is of a reading."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    PROVISIONAL = "provisional"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Kind:
    """All that decides how the values of a metric add up.

    `adds_up` is false for values that do not although they are counts of something: medians, averages, indices.
    """

    measure: Measure = Measure.UNIT
    aggregation: Aggregation = Aggregation.LATEST
    adds_up: bool = True


def kind(measure: str, aggregation: str, adds_up: bool, unit: str) -> Kind:
    """The kind of a metric; one whose unit says per cent is a percentage, whatever else it says."""
    found = Measure(measure)
    if found is Measure.UNIT and is_percentage(unit):
        found = Measure.PERCENTAGE
    return Kind(found, Aggregation(aggregation), adds_up)


def is_percentage(unit: str) -> bool:
    """Whether a unit says that values are percentages, which are averaged and never summed."""
    return unit.strip().casefold() in PERCENT
