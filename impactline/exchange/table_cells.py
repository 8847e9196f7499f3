"""What the cells of a table say: encodings, what parts the columns, how the file as a whole writes numbers and days.

A mark in a number, or the order of day and month, is told by the file as a whole; where nothing tells, it is not
guessed.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.base.errors import Invalid
from impactline.exchange.table_columns import BY_NAME, plain

ROWS_MAX = 20_000
COLUMNS_MAX = 200
HEADS_MAX = 20
USUAL = {";": ",", ",": "."}
"""The decimal mark where nothing else tells, by what parts the columns: programs choose the one for the other."""
_NUMBER = re.compile(r"([+-]?\d[\d.,'\u00a0\u202f ]*)(.*)", re.DOTALL)
_SPACES = re.compile(r"['\u00a0\u202f ]")
_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_FORMULA = re.compile(r"'+[=+\-@\t\r]")

Row = tuple[int, list[Any]]


class Percent(Decimal):
    """A number that the sheet shows as per cent."""


class Unsaved(str):
    """A formula without the value that a program would have saved with it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table by their numbers in the file, cells as texts, numbers, days; and remarks on reading it."""

    rows: list[Row]
    notes: list[str]
    mark: str = ""


def sheet_of_csv(content: bytes) -> Sheet:
    """The rows of a CSV file. Raises Invalid, with the line where there is one."""
    text, notes = _text(content)
    first = text.split("\n", 1)[0].strip()
    told = re.fullmatch(r"sep=(.)", first)
    mark = told[1] if told else _mark(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (told and begins == 1):
                rows.append((begins, [cell.strip() for cell in cells[:COLUMNS_MAX]]))
            if len(rows) > ROWS_MAX + HEADS_MAX:
                raise Invalid(f"There are more than {ROWS_MAX:,} rows.", remedy="Import them in parts.")
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} cannot be read: {error}.", remedy="Close every quote.") from None
    return Sheet(rows, notes, mark)


def _text(content: bytes) -> tuple[str, list[str]]:
    is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for name in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, ["It is not in UTF-8; it was read as Windows-1252."] if name == "cp1252" else []
    raise Invalid("This is no table of text.", remedy="Save the sheet as “CSV UTF-8”, or as XLSX.")


def _mark(text: str) -> str:
    """What parts the columns: what gives the most known names in one of the first lines."""
    lines = text[:20_000].splitlines()[:HEADS_MAX]
    known = {
        mark: max((sum(plain(cell.strip('" ')) in BY_NAME for cell in line.split(mark)) for line in lines), default=0)
        for mark in ";,\t|"
    }
    return max(known, key=lambda mark: known[mark])


def without_mark(text: str) -> str:
    """A text as it was before an export kept it from being taken for a formula."""
    return text[1:] if _FORMULA.match(text) else text


@dataclass(frozen=True, slots=True)
class Habits:
    """How a file writes: its decimal mark and the order of its days; empty where nothing tells."""

    decimal: str
    order: str


def habits(numbers: Iterable[str], days: Iterable[str], mark: str) -> Habits:
    """What the cells of numbers and days tell together, `both` where they contradict each other."""
    decimals = {found for text in numbers if (found := _decimal(text))}
    orders = {found for text in days if (found := _order(text))}
    return Habits(_one(decimals) or USUAL.get(mark, ""), _one(orders))


def _one(found: set[str]) -> str:
    return "both" if len(found) > 1 else next(iter(found), "")


def _decimal(text: str) -> str:
    """The decimal mark that a number shows; empty where it could be either."""
    match = _NUMBER.fullmatch(text)
    digits = _SPACES.sub("", match[1]).rstrip(".,") if match else ""
    marks = [char for char in digits if char in ".,"]
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    if not marks or (len(digits) - digits.rfind(marks[0]) - 1 == 3 and not digits.lstrip("+-").startswith("0")):
        return ""
    return marks[0]


def _order(text: str) -> str:
    match = _DAY.fullmatch(text)
    if match is None or match[2] == ".":
        return ""
    first, second = int(match[1]), int(match[3])
    return "day" if first > 12 else "month" if second > 12 else ""


def number_in(cell: Any, habit: Habits) -> tuple[Decimal, str] | None:
    """The number of a cell and what stands behind it, such as a unit; None where it tells none. Raises Invalid."""
    if isinstance(cell, Decimal):
        return Decimal(cell), "%" if isinstance(cell, Percent) else ""
    match = _NUMBER.fullmatch(str(cell))
    if match is None:
        return None
    digits = _SPACES.sub("", match[1])
    tail = digits[len(digits.rstrip(".,")) :] + match[2]
    digits = digits.rstrip(".,")
    if "." in digits or "," in digits:
        if habit.decimal == "both":
            raise Invalid("This file writes numbers in two ways.", remedy="Write 1234.5 everywhere.")
        if not habit.decimal:
            raise Invalid(f"“{str(cell)[:40]}” can be read in two ways.", remedy="Write it without a thousands mark.")
        digits = digits.replace("," if habit.decimal == "." else ".", "").replace(",", ".")
    if digits.count(".") > 1:
        raise Invalid(f"“{str(cell)[:40]}” is not a number.", remedy="Write digits, such as 12.5.")
    return Decimal(digits), tail.strip()


def day_in(cell: Any, habit: Habits) -> date:
    """The day of a cell. Raises Invalid."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = str(cell)
    try:
        if iso := _ISO.fullmatch(text):
            return date(*map(int, iso.groups()))
        if (match := _DAY.fullmatch(text)) is not None:
            return _in_order(match, habit)
    except ValueError:
        pass
    raise Invalid(f"“{text[:40]}” is not a day.", remedy="Write it as 2026-10-31.")


def _in_order(match: re.Match[str], habit: Habits) -> date:
    if match[2] != "." and habit.order in ("", "both"):
        why = "Days of this file stand in two orders." if habit.order else f"“{match[0]}” can be read in two ways."
        raise Invalid(why, remedy="Write days as 2026-10-31.")
    first, second = int(match[1]), int(match[3])
    day, month = (second, first) if match[2] != "." and habit.order == "month" else (first, second)
    return date(int(match[4]), month, day)
