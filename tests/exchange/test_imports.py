"""Uploaded imports: recognised, planned by the worker, agreed to, carried out as shown, or not at all."""

import io
import zipfile
from datetime import date

import pytest

from impactline.base.errors import Forbidden, Invalid, NotFound
from impactline.base.models import Event
from impactline.exchange import verbs
from impactline.exchange.actions import imports
from impactline.exchange.actions.import_work import apply_import, plan_import
from impactline.exchange.leaving import Leaving, file_of
from impactline.exchange.models import Import, ImportFile
from impactline.exchange.queries.document import document_for
from impactline.exchange.queries.imports import KEPT, import_for, imports_of, imports_over
from impactline.exchange.reading import Source
from impactline.exchange.uploads import Parcel, parcels
from impactline.okrs.audience import news_of
from impactline.okrs.log import log_for
from impactline.okrs.models import Objective
from impactline.people.models import Person
from impactline.routines import tidy
from tests.cast import NOON
from tests.exchange.iati_samples import EVERYTHING
from tests.exchange.installations import imported
from tests.exchange.samples import CONTRACT
from tests.scenes import a_cycle, an_objective

pytestmark = pytest.mark.django_db

NATIVE = """\
impactline: 1
cycles: [{ref: q1, starts_on: 2027-01-01, ends_on: 2027-03-31}]
objectives:
  - ref: rest
    title: Everybody sleeps well
    cycle: q1
"""


def zipped(**files: str | bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return found.getvalue()


def given(by: Person, *files: tuple[str, str | bytes]) -> list[Import]:
    sources = [Source(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    return imports.upload(by=by, files=sources, at=NOON)


def planned(by: Person, content: str | bytes = NATIVE, name: str = "a.yaml") -> Import:
    (row,) = given(by, (name, content))
    plan_import(row.pk, NOON)
    return import_for(by, row.pk)


def test_files_are_recognised_by_what_they_hold_and_archives_unpacked():
    archive = zipped(
        a__yaml=NATIVE, b__json='{"impactline": 1}', c__xml="<iati-activities/>", logo__png="x", _d__md="# Q1"
    )
    files = [Source("all.zip", archive), Source("named.yaml", b"<iati-activities/>"), Source("plain", NATIVE.encode())]
    found, passed = parcels(files)
    assert [(one.format, one.name) for one in found] == [
        ("native", "a.yaml and 2 more"),
        ("iati", "c.xml"),
        ("okr-markdown", "_d.md"),
        ("iati", "named.yaml"),
    ]
    assert passed == ["logo.png"]
    assert isinstance(found[0], Parcel)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", b"", "a.yaml is empty."),
        ("a.yaml", b"%PDF-1.7", "a.yaml is a PDF."),
        ("a.xml", b"\x89PNG\r\n", "a.xml is a picture."),
        ("notes", b"buy milk", "It cannot be told what notes is."),
        ("a.md", b"<!DOCTYPE html><p>", "a.md is a web page."),
        ("a.zip", b"PK\x03\x04 and no more", "a.zip cannot be unpacked: File is not a zip file."),
        ("a.zip", zipped(**{"[Content_Types]__xml": "<x/>"}), "a.zip is an office file."),
        ("a.zip", zipped(logo__png="x"), "No file was chosen."),
        ("a.zip", zipped(a__yaml="0" * 64_000_001), "There are more than 64 MB."),
    ],
)
def test_what_a_file_is_not_is_told(name: str, content: bytes, message: str):
    with pytest.raises(Invalid) as refused:
        parcels([Source(name, content)])
    assert refused.value.message == message
    assert refused.value.field == "file"


def test_an_upload_is_planned_agreed_to_and_carried_out_each_once(ada: Person):
    row = planned(ada)
    assert (row.state, row.account["counts"]["adds"]) == ("planned", {"cycle": 1, "objective": 1})
    assert [line["text"] for line in row.account["lines"]][1] == "Everybody sleeps well"
    assert not Objective.objects.exists()
    for _ in range(2):
        imports.agree(by=ada, number=row.pk, at=NOON)
        apply_import(row.pk, NOON)
    row = import_for(ada, row.pk)
    assert (row.state, row.done_at) == ("applied", NOON)
    assert Objective.objects.get().ref == "rest"
    assert not ImportFile.objects.exists()
    told = list(
        Event.objects.filter(kind="import").exclude(verb=verbs.MOVED).order_by("pk").values_list("verb", flat=True)
    )
    assert told == [verbs.UPLOADED, verbs.PLANNED, verbs.AGREED, verbs.APPLIED]
    assert "rest" in [event.ref for event in log_for(ada)]
    assert verbs.MOVED not in {event.verb for event in log_for(ada)}


def test_faults_are_told_with_line_and_remedy_and_nothing_is_changed(ada: Person):
    row = planned(ada, NATIVE + "    kind: comitted\n    owner: nobody\n")
    assert row.state == "refused"
    assert [(fault["file"], fault["line"]) for fault in row.account["faults"]] == [("a.yaml", 7), ("a.yaml", 8)]
    assert all(fault["remedy"] for fault in row.account["faults"])
    with pytest.raises(Invalid):
        imports.agree(by=ada, number=row.pk, at=NOON)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><iati-activities>&b;</iati-activities>', "declares entities"),
        ('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><iati-activities/>', "external document type"),
        (b'<?xml version="1.0" encoding="UTF-8"?><iati-activities a="\xff"/>', "not written in the encoding"),
        ("<iati-activities><iati-activity>", "not well-formed"),
        ("<rss/>", "no iati-activity"),
        ("<iati-activities>" + "<a/>" * 1_000_001, "more than 1,000,000 elements"),
    ],
)
def test_xml_that_is_dangerous_or_broken_is_refused_in_words(ada: Person, content: str | bytes, words: str):
    row = planned(ada, content, "a.xml")
    assert row.state == "refused"
    assert words in row.account["faults"][0]["message"]


