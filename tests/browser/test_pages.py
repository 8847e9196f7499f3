"""Every page in a browser: no script error, no refusal by the policy, accessible, nothing wider than a phone."""

import pytest
from django.utils import timezone

from impactline.exchange.actions import import_document
from impactline.exchange.demo import demo
from impactline.exchange.reading import read_text
from impactline.insight.examining import examine_all
from impactline.okrs.models import Cycle
from impactline.people.models import Person
from tests.browser.conftest import Visit
from tests.browser.pages import ADMINISTRATION, OPEN, PAGES
from tests.browser.tours import Axe, tour


@pytest.fixture
def northwind(server: object) -> str:
    """The demo organisation, examined by the rules; the ref of its active cycle."""
    now = timezone.now()
    import_document(by=None, reading=read_text(demo(now.date()), "demo.json"), at=now)
    examine_all(now)
    return Cycle.objects.get(state="active", parent__isnull=False).ref


@pytest.mark.slow
def test_every_page_is_whole_for_a_member_in_both_themes_and_on_a_phone(visit: Visit, axe: Axe, northwind: str):
    member = Person.objects.get(email="ben@example.org")
    page = visit("/", by=member)
    assert tour(page, [address.format(cycle=northwind) for address in PAGES], {200}, axe) == []


@pytest.mark.slow
def test_every_page_is_whole_for_an_administrator(visit: Visit, axe: Axe, northwind: str):
    administrator = Person.objects.get(email="alice@example.org")
    page = visit("/", by=administrator)
    assert tour(page, [address.format(cycle=northwind) for address in ADMINISTRATION], {200}, axe) == []


@pytest.mark.slow
def test_every_page_answers_a_guest_with_what_there_is_or_with_a_refusal(visit: Visit, northwind: str):
    guest = Person.objects.get(email="gale@example.org")
    page = visit("/", by=guest)
    addresses = [address.format(cycle=northwind) for address in (*PAGES, *ADMINISTRATION)]
    assert tour(page, addresses, {200, 403, 404}) == []


def test_the_pages_before_signing_in_are_whole(visit: Visit, axe: Axe, northwind: str):
    assert tour(visit("/"), OPEN, {200}, axe) == []
