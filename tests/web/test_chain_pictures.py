"""The picture of a chain, its outline, its logframe, and what is exported of them."""

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from impactline.chain import actions
from impactline.chain.models import ChainItem, Link
from impactline.exchange.spreadsheet import workbook
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult
from impactline.people.models import Person, Team
from impactline.web import chain_gaps, chain_logframes
from impactline.web.chain_pictures import wrapped
from tests.cast import NOON
from tests.scenes import a_key_result, an_objective
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
SCOPES = ["/chain", "/objectives/waiting/chain", "/cycles/2026-Q4/chain", "/teams/care/chain"]


@pytest.fixture
def scene(alice: Person, ada: Person, care: Team) -> Scene:
    made = a_chain(alice, ada)
    actions.change_item(by=alice, item=made.line, version=None, at=NOON, changes={"team": care})
    return made


def drawn(text: str) -> list[str]:
    """The refs of the items in a picture, in order."""
    return re.findall(r'data-ref="([^"]+)" data-column', text)


# --- the picture ---


@pytest.mark.parametrize("address", SCOPES)
def test_each_scope_draws_what_leads_to_its_key_results_and_where_that_leads(
    alice: Person, scene: Scene, address: str
) -> None:
    assert drawn(read(alice, address)) == ["nurses", "line", "calls", "sooner", "pain"]


def test_an_objective_leaves_out_what_does_not_concern_it(alice: Person, scene: Scene) -> None:
    an_item(alice, "activity", "Paint the hall", ref="paint")

    assert "paint" in drawn(read(alice, "/chain"))
    assert "paint" not in drawn(read(alice, "/objectives/waiting/chain"))


def test_links_show_effect_evidence_and_what_has_failed(alice: Person, scene: Scene) -> None:
    actions.change_assumption(by=alice, assumption=scene.assumption, version=None, at=NOON, changes={"state": "failed"})
    text = read(alice, "/objectives/waiting/chain")

    link = re.search(r'<g class="link ([^"]+)" data-source="calls" data-target="sooner"><path [^>]+>', text)
    assert link is not None
    assert "is-moderate" in link[1]
    assert "is-failed" in link[1]
    assert 'stroke-width="7.0"' in link[0]
    assert "does not hold" in text


def test_gaps_have_a_word_in_the_picture_and_a_remedy_below(alice: Person, scene: Scene) -> None:
    an_item(alice, "output", "A leaflet", ref="leaflet")
    an_item(alice, "outcome", "Calmer evenings", ref="calm")
    text = read(alice, "/chain")

    assert "leads nowhere" in text
    assert "from nowhere" in text
    assert "Link it to the outcome that it contributes to" in text


def test_a_selected_item_lights_up_its_path_and_can_be_added_to(alice: Person, scene: Scene) -> None:
    other = an_item(alice, "activity", "Paint the hall", ref="paint")
    text = read(alice, "/chain?item=calls")

    assert re.search(r'class="node is-activity state-active is-lit"[^>]*data-ref="line"', text)
    assert re.search(r'class="node is-activity state-active is-missing is-dim"[^>]*data-ref="paint"', text)
    assert 'action="/chain/calls/links"' in text
    fragment = read(alice, f"/chain?item={other.ref}", fragment=True)
    assert "<html" not in fragment
    assert "Paint the hall" in fragment


def test_what_is_added_in_the_picture_returns_there(alice: Person, scene: Scene) -> None:
    back = "/objectives/waiting/chain?item=line"
    assert send(alice, "/chain/line/links", way="0", title="Protocols", back=back).url == back
    assert send(alice, "/chain/line/links", way="0", title="More", back="//evil.example").url == "/chain/line"


def test_hidden_items_and_what_is_linked_through_them_are_not_drawn(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})

    assert drawn(read(charlie, "/chain")) == ["nurses", "line", "sooner", "pain"]
    assert drawn(read(charlie, "/objectives/waiting/chain")) == ["sooner", "pain"]
    assert "Triaged" not in visitor(charlie).get("/chain/drawing").content.decode()


