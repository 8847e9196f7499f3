"""How a locale, such as de or en_GB, writes days and numbers; one that is not known is taken for English."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

PLACES_MAX = 9
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Signs:
    """How a locale writes numbers; `share` is the pattern of per cent, with # for the number."""

    decimal: str
    group: str
    minus: str
    share: str

    def write(self, digits: str) -> str:
        """Digits as Python writes them, -1,234.5, in the way of the locale."""
        return digits.translate({ord("."): self.decimal, ord(","): self.group, ord("-"): self.minus})

    def plain(self, text: str) -> str | None:
        """A number as the locale writes it, or with a point, as Python reads it; None when it is neither."""
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        local = rf"[+-]?(?:\d+|\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}})?(?:{decimal}\d*)?"
        if re.fullmatch(local, text) and any(sign.isdigit() for sign in text):
            return text.replace(self.group, "").replace(self.decimal, ".")
        text = text.replace("\u066c", "").replace("\u066b", ".")
        return text if _PLAIN.fullmatch(text) else None


@lru_cache(maxsize=4096)
def day(value: date, locale: str, width: str = "medium") -> str:
    """A day in words: 16.11.2026, or Nov 16, 2026."""
    return format_date(value, width, locale=locale_named(locale))


def number(value: float | Decimal, locale: str, places: int | None = None) -> str:
    """A number with its separators: as many decimals as it has (nine at most), or a fixed number of them."""
    return signs_of(locale).write(digits(value, places, ","))


def per_cent(amount: float | Decimal, locale: str, places: int | None = None) -> str:
    """A number of hundredths: 21.4 is 21.4%, or 21,4 % where that is the custom."""
    return signs_of(locale).share.replace("#", number(amount, locale, places))


def digits(value: float | Decimal, places: int | None, group: str) -> str:
    """A number as digits, rounded half to even; zero has no sign."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{exact:{group}.{PLACES_MAX if places is None else places}f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0.,") else text


@lru_cache(maxsize=64)
def signs_of(name: str) -> Signs:
    """The signs with which a locale writes numbers."""
    locale = locale_named(name)
    pattern = locale.percent_formats[None].pattern.split(";")[0]
    share = re.sub(r"[#,0]+", "#", pattern, count=1)
    return Signs(get_decimal_symbol(locale), get_group_symbol(locale), get_minus_sign_symbol(locale), share)


@lru_cache(maxsize=64)
def locale_named(name: str) -> Locale:
    """What babel knows of a locale."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
