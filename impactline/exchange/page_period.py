"""The period of a page of OKRs: its name, and its days where the page writes them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_QUARTERS = (
    re.compile(r"\b(?P<year>(?:FY|CY)\s?'?\d{2}(?:\d{2})?)[-\s]?Q(?P<quarter>[1-4])\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>20\d{2})[-\s]?Q(?P<quarter>[1-4])\b", re.IGNORECASE),
    re.compile(r"\bQ(?P<quarter>[1-4])[-\s,]+(?P<year>(?:(?:FY|CY)\s?'?\d{2}(?:\d{2})?)|20\d{2})\b", re.IGNORECASE),
)
_YEAR = re.compile(r"\b(?P<year>(?:FY|CY)\s?'?\d{2}(?:\d{2})?|20\d{2})\b", re.IGNORECASE)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october")
MONTHS = (*_MONTHS, "november", "december")
_DAY = r"(?:\d{4}-\d{2}-\d{2}|[A-Z][a-z]+ \d{1,2},? \d{4})"
_RANGE = re.compile(rf"\b(?:runs?|lasts?|goes) from (?P<start>{_DAY}) (?:to|until|through) (?P<end>{_DAY})")


@dataclass(frozen=True, slots=True)
class Period:
    """A cycle as a page names it; `remark` says where its days come from when the page does not write them."""

    name: str
    starts_on: date
    ends_on: date
    remark: str = ""


def period(titles: Iterable[str], prose: Iterable[str], starts_on: date | None, ends_on: date | None) -> Period | None:
    """The period that the first title with one names, or None.

    The days are those given, else those that the prose writes, else those of the calendar.
    """
    found = next((name for title in titles if (name := _named(title))), None)
    written = next((days for text in prose if (days := _written(text))), None)
    if starts_on and ends_on:
        return Period(found[0] if found else _name_of(starts_on, ends_on), starts_on, ends_on)
    if found is None:
        return None
    if written is not None:
        return Period(found[0], *written)
    remark = f"The page does not write when {found[0]} runs; the calendar's days were taken"
    remark += ", as if its fiscal year were the calendar's." if found[0].startswith("FY") else "."
    return Period(found[0], *_calendar(found[1], found[2]), remark)


def writes_days(text: str) -> bool:
    """Whether a text writes from when to when its period runs."""
    return _written(text) is not None


def named(title: str) -> bool:
    """Whether a title names a period."""
    return _named(title) is not None


def _named(title: str) -> tuple[str, int, int] | None:
    """The name of a period, its year and its quarter, 0 for a whole year."""
    for expression in _QUARTERS:
        if found := expression.search(title):
            name = _plain(found["year"])
            return f"{name}-Q{found['quarter']}", _year(name), int(found["quarter"])
    if found := _YEAR.search(title):
        name = _plain(found["year"])
        return name, _year(name), 0
    return None


def _plain(year: str) -> str:
    return re.sub(r"[\s']", "", year).upper()


def _year(name: str) -> int:
    digits = int(re.sub(r"\D", "", name))
    return digits if digits >= 1000 else 2000 + digits


def _calendar(year: int, quarter: int) -> tuple[date, date]:
    first = date(year, 3 * quarter - 2 if quarter else 1, 1)
    after = date(year + 1, 1, 1) if quarter in (0, 4) else date(year, 3 * quarter + 1, 1)
    return first, after - timedelta(days=1)


def _written(text: str) -> tuple[date, date] | None:
    found = _RANGE.search(text)
    if found is None:
        return None
    start, end = _day(found["start"]), _day(found["end"])
    return (start, end) if start and end and start <= end else None


def _day(text: str) -> date | None:
    words = text.replace(",", "").split()
    try:
        if len(words) == 1:
            return date.fromisoformat(text)
        return date(int(words[2]), MONTHS.index(words[0].lower()) + 1, int(words[1]))
    except ValueError:
        return None


def _name_of(starts_on: date, ends_on: date) -> str:
    for quarter in (0, 1, 2, 3, 4):
        if _calendar(starts_on.year, quarter) == (starts_on, ends_on):
            return f"{starts_on.year}-Q{quarter}" if quarter else str(starts_on.year)
    return f"{starts_on}-{ends_on}"