def test_the_queries_of_a_picture_do_not_grow_with_the_chain(alice: Person, scene: Scene) -> None:
    before = [queries(alice, address) for address in SCOPES]
    for number in range(8):
        made = an_item(alice, "activity", f"Activity {number}")
        link = actions.link(by=alice, source=made, target=scene.calls, at=NOON)
        actions.assume(by=alice, on=link, text="It holds", at=NOON)

    assert [queries(alice, address) for address in SCOPES] == before
    assert max(before) < 25


def test_an_objective_without_a_chain_asks_what_its_key_results_measure(alice: Person, scene: Scene) -> None:
    key_result = a_key_result(alice, scene.objective, "Calls ring out less", ref="ring")
    KeyResult.objects.filter(pk=scene.key_result.pk).update(measures=None)
    assert 'action="/key-results/ring/measures"' in read(alice, "/objectives/waiting/chain")

    answer = send(
        alice,
        "/key-results/ring/measures",
        title="Calls are answered",
        level="outcome",
        back="/objectives/waiting/chain",
    )

    assert answer.url == "/objectives/waiting/chain"
    key_result.refresh_from_db()
    assert key_result.measures is not None
    assert key_result.measures.title == "Calls are answered"
    assert key_result.measures.level == "outcome"


def test_the_form_of_a_key_result_says_what_it_measures(alice: Person, scene: Scene) -> None:
    text = read(alice, "/key-results/wait/edit")
    assert re.search(r'<option value="sooner" selected>', text)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version is not None
    fields = {"title": "Median wait falls", "type": "metric", "baseline": "21", "target": "7", "unit": "days"}
    send(alice, "/key-results/wait/edit", version=version[1], measures="calls", **fields)

    assert KeyResult.objects.get(ref="wait").measures == scene.calls


def test_what_a_writer_does_not_see_stays_measured(alice: Person, bob: Person, care: Team, scene: Scene) -> None:
    KeyResult.objects.filter(ref="wait").update(owner=bob)
    scene.objective.team = care
    scene.objective.save()
    actions.change_item(by=alice, item=scene.sooner, version=None, at=NOON, changes={"visibility": "private"})
    fields = {"title": "Median wait falls", "type": "metric", "baseline": "21", "target": "7", "unit": "days"}
    assert "sooner" not in read(bob, "/key-results/wait/edit")
    send(bob, "/key-results/wait/edit", measures="", **fields)

    assert KeyResult.objects.get(ref="wait").measures == scene.sooner


# --- the drawing ---


def test_the_file_is_whole_xml_that_asks_for_nothing(alice: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.line, version=None, at=NOON, changes={"title": "A & <B> “line”"})
    answer = visitor(alice).get("/objectives/waiting/chain/drawing")

    assert answer["Content-Type"].startswith("image/svg+xml")
    assert "attachment" in answer["Content-Disposition"]
    text = answer.content.decode()
    assert ET.fromstring(text).tag.endswith("svg")
    assert not re.search(r'(href|src)="(?!#)', text)


def test_a_long_title_ends_in_an_ellipsis_and_an_endless_word_is_cut() -> None:
    assert wrapped("word " * 60)[-1].endswith("…")
    assert len(wrapped("word " * 60)) == 4
    assert all(len(line) <= 25 for line in wrapped("x" * 200))


# --- the outline ---


def outline_of(person: Person, address: str) -> list[str]:
    """The lines as "  title": two spaces for each level."""
    text = read(person, address)
    rows = re.findall(r'aria-level="(\d)".*?class="name"[^>]*>([^<]*)<', text, re.DOTALL)
    return ["  " * (int(level) - 1) + title for level, title in rows]


