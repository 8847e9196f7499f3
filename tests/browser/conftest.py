"""A real Chromium against a real server: pages in light, dark and on a phone, and what must hold on each.

A test asks for `visit` and gets pages from it:

    def test_a_check_in_moves_the_objective(visit, alice, objective):
        page = visit("/objectives/waiting", by=alice)

At its end every page must be free of script errors, of refusals by the Content-Security-Policy and of
requests to anywhere but the server. On failure a picture of each page is left in test-results/.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.servers import Server

if TYPE_CHECKING:
    from impactline.people.models import Person

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "test-results"
# What a window would have beside the page, in processes of its own, that cost more than most pages. Chromium takes the
# last list of features alone: the others are those that Playwright turns off.
WITHOUT = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "AimEnabled", "LensOverlay", "MediaRouter"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
    *("HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning"),
]
QUIET = [
    f"--disable-features={','.join(WITHOUT)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
WIDE = {"width": 1280, "height": 900}
PATIENCE_MS = 30_000  # how soon something shows is measured in benchmarks/, not here
PHONE = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What costs axe much and nobody reads here: all but violations, the way to each node, the style sheets fetched again.
UNREAD = {"resultTypes": ["violations"], "selectors": False, "preload": {"assets": ["media"]}}

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Notes the outcome of the test itself, for the picture that `visit` takes of a failure."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()
# Refusals that are meant; and a question to the server that was given up for the next one while somebody types. What
# fails there otherwise is told by the browser itself.
HARMLESS = re.compile(r"status of 4\d\d|^htmx:(sendAbort|afterRequest),")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, by the order of bin/chromium; fails where there is none."""
    found = subprocess.run([ROOT / "bin" / "chromium"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path=chromium, args=QUIET, chromium_sandbox=False)
    yield opened
    opened.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    """Opens an address of the server in a context of its own and returns the page.

    `by` is who is signed in (nobody when left out), `theme` light or dark, `phone` a narrow touch screen,
    `script` False a browser without JavaScript.
    """
    opened: list[tuple[BrowserContext, Page, list[str]]] = []

    def open_page(
        address: str,
        *,
        by: "Person | None" = None,
        theme: str = "light",
        phone: bool = False,
        script: bool = True,
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=server.url,
            color_scheme=theme,
            viewport=PHONE if phone else WIDE,
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=script,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PATIENCE_MS)
        if by is not None:
            sign_in(context, server, by)
        page = context.new_page()
        opened.append((context, page, _faults_of(context, page, server)))
        page.goto(address)
        return page

    yield open_page

    faults = []
    for number, (context, page, seen) in enumerate(opened):
        if (seen or request.node.stash.get(FAILED, True)) and not page.is_closed():
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{_file_name(request.node.nodeid)}-{number}.png", full_page=True)
        context.close()
        faults += seen
    assert faults == []


@pytest.fixture
def axe(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Fails when axe-core finds a violation of WCAG 2.2 AA or its best practices on the page; `rule`: of one rule.

    Looks only where the database is SQLite: what it sees is the same on the other, and it takes a third of the run.
    """
    looks = request.config.getoption("database") == "sqlite"

    def check(page: Page, rule: str = "") -> None:
        if not looks:
            return
        wanted = {"type": "rule", "values": [rule]} if rule else WCAG
        if not page.evaluate("'axe' in window"):  # it is half a megabyte
            page.evaluate(Axe().axe_script)
        found = page.evaluate("(options) => axe.run(options)", {"runOnly": wanted, **UNREAD})
        violations = [
            f"{entry['id']} ({entry['impact']}): {entry['help']}: {node['html'][:200]}"
            for entry in found["violations"]
            for node in entry["nodes"]
        ]
        assert violations == [], page.url

    return check


def sign_in(context: BrowserContext, server: Server, person: "Person") -> None:
    """Give the browser a session of the person's: the server has the secret key and the database of the test."""
    from tests.web.visits import visitor

    client = visitor(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


def _faults_of(context: BrowserContext, page: Page, server: Server) -> list[str]:
    """A list that fills with what must not happen on a page."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script error on {page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            faults.append(f"console on {page.url}: {message.text}")
            if message.type == "error" and not HARMLESS.search(message.text)
            else None
        ),
    )

    def note_request(request: Any) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            faults.append(f"{page.url} asked for {request.url}")

    context.on("request", note_request)
    return faults


def _file_name(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text).strip("-")[-120:]
