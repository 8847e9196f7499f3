"""Every page in a browser: no script error, no refusal by the policy, accessible, nothing wider than a phone."""

from collections.abc import Callable, Iterable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from impactline.exchange.actions import import_document
from impactline.exchange.demo import demo
from impactline.exchange.reading import read_text
from impactline.insight.examining import examine_all
from impactline.okrs.models import Cycle
from impactline.people.models import Person
from tests.browser.conftest import Visit
from tests.browser.pages import ADMINISTRATION, OPEN, PAGES

THEMES = {"light": "", "dark": "color-contrast"}  # what axe looks at: in the second theme only colours differ
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
TOO_WIDE = """() => {
  const { scrollWidth, clientWidth } = document.scrollingElement;
  if (scrollWidth <= clientWidth) return "";
  const ends = (one) => one.getBoundingClientRect().right;
  const beyond = [...document.querySelectorAll("main *")].filter((one) => ends(one) > clientWidth);
  return `${scrollWidth} px: ${beyond.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" … ")}`;
}"""
SETTLED = """() => new Promise((done) => {
  requestAnimationFrame(() => {
    document.getAnimations().forEach((one) => one.finish());
    requestAnimationFrame(done);
  });
})"""

Axe = Callable[..., None]


@pytest.fixture
def northwind(server: object) -> str:
    """The demo organisation, examined by the rules; the ref of its active cycle."""
    now = timezone.now()
    import_document(by=None, reading=read_text(demo(now.date()), "demo.json"), at=now)
    examine_all(now)
    return Cycle.objects.get(state="active", parent__isnull=False).ref


def tour(page: Page, addresses: Iterable[str], statuses: set[int], axe: Axe | None = None) -> list[str]:
    """What is amiss on these pages: how they answer, and at 360 px whether they are too wide; axe in both themes."""
    faults = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if answer.status not in statuses:
            faults.append(f"{address} answers {answer.status}")
        for theme, rule in THEMES.items() if axe else ():
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            faults += complaints(axe, page, rule)
        page.set_viewport_size(NARROW)
        if wide := page.evaluate(TOO_WIDE):
            faults.append(f"{address} is too wide for 360 px: {wide}")
        page.set_viewport_size(WIDE)
    return faults


def complaints(axe: Axe, page: Page, rule: str) -> list[str]:
    """What axe says, as lines."""
    try:
        axe(page, rule)
    except AssertionError as fault:
        return [str(fault).partition("Left contains")[0].strip()]
    return []


def test_every_page_is_whole_for_a_member_in_both_themes_and_on_a_phone(visit: Visit, axe: Axe, northwind: str):
    member = Person.objects.get(email="ben@example.org")
    page = visit("/", by=member)
    assert tour(page, [address.format(cycle=northwind) for address in PAGES], {200}, axe) == []


def test_every_page_is_whole_for_an_administrator(visit: Visit, axe: Axe, northwind: str):
    administrator = Person.objects.get(email="alice@example.org")
    page = visit("/", by=administrator)
    assert tour(page, [address.format(cycle=northwind) for address in ADMINISTRATION], {200}, axe) == []


def test_every_page_answers_a_guest_with_what_there_is_or_with_a_refusal(visit: Visit, northwind: str):
    guest = Person.objects.get(email="gale@example.org")
    page = visit("/", by=guest)
    addresses = [address.format(cycle=northwind) for address in (*PAGES, *ADMINISTRATION)]
    assert tour(page, addresses, {200, 403, 404}) == []


def test_the_pages_before_signing_in_are_whole(visit: Visit, axe: Axe, northwind: str):
    assert tour(visit("/"), OPEN, {200}, axe) == []
