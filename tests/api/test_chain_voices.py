"""The voices of a status, and what stands behind a key result, through the API; what is enough as a policy."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from impactline.chain import actions
from impactline.okrs import actions as okrs
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import says
from tests.web.chain_scene import Scene, a_chain
from tests.web.visits import MONDAY

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]


@pytest.fixture
def scene(alice: Person, ada: Person, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    made = a_chain(alice, ada)
    says(alice, made.key_result, 20, status="on_track")
    held = made.assumption
    actions.change_assumption(by=alice, assumption=held, version=None, at=NOON, changes={"state": "failed"})
    actions.report(by=alice, item=made.calls, value=Decimal(120), at=NOON)
    return made


def test_the_voices_name_the_trouble_and_where_it_stands(api: Client, alice: Person, scene: Scene) -> None:
    found = api(alice).get("/chain/sooner/voices").json()

    assert (found["stated"], found["inherited"]) == ("on_track", "off_track")
    assert found["disagreement"] in ("watermelon", "upstream")
    (trouble,) = found["troubles"]
    assert trouble == {
        "trouble": "assumption_failed",
        "at": "sooner",
        "title": "Callers follow the advice",
        "strength": 0.6,
        "weight": 0.6,
    }


def test_a_key_result_tells_delivery_and_effect(api: Client, alice: Person, charlie: Person, scene: Scene) -> None:
    found = api(alice).get("/key-results/wait/behind").json()
    # the line reported nothing: (0 + .3) ÷ 2
    assert (found["measures"], found["delivery"], found["effect"]) == ("sooner", 0.15, 0.0714)
    assert (found["quadrant"], found["enough"]) == ("not_delivered_not_moved", 0.7)
    actions.change_item(by=alice, item=scene.sooner, version=None, at=NOON, changes={"visibility": "private"})
    hidden = api(charlie).get("/key-results/wait/behind").json()
    assert (hidden["measures"], hidden["delivery"], hidden["voices"]["inherited"]) == (None, None, None)
    assert api(charlie).get("/chain/sooner/voices").status_code == 404


def test_objectives_and_priorities_tell_delivery_and_effect(
    api: Client, alice: Person, ada: Person, charlie: Person, scene: Scene
) -> None:
    made = okrs.create_priority(by=ada, title="Care within a week", ref="access", owner=ada, why="It hurts", at=NOON)
    empty = api(alice).get("/priorities/access/behind").json()
    assert (empty["delivery"], empty["effect"], empty["quadrant"], empty["why"]) == (None, None, None, "no_delivery")
    okrs.change_objective(by=alice, objective=scene.objective, version=None, at=NOON, changes={}, priorities=[made])
    for address in ("/objectives/waiting/behind", "/priorities/access/behind"):
        found = api(alice).get(address).json()
        assert (found["delivery"], found["effect"]) == (0.15, 0.0714)
        # 46 of 91 days: .505 × .7 is more than either
        assert (found["delivery_expected"], found["effect_expected"]) == (0.5055, 0.5055)
        assert (found["quadrant"], found["why"]) == ("not_delivered_not_moved", "judged")
    okrs.change_objective(by=alice, objective=scene.objective, version=None, at=NOON, changes={"visibility": "private"})
    assert api(charlie).get("/objectives/waiting/behind").status_code == 404
    assert api(charlie).get("/priorities/access/behind").json()["delivery"] is None
    assert api(alice).get("/priorities/nowhere/behind").status_code == 404


def test_what_is_enough_is_read_and_changed(api: Client, ada: Person, scene: Scene) -> None:
    client = api(ada)
    read = client.get("/organisation")
    assert read.json()["enough"] == 0.7
    changed = client.patch("/organisation", {"enough": 0.25}, If_Match=read["ETag"])
    assert changed.json()["enough"] == 0.25
    assert client.get("/key-results/wait/behind").json()["quadrant"] == "delivered_not_moved"
    wrong = client.patch("/organisation", {"enough": 1.5}, If_Match=changed["ETag"])
    assert [fault["field"] for fault in wrong.json()["faults"]] == ["enough"]
