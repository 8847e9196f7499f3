"""What a finding says, with its days and numbers as its reader writes them.

Findings are kept in one way of writing (`naming.day`, `naming.percent`), so that what is kept is the same for all
readers, and for programs; here it is put as one of them writes. What stands in quotes is somebody's own words, and
stays.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from impactline.people import locales

MONTHS = {f"{date(2000, month, 1):%B}": month for month in range(1, 13)}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+(?= %)"  # 2026 may be a year, and 30 is written alike everywhere
_WRITTEN = re.compile(
    rf"“[^”]*”|\b(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)}) (?P<year>\d{{4}})\b"
    rf"|(?<![\w.-])(?P<number>{_NUMBER})(?P<share> %)?(?![\w.]*\w)"
)


def as_written_in(text: str, locale: str) -> str:
    """The same sentence with its days, numbers and per cents as a locale, such as de or en_GB, writes them."""
    return rewritten(
        text,
        lambda day: locales.day(day, locale),
        lambda number: locales.number(number, locale),
        lambda share: locales.per_cent(share, locale),
    )


def rewritten(
    text: str,
    write_day: Callable[[date], str],
    write_number: Callable[[Decimal], str],
    write_share: Callable[[Decimal], str],
) -> str:
    """The same sentence with its days, numbers and per cents (66 of “66 %”) written by these."""

    def one(found: "re.Match[str]") -> str:
        if found["day"]:
            written = _day(int(found["year"]), MONTHS[found["month"]], int(found["day"]))
            return found[0] if written is None else write_day(written)
        if found["number"] is None:
            return found[0]
        number = Decimal(found["number"].replace(",", ""))
        return write_share(number) if found["share"] else write_number(number)

    return _WRITTEN.sub(one, text)


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
