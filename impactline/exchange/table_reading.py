"""A table of objectives and key results (CSV, XLSX) to a document: one row for each key result.

A row without an objective belongs to the one above; the columns of an objective may be repeated in its rows. Nothing is
invented: a cell that is empty says nothing, a key result without a measure is open, and what has no place is told.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from impactline.base.errors import Invalid
from impactline.exchange.faults import Fault, Place, shown
from impactline.exchange.okr_markdown import Page, Unread, slug
from impactline.exchange.reading import Reading, Source, understood
from impactline.exchange.table_cells import (
    HEADS_MAX,
    Habits,
    Row,
    Sheet,
    Unsaved,
    day_in,
    habits,
    number_in,
    sheet_of_csv,
    without_mark,
)
from impactline.exchange.table_columns import BY_NAME, BY_WORD, Column, plain
from impactline.exchange.table_workbook import sheet_of_workbook
from impactline.exchange.tree import Mapping, Sequence

REF_MAX = 70
BYTES_MAX = 20_000_000
STATED = ("ref", "title")
MEASURED = ("baseline", "target", "low", "high", "warning")
HEADS = "Name the columns in the first row, such as cycle, objective, key result, baseline, target, unit, owner."


def read_table(
    source: Source, *, is_workbook: bool, starts_on: date | None = None, ends_on: date | None = None
) -> tuple[Reading, Page]:
    """The document of a table, with an account of what has no place; the days are those of its cycles, if given."""
    try:
        table = _Table(source.name, _sheet(source.content, is_workbook=is_workbook))
    except Invalid as refusal:
        fault = Fault(refusal.message, refusal.remedy, Place(source.name))
        root = Mapping(Place(source.name))
        return understood(_with_version(root), (source.name,), [fault]), Page(faults=[fault])
    root = table.read(starts_on, ends_on)
    reading = understood(_with_version(root), (source.name,), table.faults)
    reading.lost = reading.lost._replace(incomplete=reading.lost.incomplete | table.incomplete)
    return reading, table.page


def _sheet(content: bytes, *, is_workbook: bool) -> Sheet:
    if len(content) > BYTES_MAX:
        raise Invalid(f"It has more than {BYTES_MAX // 1_000_000} MB.", remedy="Import it in parts.")
    return sheet_of_workbook(content) if is_workbook else sheet_of_csv(content)


def _with_version(root: Mapping) -> Mapping:
    root["impactline"] = 1
    root.places["impactline"] = root.place
    return root


@dataclass(slots=True)
class _Cells:
    """What one row says, by the part that it is about; `faulty` where a cell of it cannot be read."""

    number: int
    faulty: bool = False
    words: list[tuple[Column, str, Place]] = field(default_factory=list)
    said: dict[str, dict[str, tuple[Any, Place]]] = field(default_factory=dict)

    def of(self, part: str) -> dict[str, tuple[Any, Place]]:
        return self.said.setdefault(part, {})


class _Table:
    """Puts the rows of a sheet into a tree, and collects faults and what is left."""

    def __init__(self, name: str, sheet: Sheet) -> None:
        self.name = name
        self.page = Page(notes=list(sheet.notes))
        self.faults: list[Fault] = []
        self.width = 0
        self.is_text = bool(sheet.mark)
        self.columns, self.rows = self._headed(sheet.rows)
        self.habits = self._habits(sheet.mark)
        self.root = Mapping(Place(name))
        self.objectives: dict[tuple[str, str], Mapping] = {}
        self.cycles: dict[str, Mapping] = {}
        self.refs: Counter[str] = Counter()
        self.incomplete: set[str] = set()
        self.last: Mapping | None = None

    def read(self, starts_on: date | None, ends_on: date | None) -> Mapping:
        """The tree of all rows."""
        for row in self.rows:
            self._row(self._cells(row))
        for cycle in self.cycles.values():
            for key, day in (("starts_on", starts_on), ("ends_on", ends_on)):
                if day is not None and key not in cycle:
                    _put(cycle, key, day, cycle.place)
        _list(self.root, "cycles", [cycle for cycle in self.cycles.values() if len(cycle) > 1])
        _list(self.root, "objectives", list(self.objectives.values()))
        if not self.objectives:
            self.page.notes.append("No objective was found in this table.")
        return self.root

    def _headed(self, rows: list[Row]) -> tuple[dict[int, Column], list[Row]]:
        """The columns by their places, and the rows below their names. Raises Invalid."""
        best = max(range(min(len(rows), HEADS_MAX)), key=lambda at: (len(self._known(rows[at][1])), -at), default=None)
        columns = {} if best is None else self._known(rows[best][1])
        if best is None or not {"title", "ref"} & {column.key for column in columns.values()}:
            raise Invalid("No names of columns were found.", remedy=HEADS)
        for number, cells in rows[:best]:
            self._leave(number, " ".join(str(cell) for cell in cells if cell != ""), "it stands above the names")
        number, cells = rows[best]
        for at, cell in enumerate(cells):
            if cell != "" and at not in columns:
                known = BY_NAME.get(plain(str(cell)))
                self._leave(number, str(cell), "this column stands twice" if known else "there is no such column")
        self.width = max(at for at, cell in enumerate(cells) if cell != "") + 1
        return columns, rows[best + 1 :]

    def _known(self, cells: list[Any]) -> dict[int, Column]:
        found: dict[int, Column] = {}
        for at, cell in enumerate(cells):
            column = BY_NAME.get(plain(cell)) if isinstance(cell, str) else None
            if column is not None and column not in found.values():
                found[at] = column
        return found

    def _habits(self, mark: str) -> Habits:
        def texts(kind: str) -> Iterator[str]:
            for at, column in self.columns.items():
                if column.kind == kind:
                    yield from (row[at] for _, row in self.rows if at < len(row) and isinstance(row[at], str))

        return habits(texts("number"), texts("day"), mark)

    def _leave(self, number: int, text: str, reason: str) -> None:
        self.page.unread.append(Unread(number, text[:200], reason))

    def _cells(self, row: Row) -> _Cells:
        number, cells = row
        found = _Cells(number)
        for at, column in self.columns.items():
            cell = cells[at] if at < len(cells) else ""
            if cell != "":
                place = Place(self.name, number, at + 1)
                try:
                    self._cell(found, column, cell, place)
                except Invalid as refusal:
                    found.faulty = True
                    self.faults.append(Fault(refusal.message, refusal.remedy, place, column.name))
        self._words(found)
        for at in range(self.width, len(cells)):
            if cells[at] != "":
                self._leave(number, str(cells[at]), "it stands beside the columns")
                break
        return found

    def _cell(self, found: _Cells, column: Column, cell: Any, place: Place) -> None:
        if isinstance(cell, Unsaved):
            where = f"{get_column_letter(place.column or 1)}{place.line}"
            message = f"{where} holds the formula “{shown(cell)}”, but no value was saved with it."
            raise Invalid(message, remedy="Open the file in a spreadsheet program and save it, or write the value.")
        said = found.of(column.part)
        if column.kind == "number":
            self._number(found, column, cell, place)
        elif column.kind == "day":
            said[column.key] = (day_in(cell, self.habits), place)
        elif column.kind == "word":
            text = _text(cell)
            said[column.key] = (BY_WORD[column.key].get(plain(text), text), place)
        elif column.kind == "text":
            text = _text(cell)
            said[column.key] = (without_mark(text) if self.is_text else text, place)
        else:
            said[column.key] = (_named(_text(cell), place, weighted=column.kind == "weights"), place)

    def _number(self, found: _Cells, column: Column, cell: Any, place: Place) -> None:
        """A number, with its unit where the sheet has none beside."""
        read = number_in(cell, self.habits)
        if read is None:
            found.words.append((column, str(cell), place))
            return
        value, tail = read
        said = found.of(column.part)
        if tail and column.key in MEASURED:
            said.setdefault("unit", (tail, place))
            if str(said["unit"][0]) != tail and column.key != "unit":
                raise Invalid(f"The units {said['unit'][0]} and {tail} differ.", remedy="Write one unit.")
        elif tail and not (column.key in ("weight", "value") or tail.startswith("/")):
            raise Invalid(f"“{str(cell)[:40]}” is not a number.", remedy="Write digits, such as 12.5.")
        said[column.key] = (int(value) if column.key == "confidence" and value == int(value) else value, place)

    def _words(self, found: _Cells) -> None:
        """Words where numbers stand: a fault where the row measures in numbers, else left, for it may be open."""
        said = found.of("key_result")
        measured = "type" in said or any(key in said for key in MEASURED)
        for column, text, place in found.words:
            if measured and column.key in MEASURED:
                message = f"The {column.name} “{shown(text)}” is not a number."
                found.faulty = True
                self.faults.append(Fault(message, "Write digits, such as 12.5.", place, column.name))
            else:
                self._leave(found.number, f"{column.name}: {text}", "it is told in words")

    def _row(self, cells: _Cells) -> None:
        objective = self._objective(cells)
        key_result = cells.of("key_result")
        if not key_result:
            return
        where = Place(self.name, cells.number)
        if objective is None:
            self.faults.append(Fault("There is no objective above.", "Name it in this row, or above.", where))
        elif not any(key in key_result for key in STATED):
            self._leave(
                cells.number, "; ".join(str(value) for value, _ in key_result.values()), "no key result is named"
            )
        else:
            made = self._mapping(key_result, where, str(objective.get("cycle", "")))
            self._check_in(cells, made)
            self.incomplete |= {str(made["ref"])} if cells.faulty else set()
            inner = objective["key_results"]
            inner.append(made)
            inner.places.append(where)

    def _objective(self, cells: _Cells) -> Mapping | None:
        """The objective of a row: a new one, one of a row before, or the one above."""
        said = cells.of("objective")
        if not any(key in said for key in STATED):
            if self.last is not None and said:
                self._same(self.last, said)
            return self.last
        if "cycle" not in said and self.last is not None and "cycle" in self.last:
            said["cycle"] = (self.last["cycle"], self.last.places["cycle"])
        cycle = str(said["cycle"][0]) if "cycle" in said else ""
        key = (cycle, str(said["ref" if "ref" in said else "title"][0]))
        if key in self.objectives:
            self._same(self.objectives[key], said)
        else:
            self.objectives[key] = self._mapping(said, Place(self.name, cells.number), cycle)
            _list(self.objectives[key], "key_results", [])
        self._cycle(cells, cycle)
        self.last = self.objectives[key]
        return self.last

    def _same(self, objective: Mapping, said: dict[str, tuple[Any, Place]]) -> None:
        """What is said of an objective again has to be the same; what is new is added."""
        for key, (value, place) in said.items():
            if key not in objective:
                _put(objective, key, value, place)
            elif objective[key] != value:
                message = f"Of this objective row {objective.places[key].line} says something else."
                self.faults.append(Fault(message, "Write it alike in all its rows, or once.", place, key))

    def _cycle(self, cells: _Cells, cycle: str) -> None:
        if cycle:
            place = Place(self.name, cells.number)
            made = self.cycles.setdefault(cycle, Mapping(place))
            made.setdefault("ref", cycle)
            made.places.setdefault("ref", place)
            self._same(made, cells.of("cycle"))

    def _mapping(self, said: dict[str, tuple[Any, Place]], place: Place, cycle: str) -> Mapping:
        """A part with its ref, made of the title where none is given, and its title, the ref where there is none."""
        made = Mapping(place)
        for key, (value, where) in said.items():
            _put(made, key, value, where)
        if "ref" not in made:
            _put(made, "ref", self._ref(f"{slug(cycle)}-{slug(str(made['title']))}"), place)
        if "title" not in made:
            _put(made, "title", made["ref"], place)
        return made

    def _ref(self, wanted: str) -> str:
        stem = wanted[:REF_MAX].strip("-") or "item"
        self.refs[stem] += 1
        return stem if self.refs[stem] == 1 else f"{stem}-{self.refs[stem]}"

    def _check_in(self, cells: _Cells, key_result: Mapping) -> None:
        said = cells.of("check_in")
        if "at" in said and len(said) > 1:
            made = Mapping(said["at"][1])
            for key, (value, place) in said.items():
                _put(made, key, value, place)
            _list(key_result, "check_ins", [made])
        elif said.keys() - {"at"}:
            words = ", ".join(f"{key} {value}" for key, (value, _) in said.items())
            self._leave(cells.number, words, "the day that it is about is not given (column “value on”)")


def _text(cell: Any) -> str:
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else str(cell)


def _named(text: str, place: Place, *, weighted: bool) -> Sequence:
    """A list of refs, parted by commas, semicolons or blanks; with fixed shares as ref=40."""
    found = Sequence(place)
    for word in text.replace(",", " ").replace(";", " ").split():
        entry: Any = word
        if weighted:
            ref, _, share = word.partition("=")
            entry = Mapping(place)
            _put(entry, "objective", ref, place)
            if share:
                read = number_in(share.rstrip("%"), Habits(".", ""))
                _put(entry, "weight", read[0] if read else share, place)
        found.append(entry)
        found.places.append(place)
    return found


def _put(mapping: Mapping, key: str, value: Any, place: Place) -> None:
    mapping[key] = value
    mapping.places[key] = place


def _list(mapping: Mapping, key: str, entries: list[Any]) -> None:
    listed = Sequence(mapping.place)
    for entry in entries:
        listed.append(entry)
        listed.places.append(entry.place)
    _put(mapping, key, listed, mapping.place)
