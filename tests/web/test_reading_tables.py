"""Readings from a table on screen: shown first, then taken all or none; in the reader's own way to write numbers."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from impactline.metrics.models import Metric, Reading
from impactline.people.models import Person
from tests.scenes import a_metric
from tests.web.visits import queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ADDRESS = "/metrics/waits/readings/table"
TABLE = "day,value,note\n2026-11-02,14,\n2026-11-09,12.5,<b>Better</b>\n"


@pytest.fixture
def waits(alice: Person) -> Metric:
    return a_metric(alice, ref="waits", unit="days", owner=alice)


def test_a_table_is_shown_before_it_is_recorded(alice: Person, waits: Metric) -> None:
    assert ADDRESS in read(alice, "/metrics/waits")
    answer = send(alice, ADDRESS, table=TABLE)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "New: <b>2</b>" in html
    assert "&lt;b&gt;Better&lt;/b&gt;" in html
    assert not Reading.objects.exists()

    assert send(alice, ADDRESS, table=TABLE, step="record").headers["Location"] == "/metrics/waits"
    assert Reading.objects.count() == 2
    assert "took readings from a table" in read(alice, "/metrics/waits")

    again = send(alice, ADDRESS, table=TABLE.replace("12.5", "12")).content.decode()
    assert "Corrects: <b>1</b>" in again
    assert "<del>" in again
    same = send(alice, ADDRESS, table=TABLE).content.decode()
    assert "there already" in same
    assert "Record all" not in same


def test_a_file_is_read_with_the_numbers_of_its_reader(alice: Person, waits: Metric) -> None:
    alice.locale = "de"
    alice.save(update_fields=["locale"])
    file = SimpleUploadedFile("waits.csv", 'Date,Value\n2026-11-02,"12,5"\n'.encode("utf-8-sig"), "text/csv")
    answer = visitor(alice).post(ADDRESS, {"file": file, "step": "record"})
    assert answer.status_code == 302
    assert Reading.objects.get().value == Decimal("12.5")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x00", "not as a workbook"),
        (b"day,value\n2026-11-02,caf\xe9", "Line 2 is not in UTF-8"),
        (b"day,value\nyesterday,1\n2026-11-02,=1+1\n", "2 lines need mending"),
        (b"day,value\n2026-11-02,NaN\n", "Line 2"),
        (b"", "The table is empty"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_lost(
    alice: Person, waits: Metric, content: bytes, words: str
) -> None:
    for step in ("", "record"):
        answer = visitor(alice).post(ADDRESS, {"file": SimpleUploadedFile("a.csv", content), "step": step})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Reading.objects.exists()


def test_only_its_stewards_find_it(charlie: Person, gil: Person, waits: Metric) -> None:
    for person in (charlie, gil):
        assert visitor(person).get(ADDRESS).status_code == 403
        assert send(person, ADDRESS, table=TABLE, step="record").status_code == 403


def test_the_form_asks_little(alice: Person, waits: Metric) -> None:
    assert queries(alice, ADDRESS) <= 12
