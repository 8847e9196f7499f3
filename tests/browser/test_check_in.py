"""Check-ins in a browser: answered with the keyboard alone, one after the other, and seen elsewhere at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from impactline.checkins.models import CheckIn
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person, Team
from tests.browser.conftest import Visit
from tests.browser.tours import LOOKS, Axe, Look, tour
from tests.scenes import a_key_result, a_metric, an_objective, says


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def objective(ada: Person, alice: Person, care: Team) -> Objective:
    """In a cycle that began a month ago, with check-ins due every week."""
    starts_on = date.today() - timedelta(days=31)
    cycle = actions.create_cycle(
        by=ada, ref="now", starts_on=starts_on, ends_on=starts_on + timedelta(days=91), at=now()
    )
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=now())
    return an_objective(alice, cycle, ref="waiting", team=care)


@pytest.fixture
def due(alice: Person, objective: Objective) -> list[KeyResult]:
    """A number, a yes or no, milestones and levels, in this order."""
    steps = [Milestone("Registered"), Milestone("Papers sent")]
    return [
        a_key_result(alice, objective, ref="wait", title="Median wait falls", owner=alice),
        a_key_result(alice, objective, ref="licence", title="Licence granted", type="binary", owner=alice),
        a_key_result(alice, objective, ref="steps", title="Steps", type="milestones", milestones=steps, owner=alice),
        a_key_result(alice, objective, ref="trust", title="Trust", type="rubric", levels=["No", "Yes"], owner=alice),
    ]


def test_due_check_ins_are_answered_with_the_keyboard_alone(visit: Visit, alice: Person, due: list[KeyResult]):
    page = visit("/", by=alice)
    expect(page.locator("[data-check-in]")).to_have_count(4)

    page.keyboard.press("c")
    page.keyboard.type("14")
    press(page, "Tab", "7", "Tab")
    page.keyboard.type("Two nurses")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("came back.")
    page.keyboard.press("Enter")
    expect(page.locator("#due-wait[data-done]")).to_contain_text("14 days, confidence 7 · progress 50%")
    expect(page.locator("#value-licence")).to_be_focused()

    press(page, "ArrowDown", "Tab", "1", "0", "Enter")
    expect(page.locator("#due-licence[data-done]")).to_contain_text("done, confidence 10")
    expect(page.locator("#value-steps")).to_be_focused()

    press(page, "Space", "Enter")
    expect(page.locator("#due-steps[data-done]")).to_contain_text("1 of 2")
    expect(page.locator("#value-trust")).to_be_focused()

    page.keyboard.type("Y")
    page.keyboard.press("Enter")
    expect(page.locator("#due-trust[data-done]")).to_contain_text("Yes · progress 100%")
    expect(page.locator(".toast")).to_contain_text("That was the last one")

    assert CheckIn.objects.count() == len(due)
    assert CheckIn.objects.get(key_result=due[0]).note == "Two nurses\ncame back."


def test_what_cannot_be_stays_where_it_was_typed(visit: Visit, alice: Person, due: list[KeyResult]):
    page = visit("/", by=alice)

    page.keyboard.press("c")
    page.keyboard.type("about 12")
    press(page, "Tab", "6", "Tab")
    page.keyboard.type("The line is down.")
    page.keyboard.press("Enter")

    field = page.locator("#value-wait")
    expect(page.locator("#due-wait .fault")).to_contain_text("is not a number")
    expect(field).to_be_focused()
    expect(field).to_have_value("about 12")
    expect(page.locator("#note-wait")).to_have_value("The line is down.")
    expect(page.locator("#due-wait input[name=confidence][value='6']")).to_be_checked()

    press(page, "Control+a", "1", "2", "Enter")

    expect(page.locator("#due-wait[data-done]")).to_contain_text("12 days, confidence 6")
    expect(page.locator("#value-licence")).to_be_focused()


def test_a_check_in_is_seen_on_other_pages_at_once_and_rolls_up(
    visit: Visit, alice: Person, bob: Person, due: list[KeyResult]
):
    above = an_objective(bob, due[0].objective.cycle, title="Care for everyone", ref="everyone")
    actions.change_objective(by=bob, objective=above, version=None, at=now(), changes={"driver": "objectives"})
    actions.align(by=alice, child=due[0].objective, parent=above, at=now())
    for other in due[1:]:
        actions.archive_key_result(by=alice, key_result=other, at=now())
    home_of_bob = visit("/", by=bob)
    page_of_bob = visit("/key-results/wait", by=bob)
    for watched in (home_of_bob, page_of_bob):
        watched.evaluate("document.body.dataset.loadedOnce = 'yes'")

    mine = visit("/", by=alice)
    mine.keyboard.press("c")
    mine.keyboard.type("14")
    mine.keyboard.press("Enter")

    expect(page_of_bob.locator("#figures a[href$='/value'] .value")).to_have_text("14")
    expect(page_of_bob.locator("#figures a[href$='/progress'] .value")).to_have_text("50%")
    expect(page_of_bob.locator("#history")).to_contain_text("Alice Adler")
    expect(home_of_bob.locator("#objective-everyone a[href$='/progress'] .value")).to_have_text("50%")
    expect(home_of_bob.locator("#moved")).to_contain_text("Median wait falls")
    for watched in (home_of_bob, page_of_bob):
        assert watched.evaluate("document.body.dataset.loadedOnce") == "yes"


def test_without_script_check_ins_are_answered_too(visit: Visit, alice: Person, due: list[KeyResult]):
    page = visit("/", by=alice, script=False)

    page.locator("#value-wait").fill("14")
    page.locator("#due-wait button[type=submit]").click()

    expect(page.locator("#flashes")).to_contain_text("Checked in: 14 days")
    expect(page.locator("#due-wait")).to_have_count(0)


def test_a_check_in_is_corrected_in_its_place(visit: Visit, alice: Person, due: list[KeyResult]):
    says(alice, due[0], 14, at=now())
    page = visit("/key-results/wait", by=alice)

    page.locator("#history .amend").click()
    form = page.locator("#history form")
    expect(form).to_be_visible()
    says(alice, due[0], 15, at=now())
    page.wait_for_timeout(1_500)  # what others say meanwhile does not close the form
    form.locator("input[name=value]").fill("16")
    form.get_by_role("button", name="Correct").click()

    expect(page.locator("#history .earlier del")).to_contain_text("14 days")
    expect(page.locator("#figures a[href$='/value'] .value")).to_have_text("16")


def test_a_number_explains_itself_on_focus_and_click(visit: Visit, alice: Person, due: list[KeyResult]):
    says(alice, due[0], 14, at=now())
    page = visit("/key-results/wait", by=alice)
    progress = page.locator("#figures a[href$='/progress']")

    progress.click()
    expect(page.locator("#explanation")).to_contain_text("(14 − 21) ÷ (7 − 21) = 0.5")
    page.keyboard.press("Escape")
    expect(page.locator("#explanation")).to_be_hidden()


def test_the_form_shows_what_the_chosen_type_needs(visit: Visit, alice: Person, objective: Objective):
    page = visit("/objectives/waiting/key-results/new", by=alice)
    expect(page.locator("#field-baseline")).to_be_visible()
    expect(page.locator("#field-low")).to_be_hidden()

    page.locator("input[name=type][value=range]").check()
    expect(page.locator("#field-baseline")).to_be_hidden()
    page.locator("#field-title").fill("Fridges stay cold")
    page.locator("#field-low").fill("2")
    page.locator("#field-high").fill("8")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator("#flashes, .toast").filter(has_text="Added")).to_be_visible()
    made = KeyResult.objects.get()
    assert (made.type, made.low, made.high, made.baseline) == ("range", 2, 8, None)


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_are_open_to_everybody(visit: Visit, axe: Axe, alice: Person, due: list[KeyResult], look: Look):
    metric = a_metric(alice, ref="waits", unit="days", healthy_at_most=Decimal(10))
    a_key_result(alice, due[0].objective, metric=metric, ref="follows")
    says(alice, KeyResult.objects.select_related("metric", "objective").get(ref="follows"), 14, at=now())
    says(alice, due[0], 14, at=now(), confidence=7, status="on_track", note="*Better*.")
    page = visit("/", by=alice, phone=look.phone)
    addresses = (
        "/",
        "/key-results/wait",
        "/key-results/steps",
        f"/key-results/wait?as_of={date.today() - timedelta(days=3)}",
        "/key-results/wait/edit",
        "/key-results/wait/check-ins/1",
        "/key-results/wait/place",
        "/key-results/wait/explanations/pace",
        "/metrics",
        "/metrics/waits",
        "/metrics/waits/edit",
    )
    assert tour(page, addresses, {200}, axe, look.themes) == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
