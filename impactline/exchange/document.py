"""The native document: everything an organisation holds, as it stands in files."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from impactline.exchange.document_chain import ChainItem, Dependency, Link, Roadblock
from impactline.exchange.document_foreign import Foreign
from impactline.exchange.document_metrics import Metric
from impactline.exchange.document_okrs import Objective
from impactline.exchange.document_parts import Part
from impactline.exchange.document_planning import Request
from impactline.exchange.document_rules import Mute
from impactline.exchange.scalars import (
    Cadence,
    Day,
    Email,
    Few,
    Hours,
    Listed,
    LocaleName,
    Moment,
    Name,
    Note,
    Number,
    Policy,
    Ref,
    Timezone,
    Title,
    Version,
    wrong,
)

FORMAT = 1
DIALECT = "https://json-schema.org/draft/2020-12/schema"


LevelCode = Literal["input", "activity", "output", "outcome", "immediate", "intermediate", "ultimate", "impact"]


def _by_day(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """Absences and holidays in the order in which they are kept, each once."""
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: tuple(row.model_dump().values())))


class LevelName(Part):
    """What the organisation calls a level of the chain, as it stands inside a sentence."""

    one: Name = Field(description="The name of one item, such as result.")
    many: Name = Field(description="The name of several, such as results.")


class Holiday(Part):
    """A day on which nobody works."""

    on: Day = Field(description="The day.")
    name: Name = Field(description="What is celebrated.")


class Absence(Part):
    """Days on which a person is away, both included."""

    starts_on: Day = Field(description="The first day.")
    ends_on: Day = Field(description="The last day.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise wrong("The absence ends before it starts.", "Write the first day, then the last.")
        return self


class Organisation(Part):
    """The organisation of this installation."""

    name: Name | None = Field(None, description="Its name.")
    timezone: Timezone = Field("UTC", description="Time zone in which a day begins and ends, such as Europe/Berlin.")
    locale: LocaleName = Field("en", description="Language and number format, such as de or en_GB.")
    policies: Annotated[dict[Name, Policy], Few] = Field(
        default_factory=dict,
        description="Settings of this organisation, by name; only what differs from the default.",
    )
    level_names: Annotated[dict[LevelCode, LevelName], Few] = Field(
        default_factory=dict,
        description="What it calls the levels of the chain, by their codes; only what differs from the usual names.",
    )
    thresholds: Annotated[dict[Name, Number], Few] = Field(
        default_factory=dict,
        description="The thresholds of rules that it set, by name; only what differs from the default.",
    )
    switched_off: Annotated[dict[Name, Note], Few] = Field(
        default_factory=dict,
        description="The rules that it does not want, each with the reason; an empty reason switches one on again.",
    )
    holidays: Annotated[tuple[Holiday, ...], Few, AfterValidator(_by_day)] = Field(
        (), description="Days on which nobody works."
    )


class Team(Part):
    """A group of people; teams form a tree."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    name: Name | None = Field(None, description="Its name; default: the ref.")
    purpose: Note = Field("", description="What it is there for.")
    parent: Ref | None = Field(None, description="The team above.")
    lead: Email | None = Field(None, description="Who leads it; the lead sees its private objectives.")
    holidays: Annotated[tuple[Holiday, ...], Few, AfterValidator(_by_day)] = Field(
        (), description="Its own, in place of those of the team above or of the organisation."
    )
    archived_at: Moment | None = Field(None, description="When it was archived.")


class Person(Part):
    """Somebody who owns, checks in or reads."""

    email: Email = Field(description="The address, by which all references name the person.")
    name: Name | None = Field(None, description="The name; default: the part before the @.")
    role: Literal["administrator", "member", "guest"] = Field(
        "member", description="What the person may do: administer, change, or only read."
    )
    teams: Annotated[tuple[Ref, ...], Few] = Field((), description="The teams of the person.")
    timezone: Timezone | None = Field(None, description="Time zone; default: the organisation's.")
    locale: LocaleName | None = Field(None, description="Language; default: the organisation's.")
    capacity_hours_per_week: Hours | None = Field(None, description="Hours a week for the work behind the objectives.")
    digest: Literal["never", "weekly", "daily"] = Field(
        "weekly", description="How often the person is told by mail what they owe and what needs their attention."
    )
    absences: Annotated[tuple[Absence, ...], Few, AfterValidator(_by_day)] = Field(
        (), description="Days on which the person is away."
    )
    archived_at: Moment | None = Field(None, description="When the person left.")


