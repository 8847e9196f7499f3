"""Which format a file is in, and how each is read."""

from datetime import date
from pathlib import Path

import pytest

from impactline.exchange.checking import check
from impactline.exchange.formats import NATIVE, OKR_MARKDOWN, guessed, read_as

PAGE = """\
# 2026-Q3 OKRs

1. CEO: Grow
    1. CEO KR: Win 10 customers => 6 customers
"""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.yaml", NATIVE),
        ("a.yml", NATIVE),
        ("a.JSON", NATIVE),
        ("a", NATIVE),
        ("a.md", OKR_MARKDOWN),
        ("A.MARKDOWN", OKR_MARKDOWN),
        ("a.xml", "iati"),
        ("a.csv", "csv"),
        ("a.xlsx", "xlsx"),
    ],
)
def test_the_name_of_a_file_gives_its_format(name: str, found: str):
    assert guessed(Path(name)) == found


def test_a_folder_is_native_whatever_its_name(tmp_path: Path):
    folder = tmp_path / "okrs.md"
    folder.mkdir()
    assert guessed(folder) == NATIVE


def test_a_fault_of_a_page_names_the_line(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    read = read_as(OKR_MARKDOWN, page, today=date(2026, 11, 22))
    document = read.reading.document
    assert document is not None
    assert read.page is not None
    ref = document.objectives[0].key_results[0].ref
    place = read.reading.place(("objectives", 0, "key_results", 0, "title"))
    assert (place.file, place.line) == (str(page), read.page.lines[ref])
    assert check(document, today=date(2026, 11, 22), place=read.reading.place) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no such file"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"PK\x03\x04", "a zip archive"),
        (b"Nothing of the sort.\n", "does not look like a page of OKRs"),
        (b"x" * 3_000_000, "more than"),
    ],
)
def test_what_is_no_page_is_told_so(tmp_path: Path, content: bytes | None, message: str):
    page = tmp_path / "page.md"
    if content is not None:
        page.write_bytes(content)
    read = read_as(OKR_MARKDOWN, page, today=date(2026, 11, 22))
    assert read.reading.document is None
    assert any(message in fault.message for fault in read.reading.faults), read.reading.faults


def test_a_folder_of_pages_is_imported_page_by_page(tmp_path: Path):
    read = read_as(OKR_MARKDOWN, tmp_path, today=date(2026, 11, 22))
    assert read.reading.faults[0].remedy == "Import its pages one by one."