def test_iati_says_what_was_left_out(ada: Person):
    row = planned(ada, EVERYTHING, "a.xml")
    assert row.state == "planned"
    assert row.account["left_total"] == len(row.account["left"]) > 0
    assert row.account["taken"]["iati-activity"] == 1


def test_a_plan_that_differs_from_what_was_shown_is_shown_again(ada: Person):
    row = planned(ada)
    a_cycle(ada, ref="q1")
    imports.agree(by=ada, number=row.pk, at=NOON)
    apply_import(row.pk, NOON)
    row = import_for(ada, row.pk)
    assert (row.state, row.account["differs"]) == ("planned", True)
    assert row.account["counts"]["adds"] == {"objective": 1}
    assert not Objective.objects.exists()
    imports.agree(by=ada, number=row.pk, at=NOON)
    apply_import(row.pk, NOON)
    assert Objective.objects.exists()


def test_what_the_reader_may_not_see_is_neither_told_nor_touched(ada: Person, alice: Person):
    cycle = a_cycle(ada, ref="q1", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    hidden = an_objective(alice, cycle, title="A secret", ref="rest", visibility="private")
    row = planned(ada)
    assert row.state == "refused"
    assert [fault["message"] for fault in row.account["faults"]] == [
        "Something in this file concerns what you may not see."
    ]
    assert "A secret" not in str(row.account)
    assert planned(ada, NATIVE.replace("ref: rest", "ref: sleep")).state == "planned"
    hidden.refresh_from_db()
    assert hidden.title == "A secret"


def test_put_aside_it_is_dropped_and_the_worker_leaves_it_alone(ada: Person):
    (row,) = given(ada, ("a.yaml", NATIVE))
    for _ in range(2):
        imports.dismiss(by=ada, number=row.pk, at=NOON)
    plan_import(row.pk, NOON)
    assert import_for(ada, row.pk).state == "dismissed"
    assert not ImportFile.objects.exists()


def test_only_administrators_import_and_each_sees_their_own(ada: Person, alice: Person, gil: Person):
    for person in (alice, gil):
        with pytest.raises(Forbidden):
            given(person, ("a.yaml", NATIVE))
    row = planned(ada)
    alice.role = "administrator"
    alice.save()
    for act in (imports.agree, imports.dismiss):
        with pytest.raises(NotFound):
            act(by=alice, number=row.pk, at=NOON)
    assert imports_of(alice) == []
    assert [news.audience for news in news_of(Event.objects.filter(kind="import"))] == [frozenset({ada.pk})]
    ada.role = "member"
    ada.save()
    Import.objects.update(state="applying")
    apply_import(row.pk, NOON)
    assert Import.objects.get().state == "refused"
    assert not Objective.objects.exists()


def test_after_a_month_it_is_forgotten(ada: Person):
    planned(ada)
    tidy(NOON + KEPT)
    assert Import.objects.exists()
    assert imports_over(NOON + KEPT * 2).count() == 1
    tidy(NOON + KEPT * 2)
    assert not Import.objects.exists()


def test_a_table_is_recognised_planned_and_carried_out_and_is_as_once(ada: Person):
    imported(CONTRACT)
    for leaving in (Leaving.CSV, Leaving.XLSX):
        content = file_of(document_for(None), leaving, today=NOON.date()).content
        row = planned(ada, content, f"a.{leaving}")
        assert (row.format, row.state) == (str(leaving), "planned")
        assert row.account["counts"] == {"adds": {}, "changes": {}, "removals": {}}, "what we write says what is there"
    row = planned(ada, b"cycle;objective;key result;target\n2026-Q4;Rest;Sleep;\n2026-Q4;;;9\n", "a.csv")
    assert row.account["counts"]["adds"] == {"objective": 1, "key result": 1}, row.account
    imports.agree(by=ada, number=row.pk, at=NOON)
    apply_import(row.pk, NOON)
    assert Objective.objects.get(ref="2026-q4-rest").title == "Rest"
    assert [part["reason"] for part in row.account["left"]] == ["no key result is named"]
