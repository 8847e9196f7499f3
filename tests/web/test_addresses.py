"""The map of the pages: what can be opened is opened by the tests."""

from impactline.web.addresses import urlpatterns
from tests.browser.pages import ADMINISTRATION, NO_PAGES, OPEN, PAGES


def test_every_address_without_parameters_is_opened_in_a_browser_or_is_no_page():
    opened = {address.partition("?")[0] for address in (*OPEN, *PAGES, *ADMINISTRATION)}
    known = {f"/{entry.pattern}" for entry in urlpatterns if "<" not in str(entry.pattern)}
    assert known - opened - set(NO_PAGES) == set(), "add it to tests/browser/pages.py"
