"""Numbers and judgements of an outcome, side by side on its page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from impactline.chain import actions
from impactline.chain.judgements import judgements_of
from impactline.chain.models import ChainItem, Judgement
from impactline.checkins.actions import read_metric
from impactline.people.models import Person
from tests.scenes import a_metric
from tests.web.test_metrics import text_of
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = "/chain/sooner/judgements"
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def outcome(alice: Person) -> ChainItem:
    """An outcome whose metric has moved as the calls that were delivered should have moved it."""
    metric = a_metric(alice, "Median wait", ref="wait", unit="days", better="lower", owner=alice)
    made = actions.create_item(
        by=alice, level="outcome", title="Seen sooner", ref="sooner", owner=alice, metrics=[metric], at=MONDAY
    )
    calls = actions.create_item(by=alice, level="output", title="Calls", ref="calls", planned=Decimal(400), at=MONDAY)
    effect = {"effect_metric": metric, "effect_change": Decimal(-6), "effect_per": Decimal(400), "confidence": 0.8}
    actions.link(by=alice, source=calls, target=made, at=MONDAY, **effect)
    for day, delivered, wait in ((date(2026, 10, 1), 0, 21), (date(2026, 11, 10), 400, 16)):
        at = MONDAY - timedelta(days=1)
        actions.report(by=alice, item=calls, value=Decimal(delivered), day=day, at=at)
        read_metric(by=alice, metric=metric, value=Decimal(wait), day=day + timedelta(days=2), at=at)
    return made


def test_the_page_of_an_outcome_leads_to_its_numbers_and_judgements(alice: Person, outcome: ChainItem) -> None:
    assert f'hx-get="{HERE}"' in read(alice, "/chain/sooner")
    assert HERE.replace("sooner", "calls") not in read(alice, "/chain/calls")
    assert visitor(alice).get("/chain/calls/judgements").status_code == 404
    assert "Nobody has judged it yet; the number moved as expected." in text_of(read(alice, HERE))


def test_where_they_disagree_a_sentence_says_so(alice: Person, bob: Person, outcome: ChainItem) -> None:
    typed = {"level": "Not at all", "narrative": "We *still* wait.", "on_behalf_of": "Patients", "day": "2026-11-12"}
    send(bob, HERE, **typed, evidence="https://example.org/letters", evidence_title="Letters")
    text = text_of(read(alice, HERE))
    assert "Numbers and judgements disagree" in text
    assert "the number moved as expected, but Patients judges “Not at all”." in text
    assert "We still wait." in text
    assert "1 of 5 levels" in read(alice, HERE)
    assert 'href="https://example.org/letters"' in read(alice, HERE)
    assert "written down by Bob" in text
    assert "Patients, Not at all" in text_of(read(alice, "/chain/sooner"))


def test_a_wrong_judgement_keeps_what_was_typed(bob: Person, outcome: ChainItem) -> None:
    answer = visitor(bob).post(HERE, {"narrative": "Mine", "evidence": "ftp://a", "day": "2026-12-24"})
    assert answer.status_code == 422
    text = text_of(answer.content.decode())
    assert "An address begins with https://." in text
    assert "That day is still to come." in text
    assert "Mine" in text
    assert not Judgement.objects.exists()


def test_a_file_bears_a_judgement_out_and_is_saved_by_who_may_see_the_outcome(
    alice: Person, bob: Person, charlie: Person, outcome: ChainItem
) -> None:
    letter = SimpleUploadedFile("letter.pdf", PDF)
    assert send(bob, HERE, level="In part", evidence_title="Letter of a patient", file=letter).status_code == 302
    (entry,) = Judgement.objects.get().evidence
    assert (entry["title"], entry["file_name"], entry["size"]) == ("Letter of a patient", "letter.pdf", len(PDF))
    address = f"{HERE}/1/files/{entry['digest']}"
    assert f'href="{address}"' in read(alice, HERE)
    answer = visitor(alice).get(address)
    assert (b"".join(answer), answer["Content-Disposition"]) == (PDF, 'attachment; filename="letter.pdf"')
    assert "sandbox" in answer["Content-Security-Policy"]
    assert visitor(alice).get(address[:-1] + "x").status_code == 404
    private = {"visibility": "private"}
    actions.change_item(by=alice, item=outcome, version=None, at=MONDAY, changes=private)
    assert visitor(charlie).get(address).status_code == 404


def test_a_file_that_is_not_what_it_says_keeps_what_was_typed(bob: Person, outcome: ChainItem) -> None:
    answer = send(bob, HERE, narrative="Mine", file=SimpleUploadedFile("letter.png", PDF))
    assert answer.status_code == 422
    text = text_of(answer.content.decode())
    assert "says that it is a PNG picture, but holds a PDF" in text
    assert "Mine" in text
    again = send(bob, HERE, narrative="Mine", day="2026-12-24", file=SimpleUploadedFile("letter.pdf", PDF))
    assert "Choose it again." in text_of(again.content.decode())
    assert not Judgement.objects.exists()


def test_it_is_taken_back_by_its_voice_and_not_by_strangers(
    alice: Person, bob: Person, gil: Person, charlie: Person, outcome: ChainItem
) -> None:
    send(bob, HERE, level="Fully")
    row = judgements_of(outcome).get()
    assert send(charlie, f"{HERE}/1/removal").status_code == 403
    assert send(bob, f"{HERE}/1/removal", same="2020-01-01T00:00:00+00:00").status_code == 422
    for person, may in ((alice, True), (bob, True), (charlie, False), (gil, False)):
        assert ("Take back" in read(person, HERE)) is may
    assert "Judge it" not in read(gil, HERE)
    assert send(gil, HERE, level="Fully").status_code == 403
    send(bob, f"{HERE}/1/removal", same=row.recorded_at.isoformat())
    assert not Judgement.objects.exists()


def test_only_editors_name_whose_judgement_it_is(
    alice: Person, bob: Person, charlie: Person, outcome: ChainItem
) -> None:
    assert "Who judges" in read(alice, HERE)
    assert "Who judges" not in read(charlie, HERE)
    visitor(alice).post(HERE, {"level": "In part", "person": bob.email})
    assert judgements_of(outcome).get().person == bob


def test_a_private_outcome_is_judged_by_those_who_see_it(alice: Person, charlie: Person, outcome: ChainItem) -> None:
    actions.change_item(by=alice, item=outcome, version=None, at=MONDAY, changes={"visibility": "private"})
    assert visitor(charlie).get(HERE).status_code == 404
    assert send(charlie, HERE, level="Fully").status_code == 404
    assert visitor(alice).get(HERE).status_code == 200


def test_the_levels_are_written_in_the_form_of_the_outcome(alice: Person, outcome: ChainItem) -> None:
    send(alice, "/chain/sooner/edit", title="Seen sooner", rubric="Worse\nSame\nBetter", intended="yes")
    assert ChainItem.objects.get(ref="sooner").rubric == ["Worse", "Same", "Better"]
    html = read(alice, HERE)
    assert 'value="Better"' in html
    assert "Largely" not in html


def test_it_asks_as_often_for_many_judgements_as_for_one(alice: Person, outcome: ChainItem) -> None:
    send(alice, HERE, level="Fully")
    few = queries(alice, HERE)
    for number in range(5):
        send(alice, HERE, level="Fully", on_behalf_of=f"Group {number}")
    assert queries(alice, HERE) == few
