"""The rows of a workbook (XLSX): the first sheet with names of columns; of formulas the values that were saved.

A workbook is an archive of XML: how much it may unpack to is bounded, and what declares entities is refused.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import repeat, zip_longest
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from impactline.base.errors import Invalid
from impactline.exchange.faults import shown
from impactline.exchange.table_cells import COLUMNS_MAX, HEADS_MAX, ROWS_MAX, Percent, Row, Sheet, Unsaved
from impactline.exchange.table_columns import BY_NAME, plain

UNPACKED_MAX = 100_000_000
PARTS_MAX = 2_000
HEAD_BYTES = 4_000
NAMES_MIN = 2
_DECLARED = ("<!DOCTYPE", "<!ENTITY")
REMEDY = "Save it again as XLSX, or as CSV."


def sheet_of_workbook(content: bytes) -> Sheet:
    """The rows of the first sheet that has names of columns. Raises Invalid."""
    try:
        _checked(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read: charts, validations, styles
            return _first(_opened(content), _opened(content, formulas=True) if _has_formulas(content) else None)
    except Invalid:
        raise
    except (zipfile.BadZipFile, zlib.error, InvalidFileException, KeyError, OSError, EOFError) as error:
        raise Invalid(f"It is no workbook that can be read: {shown(error)}.", remedy=REMEDY) from None
    except Exception as error:
        raise Invalid(f"The workbook is damaged: {shown(error)}.", remedy=REMEDY) from error


def _opened(content: bytes, *, formulas: bool = False) -> Any:
    return load_workbook(BytesIO(content), read_only=True, data_only=not formulas, keep_links=False)


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(content)) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(b"<f>" in file.read(name) or b"<f " in file.read(name) for name in sheets)


def _checked(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as file:
        parts = file.infolist()
        if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX:
            raise Invalid(f"It unpacks to more than {UNPACKED_MAX // 1_000_000} MB.", remedy="Import it in parts.")
        for part in parts:
            with file.open(part) as opened:
                head = opened.read(HEAD_BYTES)
            if any(word.encode(code) in head for word in _DECLARED for code in ("ascii", "utf-16-le", "utf-16-be")):
                raise Invalid("It declares entities or a document type.", remedy=REMEDY)


def _first(book: Any, formulas: Any) -> Sheet:
    sheets = list(book.worksheets)
    for at, sheet in enumerate(sheets):
        rows = list(_rows(sheet, None if formulas is None else formulas.worksheets[at]))
        if any(_names(cells) >= NAMES_MIN for _, cells in rows[:HEADS_MAX]):
            others = [other.title for other in sheets if other is not sheet]
            notes = [f"Read from the sheet “{shown(sheet.title)}”; other sheets were not: {_listed(others)}."]
            return Sheet(rows, notes if others else [])
    return Sheet([], [])


def _listed(names: list[str]) -> str:
    return ", ".join(shown(name) for name in names[:10])


def _names(cells: list[Any]) -> int:
    return sum(isinstance(cell, str) and plain(cell) in BY_NAME for cell in cells)


def _rows(sheet: Any, formulas: Any) -> Iterator[Row]:
    """The rows that hold something; `formulas` is the same sheet with its formulas in place of their values."""
    rows = zip(_cells(sheet), repeat(()) if formulas is None else _cells(formulas), strict=False)
    for number, (cells, behind) in enumerate(rows, 1):
        if number > ROWS_MAX + HEADS_MAX:
            raise Invalid(f"There are more than {ROWS_MAX:,} rows.", remedy="Import them in parts.")
        found = [_value(cell, source) for cell, source in zip_longest(cells, behind[: len(cells)])]
        if any(value != "" for value in found):
            yield number, found


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(max_col=COLUMNS_MAX))


def _value(cell: Any, source: Any) -> Any:
    """A cell as a text, an exact number or a day; per cent as they are shown, a formula where no value was saved."""
    value = cell.value
    if value is None and source is not None and source.data_type == "f":
        return Unsaved(source.value)
    if value is None or isinstance(value, time):
        return "" if value is None else str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        exact = Decimal(repr(round(value, 9)))
        return Percent(exact * 100) if "%" in (cell.number_format or "") else exact
    return value if isinstance(value, datetime) else str(value).strip()
