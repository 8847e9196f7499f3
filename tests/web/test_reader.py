"""Numbers, days and moments as the reader writes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel import localedata
from hypothesis import given
from hypothesis import strategies as st

from impactline.base.errors import Invalid
from impactline.people.models import Organisation, Person
from impactline.web import reader
from impactline.web.account import LOCALES

EVERYWHERE = sorted(localedata.locale_identifiers())
OURS = [name for name, _ in LOCALES]
NUMBERS = st.decimals(-(10**14), 10**14, allow_nan=False, places=None).map(lambda n: n.quantize(Decimal("1e-9"))) | (
    st.integers(-(10**14), 10**14).map(Decimal)
)


@pytest.fixture(autouse=True)
def nobody_reads_afterwards() -> Iterator[None]:
    yield
    reader.become(None, None)


def read_in(locale: str, timezone: str = "UTC") -> None:
    reader.become(Person(locale=locale, timezone=timezone), None)


@pytest.mark.parametrize(
    ("locale", "typed", "meant"),
    [
        ("en", "1,234.5", "1234.5"),
        ("en", "1234.5", "1234.5"),
        ("en", "-0.5", "-0.5"),
        ("en", "+7", "7"),
        ("en", ".5", "0.5"),
        ("en", "1 234 567", "1234567"),
        ("en", "1e3", "1000"),
        ("en", "٤٢", "42"),
        ("en_IN", "12,34,567", "1234567"),
        ("de", "1.234,5", "1234.5"),
        ("de", "1.234", "1234"),
        ("de", "1,234", "1.234"),
        ("de", "12.5", "12.5"),
        ("de", "1234567,25", "1234567.25"),
        ("de", " −7,5 ", "-7.5"),
        ("de", "–7", "-7"),
        ("de_CH", "1’234.5", "1234.5"),
        ("de_CH", "1'234.5", "1234.5"),
        ("fr", "1\u202f234,5", "1234.5"),
        ("fr", "1 234,5", "1234.5"),
        ("fr", "1\u00a0234,5", "1234.5"),
        ("fr", "1234.5", "1234.5"),
        ("sv", "\u22120,5", "-0.5"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "1,234.5", "1234.5"),
        ("he", "\u200e-3", "-3"),
        ("xx", "1.5", "1.5"),
    ],
)
def test_a_number_is_read_as_its_reader_writes_it(locale: str, typed: str, meant: str):
    read_in(locale)
    assert reader.read_number(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("locale", "typed"),
    [
        ("en", "1.234,5"),
        ("en", "1,5"),
        ("en", "1,23,4"),
        ("de", "1,234.5"),
        ("de", "1.23,4,5"),
        ("en", ""),
        ("en", "."),
        ("de", ","),
        ("en", "-"),
        ("en", "12 5"),
        ("en", "five"),
        ("en", "NaN"),
        ("en", "Infinity"),
        ("en", "1_000"),
        ("en", "0x10"),
        ("en", "45%"),
        ("en", "1" * 200),
        ("en", "=1+1"),
        ("en", "½"),
    ],
)
def test_what_is_no_number_is_refused_with_an_example_in_the_readers_way(locale: str, typed: str):
    read_in(locale)
    with pytest.raises(Invalid) as told:
        reader.read_number(typed, "target")
    assert told.value.field == "target"
    assert ("1.234,5" if locale == "de" else "1,234.5") in told.value.remedy


@pytest.mark.parametrize("typed", ["1e400", "1" * 16, "0.0000000001", "1e-30"])
def test_a_number_that_cannot_be_kept_is_refused(typed: str):
    with pytest.raises(Invalid, match="too"):
        reader.read_number(typed)


@given(st.sampled_from(EVERYWHERE), NUMBERS)
def test_what_stands_in_a_field_is_read_as_the_same_number(locale: str, value: Decimal):
    if len(value.normalize().as_tuple().digits) > 15:
        value = value.quantize(Decimal(1))
    read_in(locale)
    assert reader.read_number(reader.write_number(value)) == value
    assert reader.read_number(reader.number(value)) == value


@given(st.text(max_size=30), st.sampled_from(OURS))
def test_any_text_is_a_bounded_number_or_a_refusal(text: str, locale: str):
    read_in(locale)
    try:
        value = reader.read_number(text)
    except Invalid:
        return
    assert value.is_finite()
    assert reader.read_number(reader.write_number(value)) == value


@pytest.mark.parametrize(
    ("locale", "number", "field", "share"),
    [
        ("en", "-1,234.5", "-1234.5", "21.4%"),
        ("de", "-1.234,5", "-1234,5", "21,4\u00a0%"),
        ("fr", "-1\u202f234,5", "-1234,5", "21,4\u00a0%"),
        ("sv", "\u22121\u00a0234,5", "\u22121234,5", "21,4\u00a0%"),
        ("ar", "\u200e-1,234.5", "\u200e-1234.5", "21.4%\u200e"),
        ("tr", "-1.234,5", "-1234,5", "%21,4"),
    ],
)
def test_numbers_look_as_is_the_custom(locale: str, number: str, field: str, share: str):
    read_in(locale)
    assert reader.number(Decimal("-1234.50")) == number
    assert reader.write_number(Decimal("-1234.50")) == field
    shown = reader.percent(0.214, 1)
    assert shown.strip("\u200e\u200f") == share.strip("\u200e\u200f")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.1 + 0.2, None, "0.3"),
        (Decimal("1E+3"), None, "1,000"),
        (Decimal("0.000000001"), None, "0.000000001"),
        (-0.0, None, "0"),
        (-0.001, 1, "0.0"),
        (2.5, 0, "2"),
        (3.5, 0, "4"),
        (2.675, 2, "2.68"),
        (1234, 1, "1,234.0"),
        (None, None, "–"),
    ],
)
def test_a_number_has_the_decimals_it_has_or_those_asked_for(value, digits: int | None, shown: str):
    assert reader.number(value, digits) == shown


def test_nothing_is_a_dash_on_a_page_and_empty_in_a_field():
    assert reader.number(None) == reader.percent(None) == reader.day(None) == reader.moment(None) == "–"
    assert reader.write_number(None) == ""


def test_zero_is_a_value():
    assert (reader.number(0), reader.write_number(Decimal(0)), reader.percent(0.0)) == ("0", "0", "0%")
    assert reader.percent(-0.001) == "0%"


def test_a_moment_is_a_day_where_the_reader_is():
    late = datetime(2026, 10, 12, 23, 30, tzinfo=UTC)
    read_in("en_GB", "Europe/Berlin")
    assert reader.day(late) == "13 Oct 2026"
    assert reader.day(late.date()) == "12 Oct 2026"
    assert "01:30" in reader.moment(late)
    read_in("de", "America/New_York")
    assert reader.day(late) == "12.10.2026"
    assert "19:30" in reader.moment(late)


def test_a_person_reads_as_they_chose_else_as_the_organisation_does():
    house = Organisation(locale="fr", timezone="Europe/Paris")
    assert reader.become(Person(), house) == reader.Reader("fr", "Europe/Paris")
    assert reader.become(Person(locale="de", timezone="Asia/Tokyo"), house) == reader.Reader("de", "Asia/Tokyo")
    assert reader.become(None, None) == reader.Reader("en", "UTC")


def test_an_unknown_locale_or_time_zone_is_no_fault():
    read_in("xx_YY", "Mars/Olympus")
    assert reader.number(1234) == "1,234"
    assert reader.day(datetime(2026, 1, 1, tzinfo=UTC)) == "Jan 1, 2026"


def test_how_long_ago_is_told_in_words():
    at = datetime(2026, 10, 12, tzinfo=UTC)
    assert reader.ago(at, at + timedelta(days=3)) == "3 days ago"
    read_in("de")
    assert reader.ago(at, at + timedelta(days=3)) == "vor 3 Tagen"


@pytest.mark.parametrize(
    ("locale", "weekday", "near"),
    [("en", "Thu, Dec 3", "Dec 3"), ("de", "Do., 3. Dez.", "3. Dez."), ("fr", "jeu. 3 déc.", "3 déc.")],
)
def test_a_day_that_is_near_goes_without_its_year(locale: str, weekday: str, near: str):
    reader.become(Person(locale=locale), None)

    assert (reader.weekday(date(2026, 12, 3)), reader.near(date(2026, 12, 3))) == (weekday, near)


def test_days_are_written_in_every_locale_offered():
    for locale in OURS:
        read_in(locale)
        assert reader.day(date(2026, 10, 12))
