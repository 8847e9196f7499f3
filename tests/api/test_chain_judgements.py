"""Judgements of outcomes in the API."""

from collections.abc import Callable
from typing import Any

import pytest

from impactline.people.models import Person

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def test_an_outcome_is_judged_compared_and_the_judgement_taken_back(
    api: Callable[..., Any], alice: Person, bob: Person, gil: Person
) -> None:
    client = api(alice)
    client.post("/chain", {"level": "outcome", "title": "Sooner", "ref": "sooner", "rubric": ["No", "Partly", "Yes"]})
    link = {"title": "Letters", "url": "https://example.org/letters"}
    made = client.post("/chain/sooner/judgements", {"level": "yes", "person": bob.email, "evidence": [link]})
    assert made.status_code == 201
    assert (made.json()["person"], made.json()["by"], made.json()["rating"]) == (bob.email, alice.email, 2)
    assert made.json()["evidence"] == [{**link, "file": None}]
    files = "/chain/sooner/judgements/1/files"
    assert api(gil).send_bytes(f"{files}?name=a.pdf", PDF).status_code == 403
    assert client.send_bytes(f"{files}?name=a.png", PDF).json()["code"] == "not_what_it_says"
    for _ in range(2):
        shown = client.send_bytes(f"{files}?name=letter.pdf&title=Letter", PDF).json()["evidence"]
    assert [entry["file"] and entry["file"]["name"] for entry in shown] == [None, "letter.pdf"], "twice is as once"
    assert b"".join(api(gil).get(f"{files}/{shown[1]['file']['sha256']}")) == PDF
    assert api(gil).get(f"{files}/{'0' * 64}").status_code == 404

    found = api(gil).get("/chain/sooner/judgements").json()
    assert found["rubric"] == client.get("/chain/sooner").json()["rubric"] == ["No", "Partly", "Yes"]
    assert (found["numbers_say"], found["voices_say"], found["disagrees"]) == ("silent", "high", False)
    assert found["sentence"].startswith("Of no number can it be told yet")

    assert api(gil).post("/chain/sooner/judgements", {"level": "Yes"}).status_code == 403
    assert client.post("/chain/sooner/judgements", {"level": "Superb"}).status_code == 422
    assert client.delete("/chain/sooner/judgements/1").status_code == 204
    assert client.delete("/chain/sooner/judgements/1").status_code == 404