def test_the_outline_stands_from_impact_down_to_inputs(alice: Person, scene: Scene) -> None:
    assert outline_of(alice, "/chain/outline") == [
        "Fewer people live with untreated pain",
        "  Patients see a clinician sooner",
        "    Triaged calls",
        "      Run a phone triage line",
        "        Two nurses",
    ]


def test_lines_are_added_beneath_after_and_with_their_level_named(alice: Person, scene: Scene) -> None:
    here = "/objectives/waiting/chain/outline"
    send(alice, here, fragment=True, act="add", under="line", title="8,000 €")
    send(alice, here, fragment=True, act="add", after="calls", title="Protocols")
    send(alice, here, fragment=True, act="add", under="sooner", title="Outcome: Patients know whom to call")

    assert set(Link.objects.filter(target=scene.line).values_list("source__title", flat=True)) == {
        "Two nurses",
        "8,000 €",
    }
    assert Link.objects.filter(source__title="Protocols", target=scene.sooner).exists()
    assert ChainItem.objects.get(title="Patients know whom to call").level == "outcome"


def test_the_first_line_of_all_is_what_it_is_all_for(alice: Person, ada: Person) -> None:
    send(alice, "/chain/outline", fragment=True, act="add", title="Fewer people in pain")

    assert ChainItem.objects.get().level == "impact"


def test_lines_are_renamed_moved_archived_and_restored(alice: Person, scene: Scene) -> None:
    here = "/chain/outline"
    send(alice, here, fragment=True, act="add", after="calls", title="Protocols")
    made = ChainItem.objects.get(title="Protocols")
    send(alice, here, fragment=True, act="move_up", ref=made.ref)
    assert [line.strip() for line in outline_of(alice, here)][2] == "Protocols"
    send(alice, here, fragment=True, act="rename", ref=made.ref, title="Call protocols")
    send(alice, here, fragment=True, act="archive", ref=made.ref)
    assert "Call protocols" not in read(alice, here)
    send(alice, here, fragment=True, act="restore", ref=made.ref)
    assert "Call protocols" in read(alice, here)


def test_an_outcome_is_indented_under_another_and_back(alice: Person, scene: Scene) -> None:
    here = "/chain/outline"
    send(alice, here, fragment=True, act="add", after="sooner", title="Calls are answered")
    made = ChainItem.objects.get(title="Calls are answered")
    send(alice, here, fragment=True, act="indent", ref=made.ref)
    assert list(Link.objects.filter(source=made).values_list("target__ref", flat=True)) == ["sooner"]
    send(alice, here, fragment=True, act="outdent", ref=made.ref)
    assert list(Link.objects.filter(source=made).values_list("target__ref", flat=True)) == ["pain"]


def test_an_outdent_that_would_lose_what_is_expected_is_refused(alice: Person, scene: Scene) -> None:
    assert send(alice, "/chain/outline", fragment=True, act="outdent", ref="calls").status_code == 422
    assert Link.objects.filter(pk=scene.link.pk).exists()


def test_a_line_that_somebody_changed_or_archived_meanwhile_is_refused_with_what_was_typed(
    alice: Person, scene: Scene
) -> None:
    here = "/objectives/waiting/chain/outline"
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"title": "Theirs"})
    lost = send(alice, here, fragment=True, act="rename", ref="calls", version="1", title="Mine")
    assert lost.status_code == 409
    assert "it now says “Theirs”" in lost.content.decode()
    assert "You typed “Mine”" in lost.content.decode()

    actions.archive_item(by=alice, item=scene.calls, at=NOON)
    for asked in (
        {"act": "rename", "ref": "calls"},
        {"act": "add", "under": "calls"},
        {"act": "add", "after": "calls"},
    ):
        gone = send(alice, here, fragment=True, title="Mine", **asked)
        assert gone.status_code == 422
        assert "“Theirs” was archived meanwhile" in gone.content.decode()
        assert "You typed “Mine”" in gone.content.decode()
    assert not ChainItem.objects.filter(title="Mine").exists()
    assert send(alice, here, fragment=True, act="restore", ref="calls").status_code == 200


