"""The outline in a browser, with the keyboard alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from impactline.okrs import actions
from impactline.okrs.models import Alignment, Cycle, KeyResult, Objective
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_running_cycle, an_objective

Visit = Callable[..., Page]
HERE = "/cycles/2026-Q4/outline"


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4")


def lines(page: Page) -> list[str]:
    """The lines as "  title": two spaces for each level."""
    return page.locator("#outline tbody tr").evaluate_all(
        "rows => rows.map(row => '  '.repeat(row.ariaLevel - 1) + row.querySelector('.name, input').textContent.trim())"
    )


def settled(page: Page) -> None:
    """Everything that was typed has been saved."""
    expect(page.locator("#outline [data-new]")).to_have_count(0)
    expect(page.locator("#outline")).not_to_have_attribute("aria-busy", "true")


def until(page: Page, there: Callable[[], bool]) -> None:
    """Lets the page go on until something is there."""
    for _ in range(600):
        if there():
            return
        page.wait_for_timeout(25)
    raise AssertionError("it did not come within 15 s")


@contextmanager
def held(page: Page, address: str) -> Iterator[list[Route]]:
    """Keeps back what the page sends, and lets it go at the end."""
    sent: list[Route] = []
    page.route(address, lambda route: sent.append(route) if route.request.method == "POST" else route.continue_())
    yield sent
    for route in sent:
        route.continue_()
    page.unroute(address)


def test_an_objective_with_three_key_results_is_written_with_the_keyboard_alone(
    visit: Visit, alice: Person, cycle: Cycle, axe: Callable[[Page], None]
) -> None:
    page = visit(HERE, by=alice)
    keys = page.keyboard
    page.get_by_role("button", name="New objective").focus()
    keys.press("Enter")
    keys.type("Nobody waits in pain")
    keys.press("Enter")
    keys.press("Tab")
    for line in (
        "Median wait falls from 21 to 7 days",
        "Calls answered rise from 52 to 90 %",
        "A survey that people finish",
    ):
        keys.type(line)
        keys.press("Enter")
    keys.press("Escape")
    settled(page)

    assert lines(page) == [
        "Nobody waits in pain",
        "  Median wait falls from 21 to 7 days",
        "  Calls answered rise from 52 to 90 %",
        "  A survey that people finish",
    ]
    objective = Objective.objects.get()
    assert list(KeyResult.objects.filter(objective=objective).order_by("position").values_list("type", "unit")) == [
        ("metric", "days"),
        ("metric", "%"),
        ("open", ""),
    ]
    axe(page)


def test_lines_typed_faster_than_they_are_saved_are_all_there_in_order(
    visit: Visit, alice: Person, cycle: Cycle
) -> None:
    page = visit(HERE, by=alice)
    page.get_by_role("button", name="New objective").focus()
    page.keyboard.press("Enter")
    written = [f"Line {number}" for number in range(1, 13)]
    for line in written:
        page.keyboard.insert_text(line)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    settled(page)

    assert lines(page) == written
    assert list(Objective.objects.order_by("position").values_list("title", flat=True)) == written


def test_a_line_that_is_written_stays_open_while_the_one_before_is_saved(
    visit: Visit, alice: Person, cycle: Cycle
) -> None:
    for title in ("First", "Second"):
        an_objective(alice, cycle, title)
    page = visit(HERE, by=alice)
    with held(page, "**/outline") as sent:
        page.locator("#outline tbody tr").first.focus()
        page.keyboard.press("F2")
        page.keyboard.type("The first")
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("F2")
        page.keyboard.type("The sec")
        until(page, lambda: bool(sent))
    expect(page.locator("#outline tr[data-version='2'] .name", has_text="The first")).to_have_count(1)
    page.keyboard.type("ond")
    page.keyboard.press("Enter")
    settled(page)
    assert list(Objective.objects.order_by("id").values_list("title", flat=True)) == ["The first", "The second"]


def test_lines_move_in_and_out_and_every_act_can_be_undone(visit: Visit, alice: Person, cycle: Cycle) -> None:
    for title in ("One", "Two", "Three"):
        an_objective(alice, cycle, title)
    page = visit(HERE, by=alice)
    keys = page.keyboard
    before = lines(page)
    page.locator("#outline tbody tr").first.focus()
    keys.press("ArrowDown")

    keys.press("Alt+ArrowRight")
    expect(page.get_by_role("row", name="Two")).to_have_attribute("aria-level", "2")
    keys.press("Alt+ArrowLeft")
    expect(page.get_by_role("row", name="Two")).to_have_attribute("aria-level", "1")
    keys.press("Alt+ArrowUp")
    expect(page.locator("#outline tbody tr").first).to_contain_text("Two")
    keys.press("F2")
    keys.type("Second")
    keys.press("Enter")
    settled(page)
    expect(page.locator("#outline tbody tr").first).to_contain_text("Second")
    keys.press("Delete")
    expect(page.get_by_role("row", name="Second")).to_have_count(0)
    for _ in range(5):
        keys.press("Control+z")
    settled(page)

    expect(page.locator("#outline tbody tr")).to_have_count(3)
    expect(page.locator("#outline tbody tr").nth(1)).to_contain_text("Two")
    assert lines(page) == before
    assert not Alignment.objects.exists()


def test_a_line_that_is_refused_keeps_its_words(visit: Visit, alice: Person, charlie: Person, cycle: Cycle) -> None:
    an_objective(alice, cycle, "Hers")
    page = visit(HERE, by=charlie)
    with held(page, "**/outline") as sent:
        page.locator("#outline tbody tr").first.focus()
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("Mine")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        until(page, lambda: bool(sent))

    expect(page.locator("#toasts")).to_contain_text("Only its owner")
    expect(page.locator("#outline [data-new] input")).to_have_value("Mine")
    assert not KeyResult.objects.exists()


def test_a_lost_update_is_told_and_the_other_words_stay(visit: Visit, alice: Person, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle, "Nobody waits")
    page = visit(HERE, by=alice)
    page.locator("#outline tbody tr").first.focus()
    page.keyboard.press("F2")
    actions.change_objective(by=alice, objective=objective, version=None, at=NOON, changes={"title": "Theirs"})
    page.keyboard.type("Mine")
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("it now says “Theirs”")
    expect(page.locator("#toasts")).to_contain_text("You typed “Mine”")
    assert Objective.objects.get().title == "Theirs"
    expect(page.locator("#outline tbody input")).to_have_value("Mine")
    page.keyboard.press("Escape")
    expect(page.locator("#outline .name")).to_have_text("Theirs")


def test_without_script_a_form_adds_objectives(visit: Visit, alice: Person, cycle: Cycle) -> None:
    page = visit(HERE, by=alice, script=False)
    page.get_by_label("New objective").fill("Nobody waits in pain")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_role("row", name="Nobody waits in pain")).to_be_visible()


def test_a_change_shows_on_the_outline_of_somebody_else(visit: Visit, ada: Person, alice: Person, cycle: Cycle) -> None:
    an_objective(alice, cycle, "Nobody waits in pain")
    page = visit(HERE, by=ada)
    expect(page.get_by_role("row", name="Nobody waits in pain")).to_be_visible()

    an_objective(alice, cycle, "Whoever calls hears a voice")

    expect(page.get_by_role("row", name="Whoever calls hears a voice")).to_be_visible()


def test_what_was_asked_for_before_a_line_was_saved_does_not_take_it_away(
    visit: Visit, ada: Person, alice: Person, cycle: Cycle
) -> None:
    an_objective(alice, cycle, "Nobody waits in pain")
    page = visit(HERE, by=ada)
    asked: list[tuple[Route, APIResponse]] = []

    def late(route: Route) -> None:
        if route.request.method == "GET" and "x-live" in route.request.headers and not asked:
            asked.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(f"**{HERE}", late)
    an_objective(alice, cycle, "Whoever calls hears a voice")
    until(page, lambda: bool(asked))
    page.locator("#outline tbody tr").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Mine")
    page.keyboard.press("Enter")
    expect(page.locator("#outline tr[data-ref] .name", has_text="Mine")).to_be_visible()
    page.keyboard.press("Escape")
    settled(page)
    route, answer = asked[0]
    with page.expect_response(lambda other: "x-live" in other.request.headers and other.text().count("Mine") > 0):
        route.fulfill(response=answer)

    expect(page.locator("#outline tr:focus .name")).to_have_text("Mine")
    assert set(lines(page)) == {"Nobody waits in pain", "Mine", "Whoever calls hears a voice"}
