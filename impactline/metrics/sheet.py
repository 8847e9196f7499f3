"""A table of readings as text (CSV): its lines as readings, or what is wrong with them, by line.

The first line may name the columns: day, value, numerator, denominator, quality, note, and the dimensions of the
metric; without it they are day, value and note. Columns are parted by tabs, semicolons or commas. Behind
semicolons a comma in a number is a decimal comma, as spreadsheets write it where that is the custom. A line that
names categories is a part of its day's reading. Quoting as in RFC 4180.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from impactline.base.errors import Fault, Invalid
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf

LINES_MAX = 100_000
BYTES_MAX = 8 * 1024 * 1024
NUMBERS = ("value", "numerator", "denominator")
COLUMNS = ("day", *NUMBERS, "quality", "note")
OTHER_NAMES = {"date": "day", "at": "day"}
WITHOUT_NAMES = ["day", "value", "note"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+")

ReadNumber = Callable[[str], Decimal]


@dataclass(slots=True)
class Entry:
    """What a table says of one day; `quality` and `note` are None where it has no such column."""

    line: int
    day: date
    amount: Amount
    parts: list[PartOf] = field(default_factory=list)
    quality: str | None = None
    note: str | None = None
    is_whole: bool = False


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark; raises Invalid for anything else, or too much."""
    if len(content) > BYTES_MAX:
        raise Invalid(f"The table has more than {BYTES_MAX >> 20} MB.", remedy="Cut it in two.", field="table")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(
            f"Line {line} is not in UTF-8.", remedy="Save the table as “CSV UTF-8” and try again.", field="table"
        ) from None
    if "\0" in text:
        raise Invalid("This is no table of text.", remedy="Save the sheet as CSV, not as a workbook.", field="table")
    return text


def entries(text: str, dimensions: Sequence[str], read: ReadNumber) -> tuple[list[Entry], list[Fault]]:
    """The readings of a table by day, in the order of its lines, and all faults; `field` of a fault is “line 7”.

    `read` turns the text of a number into it, raising Invalid.
    """
    mark = _mark(text)
    rows, faults = _cells(text, mark)
    if not rows:
        return [], faults or [Fault("line 1", "The table is empty.", "Write a day and a value on each line.")]
    names, below = _names(rows, dimensions)
    if unknown := _unknown(names, dimensions):
        return [], [unknown]
    found: dict[date, Entry] = {}
    number = _with_decimal_comma(read) if mark == ";" else read
    for line, cells in below:
        try:
            _take(found, line, dict(zip(names, cells, strict=False)), len(cells) > len(names), dimensions, number)
        except Invalid as refusal:
            faults.append(Fault(f"line {line}", refusal.message, refusal.remedy))
    if len(rows) > LINES_MAX + 1:
        faults.append(Fault(f"line {rows[-1][0]}", f"{LINES_MAX} lines are the most.", "Cut the table in two."))
    return list(found.values()), faults


def _mark(text: str) -> str:
    """What parts the columns, by the first line."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return next((mark for mark in "\t;" if mark in first), ",")


def _cells(text: str, mark: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """The lines that are not empty, with their numbers; one more than the most at most."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(rows) > LINES_MAX + 1:
                break
    except csv.Error as error:
        return rows, [Fault(f"line {reader.line_num}", f"The line cannot be read: {error}.", "Close every quote.")]
    return rows, []


def _names(
    rows: list[tuple[int, list[str]]], dimensions: Sequence[str]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns by name, and the lines below."""
    first = rows[0][1]
    if _day_or_none(first[0]) is not None:
        return WITHOUT_NAMES, rows
    known = {name.casefold(): name for name in (*dimensions, *COLUMNS)} | OTHER_NAMES
    return [known.get(cell.casefold(), cell) for cell in first], rows[1:]


def _unknown(names: list[str], dimensions: Sequence[str]) -> Fault | None:
    known = (*COLUMNS, *dimensions)
    for name in names:
        if name not in known:
            return Fault("line 1", f"There is no column “{name[:40]}”.", f"Its columns are: {', '.join(known)}.")
    if len(set(names)) < len(names):
        return Fault("line 1", "A column stands twice.", "Keep one of the two.")
    return None if "day" in names else Fault("line 1", "There is no column “day”.", "Add it.")


def _take(
    found: dict[date, Entry],
    line: int,
    cells: dict[str, str],
    too_many: bool,
    dimensions: Sequence[str],
    read: ReadNumber,
) -> None:
    """Put one line to its day. Raises Invalid."""
    if too_many:
        raise Invalid("This line has more columns than the first.", remedy="Quote what holds the separator.")
    day = _day(cells.get("day", ""))
    amount = Amount(*(_number(cells.get(name, ""), read) for name in NUMBERS))
    categories = tuple((name, cells[name]) for name in dimensions if cells.get(name))
    entry = found.get(day)
    if entry is None:
        entry = found[day] = Entry(line, day, Amount(None))
    if categories:
        entry.parts.append(PartOf(categories, amount))
        return
    if entry.is_whole:
        raise Invalid(f"This day stands on line {entry.line} already.", remedy="Keep one of the two.")
    entry.line, entry.amount, entry.is_whole = line, amount, True
    entry.note = cells.get("note") if "note" in cells else entry.note
    entry.quality = cells.get("quality", "").casefold() or entry.quality


def _day(text: str) -> date:
    found = _day_or_none(text)
    if found is None:
        said = "A formula stands here, not a day." if text.startswith("=") else f"“{text[:40]}” is not a day."
        raise Invalid(said, remedy="Write it as 2026-10-12.")
    return found


def _day_or_none(text: str) -> date | None:
    """A day as 2026-10-12 or 12.10.2026; with slashes nobody can tell the day from the month."""
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
        dotted = _DOTTED.fullmatch(text)
        return date(int(dotted[3]), int(dotted[2]), int(dotted[1])) if dotted else None
    except ValueError:
        return None


def _number(text: str, read: ReadNumber) -> Decimal | None:
    if not text:
        return None
    if text[0] in "=@":
        raise Invalid("A formula stands here, not its value.", remedy="Copy the values only.")
    return read(text)


def _with_decimal_comma(read: ReadNumber) -> ReadNumber:
    def number(text: str) -> Decimal:
        return read(text.replace(".", "").replace(",", ".") if _COMMA.fullmatch(text) else text)

    return number


def shown(faults: Sequence[Fault], most: int) -> Iterator[Fault]:
    """The first of many faults, and how many more there are."""
    yield from faults[:most]
    if len(faults) > most:
        yield Fault("table", f"{len(faults) - most} more lines cannot be taken.", "Mend these first.")
