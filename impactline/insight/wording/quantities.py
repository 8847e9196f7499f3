"""The numbers of a text and what they are: quantities, or days, versions, names and labels, which measure nothing."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from impactline.insight.wording.lists import Words
from impactline.insight.wording.tokens import Token, tokens_of

MONEY = frozenset("$€£¥")
YEARS = range(1900, 2101)
_SCALES = frozenset({"k", "m", "mm", "b", "bn", "mio", "mrd", "x", "×", "th", "tsd"})
_UNITS = frozenset(
    [
        "ms",
        "s",
        "sec",
        "secs",
        "min",
        "mins",
        "h",
        "hr",
        "hrs",
        "d",
        "gb",
        "mb",
        "tb",
        "kb",
        "kg",
        "km",
        "pp",
        "pt",
        "pts",
        "eur",
        "usd",
        "gbp",
        "chf",
    ]
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_POINTED = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})")
_SLASHED = re.compile(r"\b\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})\b")
# What may stand between a day and its month, “30. Juni”, “30 de junio”, “June the 30”; not “from 20 to 40 by June”.
_BETWEEN = frozenset({".", "of", "the", "th", "st", "nd", "rd", "de", "er"})
_PERIOD = re.compile(r"(?:e?o?q[1-4]|h[12]|[cf]y\d{2,4}|eoy|eoq|q[1-4]fy\d+)")
_RATIOS = frozenset({("24", "7"), ("1", "1"), ("50", "50")})
_FAR = 6


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that measures: its value (None where it cannot be read), its unit, and the token it stands at."""

    value: Decimal | None
    unit: str
    at: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the numbers of a text are.

    `change` are the two places (in `quantities`) of one plain "from … to …"; `dated` says whether a day or period
    is named, `days` are those that are written in full.
    """

    quantities: tuple[Quantity, ...]
    change: tuple[int, int] | None
    dated: bool
    days: tuple[date, ...]


def holds_figure(text: str) -> bool:
    """Whether a number stands in a text that is no day, version or name, in whatever language it is written."""
    return any(map(str.isdigit, text)) and bool(numbers_of(text, tokens_of(text), None).quantities)


def numbers_of(text: str, tokens: Sequence[Token], words: Words | None) -> Numbers:
    """The numbers of a text."""
    days, covered = _days(text, tokens)
    dated = bool(days) or bool(covered)
    quantities: list[Quantity] = []
    for at, token in enumerate(tokens):
        if token.kind == "word" and _PERIOD.fullmatch(token.low):
            dated = True
        if token.kind != "number" or at in covered:
            continue
        if words is not None and _is_day(tokens, at, words):
            dated = True
        elif not _is_name(tokens, at, words):
            quantities.append(Quantity(_value(token.text), _unit(tokens, at), at))
    if words is not None and any(token.low in words.months and token.text[0].isupper() for token in tokens):
        dated = True
    return Numbers(tuple(quantities), _change(tokens, quantities, words), dated, days)


def _days(text: str, tokens: Sequence[Token]) -> tuple[tuple[date, ...], frozenset[int]]:
    """Days written in digits, and the tokens that they cover."""
    found, covered, starts = [], set(), [token.start for token in tokens]
    for match in _ISO.finditer(text):
        try:
            found.append(date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            continue
        covered |= set(range(bisect_left(starts, match.start()), bisect_left(starts, match.end())))
    for match in _SLASHED.finditer(text):
        covered |= set(range(bisect_left(starts, match.start()), bisect_left(starts, match.end())))
    for at, token in enumerate(tokens):
        if token.kind == "number" and _POINTED.fullmatch(token.text):
            covered.add(at)
    return tuple(found), frozenset(covered)


def _is_day(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """A year, or a number beside the name of a month."""
    value = tokens[at].text
    if value.isdigit() and len(value) <= 2 and any(_is_month(tokens, at, step, words) for step in (-1, 1)):
        return not _unit(tokens, at)
    return value.isdigit() and len(value) == 4 and int(value) in YEARS and not _unit(tokens, at)


def _is_month(tokens: Sequence[Token], at: int, step: int, words: Words) -> bool:
    """Whether a month stands beside the token, on the side of `step`."""
    beside = at + step
    if 0 <= beside + step < len(tokens) and tokens[beside].low in _BETWEEN:
        beside += step
    return 0 <= beside < len(tokens) and tokens[beside].low in words.months


def _is_name(tokens: Sequence[Token], at: int, words: Words | None) -> bool:
    """A label (phase 2, #7), a version (Rails 5.1), an ordinal (1st), a part of a word (5C), a ratio (24/7)."""
    token = tokens[at]
    before = tokens[at - 1] if at > 0 else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is not None:
        if before.low == "#" or (words is not None and (before.low,) in words.phrases["label"].get(before.low, ())):
            return True
        if before.low in {"/", ":"} and at > 1 and (tokens[at - 2].text, token.text) in _RATIOS:
            return True
        if at > 1 and before.text[0].isupper() and before.text[1:].islower() and not _unit(tokens, at):
            return not (after is not None and after.is_word and after.text[0].islower())
    if after is None:
        return False
    if after.low in {"/", ":"} and at + 2 < len(tokens) and (token.text, tokens[at + 2].text) in _RATIOS:
        return True
    joined = after.start == token.end or (after.low == "-" and after.start == token.end)
    return joined and after.is_word and after.low.split("-")[0] not in _SCALES | _UNITS


def _unit(tokens: Sequence[Token], at: int) -> str:
    """The sign beside a number: %, money, a scale or a short unit."""
    before = tokens[at - 1] if at > 0 else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is not None and before.text in MONEY:
        return before.text
    if after is None:
        return ""
    if after.text in {"%", "‰"} or after.text in MONEY:
        return after.text
    if after.low in {"percent", "prozent", "pourcent"}:
        return "%"
    return after.low if after.low in _SCALES | _UNITS else ""


def _value(text: str) -> Decimal | None:
    """The number as written; None where point and comma leave it open, as in 1,234 or 1.234."""
    if not text.isascii():
        return None
    try:
        if text.isdigit():
            return Decimal(text)
        whole, point, rest = text.partition("." if "." in text else ",")
        if point and whole.isdigit() and rest.isdigit() and len(rest) != 3:
            return Decimal(f"{whole}.{rest}")
    except InvalidOperation:
        return None
    return None


def _change(tokens: Sequence[Token], found: Sequence[Quantity], words: Words | None) -> tuple[int, int] | None:
    """The one plain "from … to …": two quantities that follow each other, with these words before them."""
    pairs = []
    for place in range(len(found) - 1):
        first, second = found[place].at, found[place + 1].at
        between = {token.low for token in tokens[first + 1 : second]}
        before = {token.low for token in tokens[max(0, first - _FAR) : first]}
        arrow = bool(between & {"→", "⟶", "➔"}) or ("-" in between and ">" in between)
        said = words is not None and _any(before, words, "from") and _any(between, words, "to")
        if second - first <= _FAR + 2 and (arrow or said):
            pairs.append((place, place + 1))
    return pairs[0] if len(pairs) == 1 else None


def _any(found: set[str], words: Words, group: str) -> bool:
    return any(first in found for first in words.phrases[group])
