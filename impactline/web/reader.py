"""Who reads the present page: their locale and time zone, and how dates and numbers look to them."""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_datetime_format

from impactline.base.errors import Invalid
from impactline.base.numbers import bounded
from impactline.people import locales
from impactline.people.locales import locale_named, signs_of
from impactline.people.models import Organisation, Person
from impactline.people.queries import zone

NONE = "–"
LENGTH_MAX = 100
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2012\u2013\ufe63\uff0d", "-"))
_MARKS = str.maketrans(dict.fromkeys("\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))
_GAPS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009'\u2019](?=\d{3}(?!\d))")
_DAYS = re.compile(r"“[^”]*”|(?<![\w-])(?P<day>\d{4}-\d\d-\d\d)(?![\w-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reader:
    """Locale, such as de or en_GB, and time zone, such as Europe/Berlin."""

    locale: str = "en"
    timezone: str = "UTC"


_NOBODY = Reader()
_current: ContextVar[Reader | None] = ContextVar("reader", default=None)
_organisation: ContextVar[Organisation | None] = ContextVar("organisation", default=None)


def current() -> Reader:
    """The reader of the page that is being made."""
    return _current.get() or _NOBODY


def organisation() -> Organisation | None:
    """The organisation as it was when the request came in, so that a page asks for it once."""
    return _organisation.get()


def become(person: Person | None, organisation: Organisation | None) -> Reader:
    """Make pages for this person from now on: their own locale and time zone, else the organisation's."""
    locale = (person.locale if person else "") or (organisation.locale if organisation else "") or "en"
    timezone = (person.timezone if person else "") or (organisation.timezone if organisation else "") or "UTC"
    reader = Reader(locale, timezone)
    _current.set(reader)
    _organisation.set(organisation)
    return reader


def day(value: date | datetime | None, width: str = "medium") -> str:
    """A day in the reader's words; a moment is first put into their time zone."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        value = value.astimezone(zone(current().timezone)).date()
    return locales.day(value, current().locale, width)


def with_days(text: str) -> str:
    """A sentence with its days in the reader's words; what stands in quotes stays."""
    return _DAYS.sub(lambda found: _said(found[0], found["day"]), text)


def weekday(value: date) -> str:
    """A day that is near, with its weekday and without its year: "Thu, Dec 3"."""
    return _near(value, "MMMEd", current().locale)


def near(value: date) -> str:
    """A day without its year: "Dec 3"."""
    return _near(value, "MMMd", current().locale)


def moment(value: datetime | None) -> str:
    """A moment in the reader's words and time zone, to the minute."""
    if value is None:
        return NONE
    locale, here = locale_named(current().locale), zone(current().timezone)
    time = format_time(value, "short", tzinfo=here, locale=locale)
    both = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return both.replace("{0}", time).replace("{1}", format_date(value.astimezone(here), "medium", locale=locale))


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in words: "3 days ago"."""
    return format_timedelta(value - now, add_direction=True, locale=locale_named(current().locale))


def number(value: float | Decimal | None, digits: int | None = None) -> str:
    """A number with the reader's separators: as many decimals as it has (nine at most), or a fixed number of them."""
    if value is None:
        return NONE
    return locales.number(value, current().locale, digits)


def percent(value: float | None, digits: int = 0) -> str:
    """A share as per cent: 0.214 is 21%, or 21 % where that is the custom."""
    if value is None:
        return NONE
    return locales.per_cent(Decimal(str(value)) * 100, current().locale, digits)


def per_cent(amount: Decimal | float) -> str:
    """A number of hundredths: 21.4 is 21.4%, or 21.4 % where that is the custom."""
    return locales.per_cent(amount, current().locale)


def file_size(size: int) -> str:
    """The size of a file in words: 340 kB, 2.1 MB."""
    kilobytes = max(1, round(size / 1000))
    return f"{number(kilobytes)} kB" if kilobytes < 1000 else f"{number(round(size / 1e6, 1))} MB"


def write_number(value: Decimal | float | None) -> str:
    """A number as it stands in a field: the reader's decimal separator, no grouping."""
    return "" if value is None else signs_of(current().locale).write(locales.digits(value, None, ""))


def read_number(text: str, field: str = "value") -> Decimal:
    """A number as the reader writes it, "1.234,5" in German; also with a point, as programs write it.

    Digits may stand in groups of three behind any space, and in the figures of any script. Raises Invalid, with
    an example in the reader's own way, when it is no number in either way or has too many digits.
    """
    signs = signs_of(current().locale)
    cleaned = _GAPS.sub("", text.strip().translate(_MARKS).translate(_MINUS))
    plain = signs.plain(cleaned)
    if plain is None or len(cleaned) > LENGTH_MAX:
        example = signs.write(locales.digits(Decimal("1234.5"), None, ","))
        raise Invalid(
            f"“{text.strip()[:40]}” is not a number.", remedy=f"Write digits, such as {example}.", field=field
        )
    return bounded(Decimal(plain), field)


def _said(whole: str, iso: str | None) -> str:
    try:
        return day(date.fromisoformat(iso)) if iso else whole
    except ValueError:
        return whole


@lru_cache(maxsize=1024)
def _near(value: date, skeleton: str, locale: str) -> str:
    return format_skeleton(skeleton, value, locale=locale_named(locale))
