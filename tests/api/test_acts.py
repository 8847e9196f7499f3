"""What is done to items through the API: viewers, glass, carry-over, places, archives; the log, the document."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from impactline.okrs.models import BrokenGlass, Objective
from impactline.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(api: Callable[..., Any], ada: Person) -> str:
    """Two long cycles, one of them around today."""
    client = api(ada)
    client.post("/cycles", {"ref": "long", "starts_on": "2020-01-01", "ends_on": "2035-12-31"})
    client.post("/cycles", {"ref": "next", "starts_on": "2036-01-01", "ends_on": "2036-12-31"})
    return "long"


def objective(client: Any, ref: str, owner: Person, **fields: Any) -> Any:
    made = client.post(
        "/objectives", {"title": ref.title(), "ref": ref, "cycle": "long", "owner": owner.email} | fields
    )
    assert made.status_code == 201, made.content
    return made


def test_a_private_objective_is_shown_to_those_who_are_invited(
    api: Callable[..., Any], cycle: str, alice: Person, bob: Person, charlie: Person
) -> None:
    client = api(alice)
    objective(client, "secret", alice, visibility="private")
    assert api(charlie).post("/objectives/secret/viewers", {"person": charlie.email}).status_code == 404
    assert client.post("/objectives/secret/viewers", {"person": bob.email}).json() == [bob.email]
    assert client.get("/objectives/secret/viewers").json() == [bob.email]
    assert api(bob).get("/objectives/secret").status_code == 200
    assert api(bob).get("/objectives/secret/viewers").status_code == 403
    assert client.delete(f"/objectives/secret/viewers/{bob.email}").json() == []
    assert api(bob).get("/objectives/secret").status_code == 404


def test_nobody_is_invited_to_what_everybody_sees(
    api: Callable[..., Any], cycle: str, alice: Person, bob: Person
) -> None:
    client = api(alice)
    objective(client, "plain", alice)
    assert client.post("/objectives/plain/viewers", {"person": bob.email}).status_code == 422


def test_an_administrator_opens_a_private_objective_with_a_reason_in_its_log(
    api: Callable[..., Any], cycle: str, alice: Person, ada: Person, charlie: Person
) -> None:
    client = api(alice)
    objective(client, "secret", alice, visibility="private")
    assert api(charlie).post("/objectives/secret/glass", {"reason": "Curious"}).status_code == 404
    assert api(ada).get("/objectives/secret").status_code == 404
    assert api(ada).post("/objectives/secret/glass", {"reason": " "}).status_code == 422
    assert not BrokenGlass.objects.exists()
    assert api(ada).post("/objectives/secret/glass", {"reason": "Owner is ill"}).status_code == 201
    assert api(ada).get("/objectives/secret").status_code == 200
    told = client.get("/events", verb="objective.opened_by_administrator").json()["items"]
    assert [(event["by"], event["said"]) for event in told] == [(ada.email, {"reason": "Owner is ill"})]


def test_an_objective_goes_on_in_another_cycle_once(api: Callable[..., Any], cycle: str, alice: Person) -> None:
    client = api(alice)
    objective(client, "waiting", alice)
    first = client.post("/objectives/waiting/carry-over", {"cycle": "next"})
    again = client.post("/objectives/waiting/carry-over", {"cycle": "next"})
    assert (first.status_code, first.json()["cycle"], first.json()["ref"]) == (201, "next", again.json()["ref"])
    assert client.post("/objectives/waiting/carry-over", {"cycle": "long"}).status_code == 422
    assert client.post("/objectives/waiting/carry-over", {"cycle": "none"}).status_code == 404


def test_of_several_objectives_all_go_on_or_none(
    api: Callable[..., Any], cycle: str, alice: Person, ada: Person
) -> None:
    client = api(alice)
    objective(client, "mine", alice)
    objective(api(ada), "hers", ada)
    body = {"objectives": ["mine", "hers"], "to": "next"}
    assert client.post("/cycles/long/carry-over", body).status_code == 403
    assert not Objective.objects.filter(cycle__ref="next").exists()
    assert len(api(ada).post("/cycles/long/carry-over", body).json()) == 2
    assert client.post("/cycles/next/carry-over", {"objectives": ["mine"], "to": "long"}).status_code == 422


def test_items_take_another_place(api: Callable[..., Any], cycle: str, ada: Person) -> None:
    client = api(ada)
    for ref in ("one", "two", "three"):
        objective(client, ref, ada)
        client.post("/objectives/one/key-results", {"title": ref, "ref": f"kr-{ref}", "type": "binary"})
        client.post("/priorities", {"title": ref, "ref": f"p-{ref}"})
    assert client.post("/objectives/three/place", {"after": None}).status_code == 200
    assert [entry["ref"] for entry in client.get("/objectives").json()["items"]] == ["three", "one", "two"]
    client.post("/key-results/kr-three/place", {"after": "kr-one"})
    shown = client.get("/objectives/one").json()["key_results"]
    assert [entry["ref"] for entry in shown] == ["kr-one", "kr-three", "kr-two"]
    assert client.post("/key-results/kr-one/place", {"objective": "two"}).json()["objective"] == "two"
    assert client.post("/priorities/p-three/place", {}).status_code == 200
    assert [entry["ref"] for entry in client.get("/priorities").json()] == ["p-three", "p-one", "p-two"]
    assert client.post("/priorities/p-one/place", {"after": "p-one"}).status_code == 422


def test_each_kind_of_item_goes_into_the_archive_and_back(api: Callable[..., Any], cycle: str, ada: Person) -> None:
    client = api(ada)
    objective(client, "one", ada)
    client.post("/objectives/one/key-results", {"title": "one", "ref": "kr", "type": "binary"})
    client.post("/priorities", {"title": "one", "ref": "p"})
    client.post("/metrics", {"name": "one", "ref": "m"})
    for address in ("/objectives/one", "/key-results/kr", "/priorities/p", "/metrics/m", "/cycles/next"):
        for act, archived in (("archiving", True), ("archiving", True), ("restoration", False)):
            answer = client.post(f"{address}/{act}")
            assert (answer.status_code, answer.json()["archived"]) == (200, archived), address
    for address in ("/priorities/p", "/metrics/m", "/cycles/next"):
        client.post(f"{address}/archiving")
    for listed in ("/priorities", "/metrics", "/cycles"):
        whole, shown = (client.get(listed, archived=word).json() for word in ("true", "false"))
        count = [answer["total"] if isinstance(answer, dict) else len(answer) for answer in (whole, shown)]
        assert count[0] == count[1] + 1, listed


def test_an_objective_is_driven_by_a_metric_of_its_own(api: Callable[..., Any], cycle: str, alice: Person) -> None:
    client = api(alice)
    tag = objective(client, "waiting", alice)["ETag"]
    client.post("/metrics", {"name": "Wait", "ref": "wait", "owner": alice.email})
    client.post("/metrics/wait/readings", {"value": 14})
    changes = {"driver": "metric", "metric": "wait", "baseline": 21, "target": 7}
    changed = client.patch("/objectives/waiting", changes, If_Match=tag).json()
    assert (changed["metric"], changed["baseline"], changed["progress"]) == ("wait", 21, 0.5)


def test_a_reading_is_corrected_by_its_number(api: Callable[..., Any], alice: Person) -> None:
    client = api(alice)
    client.post("/metrics", {"name": "Wait", "ref": "wait"})
    number = client.post("/metrics/wait/readings", {"value": 140}).json()["number"]
    corrected = client.post(f"/metrics/wait/readings/{number}/corrections", {"value": 14})
    assert (corrected.status_code, corrected.json()["number"]) == (201, 2)
    assert [(row["number"], row["value"]) for row in client.get("/metrics/wait/readings").json()["items"]] == [(2, 14)]
    assert client.post("/metrics/wait/readings/7/corrections", {"value": 14}).status_code == 404


def test_baselines_of_a_metric_and_its_parts_are_stated_and_told(api: Callable[..., Any], alice: Person) -> None:
    client = api(alice)
    sex = {"name": "sex", "categories": ["women", "men"]}
    starts = [{"day": "2026-09-30", "value": 40}, {"day": "2026-09-30", "of": {"sex": "women"}, "value": 44}]
    made = client.post("/metrics", {"name": "Reached", "ref": "r", "dimensions": [sex], "baselines": starts}).json()
    assert [(row["of"], row["value"]) for row in made["baselines"]] == [({}, 40), ({"sex": "women"}, 44)]

    changed = client.patch("/metrics/r", {"baselines": starts[1:]}, If_Match='"1"').json()
    assert changed["baselines"] == client.get("/metrics/r").json()["baselines"] == made["baselines"][1:]
    unknown = {"baselines": [{"day": "2026-09-30", "of": {"sex": "dogs"}, "value": 1}]}
    assert client.patch("/metrics/r", unknown, If_Match='"2"').status_code == 422


def test_the_log_holds_no_word_of_what_is_hidden(
    api: Callable[..., Any], cycle: str, alice: Person, charlie: Person, ada: Person
) -> None:
    client = api(alice)
    objective(client, "open", alice)
    objective(client, "secret", alice, visibility="private")
    client.post("/objectives/open/alignments", {"objective": "secret"})
    client.post("/objectives/open/key-results", {"title": "Done", "ref": "done", "type": "binary"})
    client.post("/objectives/secret/key-results", {"title": "Moved in", "ref": "moved-in", "type": "binary"})
    client.post("/key-results/moved-in/place", {"objective": "open"})
    client.post("/objectives/open/key-results", {"title": "Hush", "ref": "hushed", "type": "binary"})
    client.post("/key-results/hushed/place", {"objective": "secret"})
    for reader in (charlie, ada):
        answer = api(reader).get("/events")
        told = answer.json()
        assert not [word for word in ("secret", "Secret", "hushed", "Hush") if word in _words(told)]
        assert "parent_id" not in answer.content.decode()
        assert "rolled" not in answer.content.decode()
        assert told["total"] == len(told["items"])
    mine = client.get("/events", verb="objective.aligned").json()["items"]
    assert mine[0]["said"]["parent"] == "secret"
    assert {event["kind"] for event in api(charlie).get("/events").json()["items"]}.isdisjoint({"person", "token"})
    assert "token" in {event["kind"] for event in api(ada).get("/events").json()["items"]}


def test_the_log_is_narrowed_by_what_when_and_whom(api: Callable[..., Any], cycle: str, alice: Person) -> None:
    client = api(alice)
    objective(client, "one", alice)
    assert client.get("/events", kind="objective", ref="one", by=alice.email).json()["total"] == 1
    assert client.get("/events", since="2199-01-01T00:00:00Z").json()["total"] == 0
    assert client.get("/events", until="1999-01-01T00:00:00+14:00").json()["total"] == 0
    for wrong in ("yesterday", "2026-10-01T00:00:00", "0001-01-01T00:00:00+14:00"):
        assert client.get("/events", since=wrong).status_code == 422, wrong


def test_the_document_holds_what_the_person_sees_and_imports_again(
    api: Callable[..., Any], cycle: str, alice: Person, charlie: Person
) -> None:
    from impactline.exchange.reading import read_text

    client = api(alice)
    objective(client, "open", alice)
    objective(client, "secret", alice, visibility="private")
    assert [row["ref"] for row in client.get("/document").json()["objectives"]] == ["open", "secret"]
    answer = api(charlie).get("/document", format="yaml")
    assert answer["Content-Type"].startswith("application/yaml")
    assert b"secret" not in answer.content
    assert json.dumps(api(charlie).get("/document").json()).count("secret") == 0
    assert not read_text(answer.content, "answer.yaml").faults


def _words(told: dict[str, Any]) -> str:
    """All that a log says, but for refs made by chance."""
    return json.dumps([[event["ref"], event["said"]] for event in told["items"]])


def test_whether_its_key_results_suffice_is_said_and_read(
    api: Callable[..., Any], cycle: str, alice: Person, charlie: Person
) -> None:
    client = api(alice)
    objective(client, "secret", alice, visibility="private")
    at = "/objectives/secret/sufficiency"
    assert client.post(at, {"answer": "no"}).status_code == 422, "it has no key results"
    client.post("/objectives/secret/key-results", {"title": "Letters signed", "ref": "letters", "type": "open"})
    made = client.post(at, {"answer": "no", "reason": "Nobody asks them."})
    assert (made.status_code, made.json()["current"], made.json()["by"]) == (201, True, alice.email)
    client.post("/objectives/secret/key-results", {"title": "Letters sent", "ref": "sent", "type": "open"})
    (said,) = client.get(at).json()
    assert (said["answer"], said["reason"], said["current"]) == ("no", "Nobody asks them.", False)
    assert client.post(at, {"answer": "perhaps"}).status_code == 422
    assert api(charlie).get(at).status_code == api(charlie).post(at, {"answer": "yes"}).status_code == 404
