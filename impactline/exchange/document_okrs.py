"""Objectives, key results, check-ins and scores in the native document."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from impactline.exchange.addresses import Address
from impactline.exchange.document_parts import Part
from impactline.exchange.scalars import (
    Confidence,
    Day,
    Email,
    Few,
    Fraction,
    Listed,
    MetricName,
    Moment,
    Name,
    Note,
    Number,
    Positive,
    Ref,
    Share,
    Title,
    Truth,
    Unit,
    Value,
)
from impactline.exchange.scalars_rules import Digest, RuleName
from impactline.okrs.sufficiency import Sought

Stated = Literal["on_track", "at_risk", "off_track"]
KeyResultType = Literal[
    "metric",
    "at_least",
    "at_most",
    "range",
    "control",
    "milestones",
    "binary",
    "rubric",
    "find_baseline",
    "open",
]
Curve = Literal["linear", "step", "milestones", "back_loaded", "planned"]


class Contribution(Part):
    """An objective that this one contributes to."""

    objective: Ref = Field(description="The objective above.")
    weight: Share | None = Field(
        None,
        description="Fixed share in per cent of the objective above; default: an equal share of the rest.",
    )


class Milestone(Part):
    """A step of a key result of type milestones."""

    title: Title = Field(description="What is reached with it.")
    weight: Positive = Field(Decimal(1), description="Its weight among the milestones.")
    due_on: Day | None = Field(None, description="When it is due.")
    reached_on: Day | None = Field(None, description="When it was reached.")


class Planned(Part):
    """A planned value, for the curve `planned`."""

    until: Day = Field(description="The day by which the value is expected.")
    value: Number = Field(description="The value expected by then.")


class ReadingPart(Part):
    """The amount of one category of a reading, or of a combination of categories."""

    of: Annotated[dict[Name, Name], Few] = Field(description="Dimension and category, such as sex: women.")
    value: Number | None = Field(None, description="The value; of a share, default: numerator ÷ denominator.")
    numerator: Number | None = Field(None, description="What is counted of it.")
    denominator: Number | None = Field(None, description="Of how many.")


class EvidenceLink(Part):
    """A page that bears a reading out."""

    title: Title = Field(description="What stands there.")
    url: Address = Field(description="Its address, https://…")


QualityOf = Literal["measured", "estimated", "provisional", "doubtful"]


class Earlier(Part):
    """What a check-in or reading said before it was corrected."""

    at: Day | None = Field(None, description="The day it was about.")
    by: Email | None = Field(None, description="Who said it.")
    value: Value | None = Field(None, description="The value.")
    numerator: Number | None = Field(None, description="Of a share: what was counted.")
    denominator: Number | None = Field(None, description="Of a share: of how many.")
    quality: QualityOf = Field("measured", description="How sure one was of the reading.")
    parts: Annotated[tuple[ReadingPart, ...], Listed] = Field((), description="The parts of the reading.")
    evidence: Annotated[tuple[EvidenceLink, ...], Listed] = Field((), description="What bore it out.")
    confidence: Confidence | None = Field(None, description="The confidence, 0 to 10.")
    status: Stated | None = Field(None, description="The stated status.")
    note: Note = Field("", description="The note.")
    recorded_at: Moment | None = Field(None, description="When it was recorded.")


class CheckIn(Part):
    """What a person says of a key result on a day; several on one day stand in order, the last one counts."""

    at: Day = Field(description="The day that it is about.")
    by: Email | None = Field(None, description="Who said it.")
    value: Value | None = Field(None, description="The value on that day; true counts as 1 and false as 0.")
    confidence: Confidence | None = Field(None, description="How likely the target is reached, 0 to 10.")
    status: Stated | None = Field(None, description="The status as the person sees it.")
    note: Note = Field("", description="What happened, what is next, what is in the way.")
    counts: Truth = Field(
        True,
        description="Whether its value is one of the metric's; false where that was corrected at the metric since.",
    )
    metric: MetricName | None = Field(
        None, description="The metric that its value is one of, where the key result followed another one then."
    )
    recorded_at: Moment | None = Field(None, description="When it was recorded, where that is not the day itself.")
    earlier: Annotated[tuple[Earlier, ...], Listed] = Field(
        (), description="What it said before it was corrected, oldest first."
    )


class Reading(Part):
    """A value of a metric on a day; several on one day stand in order, the last one counts."""

    at: Day = Field(description="The day that it is about.")
    value: Number | None = Field(
        None,
        description="The value; of a share, default: numerator ÷ denominator; none where a metric is told in words.",
    )
    numerator: Number | None = Field(None, description="Of a share: what is counted.")
    denominator: Number | None = Field(None, description="Of a share: of how many.")
    quality: QualityOf = Field("measured", description="How sure one is of it.")
    parts: Annotated[tuple[ReadingPart, ...], Listed] = Field(
        (), description="Its parts by the metric's dimensions; those of one dimension come to the whole."
    )
    evidence: Annotated[tuple[EvidenceLink, ...], Listed] = Field((), description="Pages that bear it out.")
    by: Email | None = Field(None, description="Who entered it.")
    note: Note = Field("", description="A remark.")
    metric: MetricName | None = Field(
        None, description="Within a key result: the metric of its own that it is a value of, where it left that since."
    )
    recorded_at: Moment | None = Field(None, description="When it was recorded, where that is not the day itself.")
    earlier: Annotated[tuple[Earlier, ...], Listed] = Field(
        (), description="What it said before it was corrected, oldest first."
    )


class Aim(Part):
    """What a key result measured at one time, as far as it changed."""

    baseline: Number | None = Field(None, description="The baseline.")
    target: Number | None = Field(None, description="The target.")
    low: Number | None = Field(None, description="The lower bound.")
    high: Number | None = Field(None, description="The upper bound.")
    warning: Number | None = Field(None, description="The warning value.")
    type: KeyResultType | None = Field(None, description="How it was measured.")
    unit: Unit = Field("", description="The unit.")
    values: Literal["latest", "per_period"] | None = Field(
        None, description="Whether the last value or the sum counted."
    )
    levels: Annotated[tuple[Title, ...], Few] = Field((), description="The levels of a rubric.")
    curve: Curve | None = Field(None, description="How the expected progress ran.")
    planned: Annotated[tuple[Planned, ...], Listed] = Field((), description="The planned values.")
    milestones: Annotated[tuple[Milestone, ...], Listed] = Field((), description="The milestones, with their weights.")
    metric: MetricName | None = Field(None, description="The metric that it followed.")


class Change(Part):
    """A change of what a key result measures after it was frozen at the start of its cycle."""

    at: Moment = Field(description="When.")
    on: Day | None = Field(None, description="The day from which it counts; default: the day of `at`.")
    by: Email | None = Field(None, description="Who.")
    reason: Note = Field(description="Why.")
    before: Aim = Field(description="What it was.")
    after: Aim = Field(description="What it became.")


class Score(Part):
    """The verdict at the end of a cycle; of several, the last one counts."""

    given: Fraction = Field(description="The score given, 0 to 1.")
    suggested: Fraction | None = Field(None, description="The score that the progress suggested.")
    against_original: Fraction | None = Field(
        None, description="The score against the original target, where the target was revised."
    )
    dropped: Truth = Field(False, description="Whether it was dropped rather than pursued to the end.")
    reason: Note = Field("", description="Why the given score differs from the suggested one.")
    by: Email | None = Field(None, description="Who gave it.")
    at: Moment | None = Field(None, description="When.")
    on: Day | None = Field(None, description="The day from which it counts; default: the day of `at`.")


class Sufficiency(Part):
    """What somebody said of whether an objective would be reached if all its key results were; the last one counts."""

    answer: Literal["yes", "no", "not_sure"] = Field(description="What was said.")
    reason: Note = Field("", description="Why.")
    digest: Digest = Field(
        "", description="The digest of the key results that it is about; default: those that there are now."
    )
    by: Email | None = Field(None, description="Who.")
    at: Moment = Field(description="When.")
    on: Day | None = Field(None, description="The day from which it counts; default: the day of `at`.")


class Overruled(Part):
    """A rule of wording that keeps quiet for this item until its text changes."""

    rule: RuleName = Field(description="The rule, such as W-vague.")
    note: Note = Field(description="Why it is wrong here.")
    digest: Digest = Field("", description="The digest of the text that it is about; default: the present text.")
    by: Email | None = Field(None, description="Who overruled it.")
    at: Moment = Field(description="When.")
    resumed_at: Moment | None = Field(None, description="When the rule was heeded again.")
    resumed_by: Email | None = Field(None, description="Who heeded it again.")


class Override(Part):
    """Progress of an objective set by hand, until the computed value is resumed."""

    progress: Number = Field(description="The progress set; 1 is reached.")
    reason: Note = Field(description="Why.")
    by: Email | None = Field(None, description="Who.")
    at: Moment = Field(description="When.")
    on: Day | None = Field(None, description="The day from which it counts; default: the day of `at`.")
    resumed_at: Moment | None = Field(None, description="When the computed progress was resumed.")
    resumed_on: Day | None = Field(None, description="The day from which that counts.")
    resumed_by: Email | None = Field(None, description="Who resumed it.")


class KeyResult(Part):
    """How it will be seen that an objective is reached."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    title: Title = Field(description="The result, in one line.")
    description: Note = Field("", description="More about it.")
    type: KeyResultType | None = Field(
        None,
        description="How it is measured; default: metric where a baseline or a target is given, else open.",
    )
    baseline: Number | None = Field(None, description="Where it starts.")
    target: Number | None = Field(None, description="Where it shall be; for at_least and at_most the bound.")
    low: Number | None = Field(None, description="Lower bound of a range or control.")
    high: Number | None = Field(None, description="Upper bound of a range or control.")
    warning: Number | None = Field(None, description="Value between good and bad, for at_least and at_most.")
    unit: Unit = Field("", description="What is counted: days, %, EUR.")
    values: Literal["latest", "per_period"] = Field(
        "latest", description="Whether the last value counts, or the sum of the values of the period."
    )
    levels: Annotated[tuple[Title, ...], Few] = Field((), description="The levels of a rubric, worst first.")
    curve: Curve = Field("linear", description="How the expected progress runs over the period.")
    planned: Annotated[tuple[Planned, ...], Listed] = Field((), description="Planned values, for the curve planned.")
    milestones: Annotated[tuple[Milestone, ...], Listed] = Field(
        (), description="The milestones, for the type milestones."
    )
    weight: Share | None = Field(
        None, description="Fixed share in per cent of its objective; default: an equal share of the rest."
    )
    owner: Email | None = Field(None, description="Who answers for it.")
    starts_on: Day | None = Field(None, description="First day; default: the cycle's.")
    due_on: Day | None = Field(None, description="Last day; default: the cycle's.")
    metric: Ref | None = Field(
        None,
        description="The metric that it follows, or the key result whose own one it follows; default: one of its own.",
    )
    source: Title | None = Field(None, description="Where the values of its own metric come from.")
    measures: Ref | None = Field(None, description="The output or outcome of the chain that it measures.")
    carried_from: Ref | None = Field(None, description="The key result of an earlier cycle that it continues.")
    frozen_at: Moment | None = Field(None, description="When baseline and target were frozen.")
    archived_at: Moment | None = Field(None, description="When it was archived.")
    changes: Annotated[tuple[Change, ...], Listed] = Field(
        (), description="Changes of baseline and target after they were frozen."
    )
    overruled: Annotated[tuple[Overruled, ...], Listed] = Field((), description="Rules of wording overruled for it.")
    scores: Annotated[tuple[Score, ...], Listed] = Field((), description="Scores, oldest first.")
    check_ins: Annotated[tuple[CheckIn, ...], Listed] = Field((), description="What was said of it, oldest first.")
    readings: Annotated[tuple[Reading, ...], Listed] = Field(
        (), description="Values of its own metric that came without a check-in."
    )

    @property
    def measured_as(self) -> KeyResultType:
        """The type, or the one that follows from the keys given."""
        if self.type is not None:
            return self.type
        return "open" if self.baseline is None and self.target is None else "metric"

    @property
    def sought(self) -> Sought:
        """What has to be seen for it to be reached."""
        bounds = self.target, self.low, self.high
        steps = [step.title for step in self.milestones]
        return Sought(self.ref, self.title, self.measured_as, *bounds, self.unit, self.values, self.levels, steps)


