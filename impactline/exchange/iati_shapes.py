"""How the records stand in IATI 2.03: attributes, and children in the order that the standard wants.

One table for both ways: the reader takes by it, the writer writes by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from impactline.exchange import iati_records as records
from impactline.exchange import iati_values as values
from impactline.exchange.iati_values import CODE, DAY, NUMBER, TEXT, TRUTH, URI, Kind

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute and its field.

    `needed` is what the writer puts where nothing is said but the standard asks; None: it may be absent.
    `fact`: what is put there would be a false statement, so that plain IATI leaves the whole element out.
    """

    name: str
    field: str
    kind: Kind = TEXT
    needed: str | None = None
    fact: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """An element that holds narratives and nothing else."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An element that is kept as it is."""


@dataclass(frozen=True)
class Shape:
    """A record as an element; `text` is the field of its own text, and then it has no children.

    `closed`: the standard allows no attributes of another namespace here, which it elsewhere does.
    """

    record: type[Any]
    attributes: tuple[Attribute, ...] = ()
    children: tuple["Child", ...] = ()
    text: Attribute | None = None
    closed: bool = False

    @cached_property
    def by_attribute(self) -> Mapping[str, Attribute]:
        """The attributes by their names."""
        return {part.name: part for part in self.attributes}

    @cached_property
    def by_tag(self) -> Mapping[str, "Child"]:
        """The children by their tags."""
        return {part.tag: part for part in self.children}


@dataclass(frozen=True)
class Leaf:
    """An element that holds one value: in an attribute, or as its text where `attribute` is empty."""

    attribute: str = ""
    kind: Kind = TEXT
    needed: str = ""
    fact: bool = False

    @cached_property
    def value(self) -> Attribute:
        """The value as an attribute that goes into the field "it"."""
        return Attribute(self.attribute, "it", self.kind)

    @cached_property
    def shape(self) -> Shape:
        """The element as one with that attribute, or with none."""
        return Shape(dict, (self.value,) if self.attribute else ())


@dataclass(frozen=True, slots=True)
class Child:
    """A child element and its field; `needed` where the standard wants at least one."""

    tag: str
    field: str
    of: Shape | Leaf | Words | Raw = Words()
    many: bool = False
    needed: bool = False


IN_CODE = Leaf("code", CODE)
IN_DAY = Leaf("iso-date", DAY, "1900-01-01", fact=True)


def _raw(*tags: str, many: bool = False) -> tuple[Child, ...]:
    return tuple(Child(tag, "", Raw(), many) for tag in tags)


def _narratives(*, needed: bool = False) -> Child:
    return Child("narrative", "names", NARRATIVE, many=True, needed=needed)


NARRATIVE = Shape(
    records.Narrative, (Attribute(LANG, "language", values.LANGUAGE),), text=Attribute("", "text", needed="")
)
TEXTS = Child("narrative", "text", NARRATIVE, many=True)
MONEY = Shape(
    records.Money,
    (Attribute("currency", "currency", CODE), Attribute("value-date", "on", DAY, "1900-01-01", fact=True)),
    text=Attribute("", "amount", NUMBER, "0", fact=True),
)
VALUE = Child("value", "value", MONEY, needed=True)


def _organisation(*attributes: Attribute, needed: bool = False) -> Shape:
    return Shape(records.Organisation, attributes, (_narratives(needed=needed),))


_REF, _TYPE = Attribute("ref", "ref", CODE), Attribute("type", "type", CODE)
_CODE = Attribute("code", "code", CODE, "")
_VOCABULARY, _VOCABULARY_URI = Attribute("vocabulary", "vocabulary", CODE), Attribute("vocabulary-uri", "uri", URI)
_PERCENTAGE = Attribute("percentage", "percentage", NUMBER)
REPORTING = _organisation(
    Attribute("ref", "ref", CODE, ""),
    Attribute("type", "type", CODE, ""),
    Attribute("secondary-reporter", "secondary", TRUTH),
    needed=True,
)
PARTICIPATING = _organisation(
    _REF,
    _TYPE,
    Attribute("role", "role", values.ROLES, ""),
    Attribute("activity-id", "activity", CODE),
    Attribute("crs-channel-code", "channel", CODE),
)
PROVIDER = _organisation(_REF, Attribute("provider-activity-id", "activity", CODE), _TYPE)
RECEIVER = _organisation(_REF, Attribute("receiver-activity-id", "activity", CODE), _TYPE)

