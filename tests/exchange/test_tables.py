"""Tables of objectives and key results: as people write them, as we write them, there and back."""

import zipfile
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from impactline.exchange.document import Document
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.formats import CSV, XLSX, Read, read_sources_as
from impactline.exchange.leaving import Leaving, file_of
from impactline.exchange.reading import Source
from impactline.exchange.table_columns import BY_NAME, COLUMNS
from impactline.exchange.table_writing import left_of, to_csv, to_xlsx
from tests.scenes import TODAY

ENGLISH = """\
Cycle,Objective,Owner,Key result,Baseline,Target,Unit,Mood
2026-Q4,Nobody waits,alice@example.org,Wait falls,21,7,days,good
,,,Calls are answered,,,,
,People stay,,"Sick leave, in per cent",6.5 %,4 %,,
"""
GERMAN = """\
Unsere Ziele;;;;;
Quartal;Ziel;Schlüsselergebnis;Ausgangswert;Zielwert;Fällig am
2026-Q4;Niemand wartet;Kosten sinken;1.234,5;1.000;31.12.2026
"""


def read(content: str | bytes, name: str = CSV) -> Read:
    raw = content.encode() if isinstance(content, str) else content
    return read_sources_as(name, [Source("a.csv", raw)], today=TODAY)


def document(content: str | bytes, name: str = CSV) -> Document:
    found = read(content, name)
    assert found.reading.document is not None, [str(fault) for fault in found.reading.faults]
    return found.reading.document


def faults(content: str | bytes, name: str = CSV) -> list[str]:
    return [str(fault) for fault in read(content, name).reading.faults]


def left(content: str | bytes, name: str = CSV) -> list[tuple[int, str, str]]:
    page = read(content, name).page
    assert page is not None
    return [(part.line, part.text, part.reason) for part in page.unread]


def key_results(found: Document) -> Iterator[KeyResult]:
    for objective in found.objectives:
        yield from objective.key_results


def book(rows: list[list[Any]], formats: dict[str, str] | None = None) -> bytes:
    made, content = Workbook(), BytesIO()
    made.active.append(["About this file"])
    sheet = made.create_sheet("OKRs")
    for row in rows:
        sheet.append(row)
    for cell, how in (formats or {}).items():
        sheet[cell].number_format = how
    made.save(content)
    return content.getvalue()


