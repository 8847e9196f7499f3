"""The cycle's page and its list in the API ask at most ten questions, whatever the rows and whatever is hidden."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from impactline.people.models import Person

pytestmark = pytest.mark.django_db
MOST = 10
PAGE = "/cycles/2026-Q4"
ADDRESSES = {
    "page": PAGE,
    "page by progress": f"{PAGE}?sort=-progress",
    "page of one pace": f"{PAGE}?pace=red",
    "second page": f"{PAGE}?first=5",
    "counts": f"{PAGE}/figures",
    "API": "/api/v1/objectives?cycle=2026-Q4&per_page=200",
}


def an_organisation(objectives: int) -> "Person":
    """An organisation of some size with private objectives, milestones, and an objective that a metric drives."""
    from benchmarks import organisation
    from impactline.metrics.models import Metric
    from impactline.okrs.models import Objective
    from impactline.okrs.recomputing import recompute
    from tests.web.visits import MONDAY

    ada = organisation.write(organisation.Shape("T", objectives, objectives * 3, 2), MONDAY)
    metric = Metric.objects.get(ref="metric-0")
    Objective.objects.filter(position=8).update(driver="metric", metric=metric, baseline=Decimal(0), target=Decimal(9))
    Objective.objects.filter(position__in=(5, 7)).update(visibility="private")
    recompute(MONDAY)
    return ada


def clients(ada: "Person") -> "dict[str, Client]":
    """Clients of the pages and of the API, of whom private objectives are hidden from."""
    from django.test import Client

    from impactline.people import actions
    from tests.web.visits import MONDAY, visitor

    _, secret = actions.create_token(by=ada, name="speed", at=MONDAY)
    api = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return {name: visitor(ada) if address.startswith(PAGE) else api for name, address in ADDRESSES.items()}


@pytest.mark.parametrize("objectives", [10, 100])
def test_ten_questions_at_most_whatever_the_rows(objectives: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from impactline.okrs.visibility import hidden_from
    from tests.web.visits import MONDAY

    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    ada = an_organisation(objectives)
    assert hidden_from(ada)
    asked = {}
    for name, client in clients(ada).items():
        assert client.get(ADDRESSES[name]).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESSES[name])
        asked[name] = len(captured)

    assert max(asked.values()) <= MOST, asked
