"""The expected path of a metric through the API."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from impactline.chain import actions
from impactline.checkins import actions as check_ins
from impactline.people.models import Person
from tests.cast import NOON
from tests.web.chain_scene import a_chain
from tests.web.visits import MONDAY

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]


@pytest.fixture
def client(api: Client, alice: Person, ada: Person, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Alice's client on 16 November: 100 calls by 12 October, each −0.03 days two weeks later, with confidence .6."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    scene = a_chain(alice, ada)
    began = {"starts_on": date(2026, 10, 1)}
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes=began)
    check_ins.read_metric(by=alice, metric=scene.metric, value=Decimal(21), at=datetime(2026, 10, 1, 9, tzinfo=UTC))
    actions.report(by=alice, item=scene.calls, value=Decimal(100), at=NOON)
    check_ins.read_metric(by=alice, metric=scene.metric, value=Decimal(19), at=MONDAY)
    return api(alice)


def test_the_path_is_told_point_by_point(client: Any) -> None:
    (found,) = client.get("/chain/sooner/expected").json()

    assert (found["metric"], found["lack"], found["came"], found["base"]) == ("median-wait", None, "as_expected", 21.0)
    assert found["change"] == pytest.approx(-1.8)
    assert found["path"][0] == {"day": "2026-10-01", "expected": 21.0, "low": 21.0, "high": 21.0}
    assert "19.2 days" in found["words"]


def test_only_outcomes_have_one_and_what_is_hidden_is_not_there(client: Any, api: Client, charlie: Person) -> None:
    assert client.get("/chain/calls/expected").json() == []
    version = client.get("/chain/sooner")["ETag"]
    client.patch("/chain/sooner", {"visibility": "private"}, If_Match=version)
    assert api(charlie).get("/chain/sooner/expected").status_code == 404


def test_a_prediction_is_told_as_it_was_kept(client: Any) -> None:
    assert client.get("/chain/calls/predictions").json() == []
    client.patch(
        "/chain/calls", {"state": "done", "ended_on": "2026-10-12"}, If_Match=client.get("/chain/calls")["ETag"]
    )
    (found,) = client.get("/chain/calls/predictions").json()

    assert (found["expected"], found["observed"], found["came"]) == (-1.8, -2.0, "as_expected")
    assert (found["output"], found["outcome"], found["seen_by"]) == ("calls", "sooner", "2026-10-26")
    assert "contribute" in found["words"]
