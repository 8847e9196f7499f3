"""A line typed as a key result, and whether it says plainly what is measured: "Median wait falls from 21 to 7 days".

Only what is plain is taken: a verb of change, two different numbers between "from" and "to", and at most one unit.
Everything else stays without a measure, for a person to define it; nothing is guessed.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from impactline.base.errors import Invalid

UNIT_MAX = 60
CHANGES = (
    r"\b(?:fall|drop|declin|decreas|reduc|cut|lower|shorten|shrink|sink|ris|rais|grow|increas|improv|lift|climb|boost"
    r"|doubl|tripl|halv|expand|bring|get|gets|go|goes|mov|tak)\w*\b"
)
MONEY = "[€$£¥]"
NUMBER = r"[-−]?\d+(?:[.,’']\d+)*"
SIGN = r"%|‰|€|\$|£|¥|°C|°F"
WORD = r"[^\W\d_][\w\-]*"
FROM_TO = re.compile(
    rf"\bfrom\s+(?P<money>{MONEY})?\s?(?P<baseline>{NUMBER})(?![\w.,]*\d)(?:\s?(?P<sign>{SIGN})|\s(?P<word>{WORD}))?"
    rf"\s+to\s+(?P<money_to>{MONEY})?\s?(?P<target>{NUMBER})(?:\s?(?P<sign_to>{SIGN})|\s(?P<word_to>{WORD}))?(?!\w)",
    re.IGNORECASE,
)
NO_UNIT = {
    "a", "across", "after", "all", "an", "and", "as", "at", "before", "between", "by", "during", "each",
    "every", "for", "from", "in", "into", "of", "on", "or", "our", "over", "per", "so", "than", "that", "the",
    "their", "this", "through", "to", "until", "till", "when", "where", "which", "while", "who", "with",
    "within", "without",
}  # fmt: skip
YEARS = range(1900, 2101)


class PlainMeasure(NamedTuple):
    """From where to where, and in what unit."""

    baseline: Decimal
    target: Decimal
    unit: str


def plain_measure(line: str, read: Callable[[str], Decimal]) -> PlainMeasure | None:
    """The measure that a line says plainly, else None; `read` reads a number as people write it, or raises Invalid."""
    found = list(FROM_TO.finditer(line))
    if len(found) != 1 or not re.search(CHANGES, line[: found[0].start()], re.IGNORECASE):
        return None
    match = found[0]
    unit = _unit(match)
    try:
        baseline, target = read(match["baseline"]), read(match["target"])
    except Invalid:
        return None
    if unit is None or baseline == target or (not unit and _are_years(baseline, target)):
        return None
    return PlainMeasure(baseline, target, unit)


def _unit(match: "re.Match[str]") -> str | None:
    """The one unit, possibly none; None where there are two, or where what follows is no unit."""
    words = [match[name] for name in ("word", "word_to") if match[name] and match[name].lower() not in NO_UNIT]
    if (match["word"] and match["word"].lower() in NO_UNIT) or any(word[0].isupper() for word in words):
        return None
    signs = [match[name] for name in ("money", "money_to", "sign", "sign_to") if match[name]]
    units = {*signs, *words}
    if len(units) > 1:
        return None
    return next(iter(units), "")[:UNIT_MAX]


def _are_years(baseline: Decimal, target: Decimal) -> bool:
    return baseline in YEARS and target in YEARS
