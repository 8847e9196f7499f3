"""Days and numbers as locales write them."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.people import locales


@pytest.mark.parametrize(
    ("locale", "day", "number", "share"),
    [
        ("en", "Nov 16, 2026", "-1,234.5", "66.5%"),
        ("en_GB", "16 Nov 2026", "-1,234.5", "66.5%"),
        ("de", "16.11.2026", "-1.234,5", "66,5\N{NO-BREAK SPACE}%"),
        ("fr-FR", "16 nov. 2026", "-1\N{NARROW NO-BREAK SPACE}234,5", "66,5\N{NO-BREAK SPACE}%"),
        ("xx-none", "Nov 16, 2026", "-1,234.5", "66.5%"),
        ("", "Nov 16, 2026", "-1,234.5", "66.5%"),
    ],
)
def test_each_locale_writes_in_its_way(locale: str, day: str, number: str, share: str) -> None:
    assert locales.day(date(2026, 11, 16), locale) == day
    assert locales.number(Decimal("-1234.50"), locale) == number
    assert locales.per_cent(66.5, locale) == share


def test_a_number_has_as_many_decimals_as_it_needs_or_is_asked_for() -> None:
    assert [locales.number(7, "en"), locales.number(-0.0, "en"), locales.number(1 / 3, "en", 2)] == ["7", "0", "0.33"]