class Priority(Part):
    """A strategic priority, which objectives serve."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    title: Title | None = Field(None, description="What the organisation wants above all; default: the ref.")
    why: Note = Field("", description="Why.")
    owner: Email | None = Field(None, description="Who answers for it.")
    archived_at: Moment | None = Field(None, description="When it was archived.")


class Cycle(Part):
    """A period in which objectives are set, checked in and scored."""

    ref: Ref = Field(description="Short name, unique in the organisation, such as 2026-Q4.")
    name: Name | None = Field(None, description="Its name; default: the ref.")
    starts_on: Day | None = Field(None, description="First day; needed for a cycle that is new.")
    ends_on: Day | None = Field(None, description="Last day; needed for a cycle that is new.")
    purpose: Note = Field("", description="What this cycle is for.")
    check_in_every_days: Cadence = Field(7, description="Days between two check-ins of a key result.")
    parent: Ref | None = Field(None, description="The longer cycle that this one belongs to.")
    state: Literal["draft", "active", "closing", "closed"] = Field("draft", description="Where the cycle stands.")
    closed_on: Day | None = Field(
        None,
        description="The day on which it was closed; what is read for later days does not count in it. "
        "Default: its last day, or that of the last check-in if that is later.",
    )
    archived_at: Moment | None = Field(None, description="When it was archived.")


class Document(Part):
    """Everything an organisation holds."""

    impactline: Version = Field(FORMAT, description="Version of this format.")
    organisation: Organisation | None = Field(None, description="The organisation.")
    teams: Annotated[tuple[Team, ...], Listed] = Field((), description="Teams.")
    people: Annotated[tuple[Person, ...], Listed] = Field((), description="People.")
    priorities: Annotated[tuple[Priority, ...], Listed] = Field(
        (), description="Strategic priorities, first things first."
    )
    cycles: Annotated[tuple[Cycle, ...], Listed] = Field((), description="Cycles.")
    objectives: Annotated[tuple[Objective, ...], Listed] = Field((), description="Objectives.")
    metrics: Annotated[tuple[Metric, ...], Listed] = Field((), description="Shared metrics.")
    chain: Annotated[tuple[ChainItem, ...], Listed] = Field(
        (), description="Inputs, activities, outputs, outcomes and impacts."
    )
    links: Annotated[tuple[Link, ...], Listed] = Field((), description="What leads to what.")
    dependencies: Annotated[tuple[Dependency, ...], Listed] = Field((), description="What waits for what.")
    roadblocks: Annotated[tuple[Roadblock, ...], Listed] = Field((), description="What is in the way.")
    requests: Annotated[tuple[Request, ...], Listed] = Field((), description="What teams ask of each other.")
    muted: Annotated[tuple[Mute, ...], Listed] = Field((), description="What people muted of what rules find.")
    foreign: Annotated[tuple[Foreign, ...], Listed] = Field(
        (), description="What files of other formats said of items, and has no other place."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document, for editors and other programs.

    It describes a single file, or all files of a folder together.
    """
    schema = _bare(Document.model_json_schema(by_alias=True))
    return {"$schema": DIALECT, "title": "Impactline document", **schema, "required": ["impactline"]}


def _bare(schema: Any, *, names: bool = False) -> Any:
    """The schema without the titles that only repeat the keys, and without defaults of nothing."""
    if isinstance(schema, list):
        return [_bare(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _bare(entry, names=key in ("properties", "$defs"))
        for key, entry in schema.items()
        if names or not (key == "title" or (key == "default" and entry in (None, "", [])))
    }
