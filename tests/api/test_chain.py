"""The chain through the API: items, reports, links, what they rest on, and who may see them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from impactline.chain.actions import name_levels
from impactline.chain.models import ChainItem, Report
from impactline.chain.names import Name
from impactline.people.models import Person
from tests.cast import NOON

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]


def item(client: Any, ref: str, level: str, **fields: Any) -> dict[str, Any]:
    made = client.post("/chain", {"ref": ref, "level": level, "title": ref.title(), **fields})
    assert made.status_code == 201, made.content
    return made.json()  # type: ignore[no-any-return]


@pytest.fixture
def alices(api: Client, alice: Person) -> Any:
    """Alice's client, with a line that makes calls that bring visits sooner, all hers."""
    client = api(alice)
    for ref, level in (("line", "activity"), ("calls", "output"), ("sooner", "outcome")):
        item(client, ref, level, owner=alice.email)
    for source, target in (("line", "calls"), ("calls", "sooner")):
        assert client.post("/links", {"source": source, "target": target}).status_code == 201
    return client


def test_an_item_is_added_read_changed_and_put_away(api: Client, alice: Person):
    client = api(alice)
    made = item(client, "calls", "output", owner=alice.email, planned="400.5", unit="calls")
    assert (made["planned"], made["owner"], made["state"], made["version"]) == (400.5, alice.email, "draft", 1)
    read = client.get("/chain/calls")
    assert read["ETag"] == '"1"'
    assert client.patch("/chain/calls", {"title": "Calls"}).status_code == 428
    changed = client.patch("/chain/calls", {"title": "Triaged calls", "state": "done"}, If_Match=read["ETag"])
    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["state"]) == ("Triaged calls", "done")
    assert changed.json()["ended_on"] is not None
    assert client.patch("/chain/calls", {"title": "Late"}, If_Match=read["ETag"]).status_code == 412
    assert client.post("/chain/calls/archiving").json()["archived"] is True
    assert client.get("/chain").json()["total"] == 0
    assert client.get("/chain", archived="true").json()["total"] == 1
    assert client.post("/chain/calls/restoration").json()["archived"] is False


def test_items_are_listed_by_level_team_owner_and_state(alices: Any, alice: Person):
    item(alices, "other", "output")
    for params, refs in (
        ({"level": "output"}, ["calls", "other"]),
        ({"owner": alice.email, "level": "outcome"}, ["sooner"]),
        ({"state": "done"}, []),
        ({"team": "nobody"}, []),
    ):
        assert [row["ref"] for row in alices.get("/chain", **params).json()["items"]] == refs


def test_the_list_takes_the_same_number_of_queries_whatever_the_rows(alices: Any, django_assert_num_queries: Any):
    with django_assert_num_queries(5):
        alices.get("/chain")
    for at in range(5):
        item(alices, f"more-{at}", "output")
    with django_assert_num_queries(5):
        alices.get("/chain")


def test_reports_say_how_far_it_is_and_a_key_repeated_reports_once(alices: Any):
    body = {"value": "0.5", "note": "Half of it"}
    first = alices.post("/chain/line/reports", body, Idempotency_Key="one")
    assert (first.status_code, first.json()["value"]) == (201, 0.5)
    assert alices.post("/chain/line/reports", body, Idempotency_Key="one").json() == first.json()
    assert Report.objects.count() == 1
    assert alices.get("/chain/line").json()["progress"] == 0.5
    assert alices.get("/chain/line/reports").json()["total"] == 1
    tomorrow = str(timezone.now().date() + timedelta(days=3))
    assert alices.post("/chain/line/reports", {"value": 1, "day": tomorrow}).status_code == 422
    assert alices.post("/chain/line/reports", {"value": 2}).status_code == 422
    assert alices.post("/chain/sooner/reports", {"value": 1}).status_code == 422