def test_nothing_stands_beneath_an_input_and_there_is_no_other_act(alice: Person, scene: Scene) -> None:
    assert send(alice, "/chain/outline", fragment=True, act="add", under="nurses", title="x").status_code == 422
    assert send(alice, "/chain/outline", fragment=True, act="dance", ref="line").status_code == 422
    assert send(alice, "/chain/outline", act="add", title="Without script").url == "/chain/outline"


def test_a_guest_reads_the_outline(gil: Person, scene: Scene) -> None:
    text = read(gil, "/chain/outline")
    assert "data-outline-url" not in text
    assert send(gil, "/chain/outline", fragment=True, act="add", title="x").status_code == 403


# --- the logframe ---


def test_the_logframe_says_how_each_level_is_measured_shown_and_assumed(alice: Person, scene: Scene) -> None:
    actions.add_evidence(by=alice, on=scene.calls, title="Call list", url="https://example.org/calls", at=NOON)
    text = read(alice, "/objectives/waiting/chain/logframe")

    for words in (
        "Median days to see a clinician",
        "Median wait falls",
        "Booking system",
        "Call list",
        "Callers follow",
    ):
        assert words in text


def test_the_workbook_holds_the_same_as_text(alice: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"title": "=1+1"})
    answer = visitor(alice).get("/objectives/waiting/chain/logframe.xlsx")
    with zipfile.ZipFile(BytesIO(answer.content)) as file:
        assert file.testzip() is None
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        for name in file.namelist():
            ET.fromstring(file.read(name))

    assert "=1+1" in sheet
    assert "<f>" not in sheet
    assert "Callers follow the advice (untested)" in sheet
    assert "logframe-waiting.xlsx" in answer["Content-Disposition"]


def test_a_workbook_takes_any_text() -> None:
    made = workbook(
        "A “sheet” <of> text & more than thirty-one letters", ["One"] * 30, [["\x00a\x0b<b>&\ud800", "x" * 40_000]]
    )
    with zipfile.ZipFile(BytesIO(made)) as file:
        cells = ET.fromstring(file.read("xl/worksheets/sheet1.xml")).iter()
    texts = [cell.text for cell in cells if cell.tag.endswith("}t")]
    assert texts[30] == "a<b>&"
    assert len(texts[31] or "") == 32_767


def test_the_queries_of_outline_and_logframe_do_not_grow(alice: Person, scene: Scene) -> None:
    pages = ["/chain/outline", "/objectives/waiting/chain/logframe"]
    before = [queries(alice, page) for page in pages]
    for number in range(6):
        made = an_item(alice, "output", f"Output {number}", planned=Decimal(3))
        actions.link(by=alice, source=made, target=scene.sooner, at=NOON)
        actions.add_evidence(by=alice, on=made, title="Seen", url="https://example.org", at=NOON)

    assert [queries(alice, page) for page in pages] == before


def test_an_output_that_leads_nowhere_stands_beside_its_activity_and_one_that_another_measures_does_not(
    alice: Person, scene: Scene
) -> None:
    loose, elsewhere = an_item(alice, "output", "Recordings"), an_item(alice, "output", "Letters")
    for output in (loose, elsewhere):
        actions.link(by=alice, source=scene.line, target=output, at=NOON)
    a_key_result(alice, an_objective(alice, scene.objective.cycle, "Other"), measures=elsewhere)

    text = read(alice, "/objectives/waiting/chain")

    assert f"node-{loose.ref}" in text
    assert "It leads nowhere." in text
    assert f"node-{elsewhere.ref}" not in text


