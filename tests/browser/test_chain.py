"""The chain in a browser: built from nothing with the keyboard alone, selected, linked by hand, kept up to date."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from impactline.chain import actions
from impactline.chain.models import ChainItem, Link
from impactline.insight.models import Roadblock
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.browser.tours import LOOKS, Axe, Look, tour
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective
from tests.web.chain_scene import Scene, a_chain, an_item

Visit = Callable[..., Page]
HERE = "/objectives/waiting/chain"
SLIDES = "/objectives/waiting/slides"


@pytest.fixture
def objective(alice: Person, ada: Person) -> Objective:
    made = an_objective(alice, a_running_cycle(ada, ref="2026-Q4"), ref="waiting")
    a_key_result(alice, made, ref="wait")
    return made


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    return a_chain(alice, ada)


def test_a_chain_is_built_from_nothing_with_the_keyboard_alone(
    visit: Visit, alice: Person, objective: Objective
) -> None:
    page = visit(HERE, by=alice)
    keys = page.keyboard
    page.get_by_label("The outcome or output that it measures").focus()
    keys.type("Patients see a clinician sooner")
    keys.press("Enter")
    expect(page.locator(".node")).to_have_count(1)

    page.goto(f"{HERE}/outline")
    page.locator("#chain-outline tbody tr").first.focus()
    for inside, words in (
        (True, "Triaged calls"),
        (True, "Run a phone triage line"),
        (True, "Two nurses"),
        (False, "8,000 € a quarter"),
    ):
        keys.press("Shift+Enter" if inside else "Enter")
        keys.type(words)
        keys.press("Enter")
        if words == "Two nurses":  # whether it was saved before one goes back to it or after
            expect(page.locator("#chain-outline tr[data-ref] .name", has_text=words)).to_be_visible()
        keys.press("Escape")
        expect(page.locator("#chain-outline [data-new]")).to_have_count(0)
        expect(page.locator("#chain-outline tr:focus .name")).to_have_text(words)

    made = {item.title: item for item in ChainItem.objects.all()}
    assert {title: item.level for title, item in made.items()} == {
        "Patients see a clinician sooner": "outcome",
        "Triaged calls": "output",
        "Run a phone triage line": "activity",
        "Two nurses": "input",
        "8,000 € a quarter": "input",
    }
    assert Link.objects.filter(target=made["Run a phone triage line"]).count() == 2
    assert Link.objects.filter(source=made["Triaged calls"], target=made["Patients see a clinician sooner"]).exists()
    measured = KeyResult.objects.get().measures
    assert measured is not None
    assert measured.title == "Patients see a clinician sooner"


def test_of_two_who_write_the_same_line_the_second_is_told_and_keeps_what_was_typed(
    visit: Visit, alice: Person, ada: Person, scene: Scene
) -> None:
    hers, other = visit(f"{HERE}/outline", by=alice), visit(f"{HERE}/outline", by=ada)
    for page, words in ((hers, "Calls that Alice counts"), (other, "Calls that Ada counts")):
        page.locator("#line-calls").focus()
        page.keyboard.press("F2")
        page.keyboard.type(words)
    other.keyboard.press("Enter")
    expect(other.locator("#line-calls")).to_have_attribute("data-version", "2")
    field = hers.locator("#line-calls input")
    expect(field).to_have_value("Calls that Alice counts")
    hers.keyboard.press("Enter")

    expect(hers.locator("#toasts")).to_contain_text("it now says “Calls that Ada counts”")
    expect(hers.locator("#line-calls .name")).to_have_text("Calls that Ada counts")
    expect(field).to_have_value("Calls that Alice counts")
    expect(field).to_be_focused()
    assert ChainItem.objects.get(ref="calls").title == "Calls that Ada counts"
    hers.keyboard.press("Enter")
    expect(other.locator("#line-calls .name")).to_have_text("Calls that Alice counts")


def test_words_for_a_line_that_was_archived_meanwhile_stay_to_be_read_and_a_new_line_in_it_comes_back(
    visit: Visit, alice: Person, scene: Scene
) -> None:
    page = visit(f"{HERE}/outline", by=alice)
    page.locator("#line-line").focus()
    page.keyboard.press("F2")
    page.keyboard.type("Answer the telephone")
    actions.archive_item(by=alice, item=scene.line, at=NOON)
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("“Run a phone triage line” was archived meanwhile.")
    expect(page.locator("#toasts")).to_contain_text("Not saved: “Answer the telephone”")
    expect(page.locator("#line-line")).to_have_count(0)
    expect(page.locator("#line-calls")).to_be_focused()

    page.locator("#line-calls").focus()
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Train the nurses")
    actions.archive_item(by=alice, item=scene.calls, at=NOON)
    page.keyboard.press("Enter")
    expect(page.locator("#chain-outline [data-new] input").first).to_have_value("Train the nurses")
    assert not ChainItem.objects.filter(title="Train the nurses").exists()


def test_arrows_move_enter_selects_and_l_links(visit: Visit, alice: Person, scene: Scene) -> None:
    other = an_item(alice, "output", "Call protocols", ref="protocols")
    actions.link(by=alice, source=scene.line, target=other, at=NOON)
    page = visit("/chain", by=alice)
    keys = page.keyboard
    page.locator("#node-nurses").focus()
    keys.press("ArrowRight")
    expect(page.locator("#node-line")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#chain-selected h2")).to_have_text("Run a phone triage line")
    expect(page.locator("#node-pain")).to_have_class("node is-impact state-active is-lit")
    page.locator("#node-protocols").focus()
    keys.press("l")
    page.locator("#node-sooner").focus()
    keys.press("l")
    expect(page.locator('.link[data-source="protocols"][data-target="sooner"]')).to_have_count(1)
    assert Link.objects.filter(source=other, target=scene.sooner).exists()


def test_what_is_refused_in_a_line_with_levels_leads_to_what_was_typed(
    visit: Visit, alice: Person, scene: Scene
) -> None:
    for ref in ("well", "fit"):
        an_item(alice, "impact", "People are well", ref=ref)
    page = visit("/chain/sooner", by=alice)
    line = page.locator("form.add-line", has=page.locator("select[name=level]")).first
    title = line.locator("input[name=title]")
    title.fill("People are well")
    title.press("Enter")
    expect(line.locator(".fault")).to_contain_text("Several are called")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_value("People are well")


def test_two_items_are_linked_by_dragging(visit: Visit, alice: Person, scene: Scene) -> None:
    other = an_item(alice, "output", "Call protocols", ref="protocols")
    page = visit("/chain", by=alice)
    page.locator("#node-protocols").hover()
    page.mouse.down()
    page.locator("#node-sooner").hover()
    page.mouse.up()
    expect(page.locator('.link[data-source="protocols"][data-target="sooner"]')).to_have_count(1)
    assert Link.objects.filter(source=other, target=scene.sooner).exists()


def test_an_output_is_added_to_an_activity_and_linked_with_an_outcome_in_place(
    visit: Visit, alice: Person, scene: Scene
) -> None:
    page = visit(HERE, by=alice)
    page.locator("#node-line").focus()
    page.keyboard.press("Enter")
    page.get_by_label("An output of this activity").fill("Calls recorded")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Linked with “Calls recorded”.")).to_be_visible()
    expect(page.get_by_label("An output of this activity")).to_be_focused()
    made = ChainItem.objects.get(title="Calls recorded")

    page.locator(f"#node-{made.ref}").click()
    expect(page.locator("#chain-selected h2")).to_have_text("Calls recorded")
    page.get_by_label("An outcome that it contributes to").fill("Patients see a clinician sooner")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Linked with “Patients see a clinician sooner”.")).to_be_visible()
    assert Link.objects.filter(source=made, target=scene.sooner).exists()


def test_what_was_typed_of_a_link_that_others_ended_meanwhile_comes_back_once_it_is_there_again(
    visit: Visit, alice: Person, scene: Scene
) -> None:
    page = visit("/chain/calls/links/sooner", by=alice)
    page.get_by_label("Why it should lead there").fill("Two studies")
    actions.unlink(by=alice, source=scene.calls, target=scene.sooner, at=NOON)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not lead to")
    actions.link(by=alice, source=scene.calls, target=scene.sooner, at=NOON)
    page.goto("/chain/calls/links/sooner")
    expect(page.get_by_label("Why it should lead there")).to_have_value("Two studies")
    expect(page.locator("#toasts")).to_contain_text("Brought back what you had typed here.")


def test_what_is_in_the_way_is_raised_in_one_line_from_any_page(visit: Visit, alice: Person, scene: Scene) -> None:
    page = visit("/people", by=alice)
    page.get_by_role("button", name="New").first.click()
    page.get_by_role("link", name="Roadblock", exact=True).click()
    dialog = page.get_by_role("dialog", name="What is in the way?")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("The telephones are not delivered")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The telephones are not delivered")
    raised = Roadblock.objects.get()
    assert (raised.title, raised.raised_by) == ("The telephones are not delivered", alice)


def test_what_is_refused_in_a_form_of_one_line_is_said_there_and_what_was_typed_stays(
    visit: Visit, alice: Person, scene: Scene
) -> None:
    page = visit("/chain/calls", by=alice)
    value = page.locator(".report-line [name=value]")
    value.fill("-5")
    page.locator(".report-line [name=note]").fill("As the telephone system counts")
    value.press("Enter")
    expect(page.locator(".report-line").get_by_role("alert")).to_have_text("This is at least 0. Correct the number.")
    expect(value).to_be_focused()
    expect(value).to_have_value("-5")
    expect(page.locator(".report-line [name=note]")).to_have_value("As the telephone system counts")
    value.fill("120")
    value.press("Enter")
    expect(page.get_by_text("120 of 400 calls").first).to_be_visible()
    assert ChainItem.objects.get(ref="calls").delivered == 120


def test_another_open_page_sees_a_new_link(visit: Visit, alice: Person, scene: Scene) -> None:
    page = visit(HERE, by=alice)
    expect(page.locator(".node")).to_have_count(5)
    page.wait_for_timeout(400)
    added = an_item(alice, "activity", "Train the nurses")
    actions.link(by=alice, source=added, target=scene.calls, at=NOON)

    expect(page.locator(".node")).to_have_count(6)


def test_the_picture_grows_and_is_saved(visit: Visit, alice: Person, scene: Scene) -> None:
    page = visit(HERE, by=alice)
    width = (page.locator("#chain-svg").bounding_box() or {})["width"]
    page.locator("#node-line").focus()
    page.keyboard.press("+")
    assert (page.locator("#chain-svg").bounding_box() or {})["width"] > width
    for _ in range(5):
        page.keyboard.press("+")
    expect(page.locator("#node-line")).to_be_in_viewport(ratio=1)
    view, node = (page.locator(at).bounding_box() or {} for at in ("#chain-view", "#node-line"))
    assert view["x"] <= node["x"] <= view["x"] + view["width"] - node["width"]
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Picture as PNG").click()
    assert saved.value.suggested_filename == "chain-waiting.png"


def test_slides_are_gone_through_with_the_keyboard(visit: Visit, alice: Person, scene: Scene) -> None:
    page = visit("/objectives/waiting", by=alice)
    page.get_by_role("link", name="Slides").click()
    expect(page.locator("[data-slides-by]").first).to_be_visible()
    for key, name in (
        ("ArrowRight", "how-far"),
        ("Space", "in-words"),
        ("ArrowDown", "chain"),
        ("PageUp", "in-words"),
        ("Shift+Space", "how-far"),
        ("End", "delivered"),
        ("ArrowRight", "delivered"),
        ("Home", "what-for"),
        ("ArrowLeft", "what-for"),
    ):
        page.keyboard.press(key)
        expect(page.locator(f"#{name}")).to_be_focused()
        expect(page.locator(f"#{name}")).to_be_in_viewport(ratio=1)
        assert page.url.endswith(f"{SLIDES}#{name}")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.fullscreenElement")
    page.keyboard.press("Escape")
    page.wait_for_url("**/objectives/waiting")


def test_of_a_slide_that_is_longer_than_the_window_the_rest_is_scrolled_to_first(
    visit: Visit, alice: Person, scene: Scene
) -> None:
    page = visit(f"{SLIDES}#how-far", by=alice)
    page.set_viewport_size({"width": 640, "height": 160})
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#how-far")).to_be_focused()
    before = page.evaluate("scrollY")
    page.keyboard.press("Space")
    page.wait_for_function("before => scrollY > before", arg=before)
    assert page.url.endswith("#how-far")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#in-words")).to_be_focused()


def test_slides_are_one_to_a_page_on_paper_and_read_without_script(visit: Visit, alice: Person, scene: Scene) -> None:
    page = visit(SLIDES, by=alice, script=False)
    expect(page.get_by_role("link", name="Back")).to_be_visible()
    expect(page.get_by_role("button", name="Full screen")).to_be_hidden()
    printed = page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox *\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(sheets) == page.locator(".slide").count() == 5
    assert all(float(width) > float(height) for width, height in sheets)


def test_without_script_an_item_is_a_link_that_selects_it(visit: Visit, alice: Person, scene: Scene) -> None:
    page = visit(HERE, by=alice, script=False)
    page.locator("#node-calls").click()

    expect(page.locator("#chain-selected h2")).to_have_text("Triaged calls")
    expect(page.locator(".node.is-lit")).to_have_count(5)


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_the_chain_are_free_of_faults(
    visit: Visit, alice: Person, scene: Scene, axe: Axe, look: Look
) -> None:
    an_item(alice, "output", "A leaflet")
    actions.change_assumption(by=alice, assumption=scene.assumption, version=None, at=NOON, changes={"state": "failed"})
    page = visit("/chain", by=alice, phone=look.phone)
    addresses = (
        "/chain?item=calls",
        HERE,
        "/chain/outline",
        f"{HERE}/logframe",
        "/chain/calls",
        "/chain/new",
        "/chain/sooner/edit",
        "/chain/calls/links/sooner",
        "/chain/calls/links/sooner/assumptions/1",
        "/chain/unattached",
        f"{HERE}/gaps",
        "/chain/sooner/judgements",
        "/key-results/wait/alike",
        "/chain/line/sight",
        f"{HERE}/templates",
        "/objectives/waiting",
        SLIDES,
    )
    assert tour(page, addresses, {200}, axe, look.themes) == []
