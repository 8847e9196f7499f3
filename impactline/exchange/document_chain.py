"""The chain with its links and reports, and what is in the way, in the native document."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from impactline.exchange.addresses import WebAddress
from impactline.exchange.document_okrs import Overruled
from impactline.exchange.document_parts import Part
from impactline.exchange.scalars import (
    Amount,
    Day,
    Email,
    Few,
    Fraction,
    Group,
    Lag,
    Listed,
    Moment,
    Note,
    Number,
    Positive,
    Ref,
    Title,
    Truth,
    Unit,
    wrong,
)
from impactline.exchange.scalars_files import FileName, FileSize, Sha256
from impactline.exchange.scalars_judgements import LevelCount, LevelName, LevelPlace, VoiceName

Level = Literal["input", "activity", "output", "outcome", "impact"]


class File(Part):
    """A file that was handed in; its content lies in the data folder under its digest, not in the document."""

    name: FileName = Field(description="What it is called.")
    sha256: Sha256 = Field(description="The SHA-256 of what it holds, in hexadecimal.")
    size: FileSize = Field(description="How many bytes it holds.")


class Evidence(Part):
    """What shows that an item was delivered, that a link holds, or bears a judgement out: an address, or a file."""

    title: Title = Field(description="What is to be found there.")
    url: WebAddress | None = Field(None, description="The address, beginning with https:// or http://.")
    file: File | None = Field(None, description="The file, instead of an address.")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise wrong("Evidence has an address or a file.", "Write url, or file, and not both.")
        return self


class Assumption(Part):
    """What must hold for one level to lead to the next."""

    text: Title = Field(description="The condition, as a state that can be checked.")
    state: Literal["untested", "holding", "failing", "failed"] = Field("untested", description="What is known of it.")
    importance: Literal["high", "medium", "low"] | None = Field(None, description="What hangs on it.")
    likelihood: Literal["almost_certain", "likely", "unlikely"] | None = Field(
        None, description="How likely it is to hold."
    )
    influenceable: Truth | None = Field(None, description="Whether the organisation can do something for it.")
    owner: Email | None = Field(None, description="Who watches it.")
    review_on: Day | None = Field(None, description="When it is looked at next.")
    metric: Ref | None = Field(None, description="The shared metric that shows whether it holds.")
    at_least: Number | None = Field(None, description="It holds while the metric is at least this.")
    at_most: Number | None = Field(None, description="It holds while the metric is at most this.")


class Report(Part):
    """How far an item was on a day, from its beginning; several on one day stand in order, the last one counts."""

    at: Day = Field(description="The day that it is about.")
    value: Amount = Field(description="The share of an activity done, the quantity delivered, or the amount used.")
    by: Email | None = Field(None, description="Who said it.")
    note: Note = Field("", description="A remark.")
    recorded_at: Moment | None = Field(None, description="When it was recorded, where that is not the day itself.")


class Prediction(Part):
    """What was expected of an activity or output when it ended, and what was observed of the metric; kept as it was."""

    output: Ref = Field(description="What was to move the metric: the item itself, or an output of the activity.")
    outcome: Ref = Field(description="The outcome that it was to contribute to.")
    metric: Ref = Field(description="The shared metric.")
    ended_on: Day = Field(description="The day on which the item ended.")
    seen_by: Day = Field(description="The day by which the effect should be seen.")
    expected: Number = Field(description="The change that was expected, by what was delivered and the confidence.")
    low: Number = Field(description="The lower end of the band that holds in 4 of 5 cases.")
    high: Number = Field(description="Its upper end.")
    claimed: Number = Field(description="The change if the link holds.")
    evidence: Literal["untested", "weak", "moderate", "strong"] = Field(
        "untested", description="How well the link was borne out."
    )
    from_on: Day | None = Field(None, description="The day of the reading before anything could show.")
    from_value: Number | None = Field(None, description="That reading.")
    observed_on: Day | None = Field(None, description="The day of the first reading once the effect should be seen.")
    observed: Number | None = Field(None, description="The change between the two.")
    came: (
        Literal["as_expected", "more", "less", "not_at_all", "opposite", "nothing_expected", "not_observed"] | None
    ) = Field(None, description="How both compare; none while it is too early.")


class Judgement(Part):
    """What somebody says of how far an outcome has come about, in a level of its rubric, in words, or both."""

    at: Day = Field(description="The day that it is about.")
    by: Email | None = Field(None, description="Who says it; nobody where it is told on behalf of a group.")
    on_behalf_of: VoiceName = Field("", description="The group on whose behalf it is told.")
    level: LevelName = Field("", description="The level, in the words of the rubric.")
    rating: LevelPlace | None = Field(None, description="Its place from 0. Default: by the rubric of the outcome.")
    of: LevelCount | None = Field(None, description="How many levels there were. Default: by the rubric.")
    narrative: Note = Field("", description="In words.")
    evidence: Annotated[tuple[Evidence, ...], Listed] = Field((), description="Pages and files that bear it out.")
    written_by: Email | None = Field(None, description="Who wrote it down, where that is somebody else.")
    recorded_at: Moment | None = Field(None, description="When, where that is not the day itself.")


class ChainItem(Part):
    """An input, activity, output, outcome or impact.

    `used`, `progress` and `delivered` are what the newest report says; differing from it, they become a report of the
    day of the import. Given for a new item without any report, they count from its first day, else from that of the
    cycle in which it is due.
    """

    ref: Ref = Field(description="Short name, unique in the organisation.")
    level: Level = Field(description="Its level of the chain; it stays.")
    sublevel: Literal["immediate", "intermediate", "ultimate"] | None = Field(
        None, description="How far on an outcome is."
    )
    title: Title | None = Field(None, description="What it is; default: the ref.")
    description: Note = Field("", description="More about it.")
    owner: Email | None = Field(None, description="Who answers for it.")
    team: Ref | None = Field(None, description="The team that does it.")
    shared_with: Annotated[tuple[Ref, ...], Few] = Field((), description="Other teams that take part in it.")
    starts_on: Day | None = Field(None, description="First day.")
    due_on: Day | None = Field(None, description="Last day.")
    state: Literal["draft", "active", "done", "dropped"] = Field("draft", description="Where it stands.")
    ended_on: Day | None = Field(
        None,
        description="The day on which it was done or dropped. Default: its last day, or that of its newest report if "
        "that is later; never later than the import.",
    )
    visibility: Literal["open", "private"] = Field(
        "open", description="Private ones are seen by owner, lead of the team, and viewers."
    )
    viewers: Annotated[tuple[Email, ...], Few] = Field((), description="Who else may see it while it is private.")
    intended: Truth = Field(True, description="Whether it is wanted; false for a side effect.")
    kind: Literal["people", "money", "skill", "asset"] | None = Field(None, description="What an input is.")
    amount: Amount | None = Field(None, description="How much of an input.")
    used: Amount | None = Field(None, description="How much of an input has been used.")
    unit: Unit = Field("", description="What amounts are counted in.")
    effort_hours: Amount | None = Field(None, description="Work in an activity, in hours.")
    cost: Amount | None = Field(None, description="Cost of an activity, in the organisation's currency.")
    progress: Fraction | None = Field(None, description="How much of an activity is done, 0 to 1.")
    planned: Amount | None = Field(None, description="Planned quantity of an output.")
    delivered: Amount | None = Field(None, description="Delivered quantity of an output.")
    acceptance: Note = Field("", description="When an output counts as delivered.")
    metrics: Annotated[tuple[Ref, ...], Few] = Field((), description="Shared metrics that measure it.")
    rubric: Annotated[tuple[LevelName, ...], Few] = Field(
        (), description="The levels by which an outcome is judged, the lowest first; none are the usual ones."
    )
    archived_at: Moment | None = Field(None, description="When it was archived.")
    assumptions: Annotated[tuple[Assumption, ...], Listed] = Field((), description="What must hold for it.")
    evidence: Annotated[tuple[Evidence, ...], Listed] = Field((), description="What shows that it was delivered.")
    overruled: Annotated[tuple[Overruled, ...], Listed] = Field((), description="Rules of wording overruled for it.")
    reports: Annotated[tuple[Report, ...], Listed] = Field((), description="How far it was, day by day.")
    judgements: Annotated[tuple[Judgement, ...], Listed] = Field(
        (), description="How far an outcome has come about, in the eyes of people."
    )
    predictions: Annotated[tuple[Prediction, ...], Listed] = Field(
        (), description="What was expected of it when it ended, and what was observed."
    )


class Effect(Part):
    """What a link of the chain is expected to move."""

    metric: Ref = Field(description="The shared metric that should move.")
    change: Number = Field(description="By how much.")
    per: Positive = Field(Decimal(1), description="For how much of the source.")


class Link(Part):
    """One item of the chain leads to another; the levels give the kind of link."""

    from_: Ref = Field(alias="from", description="The item that leads.")
    to: Ref = Field(description="The item that it leads to.")
    expected_effect: Effect | None = Field(None, description="What should move, by how much.")
    lag_days: Lag | None = Field(None, description="Days until the effect is to be seen.")
    confidence: Fraction | None = Field(None, description="How sure one is of it, 0 to 1.")
    evidence: Literal["untested", "weak", "moderate", "strong"] = Field(
        "untested", description="How well it is borne out."
    )
    rationale: Note = Field("", description="Why it should hold.")
    necessary: Truth | None = Field(None, description="Whether the target cannot come about without it.")
    group: Group = Field("", description="Links of one group lead to the target only together.")
    sources: Annotated[tuple[Evidence, ...], Listed] = Field((), description="What shows that it holds.")
    assumptions: Annotated[tuple[Assumption, ...], Listed] = Field((), description="What must hold for it.")


class Dependency(Part):
    """An activity that can only go on after another."""

    activity: Ref = Field(description="The activity that waits.")
    after: Ref = Field(description="The activity or output that it waits for.")


class Roadblock(Part):
    """Something in the way."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    on: Ref | None = Field(None, description="The objective, key result or chain item that it is in the way of.")
    title: Title | None = Field(None, description="What is in the way; default: the ref.")
    kind: Literal["alignment", "buy_in", "clarity", "accountability", "resources", "other"] = Field(
        "other", description="What is missing."
    )
    owner: Email | None = Field(None, description="Who clears it.")
    escalate_to: Email | None = Field(None, description="Who is asked when the owner cannot clear it.")
    next_step: Title | None = Field(None, description="What is done about it next.")
    due_on: Day | None = Field(None, description="Until when.")
    raised_by: Email | None = Field(None, description="Who raised it.")
    raised_on: Day | None = Field(None, description="When it was raised; default: the day of the import.")
    resolved_on: Day | None = Field(None, description="When it was cleared.")
    resolution: Note = Field("", description="What was done.")
