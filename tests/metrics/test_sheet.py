"""Tables of readings as text: every way in which spreadsheets write them, and everything that can be wrong."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.base.errors import Invalid
from impactline.base.numbers import number
from impactline.metrics.sheet import LINES_MAX, entries, text_of

OCTOBER = date(2026, 10, 1)


def values(text: str, dimensions: tuple[str, ...] = ()) -> dict[date, Decimal | None]:
    found, faults = entries(text, dimensions, number)
    assert not faults
    return {entry.day: entry.amount.value for entry in found}


def faults(text: str, dimensions: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(fault.field, fault.message) for fault in entries(text, dimensions, number)[1]]


@pytest.mark.parametrize(
    "text",
    [
        "day,value\n2026-10-01,12.5\n",
        "Date;Value\r\n01.10.2026;12,5\r\n",
        "2026-10-01\t12.5",
        "\n\nvalue,day\n12.5,2026-10-01\n\n",
        '"day","value"\n"2026-10-01"," 12.5 "',
        "day;value\n1.10.2026;12.5",
        "2026-10-01,12.5,a note",
    ],
)
def test_tables_are_read_as_spreadsheets_write_them(text: str) -> None:
    assert values(text) == {OCTOBER: Decimal("12.5")}


def test_behind_semicolons_a_comma_is_a_decimal_comma() -> None:
    assert values("day;value\n2026-10-01;1.234.567,5") == {OCTOBER: Decimal("1234567.5")}
    assert values("day;value\n2026-10-01;1,234") == {OCTOBER: Decimal("1.234")}


def test_notes_quality_counts_and_parts_come_with_it() -> None:
    text = (
        "day,sex,numerator,denominator,quality,note\n"
        '2026-10-01,,6,8,Estimated,"Two lines\nof words, quoted"\n'
        "2026-10-01,women,4,5,,\n2026-10-01,men,2,3,,\n"
    )
    (entry,), wrong = entries(text, ("sex",), number)
    assert not wrong
    assert (entry.line, entry.quality, entry.note) == (3, "estimated", "Two lines\nof words, quoted")
    assert [(part.categories, part.amount.numerator) for part in entry.parts] == [
        ((("sex", "women"),), 4),
        ((("sex", "men"),), 2),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", "line 1", "The table is empty."),
        ("day,volue\n2026-10-01,1", "line 1", "There is no column “volue”."),
        ("day,value,day\n", "line 1", "A column stands twice."),
        ("value\n1", "line 1", "There is no column “day”."),
        ("day,value\n10/01/2026,1", "line 2", "“10/01/2026” is not a day."),
        ("day,value\n2026-02-30,1", "line 2", "“2026-02-30” is not a day."),
        ("day,value\n=TODAY(),1", "line 2", "A formula stands here, not a day."),
        ("day,value\n2026-10-01,=1+1", "line 2", "A formula stands here, not its value."),
        ("day,value\n2026-10-01,@SUM(A1)", "line 2", "A formula stands here, not its value."),
        ("day,value\n2026-10-01,NaN", "line 2", "A value must be a finite number."),
        ("day,value\n2026-10-01,1e400", "line 2", "The value is too large or too small."),
        ("day,value\n2026-10-01,1" + "0" * 400, "line 2", ""),
        ("day,value\n2026-10-01,many", "line 2", "“many” is not a number."),
        ("day,value\n2026-10-01,1,2", "line 2", "This line has more columns than the first."),
        ("day,value\n2026-10-01,1\n2026-10-01,2", "line 3", "This day stands on line 2 already."),
        ('day,value\n2026-10-01,"1', "line 2", "The line cannot be read"),
        ("day,value\n2026-10-01," + "1" * 200_000, "line 2", "The line cannot be read"),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, line: str, message: str) -> None:
    ((where, words),) = faults(text)
    assert where == line
    assert words.startswith(message)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [where for where, _ in faults("day,value\nx,1\n2026-10-01,2\n2026-10-02,y")] == ["line 2", "line 4"]


def test_there_is_a_most() -> None:
    assert "lines are the most" in faults("day\n" + "2026-10-01\n" * (LINES_MAX + 5))[-1][1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_are_read_in_unicode(encoding: str) -> None:
    assert text_of("día;välue".encode(encoding)) == "día;välue"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("day,value\n2026,1,caf\xe9".encode("latin-1"), "Line 2 is not in UTF-8."),
        (b"PK\x03\x04\x00\x00", "This is no table of text."),
        (b"\xff\xfea", "Line 1 is not in UTF-8."),
        (b"1" * (8 * 1024 * 1024 + 1), "The table has more than 8 MB."),
    ],
)
def test_other_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        text_of(content)
