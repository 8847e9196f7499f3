"""A roadblock by keyboard alone: raised in a line on any page, escalated, closed with what was done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from impactline.insight.models import Roadblock
from impactline.people.models import Person
from tests.scenes import a_running_cycle, an_objective

Visit = Callable[..., Page]


@pytest.mark.django_db(transaction=True)
def test_it_is_raised_from_any_page_escalated_and_closed_with_the_keyboard(
    visit: Visit, axe: Callable[..., None], ada: Person, alice: Person
) -> None:
    an_objective(alice, a_running_cycle(ada), "Nobody waits", ref="waiting")
    page = visit("/objectives/waiting", by=alice)
    keys, menu = page.keyboard, page.locator("#new-menu")
    keys.press("n")
    expect(menu.get_by_role("link", name="Objective")).to_be_focused()
    keys.press("Escape")
    expect(page.locator('[data-key="n"]')).to_be_focused()
    keys.press("n")
    expect(menu.get_by_role("link", name="Objective")).to_be_focused()
    for _ in range(2):
        keys.press("ArrowDown")
    expect(menu.get_by_role("link", name="Roadblock")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#raise-anywhere")).to_be_focused()
    axe(page)
    keys.type("The licence is late")
    keys.press("Tab")
    keys.press("r")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="The licence is late")).to_be_visible()
    keys.press("e")
    above = page.get_by_label("Escalated to")
    above.select_option(ada.email)
    above.press("Control+Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_label("What was done").fill("Bought elsewhere")
    keys.press("Control+Enter")
    expect(page.locator("#about").get_by_text("Bought elsewhere")).to_be_visible()
    made = Roadblock.objects.get()
    assert made.objective is not None
    assert (made.objective.ref, made.kind, made.escalate_to) == ("waiting", "resources", ada)
    assert made.resolution == "Bought elsewhere"
