"""A tour of pages: how each answers, what axe says of it, whether it is too wide for a phone."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

WHOLE = ""
ONLY_COLOURS = "color-contrast"
THEMES = {"light": WHOLE, "dark": ONLY_COLOURS}  # what axe looks at: in the second theme only colours differ
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


class Look(NamedTuple):
    """On a desk, in the light and in the dark, or on a phone."""

    phone: bool
    themes: Mapping[str, str]


LOOKS = (
    pytest.param(Look(phone=False, themes=THEMES), id="desk"),
    pytest.param(Look(phone=True, themes={"light": WHOLE}), id="phone"),
)


def tour(
    page: Page,
    addresses: Iterable[str],
    statuses: set[int],
    axe: Axe | None = None,
    themes: Mapping[str, str] = THEMES,
) -> list[str]:
    """What is amiss on these pages: how they answer, what axe says, and at 360 px whether they are too wide."""
    faults = []
    usual = page.viewport_size
    assert usual is not None
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if answer.status not in statuses:
            faults.append(f"{address} answers {answer.status}")
        if (headings := page.locator("h1").count()) != 1:
            faults.append(f"{address} has {headings} headings of the first level")
        for theme, rule in themes.items() if axe else ():
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            faults += _complaints(axe, page, rule)
        page.set_viewport_size(NARROW)
        if wide := page.evaluate(TOO_WIDE):
            faults.append(f"{address} is too wide for 360 px: {wide}")
        page.set_viewport_size(usual)
    return faults


def _complaints(axe: Axe, page: Page, rule: str) -> list[str]:
    """What axe says, as lines."""
    try:
        axe(page, rule)
    except AssertionError as fault:
        return [str(fault).partition("Left contains")[0].strip()]
    return []