DESCRIPTION = Shape(records.Description, (_TYPE,), (Child("narrative", "text", NARRATIVE, many=True, needed=True),))
ACTIVITY_DATE = Shape(
    records.ActivityDate,
    (
        Attribute("type", "type", values.DATE_TYPES, ""),
        Attribute("iso-date", "on", DAY, "1900-01-01", fact=True),
    ),
    (TEXTS,),
)
COUNTRY = Shape(records.Coded, (_CODE, _PERCENTAGE), (_narratives(),))
REGION = Shape(records.Coded, (_CODE, _VOCABULARY, _VOCABULARY_URI, _PERCENTAGE), (_narratives(),))
SECTOR = Shape(records.Coded, (_VOCABULARY, _VOCABULARY_URI, _CODE, _PERCENTAGE), (_narratives(),))
TAG = Shape(
    records.Coded, (_CODE, Attribute("vocabulary", "vocabulary", CODE, "99"), _VOCABULARY_URI), (_narratives(),)
)
_NAMED = Attribute("vocabulary", "vocabulary", CODE, "")
LOCATION = Shape(
    records.Location,
    (_REF,),
    (
        Child("location-reach", "reach", IN_CODE),
        Child("location-id", "identifiers", Shape(records.Coded, (_CODE, _NAMED)), many=True),
        Child("name", "name"),
        Child("description", "description"),
        Child("activity-description", "activity_description"),
        Child(
            "administrative",
            "administrative",
            Shape(records.Coded, (_CODE, _NAMED, Attribute("level", "level", values.WHOLE))),
            many=True,
        ),
        Child(
            "point",
            "point",
            Shape(
                records.Point,
                (Attribute("srsName", "system", TEXT, ""),),
                (Child("pos", "position", Leaf(), needed=True),),
            ),
        ),
        Child("exactness", "exactness", IN_CODE),
        Child("location-class", "kind", IN_CODE),
        Child("feature-designation", "feature", IN_CODE),
    ),
)
DOCUMENT_LINK = Shape(
    records.DocumentLink,
    (Attribute("url", "url", URI, ""), Attribute("format", "format", TEXT, "")),
    (
        Child("title", "title", needed=True),
        Child("description", "description"),
        Child("category", "categories", IN_CODE, many=True, needed=True),
        Child("language", "languages", IN_CODE, many=True),
        Child("document-date", "on", IN_DAY),
    ),
)
DOCUMENT_LINKS = Child("document-link", "document_links", DOCUMENT_LINK, many=True)

PERIOD_START = Child("period-start", "starts_on", IN_DAY, needed=True)
PERIOD_END = Child("period-end", "ends_on", IN_DAY, needed=True)
BUDGET = Shape(
    records.Budget,
    (Attribute("type", "type", values.BUDGET_TYPES), Attribute("status", "status", CODE)),
    (PERIOD_START, PERIOD_END, VALUE),
)
PLANNED_DISBURSEMENT = Shape(
    records.PlannedDisbursement,
    (Attribute("type", "type", values.BUDGET_TYPES),),
    (
        PERIOD_START,
        Child("period-end", "ends_on", IN_DAY),
        VALUE,
        Child("provider-org", "provider", PROVIDER),
        Child("receiver-org", "receiver", RECEIVER),
    ),
)
TRANSACTION = Shape(
    records.Transaction,
    (_REF, Attribute("humanitarian", "humanitarian", TRUTH)),
    (
        Child("transaction-type", "type", Leaf("code", values.TRANSACTION_TYPES), needed=True),
        Child("transaction-date", "on", IN_DAY, needed=True),
        VALUE,
        Child("description", "description"),
        Child("provider-org", "provider", PROVIDER),
        Child("receiver-org", "receiver", RECEIVER),
        Child("disbursement-channel", "channel", IN_CODE),
        Child(
            "sector",
            "sectors",
            Shape(records.Coded, (_VOCABULARY, _VOCABULARY_URI, _CODE), (_narratives(),)),
            many=True,
        ),
        Child("recipient-country", "country", Shape(records.Coded, (_CODE,), (_narratives(),))),
        Child(
            "recipient-region",
            "region",
            Shape(records.Coded, (_CODE, _VOCABULARY, _VOCABULARY_URI), (_narratives(),)),
        ),
        Child("flow-type", "flow", IN_CODE),
        Child("finance-type", "finance", IN_CODE),
        Child("aid-type", "aid", Shape(records.Coded, (_CODE, _VOCABULARY)), many=True),
        Child("tied-status", "tied", IN_CODE),
    ),
)
RELATED = Shape(
    records.RelatedActivity,
    (Attribute("ref", "ref", CODE, ""), Attribute("type", "type", values.RELATIONS, "")),
    closed=True,
)

