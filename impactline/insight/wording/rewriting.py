"""A text mended as far as a machine may: with blanks "__" for what only a person knows.

Where a text is long, has several sentences or is in a language without lists, nothing is offered.
"""

from datetime import date

from impactline.insight.wording.lists import Words
from impactline.insight.wording.reading import Reading
from impactline.insight.wording.statement import Statement

WORDS_MAX = 25


def from_to(said: Statement, reading: Reading) -> str:
    """The text with "from __ to __ by 31 Dec" at its end, or ""."""
    stem, words = _stem(reading), reading.words
    if not stem or words is None:
        return ""
    return " ".join(filter(None, [stem, words.rewrite["from_to"], _by(said, reading, words)]))


def from_there(said: Statement, reading: Reading) -> str:
    """The text with the baseline left blank before its one number: “to 50” becomes “from __ to 50”."""
    words = reading.words
    if words is None or len(reading.numbers.quantities) != 1:
        return ""
    before = reading.places("to", 0, reading.numbers.quantities[0].at)
    if not before or not _stem(reading) or reading.numbers.quantities[0].at - before[-1][1] > 1:
        return ""
    at = reading.tokens[before[-1][0]].start
    head = f"{reading.text[:at].rstrip()} {words.rewrite['from']} {reading.text[at:].rstrip(' .')}"
    return f"{head} {_by(said, reading, words)}".rstrip()


def so_that(said: Statement, reading: Reading) -> str:
    """The text with "so that __ goes from __ to __ by 31 Dec" at its end, or ""."""
    stem, words = _stem(reading), reading.words
    if not stem or words is None:
        return ""
    return f"{stem}, {words.rewrite['so_that']} {_by(said, reading, words)}".rstrip()


def dated(said: Statement, reading: Reading) -> str:
    """The text with "by __" at its end, or ""."""
    stem, words = _stem(reading), reading.words
    return f"{stem} {_until(None, words)}" if stem and words is not None else ""


def without_lead(reading: Reading) -> str:
    """The text without the word that it begins with, such as “Increased”, and a small word after it; or ""."""
    words, lead = reading.words, reading.lead
    if words is None or lead is None or lead.at != 0 or len(reading.tokens) < 2:
        return ""
    at = 1
    while at < len(reading.tokens) - 1 and (
        reading.tokens[at].low in words.known_by and reading.tokens[at].low not in {"not", "no"}
    ):
        at += 1
    rest = reading.text[reading.tokens[at].start :].strip()
    return rest[:1].upper() + rest[1:]


def _stem(reading: Reading) -> str:
    """The text without its full stop; "" where it is too long or has several sentences."""
    if len(reading.sentences) != 1 or len(reading.tokens) > WORDS_MAX or reading.has_blank:
        return ""
    return reading.text.strip().rstrip(".;:,! ")


def _by(said: Statement, reading: Reading, words: Words) -> str:
    if reading.is_dated:
        return ""
    ends = (said.days and said.days.ends_on) or (said.cycle and said.cycle.ends_on)
    return _until(ends or None, words)


def _until(day: date | None, words: Words) -> str:
    if day is None:
        return words.rewrite["until"].format(day="__")
    month = words.rewrite["months"].split()[day.month - 1]
    return words.rewrite["until"].format(day=words.rewrite["day"].format(day=day.day, month=month))