class Objective(Part):
    """What is to be achieved in a cycle."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    title: Title = Field(description="The objective, in one line.")
    description: Note = Field("", description="Why it matters, for whom.")
    cycle: Ref = Field(description="The cycle that it belongs to.")
    owner: Email | None = Field(None, description="Who answers for it.")
    team: Ref | None = Field(None, description="The team that pursues it.")
    kind: Literal["committed", "aspirational", "learning"] = Field(
        "aspirational", description="A promise, a stretch, or something to be found out."
    )
    visibility: Literal["open", "private"] = Field("open", description="Who may see it.")
    viewers: Annotated[tuple[Email, ...], Few] = Field((), description="Who is invited to see it where it is private.")
    priorities: Annotated[tuple[Ref, ...], Few] = Field((), description="The strategic priorities that it serves.")
    contributes_to: Annotated[tuple[Contribution, ...], Listed] = Field(
        (), description="Objectives whose progress it counts in."
    )
    supports: Annotated[tuple[Ref, ...], Few] = Field(
        (), description="Objectives that it serves without counting in their progress."
    )
    driver: Literal["key_results", "objectives", "both", "metric", "none"] = Field(
        "key_results", description="What its progress is made of."
    )
    metric: Ref | None = Field(None, description="The metric that drives it, for the driver metric.")
    baseline: Number | None = Field(None, description="The baseline, for the driver metric.")
    target: Number | None = Field(None, description="The target, for the driver metric.")
    carried_from: Ref | None = Field(None, description="The objective of an earlier cycle that it continues.")
    archived_at: Moment | None = Field(None, description="When it was archived.")
    overruled: Annotated[tuple[Overruled, ...], Listed] = Field((), description="Rules of wording overruled for it.")
    overrides: Annotated[tuple[Override, ...], Listed] = Field((), description="Progress set by hand, oldest first.")
    sufficiency: Annotated[tuple[Sufficiency, ...], Listed] = Field(
        (), description="Whether it would be reached if all its key results were, oldest first."
    )
    scores: Annotated[tuple[Score, ...], Listed] = Field((), description="Scores, oldest first.")
    key_results: Annotated[tuple[KeyResult, ...], Listed] = Field((), description="The key results, in their order.")