def test_links_hold_what_is_expected_and_their_levels_give_the_kind(alices: Any):
    alices.post("/metrics", {"ref": "wait", "name": "Wait"})
    link = alices.get("/links/calls/sooner")
    assert link.json()["kind"] == "contributes_to"
    said = {"effect_metric": "wait", "effect_change": -6, "effect_per": 400, "lag_days": 14, "confidence": 0.6}
    changed = alices.patch("/links/calls/sooner", said, If_Match=link["ETag"])
    assert {name: changed.json()[name] for name in said} == said
    assert alices.get("/links", source="calls").json()["total"] == 1
    assert alices.get("/links", target="calls").json()["items"][0]["source"] == "line"
    assert alices.post("/links", {"source": "line", "target": "sooner"}).json()["code"] == "level_skipped"
    assert alices.delete("/links/calls/sooner").status_code == 204
    assert alices.get("/links/calls/sooner").status_code == 404


@pytest.mark.parametrize("address", ["/chain/calls", "/links/line/calls"])
def test_assumptions_and_evidence_stand_on_items_and_on_links(alices: Any, address: str):
    made = alices.post(f"{address}/assumptions", {"text": "Callers follow the advice", "importance": "high"})
    number = made.json()["number"]
    said = alices.patch(f"{address}/assumptions/{number}", {"state": "failing"}, If_Match=made["ETag"])
    assert (said.status_code, said.json()["state"], said.json()["importance"]) == (200, "failing", "high")
    assert [row["number"] for row in alices.get(f"{address}/assumptions").json()] == [number]
    assert alices.delete(f"{address}/assumptions/{number}").status_code == 204
    assert alices.get(f"{address}/assumptions").json() == []
    assert alices.post(f"{address}/evidence", {"url": "javascript:alert(1)"}).status_code == 422
    shown = alices.post(f"{address}/evidence", {"url": "https://example.org/list"}).json()
    assert alices.get(f"{address}/evidence").json() == [shown]
    assert alices.delete(f"{address}/evidence/{shown['number']}").status_code == 204
    assert alices.delete(f"{address}/evidence/{shown['number']}").status_code == 404

    pdf = b"%PDF-1.7\n%%EOF\n"
    kept = alices.send_bytes(f"{address}/evidence/files?name=list.pdf", pdf).json()
    assert (kept["title"], kept["file"]["name"], kept["file"]["size"], kept["url"]) == ("list.pdf", "list.pdf", 15, "")
    answer = alices.get(f"{address}/evidence/files/{kept['file']['sha256']}")
    assert (answer.content, answer["Content-Disposition"]) == (pdf, 'attachment; filename="list.pdf"')
    assert alices.send_bytes(f"{address}/evidence/files?name=list.png", pdf).json()["code"] == "not_what_it_says"


def test_activities_wait_for_each_other_and_never_in_a_circle(alices: Any, alice: Person):
    item(alices, "hire", "activity", owner=alice.email)
    assert alices.post("/chain/line/dependencies", {"after": "hire"}).json() == ["hire"]
    assert alices.post("/chain/hire/dependencies", {"after": "calls"}).status_code == 422
    assert alices.delete("/chain/line/dependencies/hire").json() == []


def test_a_key_result_says_what_it_measures_to_those_who_may_see_it(
    api: Client, alices: Any, ada: Person, alice: Person, bob: Person
):
    api(ada).post("/cycles", {"ref": "now", "starts_on": "2020-01-01", "ends_on": "2035-12-31"})
    alices.post("/objectives", {"ref": "o", "title": "O", "cycle": "now", "owner": alice.email})
    made = alices.post("/objectives/o/key-results", {"ref": "k", "title": "K", "measures": "sooner"})
    assert (made.status_code, made.json()["measures"]) == (201, "sooner")
    alices.patch("/chain/sooner", {"visibility": "private"}, If_Match='"1"')
    assert alices.get("/objectives/o").json()["key_results"][0]["measures"] == "sooner"
    assert api(bob).get("/objectives/o").json()["key_results"][0]["measures"] is None
    assert api(bob).get("/key-results/k").json()["measures"] is None
    assert api(bob).post(
        "/objectives/o/key-results", {"ref": "k2", "title": "K", "measures": "sooner"}
    ).status_code in (
        403,
        404,
    )


