"""The main job: bring in OKRs as people wrote them, give one a measure, check in, and see it move elsewhere."""

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.browser.conftest import ROOT, Visit
from tests.servers import Server

GITLAB = ROOT.parent / "shared" / "data" / "okr" / "gitlab" / "fy21-q1.md"
MADE_UP = """\
# OKRs of the clinics

### 1. CEO: Nobody waits in pain
1. CEO KR: Median wait falls
1. CEO KR: Every clinic answers the phone
    1. **CMO: Clinics stay open.**
        1. CMO KR: Each clinic has a doctor on duty
"""


def test_what_was_imported_is_measured_checked_in_and_seen_elsewhere_at_once(
    visit: Visit, server: Server, ada: Person, bob: Person, tmp_path: Path
):
    page = tmp_path / "okrs.md"
    page.write_text(MADE_UP)
    begins = date.today() - timedelta(days=30)
    bring_in(server, page, "--starts-on", begins.isoformat(), "--ends-on", (begins + timedelta(days=90)).isoformat())
    measure_and_check_in(visit, ada, bob, an_open_key_result())


def test_a_page_of_gitlab_is_imported_measured_checked_in_and_seen_elsewhere_at_once(
    visit: Visit, server: Server, ada: Person, bob: Person
):
    if not GITLAB.is_file():
        pytest.skip(f"{GITLAB.name} of GitLab is not here: the same with a page of our own ran in its place")
    bring_in(server, GITLAB)
    measure_and_check_in(visit, ada, bob, an_open_key_result())


def measure_and_check_in(visit: Visit, ada: Person, bob: Person, key_result: KeyResult) -> None:
    """Ada measures and checks in; Bob's two pages, in a browser of his own, follow without being loaded anew."""
    ref, objective = key_result.ref, key_result.objective.ref
    list_of_bob = visit(f"/cycles/{key_result.objective.cycle.ref}", by=bob)
    objective_of_bob = visit(f"/objectives/{objective}", by=bob)
    row = list_of_bob.locator(f"#key-result-{ref}")
    above = list_of_bob.locator(f"#objective-{objective} tr.objective")
    expect(row).to_be_visible()
    for watched in (list_of_bob, objective_of_bob):
        watched.evaluate("document.body.dataset.loadedOnce = 'yes'")

    page = visit(f"/key-results/{ref}", by=ada)
    page.get_by_role("link", name="Define the measure").click()
    give_measure(page, baseline="20", target="10", unit="days")
    expect(figure(row, "value")).to_have_count(0)
    check_in(page, value="15", confidence="7")

    expect(figure(row, "value")).to_have_text("15")
    expect(figure(row, "progress")).to_have_text("50%")
    share = figure(row, "progress").inner_text()
    expect(figure(above, "progress")).to_have_text(rolled_up(objective))
    expect(objective_of_bob.locator("#figures")).to_contain_text(rolled_up(objective))
    expect(figure(objective_of_bob.locator(f"#key-result-{ref}"), "progress")).to_have_text(share)

    check_in(page, value="10", confidence="9")
    expect(figure(row, "progress")).to_have_text("100%")
    expect(figure(above, "progress")).to_have_text(rolled_up(objective))
    for watched in (list_of_bob, objective_of_bob):
        assert watched.evaluate("document.body.dataset.loadedOnce") == "yes"


def bring_in(server: Server, page: Path, *options: str) -> None:
    """`impactline import` as people run it, on the database of the server."""
    subprocess.run(
        [Path(sys.executable).with_name("impactline"), "import", page, "--format", "okr-markdown", *options],
        env=server.environment,
        check=True,
        capture_output=True,
        timeout=120,
    )


def an_open_key_result() -> KeyResult:
    """The first key result that has no measure yet."""
    return KeyResult.objects.filter(type="open").select_related("objective__cycle").order_by("id")[0]


def rolled_up(objective: str) -> str:
    """The progress of an objective as pages write it, from what is stored."""
    progress = Objective.objects.get(ref=objective).progress
    assert progress is not None
    return f"{progress:.0%}"


def give_measure(page: Page, *, baseline: str, target: str, unit: str) -> None:
    page.get_by_role("radio", name=re.compile("^From a number|number that is to move")).check()
    page.locator("#field-baseline").fill(baseline)
    page.locator("#field-target").fill(target)
    page.locator("#field-unit").fill(unit)
    if page.locator("#field-reason").is_visible():
        page.locator("#field-reason").fill("Now we know how to count it.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#figures")).to_be_visible()


def check_in(page: Page, *, value: str, confidence: str) -> None:
    form = page.locator("form.check-in")
    form.locator("input[name=value]").fill(value)
    form.locator(f"input[name=confidence][value='{confidence}']").check(force=True)
    form.get_by_role("button", name="Check in").click()


def figure(place: Locator, what: str) -> Locator:
    return place.locator(f"a.figure[href$='/{what}'] .value")