def test_a_priority_is_judged_by_the_mean_of_its_objectives(alice: Person, ada: Person, scene: Scene) -> None:
    priority = okrs.create_priority(by=ada, ref="access", title="Care for everyone", at=NOON)
    okrs.change_objective(by=alice, objective=scene.objective, version=None, at=NOON, changes={}, priorities=[priority])
    actions.report(by=alice, item=scene.line, value=Decimal("0.5"), at=NOON)
    actions.report(by=alice, item=scene.calls, value=Decimal(120), at=NOON)

    text = read(alice, "/priorities/access/chain")

    assert "1 × 0.4 = 0.4" in text, "half of the activity, and 120 of 400 calls"
    assert "The mean of its objectives that have begun" in text


# --- gaps ---


def test_the_count_at_the_gaps_holds_the_assumptions_that_fail_which_stand_there_too(
    alice: Person, scene: Scene
) -> None:
    actions.assume(by=alice, on=scene.link, text="Doctors call back", at=NOON, state="failed")
    an_item(alice, "output", "Leaflets")
    text = read(alice, "/chain/gaps")
    listed = text.partition('class="gap-list"')[2].partition("</ul>")[0].count("<li>")

    assert re.search(rf'Gaps\s*<span class="count">{listed}</span>', text), text[:9000]
    assert "Doctors call back" in text


def test_the_gaps_of_a_chain_are_listed_by_what_is_missing(alice: Person, scene: Scene) -> None:
    for number in range(15):
        an_item(alice, "outcome", f"Change {number}")
    an_item(alice, "output", "Leaflets")

    assert f'href="/chain/gaps">{17 - 12} more, by what is missing</a>' in read(alice, "/chain")
    text = read(alice, "/chain/gaps")
    assert "Outcomes from nowhere" in text
    assert "Outputs that lead nowhere" in text
    outcomes = read(alice, "/chain/gaps?missing=outcome_from_nowhere")
    assert outcomes.count("Nothing leads to it.") == 15
    assert "Leaflets" not in outcomes
    assert "Leaflets" in read(alice, "/chain/gaps?missing=nonsense&page=9")
    assert "No gaps" in read(alice, "/objectives/waiting/chain/gaps")


def test_links_that_rest_on_what_fails_stand_before_the_gaps_a_page_at_a_time(
    alice: Person, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("Doctors call back", "Patients stay on the line"):
        actions.assume(by=alice, on=scene.link, text=text, at=NOON, state="failed")
    an_item(alice, "output", "Leaflets")
    monkeypatch.setattr(chain_gaps, "A_PAGE", 3)

    def listed(address: str) -> list[str]:
        text = read(alice, address).partition('class="gap-list"')[2].partition("</ul>")[0]
        return [
            next(word for word in ("Doctors", "Patients stay", "Leaflets") if word in one)
            for one in text.split("<li>")[1:]
        ]

    assert listed("/chain/gaps") == ["Doctors", "Patients stay", "Leaflets"]
    assert listed("/chain/gaps?page=2") == ["Leaflets"]
    assert listed("/chain/gaps?missing=output_leads_nowhere") == ["Leaflets"]


def test_gaps_and_logframes_ask_as_often_for_many_items_as_for_few(alice: Person, scene: Scene) -> None:
    an_item(alice, "output", "Leaflets")
    few = queries(alice, "/chain/gaps"), queries(alice, "/chain/logframe")
    for number in range(8):
        an_item(alice, "outcome", f"Change {number}")
    assert (queries(alice, "/chain/gaps"), queries(alice, "/chain/logframe")) == few


def test_a_long_logframe_stands_on_several_pages_and_whole_in_its_workbook(
    alice: Person, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_logframes, "A_PAGE", 3)
    first, second = read(alice, "/chain/logframe"), read(alice, "/chain/logframe?page=2")
    told = first[first.index('id="logframe"') :], second[second.index('id="logframe"') :]
    assert [[title in text for text in told] for title in ("untreated pain", "Two nurses")] == [
        [True, False],
        [False, True],
    ]
    assert 'href="?page=2"' in first
    content = zipfile.ZipFile(BytesIO(visitor(alice).get("/chain/logframe.xlsx").content))
    assert b"Two nurses" in content.read("xl/worksheets/sheet1.xml")
