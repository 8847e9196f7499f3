"""What needs attention by keyboard alone: gone through, muted with a reason, told again."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from impactline.insight.examining import examine_all
from impactline.insight.models import Muted
from impactline.okrs import actions as okrs
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_running_cycle, an_objective

Visit = Callable[..., Page]


@pytest.mark.django_db(transaction=True)
def test_it_is_gone_through_muted_and_told_again_with_the_keyboard(
    visit: Visit, axe: Callable[..., None], ada: Person, alice: Person
) -> None:
    okrs.create_priority(by=ada, title="Access", at=NOON)
    cycle = a_running_cycle(ada)
    for number in range(2):
        an_objective(alice, cycle, f"Objective {number}")
    examine_all(timezone.now())
    page = visit("/attention", by=alice)
    causes, keys = page.locator("[data-cause]"), page.keyboard
    count = causes.count()
    assert count > 1
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        keys.press(key)
        expect(causes.nth(place)).to_be_focused()
    keys.press("m")
    reason = causes.nth(1).get_by_label("Why it may be silent")
    expect(reason).to_be_focused()
    axe(page)
    keys.type("It is small")
    keys.press("Enter")
    expect(causes).to_have_count(count - 1)
    assert Muted.objects.get().reason == "It is small"
    muted = page.locator("#muted")
    muted.locator("summary").press("Enter")
    muted.get_by_role("button", name="Tell it again").press("Enter")
    expect(causes).to_have_count(count)


@pytest.mark.django_db(transaction=True)
def test_on_a_touch_screen_nobody_is_told_of_keys(visit: Visit, ada: Person, alice: Person) -> None:
    an_objective(alice, a_running_cycle(ada), "Nobody waits")
    examine_all(timezone.now())
    for phone in (True, False):
        hints = visit("/attention", by=alice, phone=phone).locator(".key-hints")
        expect(hints).to_be_visible(visible=not phone)
