"""What an IATI file says, as records: activities with their results, money and relations.

Every field may be empty: publishers leave out what the standard asks for. What has no field stands in `kept`.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

NAMESPACE = "urn:impactline:iati:1"


@dataclass(frozen=True, slots=True)
class Kept:
    """What has no place in a record, as it stood: an element (canonical XML), an attribute or a text.

    `path` leads from the record's own element to where it stood; empty is that element itself. Attributes and
    elements of a namespace have it in braces before their `name`. Why and where are told, but not compared.
    """

    what: Literal["element", "attribute", "text"]
    name: str
    content: str
    path: str = ""
    reason: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Node:
    """An element of our own namespace: links, assumptions, means of verification."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""
    children: tuple["Node", ...] = ()

    def get(self, name: str, otherwise: str = "") -> str:
        """The value of an attribute."""
        return dict(self.attributes).get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Narrative:
    """A text in one language; the empty language is that of the activity."""

    text: str = ""
    language: str = ""


Text = tuple[Narrative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records have: what found no place, our own elements, and the line (from 1; 0 is unknown)."""

    kept: tuple[Kept, ...] = ()
    own: tuple[Node, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; where no currency is given, it is the activity's."""

    amount: Decimal | None = None
    currency: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Record):
    """Who reports, takes part, provides or receives."""

    ref: str = ""
    type: str = ""
    role: str = ""
    activity: str = ""
    channel: str = ""
    secondary: bool | None = None
    names: Text = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Description(Record):
    """A description of an activity, of some type."""

    type: str = ""
    text: Text = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDate(Record):
    """A date of an activity: type 1 planned start, 2 actual start, 3 planned end, 4 actual end."""

    type: str = ""
    on: date | None = None
    text: Text = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Record):
    """A code of a vocabulary: a sector, country, region, tag, reference or type of aid."""

    code: str = ""
    vocabulary: str = ""
    uri: str = ""
    percentage: Decimal | None = None
    level: str = ""
    names: Text = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Record):
    """A point on the earth."""

    system: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Record):
    """Where an activity takes place."""

    ref: str = ""
    reach: str = ""
    identifiers: tuple[Coded, ...] = ()
    name: Text = ()
    description: Text = ()
    activity_description: Text = ()
    administrative: tuple[Coded, ...] = ()
    point: Point | None = None
    exactness: str = ""
    kind: str = ""
    feature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLink(Record):
    """A document on the web."""

    url: str = ""
    format: str = ""
    title: Text = ()
    description: Text = ()
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Record):
    """Money set aside for a period: type 1 original, 2 revised; status 1 indicative, 2 committed."""

    type: str = ""
    status: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    value: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDisbursement(Record):
    """Money that is to be paid in a period."""

    type: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    value: Money | None = None
    provider: Organisation | None = None
    receiver: Organisation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction(Record):
    """Money that was promised, came in or was spent: 1 incoming, 2 commitment, 3 disbursement, 4 expenditure."""

    ref: str = ""
    humanitarian: bool | None = None
    type: str = ""
    on: date | None = None
    value: Money | None = None
    description: Text = ()
    provider: Organisation | None = None
    receiver: Organisation | None = None
    channel: str = ""
    sectors: tuple[Coded, ...] = ()
    country: Coded | None = None
    region: Coded | None = None
    flow: str = ""
    finance: str = ""
    aid: tuple[Coded, ...] = ()
    tied: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedActivity(Record):
    """Another activity: type 1 parent, 2 child, 3 sibling, 4 co-funded, 5 reported by somebody else."""

    ref: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Record):
    """By what a figure is broken down, such as sex: female."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where(Record):
    """A location of the activity that a figure is about."""

    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Record):
    """A target or an actual; the value as it is written, for it need not be a number. None: none was given."""

    value: str | None = None
    locations: tuple[Where, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    comment: Text = ()
    document_links: tuple[DocumentLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(Figure):
    """The value before the work started."""

    year: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Record):
    """What was wanted and what came in a period; both days belong to it."""

    starts_on: date | None = None
    ends_on: date | None = None
    targets: tuple[Figure, ...] = ()
    actuals: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Record):
    """By what a result is seen: measure 1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative."""

    measure: str = ""
    ascending: bool | None = None
    aggregates: bool | None = None
    title: Text = ()
    description: Text = ()
    document_links: tuple[DocumentLink, ...] = ()
    references: tuple[Coded, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Record):
    """A result: type 1 output, 2 outcome, 3 impact, 9 other."""

    type: str = ""
    aggregates: bool | None = None
    title: Text = ()
    description: Text = ()
    document_links: tuple[DocumentLink, ...] = ()
    references: tuple[Coded, ...] = ()
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Record):
    """An activity with all that is said of it; status 1 pipeline, 2 implementation, 3 finalisation, 4 closed."""

    identifier: str = ""
    language: str = ""
    currency: str = ""
    humanitarian: bool | None = None
    hierarchy: str = ""
    updated_at: str = ""
    linked_data_uri: str = ""
    budget_not_provided: str = ""
    reporting: Organisation | None = None
    title: Text = ()
    descriptions: tuple[Description, ...] = ()
    participating: tuple[Organisation, ...] = ()
    status: str = ""
    dates: tuple[ActivityDate, ...] = ()
    scope: str = ""
    countries: tuple[Coded, ...] = ()
    regions: tuple[Coded, ...] = ()
    locations: tuple[Location, ...] = ()
    sectors: tuple[Coded, ...] = ()
    tags: tuple[Coded, ...] = ()
    budgets: tuple[Budget, ...] = ()
    planned_disbursements: tuple[PlannedDisbursement, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    document_links: tuple[DocumentLink, ...] = ()
    related: tuple[RelatedActivity, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """What a file says outside of its activities: its version, and what was kept."""

    version: str = ""
    kept: tuple[Kept, ...] = ()


def first_text(text: Text) -> str:
    """The text in the first language that says anything."""
    return next((part.text for part in text if part.text.strip()), "")
