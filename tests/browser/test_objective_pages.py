"""The pages of cycles, objectives, priorities, teams, people and the search: whole, accessible, live, in every look."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult, Objective
from impactline.people.models import Person, Team
from tests.browser.conftest import Visit
from tests.browser.tours import LOOKS, Axe, Look, tour
from tests.scenes import a_cycle, a_key_result, a_running_cycle, an_objective, says

PAGES = (
    "/cycles",
    "/cycles/now",
    "/cycles/now?group=priority&sort=-progress",
    "/cycles/now/outline",
    "/cycles/now/carry-over",
    "/cycles/new",
    "/objectives/waiting",
    "/objectives/waiting/edit",
    "/objectives/waiting/alignments",
    "/objectives/waiting/override",
    "/objectives/waiting/sufficiency",
    "/objectives/waiting/scores",
    "/objectives/waiting/carry-over",
    "/objectives/waiting/history",
    "/objectives/new",
    "/objectives/secret",
    "/objectives/nothing",
    "/priorities",
    "/priorities/access",
    "/priorities/new",
    "/teams",
    "/teams/care",
    "/people",
    "/people/alice@example.org",
    "/search?q=wait",
    "/search?q=zebra",
)


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    """A cycle in which today falls, and the one that follows."""
    today = timezone.now().date()
    a_cycle(ada, ref="next", starts_on=date(today.year + 1, 1, 1), ends_on=date(today.year + 1, 12, 31))
    return a_running_cycle(
        ada, ref="now", purpose="One line in.", starts_on=date(today.year, 1, 1), ends_on=date(today.year, 12, 31)
    )


@pytest.fixture
def objective(ada: Person, alice: Person, care: Team, cycle: Cycle) -> Objective:
    """With what serves it, what it serves, a line from right to left, a long one, and a private one beside it."""
    now = timezone.now()
    access = actions.create_priority(by=ada, title="Care within a week", ref="access", why="Pain waits.", at=now)
    made = an_objective(
        alice, cycle, ref="waiting", team=care, priorities=[access], description="Because *pain* waits."
    )
    says(alice, a_key_result(alice, made, ref="wait", owner=alice), 14, at=now, confidence=6, status="on_track")
    beneath = an_objective(alice, cycle, "لا أحد ينتظر وهو يتألم", ref="arabic", team=care)
    a_key_result(alice, beneath, "x" * 200, ref="long")
    actions.align(by=alice, child=beneath, parent=made, at=now)
    actions.align(by=alice, child=made, parent=an_objective(alice, cycle, "Care for all", ref="top"), at=now)
    an_objective(alice, cycle, "Secret", ref="secret", visibility="private")
    return made


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_whole_and_accessible(
    visit: Visit, ada: Person, objective: Objective, axe: Axe, look: Look
) -> None:
    page = visit("/cycles", by=ada, phone=look.phone)
    assert tour(page, PAGES, {200, 403, 404}, axe, look.themes) == []


def test_a_check_in_moves_the_pages_of_somebody_else(
    visit: Visit, ada: Person, alice: Person, objective: Objective
) -> None:
    pages = [visit(address, by=ada) for address in ("/cycles/now", "/objectives/waiting")]
    for page in pages:
        expect(page.get_by_text("50%").first).to_be_visible()
        page.wait_for_timeout(500)  # the event stream of the page opens

    key_result = KeyResult.objects.select_related("objective__cycle", "metric").get(ref="wait")
    says(alice, key_result, 7, at=timezone.now(), status="off_track")

    for page in pages:
        expect(page.get_by_text("100%").first).to_be_visible()
    expect(pages[0].locator("#tally")).to_contain_text("Off track")


def test_filters_work_as_one_types_and_without_script(visit: Visit, ada: Person, objective: Objective) -> None:
    page = visit("/cycles/now", by=ada)
    page.get_by_label("Filter by words").fill("care for")
    expect(page.locator("#objective-waiting")).to_have_count(0)
    expect(page.locator("#objective-top")).to_be_visible()
    assert "q=care" in page.url

    plain = visit("/cycles/now", by=ada, script=False)
    plain.get_by_label("Filter by words").fill("care for")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain.locator("#objective-waiting")).to_have_count(0)
    expect(plain.locator("#objective-top")).to_be_visible()


def test_what_was_archived_comes_back(visit: Visit, alice: Person, objective: Objective) -> None:
    page = visit("/objectives/waiting", by=alice)
    page.get_by_role("button", name="More about this objective").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.locator("#objective-waiting")).to_have_count(0)

    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody waits in pain")
    expect(page.get_by_text("In the archive")).to_have_count(0)
