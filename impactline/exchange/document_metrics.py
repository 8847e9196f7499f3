"""Metrics in the native document: what they are, what is aimed at, what is locked, and their readings."""

from typing import Annotated, Literal

from pydantic import Field

from impactline.exchange.addresses import Uri
from impactline.exchange.document_okrs import Overruled, Reading
from impactline.exchange.document_parts import Part
from impactline.exchange.scalars import (
    Cadence,
    Day,
    Email,
    Few,
    Listed,
    Moment,
    Name,
    Note,
    Number,
    Ref,
    Title,
    Truth,
    Unit,
)

Better = Literal["higher", "lower", "within"]
MeasureOf = Literal["unit", "percentage", "ratio", "ordinal", "qualitative"]
AggregationOf = Literal["latest", "cumulative", "per_period"]
Of = Annotated[dict[Name, Name], Few]


class Healthy(Part):
    """The range in which a metric is healthy."""

    at_least: Number | None = Field(None, description="The lowest healthy value.")
    at_most: Number | None = Field(None, description="The highest healthy value.")


class Reference(Part):
    """A code by which others know a metric, such as an SDG indicator."""

    vocabulary: Name = Field(description="Whose list: IATI's code of a vocabulary (9 SDG, 99 one's own), or a name.")
    code: Name = Field(description="The code in that list.")
    uri: Uri = Field("", description="Where the list or the code is described.")


class Dimension(Part):
    """By what the readings of a metric are broken down."""

    name: Name = Field(description="Its name: sex, region, plan.")
    categories: Annotated[tuple[Name, ...], Few] = Field(description="Its categories, in order.")


class Baseline(Part):
    """What a metric was before the work started."""

    at: Day = Field(description="The day that it is about.")
    value: Number | None = Field(None, description="The value.")
    numerator: Number | None = Field(None, description="Of a share: what was counted.")
    denominator: Number | None = Field(None, description="Of a share: of how many.")
    of: Of = Field(default_factory=dict, description="Of which part: dimension and category.")
    note: Note = Field("", description="A remark; for a metric told in words, what was seen.")


class EarlierTarget(Part):
    """What a target was before it was revised."""

    value: Number | None = Field(None, description="The value.")
    numerator: Number | None = Field(None, description="Of a share: what was to be counted.")
    denominator: Number | None = Field(None, description="Of a share: of how many.")
    note: Note = Field("", description="A remark, or the target in words.")
    reason: Note = Field("", description="Why it had been revised to this.")
    by: Email | None = Field(None, description="Who set it.")
    at: Moment | None = Field(None, description="When.")


class PeriodTarget(Part):
    """The value aimed at for a period; one that is taken back has neither value nor note."""

    starts_on: Day = Field(description="First day of the period.")
    ends_on: Day = Field(description="Last day of the period.")
    of: Of = Field(default_factory=dict, description="Of which part: dimension and category.")
    value: Number | None = Field(None, description="The value; of a share, default: numerator ÷ denominator.")
    numerator: Number | None = Field(None, description="Of a share: what is to be counted.")
    denominator: Number | None = Field(None, description="Of a share: of how many.")
    note: Note = Field("", description="A remark; for a metric told in words, the target.")
    reason: Note = Field("", description="Why it was revised to this.")
    by: Email | None = Field(None, description="Who set it.")
    at: Moment | None = Field(None, description="When.")
    earlier: Annotated[tuple[EarlierTarget, ...], Listed] = Field(
        (), description="What it was before it was revised, oldest first."
    )


class LockedPeriod(Part):
    """A period of which no reading is entered or corrected, until it is unlocked."""

    starts_on: Day = Field(description="First day.")
    ends_on: Day = Field(description="Last day.")
    reason: Note = Field("", description="Why.")
    by: Email | None = Field(None, description="Who locked it.")
    at: Moment | None = Field(None, description="When.")
    unlocked_at: Moment | None = Field(None, description="When it was unlocked.")
    unlocked_by: Email | None = Field(None, description="Who unlocked it.")
    unlock_reason: Note = Field("", description="Why it was unlocked.")


class Metric(Part):
    """A measured quantity that several key results may follow, or that is watched."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    name: Title | None = Field(None, description="What is measured; default: the ref.")
    definition: Note = Field("", description="What exactly is counted, and how.")
    unit: Unit = Field("", description="What is counted: days, %, EUR.")
    measure: MeasureOf = Field("unit", description="What a value is: a quantity, a share, a level, or words.")
    better: Better = Field("higher", description="Which way is good.")
    aggregation: AggregationOf = Field(
        "latest",
        description="What a reading stands for: the state on its day, a running total, or what came since the last.",
    )
    adds_up: Truth = Field(True, description="Whether parts can be summed; false for medians, averages and indices.")
    numerator: Title | None = Field(None, description="Of a share: what is counted.")
    denominator: Title | None = Field(None, description="Of a share: of what.")
    levels: Annotated[tuple[Title, ...], Few] = Field((), description="The levels of an ordinal metric, from 0.")
    healthy: Healthy | None = Field(None, description="The range in which it is healthy.")
    source: Title | None = Field(None, description="Where the values come from.")
    method: Note = Field("", description="How they are collected and worked out.")
    owner: Email | None = Field(None, description="Who answers for it.")
    team: Ref | None = Field(None, description="The team that watches it.")
    read_every_days: Cadence | None = Field(None, description="Days between two readings.")
    references: Annotated[tuple[Reference, ...], Few] = Field((), description="Codes by which others know it.")
    dimensions: Annotated[tuple[Dimension, ...], Few] = Field((), description="By what its readings are broken down.")
    baselines: Annotated[tuple[Baseline, ...], Few] = Field((), description="What it was before the work started.")
    archived_at: Moment | None = Field(None, description="When it was archived.")
    targets: Annotated[tuple[PeriodTarget, ...], Listed] = Field((), description="What is aimed at, by period.")
    locked_periods: Annotated[tuple[LockedPeriod, ...], Listed] = Field(
        (), description="Periods whose readings stay as they are."
    )
    overruled: Annotated[tuple[Overruled, ...], Listed] = Field((), description="Rules of wording overruled for it.")
    readings: Annotated[tuple[Reading, ...], Listed] = Field((), description="Its values.")