def test_one_row_is_one_key_result_and_empty_cells_say_nothing():
    found = document(ENGLISH)
    assert [(one.ref, one.cycle, one.title) for one in found.objectives] == [
        ("2026-q4-nobody-waits", "2026-Q4", "Nobody waits"),
        ("2026-q4-people-stay", "2026-Q4", "People stay"),
    ]
    first, second, third = key_results(found)
    assert (first.owner, first.baseline, first.target, first.unit) == ("alice@example.org", 21, 7, "days")
    assert (second.measured_as, second.states("target"), second.states("unit")) == ("open", False, False)
    assert (third.baseline, third.target, third.unit) == (Decimal("6.5"), 4, "%")
    assert left(ENGLISH) == [(1, "Mood", "there is no such column")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_german_names_decimal_commas_and_encodings(encoding: str):
    found = document(GERMAN.encode(encoding))
    (one,) = key_results(found)
    assert (one.title, one.baseline, one.target, str(one.due_on)) == (
        *("Kosten sinken", Decimal("1234.5"), 1000, "2026-12-31"),
    )
    assert left(GERMAN.encode(encoding)) == [(1, "Unsere Ziele", "it stands above the names")]


@pytest.mark.parametrize(
    ("head", "row", "message"),
    [
        ("due on,warning", "03/04/2026,1", "can be read in two ways"),
        ("due on,warning", "2026-02-30,1", "is not a day"),
        ("baseline,target", '"1.234,5","1,234.5"', "writes numbers in two ways"),
        ("baseline,target", "10 days,5 %", "units days and % differ"),
        ("owner,target", "Alice,1", "is not an e-mail address"),
        ("type,target", "guess,1", "guess"),
        ("baseline,target", "abc,7", "2:4: baseline: The baseline “abc” is not a number."),
        ("type,target", "metric,many", "2:5: target: The target “many” is not a number."),
    ],
)
def test_what_cannot_be_right_is_told_with_row_and_column(head: str, row: str, message: str):
    told = faults(f"cycle,objective,key result,{head}\nq4,A,B,{row}\nq4,,C,{row}\n")
    assert any(message in fault and fault.startswith("a.csv:2") for fault in told), told
    assert any(fault.startswith("a.csv:3") for fault in told), "all faults at once"


def test_days_with_slashes_are_read_where_the_file_tells_their_order():
    found = document("cycle,objective,key result,starts on,due on\nq4,A,B,03/04/2026,31/12/2026\n")
    (one,) = key_results(found)
    assert (str(one.starts_on), str(one.due_on)) == ("2026-04-03", "2026-12-31")
    assert "two orders" in faults("cycle,objective,key result,starts on,due on\nq4,A,B,12/31/2026,31/12/2026\n")[0]


def test_what_has_no_place_is_listed_and_nothing_is_invented():
    text = "cycle,objective,key result,target,value,confidence\nq4,A,B,when it works,5,7\nq4,,,3,,\n"
    assert left(text) == [
        (2, "target: when it works", "it is told in words"),
        (2, "value 5, confidence 7", "the day that it is about is not given (column “value on”)"),
        (3, "3", "no key result is named"),
    ]
    (one,) = key_results(document(text))
    assert (one.measured_as, one.check_ins) == ("open", ())


def test_objectives_may_be_repeated_but_not_contradicted():
    text = "cycle,objective,team,key result\nq4,A,care,B\nq4,A,,C\nq4,A,care,D\n"
    assert len(list(key_results(document(text)))) == 3
    assert "row 2 says something else" in faults(text + "q4,A,it,E\n")[0]


def test_more_than_can_be_read_is_refused():
    rows = "cycle,objective,key result\n" + "q4,A,B\n" * 20_030
    assert "more than 20,000 rows" in faults(rows)[0]
    assert "more than 20 MB" in faults("x" * 20_000_001)[0]


@pytest.mark.parametrize("content", ["", "just a text\nof two lines", "\x00\x01", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(content: str | bytes):
    assert faults(content)
    assert faults(content, XLSX)


def test_a_workbook_is_read_with_numbers_days_and_per_cent():
    from datetime import datetime

    rows = [
        ["Cycle", "Objective", "Key result", "Baseline", "Target", "Due on"],
        ["q4", "A", "B", 0.065, 0.04, datetime(2026, 12, 31)],  # noqa: DTZ001 - a day of a sheet
    ]
    content = book(rows, {"D2": "0.0%", "E2": "0%"})
    (one,) = key_results(document(content, XLSX))
    assert (one.baseline, one.target, one.unit, str(one.due_on)) == (Decimal("6.5"), 4, "%", "2026-12-31")
    page = read(content, XLSX).page
    assert page is not None
    assert "other sheets were not: Sheet" in page.notes[0]


def test_a_formula_without_a_saved_value_is_told_by_its_cell_and_nothing_else_is_missed():
    rows = [["Cycle", "Objective", "Key result", "Baseline", "Target"], ["q4", "A", "B", "=10+11", 7]]
    (told,) = faults(book(rows), XLSX)
    assert told.startswith("a.csv:2:4: baseline: D2 holds the formula “=10+11”, but no value was saved with it.")


def test_a_formula_is_read_by_the_value_that_was_saved_with_it():
    content = book([["Cycle", "Objective", "Key result", "Baseline", "Target"], ["q4", "A", "B", "=10+11", 7]])
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"<f>10+11</f><v></v>", b"<f>10+11</f><v>21</v>"))
    (one,) = key_results(document(made.getvalue(), XLSX))
    assert (one.baseline, one.target) == (21, 7)


def test_bombs_and_entities_in_workbooks_are_refused():
    content = book([["objective", "key result"], ["A", "B"]])
    for text, message in (("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "entities"), ("0" * 110_000_000, "unpacks to more")):
        made = BytesIO(content)
        with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as file:
            file.writestr("xl/more.xml", text)
        assert message in faults(made.getvalue(), XLSX)[0]
    assert "no workbook" in faults(content[:500], XLSX)[0]


OURS = Document(
    objectives=(
        Objective(
            ref="a",
            title="=HYPERLINK(1)",
            description="-5 is cold\nand long",
            cycle="q4",
            visibility="private",
            key_results=(
                KeyResult(ref="b", title="'quoted", baseline=Decimal("-1.234"), target=Decimal(1000), unit="%"),
                KeyResult(ref="c", title="+1 a week", description="'=1", weight=Decimal("50.000000000")),
            ),
        ),
        Objective(ref="d", title="No key result yet", cycle="q4"),
    )
)


def test_what_we_write_comes_back_and_cannot_be_taken_for_formulas():
    for content, name in ((to_csv(OURS), CSV), (to_xlsx(OURS), XLSX)):
        assert document(content, name).objectives == OURS.objectives, name
    assert b",'=HYPERLINK(1)," in to_csv(OURS)
    assert b",-1.234,1000," in to_csv(OURS)
    assert b",50," in to_csv(OURS), "no more digits than a number has"
    sheet = load_workbook(BytesIO(to_xlsx(OURS))).active
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n", "inlineStr"}, (
        "no formula"
    )


def test_what_a_table_does_not_hold_is_told():
    from impactline.exchange.loading import load_text
    from tests.exchange.samples import CONTRACT

    found = load_text(CONTRACT, today=TODAY).document
    assert found is not None
    told = left_of(found)
    assert told[0].startswith("A table holds objectives and key results only")
    assert "Not in the table: measures, of 1." in told
    assert file_of(found, Leaving.CSV, today=TODAY).name.endswith(".csv")


def test_each_name_of_a_column_means_one_thing():
    names = [name for column in COLUMNS for name in (column.name, *column.others.split(", ")) if name]
    assert len({column.name for column in BY_NAME.values()}) == len(COLUMNS)
    assert len(names) == len(set(names))
