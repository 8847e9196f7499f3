"""Signing in, and a forgotten password, as people do it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from impactline.people.models import Person
from tests.browser.conftest import Visit
from tests.cast import PASSWORD
from tests.mailbox import Mailbox


@pytest.mark.parametrize("look", [{}, {"theme": "dark"}, {"phone": True}], ids=["light", "dark", "phone"])
def test_whoever_has_a_password_gets_in(
    visit: Visit, alice: Person, axe: Callable[[Page], None], look: dict[str, object]
):
    page = visit("/", **look)
    expect(page).to_have_url(re.compile("/sign-in"))
    axe(page)
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(alice.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/sign-in"))


def test_a_wrong_password_is_refused_without_saying_what_was_wrong(visit: Visit, alice: Person):
    page = visit("/sign-in", script=False)
    told = []
    for address in (alice.email, "nobody@example.org"):
        page.get_by_label("E-mail address").fill(address)
        page.get_by_label("Password").fill("something else entirely")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/sign-in"))
        told.append(page.locator("form").inner_text())
    assert told[0] == told[1]
    assert "password" in told[0].lower()


def test_a_forgotten_password_is_chosen_anew_by_mail(visit: Visit, mailbox: Mailbox, alice: Person):
    page = visit("/sign-in")
    page.get_by_role("link", name="Choose a new password by mail").click()
    expect(page).to_have_url(re.compile("/password$"))
    page.get_by_label("E-mail address").fill(alice.email)
    page.keyboard.press("Enter")
    (mail,) = mailbox.wait_for(1)
    assert alice.email in mail["To"]
    link = re.search(r"https?://\S+", mail.get_content())
    assert link
    page.goto(link[0])
    page.locator("input[type=password]").first.fill("a brand new battery")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/password/"))
    alice.refresh_from_db()
    assert alice.check_password("a brand new battery")