_PLACES = Child("location", "locations", Shape(records.Where, (_REF,)), many=True)
_DIMENSIONS = Child(
    "dimension",
    "dimensions",
    Shape(records.Dimension, (Attribute("name", "name"), Attribute("value", "value"))),
    many=True,
)
_COMMENT = Child("comment", "comment")
_VALUE = Attribute("value", "value", values.VALUE)
BASELINE = Shape(
    records.Baseline,
    (Attribute("iso-date", "on", DAY), Attribute("year", "year", values.YEAR, "1900", fact=True), _VALUE),
    (_PLACES, _DIMENSIONS, DOCUMENT_LINKS, _COMMENT),
)
FIGURE = Shape(records.Figure, (_VALUE,), (_PLACES, _DIMENSIONS, _COMMENT, DOCUMENT_LINKS), closed=True)
PERIOD = Shape(
    records.Period,
    (),
    (
        PERIOD_START,
        PERIOD_END,
        Child("target", "targets", FIGURE, many=True),
        Child("actual", "actuals", FIGURE, many=True),
    ),
)
REFERENCE = Shape(
    records.Coded,
    (Attribute("vocabulary", "vocabulary", CODE, "99"), _CODE, Attribute("indicator-uri", "uri", URI)),
)
INDICATOR = Shape(
    records.Indicator,
    (
        Attribute("measure", "measure", values.MEASURES, "5"),
        Attribute("ascending", "ascending", TRUTH),
        Attribute("aggregation-status", "aggregates", TRUTH),
    ),
    (
        Child("title", "title", needed=True),
        Child("description", "description"),
        DOCUMENT_LINKS,
        Child("reference", "references", REFERENCE, many=True),
        Child("baseline", "baselines", BASELINE, many=True),
        Child("period", "periods", PERIOD, many=True),
    ),
)
RESULT = Shape(
    records.Result,
    (
        Attribute("type", "type", values.RESULT_TYPES, "9"),
        Attribute("aggregation-status", "aggregates", TRUTH),
    ),
    (
        Child("title", "title", needed=True),
        Child("description", "description"),
        DOCUMENT_LINKS,
        Child(
            "reference",
            "references",
            Shape(records.Coded, (_CODE, Attribute("vocabulary", "vocabulary", CODE, "99"), _VOCABULARY_URI)),
            many=True,
        ),
        Child("indicator", "indicators", INDICATOR, many=True, needed=True),
    ),
)
ACTIVITY = Shape(
    records.Activity,
    (
        Attribute("last-updated-datetime", "updated_at", values.MOMENT),
        Attribute(LANG, "language", values.LANGUAGE),
        Attribute("default-currency", "currency", CODE),
        Attribute("humanitarian", "humanitarian", TRUTH),
        Attribute("hierarchy", "hierarchy", values.WHOLE),
        Attribute("linked-data-uri", "linked_data_uri", URI),
        Attribute("budget-not-provided", "budget_not_provided", CODE),
    ),
    (
        Child("iati-identifier", "identifier", Leaf("", CODE), needed=True),
        Child("reporting-org", "reporting", REPORTING, needed=True),
        Child("title", "title", needed=True),
        Child("description", "descriptions", DESCRIPTION, many=True, needed=True),
        Child("participating-org", "participating", PARTICIPATING, many=True, needed=True),
        *_raw("other-identifier", many=True),
        Child("activity-status", "status", Leaf("code", values.STATUSES), needed=True),
        Child("activity-date", "dates", ACTIVITY_DATE, many=True, needed=True),
        *_raw("contact-info", many=True),
        Child("activity-scope", "scope", IN_CODE),
        Child("recipient-country", "countries", COUNTRY, many=True),
        Child("recipient-region", "regions", REGION, many=True),
        Child("location", "locations", LOCATION, many=True),
        Child("sector", "sectors", SECTOR, many=True),
        Child("tag", "tags", TAG, many=True),
        *_raw("country-budget-items"),
        *_raw("humanitarian-scope", "policy-marker", many=True),
        *_raw("collaboration-type", "default-flow-type", "default-finance-type"),
        *_raw("default-aid-type", many=True),
        *_raw("default-tied-status"),
        Child("budget", "budgets", BUDGET, many=True),
        Child("planned-disbursement", "planned_disbursements", PLANNED_DISBURSEMENT, many=True),
        *_raw("capital-spend"),
        Child("transaction", "transactions", TRANSACTION, many=True),
        DOCUMENT_LINKS,
        Child("related-activity", "related", RELATED, many=True),
        *_raw("legacy-data", many=True),
        *_raw("conditions"),
        Child("result", "results", RESULT, many=True),
        *_raw("crs-add", "fss"),
    ),
)
