"""Bottlenecks as people see them: on the page, through the API, never through what is hidden from them."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from impactline.chain import actions
from impactline.insight import actions as roadblocks
from impactline.insight.bottlenecks.queries import Scope, bottlenecks, held_back
from impactline.people.models import Person, Team
from tests.cast import NOON
from tests.scenes import TODAY
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import queries, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    return a_chain(alice, ada)


def values(person: Person | None, scope: Scope | None = None) -> dict[str, float]:
    found = bottlenecks(person, scope or Scope(), TODAY)
    return {row.named.ref: row.held.value for row in found.items if row.named}


def test_work_is_ranked_by_what_key_results_lose_by_it(alice: Person, scene: Scene) -> None:
    actions.report(by=alice, item=scene.calls, day=TODAY, value=Decimal(100), at=NOON)
    # The one key result lacks all of its objective; the link is borne with .6; 300 of 400 calls are missing
    assert values(alice) == {"line": pytest.approx(0.6), "calls": pytest.approx(0.45)}
    found = held_back(alice, "calls", Scope(), TODAY)
    assert [[one.ref for one in way] for way, _ in found.ways] == [["calls", "sooner", "wait"]]
    assert found.value == pytest.approx(0.45)


def test_what_is_hidden_from_somebody_holds_nothing_back_for_them(
    alice: Person, charlie: Person, scene: Scene, api: Callable[..., Any]
) -> None:
    secret = an_item(alice, "activity", "Talk with Zephyr", ref="secret", visibility="private")
    actions.link(by=alice, source=secret, target=scene.calls, at=NOON)
    actions.wait(by=alice, activity=scene.line, after=secret, at=NOON)
    assert values(alice)["secret"] == values(None)["secret"] == pytest.approx(0.6)
    assert "secret" not in values(charlie)
    assert "secret" not in api(charlie).get("/bottlenecks").content.decode()
    assert api(charlie).get("/chain/secret/held-back").status_code == 404
    assert "Zephyr" not in read(charlie, "/bottlenecks") + read(charlie, "/chain/line/held-back")


def test_the_page_names_what_whose_and_why(alice: Person, scene: Scene, care: Team) -> None:
    text = read(alice, "/bottlenecks")
    assert "/chain/line/held-back" in text
    assert "Alice" in text
    bare = re.findall(r"<span class=\"figure", text)
    assert not bare, "every number explains itself"
    assert "60 points held back ÷ 100 lacking = 60%" in text
    assert "1 − progress = 100%" in text
    assert "over 1 key result = 100 points" in text
    part = read(alice, "/chain/line/held-back", fragment=True)
    assert "60 that hang on it × 100% missing = 60 points" in part
    assert "Nothing holds them back" in read(alice, "/bottlenecks?team=care")
    read(alice, "/bottlenecks?team=nowhere", status=404)


def test_more_items_take_no_more_queries(alice: Person, scene: Scene) -> None:
    before = queries(alice, "/bottlenecks")
    for number in range(4):
        made = an_item(alice, "activity", f"Call again {number}")
        actions.link(by=alice, source=made, target=scene.calls, at=NOON)
        actions.wait(by=alice, activity=made, after=scene.line, at=NOON)
    assert queries(alice, "/bottlenecks") == before


def test_the_api_tells_lists_and_ways(alice: Person, scene: Scene, api: Callable[..., Any]) -> None:
    found = api(alice).get("/bottlenecks", cycle="2026-Q4").json()
    assert (found["lacking"], found["adrift"]) == (1.0, 0.0)
    first = found["items"][0]
    assert (first["ref"], first["value"], first["owner"]) == ("line", 0.6, alice.email)
    assert [row["owner"] for row in found["people"]] == [alice.email]
    one = api(alice).get("/chain/line/held-back").json()
    assert one["ways"] == [{"items": ["line", "calls", "sooner", "wait"], "strength": 0.6}]


def test_roadblocks_are_ranked_by_what_clearing_them_frees(
    alice: Person, charlie: Person, scene: Scene, api: Callable[..., Any]
) -> None:
    actions.report(by=alice, item=scene.calls, day=TODAY, value=Decimal(100), at=NOON)
    secret = an_item(alice, "activity", "Talk with Zephyr", ref="secret", visibility="private")
    actions.link(by=alice, source=secret, target=scene.calls, at=NOON)
    blocked = {"nothing": None, "calls-late": scene.calls, "no-line": secret, "no-owner": scene.objective}
    for ref, on in blocked.items():
        roadblocks.raise_roadblock(by=alice, title=f"In the way: {ref}", ref=ref, on=on, at=NOON)
    found = api(alice).get("/roadblocks", order="value").json()["items"]
    expected = {"no-owner": 1.0, "no-line": 0.6, "calls-late": 0.45, "nothing": 0.0}
    assert {row["ref"]: row["value"] for row in found} == expected
    assert [row["ref"] for row in found] == list(expected)
    assert found[0]["behind"] == [{"ref": "wait", "value": 1.0}]
    assert [row["ref"] for row in api(charlie).get("/roadblocks", order="value").json()["items"]] == [
        "no-owner",
        "calls-late",
        "nothing",
    ]
    board = read(alice, "/roadblocks")
    assert "What frees most" in board
    assert board.index("In the way: no-owner") < board.index("In the way: no-line") < board.index("calls-late")
    assert "60 points" in read(alice, "/roadblocks/no-line")