def test_what_is_hidden_is_as_if_it_were_not_there(
    api: Client, alices: Any, ada: Person, alice: Person, bob: Person, charlie: Person
):
    alices.patch("/chain/calls", {"visibility": "private"}, If_Match='"1"')
    client, absent = api(charlie), "/chain/none"
    for rest in ("", "/reports", "/assumptions", "/evidence", "/dependencies", "/viewers"):
        found, none = client.get(f"/chain/calls{rest}"), client.get(f"{absent}{rest}")
        assert (found.status_code, none.status_code) == (404, 404)
        assert found.content.replace(b"calls", b"none") == none.content
    assert client.get("/links/line/calls").status_code == 404
    assert client.get("/links").json()["total"] == 0
    assert [row["ref"] for row in client.get("/chain").json()["items"]] == ["line", "sooner"]
    assert client.post("/links", {"source": "line", "target": "calls"}).status_code == 404
    assert alices.put("/chain/calls/viewers", {"people": [bob.email]}).json() == [bob.email]
    assert api(bob).get("/chain/calls").status_code == 200
    assert api(bob).get("/chain/calls/viewers").status_code == 403
    assert client.post("/chain/calls/glass", {"reason": "Curious"}).status_code == 404
    assert api(ada).get("/chain/calls").status_code == 404
    assert api(ada).post("/chain/calls/glass", {"reason": "Asked by the works council"}).status_code == 201
    assert api(ada).get("/chain/calls").status_code == 200


def test_a_guest_changes_nothing(api: Client, alices: Any, gil: Person):
    client = api(gil)
    assert client.get("/chain/line").status_code == 200
    assert client.post("/chain", {"level": "output", "title": "Mine"}).status_code == 403
    assert client.post("/chain/line/reports", {"value": 1}).status_code == 403
    assert client.patch("/chain/line", {"title": "X"}, If_Match='"1"').status_code == 403
    assert client.delete("/links/line/calls").status_code == 403
    assert ChainItem.objects.filter(ref="line", title="Line").exists()


def test_an_item_moves_among_its_like(alices: Any):
    item(alices, "second", "output")
    assert alices.post("/chain/calls/place", {"after": "second"}).status_code == 200
    assert [row["ref"] for row in alices.get("/chain", level="output").json()["items"]] == ["second", "calls"]
    assert alices.post("/chain/calls/place", {"after": "line"}).status_code == 422


def test_refusals_name_the_levels_as_the_organisation_does_and_codes_stay(alices: Any, ada: Person):
    name_levels(by=ada, version=None, names={"outcome": Name("change", ""), "output": Name("result", "")}, at=NOON)
    skipped = alices.post("/links", {"source": "line", "target": "sooner"}).json()
    assert (skipped["code"], skipped["message"]) == (
        "level_skipped",
        "A link from activity to change skips the result.",
    )
    judged = alices.post("/chain/calls/judgements", {"level": "In part"}).json()
    assert judged["faults"][0]["message"] == "Only a change is judged."
    unknown = alices.post("/chain", {"level": "change", "title": "Sooner"}).json()
    assert "“outcome”" in unknown["remedy"]


def test_a_link_tells_what_does_not_fit_what_it_leads_to(alices: Any):
    for ref, unit in (("wait", "days"), ("share", "%")):
        assert alices.post("/metrics", {"ref": ref, "name": ref.title(), "unit": unit}).status_code == 201
    alices.patch("/chain/sooner", {"metrics": ["wait"]}, If_Match=alices.get("/chain/sooner")["ETag"])
    link = alices.get("/links/calls/sooner")
    assert link.json()["misfits"] == []
    wrong = {"effect_metric": "share", "effect_change": -600}
    changed = alices.patch("/links/calls/sooner", wrong, If_Match=link["ETag"]).json()
    assert [one["field"] for one in changed["misfits"]] == ["effect_metric", "effect_change"]
    assert alices.get("/links", source="calls").json()["items"][0]["misfits"] == changed["misfits"]
    words = alices.patch("/links/calls/sooner", {"effect_change": "-6 days"}, If_Match='"2"').json()
    assert words["faults"][0]["message"] == "This is not a number."
