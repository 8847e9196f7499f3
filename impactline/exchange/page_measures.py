"""The measure that a line of an OKR page states plainly; what is not plain is left to people."""

import re
from decimal import Decimal
from typing import NamedTuple

from impactline.exchange.document_okrs import KeyResultType
from impactline.exchange.page_period import MONTHS
from impactline.exchange.page_words import words

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_NOT_PART = r"(?![\d%]|[.:~/–-]\d|\s?[kKmMbB]\b|[xX]\b)"
_FROM_TO = re.compile(
    rf"\bfrom (?P<sign>[$€£])?(?P<from>{_NUMBER})(?P<percent>\s?%)?(?P<unit>\s[a-z]+)? "
    rf"to (?P<sign2>[$€£])?(?P<to>{_NUMBER})(?P<percent2>\s?%)?{_NOT_PART}(?P<unit2>\s[a-z]+)?"
)
_BOUNDS: tuple[tuple[KeyResultType, re.Pattern[str]], ...] = (
    (
        "at_least",
        re.compile(rf"(?:\bat least|\bno less than|\ba minimum of|≥|>=)\s?(?P<number>{_NUMBER})", re.IGNORECASE),
    ),
    (
        "at_least",
        re.compile(rf"(?P<number>{_NUMBER})(?:\s?%\+|\s?%? or (?:more|higher|above|better|greater)\b)", re.IGNORECASE),
    ),
    (
        "at_most",
        re.compile(rf"(?:\bat most|\bno more than|\ba maximum of|≤|<=)\s?(?P<number>{_NUMBER})", re.IGNORECASE),
    ),
    ("at_most", re.compile(rf"(?P<number>{_NUMBER})\s?%?(?: or (?:less|fewer|lower|below|under)\b)", re.IGNORECASE)),
    ("at_least", re.compile(rf"^(?P<number>{_NUMBER})\s?%(?!\+)", re.IGNORECASE)),
)
_RELATIVE = re.compile(
    r"^\s?%?\s?(?:(?:month|quarter|year|week) over|increase|decrease|growth|lift|reduction|drop|more\b|less\b|fewer"
    r"|additional|improvement|higher|lower|faster)",
    re.IGNORECASE,
)
_PERIODS = re.compile(
    rf"\b(?:FY|CY)\s?'?\d{{2,4}}(?:[-\s]?Q[1-4])?\b|\bE?O?Q[1-4](?:\s?FY\d+)?\b|\b20\d\d(?:-\d\d-\d\d)?\b"
    rf"|\b(?:{'|'.join(month[:3] for month in MONTHS)})[a-z]*\.? \d{{1,2}}\b",
    re.IGNORECASE,
)
# A second sentence, or a number in words: more than one thing is said.
_SEVERAL = re.compile(
    r";|(?-i:(?<!\bvs)\.\s+[A-Z\d])|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]*\)")
_NOT_UNITS = words("by in on at per for and or of with as to the a each this next until through within from")


class Measured(NamedTuple):
    """A measure that stands in a text plainly."""

    type: KeyResultType
    baseline: Decimal | None
    target: Decimal
    unit: str


def measure_in(title: str) -> Measured | None:
    """The measure that a text states plainly: from X to Y, at least N, at most N, or N % of something."""
    text = _PERIODS.sub(" ", title)
    pairs = list(_FROM_TO.finditer(text))
    if pairs:
        return _change(pairs[0]) if len(pairs) == 1 else None
    text = " ".join(_ASIDE.sub(" ", text).split())
    if _SEVERAL.search(text) or len(re.findall(r"\d[\d,.]*", text)) != 1:
        return None
    for kind, expression in _BOUNDS:
        if found := expression.search(text):
            return _bound(kind, found, text)
    return None


def _change(found: re.Match[str]) -> Measured | None:
    """From X to Y; not where the two are of different units, or are years or ratios."""
    percent, percent2 = bool(found["percent"]), bool(found["percent2"])
    unit, unit2 = (found["unit"] or "").strip(), (found["unit2"] or "").strip()
    if (percent and not percent2) or (unit and unit != unit2) or (found["sign"] and not found["sign2"]):
        return None
    baseline, target = _number(found["from"]), _number(found["to"])
    if baseline == target:
        return None
    word = unit2 if unit2 not in _NOT_UNITS else ""
    return Measured("metric", baseline, target, "%" if percent2 else found["sign2"] or word)


def _bound(kind: KeyResultType, found: re.Match[str], text: str) -> Measured | None:
    before, after = text[: found.start()], text[found.end("number") :]
    if re.search(r"\bby $", before) or _RELATIVE.match(after) or re.match(_NOT_PART, after.lstrip("%")) is None:
        return None
    sign = re.search(r"[$€£]$", text[: found.start("number")])
    unit = "%" if re.match(r"\s?%", after) else sign[0] if sign else ""
    return Measured(kind, None, _number(found["number"]), unit)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
