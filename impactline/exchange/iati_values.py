"""Single values of IATI: how each is read from an attribute, what older versions wrote, and how it is written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_YEAR = re.compile(r"0*[1-9]\d{0,8}")
_WHOLE = re.compile(r"\d{1,9}")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?")
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_ADDRESS = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<xsd:element name="address" type="xsd:anyURI"/></xsd:schema>"""


class Unfit(Exception):
    """A value is not of its kind; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: `read` takes it from a file and raises Unfit, `write` gives its text in a file.

    `words` are those that older versions and careless publishers write for a code, in lower case.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    words: Mapping[str, str] = field(default_factory=dict)
    empty: Any = ""


def _fitting(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        stripped = text.strip()
        if stripped and not pattern.fullmatch(stripped):
            raise Unfit(what)
        return stripped

    return read


def _day(text: str) -> date:
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise Unfit("a day such as 2026-10-31 was expected")
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        raise Unfit("there is no such day") from None


def _number(text: str) -> Decimal:
    stripped = text.strip()
    if _GROUPED.fullmatch(stripped):
        stripped = stripped.replace(",", "")
    if len(stripped) > 60 or not _NUMBER.fullmatch(stripped):
        raise Unfit("a number such as 1200.50 was expected")
    return Decimal(stripped)


def _truth(text: str) -> bool:
    found = _TRUTHS.get(text.strip().lower())
    if found is None:
        raise Unfit("true or false was expected")
    return found


@lru_cache(maxsize=1)
def _addresses() -> Any:
    return etree.XMLSchema(etree.fromstring(_ADDRESS))


def _address(text: str) -> str:
    """An address as the standard's own validator has it; no other notion of one would do."""
    element = etree.Element("address")
    element.text = text.strip()
    if not _addresses().validate(element):
        raise Unfit("an address was expected")
    return text.strip()


def _moment(text: str) -> str:
    found = _fitting(_MOMENT, "a moment such as 2026-10-31T14:05:00Z was expected")(text)
    if found:
        _day(found[:10])
        hour, minute, second = found[11:13], found[14:16], found[17:19]
        if hour > "23" or minute > "59" or second > "59":
            raise Unfit("there is no such moment")
    return found


def codes(words: Mapping[str, str]) -> Kind:
    """A code for which words are understood too."""
    return Kind(str.strip, words=words)


TEXT = Kind(str)
CODE = Kind(str.strip)
DAY = Kind(_day, date.isoformat, empty=None)
NUMBER = Kind(_number, lambda value: format(value, "f"), empty=None)
TRUTH = Kind(_truth, lambda value: "1" if value else "0", empty=None)
YEAR = Kind(_fitting(_YEAR, "a year was expected"))
WHOLE = Kind(_fitting(_WHOLE, "a whole number was expected"))
LANGUAGE = Kind(_fitting(_LANGUAGE, "a language such as en or pt-BR was expected"))
MOMENT = Kind(_moment)
URI = Kind(_address)
VALUE = Kind(str, empty=None)

DATE_TYPES = codes({"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"})
STATUSES = codes(
    {
        "pipeline/identification": "1",
        "pipeline": "1",
        "implementation": "2",
        "finalisation": "3",
        "completion": "3",
        "closed": "4",
        "post-completion": "4",
        "cancelled": "5",
        "suspended": "6",
    }
)
ROLES = codes({"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"})
RESULT_TYPES = codes({"output": "1", "outcome": "2", "impact": "3", "other": "9"})
MEASURES = codes({"unit": "1", "percentage": "2", "nominal": "3", "ordinal": "4", "qualitative": "5"})
BUDGET_TYPES = codes({"original": "1", "revised": "2"})
RELATIONS = codes({"parent": "1", "child": "2", "sibling": "3", "co-funded": "4", "third party": "5"})
TRANSACTION_TYPES = codes(
    {
        "if": "1",
        "c": "2",
        "d": "3",
        "e": "4",
        "ir": "5",
        "lr": "6",
        "r": "7",
        "qp": "8",
        "qs": "9",
        "cg": "10",
    }
)
