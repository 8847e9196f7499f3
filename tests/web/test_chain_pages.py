"""The page of an item of the chain, its forms, its links and what they rest on."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from impactline.chain import actions
from impactline.chain.models import Assumption, ChainItem, Dependency, Evidence, ItemGlass, Link, Report
from impactline.people.models import Person, Team
from tests.cast import NOON
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def scene(alice: Person, ada: Person, care: Team) -> Scene:
    return a_chain(alice, ada)


# --- the page ---


def test_a_page_shows_what_leads_to_an_item_and_what_it_leads_to(alice: Person, scene: Scene) -> None:
    text = read(alice, "/chain/calls")

    assert "Patients see a clinician sooner" in text
    assert "Run a phone triage line" in text
    assert "−0.03 days of “Median days to see a clinician” for each 1" in text
    assert "after 14 days, confidence 60%" in text
    assert "Moderate evidence" in text
    assert "Callers follow the advice" in text


def test_an_outcome_names_the_key_results_and_metrics_that_measure_it(alice: Person, scene: Scene) -> None:
    text = read(alice, "/chain/sooner")

    assert "/key-results/wait" in text
    assert "/metrics/median-wait" in text


def test_a_private_item_is_not_there_for_outsiders_and_leaves_no_trace(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})

    read(charlie, "/chain/calls", status=404)
    assert "Triaged calls" not in read(charlie, "/chain/line")
    assert "Callers follow" not in read(charlie, "/chain/sooner")
    assert "Triaged calls" in read(alice, "/chain/line")


def test_what_brings_it_about_is_added_where_the_key_result_stands(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    here = f"/key-results/{scene.key_result.ref}"
    line = 'action="/chain/sooner/links"'

    assert line in read(alice, here)
    assert line not in read(charlie, here)
    answer = send(alice, "/chain/sooner/links", title="Evening slots", way="1", level="output", back="made")
    assert answer.url == "/chain/evening-slots"


def test_an_administrator_opens_a_private_item_for_a_reason(alice: Person, ada: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})

    assert "Why do you have to see it?" in read(ada, "/chain/calls", status=403)
    assert send(ada, "/chain/calls/glass", reason="").status_code == 422
    assert send(ada, "/chain/calls/glass", reason="An audit").status_code == 302
    assert ItemGlass.objects.get().reason == "An audit"


def test_a_guest_reads_and_is_offered_nothing_to_change(gil: Person, scene: Scene) -> None:
    text = read(gil, "/chain/calls")

    assert "Triaged calls" in text
    assert "/chain/calls/edit" not in text
    assert "/chain/calls/links" not in text


def test_the_queries_of_a_page_do_not_grow_with_its_links(alice: Person, scene: Scene) -> None:
    before = queries(alice, "/chain/calls")
    for number in range(6):
        other = an_item(alice, "activity", f"Another activity {number}")
        link = actions.link(by=alice, source=other, target=scene.calls, at=NOON)
        actions.assume(by=alice, on=link, text=f"It holds {number}", at=NOON)

    assert queries(alice, "/chain/calls") == before


# --- writing ---


def test_a_new_item_asks_for_its_level_first(alice: Person, scene: Scene) -> None:
    text = read(alice, "/chain/new?to=calls")

    assert "level=activity&amp;to=calls" in text


def test_an_item_is_added_with_the_fields_of_its_level_and_linked(alice: Person, care: Team, scene: Scene) -> None:
    fields = {"title": "Train the nurses", "effort_hours": "24", "cost": "1200.50", "state": "active", "team": "care"}
    answer = send(alice, "/chain/new?level=activity&to=calls", owner="alice@example.org", **fields)

    made = ChainItem.objects.get(title="Train the nurses")
    assert answer.url == f"/chain/{made.ref}"
    assert (made.level, made.effort_hours, made.cost, made.team) == ("activity", 24, Decimal("1200.5"), care)
    assert Link.objects.filter(source=made, target=scene.calls, kind="produces").exists()


def test_a_form_keeps_what_was_typed_and_names_what_is_wrong(alice: Person, scene: Scene) -> None:
    answer = send(alice, "/chain/new?level=output", title="Leaflets", planned="many", state="active")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "many" in text
    assert "is not a number" in text
    assert not ChainItem.objects.filter(title="Leaflets").exists()


@pytest.mark.parametrize("ref", ["nurses", "line", "calls", "sooner", "pain"])
def test_every_level_has_its_form(alice: Person, scene: Scene, ref: str) -> None:
    assert 'name="title"' in read(alice, f"/chain/{ref}/edit")


def test_a_change_is_saved_and_an_old_one_is_merged(alice: Person, scene: Scene) -> None:
    version = ChainItem.objects.get(ref="calls").version
    fields = {"title": "Calls triaged", "planned": "500", "unit": "calls", "state": "active", "visibility": "open"}

    assert send(alice, "/chain/calls/edit", version=version, **fields).status_code == 302
    assert ChainItem.objects.get(ref="calls").planned == 500
    assert send(alice, "/chain/calls/edit", version=version, **fields | {"title": "Else"}).status_code == 409


def test_of_two_versions_each_has_what_was_changed_in_it_chosen(alice: Person, scene: Scene) -> None:
    fields = {"title": "Triaged calls", "planned": "400", "unit": "calls", "state": "active", "visibility": "open"}
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"title": "Calls that were triaged"})
    answer = send(alice, "/chain/calls/edit", version="1", **fields, description="From the telephone system")
    page = answer.content.decode()

    assert answer.status_code == 409
    chosen = dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)" checked>', page))
    assert chosen["title"] == "Calls that were triaged", "which others changed, and the form had as it was"
    assert chosen["description"] == "From the telephone system"
    assert 'name="intended"' not in page, "which the form of an output does not ask for"


def test_of_two_versions_of_a_link_too_each_has_what_was_changed_in_it_chosen(alice: Person, scene: Scene) -> None:
    for changes in ({"confidence": 0.7}, {"confidence": 0.8, "necessary": True}):
        actions.change_link(by=alice, link=scene.link, version=None, at=NOON, changes=changes)
    page = send(
        alice,
        "/chain/calls/links/sooner",
        version="1",
        effect_metric="median-wait",
        effect_change="-0.03",
        effect_per="1",
        lag_days="14",
        confidence="60",
        evidence="moderate",
        rationale="Two studies",
        necessary="",
    ).content.decode()
    chosen = dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)" checked>', page))
    assert chosen == {"confidence": "80", "necessary": "yes", "rationale": "Two studies"}


def test_the_metrics_of_an_outcome_are_chosen_in_its_form(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/sooner/edit", title="Sooner", state="active", visibility="open", intended="no")

    item = ChainItem.objects.get(ref="sooner")
    assert list(item.metrics.all()) == []
    assert item.intended is False


def test_a_report_is_one_line(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/line/reports", value="40", day="2026-11-16", note="The line is open")
    send(alice, "/chain/calls/reports", value="120", day="2026-11-16")

    assert ChainItem.objects.get(ref="line").progress == 0.4
    assert Report.objects.get(item__ref="line").note == "The line is open"
    text = read(alice, "/chain/calls")
    assert "120 of 400\xa0calls" in text
    assert "Reported by Alice Adler" in text


def test_a_report_that_is_no_number_is_refused(alice: Person, scene: Scene) -> None:
    assert send(alice, "/chain/line/reports", value="half", day="2026-11-16").status_code == 422
    assert send(alice, "/chain/line/reports", value="140").status_code == 422
    assert not Report.objects.exists()


def test_an_item_is_done_goes_on_is_archived_and_comes_back(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/line/state", state="done")
    assert ChainItem.objects.get(ref="line").ended_on is not None
    send(alice, "/chain/line/archiving")
    assert "In the archive" in read(alice, "/chain/line")
    send(alice, "/chain/line/restoration")
    assert ChainItem.objects.get(ref="line").archived_at is None


def test_somebody_is_invited_to_a_private_item(alice: Person, charlie: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})
    send(alice, "/chain/calls/viewers", viewer="charlie@example.org", add="1")
    assert "Triaged calls" in read(charlie, "/chain/calls")
    send(alice, "/chain/calls/viewers", viewer="charlie@example.org", remove="1")
    read(charlie, "/chain/calls", status=404)


# --- links ---


def test_an_output_is_added_to_an_activity_in_one_line(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/line/links", way="0", title="Call protocols")

    made = ChainItem.objects.get(title="Call protocols")
    assert made.level == "output"
    assert Link.objects.filter(source=scene.line, target=made).exists()


def test_a_title_that_is_there_is_linked_not_made_again(alice: Person, scene: Scene) -> None:
    other = an_item(alice, "activity", "Answer letters")
    send(alice, f"/chain/{other.ref}/links", way="0", title="triaged calls")

    assert Link.objects.filter(source=other, target=scene.calls).exists()
    assert ChainItem.objects.filter(title__iexact="triaged calls").count() == 1


def test_nothing_typed_links_nothing(alice: Person, scene: Scene) -> None:
    assert send(alice, "/chain/line/links", way="0", title=" ").status_code == 422
    assert send(alice, "/chain/line/links", way="7", title="x").status_code == 404


@pytest.mark.parametrize("elsewhere", ["//example.org", "/\\example.org", "https://example.org/", "javascript:0"])
def test_after_a_link_was_made_nobody_is_led_elsewhere(alice: Person, scene: Scene, elsewhere: str) -> None:
    answer = send(alice, "/chain/line/links", fragment=True, way="0", title="Calls recorded", back=elsewhere)
    assert answer.headers["HX-Redirect"] == "/chain/line"


def test_a_confidence_is_refused_as_it_is_typed_in_per_cent(alice: Person, scene: Scene) -> None:
    answer = send(alice, "/chain/calls/links/sooner", confidence="150", evidence="weak")
    assert answer.status_code == 422
    assert "Enter 60 for six in ten" in answer.content.decode()
    assert 'value="150"' in answer.content.decode()


def test_what_is_expected_of_a_link_is_edited(alice: Person, scene: Scene) -> None:
    page = "/chain/calls/links/sooner"
    assert 'value="60"' in read(alice, page)
    fields = {"effect_metric": "median-wait", "effect_change": "-0.05", "effect_per": "10", "confidence": "80"}
    send(alice, page, evidence="strong", necessary="yes", rationale="Two studies.", lag_days="21", **fields)

    link = Link.objects.get(pk=scene.link.pk)
    assert (link.effect_change, link.effect_per, link.lag_days) == (Decimal("-0.05"), 10, 21)
    assert (link.confidence, link.evidence, link.necessary) == (0.8, "strong", True)


def test_a_lag_that_ends_after_all_is_due_is_told_beside_the_link(alice: Person, scene: Scene) -> None:
    told = re.compile(r"It shows from [A-Z][a-z]{2} \d+, 2034 on")
    assert not told.search(read(alice, "/chain/calls"))
    actions.change_link(by=alice, link=scene.link, version=None, at=NOON, changes={"lag_days": 3000})
    assert told.search(read(alice, "/chain/calls"))
    assert told.search(read(alice, "/chain/sooner"))


def test_an_effect_without_a_metric_is_told_at_the_field(alice: Person, scene: Scene) -> None:
    answer = send(alice, "/chain/calls/links/sooner", effect_change="2", evidence="weak")

    assert answer.status_code == 422
    assert "names a metric and a change" in answer.content.decode()


def test_a_link_is_ended_from_either_end(alice: Person, scene: Scene) -> None:
    answer = send(alice, "/chain/calls/links/sooner/removal", **{"from": "sooner"})

    assert answer.url == "/chain/sooner"
    assert not Link.objects.filter(pk=scene.link.pk).exists()


def test_two_items_of_the_picture_are_joined_in_the_order_of_their_levels(alice: Person, scene: Scene) -> None:
    other = an_item(alice, "outcome", "People trust the line")
    assert send(alice, "/chain-links", fragment=True, source=other.ref, target="calls").status_code == 204
    assert Link.objects.filter(source=scene.calls, target=other).exists()
    assert send(alice, "/chain-links", fragment=True, source="nurses", target="pain").status_code == 422


# --- what it rests on ---


def test_assumptions_are_added_and_their_state_is_set_in_place(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/calls/links/sooner/assumptions", text="Doctors call back", **{"from": "calls"})
    answer = send(
        alice,
        "/chain/calls/links/sooner/assumptions/2/state",
        state="failed",
        same="Doctors call back",
        **{"from": "sooner"},
    )

    assert answer.url == "/chain/sooner"
    assert Assumption.objects.get(text="Doctors call back").state == "failed"


def test_an_act_on_a_list_that_changed_meanwhile_hits_no_other(alice: Person, scene: Scene) -> None:
    answer = send(alice, "/chain/calls/links/sooner/assumptions/1/state", state="failed", same="Something else")

    assert answer.status_code == 422
    assert Assumption.objects.get(pk=scene.assumption.pk).state == "untested"


def test_all_of_an_assumption_is_edited_on_its_page(alice: Person, scene: Scene) -> None:
    page = "/chain/calls/links/sooner/assumptions/1"
    assert "Callers follow the advice" in read(alice, page)
    send(alice, page, text="Most callers follow", state="holding", importance="high", metric="median-wait", at_most="9")

    row = Assumption.objects.get(pk=scene.assumption.pk)
    assert (row.text, row.state, row.importance, row.at_most) == ("Most callers follow", "holding", "high", 9)


def test_an_assumption_is_removed(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/calls/links/sooner/assumptions/1/removal", same="Callers follow the advice")

    assert not Assumption.objects.exists()
    read(alice, "/chain/calls/links/sooner/assumptions/1", status=404)


def test_evidence_is_a_link_and_only_to_the_web(alice: Person, scene: Scene) -> None:
    send(alice, "/chain/calls/evidence", title="Call list", url="https://example.org/calls")
    assert send(alice, "/chain/calls/evidence", title="No", url="javascript:alert(1)").status_code == 422

    assert Evidence.objects.get().title == "Call list"
    assert 'href="https://example.org/calls"' in read(alice, "/chain/calls")
    send(alice, "/chain/calls/evidence/1/removal", same="https://example.org/calls")
    assert not Evidence.objects.exists()


def test_an_activity_waits_for_another_and_no_longer(alice: Person, scene: Scene) -> None:
    an_item(alice, "activity", "Rent a line", ref="rent")
    send(alice, "/chain/line/waits", title="Rent a line")
    assert Dependency.objects.get().after.ref == "rent"
    assert "waits for this" in read(alice, "/chain/rent")
    send(alice, "/chain/line/waits/rent/removal")
    assert not Dependency.objects.exists()


def test_the_history_tells_what_happened_to_the_item_and_its_links(alice: Person, scene: Scene) -> None:
    text = read(alice, "/chain/calls").partition('id="history"')[2]

    assert "linked it with" in text
    assert "added this" in text
    assert "changed what must hold" in text


def test_charlie_may_not_change_what_is_not_his(charlie: Person, scene: Scene) -> None:
    assert send(charlie, "/chain/line/state", state="done").status_code == 403
    assert send(charlie, "/chain/calls/links/sooner/assumptions", text="No").status_code == 403
    assert send(charlie, "/chain/calls/links/sooner/removal").status_code == 403


# --- the names of levels ---


def test_the_names_of_the_levels_are_those_of_the_organisation_everywhere(
    alice: Person, ada: Person, scene: Scene
) -> None:
    names = {"output": "result", "outcome": "Change", "outcome-many": "Changes", "impact": "overall goal"}
    assert send(alice, "/administration/levels", **names).status_code == 403
    assert send(ada, "/administration/levels", **names | {"activity": "Result"}).status_code == 422
    assert send(ada, "/administration/levels", **names).status_code == 302

    pages = {address: read(alice, address) for address in ("/chain", "/chain/outline", "/chain/logframe", "/chain/new")}
    assert all("Change" in text and "Outcome" not in text for text in pages.values())
    assert "Results</text>" in read(alice, "/chain/drawing")
    an_item(alice, "impact", "Health for all")
    assert "No Change leads to it." in read(alice, "/chain")
    assert "A result of this activity" in read(alice, "/chain/line")
    join = send(alice, "/chain-links", source="line", target="sooner")
    assert "A link from activity to Change skips the result." in join.content.decode()
    refused = send(alice, "/chain/sooner/reports", value="3").content.decode()
    assert "A Change is not delivered but measured." in refused
    send(alice, "/chain/outline", act="add", title="Change: Pain is spoken about")
    assert ChainItem.objects.get(title="Pain is spoken about").level == "outcome"


# --- files ---

PDF = b"%PDF-1.7\n%%EOF\n"


def handed_in(person: Person, address: str, name: str, content: bytes) -> Any:
    return send(person, address, file=SimpleUploadedFile(name, content), title="Call list of May")


def test_a_file_is_handed_in_saved_by_who_may_see_the_item_and_never_shown_as_a_page(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    hidden = an_item(alice, "output", "Plans", ref="plans", visibility="private")
    for base in ("/chain/calls", "/chain/calls/links/sooner", f"/chain/{hidden.ref}"):
        assert handed_in(alice, f"{base}/evidence/files", "calls.pdf", PDF).status_code == 302
        address = f"{base}/evidence/files/{Evidence.objects.latest('id').digest}"
        answer = visitor(alice).get(address)
        assert b"".join(answer) == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="calls.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert visitor(charlie).get(address).status_code == (404 if "plans" in base else 200)
    page = read(alice, "/chain/calls")
    assert "Call list of May" in page
    assert "calls.pdf</bdi>, 1 kB" in page
    assert "Call list of May" in read(alice, "/chain/logframe")
    assert visitor(alice).get(f"/chain/line/evidence/files/{Evidence.objects.latest('id').digest}").status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_in_words(alice: Person, scene: Scene) -> None:
    refused = handed_in(alice, "/chain/calls/evidence/files", "calls.png", PDF)
    assert refused.status_code == 422
    assert "says that it is a PNG picture, but holds a PDF" in refused.content.decode()
    assert send(alice, "/chain/calls/evidence/files", title="None").status_code == 422
    assert not Evidence.objects.exists()
