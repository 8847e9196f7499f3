"""A document as a table of objectives and key results, one row for each key result: CSV, or a workbook (XLSX).

A table has no place for histories, for the chain, and for most else: what is not in it is told.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_okrs import CheckIn, KeyResult, Objective
from impactline.exchange.plan_words import counted
from impactline.exchange.scalars import shortest
from impactline.exchange.scope import holds
from impactline.exchange.spreadsheet import workbook
from impactline.exchange.table_columns import COLUMNS, Column
from impactline.exchange.writing import data

HEADS = tuple(column.name for column in COLUMNS)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BESIDE = {"objective": "key_results", "key_result": "check_ins"}
Cell = str | Decimal


def to_csv(document: Document) -> bytes:
    """CSV in UTF-8 with a mark, parted by commas, as RFC 4180 says; texts cannot be taken for formulas."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(HEADS)
    writer.writerows([_harmless(cell) for cell in row] for row in rows_of(document))
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def to_xlsx(document: Document) -> bytes:
    """A workbook of one sheet; numbers are numbers, everything else is text."""
    return workbook("Objectives", HEADS, rows_of(document))


def left_of(document: Document) -> list[str]:
    """What a table of this document does not hold, in sentences."""
    there = holds(document)
    others = {kind: count for kind, count in there.items() if kind not in ("objective", "cycle")}
    left = [f"A table holds objectives and key results only, not: {counted(others)}."] if others else []
    keys: Counter[str] = Counter()
    for part, one in _parts(document):
        known = {column.key for column in COLUMNS if column.part == part} | {BESIDE[part]}
        keys.update(key.replace("_", " ") for key in data(one).keys() - known)
    left += [f"Not in the table: {key}, of {count:,}." for key, count in sorted(keys.items())]
    older = sum(max(0, len(one.check_ins) - 1) for _, one in _parts(document) if isinstance(one, KeyResult))
    return [*left, *([f"Not in the table: {older:,} check-ins before the newest."] if older else [])]


def rows_of(document: Document) -> Iterator[Sequence[Cell]]:
    """The rows, without their heads; what is archived stays out."""
    cycles: dict[str, Any] = {cycle.ref: cycle for cycle in document.cycles}
    for objective in document.objectives:
        if objective.archived_at is None:
            key_results = tuple(one for one in objective.key_results if one.archived_at is None)
            rows: tuple[KeyResult | None, ...] = key_results or (None,)
            for key_result in rows:
                said = None if key_result is None else _newest(key_result)
                parts = {
                    "cycle": cycles.get(objective.cycle),
                    "objective": objective,
                    "key_result": key_result,
                    "check_in": said,
                }
                yield [_cell(column, parts[column.part], key_result) for column in COLUMNS]


def _parts(document: Document) -> Iterator[tuple[str, Objective | KeyResult]]:
    for objective in document.objectives:
        yield "objective", objective
        yield from (("key_result", one) for one in objective.key_results)


def _newest(key_result: KeyResult) -> CheckIn | None:
    """The check-in that holds last."""
    return max(key_result.check_ins, key=lambda one: one.at, default=None)


def _cell(column: Column, part: Any, key_result: KeyResult | None) -> Cell:
    value = None if part is None else getattr(part, column.key)
    if value is None or (column.key == "at" and not _is_alone(key_result, value)):
        return ""
    if column.kind == "refs":
        return ", ".join(value)
    if column.kind == "weights":
        return ", ".join(
            one.objective + (f"={shortest(one.weight)}" if one.weight is not None else "") for one in value
        )
    if isinstance(value, Decimal | int):
        return Decimal(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_alone(key_result: KeyResult | None, day: date) -> bool:
    """Whether a check-in is the only one of its day, so that the table names it without doubt when it comes back."""
    return key_result is not None and sum(one.at == day for one in key_result.check_ins) == 1


def _harmless(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return shortest(cell)
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell
