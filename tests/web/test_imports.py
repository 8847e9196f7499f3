"""The pages of imports: files are uploaded, the page follows the worker, the plan is agreed to."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from impactline.exchange.actions.import_work import apply_import, plan_import
from impactline.exchange.models import Import
from impactline.okrs.models import Objective
from impactline.people.models import Person
from tests.exchange.test_imports import NATIVE
from tests.web.visits import MONDAY, queries, read, send

pytestmark = pytest.mark.django_db
LIST = "/administration/imports"


def uploaded(by: Person, content: str = NATIVE) -> Import:
    answer = send(by, LIST, file=SimpleUploadedFile("a.yaml", content.encode()))
    row = Import.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}/{row.pk}")
    return row


def test_a_file_is_uploaded_planned_and_carried_out_and_the_page_says_how_far_it_is(ada: Person):
    row = uploaded(ada)
    address = f"{LIST}/{row.pk}"
    waits = read(ada, address)
    assert "Waiting for its turn" in waits
    assert "See how far it is" in waits
    Import.objects.update(stage="Reading the file", share=40)
    assert 'value="40" max="100"' in read(ada, address)
    plan_import(row.pk, MONDAY)
    shown = read(ada, address)
    assert "1 cycle, 1 objective" in shown
    assert "Everybody sleeps well" in shown
    assert "See how far it is" not in shown
    assert send(ada, f"{address}/application").status_code == 302
    apply_import(row.pk, MONDAY)
    assert "Carried out" in read(ada, address)
    assert Objective.objects.get().ref == "rest"
    assert "a.yaml" in read(ada, LIST)


def test_what_is_weak_in_the_wording_is_told_before_it_is_carried_out(ada: Person):
    parts = "".join(
        f"      - {{ref: site-{number}, title: Launch the website of clinic {number}}}\n" for number in range(12)
    )
    row = uploaded(ada, NATIVE + "    key_results:\n" + parts)
    plan_import(row.pk, MONDAY)
    shown = read(ada, f"{LIST}/{row.pk}").partition('id="wording-heading"')[2]
    assert "“Launch” tells what will be done" in shown
    assert "Perhaps:" in shown
    assert "And 2 more; once it is carried out, they stand under Needs attention." in shown
    apply_import(row.pk, MONDAY)
    assert send(ada, f"{LIST}/{row.pk}/application").status_code in (302, 409, 422)
    Import.objects.update(state="applied", done_at=MONDAY)
    done = read(ada, f"{LIST}/{row.pk}")
    assert 'href="/attention?of=organisation"' in done
    assert "wording-heading" not in done


def test_faults_stand_with_their_line(ada: Person):
    row = uploaded(ada, NATIVE + "    kind: comitted\n")
    plan_import(row.pk, MONDAY)
    shown = read(ada, f"{LIST}/{row.pk}")
    assert "line 7" in shown
    assert "Did you mean “committed”?" in shown
    assert "Carry it out" not in shown


def test_what_cannot_be_taken_is_told_at_the_form(ada: Person):
    for file, words in ((SimpleUploadedFile("a.yaml", b"%PDF"), "a.yaml is a PDF."), ("", "No file was chosen.")):
        answer = send(ada, LIST, file=file)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    twice = [SimpleUploadedFile(name, content) for name, content in (("a.yaml", NATIVE.encode()), ("b.xml", b"<a/>"))]
    answer = send(ada, LIST, file=twice)
    assert answer["Location"] == LIST
    assert Import.objects.count() == 2


def test_it_is_for_administrators_and_asks_a_fixed_number_of_questions(ada: Person, alice: Person):
    row = uploaded(ada)
    read(alice, LIST, status=403)
    read(alice, f"{LIST}/{row.pk}", status=403)
    before = queries(ada, LIST)
    uploaded(ada)
    assert queries(ada, LIST) == before
    assert send(ada, f"{LIST}/{row.pk}/dismissal")["Location"] == LIST
    assert send(ada, f"{LIST}/{row.pk}/else").status_code == 404
