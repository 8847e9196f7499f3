"""Lines of sight, what has no path, and gaps, through the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.chain import actions
from impactline.okrs import actions as okrs
from impactline.people.models import Person, Team
from tests.cast import NOON
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import MONDAY

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]
SIGHTS = (
    "/chain/line/sight",
    "/key-results/wait/sight",
    "/people/alice@example.org/serves",
    "/teams/care/serves",
    "/objectives/waiting/sight",
    "/priorities/timely/sight",
)
GAPS = (
    "/chain/gaps",
    "/objectives/waiting/chain/gaps",
    "/priorities/timely/chain/gaps",
    "/teams/care/chain/gaps",
    "/cycles/2026-Q4/chain/gaps",
)


@pytest.fixture
def scene(alice: Person, ada: Person, care: Team, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    made = a_chain(alice, ada)
    priority = okrs.create_priority(by=ada, title="Timely care", ref="timely", at=NOON)
    okrs.change_objective(
        by=alice, objective=made.objective, version=None, at=NOON, changes={"team": care}, priorities=[priority]
    )
    actions.change_item(by=alice, item=made.line, version=None, at=NOON, changes={"team": care})
    return made


def test_a_line_of_sight_tells_its_paths_and_how_strong_each_link_is(api: Client, alice: Person, scene: Scene) -> None:
    found = api(alice).get("/chain/line/sight").json()

    assert found["arrives"]
    way = next(way for way in found["up"] if way["places"][-1]["ref"] == "timely")
    assert [place["ref"] for place in way["places"]] == ["line", "calls", "sooner", "wait", "waiting", "timely"]
    assert [place["kind"] for place in way["places"]][1:4] == ["output", "outcome", "key_result"]
    assert (way["links"], way["strength"], way["not_stated"]) == ([1.0, 0.6, 1.0, 1.0, 1.0], 0.6, 0)
    assert found["serves"] == [
        {"kind": "priority", "ref": "timely", "title": "Timely care", "strength": 0.6},
        {"kind": "impact", "ref": "pain", "title": "Fewer people live with untreated pain", "strength": 0.3},
    ]
    behind = api(alice).get("/key-results/wait/sight").json()["work"]
    assert [(one["ref"], one["strength"]) for one in behind] == [("line", 0.6)]


@pytest.mark.parametrize("address", SIGHTS[2:])
def test_the_work_of_a_person_and_of_a_team_serves_the_same_as_on_their_pages(
    api: Client, alice: Person, scene: Scene, address: str
) -> None:
    assert "timely" in [one["ref"] for one in api(alice).get(address).json()["serves"]]


def test_no_answer_leads_through_what_is_hidden(api: Client, alice: Person, charlie: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})
    client = api(charlie)

    assert client.get("/chain/calls/sight").status_code == 404
    assert not client.get("/chain/line/sight").json()["arrives"]
    for address in (*SIGHTS, *GAPS, "/chain/unattached"):
        assert "calls" not in client.get(address).content.decode().casefold(), address
    assert [one["ref"] for one in client.get("/chain/unattached").json()["items"]] == ["nurses", "line"]


def test_what_has_no_path_is_told_with_the_places_nearest(api: Client, alice: Person, scene: Scene) -> None:
    an_item(alice, "activity", "Run the triage of calls at night", ref="night")
    an_item(alice, "input", "A van", ref="van")
    found = api(alice).get("/chain/unattached", per_page=1).json()

    assert found["total"] == 2
    (night,) = found["items"]
    assert (night["ref"], night["nearest"][0]["ref"]) == ("night", "calls")
    assert night["nearest"][0]["likeness"] > 0.1
    assert night["nearest"][0]["key_results"] == [{"ref": "wait", "score": None}]
    assert [one["ref"] for one in night["before"]] == ["line"]
    van = api(alice).get("/chain/unattached", per_page=1, page=2).json()["items"][0]
    assert [(one["ref"], one["likeness"], one["same"]) for one in van["nearest"]] == [("line", None, "owner")]


def test_gaps_say_what_is_missing_at_what_and_how_to_mend_it(api: Client, alice: Person, scene: Scene) -> None:
    an_item(alice, "output", "Leaflets", ref="leaflets")
    found = api(alice).get("/chain/gaps").json()

    assert found["total"] == 2
    assert found["items"][1] == {
        "kind": "output_leads_nowhere",
        "of": "item",
        "ref": "leaflets",
        "title": "Leaflets",
        "message": "It leads nowhere.",
        "remedy": "Link it to the outcome that it contributes to, or let a key result measure it.",
    }
    assert found["kinds"][0] == {
        "kind": "output_from_nothing",
        "words": "Outputs that nothing produces",
        "count": 1,
    }
    assert found["broken"] == []
    actions.change_assumption(by=alice, assumption=scene.assumption, version=None, at=NOON, changes={"state": "failed"})
    one = api(alice).get("/chain/gaps", kind="output_leads_nowhere").json()
    assert one["broken"] == [
        {"source": "calls", "target": "sooner", "assumption": "Callers follow the advice", "state": "failed"}
    ]
    assert (one["total"], len(one["kinds"])) == (1, 2)
    actions.assume(by=alice, on=scene.link, text="Doctors call back", at=NOON, state="failing")
    two = api(alice).get("/chain/gaps", page=2, per_page=1).json()
    assert (two["total"], two["broken_total"]) == (2, 2)
    assert [row["kind"] for row in two["items"]] == ["output_leads_nowhere"]
    assert [row["assumption"] for row in two["broken"]] == ["Doctors call back"]
    assert api(alice).get("/chain/gaps", kind="nonsense").status_code == 422


def test_the_gaps_of_a_scope_are_those_of_its_chain(api: Client, alice: Person, scene: Scene) -> None:
    an_item(alice, "output", "Leaflets", ref="leaflets")
    okrs.change_key_result(by=alice, key_result=scene.key_result, version=None, at=NOON, changes={"measures": None})
    found = {address: api(alice).get(address).json()["items"] for address in GAPS[1:]}

    for gaps in found.values():
        assert [(gap["kind"], gap["ref"]) for gap in gaps if gap["of"] == "key_result"] == [
            ("key_result_without_work", "wait")
        ]
    for address in GAPS[1:]:
        nowhere = address.replace("waiting", "none").replace("timely", "none").replace("care", "none")
        assert api(alice).get(nowhere.replace("2026-Q4", "none")).status_code == 404


def test_the_queries_do_not_grow_with_the_chain(api: Client, alice: Person, scene: Scene) -> None:
    client = api(alice)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    an_item(alice, "output", "Leaflets", ref="leaflets")
    addresses = (*SIGHTS, *GAPS, "/chain/unattached")
    client.get("/me")  # its first use of the day is noted with the token
    few = [asked(address) for address in addresses]
    for number in range(6):
        made = an_item(alice, "activity", f"Activity {number}")
        actions.link(by=alice, source=made, target=scene.calls, at=NOON)
        an_item(alice, "output", f"Leaflets {number}")
    assert [asked(address) for address in addresses] == few
